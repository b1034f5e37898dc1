/**
 * A town that two reducers replay side by side: the ledger’s and the one of the README. Whatever it is asked, both must say the same,
 * and after whatever it takes its books must be right.
 */
import { parseRecord } from '#ledger/entry.ts'
import { encodeCharter, type Charter } from '#ledger/charter/charter.ts'
import { apply, check, found as founded, isRefusal } from '#ledger/ledger.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { rowsOf as rowsOfFirst } from '#ledger/rows/rows.ts'
import type { State } from '#ledger/state/state.ts'
import { fromHex, type Hex, Refused, sha, toBase64, toHex, utf8 } from '../reducer/bytes.ts'
import { decode, encode, type Item } from '../reducer/codec.ts'
import { DAY, type Genesis, originOf } from '../reducer/genesis.ts'
import { rootOf } from '../reducer/notes.ts'
import { faultIn, found, rowsOf, type City, take } from '../reducer/reducer.ts'
import { itemFor, type Value, valueIn, write } from '../reducer/shapes.ts'
import { keyIdOf } from '../reducer/signatures.ts'
import { type Kind, kinds, shape, tables } from '../reducer/specification.ts'
import type { Card } from '../reducer/state.ts'
import { wrongIn } from './invariants.ts'
import { keyOf, named, signatureBy, signIn } from './keys.ts'

export const DAY0 = 20_454n * DAY

export type Fields = { [name: string]: Value }

export type Town = {
  name: string
  steward: Hex
  card: Card
  /** The ledger’s own, and that of the README. */
  state: State
  city: City
  records: Hex[]
  now: bigint
  /** How often each kind was taken, and, with a refusal behind it, refused for what. */
  heard: Map<string, number>
}

export const kindOf = (name: string): Kind => kinds.find((kind) => kind.name === name)!

/** A town founded in the morning of DAY0 under this charter. */
export function aTown(name: string, charter: Charter): Town {
  const bytes = toHex(encodeCharter(charter))
  const steward = { acct: named(`${name} steward`), device: keyOf(`${name} steward`), profile: named('profile') }
  const [logKey, orderKey] = [keyOf(`${name} log`), keyOf(`${name} order`)]
  const genesis = {
    format: 1n, name, city: name, region: 'as', day0: DAY0, preset: charter.preset, charterHash: sha(bytes), logKey, orderKey, steward,
    random: '00'.repeat(16),
  }
  const founding = write(shape('Genesis'), genesis)
  const [hubId, origin, ts] = [sha(founding), originOf(genesis as unknown as Genesis, founding), DAY0 + 3_600n]
  const head = { id: idFor(name, 0, 'founding'), acct: hubId, exp: ts, seen: { size: 0n, leaf: hubId } }
  const body = bodyOf(kindOf('hub.founded'), head, { genesis: founding, charter: bytes })
  const auth = [{ keyId: keyIdOf(logKey), signature: signIn(logKey, 'entry', hubId, body) }]
  const record = write(shape('Record'), { format: 1n, origin, seq: 0n, prev: hubId, ts, body, auth })
  const state = founded(parseRecord(fromHex(record))!)
  if (isRefusal(state)) throw new Error(`${name} is not founded: ${state.code}`)
  const card = {
    format: 1n, hubId, origin, city: name, region: 'as', logKey, cosignerKey: keyOf(`${name} cosigner`), auditorKey: keyOf(`${name} auditor`),
    orderKey, voteKey: keyOf(`${name} vote`), peerKey: keyOf(`${name} peer`), community: true,
  }
  return { name, steward: steward.acct, card, state, city: found(record), records: [record], now: ts, heard: new Map() }
}

export type Head = { id: Hex; acct: Hex; exp: bigint; seen: { size: bigint; leaf: Hex } }

const idFor = (name: string, seq: number, more: string): Hex => sha(utf8(`${name} ${seq} ${more}`)).slice(0, 32)

function bodyOf({ number, fields }: Kind, { id, acct, exp, seen }: Head, values: Fields): Hex {
  const head: Item[] = [number, fromHex(id), fromHex(acct), exp, [seen.size, fromHex(seen.leaf)]]
  return encode([...head, ...(itemFor(fields, values) as Item[])].map(plain))
}

/** Buffers as what they are made of. */
const plain = (item: Item): Item => (item instanceof Uint8Array ? Uint8Array.from(item) : Array.isArray(item) ? item.map(plain) : item)

/** A device of an account here, or of who signs for it, to sign with; of a stranger a key that is nobody’s. */
export const deviceOf = ({ city }: Town, acct: Hex): Hex => {
  const signer = city.organisations.get(acct)?.signers.at(-1) ?? acct
  return (city.members.get(signer) ?? city.guests.get(signer))?.devices.at(-1) ?? keyOf(`nobody ${acct}`)
}

/** Whom a record is from: the hub, accounts, or an account with a key that is not known yet. */
export type By = 'hub' | Hex[] | { acct: Hex; device: Hex }

