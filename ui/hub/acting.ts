/**
 * What the member's key does: it is made here with `getRandomValues` and never leaves; the hub sees its public half and
 * signatures. Everything that is signed is signed here, and brought to its hub from here. It comes as a chunk of its own
 * when something is to be signed (`session.ts`): the rules of signing weigh as much as all that is shown first.
 */
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import type { Preset } from '#ledger/charter/charter.ts'
import type { AbroadView, ActAnswer, ActRequest, DraftView, HubView, RestoringView, SeenView } from '#protocol/api.ts'
import { fromHex } from '#ledger/bytes.ts'
import { hubView, me, refresh, refreshAbroad, say, texts } from './app.ts'
import { keepDevice, keptDevice, nameHubOfDevice, preference, UNFOUNDED, type Unsent } from '../device/cabinet.ts'
import { commit, random, spoken } from '../device/commit.ts'
import { type Answer, hub, type Problem } from './hub-client.ts'
import { type Done, kept, pinAsked, type Trouble } from './kept-key.ts'
import {
  answerChallenge, type Asked, type Device, deviceOf, newDevice, type Place, readDraft, signAction, signDraft, signNewDevice, signRestore,
} from '../device/signing.ts'
import { keepUnsent, letGo, unsent, waitingIn, writeDown } from './outbox.ts'
import { spellingOf } from './spelling.ts'
import { keep } from './receipts.ts'
import { voice } from './voice.ts'

let unlocked: Device | null = null

/** Whoever signs out leaves the key locked, where it has a lock. */
export const lock = (): void => void (unlocked = null)
export const isUnlocked = (): boolean => unlocked !== null

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
    language: HubView['language']
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
  preference.set('still-open', 'no')
  const mine = await hub.meOnce()
  if (!mine.ok) return failed(mine.problem)
  me.set(mine.value)
  return { ok: true, value: null }
}

type Outgoing = Omit<Unsent, 'ts' | 'refused'>

/**
 * Sends it, written down before: a page that closes before the answer has come sends the same bytes when it is opened again.
 * What finds nobody there is shown as waiting, and goes out when somebody answers (`outbox.ts`).
 */
async function sendOrKeep(outgoing: Outgoing, place: Elsewhere): Promise<Done<ActAnswer | null>> {
  const one: Unsent = { ...outgoing, ts: Date.now() / 1000, refused: null }
  await writeDown(one)
  const done = await deliver(one, { ...place, now: place.seen.now })
  if (!done.ok && isUnanswered(done.trouble)) {
    await keepUnsent(one)
    return { ok: false, trouble: { from: 'kept' } }
  }
  await letGo(one.id)
  return done
}

/** Where it goes, and what the clock there says. */
type Where = { origin: Origin; hubId: Hex; now: number }

async function deliver({ way, request, kind, abroad }: Outgoing, where: Where): Promise<Done<ActAnswer | null>> {
  if (way === 'act') return bring(request, kind, where, abroad)
  const left = await (abroad === null ? hub.draft(request) : hub.draftAbroad(abroad, request))
  if (!left.ok) return failed(left.problem)
  await Promise.all([refresh(), abroad === null ? null : refreshAbroad()])
  return { ok: true, value: null }
}

/** Whether the other side may have taken it all the same. */
const isUnanswered = (trouble: Trouble): boolean =>
  trouble.from === 'network' || (trouble.from === 'door' && trouble.code === 'hub-unreachable')

/** Not now, and perhaps in a while: no reason to give up what waits. */
const isPassing = (trouble: Trouble): boolean =>
  isUnanswered(trouble) || (trouble.from === 'door' && ['busy', 'too-many', 'read-only', 'internal', 'not-founded'].includes(trouble.code))

let sending: Promise<void> | null = null

/** Sends all that waits, in its order, and says so. What is for a city that does not answer waits on, and holds up nothing for another. */
export const sendUnsent = (): Promise<void> => (sending ??= sendAll().finally(() => (sending = null)))

async function sendAll(): Promise<void> {
  const t = texts.get()!
  const silent = new Set<Origin | null>()
  for (const one of waitingIn(unsent.get())) {
    if (silent.has(one.abroad)) continue
    const { hubId, origin } = hubView.get()!
    const done = await deliver(one, { origin: one.abroad ?? origin, hubId, now: Math.floor(one.ts) })
    if (done.ok) {
      await letGo(one.id)
      say(t.outbox!.sent, done.value?.seq ?? null)
      if (one.kind === 'member.joined') await signIn()
    } else if (isPassing(done.trouble)) silent.add(one.abroad)
    else await keepUnsent({ ...one, refused: done.trouble as Unsent['refused'] })
  }
}

