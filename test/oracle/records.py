"""Genesis, charter, records of every kind, and evidence, as ledger/README.md describes them."""
import re
from formats import (Refused, base64_of, demand, encode, grew, hub_checkpoint, item, proof_of, read, receipt_of, sha, shape, vkey)

# ---- Genesis, charter, record ----

GENESIS = ('[format 1, name text ≤ 24, city text ≤ 96, region text ≤ 2, day0 uint, preset text ≤ 16, charterHash bytes 32, '
           'logKey bytes 32, orderKey bytes 32, steward [acct bytes 32, device bytes 32, profile bytes 32], random bytes 16]')
CHARTER = ('[format 1, preset city/time-bank, skill [coefficients ≤ 16 × [category, perMille uint], groupStepPerMille uint, '
           'groupMaxPerMille uint], rating [goodPerMille uint, fairPerMille uint, poorPerMille uint, movesAward flag], helpPrice 0/1, '
           'windows [confirmDays uint, ratingDays uint, holdDays uint, shortFormDays uint, suspenseDays uint, freeCancelHours uint], '
           'conversion [globalPer [numerator uint, denominator uint], levelMin uint, standingMinPerMille uint, quarterMaxMilli big], '
           'levels [l3Milli big, l4Milli big, l5Milli big, recommendations uint, governanceActs uint], domainDecayPerMille uint, '
           'stewardThreshold uint, tiers ≤ 8 × [upToMilli big, signatures uint], exposureMilli big, showsHours flag, currencyName text ≤ 48]')
RECORD = ('[format 1, origin text ≤ 64, seq uint, prev bytes 32, ts uint, body bytes ≤ 65535, '
          'auth ≤ 16 × [keyId bytes 8, signature bytes 64]]')
CARD = ('[format 1, hubId bytes 32, origin origin, city text ≤ 96, region text ≤ 2, logKey bytes 32, cosignerKey bytes 32, '
        'auditorKey bytes 32, orderKey bytes 32, voteKey bytes 32, peerKey bytes 32]')
DOCUMENT = ('[format 1, version uint, previous bytes 32, day0 uint, globalDecayPerMille uint, conversion [numerator uint, denominator uint], '
            f'issueYearlyMaxMilli big, members ≤ 128 × [card {CARD}, addresses ≤ 8 × text ≤ 256]]')
PLACE = '[slot uint, order bytes 32] or null'
REPORT = f'[format 1, proposal bytes 32, voter uint, hubs ≤ 128 × [origin origin, certified {PLACE}, locked {PLACE}]]'
OUT = ('[xid bytes 32, destination origin, to id32, amount big, request uint, agreement id16, memo id32, returns id32 or null, '
       'last uint or null]')
ORDER = ('[format 1, federation bytes 32, hub origin, slot uint, previous bytes 32, kind keys/issue/out, day uint, '
         f'claims ≤ 128 × [hub origin, slot uint], outs ≤ 256 × {OUT}, argument bytes ≤ 4096 or null, position big]')
ARGUMENTS = {'keys': '[logKey bytes 32, orderKey bytes 32, voteKey bytes 32, cosignerKey bytes 32, auditorKey bytes 32, '
                     'tiers ≤ 8 × [upToMilli big, signatures uint]]', 'issue': '[amount big]'}

