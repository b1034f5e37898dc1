/**
 * The last answer to each question, so that what was read stays readable while the hub cannot be reached: on this device,
 * or, where its key is behind a PIN, only as long as this page is open; what the PIN is to keep from whoever finds the
 * device must not lie beside it.
 */
import { forgetRead, keepRead, lastRead, preference, type Read } from '../device/cabinet.ts'

const inThisPage = new Map<string, Read>()
let isLocked = false

/** Whether the key here is behind a PIN; what was kept before is forgotten when it is. */
export function readBehindPin(locked: boolean): void {
  if (locked && !isLocked) void forgetRead().catch(() => undefined)
  isLocked = locked
}

/** As many as are kept on the device. */
const IN_PAGE_MOST = 200

/** Of what was asked before somebody signed out the answer may come after it, and is for nobody then. */
export function keepReading(path: string, value: unknown): void {
  if (preference.get('signed-out') === 'yes') return
  const read: Read = { path, ts: Date.now() / 1000, value }
  // Where nothing can be kept, there is nothing to read later: no reason not to read now.
  if (!isLocked) return void keepRead(read).catch(() => undefined)
  inThisPage.delete(path)
  inThisPage.set(path, read)
  if (inThisPage.size > IN_PAGE_MOST) inThisPage.delete(inThisPage.keys().next().value!)
}

export async function lastReading(path: string): Promise<Read | null> {
  return inThisPage.get(path) ?? (isLocked ? null : await lastRead(path).catch(() => null))
}

/** Whoever signs out leaves nothing to read to the next one at this device. */
export async function forgetReading(): Promise<void> {
  inThisPage.clear()
  await forgetRead().catch(() => undefined)
}
