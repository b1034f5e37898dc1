/**
 * What the programs in this folder share: `node PEER.mjs DIR ENTRIES` plays one job with one library and
 * prints one line of JSON, `{ stage: entries a second, … }`. Both ends of a sync run in that one process.
 */
import { randomBytes } from 'node:crypto'

export const [, , dir, entriesText] = process.argv
export const count = Number(entriesText)
export const ENTRY_BYTES = 300
/** How many entries one batched append hands over. */
export const BATCH = 512

/** Entries that no compression makes smaller. */
export const entries = (many) => {
  const bytes = randomBytes(many * ENTRY_BYTES)
  return Array.from({ length: many }, (_, i) => bytes.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES))
}

export const batches = (items) =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH))

/** Entries a second of `work` over `many` entries. */
export async function rate(many, work) {
  const began = performance.now()
  await work()
  return many / ((performance.now() - began) / 1000)
}

/** Milliseconds of `work`, and what it made. */
export async function timed(work) {
  const began = performance.now()
  const made = await work()
  return [performance.now() - began, made]
}

export function say(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
}

/** Stops with a message when a library did not do what was timed. */
export function insist(true_, what) {
  if (!true_) throw new Error(`the measurement is void: ${what}`)
}
