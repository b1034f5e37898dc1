"""A state as rows and its digest, from ledger/README.md alone (*State digest*): rows written, and rows judged."""
from formats import ascending, demand, distinct, encode, integer, item, leaf_of, read, root_of, shape
from records import CHARTER, OUT, charter_sound

AWARD = '[minutes uint, coefficientPerMille uint, ratingPerMille uint, groupPerMille uint, milli integer, day uint, seq uint]'
RATING = '[commitment id32, grade 0/1/2?]'
AGREEMENT = ('id id16, byHelper flag, listing id16, helper id32, receiver id32, category category, minutes uint, begins uint, ends uint, '
             'terms id32, charter uint, made uint, phase agreed/reported/confirmed/settled/cancelled/lapsed, helperCame flag, '
             'receiverCame flag, report [byHelper flag, minutes uint, ts uint]?, confirmedTs uint?, silently flag, '
             f'helperRating {RATING}?, receiverRating {RATING}?, hold integer, award {AWARD}?, guestDue [amount integer, xid id32?]?')
HELP = ('id id16, byHelper flag, helper id32, receiver id32, category category, minutes uint, day uint, note id32, recordedTs uint, '
        f'phase recorded/confirmed/declined/lapsed, award {AWARD}?')
PLACE = '[slot uint, order id32]?'

TABLES = [shape(f'[table uint, {fields}]') for fields in (
    'id bytes 32, origin origin, name text, city text, region text, day0 uint, logKey bytes 32, orderKey bytes 32',
    'charter bytes',
    'size uint, root bytes 32, lastTs uint, tickDay uint, tickSeq uint?',
    'size uint, ts uint, by list of id32, claims list of [receipt id32, by id32, seq uint, ts uint]',
    'day uint, first uint, ids bytes',
    'at uint, due list of [kind 0/1/2/3/4/5/6, id bytes]',
    'acct id32, devices list of bytes 32, profile id32, joinedTs uint, attested flag, steward flag, domain integer, held integer, '
    'global integer, globalHeld integer, lifetimeMilli integer, contributions uint, converted [quarter uint, milli integer]?, '
    'poor list of uint, fair list of uint, good list of uint, kept list of uint, broken list of uint, activeDays list of uint',
    'acct id32, home origin, devices list of bytes 32',
    AGREEMENT, HELP, AGREEMENT, HELP,
    ', '.join(f'{name} integer' for name in 'issuance redemption commons retire pool poolHeld inflight suspense globalRetire'.split()),
    f'document bytes, frontiers list of [origin origin, certified {PLACE}, locked {PLACE}]',
    'order bytes, signature bytes 64, seq uint, claimed integer, certifiedSeq uint?, acknowledged list of origin',
    'order keys/issue, argument bytes, by list of id32',
    'origin origin, last uint?, claimed uint?, unclaimed integer',
    'xid id32, seq uint, ts uint, id id16, by id32, source 0/1, to id32, destination origin, amount big, agreement id16, awardMilli big, '
    'memo id32, expDay uint, approvals list of id32, phase asked/out/certified/credited/suspended/cancelled/expired/returned, slot uint?',
    f'from origin, slot uint, seq uint, ts uint, out {OUT}, disposition credit/limit/too-large/recipient/frozen, left integer, '
    'phase credited/suspended/returning/returned',
    'origin origin, exposure integer, exposureMilli big, transferMaxMilli big, moves list of [day uint, amount integer]',
    'xid id32, member id32, milli big, seq uint',
    'origin origin, kind E1/E2/E3/E4, evidence id32, seq uint, ts uint')]

# ---- Rows of a state ----

def by_origin(table): return [[origin, *row] for origin, row in sorted(table.items(), key=lambda pair: pair[0].encode())]
def award_row(a): return a and [*a[:4], integer(a[4]), *a[5:]]

def member_row(m):
    row = {k: integer(v) if k in ('domain', 'held', 'globl', 'globalHeld', 'lifetime') else v for k, v in m.items()}
    converted = m['converted'] and [m['converted'][0], integer(m['converted'][1])]
    return list({**row, 'converted': converted}.values())

def agreement_row(a):
    due = a['guestDue'] and [integer(a['guestDue'][0]), a['guestDue'][1]]
    return list({**a, 'hold': integer(a['hold']), 'award': award_row(a['award']), 'guestDue': due}.values())

def help_row(h): return list({**h, 'award': award_row(h['award'])}.values())
def slot_row(s): return [s['order'], s['signature'], s['seq'], integer(s['claimed']), s['certifiedSeq'], s['acknowledged']]