async function outgoing(
  asked: Asked, way: Unsent['way'], blobs: string[], at: AbroadView | undefined,
): Promise<{ ok: true; one: Outgoing; place: Elsewhere } | { ok: false; trouble: Trouble }> {
  const [device, place] = [await unlock(), await placeOf(at)]
  if (device === null) return unready
  if (!place.ok) return failed(place.problem)
  const id = spellingOf(device.acct, place.value.origin, asked, blobs)
  const waits = waitingIn(unsent.get()).find((one) => one.id === id)
  const request = waits?.request ?? { ...signAction(device, place.value, asked, random), ...(blobs.length === 0 ? {} : { blobs }) }
  const one: Outgoing = { id, hubId: hubView.get()!.hubId, abroad: at?.hub ?? null, acct: device.acct, kind: asked.kind, way, request }
  return { ok: true, one, place: place.value }
}

/** Signs an action and brings it to its hub: this one, or the other city that `at` describes. */
export async function act(
  asked: Asked,
  options: { blobs?: string[]; at?: AbroadView } = {},
): Promise<Done<ActAnswer>> {
  const out = await outgoing(asked, 'act', options.blobs ?? [], options.at)
  return out.ok ? ((await sendOrKeep(out.one, out.place)) as Done<ActAnswer>) : out
}

/**
 * Signs an agreement or a booking as its proposer and leaves it for the other party to sign, here or in the other city
 * that `at` describes.
 */
export async function propose(
  asked: Extract<Asked, { kind: 'agreement.made' | 'booking.made' }>,
  blobs: string[],
  at?: AbroadView,
): Promise<Done<null>> {
  const out = await outgoing(asked, 'draft', blobs, at)
  return out.ok ? ((await sendOrKeep(out.one, out.place)) as Done<null>) : out
}

/**
 * The same for the use of something that is shared in another city: who asks becomes known there first, and what they sign
 * is that city's.
 */
export async function proposeAbroad(
  origin: Origin, listing: Hex, asked: Extract<Asked, { kind: 'booking.made' }>, blobs: string[],
): Promise<Done<null>> {
  const known = await hub.visit(origin, { listing })
  return known.ok ? propose(asked, blobs, known.value) : failed(known.problem)
}

/** Puts this member's signature under a draft and brings it to the hub it belongs to. */
export async function acceptDraft(
  draft: DraftView,
  at: AbroadView | undefined,
): Promise<Done<ActAnswer>> {
  const [device, place] = [await unlock(), await placeOf(at)]
  if (device === null) return unready
  if (!place.ok) return failed(place.problem)
  const request = signDraft(device, place.value.hubId, draft)
  if (request === null) return unready
  const { kind } = readDraft(draft.body, device.acct)!
  const one: Outgoing = {
    id: `${device.acct} ${place.value.origin} ${draft.id}`, hubId: hubView.get()!.hubId, abroad: at?.hub ?? null, acct: device.acct, kind, way: 'act', request,
  }
  return (await sendOrKeep(one, place.value)) as Done<ActAnswer>
}

/**
 * The device's key, asking for the PIN where there is one. Null when there is no key or the member
 * gave up.
 */
async function ownKey(): Promise<Device | null> {
  const device = kept.get()
  if (device === null) return null
  if (unlocked?.publicKey === device.publicKey) return unlocked
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
  // The key of a card that was shown here is not this device's to keep.
  if ((await keptDevice(before.hubId))?.publicKey !== before.publicKey) return false
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

// Below: bringing signed bytes to a hub.

const unready = { ok: false, trouble: { from: 'unready' } } as const
const failed = (problem: Problem): { ok: false; trouble: Trouble } => ({
  ok: false,
  trouble: problem,
})

type Elsewhere = Place & { origin: Origin }

async function placeOf(at: AbroadView | undefined): Promise<Answer<Elsewhere>> {
  if (at !== undefined) {
    const view = await hub.abroad(at.hub)
    return view.ok ? { ok: true, value: { origin: at.hub, hubId: view.value.hubId, ...seenNow(view.value.seen, view.since) } } : view
  }
  const seen = await hub.seen()
  const { hubId, origin } = hubView.get()!
  return seen.ok ? { ok: true, value: { origin, hubId, ...seenNow(seen.value, seen.since) } } : seen
}

/** What was seen last, and the hub's clock as it must be by now; who is out of reach is given a week to be reached again. */
const seenNow = (seen: SeenView, since: number | undefined): Pick<Place, 'seen' | 'lives'> =>
  since === undefined ? { seen } : { seen: { ...seen, now: seen.now + Math.max(0, Math.floor(Date.now() / 1000 - since)) }, lives: WEEK_SECONDS }

const WEEK_SECONDS = 7 * 86_400

async function bring(request: ActRequest, kind: Kind, where: Where, abroad: Origin | null): Promise<Done<ActAnswer>> {
  const answer = await (abroad === null ? hub.act(request) : hub.actAbroad(abroad, request))
  if (!answer.ok) return failed(answer.problem)
  await keep(answer.value, request.body, kind, where, abroad === null)
  // On the screen before the button comes back to life: nobody should press it twice to be sure.
  await Promise.all([refresh(), abroad === null ? null : refreshAbroad()])
  return { ok: true, value: answer.value }
}
