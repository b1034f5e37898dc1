"""What passes between cities, from ledger/README.md alone: requests, orders, certificates, arrivals, freezing."""
from city import DAY, EXPIRE_REQUEST, RETURN_ARRIVAL, YEAR, base
from federations import AUDIT, COSIGN, ORDER_KEY, VOTE, ZERO, Federated, nominal, ordered_bytes
from formats import Refused, demand, read, sha, signed_in
from records import ARGUMENTS, KINDS, ORDER, evidence_of

LARGEST = 49152

def order_of(data):
    demand(len(data) <= LARGEST, 'bad-order')
    return read(ORDER, data, 'bad-order')

class Cities(Federated):
    """A city with all that it does with others: everything that replay knows."""

    def __init__(self):
        super().__init__()
        self.requests, self.slots, self.approvals, self.arrivals, self.abroad = {}, [], {}, {}, {}
        self.position = 0           # after the last certified order

    def due_between(self, kind, id):
        if kind == EXPIRE_REQUEST and self.requests[id]['phase'] == 'asked': self.call_off(self.requests[id], 'expired')
        if kind == RETURN_ARRIVAL and self.arrivals[id]['phase'] == 'suspended': self.arrivals[id]['phase'] = 'returning'

    def stewards_needed(self, asked): return min(asked, sum(m['steward'] for m in self.members.values()))
    def is_steward(self, acct): return acct in self.members and self.members[acct]['steward']

    # ---- Requests ----
    def x_req(self, body, source, to, destination, amount, agreement, award, memo, exp_day):
        self.in_federation()
        self.in_document()
        self.other_hub(destination)
        demand(destination not in self.frozen, 'hub-frozen')
        demand(self.keys_order(), 'no-keys-yet')
        demand(amount, 'nothing-asked')
        demand(self.today <= exp_day <= self.today + 30, 'bad-expiry')
        xid = sha(b'cv/xid\0', self.scope, self.leaf)
        if source == 0:
            demand(agreement != bytes(16), 'unknown-agreement')
            demand(award == 0, 'not-an-award')
            demand(amount <= self.members[body[2]]['globl'], 'insufficient-cv')
        else:
            demand(self.is_steward(body[2]), 'not-a-steward')
            a = self.agreements.get(agreement)
            demand(a, 'unknown-agreement')
            demand(a['guestDue'] and not a['guestDue'][1], 'no-award-due')
            demand(amount == a['guestDue'][0], 'other-amount')
            demand((to, destination, award) == (a['helper'], self.guests[a['helper']]['home'], a['award'][4]), 'transfer-mismatch')
            demand(amount <= self.books['pool'], 'pool-too-small')
            a['guestDue'][1] = xid
        self.requests[xid] = request = dict(
            xid=xid, seq=self.seq, ts=self.ts, id=body[1], by=body[2], source=source, to=to, destination=destination, amount=amount,
            agreement=agreement, awardMilli=award, memo=memo, expDay=exp_day, approvals=[body[2]] if source else [], phase='asked', slot=None)
        free, held = self.accounts(request)
        self.move(amount, *free, *held)
        self.set(self.documents[0].day0 + (exp_day + 1) * DAY, 0, EXPIRE_REQUEST, xid)

    def accounts(self, request):
        """Where its value came from, and where it is held while it is asked."""
        if request['source']: return (self.books, 'pool'), (self.books, 'poolHeld')
        owner = self.members[request['by']]
        return (owner, 'globl'), (owner, 'globalHeld')

    def call_off(self, request, phase):
        free, held = self.accounts(request)
        self.move(request['amount'], *held, *free)
        request['phase'] = phase
        self.due_again(request)

    def due_again(self, request):
        if request['source']: self.agreements[request['agreement']]['guestDue'][1] = None

    def x_appr(self, body, xid, destination, to, amount, exp_day):
        request = self.requests.get(xid)
        demand(request, 'unknown-transfer')
        demand(request['phase'] == 'asked', 'wrong-phase')
        demand([destination, to, amount, exp_day] == [request[k] for k in ('destination', 'to', 'amount', 'expDay')], 'transfer-mismatch')
        demand(body[2] not in request['approvals'], 'already-approved')
        request['approvals'] = sorted([*request['approvals'], body[2]])

    def x_cancel(self, body, xid):
        request = self.requests.get(xid)
        demand(request, 'unknown-transfer')
        demand(not request['source'] or self.is_steward(body[2]), 'not-a-steward')
        demand(request['source'] or body[2] == request['by'], 'not-a-party')
        demand(request['phase'] == 'asked', 'wrong-phase')
        self.call_off(request, 'cancelled')

    def approved(self, request):
        milli = nominal(request['amount'], self.global_index(self.global_day(request['ts'])))
        tiers = read(ARGUMENTS['keys'], self.keys_order()['argument'])[5]
        needed = next((signatures for most, signatures in tiers if most >= milli), tiers[-1][1])
        return len(request['approvals']) >= self.stewards_needed(needed)

    # ---- Orders ----
    def keys_order(self):
        """The latest certified order of our keys."""
        return next((s for s in reversed(self.slots) if s['kind'] == 'keys' and s['certifiedSeq'] is not None), None)

    def open_slot(self): return self.slots[-1] if self.slots and self.slots[-1]['certifiedSeq'] is None else None

    def order_approved(self, body, slot, kind, argument):
        self.in_federation()
        self.in_document()
        demand(slot == len(self.slots), 'wrong-slot')
        self.judge_argument(kind, argument)
        by = self.approvals.setdefault((kind, argument), [])
        demand(body[2] not in by, 'already-approved')
        by.append(body[2])

    def judge_argument(self, kind, argument):
        """An order's argument; answers what it issues."""
        no = 'bad-order'
        demand(self.slots or kind == 'keys', no)
        if kind == 'out': demand(argument is None, no)
        else:
            demand(argument is not None, no)
            value = read(ARGUMENTS[kind], argument, no)
            card = self.document.hubs[self.origin]
            if kind == 'keys': demand(value == [self.log_key, self.order_key, card[VOTE], card[COSIGN], card[AUDIT], self.charter[10]], no)
            else:
                demand(value[0], no)
                year = self.today // YEAR
                issued = sum(s['issued'] for s in self.slots if s['day'] // YEAR == year)
                demand(value[0] <= base(self.document.yearly_issue, self.global_index(year * YEAR)) - issued, no)
                return value[0]
        return 0

    def x_out(self, _, data, signature):
        no = 'bad-order'
        self.in_federation()
        self.in_document()
        _, federation, hub, slot, previous, kind, day, claims, outs, argument, position = order_of(data)
        demand((federation, hub, slot) == (self.scope, self.origin, len(self.slots)), no)
        demand(not self.open_slot(), 'slot-open')
        before = self.slots[-1] if self.slots else dict(id=ZERO, position=0)
        order_id = sha(data)
        demand(previous == before['id'], no)
        demand(signed_in(self.order_key, 'order', self.scope, ordered_bytes(hub, slot, order_id), signature), no)
        demand(day == self.today and (slot or kind == 'keys'), no)
        demand(claims == [[origin, i['last']] for origin, i in self.arrived()], no)
        self.judge_outs(kind, outs)
        issued, unclaimed = self.judge_argument(kind, argument), sum(i['unclaimed'] for i in self.inbound.values())
        if kind != 'out':
            demand(len(self.approvals.get((kind, argument), [])) >= self.stewards_needed(self.charter[9]), no)
        demand(position == before['position'] + unclaimed - sum(out[3] for out in outs) + issued, no)
        self.slots.append(dict(order=data, id=order_id, signature=signature, seq=self.seq, slot=slot, kind=kind, day=day, outs=outs,
                               argument=argument, issued=issued, position=position, claimed=unclaimed, certifiedSeq=None, acknowledged=[]))
        self.approvals = {}
        for _, i in self.arrived(): i.update(claimed=i['last'], unclaimed=0)
        for out in outs: self.ordered(out, slot)

    def arrived(self):
        return sorted(((o, i) for o, i in self.inbound.items() if i['last'] is not None), key=lambda pair: pair[0].encode())

    def judge_outs(self, kind, outs):
        no = 'bad-order'
        demand((kind == 'out') == bool(outs) and len(outs) <= 128 and len({out[0] for out in outs}) == len(outs), no)
        returning = [a for a in self.arrivals.values() if a['phase'] == 'returning']
        due = {self.return_id(a): a for a in sorted(returning, key=lambda a: (a['seq'], a['out'][0]))}
        for out in outs:
            request = self.requests.get(out[0])
            if request and request['phase'] == 'asked':
                fields = [request[k] for k in ('to', 'amount', 'seq', 'agreement', 'memo')]
                demand(out == [out[0], request['destination'], *fields, None, self.last_to(request['destination'])], no)
                demand(self.approved(request), no)
            else:
                demand(out[0] in due, no)
                a = due[out[0]]
                xid, _, to, _, _, agreement, memo, _, _ = a['out']
                demand(out == [out[0], a['from'], to, a['left'], a['seq'], agreement, memo, xid, self.last_to(a['from'])], no)
        demand(kind != 'out' or {*list(due)[:128]} <= {out[0] for out in outs}, no)

    def return_id(self, arrival): return sha(b'cv/xid\0', self.scope, b'ret', arrival['out'][0])
    def last_to(self, hub): return next((s['slot'] for s in reversed(self.slots) if self.outs_to(s, hub)), None)
    def outs_to(self, slot, hub): return [out for out in slot['outs'] if out[1] == hub]

    def ordered(self, out, slot):
        xid, _, _, amount, _, _, _, returns, _ = out
        if returns is None:
            request = self.requests[xid]
            request.update(phase='out', slot=slot)
            self.move(amount, *self.accounts(request)[1], self.books, 'inflight')
        else:
            self.arrivals[returns].update(phase='returned', left=0)
            self.move(amount, self.books, 'suspense', self.books, 'inflight')

    def x_cert(self, _, number, epoch, votes):
        self.in_federation()
        slot = self.open_slot()
        demand(slot, 'nothing-to-certify')
        demand(number == slot['slot'], 'wrong-slot')
        demand(epoch == len(self.documents) and self.certified(epoch, self.origin, number, slot['id'], votes), 'bad-certificate')
        slot['certifiedSeq'], self.position = self.seq, slot['position']
        self.books['inflight'] -= sum(out[3] for out in slot['outs'])
        self.books['pool'] += slot['issued']
        for out in slot['outs']:
            if out[7] is None and self.requests[out[0]]['phase'] == 'out': self.requests[out[0]]['phase'] = 'certified'

    # ---- Arrivals ----
    def x_in(self, _, epoch, data, signature, votes, dispositions):
        self.in_federation()
        _, federation, hub, slot, _, _, _, _, outs, _, _ = order_of(data)
        demand(federation == self.scope, 'bad-order')
        demand(hub != self.origin, 'own-hub')
        demand(1 <= epoch <= len(self.documents), 'bad-certificate')
        card, order_id = self.documents[epoch - 1].hubs.get(hub), sha(data)
        demand(card, 'unknown-hub')
        demand(signed_in(card[ORDER_KEY], 'order', self.scope, ordered_bytes(hub, slot, order_id), signature), 'bad-order')
        demand(self.certified(epoch, hub, slot, order_id, votes), 'bad-certificate')
        ours, inbound = [out for out in outs if out[1] == self.origin], self.inbound[hub]
        demand(ours, 'nothing-for-us')
        demand(all(out[8] == inbound['last'] for out in ours) and (inbound['last'] is None or slot > inbound['last']), 'certificate-skipped')
        demand(len({out[0] for out in ours}) == len(ours) and not any(out[0] in self.arrivals for out in ours), 'bad-order')
        demand(dispositions == self.dispositions(hub, ours), 'wrong-dispositions')
        inbound.update(last=slot, unclaimed=inbound['unclaimed'] + sum(out[3] for out in ours))
        for out, disposition in zip(ours, dispositions): self.arrive(hub, slot, out, disposition)

    def returned_by(self, hub, out, earlier=()):
        """The transfer of ours that comes back by this out."""
        request = self.requests.get(out[7])
        back = (request and request['destination'] == hub and request['phase'] in ('out', 'certified', 'suspended') and
                out[3] <= request['amount'] and out[7] not in earlier)
        return request if back else None

    def dispositions(self, hub, outs):
        found, back, room = [], set(), self.room(hub)
        for out in outs:
            to, amount = self.members.get(out[2]), out[3]
            if self.returned_by(hub, out, back):
                back.add(out[7])
                found.append('credit')
            elif hub in self.frozen: found.append('frozen')
            elif not to or not to['attested']: found.append('recipient')
            elif nominal(amount, self.global_index(self.today)) > self.trust[hub]['transferMaxMilli']: found.append('too-large')
            elif amount > room: found.append('limit')
            else:
                found.append('credit')
                room -= amount
        return found

    def arrive(self, hub, slot, out, disposition):
        xid, _, to, amount, _, _, _, returns, _ = out
        credited = disposition == 'credit'
        self.arrivals[xid] = {'from': hub, 'slot': slot, 'seq': self.seq, 'ts': self.ts, 'out': out, 'disposition': disposition,
                              'left': 0 if credited else amount, 'phase': 'credited' if credited else 'suspended'}
        if request := self.returned_by(hub, out):
            account, key = self.accounts(request)[0]
            account[key] += amount
            request['phase'] = 'returned'
            if amount == request['amount']: self.due_again(request)
        elif credited:
            self.members[to]['globl'] += amount
            self.moved(hub, amount)
        else:
            self.books['suspense'] += amount
            self.set(self.ts, self.charter[5][4], RETURN_ARRIVAL, xid)

    def x_ack(self, _, number, destination, foreign):
        no = 'bad-evidence'
        self.in_federation()
        self.hub(destination)
        slot = self.slots[number] if number < len(self.slots) else None
        outs = self.outs_to(slot, destination) if slot and slot['certifiedSeq'] is not None else []
        demand(outs and destination not in slot['acknowledged'], 'nothing-to-acknowledge')
        body = self.proved(destination, foreign)[0][5]
        demand(KINDS[body[0]][0] == 'x.in' and body[6] == slot['order'] and len(body[9]) == len(outs), no)
        slot['acknowledged'] = sorted([*slot['acknowledged'], destination], key=str.encode)
        for out, disposition in zip(outs, body[9]):
            if out[7] is not None: continue
            if disposition == 'credit': self.moved(destination, -out[3])
            request = self.requests[out[0]]
            if request['phase'] == 'certified': request['phase'] = 'credited' if disposition == 'credit' else 'suspended'

    def suspended(self, xid):
        demand(xid in self.arrivals, 'unknown-transfer')
        demand(self.arrivals[xid]['phase'] == 'suspended', 'not-suspended')
        return self.arrivals[xid]

    def x_rel(self, _, xid, amount):
        a = self.suspended(xid)
        demand(amount, 'nothing-asked')
        demand(amount <= a['left'], 'more-than-left')
        to = self.members.get(a['out'][2])
        demand(to, 'unknown-member')
        demand(to['attested'], 'not-attested')
        self.move(amount, self.books, 'suspense', to, 'globl')
        self.moved(a['from'], amount)
        a['left'] -= amount
        if not a['left']: a['phase'] = 'credited'

    def x_back(self, _, xid): self.suspended(xid)['phase'] = 'returning'

    def contribution_abroad(self, _, acct, xid, foreign):
        self.in_federation()
        demand(acct in self.members, 'unknown-member')
        demand(xid not in self.abroad, 'already-counted')
        a = self.arrivals.get(xid)
        demand(a, 'unknown-transfer')
        demand(a['out'][2] == acct, 'not-an-award')
        demand(a['phase'] == 'credited', 'wrong-phase')
        (_, _, _, ts, _, body, _), leaf = self.proved(a['from'], foreign)
        demand(KINDS[body[0]][0] == 'x.req' and sha(b'cv/xid\0', self.scope, leaf) == xid and body[6] == acct, 'bad-evidence')
        demand(body[5] == 1, 'not-an-award')
        worth = nominal(body[8], self.global_index(max(0, self.global_day(ts) - 90)))
        n, d = self.document.conversion
        demand(body[10] <= (((worth + 1) * d - 1) // n if n else 0), 'award-too-large')
        self.members[acct]['lifetime'] += body[10]
        self.members[acct]['contributions'] += 1
        self.abroad[xid] = [xid, acct, body[10], self.seq]

    # ---- Freezing ----
    def hub_frozen(self, _, hub, evidence):
        self.in_federation()
        card = self.other_hub(hub)
        demand(hub not in self.frozen, 'hub-frozen')
        try: kind, offence, _, hub_id, _ = evidence_of(evidence)
        except Refused: raise Refused('bad-evidence')
        demand(hub_id == card[1], 'bad-evidence')
        self.frozen[hub] = [kind, offence, self.seq, self.ts]
        for request in self.requests.values():
            if request['destination'] == hub and request['phase'] == 'asked': self.call_off(request, 'cancelled')

    # ---- Books ----
    def faults(self):
        """The unit whose equation of *Books* fails, or None."""
        if super().faults(): return 'domain'
        held = [m[k] for m in self.members.values() for k in ('globl', 'globalHeld')]
        hub = [self.books[k] for k in ('pool', 'poolHeld', 'inflight', 'suspense', 'globalRetire')]
        taken = sum(i['unclaimed'] for i in self.inbound.values())
        slot, asked = self.open_slot() or dict(claimed=0, outs=[]), [r for r in self.requests.values() if r['phase'] == 'asked']
        right = (sum(held + hub) == self.position + taken + slot['claimed'] and min(held + hub) >= 0 and
                 hub[2] == sum(out[3] for out in slot['outs']) and hub[3] == sum(a['left'] for a in self.arrivals.values()) and
                 hub[1] == sum(r['amount'] for r in asked if r['source']) and
                 all(m['globalHeld'] == sum(r['amount'] for r in asked if not r['source'] and r['by'] == acct)
                     for acct, m in self.members.items()))
        return None if right else 'global'
