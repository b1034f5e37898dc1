/**
 * One city of the demo: a whole hub in this process, behind its own door, and people who knock at it like anybody: what
 * they do is signed with keys of their own and brought over HTTP. Nothing is written past the rules.
 */
import { mkdirSync } from 'node:fs'
import type { Action, ActionOf, Hex, Kind } from '#ledger/action.ts'
import { fromHex, toBase64, toHex } from '#ledger/bytes.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { openLog } from '#node/log.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { runHub, type RunningHub } from '#node/run.ts'
import { systemEntropy } from '#node/system-clock.ts'
import type { ListingView } from '#protocol/api.ts'
import type { Listing } from '#protocol/listing.ts'
import type { UseView } from '#protocol/matters.ts'
import { cellAt } from '#protocol/place.ts'
import { aConfig } from '#test/support/config.ts'
import { freePort } from '#test/support/hub-process.ts'
import { type Fetch, MemberClient, salted, type Told } from '#test/support/member-client.ts'
import type { CityScript, Need, Share } from './cast.ts'
import type { MovableClock } from './clock.ts'

const HOUR = 3_600
const DAY = 86_400
/** Ten times what anything here takes on a busy machine. */
const PATIENCE_MS = 300_000

export type Town = {
  script: CityScript
  data: string
  url: string
  /** The port at which the other cities find it: it stands in what they signed. */
  p2p: number
  clock: MovableClock
  fetch: Fetch
  steward: MemberClient
  /** Those who have been met, the steward first. */
  people: MemberClient[]
  stop(): Promise<void>
}

/** Somebody who signs in again when their session has run out: here days pass in a moment. */
export class Neighbour extends MemberClient {
  override async get<T>(path: string): Promise<Told<T>> {
    return this.again(() => super.get<T>(path))
  }

  override async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Told<T>> {
    const ask = (): Promise<Told<T>> => super.post<T>(path, body, headers)
    return path.startsWith('/api/session') ? ask() : this.again(ask)
  }

  private async again<T>(ask: () => Promise<Told<T>>): Promise<Told<T>> {
    const told = await ask()
    const isOut = told.status === 401 && (told.body as { door?: { code: string } } | null)?.door?.code === 'no-session'
    if (!isOut) return told
    await this.login()
    return ask()
  }
}

type Own<K extends Kind> = Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>

/** Where a city's hub listens; 0 takes a free port. */
export type Ports = { http: number; p2p: number }

/**
 * Each person's page has a name of its own on loopback: a browser keeps one key for an address, and a visitor may be several
 * neighbours in a row.
 */
const hostOf = (nth: number): string => `p${nth + 1}.localhost`
export const pageOf = ({ url }: Town, nth: number): string => `http://${hostOf(nth)}:${new URL(url).port}`

/** A hub that its first steward has founded through the wizard. */
export async function foundTown(script: CityScript, data: string, clock: MovableClock, ports: Ports): Promise<Town> {
  mkdirSync(data, { recursive: true })
  const { hub, town } = await running(script, data, clock, ports, (fetch) => [new Neighbour(script.people[0]!, fetch)])
  const { name, city, region, language } = script
  const [steward] = town.people as [MemberClient]
  const form = {
    token: hub.setupToken!, language, name, city, region, preset: 'city',
    steward: { acct: steward.acct, device: toHex(steward.device), name: steward.name },
  }
  taken(await steward.post('/api/setup', form))
  await comesUp(town)
  return town
}

/** Somebody who was played before, with their key. */
export type KeptPerson = { name: string; acct: Hex; secret: Hex }

/** A city that was lived in before and goes on. */
export async function reopenTown(script: CityScript, data: string, clock: MovableClock, ports: Ports, people: KeptPerson[]): Promise<Town> {
  const { town } = await running(script, data, clock, ports, (fetch) =>
    people.map(({ name, acct, secret }) => new Neighbour(name, fetch, { acct, secret: fromHex(secret)! })))
  await comesUp(town)
  return town
}

