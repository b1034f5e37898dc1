"""Every vector of a directory that is about the record, as test/vectors/README.md describes them, against this verifier."""
import base64, glob, json, os
from evidence import evidence_of
from formats import Refused, demand, item, leaf_of, note_key, open_note, root_of, signed
from policies import policy_of, tile_items, tile_path
from proofs import grew, kept_proof, leads, receipt_of
from records import KINDS, Log, record_of, seal_of
from verify import audit

def same(mine, expected):
    if mine != expected: raise AssertionError(f'{str(mine)[:200]} is not {str(expected)[:200]}')

def plain(x):
    if x is None or isinstance(x, bool): return {'simple': {None: 'null', True: 'true', False: 'false'}[x]}
    if isinstance(x, int): return {'int': str(x)}
    if isinstance(x, bytes): return {'bytes': x.hex()}
    if isinstance(x, str): return {'text': x}
    return {'array': [plain(i) for i in x]} if isinstance(x, list) else {'map': [[k, plain(i)] for k, i in x.items()]}

def codec(v):
    value, end = item(data := bytes.fromhex(v['hex']))
    demand(end == len(data), 'malformed')
    same(plain(value), v['value'])

def ed25519(v):
    for case in v: same(signed(*(bytes.fromhex(case[k]) for k in ('pub_key', 'message', 'signature'))), case['valid'])
    demand(all(case['valid'] for case in v), 'no-signature')

def merkle(v):
    root1, root2, *proof = (base64.b64decode(h) for h in [v['root1'], v['root2'], *(v['proof'] or [])])
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
    try:
        _, _, enough = policy_of(base64.b64decode(v['file']))
    except Refused as refused:
        same(refused.args[0], v['line'])
        raise
    def octets(name):
        """Names are spelled in JSON as UTF-8, or where their octets are none, as a character each."""
        return name if 'ÿ' in name else name.encode().decode('latin-1')
    same([enough(list(map(octets, seen))) for seen in v['enough'] + v['short']], [True] * len(v['enough']) + [False] * len(v['short']))

def proof(v):
    logs, witnesses, enough = policy_of(v['policy'].encode())
    try:
        index, by = kept_proof(v['proof'], logs + list(witnesses.values()), bytes.fromhex(v['record']) if 'record' in v else None)
    except Refused as refused:
        same(refused.args[0], v['because'])
        raise
    same([index, bool(enough({name for name, key in witnesses.items() if key in by}))], [v['index'], v['satisfied']])

def evidence(path):
    with open(path, 'rb') as file:
        kind, offence, hub, hub_id, key = evidence_of(file.read())
    with open(path[:-4] + '.json') as file:
        same({'kind': kind, 'id': offence.hex(), 'hub': hub, 'hubId': hub_id.hex(), 'key': key.hex()}, json.load(file))

def entries(v):
    origin, seq, prev, ts, raw, body, auth = record_of(data := bytes.fromhex(v['record']))
    mine = dict(record=v['record'], leaf=leaf_of(data).hex(), origin=origin, seq=seq, prev=prev.hex(), ts=ts, kind=KINDS[body[0]][0],
                id=body[1].hex(), acct=body[2].hex(), body=raw.hex(), auth=[[a.hex(), b.hex()] for a, b in auth])
    same({**mine, 'about': v['about']}, v)

def seal(v):
    value, end = item(data := bytes.fromhex(v['seal']))
    demand(end == len(data), 'bad-seal')
    _, origin, first, last, root, generation = seal_of(value, bytes.fromhex(v['logKey']), bytes.fromhex(v['hubId']))
    same([origin, first, last, root.hex(), generation], [v['origin'], v['first'], v['last'], v['root'], v['generation']])

def receipt(v):
    record = bytes.fromhex(v['record'])
    sealed, seq = receipt_of(bytes.fromhex(v['receipt']), leaf_of(record), bytes.fromhex(v['logKey']), bytes.fromhex(v['hubId']))
    demand(record_of(record)[:2] == (sealed[1], seq), 'other-record')

def replay(v):
    """Every record but a refused last one is in order as a record; whether the rules allow it is `reducer/`'s to say."""
    log, refusal = Log(), v.get('refusal')
    try:
        for record in v['records'][:refusal['seq'] if refusal else None]: log.take(bytes.fromhex(record))
    except Refused as no:
        raise AssertionError(f'{len(log.leaves)} is refused: {no}')
    if refusal: raise Refused(refusal['code'])
    same(root_of(log.leaves).hex(), v.get('root', root_of(log.leaves).hex()))

def export(v):
    log, offence = audit(bytes.fromhex(v['file']))
    same(offence, v['offence'] and tuple(v['offence'][k] for k in ('where', 'seq', 'code')))
    same([len(log.leaves), v['root'] and root_of(log.leaves).hex()], [v['entries'], v['root']])
    demand(not offence, 'offence')

def compare(directory):
    """Prints a line a folder, and a line each disagreement. What is not about the record it passes over."""
    wrong = 0
    for folder in sorted(f for f in os.listdir(directory) if f in globals() or f == 'foreign'):
        agree, disagree = 0, 0
        for path in sorted(glob.glob(f'{directory}/{folder}/**/*', recursive=True)):
            if not path.endswith(('.json', '.txt')) or folder == 'evidence' and path.endswith('.json') or 'SOURCES' in path or '/eddsa-jcs' in path: continue
            try:
                if folder == 'evidence': v, ask = path, evidence
                else:
                    with open(path) as file:
                        v = json.load(file)
                    ask = globals()[folder if folder != 'foreign' else 'inclusion' if '/merkle/' in path else os.path.basename(path)[:-5]]
                invalid = '/invalid/' in path
                try:
                    ask(v)
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
