/**
 * A country of hubs that are processes: founded, met in one federation, each with its chain open, value in its pool, and
 * one member who has some of it to send. Everything is asked over their pages, as stewards and members would.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Action, ActionOf, Hex, Kind, Origin } from '#ledger/action.ts'
import { fromBase64, fromHex, toBase64, toHex } from '#ledger/bytes.ts'
import { type Entry, originOf, parseRecord } from '#ledger/entry.ts'
import { readControl } from '#node/control.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { foundHub } from '#node/record/founding.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import type { ActAnswer, FederationView } from '#protocol/api.ts'
import { aHubProcess, type HubProcess } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'
import type { Roads } from './roads.ts'

export type Place = {
  readonly name: string
  readonly origin: Origin
  readonly hubId: Hex
  readonly hub: HubProcess
  readonly steward: MemberClient
  readonly member: MemberClient
}

const ASK_MS = 10_000
const AGAIN_MS = 200
/** Ten times what meeting takes on two busy cores. */
const PATIENCE_MS = 600_000
const POOL_MILLI = '1000000'
const GRANTED_MILLI = 100_000n

/** So many hubs under `dir` that have met. Whoever asks for them stops them, also when this fails: they are in `born`. */
export async function aCountry(dir: string, count: number, roads: Roads, born: HubProcess[]): Promise<Place[]> {
  const places: Place[] = []
  for (let n = 0; n < count; n++) places.push(await aPlace(dir, n, roads, born))
  await Promise.all(places.map(({ hub }) => hub.start()))
  await meet(places)
  await Promise.all(places.map(open))
  return places
}

async function aPlace(dir: string, n: number, roads: Roads, born: HubProcess[]): Promise<Place> {
  const name = `city-${n + 1}`
  const data = join(dir, name)
  mkdirSync(data, { recursive: true })
  const hub = await aHubProcess(data, { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), HUB_LOG: 'warn' }, roads.at(n) ?? undefined)
  born.push(hub)
  const fetched = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${hub.url}${path}`, { ...init, signal: AbortSignal.timeout(ASK_MS) })
  const [steward, member] = [new MemberClient(`${name}'s steward`, fetched), new MemberClient(`${name}'s member`, fetched)]
  const first = { acct: fromHex(steward.acct)!, device: steward.device, name: steward.name }
  const id = await foundHub(data, { name, city: name, region: 'as', preset: 'city' }, first, 'en', await openKeystore(data), systemClock, systemEntropy)
  return { name, hub, steward, member, hubId: toHex(id), origin: originOf(name, toHex(id)) }
}

/** The first founds; each of the others asks to be let in, and all that are in admit it. */
async function meet([host, ...others]: Place[]): Promise<void> {
  await control(host!, 'found', {})
  const members = [host!]
  for (const newcomer of others) {
    await control(newcomer, 'join', { card: (await federationOf(host!)).card })
    const { card } = await federationOf(newcomer)
    for (const member of members) await control(member, 'admit', { card })
    members.push(newcomer)
    await until(`${newcomer.name} is let in`, async () => {
      const views = await Promise.all(members.map(federationOf))
      return views.every(({ version }) => version === members.length)
    })
  }
}

/** Its chain is opened, its pool filled, and its member given something. */
async function open(place: Place): Promise<void> {
  const { steward, member } = place
  const joined = await member.join()
  if (joined.status !== 200) throw new Error(`${member.name} could not join: ${JSON.stringify(joined.body)}`)
  await steward.attest(member)
  const keys = (await federationOf(place)).chain.keysArgument
  await order(place, 'keys', fromBase64(keys!)!)
  const { argument } = await control<{ argument: string }>(place, 'issue-argument', { milli: POOL_MILLI })
  await order(place, 'issue', fromBase64(argument)!)
  await insist(place, steward, 'pool.granted', { member: member.acct, amountMilli: GRANTED_MILLI, reason: '0'.repeat(64) })
}

async function order(place: Place, what: 'keys' | 'issue', argument: Uint8Array): Promise<void> {
  const { slots } = (await federationOf(place)).chain
  await insist(place, place.steward, 'order.approved', { slot: slots, order: what, argument })
  await until(`${place.name} has certified its ${what}`, async () => (await federationOf(place)).chain.certified > slots)
}

const federationOf = (place: Place): Promise<FederationView> => control(place, null)

/** As the command line asks the hub that runs on a directory; asked again while it is coming up. */
async function control<T = FederationView>({ hub, name }: Place, what: string | null, body?: object): Promise<T> {
  let said = ''
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(AGAIN_MS)) {
    const { url, token } = readControl(hub.data) ?? { url: hub.url, token: '' }
    const path = what === null ? '/api/federation' : `/api/federation/${what}`
    try {
      const response = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST', signal: AbortSignal.timeout(60_000),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (response.ok) return (await response.json()) as T
      said = await response.text()
      if (response.status !== 503 && !said.includes('hub-unreachable')) break
    } catch (error) {
      said = String(error)
    }
  }
  throw new Error(`${name} does not do what is asked (${what}): ${said}`)
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(AGAIN_MS)) {
    if (await isTrue()) return
  }
  throw new Error(`it never came to this: ${what}`)
}

type Own<K extends Kind> = Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>

/**
 * Signs once and brings the same bytes again until the hub has answered, however often it dies on the way: the record
 * that it shows. Throws when the hub refuses.
 */
export async function insist<K extends Kind>(
  place: Place, who: MemberClient, kind: K, own: Own<K>, isGivenUp: () => boolean = () => false,
): Promise<Entry> {
  let action: Action | null = null
  let said = ''
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end && !isGivenUp(); await pause(AGAIN_MS)) {
    try {
      const made: Action = action ?? (await who.action(kind, own)) as Action
      const { body, auth } = who.signed(made, place.hubId)
      // What a hub that was coming up did not say cannot be signed; from here on the same is brought again.
      action = made
      const told = await who.post<(ActAnswer & { refusal?: object }) | null>('/api/actions', { body: toBase64(body), auth: [auth], blobs: [] })
      if (told.status === 200) return parseRecord(fromBase64(told.body!.record)!)!
      said = `${told.status} ${JSON.stringify(told.body)}`
      // All else is a hub that is going down, coming up or at its fence.
      if (told.body?.refusal !== undefined) break
    } catch (error) {
      said = String(error)
    }
  }
  throw new Error(`${place.name} does not take ${kind}: ${said}`)
}

