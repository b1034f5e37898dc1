/** *State digest* of the README, read backwards: whether rows that somebody brings can be those of a state at all. */
import { ascending, demand, distinct, fromHex, type Hex, or, toHex, utf8 } from './bytes.ts'
import { decode } from './codec.ts'
import { type Charter, isSoundCharter } from './charter.ts'
import { DAY } from './genesis.ts'
import { rootOf } from './notes.ts'
import { read, valueIn } from './shapes.ts'
import { shape, tables } from './specification.ts'
import type { Agreement, Approval, Arrival, Frontier, Help, Member, Request, Slot } from './state.ts'

const NO = 'no-state'
type Day = { day: bigint; first: bigint; ids: Hex }
type Midnight = { at: bigint; due: { kind: bigint; id: Hex }[] }

/** Refuses what cannot be the rows of a state behind the log of these leaves. */
export function judgeRows(rows: readonly Hex[], leaves: readonly Hex[]): void {
  const found = rows.map(rowIn)
  demand(found.every(({ table }, i) => i === 0 || found[i - 1]!.table <= table), NO)
  const of = <T>(number: number) => found.filter(({ table }) => table === BigInt(number)).map(({ value }) => value as T)
  const [clock, charters] = [of<{ size: bigint; root: Hex }>(3), of<{ charter: Hex }>(2)]
  demand([1, 3, 13].every((table) => of(table).length === 1) && charters.length > 0 && of(7).length > 0, NO)
  demand(charters.every(({ charter }) => isSoundCharter(read<Charter>(shape('Charter'), charter, NO))), NO)
  demand(clock[0]!.size === BigInt(leaves.length) && clock[0]!.root === rootOf(leaves), NO)
  demandTimes(of<Day>(5), of<Midnight>(6), BigInt(leaves.length))

  const [agreements, helps] = [of<Agreement>(9), of<Help>(10)]
  const named = [of<Member>(7).map(({ acct }) => acct), of<{ acct: Hex }>(8).map(({ acct }) => acct), of<Arrival>(19).map(({ out }) => out.xid)]
  const ids = [[...agreements, ...of<Agreement>(11)], [...helps, ...of<Help>(12)]].map((matters) => matters.map(({ id }) => id))
  const xids = [of<Request>(18), of<{ xid: Hex }>(21)].map((table) => table.map(({ xid }) => xid))
  demand([...named, ...ids, ...xids].every(distinct), NO)
  demand(helps.every(({ phase }) => phase === 'recorded') && of<Help>(12).every(({ phase }) => phase !== 'recorded'), NO)
  const byOrigin = [...[17, 20, 22].map((table) => of<{ origin: string }>(table)), ...of<{ frontiers: Frontier[] }>(14).map(({ frontiers }) => frontiers)]
  demand(byOrigin.every((table) => ascending(table.map(({ origin }) => utf8(origin)))), NO)
  demand(of<Slot>(15).every(({ acknowledged }) => ascending(acknowledged.map(utf8))), NO)
  demand([...of<Approval>(16).map(({ by }) => by), ...of<Request>(18).map(({ approvals }) => approvals)].every(ascending), NO)
  const times = of<Member>(7).flatMap(({ poor, fair, good, kept, broken, activeDays }) => [poor, fair, good, kept, broken, activeDays])
  demand(times.every((list) => list.every((t, i) => i === 0 || list[i - 1]! <= t)), NO)
}

function rowIn(bytes: Hex): { table: bigint; value: unknown } {
  const items = or(NO, () => decode(bytes))
  const table = Array.isArray(items) && typeof items[0] === 'bigint' ? items[0] : -1n
  const fields = tables.get(table)
  demand(Array.isArray(items) && fields, NO)
  const value = valueIn(fields, items.slice(1))
  demand(value !== undefined, NO)
  return { table, value }
}

/** Days follow one another up to the last record; deadlines are midnights, and ascend. */
function demandTimes(days: Day[], midnights: Midnight[], size: bigint): void {
  const ids = days.map((one) => fromHex(one.ids)).map((all) => Array.from({ length: Math.ceil(all.length / 16) }, (_, i) => toHex(all.subarray(16 * i, 16 * i + 16))))
  demand(days.length > 0 && ascending(days.map(({ day }) => day)) && ids.every((day) => day.length > 0), NO)
  demand(ids.flat().every((id) => id.length === 32) && distinct(ids.flat()), NO)
  demand(days.every(({ first }, i) => first + BigInt(ids[i]!.length) === (days[i + 1]?.first ?? size)), NO)
  demand(ascending(midnights.map(({ at }) => at)), NO)
  demand(midnights.every((one) => one.at % DAY === 0n && one.due.length > 0), NO)
}
