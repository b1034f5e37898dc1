/**
 * The member at this device: their key, their session with the hub, and everything they sign.
 *
 * The key is made here with `getRandomValues` and never leaves; the hub sees its public half and
 * signatures. A session is only for reading what is private: every change is a signed action, so a
 * stolen cookie changes nothing. The limit of all this: the hub also serves this very program
 * (`README.md`).
 */
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import type { Preset } from '#ledger/charter.ts'
import type {
  AbroadView,
  ActAnswer,
  ActRequest,
  DraftView,
  HubView,
  RestoringView,
} from '#protocol/api.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import { fromBase64, fromHex } from '#ledger/bytes.ts'
import { parseRecord } from '#ledger/entry.ts'
import { abroad, hubView, listen, me, refresh, refreshAbroad } from './app.ts'
import {
  keepDevice,
  keepReceipt,
  keptDevice,
  type KeptDevice,
  type KeptReceipt,
  keptReceipts,
  nameHubOfDevice,
  preference,
  replacedReceipts,
  UNFOUNDED,
} from '../device/cabinet.ts'
import { commit, random, spoken } from '../device/commit.ts'
import { type Answer, hub, type Problem, reopenSessionBy } from './hub-client.ts'
import {
  answerChallenge,
  type Asked,
  type Device,
  deviceOf,
  newDevice,
  type Place,
  readDraft,
  signAction,
  signDraft,
  signNewDevice,
  signRestore,
} from '../device/signing.ts'
import { claimedBy, type Lost, lostAmong } from '../device/lost.ts'
import { forgetForms } from '../device/kept-form.ts'
import { newStore } from '../store.ts'
import { voice } from './voice.ts'
import { isBinding, logKeyFrom } from '../device/verify.ts'

/**
 * Why something was not done. `unready`: the PIN was not given, or there is no key here; nothing to
 * explain.
 */
export type Trouble = Problem | { from: 'login'; fault: ChallengeFault } | { from: 'unready' }
export type Done<T> = { ok: true; value: T } | { ok: false; trouble: Trouble }

/** The key kept here for this hub; null in a browser that has not joined. */
export const kept = newStore<KeptDevice | null>(null)
/**
 * Set while the member is asked for the PIN; called with what they typed, or null when they gave
 * up.
 */
export const pinAsked = newStore<((pin: string | null) => Promise<boolean>) | null>(null)

/** Shorter ones are guessed in an afternoon from a stolen profile. */
export const PIN_LENGTH_MIN = 6

let unlocked: Device | null = null

/** Finds the key of this hub and opens the session, silently where no PIN is needed. */
export async function startSession(): Promise<void> {
  const hubId = hubView.get()?.hubId
  kept.set(
    await keptDevice(hubView.get()?.founded === true && hubId !== undefined ? hubId : UNFOUNDED),
  )
  const before = preference.get('signed-out')
  if (kept.get() === null || before === 'yes') return
  // Asked only where a session was opened before: a certain no would look like an error to whoever
  // watches.
  const mine = before === 'no' ? await hub.me() : null
  if (mine?.ok === true) return me.set(mine.value)
  if (before !== 'no' && kept.get()?.seed instanceof Uint8Array) await signIn()
}

let reopening: Promise<boolean> | null = null

// However many questions meet a closed session at once, it is opened once, and never by asking for
// a PIN.
reopenSessionBy(() => {
  reopening ??= reopenSilently().finally(() => (reopening = null))
  return reopening
})

async function reopenSilently(): Promise<boolean> {
  const isOpen = unlocked !== null || kept.get()?.seed instanceof Uint8Array
  if (!isOpen || preference.get('signed-out') === 'yes' || !(await signIn()).ok) return false
  // The hub has started anew, and the old line may lead nowhere.
  listen()
  return true
}

/** Makes the key of this device, or takes the one that an earlier try has left. */
async function ownDevice(name: string, hubId: Hex): Promise<Device | null> {
  const before = await keptDevice(hubId)
  if (before !== null) {
    const known = { ...before, name: spoken(name) }
    await keepDevice(known)
    kept.set(known)
    // Not opened: nothing is made in its place, or an account would lose its only key.
    return ownKey()
  }
  const device = newDevice(random)
  const keeping = {
    acct: device.acct,
    hubId,
    publicKey: device.publicKey,
    name: spoken(name),
    seed: device.secret,
  }
  // Kept before anybody hears of it: a hub that knows a key which nobody has cannot be repaired.
  await keepDevice(keeping)
  kept.set(keeping)
  unlocked = device
  return device
}