async function running(
  script: CityScript, data: string, clock: MovableClock, ports: Ports, whoLives: (fetch: Fetch) => MemberClient[],
): Promise<{ hub: RunningHub; town: Town }> {
  installNativeCrypto()
  const p2p = ports.p2p === 0 ? await freePort() : ports.p2p
  const config = aConfig(data, { http: { host: '127.0.0.1', port: ports.http }, p2p: { host: '127.0.0.1', port: p2p }, hostNames: script.people.map((_, nth) => hostOf(nth)) })
  const hub = await runHub(config, { clock, entropy: systemEntropy, log: openLog(process.env['HUB_LOG'] === undefined ? 'silent' : 'info') })
  const fetch = askingOnce(hub)
  const people = whoLives(fetch)
  return { hub, town: { script, data, url: hub.url, p2p, clock, fetch, steward: people[0]!, people, stop: () => hub.stop() } }
}

/** What a hub is stays the same: asked once, it is not asked again at every step. */
function askingOnce(hub: RunningHub): Fetch {
  let view: string | null = null
  return async (path, init) => {
    if (path === '/api/hub' && view !== null) return new Response(view)
    const answer = await asked(`${hub.url}${path}`, init)
    if (path !== '/api/hub' || !answer.ok) return answer
    const text = await answer.text()
    if ((JSON.parse(text) as { founded: boolean }).founded) view = text
    return new Response(text)
  }
}

/**
 * A connection that was kept may be closed by the hub in the moment in which it is used again, or be too slow for it on a
 * busy machine. Then the same is asked once more: what is signed is recorded once however often it comes.
 */
async function asked(url: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(url, init).catch(() => null)
  return answer === null || answer.status === TIMED_OUT ? fetch(url, init) : answer
}
const TIMED_OUT = 408

/** Waits until the hub answers, and signs everybody in again: sessions do not outlive a start. */
export async function comesUp(town: Town): Promise<void> {
  await until(`${town.script.name} is up`, async () => {
    const answer = await asked(`${town.url}/healthz`)
    return answer.ok && ((await (await asked(`${town.url}/api/hub`)).json()) as { founded?: boolean }).founded === true
  })
  for (const one of town.people) await until(`${one.name} is signed in`, () => one.login().then(() => true, () => false))
}

/** A little more than the pause after which a hub signs a checkpoint of what was recorded, or knocks at a city again. */
const PAUSE_SECONDS = 61
const LOOK_AGAIN_MS = 15
const PAUSE_EVERY = 40

/**
 * Lets what was recorded be seen by all these cities before time leaps: a city that had vouched for a log in the evening would
 * take records of that morning, which it has not seen yet, for backdated. `ofAll`: how many cities vouch for each.
 */
export async function calm(towns: Town[], ofAll = towns.length): Promise<void> {
  if (ofAll < 2) return
  const { clock } = towns[0]!
  clock.pass(PAUSE_SECONDS)
  await soon(clock, 'every city has seen what was recorded', async () => {
    for (const town of towns) if (!(await isSeenByAll(town, ofAll))) return false
    return true
  })
}

/** As `until`, for what hubs do after a pause: every so often a minute passes. */
export async function soon(clock: MovableClock, what: string, isSo: () => Promise<boolean>): Promise<void> {
  let looked = 0
  await until(what, async () => {
    if (await isSo()) return true
    if (++looked % PAUSE_EVERY === 0) clock.pass(PAUSE_SECONDS)
    return false
  }, LOOK_AGAIN_MS)
}

async function isSeenByAll({ url }: Town, ofAll: number): Promise<boolean> {
  const note = await (await asked(`${url}/checkpoint`)).text()
  const { size } = (await (await asked(`${url}/api/seen`)).json()) as { size: number }
  // Its own line, and two of each other city: it holds them, and it has replayed them.
  return note.split('\n')[1] === String(size) && [...note.matchAll(/^— /gm)].length >= 1 + 2 * (ofAll - 1)
}

