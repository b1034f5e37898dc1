"""A history at random of three towns in a federation, day after day, with some of what they ask refused."""
from city import DAY
from federations import ZERO
from formats import read, sha
from records import ORDER, record_of
from towns import DAY0, federation, named

REFUSED = 12                        # refusals that are kept of a history; the others are passed over

def walk(r, steps=250):
    """Logs by name: of each refusal that is kept the log that ends in it, and in the end all three."""
    towns = federation(*r.sample(['aa', 'b-', 'b0', 'zz', 'c'], 3), value=r.choice([9000000, 200000]), decay=r.choice([0, 50, 150]),
                       conversion=r.choice([[1, 3], [1, 4]]))
    people = {t: [t.earner(f'{t.name} {i}', 150000) for i in range(3)] for t in towns}
    kept = 0
    for step in range(steps):
        town = r.choice(towns)
        other = r.choice([t for t in towns if t is not town])
        Turn(r, towns, town, other, people, step).play()
        for t in towns:
            if t.refused:
                kept += 1
                if kept <= REFUSED: yield f'{kept}-{t.refused}', t
                t.undo()
    for t in towns: yield t.name, t

class Turn:
    """What one town does, often with what is there, sometimes with what is not."""
    OFTEN = dict(join=1, convert=1, ask=8, approve=7, cancel=1, order=7, certify=8, take=9, acknowledge=4, release=2, back=1, day=2, days=1,
                 trust=1, issue=1, guest=2, agree=3, report=3, answer=3, rate=2, reveal=1, owe=5, count=2)

    def __init__(self, r, towns, town, other, people, step):
        self.r, self.towns, self.town, self.other, self.people, self.step = r, towns, town, other, people[town], step
        self.strangers, self.city = people[other], town.city

    def play(self): getattr(self, self.r.choices(list(self.OFTEN), list(self.OFTEN.values()))[0])()
    def rarely(self, chance=0.05): return self.r.random() < chance

    def pick(self, items):
        items = list(items)
        return self.r.choice(items) if items else None

    def waiting(self, table, *phases): return [x for x, row in table.items() if row['phase'] in phases or self.rarely(0.02)]

    # ---- In the city ----
    def join(self):
        acct = self.town.join(f'{self.town.name} {self.step} new', not self.rarely(0.1))
        if not self.town.refused: self.people.append(acct)

    def convert(self): self.town.by(self.pick(self.people), 'cv.converted', self.r.choice([2, 50001, 300000, 900000]))
    def issue(self): self.town.issue(self.r.choice([1, 100000, 40000000])) if not self.city.open_slot() else None
    def trust(self): self.town.chief('trust.set', self.other.origin, self.r.choice([0, 1000, 60000, 10 ** 7]), self.r.choice([500, 30000, 10 ** 7]))

    def day(self): self.go_on(1)
    def days(self): self.go_on(self.r.choice([2, 5, 9, 31]))
    def go_on(self, days):
        today = (max(t.ts for t in self.towns) - DAY0) // DAY
        for town in self.towns: town.day(today + days, self.r.randint(0, 23))

    def guest(self):
        guest = self.pick([*self.strangers, self.other.steward])
        self.town.admit(self.other, guest)

    def agree(self):
        host = self.pick([*self.people, self.town.steward])
        helper = self.pick(self.city.guests) or self.pick(self.people)
        if helper != host: self.town.agree(helper, host, self.r.choice([1, 2, 3]), self.r.randint(1, 90))

    def agreement(self, *phases):
        a = self.city.agreements.get(self.pick(self.waiting(self.city.agreements, *phases)))
        return a, a and self.pick([a['helper'], a['receiver']])

    def report(self):
        a, who = self.agreement('agreed')
        if a and self.rarely(0.2): self.town.by(who, 'agreement.cancelled', a['id'])
        elif a: self.town.by(who, 'completion.reported', a['id'], self.r.randint(1, a['minutes']))

    def answer(self):
        a, who = self.agreement('reported')
        if not a or not a['report']: return
        if not self.rarely(0.1): who = a['receiver' if a['report'][0] else 'helper']
        self.town.by(who, 'completion.declined' if self.rarely(0.2) else 'completion.confirmed', a['id'], a['report'][1])

    def rate(self):
        a, who = self.agreement('confirmed', 'settled')
        if a: self.town.by(who, 'rating.committed', a['id'], sha(b'cv/commit\0', ZERO, self.r.choice([b'1', b'2'])))

    def reveal(self):
        a, who = self.agreement('confirmed', 'settled')
        if a: self.town.hub('rating.opened', a['id'], who, self.r.choice([1, 2]), ZERO)

    # ---- Between cities ----
    def ask(self):
        to = self.pick([*self.strangers, *self.strangers, named('nobody'), self.town.steward])
        self.town.ask(self.pick(self.people), to, self.other, self.r.choice([1, 1000, 7777, 20000, 50000]), self.r.choice([0, 1, 5, 30]))

    def owe(self):
        due = [a['id'] for a in self.city.agreements.values() if a['guestDue'] and (not a['guestDue'][1] or self.rarely())]
        if due: self.town.ask_pool(self.pick(due))

    def approve(self):
        if xid := self.pick(self.waiting(self.city.requests, 'asked')): self.town.approve(xid)

    def cancel(self):
        xid = self.pick(self.waiting(self.city.requests, 'asked'))
        if xid: self.town.by(self.pick([self.city.requests[xid]['by'], self.town.steward]), 'x.cancel', xid)

    def order(self):
        requests = [x for x in self.waiting(self.city.requests, 'asked') if self.city.requests[x]['approvals'] or self.rarely()]
        outs = [self.town.out_of(x) for x in self.r.sample(requests, min(len(requests), self.r.randint(0, 3)))]
        backs = [self.town.back_of(x) for x, a in self.city.arrivals.items() if a['phase'] == 'returning' and not self.rarely()]
        self.r.shuffle(outs := outs + backs)
        if outs and (not self.city.open_slot() or self.rarely()): self.town.put('out', outs)

    def certify(self):
        if self.city.open_slot(): self.town.certify()

    def take(self):
        last = self.city.inbound[self.other.origin]['last']
        slots = [s['slot'] for s in self.other.city.slots if self.rarely(0.02) or
                 any(out[1] == self.town.origin for out in s['outs']) and (last is None or s['slot'] > last)]
        if slots: self.town.take(self.other, slots[-1] if self.rarely() else slots[0])

    def acknowledge(self):
        for seq, body in ((n, record_of(record)[5]) for n, record in enumerate(self.other.records)):
            if body[0] != 86 or read(ORDER, body[6])[2] != self.town.origin: continue
            slot = read(ORDER, body[6])[3]
            if self.other.origin not in self.city.slots[slot]['acknowledged'] or self.rarely(0.01):
                return self.town.hub('x.ack', slot, self.other.origin, self.other.shown(seq))

    def release(self):
        if xid := self.pick(self.waiting(self.city.arrivals, 'suspended')):
            left = self.city.arrivals[xid]['left']
            self.town.chief('x.rel', xid, self.r.choice([1, left, left // 2, left + 1]))

    def back(self):
        if xid := self.pick(self.waiting(self.city.arrivals, 'suspended')): self.town.chief('x.back', xid)

    def count(self):
        if xid := self.pick(self.city.arrivals):
            a = self.city.arrivals[xid]
            source = self.town.towns[a['from']]
            self.town.hub('contribution.abroad', a['out'][2], xid, source.shown(a['out'][4]))