/** Founds the hub with this device as its first steward's. */
export async function found(
  request: {
    token: string
    language: 'zh' | 'en'
    name: string
    city: string
    region: 'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa'
    preset: Preset
  },
  stewardName: string,
): Promise<Done<null>> {
  const device = await ownDevice(stewardName, UNFOUNDED)
  if (device === null) return unready
  const steward = { acct: device.acct, device: device.publicKey, name: spoken(stewardName) }
  const answer = await hub.setup({ ...request, steward })
  if (!answer.ok) return failed(answer.problem)
  const view = await foundedView()
  if (!view.ok) return failed(view.problem)
  await nameHubOfDevice(view.value.hubId)
  kept.set(await keptDevice(view.value.hubId))
  hubView.set(view.value)
  return signIn()
}

const STARTS_WITHIN_TRIES = 40
const TRY_AGAIN_MS = 250

/**
 * The hub as it is once founded: between the wizard's last answer and its first own one it may be
 * starting.
 */
async function foundedView(): Promise<Answer<HubView>> {
  for (let tried = 1; ; tried++) {
    const view = await hub.view()
    if ((view.ok && view.value.founded) || tried === STARTS_WITHIN_TRIES) return view
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
  }
}

/**
 * Joins under the charter as it stands, by the code of an invitation or without; a steward still
 * has to meet the person.
 */
export async function join(name: string, code: Hex | null): Promise<Done<null>> {
  const view = hubView.get()
  if (view === null) return unready
  const device = await ownDevice(name, view.hubId)
  if (device === null) return unready
  const profile = commit(name)
  const joined = await act(
    {
      kind: 'member.joined',
      device: fromHex(device.publicKey)!,
      profile: profile.commitment,
      charter: view.charterHash,
      invitation: code === null ? null : fromHex(code),
    },
    { blobs: [profile.blob] },
  )
  // Taken before, and the answer was lost on the way: the account is there, so signing in is all
  // that is left.
  if (!joined.ok && !(joined.trouble.from === 'record' && joined.trouble.code === 'account-taken'))
    return joined
  return signIn()
}

/**
 * Makes a key on this device for an account that is there, and asks the hub to let it wait for who
 * lets it in. A browser that already holds the key of another account keeps that.
 */
export async function askIn(acct: Hex): Promise<Done<null>> {
  const view = hubView.get()
  const before = view === null ? null : await keptDevice(view.hubId)
  if (view === null || (before !== null && before.acct !== acct)) return unready
  const device = before === null ? deviceOf(acct, random(32)) : await ownKey()
  if (device === null) return unready
  if (before === null) {
    const { publicKey, secret } = device
    const keeping = { acct, hubId: view.hubId, publicKey, name: '', seed: secret }
    await keepDevice(keeping)
    kept.set(keeping)
    unlocked = device
  }
  const asked = await hub.askIn(signNewDevice(device, view.hubId))
  return asked.ok ? { ok: true, value: null } : failed(asked.problem)
}

/** Opens a session by answering the hub's challenge. */
export async function signIn(): Promise<Done<null>> {
  const [view, device] = [hubView.get(), await ownKey()]
  if (view === null || device === null) return unready
  const challenge = await hub.challenge(device.acct)
  if (!challenge.ok) return failed(challenge.problem)
  const answer = answerChallenge(device, view, location.origin, challenge.value.payload)
  if (typeof answer === 'string') return { ok: false, trouble: { from: 'login', fault: answer } }
  const session = await hub.login(answer)
  if (!session.ok) return failed(session.problem)
  preference.set('signed-out', 'no')
  const mine = await hub.meOnce()
  if (!mine.ok) return failed(mine.problem)
  me.set(mine.value)
  return { ok: true, value: null }
}

export async function signOut(): Promise<void> {
  preference.set('signed-out', 'yes')
  forgetForms()
  await hub.logout()
  unlocked = null
  voice.set(null)
  me.set(null)
  abroad.set([])
}

/**
 * Signed and sent, and no answer came. When the same is asked again the very same bytes go out, and
 * the hub knows them: a press more, because the line broke, is not a second record.
 */
const unanswered = new Map<string, ActRequest>()

/** What is asked, as a key: the same question has the same spelling. */
const spellingOf = (origin: Origin, asked: Asked): string =>
  `${origin} ${JSON.stringify(asked, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )}`

function requestOf(
  device: Device,
  place: Elsewhere,
  asked: Asked,
  options: { blobs?: string[] },
): ActRequest {
  return (
    unanswered.get(spellingOf(place.origin, asked)) ?? {
      ...signAction(device, place, asked, random),
      ...blobsOf(options),
    }
  )
}

