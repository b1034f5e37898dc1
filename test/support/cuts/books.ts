/**
 * The books of an auditor who trusts nobody, kept from the exports of all hubs together and from what people were told
 * when they sent something. The auditor is the simulation's (`sim/auditor.ts`): it knows how records are written down, and
 * none of the rules.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import { readExport } from '#ledger/audit/export.ts'
import { parseOrder, returnXidOf } from '#ledger/federation/federation.ts'
import { fromHex } from '#ledger/bytes.ts'
import { Auditor } from '#test/sim/auditor.ts'

/** A transfer that its hub has receipted. `isForNobody`: to an account that there is not, so that it must come back. */
export type Told = { xid: Hex; from: Origin; to: Origin; amount: bigint; isForNobody: boolean }
export type Books = { credited: number; cameBack: number; faults: string[] }

/** Lays the exports beside each other and beside what was told. */
export function booksOf(exports: readonly Uint8Array[], told: readonly Told[], federation: Uint8Array): Books {
  const auditor = new Auditor(new Set())
  const faults = readTogether(auditor, exports.map(recordsIn))
  auditor.sum()
  faults.push(...auditor.findings.map(({ code, detail }) => `${code}: ${detail}`))
  let [credited, cameBack] = [0, 0]
  const known = new Set<Hex>()
  for (const { xid, from, to, amount, isForNobody } of told) {
    known.add(xid)
    const taken = auditor.taken.get(xid)
    if (taken === undefined) {
      faults.push(`lost: ${xid}, ${amount} from ${from} to ${to}, has arrived nowhere`)
      continue
    }
    if (taken.hub !== to || taken.from !== from || taken.amount !== amount) faults.push(`other: ${xid} was ${amount} to ${to}, and is ${taken.amount} at ${taken.hub}`)
    if (!isForNobody) {
      if (taken.fate === 'credit') credited += 1
      else faults.push(`kept: ${xid} is ${taken.fate} at ${to}`)
      continue
    }
    const way = returnXidOf(federation, fromHex(xid)!)
    known.add(way)
    const back = auditor.taken.get(way)
    if (back?.hub === from && back.amount === amount && back.fate === 'credit') cameBack += 1
    else faults.push(`not back: ${xid}, which was for nobody, is ${back?.fate ?? 'on its way'}`)
  }
  for (const xid of auditor.taken.keys()) if (!known.has(xid)) faults.push(`invented: nobody has sent ${xid}`)
  return { credited, cameBack, faults }
}

function recordsIn(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = []
  for (const piece of readExport([bytes])) if (piece.type === 'record') entries.push(parseRecord(piece.bytes)!)
  return entries
}

/** An arrival is read when the order that it takes in has been read as certified; one that never was is a fault. */
function readTogether(auditor: Auditor, logs: readonly (readonly Entry[])[]): string[] {
  const next = logs.map(() => 0)
  const waits = ({ action }: Entry): boolean => {
    if (action.kind !== 'x.in') return false
    const order = parseOrder(action.order)!
    return auditor.chainOf(order.hub)[order.slot]?.certified !== true
  }
  for (let isGoing = true; isGoing; ) {
    isGoing = false
    for (const [i, log] of logs.entries()) {
      while (next[i]! < log.length && !waits(log[next[i]!]!)) {
        const { origin, bytes } = log[next[i]!]!
        auditor.read(origin, bytes)
        next[i]! += 1
        isGoing = true
      }
    }
  }
  return logs.flatMap((log, i) => (next[i] === log.length ? [] : [`unordered: entry ${next[i]} of ${log[0]!.origin} takes in what no hub shows as certified`]))
}