def rows_of(state):
    """The rows of each table."""
    closed = {id(x) for x in state.closed_agreements + state.closed_helps}
    def still(table): return [x for x in table.values() if id(x) not in closed]
    tables = [
        [[state.hub_id, state.origin, state.name, state.city, state.region, state.day0, state.log_key, state.order_key]],
        [[state.charter_bytes]],
        [[len(state.leaves), root_of(state.leaves), state.ts, state.tick_day, state.tick_seq]],
        state.restores,
        [[day, first, ids] for day, (first, ids) in sorted(state.days.items())],
        [[at, [[k, i] for t, k, i in sorted(state.due) if t == at]] for at in sorted({d[0] for d in state.due})],
        map(member_row, state.members.values()),
        [list(g.values()) for g in state.guests.values()],
        map(agreement_row, still(state.agreements)),
        map(help_row, still(state.helps)),
        map(agreement_row, state.closed_agreements),
        map(help_row, state.closed_helps),
        [[integer(n) for n in state.books.values()]],
        [[d.data, by_origin(d.frontiers)] for d in state.documents],
        map(slot_row, state.slots),
        [[kind, argument, sorted(by)] for (kind, argument), by in state.approvals.items()],
        by_origin({o: [i['last'], i['claimed'], integer(i['unclaimed'])] for o, i in state.inbound.items()}),
        [list(r.values()) for r in state.requests.values()],
        [list({**a, 'left': integer(a['left'])}.values()) for a in state.arrivals.values()],
        by_origin({o: [integer(t['exposure']), t['exposureMilli'], t['transferMaxMilli'], [[day, integer(n)] for day, n in t['moves']]]
                   for o, t in state.trust.items()}),
        state.abroad.values(),
        by_origin(state.frozen)]
    return [[encode([number, *row]) for row in table] for number, table in enumerate(tables, 1)]

def digest_of(state):
    heads = [[number, len(rows), root_of(list(map(leaf_of, rows)))] for number, rows in enumerate(rows_of(state), 1)]
    return root_of([leaf_of(encode(head)) for head in heads])

# ---- Rows that somebody brings ----

def judge_rows(rows, leaves):
    """Refuses what cannot be the rows of a state behind the log of these leaves."""
    no = 'no-state'
    tables = [[] for _ in TABLES]
    for data in rows:
        row, end = item(data, 0)
        demand(end == len(data) and isinstance(row, list) and row and type(row[0]) is int and 1 <= row[0] <= len(TABLES), no)
        demand(TABLES[row[0] - 1](row) and not any(tables[row[0]:]), no)
        tables[row[0] - 1].append(row[1:])
    (hubs, charters, clocks, _, days, deadlines, members, guests, agreements, helps, closed_agreements, closed_helps, books, documents,
     slots, approvals, inbound, requests, arrivals, trust, abroad, frozen) = tables
    demand(len(hubs) == len(clocks) == len(books) == 1 and charters and members, no)
    demand(all(charter_sound(read(CHARTER, charter, no)) for charter, in charters), no)
    demand(clocks[0][:2] == [len(leaves), root_of(leaves)], no)
    judge_times(days, deadlines, len(leaves))
    for table in (members, guests, agreements + closed_agreements, helps + closed_helps, requests, abroad):
        demand(distinct([row[0] for row in table]), no)
    demand(distinct([row[4][0] for row in arrivals]), no)
    demand(all(h[9] == 'recorded' for h in helps) and not any(h[9] == 'recorded' for h in closed_helps), no)
    for table in (inbound, trust, frozen, *(frontiers for _, frontiers in documents)):
        demand(ascending([row[0].encode() for row in table]), no)
    demand(all(ascending([origin.encode() for origin in slot[5]]) for slot in slots), no)
    demand(all(ascending(by) for by in [a[2] for a in approvals] + [r[13] for r in requests]), no)
    demand(all(times == sorted(times) for m in members for times in m[13:]), no)

def judge_times(days, deadlines, size):
    """Days follow one another up to the last record; deadlines are midnights, and ascend."""
    no = 'no-state'
    numbers = [(first, len(ids) // 16) for _, first, ids in days]
    demand(days and ascending([day for day, _, _ in days]) and all(ids and len(ids) % 16 == 0 for _, _, ids in days), no)
    demand([first + n for first, n in numbers] == [first for first, _ in numbers[1:]] + [size], no)
    demand(distinct([ids[i:i + 16] for _, _, ids in days for i in range(0, len(ids), 16)]), no)
    demand(ascending([at for at, _ in deadlines]) and all(at % 86400 == 0 and due and due == sorted(due) for at, due in deadlines), no)
