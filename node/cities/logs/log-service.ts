/**
 * Logs as other members read them: `/cv/log/1`. First this hub's own; nothing is served beyond the
 * newest checkpoint: that much is on our disk and signed, and a reader can hold us to it. Then what
 * this hub keeps of the others' logs, for a member that lost its disk and wants its own words back:
 * as far as a checkpoint of that log reaches whose records all stand in our mirror. Reading is
 * always possible, also while this hub itself waits at its fence.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { generationOf } from '#ledger/state/state.ts'
import { PAGE_BYTES_MAX, RECORDS_PER_PAGE_MAX, services } from '#protocol/limits.ts'
import { logAnswers, type LogAnswer, logRequests } from '#protocol/message.ts'
import type { Network } from '../../wire/network.ts'
import type { Writer } from '../../ports.ts'
import type { Replica } from './replica.ts'
import type { Replicas } from './replicas.ts'

export type LogServicePorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  /** The newest checkpoint; `bare` is the note as the log alone signed it. */
  head(): { bare: string; size: number } | null
  /** The newest note of another log this hub has cosigned. */
  cosigned(origin: Origin): string | null
}

/** Answers `/cv/log/1` from now on. */
export async function serveLog({ writer, network, replicas, head, cosigned }: LogServicePorts): Promise<void> {
  function answer(body: Uint8Array): LogAnswer {
    const request = logRequests.parse(body)
    switch (request?.type) {
      case undefined:
        return nothing
      case 'head': {
        const newest = head()
        if (newest === null) return nothing
        const { size, bare } = newest
        return { type: 'head', size, generation: generationOf(writer.state), note: utf8(bare) }
      }
      case 'records': {
        const { from } = request
        const size = head()?.size ?? -1
        if (from > size) return nothing
        const records = writer.read(from, Math.min(size - from, RECORDS_PER_PAGE_MAX), PAGE_BYTES_MAX)
        return { type: 'records', records, end: from + records.length >= size }
      }
      case 'held': {
        const kept = keptOf(request.origin)
        if (kept === null) return nothing
        const generation = generationOf(kept.replica.state!)
        return { type: 'head', size: kept.size, generation, note: utf8(kept.note) }
      }
      case 'tail': {
        const kept = keptOf(request.origin)
        const { from } = request
        if (kept === null || from > kept.size) return nothing
        const records: Uint8Array[] = []
        for (let bytes = 0; from + records.length < kept.size && records.length < RECORDS_PER_PAGE_MAX;) {
          const record = kept.replica.recordAt(from + records.length)
          bytes += record.length
          if (records.length > 0 && bytes > PAGE_BYTES_MAX) break
          records.push(record)
        }
        return { type: 'records', records, end: from + records.length >= kept.size }
      }
    }
  }

  /** The newest checkpoint of a log whose every record is durable here. */
  function keptOf(origin: Origin): { replica: Replica; size: number; note: string } | null {
    const replica = replicas.of(origin)
    if (!replica?.state) return null
    const { state, card, kept } = replica
    let best: { replica: Replica; size: number; note: string } | null = null
    for (const note of [cosigned(origin), replica.note]) {
      const checkpoint = note === null ? null : openCheckpoint(note, origin, card.logKey)
      const size = Number(checkpoint?.size ?? 0n)
      if (checkpoint === null || note === null || size === 0 || size > kept || size <= (best?.size ?? 0)) continue
      if (equalBytes(state.tree.root(size), checkpoint.root)) best = { replica, size, note }
    }
    return best
  }

  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.log
  await network.serve(protocol, {
    handler: async (_peer, body) => logAnswers.encode(answer(body)),
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: false,
  })
}

const nothing: LogAnswer = { type: 'nothing' }
