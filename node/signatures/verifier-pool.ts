/**
 * ◆ Signatures verified on every core.
 *
 * Verifying is most of what an entry costs its reader, and one claim has nothing to do with the next. So claims
 * are gathered as they come, from whoever asks, and handed to worker threads in batches; each comes back with the
 * verdict of `verify` in `ledger/keys.ts`. A few, while the workers are idle, are verified right here: that is
 * quicker than sending them away, and a small hub never starts a worker. One that had nothing to do for half a minute is
 * let go, since an engine of its own is a third of what an idle hub holds in memory.
 *
 * Claims wait as they are, uncopied, until a worker has room, so a pool holds two batches a worker and no more;
 * how much may wait is for those who ask to say. A worker that dies is never taken for a yes: what it had in hand
 * is rejected, and another is started when there is work again.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { claimHolds, type SignatureClaim } from '#ledger/claims.ts'
import type { BackEnd } from './native-crypto.ts'
import { pack, packedBytes, verdictsIn } from './verifier-batch.ts'
import type { Work, WorkerData } from './verifier-worker.ts'

/** Fewer are verified in place when nothing else is under way, and sent in one batch when something is. */
const WORTH_SENDING = 32
/** Fewer are verified in place while there is no worker: some ten milliseconds, and an engine costs thirty mebibytes. */
const WORTH_HIRING = 128
/** Some milliseconds of work: cores that share a job end together. */
const BATCH_CLAIMS_MAX = 256
/** Holds a full batch of ordinary entries. */
const ROOM_BYTES = 128 * 1024
/** One is being judged while the next is on its way. */
const BATCHES_PER_WORKER = 2
/** Work that comes again sooner finds its worker still there. */
const REST_MS = 30_000

export type VerifierPool = {
  readonly threads: number
  /**
   * Whether each claim holds, in their order. Rejects when that cannot be found out (a worker died, the pool was
   * closed): then nothing is known about any of them.
   */
  verify(claims: readonly SignatureClaim[]): Promise<boolean[]>
  /** Lets go of the workers. What is still under way is rejected. */
  close(): Promise<void>
}

/** A thread for each core and the fastest arithmetic there is, unless said otherwise. */
export type PoolOptions = { threads?: number; backEnd?: BackEnd; restMs?: number }

/** One call of `verify`. */
type Job = {
  claims: readonly SignatureClaim[]
  verdicts: boolean[]
  /** Claims before this one have been taken up. */
  next: number
  /** How many have no verdict yet. */
  open: number
  resolve(verdicts: boolean[]): void
  reject(error: Error): void
}
/** Consecutive claims of one job, from `from` on; a batch is made of such. */
type Part = { job: Job; from: number; count: number }
/** `rest` runs while it has nothing to do. */
type Crew = { worker: Worker; out: Part[][]; rest: NodeJS.Timeout | null }

