/** *State digest* of the README: a state as rows, and one number for all of them. */
import { byOrigin, fromHex, type Hex, sha } from './bytes.ts'
import { encode, type Item } from './codec.ts'
import { leafOf, rootOf } from './notes.ts'
import { itemFor, type Value } from './shapes.ts'
import { deadlines, tables } from './specification.ts'
import type { Agreement, City, Deadline, Help } from './state.ts'

/** What each table holds, in the order of its rows. */
function contentsOf(city: City): Record<number, object[]> {
  const isHelp = (matter: Agreement | Help): matter is Help => 'note' in matter
  const isOpen = (matter: Agreement | Help) => !city.closed.includes(matter)
  const ascending = <T extends { origin: string }>(table: Map<string, T>) => [...table.values()].sort((a, b) => byOrigin(a.origin, b.origin))
  return {
    1: [city.hub],
    2: city.charters,
    3: [{ size: BigInt(city.leaves.length), root: rootOf(city.leaves), lastTs: city.lastTs, tickDay: city.tickDay, tickSeq: city.tickSeq }],
    4: city.restores,
    5: city.ids.map(({ day, first, ids }) => ({ day, first, ids: ids.join('') })),
    6: [...Map.groupBy(city.due, ({ at }) => at)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, due]) => ({ at, due: due.map(dueRow) })),
    7: [...city.members.values()],
    8: [...city.guests.values()],
    9: [...city.agreements.values()].filter(isOpen),
    10: [...city.helps.values()].filter(isOpen),
    11: city.closed.filter((matter) => !isHelp(matter)),
    12: city.closed.filter(isHelp),
    13: [city.books],
    14: city.documents,
    15: city.slots,
    16: city.approvals,
    17: ascending(city.inbound),
    18: [...city.requests.values()],
    19: [...city.arrivals.values()],
    20: ascending(city.trust),
    21: [...city.abroad.values()],
    22: ascending(city.frozen),
    23: city.ended,
    24: [...city.recoveries.values()],
    25: [...city.invitations.values()],
    26: [...city.organisations.values()],
    32: [...city.absences.values()],
    40: [...city.grants.values()],
    41: city.jointly,
    42: [...city.yearly.values()],
    43: [...city.referrals.values()],
    44: city.conversions === null ? [] : [city.conversions],
    45: [...city.regards.values()],
    50: city.exchanges,
    60: city.repeated,
    27: city.departures,
    28: [...city.brought.values()],
    61: city.demand,
    62: [...city.projects.values()].filter((project) => !city.closedProjects.includes(project)),
    63: city.closedProjects,
    64: [...city.works.values()].filter(({ phase }) => phase === 'open'),
    65: city.closedWorks,
    70: city.months,
    29: [...city.erasures.values()],
    30: [...city.calendars.values()],
    31: [...city.sessions.values()].filter((session) => !city.closedSessions.includes(session)),
    33: [...city.acts.values()],
    34: [...city.slips.values()],
    35: city.closedSessions,
    36: [...city.carePlans.values()],
    48: [...city.proposals.values()],
    49: [{ perMille: city.rates }],
    37: [...city.corrections.values()],
    38: [...city.correcting.values()],
    39: [...city.hours.values()],
    46: city.posts,
    47: city.nominations,
    51: [...city.cases.values()],
    55: city.purchases,
    56: [...city.skills.values()],
    57: [...city.deposits.values()],
    58: [...city.offers.values()],
    59: [...city.redemptions.values()],
    75: city.income,
  }
}

const dueRow = ({ what, id }: Deadline) => ({ kind: BigInt(deadlines.indexOf(what)), id })

/** The rows of each table of the README, by its number. */
export function rowsOf(city: City): Map<bigint, Hex[]> {
  const contents = contentsOf(city)
  return new Map([...tables].map(([number, shape]) => {
    const rows = contents[Number(number)]
    if (rows === undefined) throw new Error(`the reducer knows nothing of table ${number}`)
    return [number, rows.map((row) => encode([number, ...(itemFor(shape, row as Value) as Item[])]))]
  }))
}

const PAGE = 64

export function digestOf(city: City): Hex {
  const heads = [...rowsOf(city)].map(([number, rows]) => {
    const hashes = rows.map(sha)
    const pages = Array.from({ length: Math.ceil(hashes.length / PAGE) }, (_, i) => hashes.slice(PAGE * i, PAGE * (i + 1)).join(''))
    return encode([number, BigInt(rows.length), Uint8Array.from(fromHex(rootOf(pages.map(leafOf))))])
  })
  return rootOf(heads.map(leafOf))
}
