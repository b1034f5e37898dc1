"""Every vector of a directory, as test/vectors/README.md describes them, against this verifier."""
import base64, glob, json, os
from cities import Cities
from formats import (Refused, demand, grew, item, leads, leaf_of, note_key, open_note, policy_of, receipt_of, root_of,
                     seal_of, signed, tile_items, tile_path)
from records import KINDS, evidence_of, kept_proof, record_of
from rows import digest_of, judge_rows, rows_of
from verify import audit

def same(mine, expected):
    if mine != expected: raise AssertionError(f'{str(mine)[:200]} is not {str(expected)[:200]}')

def codec(v):
    data = bytes.fromhex(v['hex'])
    value, end = item(data, 0)
    demand(end == len(data), 'malformed')
    def plain(x):
        if x is None or isinstance(x, bool): return {'simple': {None: 'null', True: 'true', False: 'false'}[x]}
        if isinstance(x, int): return {'int': str(x)}
        if isinstance(x, bytes): return {'bytes': x.hex()}
        if isinstance(x, str): return {'text': x}
        return {'array': [plain(i) for i in x]} if isinstance(x, list) else {'map': [[k, plain(i)] for k, i in x.items()]}
    same(plain(value), v['value'])

def ed25519(v):
    for case in v: same(signed(*(bytes.fromhex(case[k]) for k in ('pub_key', 'message', 'signature'))), case['valid'])
    demand(all(case['valid'] for case in v), 'no-signature')

def merkle(v):
    proof = [base64.b64decode(h) for h in v['proof'] or []]
    root1, root2 = base64.b64decode(v['root1']), base64.b64decode(v['root2'])
    same(grew(v['size1'], root1, v['size2'], root2, proof), not v['wantErr'])
    demand(not v['wantErr'], 'no-proof')

def inclusion(v):
    leaf, root, *proof = (base64.b64decode(h or '') for h in [v['leafHash'], v['root'], *(v['proof'] or [])])
    same(leads(leaf, v['leafIdx'], v['treeSize'], proof, root), not v['wantErr'])

def wycheproof(v):
    for group in v['testGroups']:
        for t in group['tests']:
            good = signed(bytes.fromhex(group['publicKey']['pk']), bytes.fromhex(t['msg']), bytes.fromhex(t['sig']))
            same((t['tcId'], good), (t['tcId'], t['result'] == 'valid'))

def cctv(v):
    """The rule takes what has none of these flags."""
    never = {'low_order_A', 'low_order_component_A', 'non_canonical_A', 'low_order_residue', 'low_order_R', 'low_order_component_R',
             'non_canonical_R'}
    for t in v:
        good = signed(bytes.fromhex(t['key']), t['msg'].encode(), bytes.fromhex(t['sig']))
        same((t['number'], good), (t['number'], not never & set(t['flags'] or [])))

def note(v):
    text, by = open_note(v['note'], [note_key(k) for k in v['keys']])
    same([text, [key[0] for key in by]], [v['text'], v['signers']])

def tile(v):
    if 'path' in v:
        level, index, width = tile_path(v['path'])
        return same({'level': level, 'index': index, 'width': width}, v.get('tile'))
    data = bytes.fromhex(v['bundle'] if 'bundle' in v else v['tile'])
    same([i.hex() for i in tile_items(data, v['width'], 'bundle' in v)], v.get('records', v.get('hashes')))

def policy(v):
    try: _, _, enough = policy_of(base64.b64decode(v['file']))
    except Refused as refused:
        same(refused.args[0], v['line'])
        raise
    def octets(name):
        """Names are spelled in JSON as UTF-8, or where their octets are none, as a character each."""
        return name if 'ÿ' in name else name.encode().decode('latin-1')
    same([enough(list(map(octets, seen))) for seen in v['enough'] + v['short']], [True] * len(v['enough']) + [False] * len(v['short']))

def proof(v):
    logs, witnesses, enough = policy_of(v['policy'].encode())
    try: index, by = kept_proof(v['proof'], logs + list(witnesses.values()), bytes.fromhex(v['record']) if 'record' in v else None)
    except Refused as refused:
        same(refused.args[0], v['because'])
        raise
    same([index, bool(enough({name for name, key in witnesses.items() if key in by}))], [v['index'], v['satisfied']])

