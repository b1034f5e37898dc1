/**
 * The town that benchmarks are played in: a founded hub, neighbours who have joined it, and what they sign.
 *
 * An entry is what people really record: a neighbour writes down an hour of help, the other confirms it. Its
 * record has about 300 bytes, of which 64 are the member's signature.
 */
import { type Action, encodeAction } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import type { Auth } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { signNote } from '#ledger/note.ts'
import { presets } from '#ledger/charter/presets.ts'
import { foundHub, journalDirectory } from '#node/record/founding.ts'
import { openJournal } from '#node/disk/journal.ts'
import { type HubKeys, openKeystore } from '#node/disk/keystore.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import type { Clock } from '#node/ports.ts'
import { snapshotsIn } from '#node/record/snapshots.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { openVerifierPool } from '#node/signatures/verifier-pool.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'

export type Person = { acct: string; secret: Uint8Array; device: Uint8Array }
export type Signed = { body: Uint8Array; auth: Auth[] }
export type BenchTown = { data: string; hubId: Uint8Array; keys: HubKeys; writer: OpenWriter; people: Person[] }

const DAY = 86_400
/** Nobody gives more time than has passed, and none of before they joined: so long ago they did, and what they give is spread over it. */
const DAYS_TOGETHER = 31
const longAgo: Clock = { ...systemClock, now: () => systemClock.now() - DAYS_TOGETHER * DAY }
/** As the hub has one; its threads begin with the work and keep no process alive. */
const pool = openVerifierPool()
const ROUND_ABOUT = 7

/** A hub founded in `data`, `members` of it joined and attested, and its writer open. */
export async function aBenchTown(data: string, members: number, name = 'bench'): Promise<BenchTown> {
  const keys = await openKeystore(data)
  const steward = aPerson()
  const founding = { name, city: 'Bench', region: 'as' as const, preset: 'city' as const }
  const first = { acct: fromHex(steward.acct)!, device: steward.device, name }
  const hubId = await foundHub(data, founding, first, 'en', keys, longAgo, systemEntropy)
  // As at the hub's own first start: without it a hub process would take the directory for a restored one.
  openRunMarker(data, hubId, true, () => 'founded', besides(data), systemEntropy).takeUp()
  const early = await openBenchWriter(data, hubId, keys, longAgo)
  const charter = toHex(sha256(encodeCharter(presets.city)))
  const joining = (person: Person, clock: Clock): Signed[] => {
    const { acct, device } = person
    return [
      signed({ kind: 'member.joined', ...headOf(person, hubId, clock), device, profile: acct, charter, invitation: null }, person, hubId),
      signed({ kind: 'member.attested', ...headOf(steward, hubId, clock), member: acct, identity: acct }, steward, hubId),
    ]
  }
  const people = Array.from({ length: members }, aPerson)
  await appendAll(early, people.flatMap((person) => joining(person, longAgo)), 1_024)
  await early.close()
  const writer = await openBenchWriter(data, hubId, keys)
  // Somebody joins today: that opens the day, before anything is measured.
  await appendAll(writer, joining(aPerson(), systemClock), 1)
  return { data, hubId, keys, writer, people }
}

/** The environment of a hub on `data`: what it writes outside of its directory goes away with the benchmark's. */
export const besides = (data: string): { XDG_STATE_HOME: string } => ({ XDG_STATE_HOME: `${data}.state` })

/** The writer of a hub's directory, as the hub itself opens it; what it says goes to stderr when it is an error. */
export function openBenchWriter(data: string, hubId: Uint8Array, keys: HubKeys, clock = systemClock): Promise<OpenWriter> {
  const log = { info() {}, warn() {}, error: (message: string) => void process.stderr.write(`${message}\n`) }
  return openWriter({
    openJournal: (onFrame, from) => openJournal(journalDirectory(data), hubId, onFrame, { from }),
    verify: pool.verify, snapshots: snapshotsIn(data, keys.log, log),
    keys, clock, entropy: systemEntropy, log,
  })
}

function aPerson(): Person {
  const secret = systemEntropy.bytes(32)
  return { acct: toHex(systemEntropy.bytes(32)), secret, device: publicKeyOf(secret) }
}

const headOf = (person: Person, hubId: Uint8Array, clock = systemClock) => ({
  id: toHex(systemEntropy.bytes(16)), acct: person.acct, exp: clock.now() + DAY,
  seen: { size: 0, leaf: toHex(hubId) },
})

function signed(action: Action, person: Person, hubId: Uint8Array): Signed {
  const body = encodeAction(action)
  return { body, auth: [{ keyId: keyIdOf(person.device), signature: sign(person.secret, 'entry', hubId, body) }] }
}

/** Neighbours who write down a help and confirm it, in turn: `count` actions, each signed by its author. */
export function signedActions({ people, hubId }: Pick<BenchTown, 'people' | 'hubId'>, count: number): Signed[] {
  const actions: Signed[] = []
  const day = Math.floor(systemClock.now() / DAY)
  for (let i = 0; actions.length < count; i++) {
    const helper = people[i % people.length]!
    const receiver = people[(i * ROUND_ABOUT + 1) % people.length]!
    if (helper === receiver) continue
    const head = headOf(helper, hubId)
    // No day has more than twenty-four hours, however fast this goes: half an hour on one of the last thirty.
    const ago = Number.parseInt(head.id.slice(0, 2), 16) % (DAYS_TOGETHER - 1)
    const recorded: Action = {
      kind: 'help.recorded', ...head, helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 31, day: day - ago,
      note: toHex(hubId),
    }
    actions.push(signed(recorded, helper, hubId))
    actions.push(signed({ kind: 'help.confirmed', ...headOf(receiver, hubId), help: recorded.id }, receiver, hubId))
  }
  return actions.slice(0, count)
}

/** Sends all actions in order, `inFlight` at a time, and waits for every receipt; milliseconds each. */
export async function appendAll(
  writer: OpenWriter, actions: Signed[], inFlight: number,
): Promise<{ perSecond: number; waitMs: number[] }> {
  const waitMs: number[] = []
  let next = 0
  const began = performance.now()
  const send = async (): Promise<void> => {
    for (let action = actions[next++]; action !== undefined; action = actions[next++]) {
      const asked = performance.now()
      const answer = await writer.submit(action.body, action.auth)
      if (!answer.ok) throw new Error(`the writer says ${JSON.stringify(answer)}`)
      waitMs.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, actions.length) }, send))
  return { perSecond: actions.length / seconds(began), waitMs }
}

/** Signs a checkpoint over all there is: an export and a start need one. */
export async function keepCheckpoint({ writer, keys }: Pick<BenchTown, 'writer' | 'keys'>): Promise<void> {
  const { hub: { origin }, tree } = writer.state
  const body = encodeCheckpoint({ origin, size: BigInt(tree.size), root: tree.root() })
  if (!(await writer.keepCheckpoint(signNote(body, origin, keys.log.secret)))) throw new Error('no checkpoint was kept')
}

export const seconds = (began: number): number => (performance.now() - began) / 1000
export const median = (values: number[]): number => quantile(values, 0.5)
/** The value that `share` of them (0 to 1) stay below. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
