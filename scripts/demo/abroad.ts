/**
 * What happens between the cities: they found a federation, one after the other; somebody teaches away from home and is paid
 * by who was taught; two transfers are on their way when the visitor comes; and one city's operator signs two histories,
 * which an auditor holds side by side.
 */
import type { ActionOf, Hex, Kind } from '#ledger/action.ts'
import { fromBase64, toBase64, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openCheckpoint } from '#ledger/checkpoint.ts'
import { parseRecord } from '#ledger/entry.ts'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { readJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { journalDirectory } from '#node/record/founding.ts'
import { frameTypes } from '#node/record/frames.ts'
import type { AbroadView, BetweenView, EvidenceAnswer, FederationView, GenesisAnswer, StewardView } from '#protocol/api.ts'
import type { UseView } from '#protocol/matters.ts'
import { type MemberClient, salted, zeros } from '#test/support/member-client.ts'
import type { Need, Share } from './cast.ts'
import { comesUp, needs, proposes, shares, soon, taken, type Town, until } from './town.ts'

const HOUR = 3_600
const DAY = 86_400
const ISSUED_MILLI = '5000000'

const federationOf = async ({ steward }: Town): Promise<FederationView> => (await steward.get<FederationView>('/api/federation')).body
const deskOf = ({ steward }: Town): Promise<StewardView> => steward.steward()

/** The first founds it, each of the others asks and is admitted by all who are in; then each confirms its keys and issues. */
export async function federate([host, ...others]: Town[]): Promise<void> {
  taken(await host!.steward.post('/api/federation/found', {}))
  await comesUp(host!)
  const members = [host!]
  for (const newcomer of others) {
    const { card } = await federationOf(newcomer)
    taken(await newcomer.steward.post('/api/federation/join', { card: (await federationOf(members[0]!)).card }))
    await comesUp(newcomer)
    for (const member of members) taken(await member.steward.post('/api/federation/admit', { card }))
    members.push(newcomer)
    for (const town of members) {
      await soon(town.clock, `${town.script.name} has ${members.length} cities`, async () => (await federationOf(town)).version === members.length)
    }
  }
  await order(members, 'keys', async (town) => (await federationOf(town)).chain.keysArgument!)
  await order(members, 'issue', async ({ steward }) =>
    taken(await steward.post<{ argument: string }>('/api/federation/issue-argument', { milli: ISSUED_MILLI })).argument)
}

/** A steward of each approves an order of the city's chain, and a quorum of the cities certifies it. */
async function order(towns: Town[], what: 'keys' | 'issue', argumentOf: (town: Town) => Promise<string>): Promise<void> {
  const approved = new Map<Town, number>()
  for (const town of towns) {
    const { slots } = (await federationOf(town)).chain
    taken(await town.steward.act('order.approved', { slot: slots, order: what, argument: fromBase64(await argumentOf(town))! }))
    approved.set(town, slots)
  }
  for (const [town, slot] of approved) {
    await until(`${town.script.name}: order ${slot} is certified`, async () => (await federationOf(town)).chain.certified === slot + 1)
  }
}

/** Acts in another city through one's own hub, as the page does. */
class Visitor {
  readonly who: MemberClient
  readonly host: Town
  private readonly there: string

  private constructor(who: MemberClient, host: Town, origin: string) {
    this.who = who
    this.host = host
    this.there = `/api/abroad/${encodeURIComponent(origin)}`
  }

  static async of(who: MemberClient, host: Town): Promise<Visitor> {
    return new Visitor(who, host, (await host.steward.hub()).origin)
  }

  view = async (): Promise<AbroadView> => taken(await this.who.get<AbroadView>(this.there))

  /** Sees a listing of the other city on the board here, and answers it. */
  async answers(listing: Hex, message: string): Promise<void> {
    await until(`${this.who.name} sees what ${this.host.script.name} posted`, async () => (await this.who.listings()).some(({ id }) => id === listing))
    taken(await this.who.post(`/api/listings/${listing}/applications`, { message }))
  }

  async signs(draft: Hex): Promise<void> {
    const { drafts, hubId } = await this.view()
    taken(await this.who.countersign(drafts.find(({ id }) => id === draft)!, hubId, `${this.there}/actions`))
  }

  async acts<K extends Kind>(kind: K, own: Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>, blobs: Uint8Array[] = []): Promise<void> {
    const { hubId } = await this.view()
    const action = await this.who.action(kind, own, {}, this.there)
    const { body, auth } = this.who.signed(action as never, hubId)
    taken(await this.who.post(`${this.there}/actions`, { body: toBase64(body), auth: [auth], blobs: blobs.map(toBase64) }))
  }
}

/** Somebody of another city helps a neighbour here, and this city's pool pays for it. */
export async function teaches(home: Town, guest: MemberClient, host: Town, neighbour: MemberClient, need: Need): Promise<void> {
  const visitor = await Visitor.of(guest, host)
  const listing = await needs(host, neighbour, need)
  await visitor.answers(listing, 'I would like to.')
  // They have just come to the end of it.
  const begins = host.clock.now() - need.minutes * 60
  const terms = salted(need.title)
  const { hubId } = await neighbour.hub()
  const { id } = await proposes(neighbour, 'agreement.made', {
    listing, helper: guest.acct, receiver: neighbour.acct, category: need.skill, minutes: need.minutes, begins, ends: begins + need.minutes * 60,
    terms: terms.commitment, charter: 0,
  }, terms.blob, hubId)
  await visitor.signs(id)
  await visitor.acts('completion.reported', { agreement: id, minutes: need.minutes })
  taken(await neighbour.act('completion.confirmed', { agreement: id, minutes: need.minutes }))
  const grade = salted('2')
  await visitor.acts('rating.committed', { agreement: id, commitment: grade.commitment }, [grade.blob])
  taken(await neighbour.rate(id, 2))
  await until(`${host.script.name} has something to pay`, async () => (await deskOf(host)).awardsDue.some(({ agreement }) => agreement === id))
  const before = BigInt((await guest.me()).global)
  const due = (await deskOf(host)).awardsDue.find(({ agreement }) => agreement === id)!
  const { body: seen } = await host.steward.get<{ globalDay: number }>('/api/seen')
  taken(await host.steward.act('x.req', {
    source: 1, to: guest.acct, destination: due.destination, amount: BigInt(due.amount), agreement: id, awardMilli: BigInt(due.awardMilli),
    memo: zeros, expDay: seen.globalDay + 14,
  }))
  await soon(host.clock, `what ${guest.name} was paid has come home`, async () =>
    BigInt((await guest.me()).global) > before || (await deskOf(home)).arrivals.some(({ to, phase }) => to.acct === guest.acct && phase === 'suspended'))
}

/**
 * A stay in another city, agreed by both, and the Global value for it asked of the visitor's own stewards. `approved`: they have
 * said yes, and it waits there for the end of the stay; else it still waits for them.
 */
export async function asksToStay(home: Town, guest: MemberClient, host: Town, provider: MemberClient, share: Share, approved: boolean): Promise<void> {
  const visitor = await Visitor.of(guest, host)
  const listing = await shares(host, provider, share)
  await visitor.answers(listing, 'I will be in town for a few days.')
  const begins = host.clock.now() + 2 * HOUR
  const ends = begins + share.days * DAY
  const { demandPerMille } = (await provider.get<UseView>(`/api/listings/${listing}/use?resource=${share.code}&begins=${begins}&ends=${ends}`)).body
  const terms = salted(share.title)
  const { hubId } = await provider.hub()
  const { id } = await proposes(provider, 'booking.made', {
    listing, provider: provider.acct, receiver: guest.acct, resource: share.code, begins, ends, demandPerMille, terms: terms.commitment, charter: 0,
  }, terms.blob, hubId)
  await visitor.signs(id)
  const { hub: destination, agreements } = await visitor.view()
  const { stay } = agreements.find((one) => one.id === id)!
  const { body: seen } = await guest.get<{ globalDay: number }>('/api/seen')
  const terms2 = { destination, to: provider.acct, amount: BigInt(stay!.due), expDay: seen.globalDay + 3 }
  taken(await guest.act('x.req', { source: 0, ...terms2, agreement: id, awardMilli: 0n, memo: zeros }))
  if (!approved) return
  const asked = (await deskOf(home)).transfers.find(({ stage, agreement }) => stage === 'asked' && agreement === id)!
  taken(await home.steward.act('x.appr', { xid: asked.xid, ...terms2 }))
  await until(`it waits in ${host.script.name} for the stay`, async () => (await deskOf(host)).arrivals.some(({ to, phase }) => to.acct === provider.acct && phase === 'bound'))
}

/** A city trusts another with so much for now. */
export async function trusts(town: Town, other: Town, milli: bigint): Promise<void> {
  const { origin: peer } = await other.steward.hub()
  taken(await town.steward.act('trust.set', {
    peer, exposureMilli: milli, transferMaxMilli: milli, approvalAboveMilli: null, dailyMax: null, levelMax: 3, witnesses: [], witnessesNeeded: 0,
  }))
}

/**
 * The operator of `liar` has its key and signs, over as many records as it has shown to all, a tree with another last record:
 * the log that it might show to somebody. Who compares the two brings them to a hub, and every hub can see it for itself.
 */
export async function contradicts(liar: Town, auditor: MemberClient, watching: Town[]): Promise<void> {
  const { origin } = await liar.steward.hub()
  const { log } = await openKeystore(liar.data)
  const first = await (await liar.fetch('/checkpoint')).text()
  const { size } = openCheckpoint(first, origin, log.publicKey)!
  const leaves = leavesIn(liar).slice(0, Number(size))
  const second = signNote(encodeCheckpoint({ origin, size, root: rootOf([...leaves.slice(0, -1), leafHash(utf8('another record'))]) }), origin, log.secret)
  const { genesis } = (await liar.steward.get<GenesisAnswer>('/api/genesis')).body
  const text = encodeEvidence({ kind: 'E2', genesis: fromBase64(genesis)!, first, second })
  taken(await auditor.post<EvidenceAnswer>('/api/evidence', { text }))
  for (const town of watching) {
    await until(`${town.script.name} has frozen ${liar.script.name}`, async () =>
      (await town.steward.get<BetweenView[]>('/api/cities')).body.some((one) => one.origin === origin && one.isFrozen))
  }
}

function leavesIn({ data }: Town): Uint8Array[] {
  return [...readJournal(journalDirectory(data))].flatMap(({ frame: { type, payload } }) =>
    type === frameTypes.record ? [parseRecord(payload.slice())!.leaf] : [])
}
