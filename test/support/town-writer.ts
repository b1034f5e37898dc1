/**
 * The Writer port over a town: what a hub's other parts ask of its ledger, answered from memory by the real
 * rules. A town has no disk, so what is recorded is durable at once.
 */
import { type Auth, encodeRecord, type Entry, parseRecord, receiptsOf, sealGroup } from '#ledger/entry.ts'
import { apply, check } from '#ledger/ledger.ts'
import { rootOf } from '#ledger/merkle.ts'
import type { Answer, Clock, Log, Writer } from '#node/ports.ts'
import { type Asked, draft, type Person, record, type Town, tick } from '#test/support/towns.ts'

export function writerOf(town: Town): Writer {
  const listeners: ((entry: Entry) => void)[] = []

  function recorded(entry: Entry): Answer {
    const { id, secrets, state } = town
    const { seq } = entry
    const range = { origin: state.hub.origin, first: seq, last: seq, root: rootOf([entry.leaf]), generation: 0 }
    const receipt = receiptsOf(sealGroup(range, secrets.log, id), seq, [entry.leaf])[0]!
    for (const listener of listeners) listener(entry)
    return { ok: true, seq, record: entry.bytes, receipt }
  }

  return {
    get state() {
      return town.state
    },
    async submit(body: Uint8Array, auth: Auth[]) {
      tick(town)
      const { tree, hub } = town.state
      const seq = tree.size
      const bytes = encodeRecord({ origin: hub.origin, seq, prev: tree.leafAt(seq - 1), ts: town.now, body, auth })
      const entry = parseRecord(bytes)
      if (entry === null) return { ok: false, refusal: { code: 'malformed' } }
      const refusal = check(town.state, entry)
      if (refusal !== null) return { ok: false, refusal }
      apply(town.state, entry)
      town.entries.push(entry)
      return recorded(entry)
    },
    async record(kind, own) {
      const entry = record(town, { kind, ...own } as unknown as Asked)
      return 'code' in entry ? { ok: false, refusal: entry } : recorded(entry)
    },
    read: (from, count) => town.entries.slice(from, from + count).map((entry) => entry.bytes),
    entryAt: (seq) => town.entries[seq]!,
    onRecorded: (listener) => void listeners.push(listener),
  }
}

/** A clock that stands still until it is moved; `pass` calls what falls due on the way, in order. */
export type SteeredClock = Clock & { pass(seconds: number): Promise<void> }

export function aSteeredClock(start: number): SteeredClock {
  let nowMs = start * 1_000
  let waiting: { at: number; call: () => void }[] = []
  return {
    now: () => Math.floor(nowMs / 1_000),
    after(ms, call) {
      const one = { at: nowMs + ms, call }
      waiting.push(one)
      return () => {
        waiting = waiting.filter((other) => other !== one)
      }
    },
    async pass(seconds) {
      const until = nowMs + seconds * 1_000
      for (;;) {
        await rest()
        const due = waiting.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        waiting = waiting.filter((one) => one !== due)
        nowMs = Math.max(nowMs, due.at)
        due.call()
      }
      nowMs = until
      await rest()
    },
  }
}

/** Lets everything happen that needs no time: each turn of the event loop empties the queue of promises. */
export async function rest(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

export type Heard = { level: 'info' | 'warn' | 'error'; message: string; fields: Record<string, unknown> | undefined }

/** A log that remembers. */
export function aListeningLog(): Log & { heard: Heard[] } {
  const heard: Heard[] = []
  const at = (level: Heard['level']) => (message: string, fields?: Record<string, unknown>) =>
    void heard.push({ level, message, fields })
  return { info: at('info'), warn: at('warn'), error: at('error'), heard }
}

/** The body and signatures of an action, as a page would send them. */
export function signedBy(town: Town, asked: Asked, signers: Person[]): { body: Uint8Array; auth: Auth[] } {
  const { body, auth } = draft(town, asked, signers)
  return { body, auth }
}
