/**
 * This hub's log as other members read it: `/cv/log/1`. Nothing is served beyond the newest
 * checkpoint: that much is on our disk and signed, and a reader can hold us to it. Reading is
 * always possible, also while this hub itself waits at its fence.
 */
import { utf8 } from '#ledger/bytes.ts'
import { PAGE_BYTES_MAX, RECORDS_PER_PAGE_MAX, services } from '#protocol/limits.ts'
import { logAnswers, type LogAnswer, logRequests } from '#protocol/message.ts'
import { generationOf } from '#ledger/state.ts'
import type { Network } from './network.ts'
import type { Writer } from './ports.ts'

export type LogServicePorts = {
  writer: Writer
  network: Network
  /** The newest checkpoint; `bare` is the note as the log alone signed it. */
  head(): { bare: string; size: number } | null
}

/** Answers `/cv/log/1` from now on. */
export async function serveLog({ writer, network, head }: LogServicePorts): Promise<void> {
  function answer(body: Uint8Array): LogAnswer {
    const request = logRequests.parse(body)
    const newest = head()
    if (request === null || newest === null) return { type: 'nothing' }
    const { size, bare } = newest
    if (request.type === 'head') return { type: 'head', size, generation: generationOf(writer.state), note: utf8(bare) }
    const { from } = request
    if (from > size) return { type: 'nothing' }
    const records = writer.read(from, Math.min(size - from, RECORDS_PER_PAGE_MAX), PAGE_BYTES_MAX)
    return { type: 'records', records, end: from + records.length >= size }
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
