/**
 * The member at this device: their key as it is kept here, and their session with the hub.
 *
 * A session is only for reading what is private: every change is a signed action (`acting.ts`), so a
 * stolen cookie changes nothing. The limit of all this: the hub also serves this very program
 * (`README.md`).
 */
import { keptDevice, preference, UNFOUNDED } from '../device/cabinet.ts'
import { forgetForms } from '../device/kept-form.ts'
import { abroad, hubView, listen, me, transfers } from './app.ts'
import { hub, isNoSession, reopenSessionBy } from './hub-client.ts'
import { type Done, kept } from './kept-key.ts'
import { openOutbox, unsent, waitingIn } from './outbox.ts'
import { forgetReading } from './reading.ts'
import { voice } from './voice.ts'

/** Shorter ones are guessed in an afternoon from a stolen profile. */
export const PIN_LENGTH_MIN = 6

type Acting = typeof import('./acting.ts')
let acting: Promise<Acting> | null = null

/** What signs, fetched when it is needed first; null, and fetched again the next time, where it cannot be had. */
export async function theActing(): Promise<Acting | null> {
  try {
    return await (acting ??= import('./acting.ts'))
  } catch {
    acting = null
    return null
  }
}

const withKey = <Given extends unknown[], T>(pick: (acting: Acting) => (...given: Given) => Promise<Done<T>>) =>
  async (...given: Given): Promise<Done<T>> => {
    const there = await theActing()
    return there === null ? { ok: false, trouble: { from: 'network' } } : pick(there)(...given)
  }

export const act = withKey(({ act }) => act)
export const propose = withKey(({ propose }) => propose)
export const proposeAbroad = withKey(({ proposeAbroad }) => proposeAbroad)
export const acceptDraft = withKey(({ acceptDraft }) => acceptDraft)
export const signIn = withKey(({ signIn }) => signIn)
export const found = withKey(({ found }) => found)
export const join = withKey(({ join }) => join)
export const askIn = withKey(({ askIn }) => askIn)

/** Sends what was signed while the hub did not answer; nothing where nothing waits. */
export async function sendUnsent(): Promise<void> {
  if (waitingIn(unsent.get()).length > 0) await (await theActing())?.sendUnsent()
}

/** Finds the key of this hub and opens the session, silently where no PIN is needed. */
export async function startSession(): Promise<void> {
  const hubId = hubView.get()?.hubId
  const [device] = await Promise.all([
    keptDevice(hubView.get()?.founded === true && hubId !== undefined ? hubId : UNFOUNDED),
    hubId === undefined ? null : openOutbox(hubId),
  ])
  kept.set(device)
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
  const isOpen = kept.get()?.seed instanceof Uint8Array || (acting !== null && (await theActing())?.isUnlocked() === true)
  if (!isOpen || preference.get('signed-out') === 'yes' || !(await signIn()).ok) return false
  // The hub has started anew, and the old line may lead nowhere.
  listen()
  return true
}

/** Tells the hub of a sign-out that it could not hear: until it does, the session would be open to the next one here. */
export async function closeSession(): Promise<void> {
  if (preference.get('still-open') !== 'yes') return
  const told = await hub.logout()
  if (told.ok || isNoSession(told.problem)) preference.set('still-open', 'no')
}

/** So long the hub is waited for when somebody leaves. */
const FAREWELL_MS = 3_000

export async function signOut(): Promise<void> {
  preference.set('signed-out', 'yes')
  preference.set('still-open', 'yes')
  preference.set('draft', '')
  forgetForms()
  if (acting !== null) (await theActing())?.lock()
  // On a line that hangs nobody's page stays on the screen: what the hub has not heard it is told by the next page.
  await Promise.race([closeSession(), new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))])
  await forgetReading()
  voice.set(null)
  me.set(null)
  abroad.set([])
  transfers.set(null)
}
