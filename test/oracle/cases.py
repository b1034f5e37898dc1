#!/usr/bin/env python3
"""Logs of what the vectors leave out, for two verifiers to say the same of.

    cases.py DIR [SEED…]       writes an export each to DIR: the cases below, and a history at random for each seed

In most the last record is one that may be refused; whether it is, the verifiers say."""
import os, random, sys
from formats import leaf_of, sha
from federations import ZERO, nominal
from towns import CITY, TIME_BANK, Town, document, federation, named

NOBODY = named('nobody')

def out(to, amount, town, number=0, returns=None, last=None):
    return [named(f'out {number}'), town.origin, to, amount, 5, b'A' * 16, ZERO, returns, last]

def arrives(source, town, outs, slot=7, kind='out', **other):
    """An order of the source's that its own rules need not allow."""
    return town.take_order(source, *source.order(kind, outs, slot=slot, position=0, **other))

def suspended(**more):
    a, b = federation('aa', 'bb', **more)
    xid = a.send(a.earner('ann'), NOBODY, b, 50000)
    b.take(a, 2)
    return a, b, xid

# ---- Documents ----

def documents():
    changes = {'order-key-is-vote-key': {8: 9}, 'peer-key-is-order-key': {10: 8}, 'cosigner-key-is-vote-key': {6: 9},
               'log-key-is-peer-key': {5: 10}, 'same-log-key': {5: 5}, 'same-auditor-key': {7: 7}, 'same-peer-key': {10: 10},
               'no-city': {3: None}}
    for name, change in changes.items():
        a, b = Town('aa'), Town('bb')
        card = list(b.card)
        for field, of in change.items(): card[field] = a.card[of] if of else ''
        a.sign_document(document([a, card]), [a, b])
        yield name, a
    for name, other in {'decay-151': dict(decay=151), 'day0-tomorrow': dict(day0=a.ts // 86400 * 86400 + 86400), 'half': dict(conversion=[1, 2])}.items():
        a = Town('aa')
        a.sign_document(document([a], **other), [a])
        yield name, a

def hand_over(says, rows=lambda a: [], order='abc'):
    """A third town joins two. The first speaks of its own chain as `says` says, the second's report is of nothing."""
    a, b = federation('aa', 'bb')
    towns = [dict(a=a, b=b, c=Town('cc'))[x] for x in order]
    new = document(towns, a.city.documents[0].hash, 2)
    for town in (a, b):
        hubs = [[[a.origin, *says(a)]] if says(a) else [], []]
        reports = [voter.report(sha(new), i, hubs[i]) for i, voter in enumerate((a, b))]
        town.sign_document(new, towns, reports, rows(a))
    return a, b

def hand_overs():
    def at(a, slot): return [slot, a.city.slots[slot]['id']]
    def row(a, slot, epoch): return a.evidence(*at(a, slot), epoch)
    cases = {'nothing': (lambda a: None, lambda a: []),
             'neither': (lambda a: [None, None], lambda a: []),
             'certified': (lambda a: [at(a, 1), None], lambda a: [row(a, 1, 1)]),
             'certified-proved-as-locked': (lambda a: [at(a, 1), None], lambda a: [row(a, 1, None)]),
             'certified-not-proved': (lambda a: [at(a, 1), None], lambda a: []),
             'locked': (lambda a: [at(a, 0), at(a, 1)], lambda a: [row(a, 0, 1), row(a, 1, None)]),
             'locked-proved-as-certified': (lambda a: [at(a, 0), at(a, 1)], lambda a: [row(a, 0, 1), row(a, 1, 1)]),
             'locked-alone': (lambda a: [None, at(a, 0)], lambda a: [row(a, 0, None)]),
             'locked-too-far': (lambda a: [None, at(a, 1)], lambda a: [row(a, 1, None)]),
             'row-that-nobody-claims': (lambda a: None, lambda a: [row(a, 1, 1)]),
             'certified-in-epoch-2': (lambda a: [at(a, 1), None], lambda a: [[*row(a, 1, 1)[:4], 2, row(a, 1, 1)[5]]])}
    for name, (says, rows) in cases.items():
        a, _ = hand_over(says, rows)
        a.day(1)
        yield name, a
    a, _ = hand_over(*cases['certified'], order='cba')
    a.day(1)
    yield 'members-in-another-order', a

def ended_epochs():
    """An order of the ended epoch arrives; the frontier says certified in 3, locked in 4, and of which orders."""
    for certified, locked in ((3, 4), (3, None), (None, 0), (None, None)):
        for slot in (0, 2, 3, 4, 5):
            for which in ('this', 'other'):
                def order(town, s, word): return town.order('out', [out(NOBODY, 100, b, word)], slot=s, previous=ZERO, position=0)
                b = Town('bb')          # for its origin, which is the same in every federation
                def place(a, s): return None if s is None else [s, sha(order(a, s, 'this')[0])]
                a, b = hand_over(lambda a: [place(a, certified), place(a, locked)],
                                 lambda a: [a.evidence(*place(a, s), e) for s, e in ((certified, 1), (locked, None)) if s is not None])
                b.take_order(a, *order(a, slot, which), epoch=1)
                yield f'{certified}-{locked}-{slot}-{which}', b

# ---- Guests ----

def guest_of(a, b):
    guest = b.join('guest')
    a.admit(b, guest)
    return guest, a.join('host')

def done(a, guest, host, minutes=90):
    agreement = a.agree(guest, host, 3)
    a.by(guest, 'completion.reported', agreement, minutes) and a.by(host, 'completion.confirmed', agreement, minutes)
    a.day(16)
    return agreement

def guests():
    for name, what in {'cancelled': 'agreement.cancelled', 'came': 'checkin.made'}.items():
        a, b = federation('aa', 'bb')
        guest, host = guest_of(a, b)
        a.by(guest, what, a.agree(guest, host))
        a.day(40)
        yield name, a
    for name, other in {'paid': {}, 'nothing-for-a-guest': dict(conversion=[0, 1]), 'in-a-time-bank': dict(charter=CITY | TIME_BANK),
                        'more-decay': dict(decay=150, conversion=[2, 7])}.items():
        a, b = federation('aa', 'bb', **other)
        agreement = done(a, *guest_of(a, b))
        yield f'{name}-owed', a
        a.ask_pool(agreement)
        yield f'{name}-asked', a
        if a.refused: continue
        a.chief('x.cancel', list(a.city.requests)[-1])
        yield f'{name}-cancelled', a
        a.ask_pool(agreement) and a.day(30)
        yield f'{name}-expired', a
    a, b = federation('aa', 'bb')
    a.admit(b, b.steward)
    yield 'a-steward', a

def awards_that_come_back():
    for released in (0, 5):
        a, b = federation('aa', 'bb')
        agreement = done(a, *guest_of(a, b))
        xid = a.ask_pool(agreement)
        a.put('out', [a.out_of(xid)]) and a.certify()
        b.day(16)
        b.chief('trust.set', a.origin, 0, 3000000)
        b.take(a, 2)
        if released: b.chief('x.rel', xid, released)
        b.chief('x.back', xid) and b.send_back(xid)
        a.take(b, 2)
        yield f'{released}-released', b
        yield f'{released}-returned', a
        a.ask_pool(agreement)
        yield f'{released}-asked-again', a

def awards_abroad():
    """As large as allowed and one more, shown by a request that the other hub's rules would not have taken."""
    for conversion in ([1, 3], [2, 7], [0, 1]):
        for day in (0, 95, 700):
            for more, ordered in ((0, 1000), (1, 1000), (0, 3000), (1, 3000)):
                a, b = federation('aa', 'bb', conversion=conversion)
                member = b.join('member')
                if day: a.day(day) and b.day(day)
                (n, d), worth = conversion, nominal(1000, a.city.global_index(max(0, day - 90)))
                most = ((worth + 1) * d - 1) // n if n else 0
                record = a.written('x.req', a.steward, [1, member, b.origin, 1000, b'A' * 16, most + more, ZERO, 705], a.devices[a.steward])
                a.records.append(record)
                a.city.leaves.append(leaf_of(record))
                xid = sha(b'cv/xid\0', a.city.scope, leaf_of(record))
                arrives(a, b, [[xid, *out(member, ordered, b)[1:]]])
                b.hub('contribution.abroad', member, xid, a.shown(len(a.records) - 1))
                yield f'{conversion[0]}-{conversion[1]}-{day}-{more}-{ordered}', b

# ---- Orders and arrivals ----

def returning():
    for kind in ('out', 'issue', 'keys', 'without'):
        a, b, xid = suspended()
        b.chief('x.back', xid)
        if kind == 'out': b.send_back(xid)
        elif kind == 'issue': b.issue(1000)
        elif kind == 'keys': b.announce()
        else: b.send(b.earner('bob'), NOBODY, a, 10)
        yield kind, b
    a, b, xid = suspended()
    b.day(33)
    b.send_back(xid)
    a.day(33)
    a.take(b, 2)
    yield 'at-its-deadline', b
    yield 'home', a
    for count, chosen in ((130, slice(128)), (130, slice(127)), (130, slice(1, 129)), (127, slice(127)), (129, slice(129))):
        a, b = federation('aa', 'bb')
        arrives(a, b, [out(NOBODY, 1000 + i, b, i) for i in range(count)])
        b.day(31)
        due = sorted((x for x, arrival in b.city.arrivals.items() if arrival['phase'] == 'returning'))
        b.put('out', [b.back_of(x) for x in due[chosen]])
        yield f'{count}-{chosen.start or 0}-{chosen.stop}', b

def arrivals():
    def case(*outs, before=(), trust=None, **other):
        a, b = federation('aa', 'bb')
        to = {'member': b.join('member'), 'newcomer': b.join('newcomer', False), 'nobody': NOBODY}
        if trust is not None: b.chief('trust.set', a.origin, *trust)
        if before: arrives(a, b, [out(to['member'], 1, b, 'before')])
        arrives(a, b, [out(to[who], amount, b, i, *more) for i, (who, amount, *more) in enumerate(outs)], **other)
        return b
    yield 'return-of-nothing', case(('member', 1000, ZERO), ('nobody', 1000, ZERO))
    yield 'zero', case(('member', 0), ('nobody', 0))
    yield 'newcomer', case(('newcomer', 10))
    yield 'limits', case(*(('member', n) for n in (1500000, 1000000, 1000000, 499999, 2, 1, 1)))
    yield 'too-large', case(*(('member', n) for n in (3000001, 3000000, 1)))
    yield 'no-trust', case(('member', 1), ('member', 0), trust=(0, 0))
    yield 'any-other-kind', case(('member', 1), kind='keys', day=99999, claims=[['zz', 4], ['aa', 1]])
    yield 'all-there-is', case(('member', (1 << 64) - 1), ('nobody', (1 << 64) - 1))
    yield 'skipped', case(('member', 1), before=True, slot=8)
    yield 'earlier', case(('member', 1, None, 7), before=True, slot=6)
    yield 'later', case(('member', 1, None, 7), before=True, slot=8)

def returns():
    """Two transfers of ours; what comes back is not always what was sent."""
    def case(*backs, certified=True):
        a, b = federation('aa', 'bb')
        ann = a.earner('ann')
        sent = [a.ask(ann, NOBODY, b, amount) for amount in (1000, 2000)]
        all(map(a.approve, sent)) and a.put('out', list(map(a.out_of, sent))) and certified and a.certify()
        to = dict(ann=ann, nobody=NOBODY)
        arrives(b, a, [out(to[who], amount, a, i, sent[which]) for i, (who, amount, which) in enumerate(backs)])
        return a
    yield 'both', case(('ann', 1000, 0), ('nobody', 2000, 1))
    yield 'one-twice', case(('ann', 500, 0), ('ann', 500, 0))
    yield 'one-twice-to-nobody', case(('nobody', 500, 0), ('nobody', 500, 0))
    yield 'too-much', case(('nobody', 1001, 0), ('nobody', 1000, 0))
    yield 'before-the-certificate', case(('nobody', 1000, 0), certified=False)
    a, b, xid = suspended()
    b.chief('x.back', xid) and b.send_back(xid)
    a.take(b, 2)
    a.hub('x.ack', 2, b.origin, b.shown(b.city.arrivals[xid]['seq']))
    yield 'acknowledged-after', a
    a, b, xid = suspended()
    a.hub('x.ack', 2, b.origin, b.shown(b.city.arrivals[xid]['seq'], 'further\n'))
    yield 'proof-with-further-lines', a

def a_year_of_trust():
    a, b = federation('aa', 'bb')
    member = b.join('member')
    arrives(a, b, [out(member, 3000000, b, 1)])
    for slot, day, amounts in ((8, 364, [1]), (9, 365, [1, 2999998, 2]), (10, 740, [1])):
        a.day(day) and b.day(day)
        arrives(a, b, [out(member, n, b, f'{day} {i}', last=slot - 1) for i, n in enumerate(amounts)], slot=slot)
        yield f'day-{day}', b

CASES = (documents, hand_overs, ended_epochs, guests, awards_that_come_back, awards_abroad, returning, arrivals, returns, a_year_of_trust)

def main(directory, *seeds):
    def write(name, town):
        with open(os.path.join(directory, f'{name}.cbor'), 'wb') as file: file.write(town.export())
    for cases in CASES:
        for name, town in cases(): write(f'{cases.__name__}-{name}', town)
    for seed in seeds:
        from walk import walk
        for name, town in walk(random.Random(seed)): write(f'seed-{seed}-{name}', town)

if __name__ == '__main__': main(*sys.argv[1:])
