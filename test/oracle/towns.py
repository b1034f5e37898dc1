"""Towns that write logs of their own, with keys made here: what two verifiers are asked about where no vector is."""
import base64, hashlib
from city import DAY
from cities import Cities
from federations import ORIGIN, ZERO, ordered_bytes, quorum, u64
from formats import BASE, L, P, Refused, encode, key_id, leaf_of, note_id, read, root_of, sha, times
from records import KINDS, ORDER, origin_of, record_of

NUMBER = {name: number for number, (name, *_) in KINDS.items()}
DAY0 = 20454 * DAY
CITY = dict(preset='city', price=0, moves=True, level=1, standing=0, exposure=3000000)
TIME_BANK = dict(preset='time-bank', price=1, moves=False)

def b64(data): return base64.b64encode(data).decode()
def named(words): return sha(words.encode())

class Key:
    """Ed25519, RFC 8032; the seed is the hash of a name."""

    def __init__(self, name):
        h = hashlib.sha512(named(name)).digest()
        self.secret, self.prefix = int.from_bytes(h[:32], 'little') & (1 << 254) - 8 | 1 << 254, h[32:]
        self.public = self.point(self.secret)

    def point(self, n):
        x, y, z, _ = times(n % L, BASE)
        z = pow(z, -1, P)
        return (y * z % P | (x * z % P & 1) << 255).to_bytes(32, 'little')

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), 'little')
        first = self.point(r)
        k = int.from_bytes(hashlib.sha512(first + self.public + message).digest(), 'little')
        return first + ((r + k * self.secret) % L).to_bytes(32, 'little')

    def sign_in(self, context, scope, payload): return self.sign(b'cv/' + context.encode() + b'\0' + scope + payload)