def evidence(path):
    with open(path, 'rb') as file: kind, offence, hub, hub_id, key = evidence_of(file.read())
    with open(path[:-4] + '.json') as file:
        same({'kind': kind, 'id': offence.hex(), 'hub': hub, 'hubId': hub_id.hex(), 'key': key.hex()}, json.load(file))

def entries(v):
    data = bytes.fromhex(v['record'])
    origin, seq, prev, ts, raw, body, auth = record_of(data)
    mine = dict(record=v['record'], leaf=leaf_of(data).hex(), origin=origin, seq=seq, prev=prev.hex(), ts=ts, kind=KINDS[body[0]][0],
                id=body[1].hex(), acct=body[2].hex(), body=raw.hex(), auth=[[a.hex(), b.hex()] for a, b in auth])
    same({**mine, 'about': v['about']}, v)

def seal(v):
    data = bytes.fromhex(v['seal'])
    value, end = item(data, 0)
    demand(end == len(data), 'bad-seal')
    _, origin, first, last, root, generation = seal_of(value, bytes.fromhex(v['logKey']), bytes.fromhex(v['hubId']))
    same([origin, first, last, root.hex(), generation], [v['origin'], v['first'], v['last'], v['root'], v['generation']])

def receipt(v):
    record = bytes.fromhex(v['record'])
    sealed, seq = receipt_of(bytes.fromhex(v['receipt']), leaf_of(record), bytes.fromhex(v['logKey']), bytes.fromhex(v['hubId']))
    demand(record_of(record)[:2] == (sealed[1], seq), 'other-record')

def replay(v):
    city, refused = Cities(), None
    for seq, record in enumerate(map(bytes.fromhex, v['records'])):
        try: city.take(record)
        except Refused as no:
            refused = {'seq': seq, 'code': no.args[0]}
            break
        same(city.faults(), None)
    if not v['records']: refused = {'seq': 0, 'code': 'not-founded'}
    same(refused, v.get('refusal'))
    if refused: raise Refused(refused['code'])
    if 'root' in v: same(root_of(city.leaves).hex(), v['root'])
    if 'books' in v:
        same({key: str(n) for key, n in city.books.items()}, v['books'])
        same({m['acct'].hex(): {k: str(m['globl' if k == 'global' else k]) for k in ('domain', 'held', 'global', 'globalHeld')}
              for m in city.members.values()}, v['accounts'])
    rows = [row for table in rows_of(city) for row in table]
    for mine, expected in zip(rows, v['rows']): same(mine.hex(), expected)
    same([len(rows), digest_of(city).hex()], [len(v['rows']), v['digest']])
    judge_rows(rows, city.leaves)

def rows(v): judge_rows(list(map(bytes.fromhex, v['rows'])), list(map(bytes.fromhex, v['leaves'])))

def export(v):
    city, offence = audit(bytes.fromhex(v['file']))
    same([len(city.leaves), root_of(city.leaves).hex() if city.leaves else None], [v['entries'], v['root']])
    same(offence, v['offence'] and tuple(v['offence'][k] for k in ('where', 'seq', 'code')))
    demand(not offence, 'offence')

def compare(directory):
    """Prints a line a folder, and a line each disagreement."""
    wrong = 0
    for folder in sorted(f for f in os.listdir(directory) if os.path.isdir(os.path.join(directory, f))):
        judge, agree, disagree = globals().get(folder), 0, 0
        for path in sorted(glob.glob(f'{directory}/{folder}/**/*', recursive=True)):
            if not path.endswith(('.json', '.txt')) or folder == 'evidence' and path.endswith('.json') or 'SOURCES' in path: continue
            try:
                if folder == 'evidence': v, ask = path, evidence
                else:
                    with open(path) as file: v = json.load(file)
                    ask = judge if folder != 'foreign' else inclusion if '/merkle/' in path else globals()[os.path.basename(path)[:-5]]
                invalid = '/invalid/' in path
                try: ask(v)
                except Refused as refused:
                    if not invalid: raise AssertionError(f'refused: {refused}')
                else: same(invalid, False)
                agree += 1
            except (AssertionError, KeyError, TypeError) as why:
                disagree += 1
                print(f'  {path[len(directory) + 1:]}: {why!r}')
        print(f'{folder}: {agree} agree, {disagree} disagree')
        wrong += disagree
    return 1 if wrong else 0