/** @throws when it has not come to that in many times what it takes. */
export async function until(what: string, isSo: () => Promise<boolean>, everyMs = 25): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const began = performance.now()
    if (await isSo()) return
    const took = performance.now() - began
    if (began > end) throw new Error(`it never came to this: ${what}`)
    // On a busy machine whoever asks all the time is what is waited for.
    await new Promise((next) => setTimeout(next, Math.max(everyMs, 4 * took)))
  }
}

/** The body of a yes. @throws for a no: in this play nobody asks for what is refused. */
export function taken<T>({ status, body }: Told<T>): T {
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body
}

/** Records an action; its id. */
export async function acts<K extends Kind>(who: MemberClient, kind: K, own: Own<K>, words?: string): Promise<Hex> {
  const blob = words === undefined ? null : salted(words)
  const filled = blob === null ? own : withWords(own, blob.commitment)
  const action = await who.action(kind, filled)
  taken(await who.submit(action as Action, blob === null ? [] : [blob.blob]))
  return action.id
}

/** Words stay out of the record: it holds what they hash to, in the one field that is left open for it. */
const withWords = <T extends object>(own: T, commitment: Hex): T =>
  Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value === WORDS ? commitment : value])) as T
/** Stands for the hash of the words that go along. */
export const WORDS = 'words'

/** Somebody joins, shows the steward their number and is met. */
export async function joins(town: Town, name: string): Promise<MemberClient> {
  const member = new Neighbour(name, town.fetch)
  taken(await member.join())
  await acts(town.steward, 'member.attested', { member: member.acct, identity: WORDS }, `${name}, met at the door`)
  await member.login()
  town.people.push(member)
  return member
}

// What people do for each other

/** 记一次帮助: the helper writes it down, the other says yes. */
export async function helps(town: Town, helper: MemberClient, receiver: MemberClient, minutes: number, note: string): Promise<void> {
  const day = Math.floor(town.clock.now() / DAY)
  const help = await acts(helper, 'help.recorded', { helper: helper.acct, receiver: receiver.acct, category: 1, minutes, day, note: WORDS }, note)
  await acts(receiver, 'help.confirmed', { help })
}

const placeOf = ({ script: { at } }: Town) =>
  ({ ...cellAt(Math.round(at.latitude * 1e6), Math.round(at.longitude * 1e6)), name: at.name })

/** `over`: what is different, where it was posted before. */
export async function needs(town: Town, who: MemberClient, need: Need, over: Partial<Listing> = {}): Promise<Hex> {
  const { title, words, minutes, category, online, tags } = need
  const { body } = await who.list({
    kind: 'need', title, category, minutes, tags, online: online === true ? 1 : 0, languages: [town.script.speaks], returns: ['cv', 'thanks'], place: placeOf(town), ...over,
  }, words)
  return body.id
}

export async function shares(town: Town, who: MemberClient, share: Share): Promise<Hex> {
  const { title, words, resource, category } = share
  const now = town.clock.now()
  // What they share already stands on the board.
  const { body: standing } = await who.get<ListingView[]>('/api/listings')
  const same = standing.find((one) => one.own && one.author.acct === who.acct && one.title === title && one.state === 'open' && one.expiresAt > now + 30 * DAY)
  if (same !== undefined) return same.id
  const { body } = await who.list({
    kind: 'resource', title, category, resource, minutes: 0, languages: [town.script.speaks], returns: ['cv'], place: placeOf(town), expiresAt: now + 150 * DAY,
  }, words)
  return body.id
}

/** Both sign an agreement about a need, for this time tomorrow. */
export async function agree(town: Town, helper: MemberClient, receiver: MemberClient, listing: Hex, need: Need): Promise<Hex> {
  const begins = town.clock.now() + DAY
  const terms = salted(need.title)
  return signedByTwo(receiver, helper, 'agreement.made', {
    listing, helper: helper.acct, receiver: receiver.acct, category: need.skill, minutes: need.minutes, begins, ends: begins + need.minutes * 60,
    terms: terms.commitment, charter: 0,
  }, terms.blob)
}