KINDS = {int(n): (name, signer, context, size, fields) for n, name, signer, context, size, fields in
         (line.split(' ', 5) for line in '''0 hub.founded hub entry small genesis bytes ≤ 1024, charter bytes ≤ 12288
1 tick hub entry small 
2 state.digest hub entry small root bytes 32
3 hub.restored hub entry small generation uint, size uint, root bytes 32, givenUp [size uint, root bytes 32] or null, approvals ≤ 64 × steward-approval
10 member.joined newcomer entry small device bytes 32, profile id32, charter id32
11 member.attested steward entry small member id32, identity id32
12 lost.claimed member entry small generation uint, seq uint, receipt id32
20 agreement.made parties entry small listing id16, helper id32, receiver id32, category category, minutes uint, begins uint, ends uint, terms id32, charter uint
21 agreement.cancelled member entry small agreement id16
22 checkin.made member entry small agreement id16
23 completion.reported member entry small agreement id16, minutes uint
24 completion.confirmed member entry small agreement id16, minutes uint
25 completion.declined member entry small agreement id16, minutes uint
30 help.recorded member entry small helper id32, receiver id32, category category, minutes uint, day uint, note id32
31 help.confirmed member entry small help id16
32 help.declined member entry small help id16
40 rating.committed member entry small agreement id16, commitment id32
41 rating.opened hub entry small agreement id16, rater id32, grade 0/1/2, salt bytes 32
50 cv.converted member entry small amountMilli big
60 guest.admitted hub entry large guest id32, home origin, device bytes 32, evidence ≤ 2 × foreign
61 contribution.abroad hub entry large member id32, xid id32, request foreign
70 fed.adopted hub entry large document bytes ≤ 49152, signatures ≤ 128 × hub-signature, reports ≤ 128 × [report bytes ≤ 8192, signature bytes 64], evidence ≤ 256 × order-evidence
71 trust.set steward entry small peer origin, exposureMilli big, transferMaxMilli big
72 hub.frozen hub entry large hub origin, evidence bytes ≤ 49152
80 x.req member entry small source 0/1, to id32, destination origin, amount big, agreement id16, awardMilli big, memo id32, expDay uint
81 x.appr steward appr small xid id32, destination origin, to id32, amount big, expDay uint
82 x.cancel member entry small xid id32
83 order.approved steward appr small slot uint, order keys/issue, argument bytes ≤ 4096
84 x.out hub entry large order bytes ≤ 49152, signature bytes 64
85 x.cert hub entry large slot uint, epoch uint, votes ≤ 128 × vote
86 x.in hub entry large epoch uint, order bytes ≤ 49152, signature bytes 64, votes ≤ 128 × vote, dispositions ≤ 256 × credit/limit/too-large/recipient/frozen
87 x.ack hub entry large slot uint, destination origin, arrival foreign
88 x.rel steward entry small xid id32, amount big
89 x.back steward entry small xid id32'''.split('\n'))}

def origin_of(genesis): return f'cv.{read(GENESIS, genesis, "bad-genesis")[1]}-{sha(genesis).hex()[:8]}/log'

def record_of(data):
    """Origin, seq, prev, ts, body (as bytes and as values), auth: of the one spelling of a record of a known kind."""
    demand(len(data) <= 65535, 'malformed')
    _, origin, seq, prev, ts, raw, auth = read(RECORD, data)
    body, end = item(raw, 0)
    demand(end == len(raw) and isinstance(body, list) and body and type(body[0]) is int and body[0] in KINDS, 'malformed')
    _, signer, _, size, fields = KINDS[body[0]]
    demand(shape(f'[kind uint, id id16, acct id32, exp uint, seen [size uint, leaf id32]{fields and ", " + fields}]')(body), 'malformed')
    demand(len(raw) <= (16384 if size == 'small' else 65535), 'malformed')
    demand(1 <= len(auth) <= (2 if signer == 'parties' else 1), 'malformed')
    return origin, seq, prev, ts, raw, body, auth

def kept_proof(text, keys, record=None):
    """Index and who signed, of a proof that holds, and whose record is of that log and number if it is a hub's."""
    origin, _, index, record, by = proof_of(text, keys, record)
    try: named = record_of(record)[:2]
    except Refused: return index, by
    demand(named == (origin, index), 'other-entry')
    return index, by

def charter_sound(c):
    _, _, (coefficients, step, most), (good, fair, poor, _), _, windows, conversion, levels, decay, threshold, tiers, exposure, _, _ = c
    (n, d), level, standing, quarter = conversion
    return (sorted(k for k, _ in coefficients) == [1, 2, 3] and all(100 <= p <= 10000 for _, p in coefficients) and
            1000 <= most <= 10000 and step <= 10000 and 1000 >= good >= fair >= poor and all(1 <= w <= 3650 for w in windows[:5]) and
            windows[5] <= 87600 and 1 <= d <= 10 ** 6 and 3 * n <= d and 1 <= level <= 5 and standing <= 1000 and decay <= 150 and
            max(quarter, *levels[:3], exposure) <= 10 ** 12 and 1 <= threshold and bool(tiers) and
            all(a[0] < b[0] for a, b in zip(tiers, tiers[1:])) and all(s >= 1 for _, s in tiers) and
            max(threshold, *(s for _, s in tiers), *levels[3:]) <= 1000)