/** A pool for this process. Its workers start when there is work for them, and keep no process alive. */
export function openVerifierPool({ threads = availableParallelism(), backEnd, restMs = REST_MS }: PoolOptions = {}): VerifierPool {
  const crews: Crew[] = []
  const waiting: Job[] = []
  /** Buffers that came back, to be filled again. */
  const rooms: Uint8Array<ArrayBuffer>[] = []
  let isFlushDue = false
  let closed = false

  function submit(claims: readonly SignatureClaim[]): Promise<boolean[]> {
    if (closed) return Promise.reject(new Error(CLOSED))
    if (claims.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      const open = claims.length
      waiting.push({ claims, verdicts: new Array<boolean>(open), next: 0, open, resolve, reject })
      // Whoever asks in the same moment shares the batch.
      if (!isFlushDue) setImmediate(flush)
      isFlushDue = true
    })
  }

  function flush(): void {
    isFlushDue = false
    const count = waiting.reduce((sum, { claims, next }) => sum + claims.length - next, 0)
    const worthwhile = crews.length === 0 ? WORTH_HIRING : WORTH_SENDING
    if (count < worthwhile && crews.every(({ out }) => out.length === 0)) return verifyHere()
    const share = Math.min(BATCH_CLAIMS_MAX, Math.max(WORTH_SENDING, Math.ceil(count / threads)))
    while (waiting.length > 0) {
      const crew = freest()
      if (crew === null) return
      send(crew, share)
    }
  }

  function verifyHere(): void {
    for (const { claims, resolve } of waiting.splice(0)) {
      resolve(claims.map(claimHolds))
    }
  }

  /** Who is idle, else somebody new, else who has room for one more batch; null when all are full. */
  function freest(): Crew | null {
    const [least] = crews.toSorted((a, b) => a.out.length - b.out.length)
    if (least !== undefined && least.out.length === 0) return least
    if (crews.length < threads) return hire()
    return least !== undefined && least.out.length < BATCHES_PER_WORKER ? least : null
  }

  function hire(): Crew {
    const workerData: WorkerData = { backEnd }
    const worker = new Worker(new URL('./verifier-worker.ts', import.meta.url), { workerData })
    const crew: Crew = { worker, out: [], rest: null }
    crews.push(crew)
    worker.on('message', (room: Work['room']) => takeBack(crew, room))
    worker.on('error', (cause) => lose(crew, new Error('a thread that verifies signatures died', { cause })))
    worker.on('exit', (code) => lose(crew, new Error(`a thread that verifies signatures ended with code ${code}`)))
    return crew
  }

  /** Takes up to `most` claims from the front of what waits, and sends them as one batch. */
  function send(crew: Crew, most: number): void {
    const parts: Part[] = []
    const claims: SignatureClaim[] = []
    for (let job = waiting[0]; job !== undefined && claims.length < most; job = waiting[0]) {
      const taken = job.claims.slice(job.next, job.next + most - claims.length)
      parts.push({ job, from: job.next, count: taken.length })
      claims.push(...taken)
      job.next += taken.length
      if (job.next === job.claims.length) waiting.shift()
    }
    const room = roomFor(claims.reduce((sum, claim) => sum + packedBytes(claim), 0))
    pack(room, claims)
    const work: Work = { room, count: claims.length }
    crew.out.push(parts)
    if (crew.rest !== null) clearTimeout(crew.rest)
    crew.worker.ref()
    crew.worker.postMessage(work, [room.buffer])
  }

  function roomFor(bytes: number): Work['room'] {
    const room = rooms.pop()
    return room !== undefined && room.length >= bytes ? room : new Uint8Array(Math.max(bytes, ROOM_BYTES))
  }

  function takeBack(crew: Crew, room: Work['room']): void {
    const parts = crew.out.shift()!
    const verdicts = verdictsIn(room, parts.reduce((sum, { count }) => sum + count, 0))
    if (verdicts === null) {
      crew.out.push(parts)
      void crew.worker.terminate()
      return lose(crew, new Error('a signature came back without a verdict'))
    }
    let i = 0
    for (const { job, from, count } of parts) {
      for (let at = from; at < from + count; at++) job.verdicts[at] = verdicts[i++]!
      job.open -= count
      if (job.open === 0) job.resolve(job.verdicts)
    }
    rooms.push(room)
    if (waiting.length > 0) flush()
    if (crew.out.length > 0 || !crews.includes(crew)) return
    crew.worker.unref()
    crew.rest = setTimeout(() => letGo(crew), restMs).unref()
  }

  function letGo(crew: Crew): void {
    crews.splice(crews.indexOf(crew), 1)
    if (crews.length === 0) rooms.length = 0
    void crew.worker.terminate()
  }

  /** Who is lost never answers: what they had in hand is known to nobody. */
  function lose(crew: Crew, error: Error): void {
    const at = crews.indexOf(crew)
    if (at < 0) return
    crews.splice(at, 1)
    if (crew.rest !== null) clearTimeout(crew.rest)
    for (const { job } of crew.out.flat()) {
      job.reject(error)
      // Its other claims would be judged for nobody.
      if (waiting[0] === job) waiting.shift()
    }
    if (waiting.length > 0) flush()
  }

  return {
    threads,
    verify: submit,
    async close() {
      closed = true
      const error = new Error(CLOSED)
      for (const job of waiting.splice(0)) job.reject(error)
      const leaving = crews.splice(0)
      for (const { rest } of leaving) if (rest !== null) clearTimeout(rest)
      for (const { job } of leaving.flatMap(({ out }) => out.flat())) job.reject(error)
      await Promise.all(leaving.map(({ worker }) => worker.terminate()))
    },
  }
}

const CLOSED = 'the verifier pool is closed'