/** The use of what somebody shares, from in so many hours; what it costs is set aside from who uses it. */
export async function book(town: Town, provider: MemberClient, receiver: MemberClient, listing: Hex, { code, days, title }: Share, hours: number): Promise<Hex> {
  const begins = town.clock.now() + hours * HOUR
  const ends = begins + days * DAY
  const { body: use } = await receiver.get<UseView>(`/api/listings/${listing}/use?resource=${code}&begins=${begins}&ends=${ends}`)
  const terms = salted(title)
  return signedByTwo(receiver, provider, 'booking.made', {
    listing, provider: provider.acct, receiver: receiver.acct, resource: code, begins, ends, demandPerMille: use.demandPerMille, terms: terms.commitment, charter: 0,
  }, terms.blob)
}

async function signedByTwo<K extends 'agreement.made' | 'booking.made'>(
  first: MemberClient, second: MemberClient, kind: K, own: Own<K>, blob: Uint8Array,
): Promise<Hex> {
  const { hubId } = await first.hub()
  const { id } = await proposes(first, kind, own, blob, hubId)
  const draft = (await second.me()).drafts.find((one) => one.id === id)
  if (draft === undefined) throw new Error(`${second.name} does not see what ${first.name} proposed`)
  taken(await second.countersign(draft, hubId))
  return id
}

/** Leaves what one has signed for the other to sign. */
export async function proposes<K extends 'agreement.made' | 'booking.made'>(
  who: MemberClient, kind: K, own: Own<K>, blob: Uint8Array, hubId: Hex,
): Promise<{ id: Hex }> {
  const action = await who.action(kind, own)
  const { body, auth } = who.signed(action as unknown as Action, hubId)
  return taken(await who.post<{ id: Hex }>('/api/drafts', { body: toBase64(body), auth: [auth], blobs: [toBase64(blob)] }))
}

export type Grade = 0 | 1 | 2

/** It has happened: both were there, one reports, the other says yes, and both rate without seeing the other's word. */
export async function happened(
  reporter: MemberClient, other: MemberClient, agreement: Hex, minutes: number, grades: [Grade, Grade] = [2, 2],
): Promise<void> {
  for (const one of [reporter, other]) await acts(one, 'checkin.made', { agreement })
  await acts(reporter, 'completion.reported', { agreement, minutes })
  await acts(other, 'completion.confirmed', { agreement, minutes })
  taken(await reporter.rate(agreement, grades[0]))
  taken(await other.rate(agreement, grades[1]))
}

/** An evening that somebody leads, with a code in the room. What is handed back closes it; then those who came grade it. */
export async function gathers(town: Town, leader: MemberClient, guests: MemberClient[], minutes: number): Promise<() => Promise<void>> {
  const { title, words } = town.script.evening
  const now = town.clock.now()
  const listing = (await leader.list({ kind: 'event', title, category: 'community-culture', minutes, languages: [town.script.speaks], expiresAt: now + 2 * DAY }, words)).body.id
  const shown = toHex(systemEntropy.bytes(16))
  const session = await acts(leader, 'session.opened', {
    listing, category: 1, begins: now + HOUR, ends: now + HOUR + minutes * 60, places: 20, code: presenceHash(fromHex(shown)!), charter: 0,
  })
  for (const guest of guests) {
    await acts(guest, 'session.joined', { session, code: presenceHash(systemEntropy.bytes(16)) })
    // Whoever comes an hour early is let in.
    await acts(guest, 'session.checkedin', { session, code: shown })
  }
  return async () => {
    await acts(leader, 'session.closed', { session, minutes, roster: [] })
    for (const guest of guests) {
      const grade = salted('2')
      taken(await guest.act('grade.committed', { session, commitment: grade.commitment }, [grade.blob]))
    }
  }
}