function remember(origin: Origin, asked: Asked, request: ActRequest, done: Done<unknown>): void {
  if (!done.ok && isUnanswered(done.trouble)) unanswered.set(spellingOf(origin, asked), request)
  else unanswered.delete(spellingOf(origin, asked))
}

/** Whether the other side may have taken it all the same. */
const isUnanswered = (trouble: Trouble): boolean =>
  trouble.from === 'network' || (trouble.from === 'door' && trouble.code === 'hub-unreachable')

/** Signs an action and brings it to its hub: this one, or the other city that `at` describes. */
export async function act(
  asked: Asked,
  options: { blobs?: string[]; at?: AbroadView } = {},
): Promise<Done<ActAnswer>> {
  const [device, place] = [await unlock(), await placeOf(options.at)]
  if (device === null) return unready
  if (!place.ok) return failed(place.problem)
  const request = requestOf(device, place.value, asked, options)
  const done = await bring(request, asked.kind, place.value, options.at)
  remember(place.value.origin, asked, request, done)
  return done
}

/** Signs an agreement or a booking as its proposer and leaves it for the other party to sign. */
export async function propose(
  asked: Extract<Asked, { kind: 'agreement.made' | 'booking.made' }>,
  blobs: string[],
): Promise<Done<null>> {
  const [device, place] = [await unlock(), await placeOf(undefined)]
  if (device === null) return unready
  if (!place.ok) return failed(place.problem)
  const request = requestOf(device, place.value, asked, { blobs })
  const left = await hub.draft({ ...request, blobs })
  const done: Done<null> = left.ok ? { ok: true, value: null } : failed(left.problem)
  remember(place.value.origin, asked, request, done)
  if (!done.ok) return done
  await refresh()
  return done
}

/** Puts this member's signature under a draft and brings it to the hub it belongs to. */
export async function acceptDraft(
  draft: DraftView,
  at: AbroadView | undefined,
): Promise<Done<ActAnswer>> {
  const [device, place] = [await unlock(), await placeOf(at)]
  if (device === null) return unready
  if (!place.ok) return failed(place.problem)
  const signed = signDraft(device, place.value.hubId, draft)
  return signed === null ? unready : bring(signed, readDraft(draft.body, device.acct)!.kind, place.value, at)
}

/**
 * The device's key, asking for the PIN where there is one. Null when there is no key or the member
 * gave up.
 */
async function ownKey(): Promise<Device | null> {
  const device = kept.get()
  if (device === null) return null
  if (unlocked?.acct === device.acct) return unlocked
  const { seed } = device
  if (seed instanceof Uint8Array) return (unlocked = deviceOf(device.acct, seed))
  const { openSeed } = await import('../device/pin.ts')
  return new Promise((resolve) => {
    pinAsked.set(async (pin) => {
      const opened = pin === null ? null : await openSeed(seed, pin)
      if (pin !== null && opened === null) return false
      pinAsked.set(null)
      unlocked = opened === null ? null : deviceOf(device.acct, opened)
      resolve(unlocked)
      return true
    })
  })
}

/** The same, to sign in whose name this page speaks (`voice.ts`). */
export async function unlock(): Promise<Device | null> {
  const [device, who] = [await ownKey(), voice.get()]
  return device === null || who === null ? device : { ...device, acct: who.acct }
}

/**
 * Puts the key behind a PIN, or takes the PIN away with null. False when the key could not be
 * opened.
 */
export async function setPin(pin: string | null): Promise<boolean> {
  const [device, before] = [await ownKey(), kept.get()]
  if (device === null || before === null) return false
  const seed =
    pin === null
      ? device.secret
      : await (await import('../device/pin.ts')).sealSeed(device.secret, pin, random)
  const after = { ...before, seed }
  await keepDevice(after)
  kept.set(after)
  return true
}

/**
 * The receipts kept here that bind, newest first; those that could not be checked when they came are
 * checked now. One that a restore has voided binds nobody and is listed apart.
 */
export async function ownReceipts(): Promise<KeptReceipt[]> {
  const view = hubView.get()
  const voided = new Set((await lostReceipts()).map(({ kept }) => kept.receipt))
  const receipts = (await keptReceipts()).filter(({ receipt }) => !voided.has(receipt))
  const open = receipts.filter((one) => one.binding === null && one.hub === view?.origin)
  const logKey = open.length === 0 || view === null ? null : await ownLogKey(view.hubId)
  if (logKey === null || view === null) return receipts
  for (const one of open) {
    one.binding = isBinding(one, one.body, logKey, view.hubId)
    await keepReceipt(one)
  }
  return receipts
}

