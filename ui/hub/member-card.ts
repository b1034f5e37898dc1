/**
 * A member's card: on paper, the key of a device that is no telephone. Who has none uses it on the tablet in the hall, and whose
 * telephone is lost comes back in with it. It is a device of the account like any other, and is ended like one.
 */
import { fromHex } from '#ledger/bytes.ts'
import { keepDevice, keepNothing, keptDevice, preference } from '../device/cabinet.ts'
import { forgetForms } from '../device/kept-form.ts'
import { type Card, cardText } from '../device/card-code.ts'
import { random } from '../device/commit.ts'
import { deviceOf, signNewDevice } from '../device/signing.ts'
import { to } from '../router.ts'
import { hubView, me } from './app.ts'
import { type Done, isBorrowed, kept } from './kept-key.ts'
import { unsent } from './outbox.ts'
import { act, closeSession, signIn, signOut, theActing } from './session.ts'

/** Somebody who walks away from the tablet is signed out after so long. */
const IDLE_MS = 3 * 60_000

/** Whoever photographs a card can try PINs as often as they like, so a few digits will not do. */
export const CARD_PIN_LENGTH_MIN = 10

/**
 * What stands on a new card. `waits`: the account does not know its key yet, because the hub did not answer; what was signed goes
 * out when it does.
 */
export async function makeCard(pin: string): Promise<Done<{ text: string; publicKey: string; waits: boolean }>> {
  const [view, mine] = [hubView.get(), me.get()]
  if (view === null || mine === null) return { ok: false, trouble: { from: 'unready' } }
  const { sealSeed } = await import('../device/pin.ts')
  const secret = random(32)
  const device = deviceOf(mine.acct, secret)
  const seed = await sealSeed(secret, pin, random)
  const done = await act({ kind: 'device.added', device: fromHex(device.publicKey)!, proof: fromHex(signNewDevice(device, view.hubId).proof)! })
  // Thrown away now, it would be a key that the account knows and nobody has.
  const waits = !done.ok && done.trouble.from === 'kept'
  if (!done.ok && !waits) return done
  const { publicKey } = device
  return { ok: true, value: { publicKey, waits, text: cardText(`${location.origin}${to.device(null)}`, { acct: mine.acct, publicKey, seed }) } }
}

/**
 * Signs in with a card; the PIN is asked for as always. Where the device is not one's own nothing of it stays: the key lives in
 * this page alone, and the session ends with it. `taken`: this browser keeps the key of somebody already.
 */
export async function enterWithCard({ acct, publicKey, seed }: Card, isOwn: boolean): Promise<Done<null> | 'taken'> {
  const view = hubView.get()
  if (view === null) return { ok: false, trouble: { from: 'unready' } }
  if (isOwn && (await keptDevice(view.hubId)) !== null) return 'taken'
  const before = kept.get()
  const device = { acct, hubId: view.hubId, publicKey, name: '', seed }
  kept.set(device)
  const done = await signIn()
  if (!done.ok) {
    // The PIN may have been right: nobody after this one comes in without it, nor by a session that was opened half.
    ;(await theActing())?.lock()
    kept.set(before)
    preference.set('still-open', 'yes')
    void closeSession()
  } else if (isOwn) await keepDevice(device)
  else leavesNothing()
  return done
}

/** The next page to be opened here finds nobody signed in, and tells the hub so. */
function leavesNothing(): void {
  isBorrowed.set(true)
  keepNothing()
  unsent.set([])
  preference.set('signed-out', 'yes')
  // Not only when this page is left: one that is killed says no farewell.
  preference.set('still-open', 'yes')
  addEventListener('pagehide', forgetForms)
  let timer = 0
  let last = Date.now()
  const hasGone = (): boolean => Date.now() - last > IDLE_MS
  const stay = (): void => {
    // A tablet that slept has stopped its clocks: whoever touches it now is somebody else.
    if (hasGone()) return void signOut()
    last = Date.now()
    clearTimeout(timer)
    timer = setTimeout(() => void signOut(), IDLE_MS)
  }
  for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, stay)
  document.addEventListener('visibilitychange', () => hasGone() && void signOut())
  addEventListener('pageshow', ({ persisted }) => persisted && void signOut())
  stay()
  // The page is loaded anew, and with it the key is gone.
  me.watch(() => void (me.get() === null && location.assign(to.home)))
}
