"""The records of ledger/README.md: their kinds, which are read as they stand there, seals, and a log of them."""
import re
from formats import NAMED, demand, fields_of, item, key_point, leaf_of, read, sha, shape, signed_in, table

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

def seal_of(value, log_key, hub_id):
    """[1, origin, first, last, root, generation]"""
    demand(shape('Seal')(value), 'bad-seal')
    sealed = read('Sealed', value[0], 'bad-seal')
    demand(sealed[2] <= sealed[3] and signed_in(log_key, 'seal', hub_id, *value), 'bad-seal')
    return sealed

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
        demand(not seq or said['exp'] >= ts, 'expired')
        demand(not seq or said['exp'] <= ts + 2_592_000, 'expires-too-late')
        if name in ('tick', 'hub.founded'): self.day = ts // 86400
        if name == 'hub.restored': self.restores.append(said['size'])
        if name == 'fed.adopted': self.cards += [card for card, _ in read('Document', said['document'], 'bad-document')[8]]
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
