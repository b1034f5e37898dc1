/**
 * A member's card: on paper, the key of a device that is no telephone. Who has none uses it on the tablet in the hall, and whose
 * telephone is lost comes back in with it. It is a device of the account like any other, and is ended like one.
 */
import { fromHex } from '#ledger/bytes.ts'
import { keepDevice, keptDevice, preference } from '../device/cabinet.ts'
import { type Card, cardText } from '../device/card-code.ts'
import { random } from '../device/commit.ts'
import { deviceOf, signNewDevice } from '../device/signing.ts'
import { to } from '../router.ts'
import { hubView, me } from './app.ts'
import { act, type Done, kept, signIn, signOut } from './session.ts'

/** Somebody who walks away from the tablet is signed out after so long. */
const IDLE_MS = 3 * 60_000

/** What stands on a new card, once the account knows its key. */
export async function makeCard(pin: string): Promise<Done<{ text: string; publicKey: string }>> {
  const [view, mine] = [hubView.get(), me.get()]
  if (view === null || mine === null) return { ok: false, trouble: { from: 'unready' } }
  const { sealSeed } = await import('../device/pin.ts')
  const secret = random(32)
  const device = deviceOf(mine.acct, secret)
  const seed = await sealSeed(secret, pin, random)
  const done = await act({ kind: 'device.added', device: fromHex(device.publicKey)!, proof: fromHex(signNewDevice(device, view.hubId).proof)! })
  if (!done.ok) return done
  const { publicKey } = device
  return { ok: true, value: { publicKey, text: cardText(`${location.origin}${to.device(null)}`, { acct: mine.acct, publicKey, seed }) } }
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
  if (!done.ok) kept.set(before)
  else if (isOwn) await keepDevice(device)
  else leavesNothing()
  return done
}

/** The next page to be opened here finds nobody signed in, and tells the hub so. */
function leavesNothing(): void {
  preference.set('signed-out', 'yes')
  addEventListener('pagehide', () => preference.set('still-open', 'yes'))
  let timer = 0
  const stay = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void signOut(), IDLE_MS)
  }
  for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, stay)
  stay()
  // The page is loaded anew, and with it the key is gone.
  me.watch(() => void (me.get() === null && location.assign(to.home)))
}
