"""Federations, from ledger/README.md alone: documents and their hand-over, certificates, foreign records, guests, trust, conversion."""
from city import DAY, YEAR, City, base, index
from formats import Refused, ascending, demand, distinct, hub_checkpoint, key_id, key_rows, leaf_of, proof_of, read, sha, signed_in
from records import DOCUMENT, GENESIS, KINDS, REPORT, record_of

HUB_ID, ORIGIN, LOG, COSIGN, AUDIT, ORDER_KEY, VOTE, PEER = 1, 2, 5, 6, 7, 8, 9, 10     # the fields of a card
ZERO = bytes(32)

def quorum(n): return n if n <= 3 else (n + (n - 1) // 3) // 2 + 1
def u64(n): return n.to_bytes(8, 'big')
def nominal(amount, i): return amount * i >> 64
def ordered_bytes(origin, slot, order_id): return origin.encode() + b'\0' + u64(slot) + order_id

def card_sound(card):
    keys = card[LOG:]
    return all(map(key_rows, keys)) and len(set(keys)) == 6 and card[ORIGIN].endswith(f'-{card[HUB_ID].hex()[:8]}/log')

class Document:
    """One that was adopted, or is proposed."""

    def __init__(self, data):
        self.data, self.hash = data, sha(data)
        _, self.version, self.previous, self.day0, self.decay, self.conversion, self.yearly_issue, members = self.value = read(
            DOCUMENT, data, 'bad-document')
        self.cards = [card for card, _ in members]
        self.hubs = {card[ORIGIN]: card for card in self.cards}
        self.frontiers = {}         # that ended the epoch before it: by origin [certified, locked]
        n, d = self.conversion
        demand(self.version >= 1 and members and self.day0 % DAY == 0 and self.decay <= 150 and 1 <= d <= 10 ** 6 and 3 * n <= d and
               self.yearly_issue <= 10 ** 12 and all(map(card_sound, self.cards)), 'bad-document')
        keys = [card[f] for card in self.cards for f in (ORDER_KEY, VOTE, PEER)]
        demand(all(map(distinct, ([card[HUB_ID] for card in self.cards], [card[ORIGIN] for card in self.cards], keys))), 'bad-document')

    def voted(self, scope, order_id, votes):
        """Whether these are votes for an order in this epoch, ascending by voter and all good."""
        return ascending([v for v, _ in votes]) and all(
            voter < len(self.cards) and signed_in(self.cards[voter][VOTE], 'vote', scope, u64(self.version) + order_id, signature)
            for voter, signature in votes)

    def counts(self, hub, slot, order_id):
        """Whether a certificate of the epoch before still counts."""
        certified, locked = self.frontiers.get(hub, [None, None])
        if locked and slot == locked[0]: return order_id == locked[1]
        return bool(certified) and (slot < certified[0] or [slot, order_id] == certified)

class Federated(City):
    """A city that may be in a federation."""

    def __init__(self):
        super().__init__()
        self.documents, self.trust, self.inbound, self.frozen = [], {}, {}, {}

    # ---- The current document ----
    @property
    def document(self): return self.documents[-1]
    @property
    def scope(self): return self.documents[0].hash
    @property
    def cards(self): return [card for d in self.documents for card in d.cards]

    def in_federation(self): demand(self.documents, 'no-federation')
    def in_document(self): demand(self.origin in self.document.hubs, 'not-in-document')

    def other_hub(self, hub):
        """The card of another member."""
        demand(hub != self.origin, 'own-hub')
        return self.hub(hub)

    def hub(self, hub):
        demand(hub in self.document.hubs, 'unknown-hub')
        return self.document.hubs[hub]

    def global_day(self, t): return (t - self.documents[0].day0) // DAY
    def global_index(self, day): return index(day, self.documents[0].decay)
    @property
    def today(self): return self.global_day(self.ts)
    def base_today(self, milli): return base(milli, self.global_index(self.today))

    # ---- Hand-over ----
    def fed_adopted(self, _, data, signatures, reports, evidence):
        no = 'bad-document'
        new, old = Document(data), self.documents[-1] if self.documents else None
        demand(new.version == len(self.documents) + 1, 'wrong-version')
        ours = [self.hub_id, self.origin, self.log_key, self.order_key]
        demand(all([card[f] for f in (HUB_ID, ORIGIN, LOG, ORDER_KEY)] == ours for card in new.cards
                   if card[ORIGIN] == self.origin or card[HUB_ID] == self.hub_id), 'not-in-document')
        if old is None: demand(new.previous == ZERO and new.day0 <= self.ts and not reports and not evidence, no)
        else:
            demand(new.previous == old.hash and new.value[3:7] == old.value[3:7] and all(card in new.cards for card in old.cards), no)
        scope, places = self.scope if old else new.hash, [place for place, _ in signatures]
        demand(ascending(places) and all(place < len(new.cards) and signed_in(new.cards[place][VOTE], 'fed', scope, new.hash, signature)
                                         for place, signature in signatures), 'signatures-missing')
        fresh = [place for place, card in enumerate(new.cards) if not old or card not in old.cards]
        demand(set(fresh) <= set(places) and (not old or len(places) - len(fresh) >= quorum(len(old.cards))), 'signatures-missing')
        if old: self.end_epoch(old, new, reports, evidence)
        self.documents.append(new)
        for hub in new.hubs:
            if hub == self.origin or hub in self.trust: continue
            limit = self.charter[11]
            self.trust[hub] = dict(exposure=self.base_today(limit), exposureMilli=limit, transferMaxMilli=limit, moves=[])
            self.inbound[hub] = dict(last=None, claimed=None, unclaimed=0)

    def end_epoch(self, old, new, reports, evidence):
        """Judges the reports about the old document's hubs and the evidence for them, and draws the frontiers that end its epoch."""
        no, certified, locked = 'reports-missing', set(), set()
        values = [read(REPORT, report, no) for report, _ in reports]
        demand(ascending([v for _, _, v, _ in values]) and len(values) >= quorum(len(old.cards)), no)
        for (_, proposal, voter, hubs), (report, signature) in zip(values, reports):
            names = [origin for origin, _, _ in hubs]
            demand(proposal == new.hash and voter < len(old.cards) and len(set(names)) == len(names) and set(names) <= set(old.hubs), no)
            demand(all(not lock or lock[0] == (done[0] + 1 if done else 0) for _, done, lock in hubs), no)
            demand(signed_in(old.cards[voter][VOTE], 'front', self.scope, report, signature), no)
            certified |= {(origin, *done) for origin, done, _ in hubs if done}
            locked |= {(origin, *lock) for origin, _, lock in hubs if lock}
        self.judge_evidence(old, evidence, certified, locked)
        for hub in {origin for value in values for origin, _, _ in value[3]}:
            done = max(([slot, order] for origin, slot, order in certified if origin == hub), default=None)
            locks = [[slot, order] for origin, slot, order in locked if origin == hub and slot == (done[0] + 1 if done else 0)]
            new.frontiers[hub] = [done, locks[0] if len(locks) == 1 else None]

    def judge_evidence(self, old, rows, certified, locked):
        no = 'bad-document'
        demand(ascending([(origin.encode(), slot, order) for origin, slot, order, *_ in rows]), no)
        demand({(*row[:3],) for row in rows} == certified | locked, no)
        for origin, slot, order, signature, epoch, votes in rows:
            demand(signed_in(old.hubs[origin][ORDER_KEY], 'order', self.scope, ordered_bytes(origin, slot, order), signature), no)
            if epoch is None: demand(not votes and (origin, slot, order) not in certified, no)
            else:
                demand(1 <= epoch <= len(self.documents), no)
                document = self.documents[epoch - 1]
                demand(origin in document.hubs and len(votes) == quorum(len(document.cards)) and
                       document.voted(self.scope, order, votes), no)
        demand(len({place[:2] for place in certified}) == len(certified), no)

    def certified(self, epoch, hub, slot, order_id, votes):
        """Whether these votes make a certificate of an epoch, and it still counts."""
        document = self.documents[epoch - 1]
        return (len(votes) >= quorum(len(document.cards)) and document.voted(self.scope, order_id, votes) and
                (document is self.document or self.documents[epoch].counts(hub, slot, order_id)))

    # ---- Guests ----
    def proved(self, hub, foreign):
        """The record that is shown of another hub's log, and its leaf."""
        data, proof = foreign
        try:
            record, text, key = record_of(data), proof.decode(), self.hub(hub)[LOG]
            _, _, at, _, _ = proof_of(text, [(hub, 1, key)], data)
            hub_checkpoint(text.split('\n\n', 1)[1], hub, key)
        except (Refused, UnicodeDecodeError): raise Refused('bad-evidence')
        demand(record[:2] == (hub, at) and record[3] < 1 << 33, 'bad-evidence')
        return record, leaf_of(data)

    def guest_admitted(self, _, guest, home, device, evidence):
        no = 'bad-evidence'
        self.in_federation()
        card, known = self.other_hub(home), self.guests.get(guest)
        demand(not known or device not in known['devices'], 'guest-known')
        demand(guest not in self.members and guest != self.hub_id and (not known or known['home'] == home), 'account-taken')
        demand(key_rows(device), 'bad-key')
        demand(all(device not in who['devices'] for who in [*self.members.values(), *self.guests.values()]), 'key-taken')
        records = [self.proved(home, foreign)[0] for foreign in evidence]
        kinds = [KINDS[record[5][0]][0] for record in records]
        if kinds == ['hub.founded']:
            genesis = records[0][5][5]
            demand(sha(genesis) == card[HUB_ID] and read(GENESIS, genesis, no)[9][:2] == [guest, device], no)
        else:
            demand(kinds == ['member.joined', 'member.attested'], no)
            (*_, raw, joined, auth), attested = records[0], records[1][5]
            demand(joined[2] == guest and joined[5] == device and attested[5] == guest, no)
            demand(auth[0][0] == key_id(device) and signed_in(device, 'entry', card[HUB_ID], raw, auth[0][1]), no)
        self.guests.setdefault(guest, dict(acct=guest, home=home, devices=[]))['devices'].append(device)

    def award(self, matter, minutes, grade, t):
        made = super().award(matter, minutes, grade, t)
        if matter['helper'] in self.guests:
            made[5] = self.global_day(t)
            n, d = self.rate()
            matter['guestDue'] = [base(made[4] * n // d, self.global_index(made[5])), None]
        return made

    def rate(self):
        """Global for Domain: the lesser of the charter's and the document's."""
        (a, b), (c, d) = self.charter[6][0], self.document.conversion
        return (a, b) if a * d < c * b else (c, d)

    # ---- Trust ----
    def trust_set(self, _, peer, exposure, most):
        self.in_federation()
        self.other_hub(peer)
        self.trust[peer].update(exposure=self.base_today(exposure), exposureMilli=exposure, transferMaxMilli=most)

    def moved(self, peer, amount):
        moves = self.trust[peer]['moves']
        moves[:] = [move for move in moves if move[0] > self.today - YEAR]
        if moves and moves[-1][0] == self.today: moves[-1][1] += amount
        else: moves.append([self.today, amount])

    def room(self, peer):
        net = sum(amount for day, amount in self.trust[peer]['moves'] if day > self.today - YEAR)
        return 0 if peer in self.frozen else max(0, self.trust[peer]['exposure'] - net)

    # ---- Conversion ----
    def cv_converted(self, body, amount):
        self.in_federation()
        member, (_, level, standing, most), (n, d) = self.members[body[2]], self.charter[6], self.rate()
        year, day = divmod(self.today, YEAR)
        quarter, gained, moved = 4 * year + 4 * day // YEAR, amount * n // d, base(amount, self.index(self.ts))
        before = member['converted'][1] if member['converted'] and member['converted'][0] == quarter else 0
        demand(self.level(member) >= level, 'level-too-low')
        demand((self.standing(member) or 0) >= standing, 'standing-too-low')
        demand(gained, 'nothing-asked')
        demand(moved <= member['domain'], 'insufficient-cv')
        demand(gained <= most - before, 'quarter-full')
        demand(self.base_today(gained) <= self.books['pool'], 'pool-too-small')
        self.move(moved, member, 'domain', self.books, 'retire')
        self.move(self.base_today(gained), self.books, 'pool', member, 'globl')
        member['converted'] = [quarter, before + gained]

    def move(self, amount, source, a, target, b):
        source[a] -= amount
        target[b] += amount

    def level(self, member):
        return 1 if not member['contributions'] else 3 if member['lifetime'] >= self.charter[7][0] else 2

    def standing(self, member):
        """Per mille, or None without any grade and outcome."""
        poor, fair, good, kept, broken = (sum(t > self.ts - YEAR * DAY for t in member[k]) for k in ('poor', 'fair', 'good', 'kept', 'broken'))
        ages = [self.day(self.ts) - day for day in member['activeDays']]
        parts = [(15, len({12 * age // YEAR for age in ages if age < YEAR}) * 1000 // 12)]
        if grades := poor + fair + good: parts.append((30, (300 * poor + 700 * fair + 1000 * good) // grades))
        if outcomes := kept + broken: parts.append((25, kept * 1000 // outcomes))
        return sum(w * part for w, part in parts) // sum(w for w, _ in parts) if grades or outcomes else None
