/**
 * What was signed and has not reached its hub: written down on this device before it is sent, shown as waiting, and sent with the very same bytes
 * when the hub answers again; it knows them, so nothing is recorded twice. What is refused then stays, with the reason,
 * until somebody has read it.
 */
import type { Hex } from '#ledger/action.ts'
import { dropUnsent, keptUnsent, putUnsent, type Unsent } from '../device/cabinet.ts'
import { newStore } from '../store.ts'

/** The oldest first: what came first is sent first. */
export const unsent = newStore<Unsent[]>([])

/** What is still to be sent; the rest has been refused. */
export const waitingIn = (all: Unsent[]): Unsent[] => all.filter(({ refused }) => refused === null)

/** Reads what this device keeps for a hub. Where it keeps nothing, what waits lasts until the page is closed. */
export async function openOutbox(hubId: Hex): Promise<void> {
  const found = await keptUnsent().catch(() => [])
  unsent.set(found.filter((one) => one.hubId === hubId).sort((a, b) => a.ts - b.ts))
}

/** Before it is sent: on this device only, and not yet shown as waiting. */
export async function writeDown(one: Unsent): Promise<void> {
  if (!unsent.get().some(({ id }) => id === one.id)) await putUnsent(one).catch(() => undefined)
}

/** Keeps one, or what has become of it. */
export async function keepUnsent(one: Unsent): Promise<void> {
  const others = unsent.get().filter(({ id }) => id !== one.id)
  unsent.set([...others, one].sort((a, b) => a.ts - b.ts))
  await putUnsent(one).catch(() => undefined)
}

/** It has been sent, or nobody wants it sent, or its refusal has been read. */
export async function letGo(id: string): Promise<void> {
  if (unsent.get().some((one) => one.id === id)) unsent.set(unsent.get().filter((one) => one.id !== id))
  await dropUnsent(id).catch(() => undefined)
}
