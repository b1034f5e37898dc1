/**
 * One core of the ceiling: one back end verifying the same signatures over and over, with nothing around it.
 * Answers how many it did a second, and a second of processor time.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, type SignatureClaim } from '#ledger/claims.ts'
import { verify } from '#ledger/keys.ts'
import { type BackEnd, ed25519Of } from '#node/signatures/native-crypto.ts'

export type CeilingData = { backEnd: BackEnd; claims: SignatureClaim[]; ms: number }
export type Ceiling = { perSecond: number; perCpuSecond: number }

const { backEnd, ms } = workerData as CeilingData
const claims = (workerData as CeilingData).claims.map((claim) => ({ ...claim, message: messageOf(claim) }))
const equationHolds = ed25519Of(backEnd)?.equationHolds ?? verify

function verifyFor(wanted: number): number {
  const began = performance.now()
  let done = 0
  while (performance.now() - began < wanted) {
    for (let i = 0; i < 32; i++) {
      const { key, message, signature } = claims[done++ % claims.length]!
      if (!equationHolds(key, message, signature)) throw new Error('a signature does not verify')
    }
  }
  return done
}

verifyFor(ms / 4)
const [began, before] = [performance.now(), process.threadCpuUsage()]
const done = verifyFor(ms)
const cpu = process.threadCpuUsage(before)
const ceiling: Ceiling = {
  perSecond: (done * 1000) / (performance.now() - began), perCpuSecond: (done * 1e6) / (cpu.user + cpu.system),
}
parentPort!.postMessage(ceiling)