class Town:
    """A hub with its people. What it records is judged at once; after a refusal it records nothing more."""
    keys = {}                       # of all people and hubs, by name
    towns = {}                      # by origin

    def __init__(self, name, **more):
        self.name, c = name, {**CITY, **more}
        self.log, self.order_key, self.vote, self.cosigner, self.auditor, self.peer = (
            self.key(f'{name} {use}') for use in ('log', 'order', 'vote', 'cosign', 'audit', 'peer'))
        self.charter = encode([1, c['preset'], [[[1, 1000], [2, 1200], [3, 1500]], 100, 3000], [1000, 700, 300, c['moves']], c['price'],
                               [7, 14, 30, 30, 30, 48], [[1, 3], c['level'], c['standing'], 1500000],
                               [1000000, 5000000, 10000000, 3, 3], 100, 2, [[1000000, 1], [5000000, 2], [1 << 63, 3]], c['exposure'],
                               False, '贡献值'])
        self.steward = named(f'{name} steward')
        self.devices = {self.steward: self.key(f'{name} steward')}
        self.genesis = encode([1, name, name, 'as', DAY0, c['preset'], sha(self.charter), self.log.public, self.order_key.public,
                               [self.steward, self.devices[self.steward].public, ZERO], bytes(16)])
        self.hub_id, self.origin = sha(self.genesis), origin_of(self.genesis)
        self.card = [1, self.hub_id, self.origin, name, 'as', *(k.public for k in (self.log, self.cosigner, self.auditor, self.order_key,
                                                                                  self.vote, self.peer))]
        self.records, self.city, self.ts, self.refused = [], Cities(), DAY0 + 3600, None
        self.towns[self.origin] = self
        self.hub('hub.founded', self.genesis, self.charter)

    def key(self, name):
        if name not in self.keys: self.keys[name] = Key(name)
        return self.keys[name]

    # ---- Records ----
    def record(self, kind, acct, fields, *signers):
        """Adds a record, if none was refused; answers whether it was taken."""
        if self.refused: return False
        self.records.append(self.written(kind, acct, fields, *signers))
        try: self.city.take(self.records[-1])
        except Refused as refused: self.refused = refused.args[0]
        return not self.refused

    def written(self, kind, acct, fields, *signers):
        count, last = len(self.records), self.city.leaves[-1] if self.records else self.hub_id
        id = sha(self.hub_id, u64(count), kind.encode())[:16]
        body = encode([NUMBER[kind], id, acct, self.ts + DAY, [count, last], *fields])
        auth = [[key_id(k.public), k.sign_in(KINDS[NUMBER[kind]][2], self.hub_id, body)] for k in signers]
        return encode([1, self.origin, count, last, self.ts, body, auth])

    def hub(self, kind, *fields): return self.record(kind, self.hub_id, fields, self.log)
    def by(self, acct, kind, *fields): return self.record(kind, acct, fields, self.devices[acct])
    def chief(self, kind, *fields): return self.by(self.steward, kind, *fields)

    def undo(self):
        """Forgets what was refused."""
        self.records.pop()
        self.refused, self.city = None, Cities()
        for record in self.records: self.city.take(record)

    def day(self, number, hour=2):
        """Goes on to this day, at once."""
        self.ts = DAY0 + number * DAY + hour * 3600
        return self.hub('tick')

    # ---- People ----
    def join(self, name, attested=True):
        acct, device = named(name), self.key(name)
        self.record('member.joined', acct, [device.public, ZERO, sha(self.charter)], device)
        self.devices[acct] = device
        if attested: self.chief('member.attested', acct, ZERO)
        return acct

    def earner(self, name, milli=600000):
        """A member who helped and converted."""
        acct = self.join(name)
        for _ in range(2):
            self.by(acct, 'help.recorded', acct, self.steward, 1, 1440, self.ts // DAY, ZERO)
            if not self.refused: self.chief('help.confirmed', list(self.city.helps)[-1])
        self.by(acct, 'cv.converted', milli)
        return acct

    def admit(self, home, acct):
        """A member of another town as a guest; its steward too."""
        kinds = [0] if acct == home.steward else [10, 11]
        bodies = [record_of(record)[5] for record in home.records]
        at = [n for n, body in enumerate(bodies) if body[0] in kinds and (body[0] == 0 or acct in (body[2], body[5]))]
        self.devices[acct] = home.devices[acct]
        return self.hub('guest.admitted', acct, home.origin, home.devices[acct].public, [home.shown(n) for n in at])

    def agree(self, helper, receiver, category=1, minutes=90):
        self.record('agreement.made', helper, [bytes(16), helper, receiver, category, minutes, self.ts + 60, self.ts + 60 + 60 * minutes, ZERO, 0],
                    self.devices[helper], self.devices[receiver])
        return None if self.refused else list(self.city.agreements)[-1]

    # ---- Federations ----
    def sign_document(self, document, signers, reports=(), evidence=()):
        scope = self.city.scope if self.city.documents else sha(document)
        return self.hub('fed.adopted', document, [[i, t.vote.sign_in('fed', scope, sha(document))] for i, t in enumerate(signers)],
                        list(reports), list(evidence))

    def report(self, proposal, voter, hubs):
        data = encode([1, proposal, voter, hubs])
        return [data, self.vote.sign_in('front', self.city.scope, data)]

    def evidence(self, slot, order_id, epoch):
        """A row: with an epoch, a certificate of it."""
        signature = self.order_key.sign_in('order', self.city.scope, ordered_bytes(self.origin, slot, order_id))
        votes = self.votes(order_id, epoch)[:quorum(len(self.city.documents[epoch - 1].cards))] if epoch else []
        return [self.origin, slot, order_id, signature, epoch, votes]

    def votes(self, order_id, epoch):
        return [[i, self.towns[card[ORIGIN]].vote.sign_in('vote', self.city.scope, u64(epoch) + order_id)]
                for i, card in enumerate(self.city.documents[epoch - 1].cards)]

    def shown(self, seq, more=''):
        """A record of this log with its proof."""
        def path(leaves, i):
            if len(leaves) < 2: return []
            k = 1 << (len(leaves) - 1).bit_length() - 1
            return path(leaves[:k], i) + [root_of(leaves[k:])] if i < k else path(leaves[k:], i - k) + [root_of(leaves[:k])]
        leaves = list(map(leaf_of, self.records))
        hashes = ''.join(f'{b64(h)}\n' for h in path(leaves, seq))
        return [self.records[seq], f'c2sp.org/tlog-proof@v1\nindex {seq}\n{hashes}\n{self.checkpoint(leaves, more)}'.encode()]

    def checkpoint(self, leaves, more=''):
        text = f'{self.origin}\n{len(leaves)}\n{b64(root_of(leaves))}\n{more}'
        return f'{text}\n— {self.origin} {b64(note_id(self.origin, 1, self.log.public) + self.log.sign(text.encode()))}\n'

    # ---- Orders ----
    def order(self, kind, outs=(), argument=None, **other):
        """An order that keeps the rules but for what is said in other words, and its signature."""
        c, slot = self.city, len(self.city.slots)
        before = c.slots[-1] if slot else dict(id=ZERO, position=0)
        issued = read('[amount big]', argument)[0] if kind == 'issue' else 0
        position = before['position'] + sum(i['unclaimed'] for i in c.inbound.values()) - sum(out[3] for out in outs) + issued
        fields = dict(format=1, federation=c.scope, hub=self.origin, slot=slot, previous=before['id'], kind=kind,
                      day=c.global_day(self.ts), claims=[[o, i['last']] for o, i in c.arrived()], outs=list(outs), argument=argument,
                      position=position)
        fields.update(other)
        data = encode(list(fields.values()))
        return data, self.order_key.sign_in('order', c.scope, ordered_bytes(self.origin, fields['slot'], sha(data)))

    def put(self, kind, outs=(), argument=None, **other): return self.hub('x.out', *self.order(kind, outs, argument, **other))
    def certify(self):
        slot, epoch = self.city.slots[-1], len(self.city.documents)
        return self.hub('x.cert', slot['slot'], epoch, self.votes(slot['id'], epoch))

    def approved(self, kind, argument):
        self.chief('order.approved', len(self.city.slots), kind, argument)
        return self.put(kind, argument=argument) and self.certify()

    def announce(self):
        """Orders the keys."""
        keys = [k.public for k in (self.log, self.order_key, self.vote, self.cosigner, self.auditor)]
        return self.approved('keys', encode([*keys, self.city.charter[10]]))

    def issue(self, amount): return self.approved('issue', encode([amount]))

    def ask(self, acct, to, destination, amount, days=5):
        """Asks for a transfer; answers its xid."""
        self.by(acct, 'x.req', 0, to, destination.origin, amount, b'A' * 16, 0, ZERO, self.city.global_day(self.ts) + days)
        return None if self.refused else list(self.city.requests)[-1]

    def ask_pool(self, agreement):
        a = self.city.agreements[agreement]
        self.chief('x.req', 1, a['helper'], self.city.guests[a['helper']]['home'], a['guestDue'][0], agreement, a['award'][4], ZERO,
                   self.city.global_day(self.ts) + 5)
        return None if self.refused else list(self.city.requests)[-1]

    def approve(self, xid):
        request = self.city.requests[xid]
        return self.chief('x.appr', xid, *(request[k] for k in ('destination', 'to', 'amount', 'expDay')))

    def out_of(self, xid):
        r = self.city.requests[xid]
        return [xid, *(r[k] for k in ('destination', 'to', 'amount', 'seq', 'agreement', 'memo')), None, self.city.last_to(r['destination'])]

    def back_of(self, xid):
        a, c = self.city.arrivals[xid], self.city
        _, _, to, _, _, agreement, memo, _, _ = a['out']
        return [c.return_id(a), a['from'], to, a['left'], a['seq'], agreement, memo, xid, c.last_to(a['from'])]

    def send(self, acct, to, destination, amount):
        xid = self.ask(acct, to, destination, amount)
        if xid: self.approve(xid) and self.put('out', [self.out_of(xid)]) and self.certify()
        return xid

    def send_back(self, xid): return self.put('out', [self.back_of(xid)]) and self.certify()

    def take(self, source, slot, epoch=None):
        s = source.city.slots[slot]
        return self.take_order(source, s['order'], s['signature'], epoch)

    def take_order(self, source, data, signature, epoch=None):
        """Records an x.in with the dispositions that the rules ask for."""
        if self.refused: return False
        outs, epoch, self.city.ts = read(ORDER, data)[8], epoch or len(self.city.documents), self.ts
        dispositions = self.city.dispositions(source.origin, [out for out in outs if out[1] == self.origin])
        return self.hub('x.in', epoch, data, signature, self.votes(sha(data), epoch), dispositions)

    # ---- Export ----
    def export(self):
        leaves = list(map(leaf_of, self.records))
        sealed = encode([1, self.origin, 0, len(leaves) - 1, root_of(leaves), 0])
        return b''.join([encode(['cv-export', 1, self.origin, len(leaves), self.hub_id]), *map(encode, self.records),
                         encode([sealed, self.log.sign_in('seal', self.hub_id, sealed)]), encode(self.checkpoint(leaves))])

def document(members, before=None, version=1, **other):
    """Members are towns or cards."""
    cards = [m.card if isinstance(m, Town) else m for m in members]
    c = dict(day0=DAY0, decay=50, conversion=[1, 3], issue=30000000) | other
    return encode([1, version, before or ZERO, c['day0'], c['decay'], c['conversion'], c['issue'], [[card, []] for card in cards]])

def federation(*names, charter=CITY, value=9000000, **other):
    """Towns in one federation, each with its keys announced and this much issued."""
    Town.towns.clear()
    towns = [Town(name, **charter) for name in names]
    first = document(towns, **other)
    for town in towns:
        town.sign_document(first, towns)
        town.announce()
        town.issue(value)
    return towns
