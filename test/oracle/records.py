"""The records of ledger/README.md: their kinds, which are read as they stand there, seals, receipts, evidence, and a log of them."""
import re
from formats import (NAMED, README, Refused, base64_of, demand, encode, fields_of, grew, hub_checkpoint, item, key_point, leads, leaf_of, proof_of,
                     read, root_of, sha, shape, signed_in, table, vkey)

HEAD = fields_of(NAMED['Body'][1:].split(', …')[0])
KINDS = {int(number): (name, signer, context, size, [*HEAD, *fields_of(fields.strip('–'))])
         for number, name, signer, context, size, fields, *_ in table('no.')}

def origin_of(genesis): return f'cv.{read("Genesis", genesis, "bad-genesis")[1]}-{sha(genesis).hex()[:8]}/log'

def record_of(data):
    """Origin, seq, prev, ts, body (as bytes and as values), auth: of the one spelling of a record of a known kind."""
    demand(len(data) <= 65535, 'malformed')
    _, origin, seq, prev, ts, raw, auth = read('Record', data)
    body, end = item(raw)
    demand(end == len(raw) and isinstance(body, list) and body and type(body[0]) is int and body[0] in KINDS, 'malformed')
    _, signer, _, size, fields = KINDS[body[0]]
    demand(len(body) == len(fields) and all(shape(words)(value) for value, (_, words) in zip(body, fields)), 'malformed')
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

def seal_of(value, log_key, hub_id):
    """[1, origin, first, last, root, generation]"""
    demand(shape('Seal')(value), 'bad-seal')
    sealed = read('Sealed', value[0], 'bad-seal')
    demand(sealed[2] <= sealed[3] and signed_in(log_key, 'seal', hub_id, *value), 'bad-seal')
    return sealed

def receipt_of(data, leaf, log_key, hub_id):
    """The seal and the seq of a receipt that holds for this leaf."""
    seal, seq, path = read('Receipt', data)
    _, _, first, last, root, _ = sealed = seal_of(read('Seal', seal), log_key, hub_id)
    demand(leads(leaf, seq - first, last - first + 1, path, root), 'not-in-the-tree')
    return sealed, seq

# ---- A log ----

