"""A log replayed, from ledger/README.md alone: chain, signatures, head, and the rules of a city by itself."""
import heapq
from bisect import insort
from formats import demand, encode, key_id, key_rows, leaf_of, read, root_of, sha, signed_in
from records import CHARTER, GENESIS, KINDS, charter_sound, origin_of, record_of
from rows import digest_of

DAY, YEAR = 86400, 365
GUESTS = {20, 21, 22, 23, 24, 25, 40}
LAPSE_HELP, SILENT, OPEN_RATINGS, LAST_AWARD, LAPSE_AGREEMENT, EXPIRE_REQUEST, RETURN_ARRIVAL = range(7)

def midnight(t): return -(-t // DAY) * DAY
def base(nominal, index): return -(-(nominal << 64) // index)

def index(day, rate):
    """Of decay at a yearly rate per mille."""
    y, r = divmod(day, YEAR)
    return ((1000 - rate) ** y * (365000 - rate * r) << 64) // (1000 ** y * 365000)

def note(times, t, year):
    """Adds a time to a member's list, out of which falls what is a year old."""
    insort(times, t)
    times[:] = [x for x in times if x > t - year]

class City:
    """What replay knows of a city by itself; `cities.Cities` knows the rest. `take` adds a record, or raises Refused: then nothing
    may follow."""

    def __init__(self):
        self.leaves, self.times, self.members, self.guests, self.agreements, self.helps = [], [], {}, {}, {}, {}
        self.closed_agreements, self.closed_helps, self.due, self.days, self.restores = [], [], [], {}, []
        self.books = dict.fromkeys('issuance redemption commons retire pool poolHeld inflight suspense globalRetire'.split(), 0)

    def take(self, data):
        record = record_of(data)
        if not self.leaves: self.found(record)
        else:
            self.chain(record)
            signers = self.signers(record)
            self.head(record)
            self.ts, self.seq, self.leaf = record[3], record[1], leaf_of(data)
            getattr(self, KINDS[record[5][0]][0].replace('.', '_'))(record[5], *record[5][5:])
            today = self.day(self.ts)
            for member in signers:
                if today not in member['activeDays']: note(member['activeDays'], today, YEAR)
        self.ts = record[3]
        self.times.append(self.ts)
        self.days.setdefault(self.ts // DAY, [len(self.leaves), b''])[1] += record[5][1]
        self.ids.add(record[5][1])
        self.leaves.append(leaf_of(data))

    # ---- Genesis ----
    def found(self, record):
        origin, seq, prev, ts, raw, body, auth = record
        demand(body[0] == 0, 'not-founded')
        g = read(GENESIS, body[5], 'bad-genesis')
        _, name, city, region, day0, preset, charter_hash, log_key, order_key, (acct, device, profile), _ = g
        demand(name and not name.strip('abcdefghijklmnopqrstuvwxyz0123456789-') and city and day0 % DAY == 0 and
               region in ('af', 'as', 'eu', 'na', 'oc', 'sa'), 'bad-genesis')
        c = read(CHARTER, body[6], 'bad-charter')
        demand(charter_sound(c) and c[1] == preset and sha(body[6]) == charter_hash, 'bad-charter')
        demand(all(map(key_rows, (log_key, order_key, device))), 'bad-key')
        self.hub_id, self.origin, self.log_key, self.order_key = sha(body[5]), origin_of(body[5]), log_key, order_key
        demand(origin == self.origin, 'foreign-log')
        demand(seq == 0, 'wrong-sequence')
        demand(prev == self.hub_id, 'broken-chain')
        demand(ts // DAY * DAY == day0, 'bad-genesis')
        demand(body[2] == self.hub_id and body[4] == [0, self.hub_id], 'unseen-branch')
        demand(auth[0][0] == key_id(log_key) and signed_in(log_key, 'entry', self.hub_id, raw, auth[0][1]), 'wrong-signature')
        self.name, self.city, self.region, self.day0, self.charter, self.charter_bytes = name, city, region, day0, c, body[6]
        self.confirm_days, self.rating_days, self.hold_days, self.short_days, _, self.free_hours = c[5]
        self.ts, self.tick_day, self.tick_seq, self.ids = ts, ts // DAY, None, set()
        self.join(acct, device, profile, True)

    def join(self, acct, device, profile, steward):
        self.members[acct] = dict(acct=acct, devices=[device], profile=profile, joined=self.ts, attested=steward, steward=steward,
                                  domain=0, held=0, globl=0, globalHeld=0, lifetime=0, contributions=0, converted=None,
                                  poor=[], fair=[], good=[], kept=[], broken=[], activeDays=[])

    # ---- Validity ----
    def chain(self, record):
        origin, seq, prev, ts, _, body, _ = record
        demand(ts < 1 << 33, 'malformed')
        demand(origin == self.origin, 'foreign-log')
        demand(seq == len(self.leaves), 'wrong-sequence')
        demand(prev == self.leaves[-1], 'broken-chain')
        demand(ts >= self.ts, 'time-went-back')
        demand(ts // DAY == self.tick_day or body[0] in (1, 3), 'tick-missing')
        demand(ts // DAY != self.tick_day or body[0] != 1, 'tick-twice')
        demand(body[0] != 0, 'already-founded')

    def signers(self, record):
        """The members who signed it themselves."""
        raw, body, auth = record[4:]
        kind, acct, signer = body[0], body[2], KINDS[body[0]][1]
        def by(key, a): return signed_in(key, KINDS[kind][2], self.hub_id, raw, a[1])
        if signer in ('hub', 'newcomer'):
            demand(signer == 'newcomer' or acct == self.hub_id, 'unknown-member')
            key = self.log_key if signer == 'hub' else body[5]
            demand(auth[0][0] == key_id(key) and by(key, auth[0]), 'wrong-signature')
            return []
        accounts = [acct]
        if signer == 'parties':
            demand(acct in body[6:8], 'not-a-party')
            accounts.append(body[7] if acct == body[6] else body[6])
        demand(len(auth) == len(accounts), 'wrong-signature')
        for account, a in zip(accounts, auth):
            member = self.members.get(account)
            demand(member or account in self.guests, 'unknown-member')
            keys = [k for k in (member or self.guests[account])['devices'] if key_id(k) == a[0]]
            demand(keys, 'unknown-device')
            demand(by(keys[0], a), 'wrong-signature')
            demand(member or kind in GUESTS, 'not-for-guests')
            demand(not member or member['attested'], 'not-attested')
            demand(signer != 'steward' or member['steward'], 'not-a-steward')
        return [self.members[a] for a in accounts if a in self.members]

    def head(self, record):
        ts, (_, id, _, exp, (size, leaf), *_) = record[3], record[5]
        demand(id not in self.ids and not (record[5][0] in (20, 30) and (id in self.agreements or id in self.helps)), 'id-taken')
        demand(exp >= ts, 'expired')
        demand(exp <= ts + 30 * DAY, 'expires-too-late')
        demand(size <= len(self.leaves) and leaf == (self.leaves[size - 1] if size else self.hub_id), 'unseen-branch')

    # ---- Time ----
    def tick(self, _):
        self.tick_day, self.tick_seq = self.ts // DAY, self.seq
        for day in [d for d in self.days if d <= self.tick_day - 32]:
            ids = self.days.pop(day)[1]
            self.ids -= {ids[i:i + 16] for i in range(0, len(ids), 16)}
        while self.due and self.due[0][0] <= self.ts:
            at, kind, id = heapq.heappop(self.due)
            if kind == LAPSE_HELP and self.helps[id]['phase'] == 'recorded': self.close_help(self.helps[id], 'lapsed')
            if kind > LAPSE_AGREEMENT: self.due_between(kind, id)
            if kind not in range(SILENT, EXPIRE_REQUEST): continue
            a = self.agreements[id]
            if kind == SILENT and a['report'] and a['phase'] == 'reported' and self.after(a['report'][2], self.confirm_days) == at:
                self.confirm(a, at, True)
            elif kind == OPEN_RATINGS and a['phase'] == 'confirmed':
                if self.unopened(a): heapq.heappush(self.due, (at + DAY, LAST_AWARD, id))
                else: self.settle(a, at)
            elif kind == LAST_AWARD and a['phase'] == 'confirmed': self.settle(a, at)
            elif kind == LAPSE_AGREEMENT and a['phase'] == 'agreed': self.end(a, 'lapsed')
            self.close_if_over(a, at)

    def after(self, t, days): return midnight(t + days * DAY)
    def set(self, t, days, kind, id): heapq.heappush(self.due, (self.after(t, days), kind, id))
    def day(self, t): return (t - self.day0) // DAY

    # ---- State digest, restores ----
    def state_digest(self, _, root):
        demand(self.tick_seq == self.seq - 1, 'digest-misplaced')
        demand(root == digest_of(self), 'wrong-digest')

    def hub_restored(self, _, generation, size, root, given_up, approvals):
        demand(generation == len(self.restores) + 1, 'wrong-generation')
        demand(size == self.seq and root == root_of(self.leaves), 'other-tree')
        demand(given_up is None or given_up[0] > size, 'nothing-given-up')
        named, payload = [], encode([3, generation, size, root, given_up])
        for steward, keyid, signature in approvals:
            demand(steward not in named, 'already-approved')
            named.append(steward)
            demand(steward in self.members, 'unknown-member')
            demand(self.members[steward]['steward'], 'not-a-steward')
            keys = [k for k in self.members[steward]['devices'] if key_id(k) == keyid]
            demand(keys, 'unknown-device')
            demand(signed_in(keys[0], 'appr', self.hub_id, payload, signature), 'wrong-signature')
        demand(len(named) >= min(self.charter[9], sum(m['steward'] for m in self.members.values())), 'not-enough-stewards')
        self.restores.append([size, self.ts, named, []])

    def lost_claimed(self, body, generation, seq, receipt):
        demand(1 <= generation <= len(self.restores), 'unknown-restore')
        size, _, _, claims = self.restores[generation - 1]
        demand(seq >= size, 'not-lost')
        demand(all(receipt != c[0] for r in self.restores for c in r[3]), 'already-claimed')
        claims.append([receipt, body[2], seq, self.ts])

    # ---- Rules of a city: membership ----
    def member_joined(self, body, device, profile, charter):
        demand(body[2] not in self.members and body[2] != self.hub_id and body[2] not in self.guests, 'account-taken')
        keys = [k for m in self.members.values() for k in m['devices']] + [k for g in self.guests.values() for k in g['devices']]
        demand(device not in keys, 'key-taken')
        demand(charter == sha(self.charter_bytes), 'other-charter')
        self.join(body[2], device, profile, False)

    def member_attested(self, body, member, _):
        demand(member in self.members, 'unknown-member')
        demand(member != body[2], 'self-attested')
        demand(not self.members[member]['attested'], 'already-attested')
        self.members[member]['attested'] = True

    # ---- Agreements ----
    def agreement_made(self, body, listing, helper, receiver, category, minutes, begins, ends, terms, charter):
        demand(helper != receiver, 'same-person')
        demand(receiver in self.members, 'guest-cannot-receive')
        demand(charter == 0, 'other-charter')
        demand(ends > begins and begins >= self.ts - 30 * DAY, 'bad-interval')
        demand(ends <= self.ts + YEAR * DAY, 'ends-too-late')
        demand(1 <= minutes <= (ends - begins) // 60, 'minutes-out-of-range')
        hold = self.price(minutes, self.members[receiver])
        self.members[receiver]['domain'] -= hold
        self.members[receiver]['held'] += hold
        self.agreements[body[1]] = dict(
            id=body[1], byHelper=body[2] == helper, listing=listing, helper=helper, receiver=receiver, category=category, minutes=minutes,
            begins=begins, ends=ends, terms=terms, charter=charter, made=self.ts, phase='agreed', helperCame=False, receiverCame=False,
            report=None, confirmedTs=None, silently=False, helperRating=None, receiverRating=None, hold=hold, award=None, guestDue=None)
        self.set(ends, self.hold_days, LAPSE_AGREEMENT, body[1])

    def party(self, body, *phases):
        """The agreement an action is about, and whether the helper acts."""
        a = self.agreements.get(body[5])
        demand(a, 'unknown-agreement')
        demand(body[2] in (a['helper'], a['receiver']), 'not-a-party')
        demand(a['phase'] in phases, 'wrong-phase')
        return a, body[2] == a['helper']

    def agreement_cancelled(self, body, _):
        a, _ = self.party(body, 'agreed')
        free = a['begins'] - self.free_hours * 3600
        if self.ts > free > a['made']: note(self.members[body[2]]['broken'], self.ts, YEAR * DAY)
        self.end(a, 'cancelled')

    def checkin_made(self, body, _):
        a, helper = self.party(body, 'agreed', 'reported')
        demand(self.ts >= a['begins'] - 3600, 'not-begun')
        demand(not a['helperCame' if helper else 'receiverCame'], 'already-checked-in')
        a['helperCame' if helper else 'receiverCame'] = True

    def completion_reported(self, body, _, minutes):
        a, helper = self.party(body, 'agreed')
        demand(self.ts >= a['begins'] - 3600, 'not-begun')
        demand(1 <= minutes <= a['minutes'], 'minutes-out-of-range')
        a['report'], a['phase'] = [helper, minutes, self.ts], 'reported'
        self.set(self.ts, self.confirm_days, SILENT, a['id'])

    def answered(self, body, minutes):
        a, helper = self.party(body, 'reported')
        demand(a['report'][0] != helper, 'own-report')
        demand(a['report'][1] == minutes, 'other-minutes')
        return a

    def completion_confirmed(self, body, _, minutes): self.confirm(self.answered(body, minutes), self.ts, False)
    def completion_declined(self, body, _, minutes):
        a = self.answered(body, minutes)
        a['report'], a['phase'] = None, 'agreed'
        if self.ts >= self.after(a['ends'], self.hold_days): self.set(self.ts, self.hold_days, LAPSE_AGREEMENT, a['id'])

    def confirm(self, a, t, silently):
        a['phase'], a['confirmedTs'], a['silently'] = 'confirmed', t, silently
        self.count(a, t)
        self.set(t, self.rating_days, OPEN_RATINGS, a['id'])
        if not self.charter[3][3]: self.settle(a, t)

    def count(self, matter, t):
        """One contribution to the helper, a kept outcome to both."""
        if matter['helper'] in self.members: self.members[matter['helper']]['contributions'] += 1
        for acct in (matter['helper'], matter['receiver']):
            if acct in self.members: note(self.members[acct]['kept'], t, YEAR * DAY)

    def settle(self, a, t):
        given, receiver = a['hold'] * a['report'][1] // a['minutes'], self.members[a['receiver']]
        receiver['held'] -= a['hold']
        receiver['domain'] += a['hold'] - given
        self.books['redemption'] += given
        a['phase'], a['hold'], rating = 'settled', 0, a['receiverRating']
        a['award'] = self.award(a, a['report'][1], rating[1] if rating and rating[1] is not None else 2, t)

    def end(self, a, phase):
        receiver = self.members[a['receiver']]
        receiver['held'] -= a['hold']
        receiver['domain'] += a['hold']
        a['phase'], a['hold'] = phase, 0
        self.close_if_over(a, self.ts)

    def unopened(self, a): return any(a[r] and a[r][1] is None for r in ('helperRating', 'receiverRating'))
    def close_if_over(self, a, t):
        over = a['phase'] in ('cancelled', 'lapsed') or a['phase'] == 'settled' and a['helper'] in self.members and not self.unopened(a) and (
            a['helperRating'] and a['receiverRating'] or t >= self.after(a['confirmedTs'], self.rating_days))
        if over and not any(a is c for c in self.closed_agreements): self.closed_agreements.append(a)

    # ---- Ratings ----
    def rating_committed(self, body, _, commitment):
        a, helper = self.party(body, 'confirmed', 'settled')
        rater = 'helperRating' if helper else 'receiverRating'
        demand(not a[rater], 'already-rated')
        demand(self.ts < self.after(a['confirmedTs'], self.rating_days), 'rating-closed')
        a[rater] = [commitment, None]

    def rating_opened(self, _, agreement, rater, grade, salt):
        a = self.agreements.get(agreement)
        demand(a, 'unknown-agreement')
        mine, rated = ('helperRating', 'receiver') if rater == a['helper'] else ('receiverRating', 'helper')
        demand(rater in (a['helper'], a['receiver']) and a[mine], 'no-commitment')
        demand(a[mine][1] is None, 'already-rated')
        demand(sha(b'cv/commit\0', salt, str(grade).encode()) == a[mine][0], 'other-commitment')
        demand(a['helperRating'] and a['receiverRating'] or self.ts >= self.after(a['confirmedTs'], self.rating_days), 'too-early')
        a[mine][1] = grade
        if a[rated] in self.members: note(self.members[a[rated]][('poor', 'fair', 'good')[grade]], self.ts, YEAR * DAY)
        if a['phase'] == 'confirmed' and not self.unopened(a): self.settle(a, self.ts)
        self.close_if_over(a, self.ts)

    # ---- Help, short form ----
    def help_recorded(self, body, helper, receiver, category, minutes, day, words):
        demand(helper != receiver, 'same-person')
        demand(body[2] in (helper, receiver), 'not-a-party')
        other = self.members.get(receiver if body[2] == helper else helper)
        demand(other, 'unknown-member')
        demand(other['attested'], 'not-attested')
        demand(1 <= minutes <= 1440, 'minutes-out-of-range')
        demand(day <= self.ts // DAY + 1, 'day-in-future')
        demand(day >= self.ts // DAY - 30, 'day-too-old')
        self.helps[body[1]] = dict(id=body[1], byHelper=body[2] == helper, helper=helper, receiver=receiver, category=category,
                                   minutes=minutes, day=day, note=words, recorded=self.ts, phase='recorded', award=None)
        self.set(self.ts, self.short_days, LAPSE_HELP, body[1])

    def answered_help(self, body):
        h = self.helps.get(body[5])
        demand(h, 'unknown-help')
        demand(body[2] != h['helper' if h['byHelper'] else 'receiver'], 'own-report')
        demand(body[2] in (h['helper'], h['receiver']), 'not-a-party')
        demand(h['phase'] == 'recorded', 'wrong-phase')
        return h

    def help_confirmed(self, body, _):
        h = self.answered_help(body)
        receiver = self.members[h['receiver']]
        price = self.price(h['minutes'], receiver)
        receiver['domain'] -= price
        self.books['redemption'] += price
        self.count(h, self.ts)
        h['award'] = self.award(h, h['minutes'], 2, self.ts)
        self.close_help(h, 'confirmed')

    def help_declined(self, body, _): self.close_help(self.answered_help(body), 'declined')
    def close_help(self, h, phase):
        h['phase'] = phase
        self.closed_helps.append(h)

    # ---- Value ----
    def index(self, t): return index(self.day(t), self.charter[8])

    def price(self, minutes, receiver):
        return min(base(minutes * 1000, self.index(self.ts)), receiver['domain']) if self.charter[4] else 0

    def award(self, matter, minutes, grade, t):
        """Pays the helper, who must be a member: what a guest is owed is between cities."""
        _, _, (coefficients, _, _), (good, fair, poor, moves), *_ = self.charter
        coefficient, rating = dict(map(tuple, coefficients))[matter['category']], (poor, fair, good)[grade] if moves else 1000
        milli = minutes * 1000 * coefficient * rating * 1000 // 10 ** 9
        if helper := self.members.get(matter['helper']):
            paid = base(milli, self.index(t))
            helper['lifetime'], helper['domain'] = helper['lifetime'] + milli, helper['domain'] + paid
            self.books['issuance'] -= paid
        return [minutes, coefficient, rating, 1000, milli, self.day(t), self.seq]

    def faults(self):
        """The unit whose equation of *Books* fails, or None."""
        held = [m[k] for m in self.members.values() for k in ('domain', 'held')]
        domain = [self.books[k] for k in ('redemption', 'commons', 'retire')]
        return 'domain' if sum(held) + sum(domain) + self.books['issuance'] or min(held + domain) < 0 else None