/** Receipts of this community that a restore has voided, as far as this device keeps them. */
export async function lostReceipts(): Promise<Lost<KeptReceipt>[]> {
  const view = hubView.get()
  if (view === null || view.restores.length === 0) return []
  const logKey = await ownLogKey(view.hubId)
  if (logKey === null) return []
  const all = [...(await replacedReceipts()), ...(await keptReceipts())].filter(({ hub }) => hub === view.origin)
  return lostAmong(all, view.restores, logKey, view.hubId)
}

/** Of those, the ones whose loss this device has put on record, by the hashes of the receipts. */
export const claimedReceipts = async (): Promise<ReadonlySet<Hex>> => claimedBy(await ownReceipts())

/**
 * A steward's yes to going on from a backup, as it stood on the page they read: `changed`, and nothing signed, when
 * more or less would be given up by it now. Else whether that was the last yes needed.
 */
export async function confirmRestore(read: RestoringView): Promise<Done<'changed' | 'restored' | 'more'>> {
  const device = await ownKey()
  if (device === null) return unready
  const asked = await hub.restore()
  if (!asked.ok) return failed(asked.problem)
  if (asked.value !== null && JSON.stringify(asked.value.withheld) !== JSON.stringify(read.withheld)) {
    await refresh()
    return { ok: true, value: 'changed' }
  }
  const payload = asked.value?.payload ?? null
  const request = asked.value === null || payload === null ? null : signRestore(device, asked.value.hubId, payload)
  if (request === null) return unready
  const answer = await hub.confirmRestore(request)
  if (!answer.ok) return failed(answer.problem)
  await refresh()
  return { ok: true, value: answer.value.restored ? 'restored' : 'more' }
}

// Below: bringing signed bytes to a hub, and keeping what it promised.

const unready = { ok: false, trouble: { from: 'unready' } } as const
const failed = (problem: Problem): { ok: false; trouble: Trouble } => ({
  ok: false,
  trouble: problem,
})
const blobsOf = ({ blobs }: { blobs?: string[] }): { blobs?: string[] } =>
  blobs === undefined ? {} : { blobs }

type Elsewhere = Place & { origin: Origin }

async function placeOf(at: AbroadView | undefined): Promise<Answer<Elsewhere>> {
  if (at !== undefined) {
    const view = await hub.abroad(at.hub)
    return view.ok
      ? { ok: true, value: { origin: at.hub, hubId: view.value.hubId, seen: view.value.seen } }
      : view
  }
  const seen = await hub.seen()
  const { hubId, origin } = hubView.get()!
  return seen.ok ? { ok: true, value: { origin, hubId, seen: seen.value } } : seen
}

async function bring(
  request: ActRequest,
  kind: Kind,
  place: Elsewhere,
  at: AbroadView | undefined,
): Promise<Done<ActAnswer>> {
  const answer = await (at === undefined ? hub.act(request) : hub.actAbroad(at.hub, request))
  if (!answer.ok) return failed(answer.problem)
  await keep(answer.value, request.body, kind, place, at === undefined)
  // On the screen before the button comes back to life: nobody should press it twice to be sure.
  await Promise.all([refresh(), at === undefined ? null : refreshAbroad()])
  return { ok: true, value: answer.value }
}

const logKeys = new Map<Hex, Uint8Array>()

/**
 * The log key of this hub, from the founding document that its id is the hash of; null while it
 * cannot be had.
 */
export async function ownLogKey(hubId: Hex): Promise<Uint8Array | null> {
  const known = logKeys.get(hubId)
  if (known !== undefined) return known
  const answer = await hub.genesis()
  const logKey = answer.ok ? logKeyFrom(answer.value.genesis, hubId) : null
  if (logKey !== null) logKeys.set(hubId, logKey)
  return logKey
}

/**
 * Keeps the receipt with its record, and whether it binds: a hub that gives bad receipts is found
 * out here.
 */
async function keep(
  answer: ActAnswer,
  body: string,
  kind: Kind,
  place: Elsewhere,
  isHome: boolean,
): Promise<void> {
  const logKey = isHome ? await ownLogKey(place.hubId) : null
  const record = fromBase64(answer.record)
  await keepReceipt({
    hub: place.origin,
    seq: answer.seq,
    kind,
    ts: (record === null ? null : parseRecord(record)?.ts) ?? place.seen.now,
    body,
    record: answer.record,
    receipt: answer.receipt,
    binding: logKey === null ? null : isBinding(answer, body, logKey, place.hubId),
  })
}