class Log:
    """Records one after the other, of one hub, in one chain, signed by keys that the log itself has brought. Which of them may sign
    what, and whether the rules allow it, is asked elsewhere."""

    def __init__(self): self.leaves, self.times, self.keys, self.cards, self.restores = [], [], {}, [], []

    def take(self, data):
        """Adds a record, or refuses it: then nothing may follow."""
        origin, seq, prev, ts, raw, body, auth = record_of(data)
        name, signer, context, _, fields = KINDS[body[0]]
        said = {field: value for (field, _), value in zip(fields, body)}
        if not self.leaves: self.found(name, ts, said)
        demand(not self.leaves or ts < 1 << 33, 'malformed')
        demand(origin == self.origin, 'foreign-log')
        demand(seq == len(self.leaves), 'wrong-sequence')
        demand(prev == (self.leaves[-1] if seq else self.hub_id), 'broken-chain')
        if seq:
            demand(ts >= self.times[-1], 'time-went-back')
            demand(ts // 86400 == self.day or name in ('tick', 'hub.restored'), 'tick-missing')
            demand(ts // 86400 != self.day or name != 'tick', 'tick-twice')
            demand(name != 'hub.founded', 'already-founded')
        for key_id, signature in auth:
            if signer == 'hub': key = self.log_key
            elif signer == 'newcomer': key = said['device']
            else: key = self.keys.get(key_id)
            demand(key, 'unknown-device')
            demand(sha(key)[:8] == key_id and signed_in(key, context, self.hub_id, raw, signature), 'wrong-signature')
        if name in ('tick', 'hub.founded'): self.day = ts // 86400
        if name == 'hub.restored': self.restores.append(said['size'])
        if name == 'fed.adopted': self.cards += [card for card, _ in read('Document', said['document'], 'bad-document')[7]]
        if 'device' in said: self.keys[sha(said['device'])[:8]] = said['device']
        self.leaves.append(leaf_of(data))
        self.times.append(ts)

    def found(self, name, ts, said):
        demand(name == 'hub.founded', 'not-founded')
        _, hub, city, region, day0, _, charter, self.log_key, order_key, (_, device, _), _ = read('Genesis', said['genesis'], 'bad-genesis')
        demand(re.fullmatch('[a-z0-9-]{1,24}', hub) and city and day0 % 86400 == 0 and region in ('af', 'as', 'eu', 'na', 'oc', 'sa'), 'bad-genesis')
        demand(shape('Charter')(read('Charter', said['charter'], 'bad-charter')) and sha(said['charter']) == charter, 'bad-charter')
        demand(all(map(key_point, (self.log_key, order_key, device))), 'bad-key')
        demand(ts // 86400 * 86400 == day0, 'bad-genesis')
        self.hub_id, self.origin, self.keys[sha(device)[:8]] = sha(said['genesis']), origin_of(said['genesis']), device

# ---- Evidence ----

SENTENCES = dict(re.findall(r'^ {4}(E[1-6])  (.*)$', README, re.M))
PARTS = {kind: re.findall(r'(?:^|; )`([^`]*)`', parts) for kind, parts, *_ in
         ([row.split('|')[i].strip() for i in (1, 2)] for row in README.split('\n| kind | parts after', 1)[1].split('\n\n', 1)[0].split('\n')[2:])}

def number_of(text, no='bad-evidence'):
    demand(re.fullmatch('0|[1-9][0-9]{0,15}', text) and int(text) < 2**53, no)
    return int(text)

def slot_of(lines, no='bad-evidence'):
    """The federation, the hub and the slot of one place in a chain."""
    demand(len(lines) == 3, no)
    return base64_of(lines[0], no, 32), lines[1], number_of(lines[2])

def evidence_of(data, no='bad-evidence'):
    """Kind, id, hub, hubId and guilty key of a bundle that convicts. It is written anew from its parts and compared."""
    demand(len(data) <= 49152, no)
    try: text = data.decode()
    except UnicodeDecodeError: raise Refused(no)
    found = re.split(r'^== (.*)\n', text, flags=re.M)
    names, parts = found[1::2], [part.split('\n') for part in found[2::2]]
    kind = (re.match(r'cv-evidence@v1\nkind (E[1-6])\n', text) or [0, ''])[1]
    demand(kind and names == ['genesis', *PARTS[kind]] and all(part.pop() == '' for part in parts) and len(parts[0]) == 1, no)
    genesis = base64_of(parts[0][0], no)
    hub_id, hub, log_key, order_key = sha(genesis), origin_of(genesis), *read('Genesis', genesis, no)[7:9]
    guilty = hub, log_key
    def bound(lines):
        demand(len(lines) == 2, no)
        sealed, seq = receipt_of(base64_of(lines[0], no), leaf := base64_of(lines[1], no, 32), log_key, hub_id)
        demand(sealed[1] == hub, no)
        return sealed[5], seq, leaf
    def note(lines): return hub_checkpoint('\n'.join([*lines, '']), hub, log_key)
    if kind == 'E1':
        (g, s, a), (*at, b) = bound(parts[1]), bound(parts[2])
        numbers, hashes, says, holds = [g, s], sorted([a, b]), dict(g=g, s=s), [g, s] == at and a != b
    elif kind == 'E4':
        (g, s, a), b, proof = bound(parts[1]), base64_of(parts[2][0], no, 32), '\n'.join([*parts[2][1:], ''])
        _, n, index, _, _ = proof_of(proof, [(hub, 1, log_key)], leaf=b)
        hub_checkpoint(proof.split('\n\n', 1)[1], hub, log_key)
        numbers, hashes, says, holds = [g, s], [a, b], dict(s=s, n=n), index == s and a != b and '\nextra ' not in proof
    elif kind == 'E5':
        fed, chain, s = slot_of(parts[1])
        (a, at), (b, by) = ([base64_of(line, no) for line in part] for part in parts[2:])
        place = chain.encode() + b'\0' + s.to_bytes(8, 'big')
        demand(all(len(i) == 32 and signed_in(order_key, 'order', fed, place + i, word) for i, word in ((a, at), (b, by))), no)
        guilty = hub + '/order', order_key
        numbers, hashes, says, holds = [s], [fed, *sorted([a, b])], dict(s=s), a != b and chain == hub
    elif kind == 'E6':
        card, word = [base64_of(line, no) for line in parts[1]]
        _, card_id, card_hub, _, _, card_log, *keys, _ = read('Card', card, no)
        demand([card_id, card_hub, card_log] == [hub_id, hub, log_key] and signed_in(log_key, 'card', hub_id, card, word), no)
        demand(all(map(key_point, [log_key, *keys])) and len({log_key, *keys}) == 6, no)
        fed, chain, s = slot_of(parts[2])
        guilty, found_in = (hub + '/vote', keys[3]), []
        for epoch, order, vote in parts[3:]:
            order = base64_of(order, no, 32)
            payload = chain.encode() + b'\0' + s.to_bytes(8, 'big') + number_of(epoch).to_bytes(8, 'big') + order
            demand(signed_in(keys[3], 'vote', fed, payload, base64_of(vote, no)), no)
            found_in.append(order)
        a, b = found_in
        numbers, hashes, says, holds = [s], [fed, sha(chain.encode()), *sorted([a, b])], dict(s=s, h=chain), a != b
    else:
        (n, a), (m, b) = note(parts[1]), note(parts[2])
        numbers, hashes, says, holds = [n], sorted([a, b]), dict(n=n), n == m and a != b
        if kind == 'E3':
            root, *path = [base64_of(line, no, 32) for line in parts[3]]
            numbers, hashes, says, holds = [n, m], [a, b], dict(n=n, m=m), n < m and grew(n, root, m, b, path) and root != a
    demand(holds, no)
    offence = sha(b'cv/evidence\0', encode([kind, hub_id, numbers, hashes]))
    head = ['cv-evidence@v1', f'kind {kind}', f'hub {hub}', f'hubId {hub_id.hex()}', f'key {vkey(guilty[0], 1, guilty[1])}', f'id {offence.hex()}',
            re.sub('<(.)>', lambda m: str(says[m[1]]), SENTENCES[kind]),
            'Check it with a program you trust, and compare the hubId with the one on the hub’s card.', '', '']
    demand('\n'.join(head) == found[0], no)
    return kind, offence, hub, hub_id, guilty[1]