# ---- Evidence ----

SENTENCES = {
    'E1': 'This key sealed two different records as number {1} of its log, both in generation {0}: a log has one record at each number.',
    'E2': 'This key signed two checkpoints of {0} records with different roots: it has shown two histories of the same length.',
    'E3': 'This key signed a checkpoint of {0} records, and one of {1} records whose first {0} are not the same: what was signed first has been changed.',
    'E4': 'This key gave a receipt for a record as number {1} of its log, and signed a checkpoint of {2} records in which another record stands there: what it promised to keep is gone.'}
PARTS = {'E1': ['first receipt', 'second receipt'], 'E2': ['first checkpoint', 'second checkpoint'],
         'E3': ['earlier checkpoint', 'later checkpoint', 'beginning of the later'], 'E4': ['receipt', 'record in its place']}

def evidence_of(data):
    """Kind, id, hub, hubId and log key of a bundle that convicts. It is written anew from its parts and compared."""
    no = 'bad-evidence'
    demand(len(data) <= 49152, no)
    try: text = data.decode()
    except UnicodeDecodeError: raise Refused(no)
    found = re.split(r'^== (.*)\n', text, flags=re.M)
    names, parts = found[1::2], [part.split('\n') for part in found[2::2]]
    kind = (re.match(r'cv-evidence@v1\nkind (E[1-4])\n', text) or [0, ''])[1]
    demand(kind and names == ['genesis', *PARTS[kind]] and all(part.pop() == '' for part in parts), no)
    demand(len(parts[0]) == 1, no)
    genesis = base64_of(parts[0][0], no)
    hub_id, hub, log_key = sha(genesis), origin_of(genesis), read(GENESIS, genesis, no)[7]
    def hash_of(line):
        demand(len(h := base64_of(line, no)) == 32, no)
        return h
    def bound(lines):
        demand(len(lines) == 2, no)
        sealed, seq = receipt_of(base64_of(lines[0], no), hash_of(lines[1]), log_key, hub_id)
        demand(sealed[1] == hub, no)
        return sealed[5], seq, hash_of(lines[1])
    def note(lines): return hub_checkpoint('\n'.join([*lines, '']), hub, log_key)
    if kind == 'E1':
        (g1, s1, a), (g2, s2, b) = bound(parts[1]), bound(parts[2])
        numbers, hashes, holds = [g1, s1], sorted([a, b]), (g1, s1) == (g2, s2) and a != b
    elif kind == 'E4':
        (g, s, a), b = bound(parts[1]), hash_of(parts[2][0])
        proof = '\n'.join([*parts[2][1:], ''])
        _, size, index, _, _ = proof_of(proof, [(hub, 1, log_key)], leaf=b)
        hub_checkpoint(proof.split('\n\n', 1)[1], hub, log_key)
        numbers, hashes, holds = [g, s, size], [a, b], index == s and a != b and '\nextra ' not in proof
    else:
        (n, a, _), (m, b, _) = note(parts[1]), note(parts[2])
        numbers, hashes, holds = [n], sorted([a, b]), n == m and a != b
        if kind == 'E3':
            root, *path = map(hash_of, parts[3])
            numbers, hashes, holds = [n, m], [a, b], n < m and grew(n, root, m, b, path) and root != a
    demand(holds, no)
    offence = sha(b'cv/evidence\0', encode([kind, hub_id, numbers[:2], hashes]))
    head = ['cv-evidence@v1', f'kind {kind}', f'hub {hub}', f'hubId {hub_id.hex()}', f'key {vkey(hub, 1, log_key)}', f'id {offence.hex()}',
            SENTENCES[kind].format(*numbers), 'Check it with a program you trust, and compare the hubId with the one on the hub’s card.', '']
    demand('\n'.join([*head, '']) == found[0], no)
    return kind, offence, hub, hub_id, log_key