export function written(town: Town, name: string, fields: Fields, by: By, more: Partial<Head> = {}): Hex {
  const { city, records, now } = town
  const kind = kindOf(name)
  const acct = by === 'hub' ? city.hub.id : Array.isArray(by) ? by[0]! : by.acct
  const devices = by === 'hub' ? [city.hub.logKey] : Array.isArray(by) ? by.map((one) => deviceOf(town, one)) : [by.device]
  const [size, leaf] = [BigInt(records.length), city.leaves.at(-1)!]
  // What was asked before at this place and refused was another action.
  const id = idFor(town.name, records.length, `${name} ${[...town.heard.values()].reduce((a, b) => a + b, 0)}`)
  const body = bodyOf(kind, { id, acct, exp: now + DAY, seen: { size, leaf }, ...more }, fields)
  const auth = devices.map((key) => ({ keyId: keyIdOf(key), signature: signIn(key, kind.context, city.hub.id, body) }))
  return write(shape('Record'), { format: 1n, origin: city.hub.origin, seq: size, prev: leaf, ts: now, body, auth })
}

/** Asks both, who must agree; null when the town has taken it, else the refusal. */
export function ask(town: Town, name: string, fields: Fields, by: By, more: Partial<Head> = {}): string | null {
  const record = written(town, name, fields, by, more)
  const [ours, theirs] = [answerOf(town.state, record), answerOfSecond(town.city, record)]
  const told = () => `${town.name} ${town.records.length}: ${name} ${JSON.stringify(fields, bigText)}`
  if (ours !== theirs) throw new Error(`${told()}: the ledger says ${ours}, the README ${theirs}; ${differenceIn(town)}`)
  const answer = ours === null ? name : `${name} ${ours}`
  town.heard.set(answer, (town.heard.get(answer) ?? 0) + 1)
  if (ours !== null) return ours
  town.records.push(record)
  const wrong = [...faultsOf(town.state), ...[faultIn(town.city) ?? []].flat(), ...wrongIn(town)]
  if (wrong.length > 0) throw new Error(`after ${told()}: ${JSON.stringify(wrong, bigText)}; ${differenceIn(town)}`)
  return null
}

/** The first rows that only one of the two writes, or writes elsewhere, in words; null when there is none. */
export function differenceIn({ state, city }: Town): string | null {
  const [ours, theirs] = [Array.from(rowsOfFirst(state), toHex), [...rowsOf(city).values()].flat()]
  if (ours.length === theirs.length && ours.every((row, i) => row === theirs[i])) return null
  // Clock and ids differ anyhow by a record that one of them has refused.
  const isCount = (row: Hex) => [3n, 5n].includes((decode(row) as [bigint])[0])
  const onlyIn = (rows: Hex[], others: Hex[]): Hex | undefined => {
    const known = new Set(others)
    return rows.find((row) => !known.has(row) && !isCount(row))
  }
  const told = (row: Hex | undefined) => {
    if (row === undefined) return 'no row more'
    const [table, ...fields] = decode(row) as [bigint, ...Item[]]
    return `row ${table} ${JSON.stringify(valueIn(tables.get(table) ?? { is: 'fields', fields: [] }, fields), bigText)}`
  }
  const [one, other] = [onlyIn(ours, theirs), onlyIn(theirs, ours)]
  if (one !== undefined || other !== undefined) return `the ledger has ${told(one)}, the README ${told(other)}`
  const at = ours.findIndex((row, i) => row !== theirs[i])
  return `in another order or number, the ledger has ${told(ours[at])}, the README ${told(theirs[at])}`
}

const bigText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

function answerOf(state: State, record: Hex): string | null {
  const entry = parseRecord(fromHex(record))
  if (entry === null) return 'malformed'
  const refusal = check(state, entry)
  if (refusal !== null) return refusal.code
  apply(state, entry)
  return null
}

function answerOfSecond(city: City, record: Hex): string | null {
  try {
    take(city, record)
    return null
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}

/** A record of this town with the proof that it stands in its log, for others to see. */
export function shown({ city, records, card }: Town, seq: number): { record: Hex; proof: Hex } {
  const text = `${card.origin}\n${city.leaves.length}\n${toBase64(rootOf(city.leaves))}\n`
  const noteId = sha(`${utf8(`${card.origin}\n`)}01${card.logKey}`).slice(0, 8)
  const note = `${text}\n— ${card.origin} ${toBase64(noteId + signatureBy(card.logKey, utf8(text)))}\n`
  const path = pathTo(city.leaves, seq).map((hash) => `${toBase64(hash)}\n`).join('')
  return { record: records[seq]!, proof: utf8(`c2sp.org/tlog-proof@v1\nindex ${seq}\n${path}\n${note}`) }
}

function pathTo(leaves: readonly Hex[], at: number): Hex[] {
  if (leaves.length < 2) return []
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return at < half ? [...pathTo(left, at), rootOf(right)] : [...pathTo(right, at - half), rootOf(left)]
}
