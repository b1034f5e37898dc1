/**
 * One request on one libp2p stream. A request is one frame, its answer is one frame, and a
 * frame is prefixed by its length as an unsigned varint. How it ends is told without a word of
 * protocol: a stream closed cleanly without one byte is a refusal, a reset is a failure, and an
 * answer counts only when it is whole (the end of a stream alone proves nothing).
 *
 * Every read and write has its own `AbortSignal.timeout`; long-lived signals are never
 * combined, since combining them leaks. `stream.onDrain()` works once per stream in libp2p 3
 * and is not used.
 */
import { once } from 'node:events'
import type { Connection, Stream } from '@libp2p/interface'
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import { pipe } from 'it-pipe'
import type { PeerKey, Service } from './network.ts'
import { NetworkError } from './network.ts'

/**
 * Room beside the frame itself: one whole Yamux window, so that a frame that is too long is
 * noticed by its prefix (and refused) before the buffer behind it overflows (which resets the
 * stream).
 */
const SLACK_BYTES = (1 << 20) + 1024

/**
 * The asker's side. Rejects with `oversize` or `refused`, or with whatever else ended the
 * exchange, which the caller names.
 */
export async function exchange(
  stream: Stream,
  connection: Connection,
  body: Uint8Array,
  answerBytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let began = false
  stream.addEventListener('message', () => {
    began = true
  })
  const frames = lpStream(stream, {
    maxDataLength: answerBytesMax,
    maxBufferSize: answerBytesMax + SLACK_BYTES,
  })
  // Reading begins first: a refusal of a long request comes before all of it has been written.
  const answer = frames.read({ signal })
  answer.catch(() => {})
  try {
    await frames.write(body, { signal })
    await stream.close({ signal })
  } catch {
    // The reading side knows better why.
  }
  try {
    return new Uint8Array((await answer).subarray())
  } catch (error) {
    if (isTooLong(error)) throw new NetworkError('oversize', 'the answer is too long', error)
    const closedCleanly = nameOf(error) === 'UnexpectedEOFError' && connection.status === 'open'
    if (closedCleanly && !began) throw new NetworkError('refused', 'no answer was given', error)
    throw error
  }
}

/**
 * The answering side: a pipe of the one request, its answer, and the frame it leaves in.
 * Resolves when the stream is done with; rejects, with the stream ended, when no answer was
 * given. A request that is too long is refused; a handler that fails, or answers more than its
 * own limit, resets the stream.
 */
export async function answer(
  stream: Stream,
  peer: PeerKey,
  service: Service,
  times: { frameTimeoutMs: number; lingerMs: number },
): Promise<void> {
  const frames = lpStream(stream, {
    maxDataLength: service.requestBytesMax,
    maxBufferSize: service.requestBytesMax + SLACK_BYTES,
  })
  try {
    await pipe(
      requestOn(frames, times.frameTimeoutMs),
      answeredBy(peer, service),
      writtenTo(frames, times.frameTimeoutMs),
    )
  } catch (error) {
    if (isTooLong(error)) await refuse(stream, times.lingerMs)
    else stream.abort(new Error('the request could not be answered'))
    throw error
  }
  await finish(stream, times.lingerMs)
}

/** Ends a stream without an answer: the asker hears `refused`. */
export async function refuse(stream: Stream, lingerMs: number): Promise<void> {
  await finish(stream, lingerMs)
}

async function* requestOn(
  frames: LengthPrefixedStream,
  timeoutMs: number,
): AsyncGenerator<Uint8Array> {
  const body = await frames.read({ signal: AbortSignal.timeout(timeoutMs) })
  yield new Uint8Array(body.subarray())
}

function answeredBy(peer: PeerKey, service: Service) {
  return async function* (requests: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const body of requests) {
      const answer = await service.handler(peer, body)
      if (answer.length > service.answerBytesMax) {
        throw new Error(`an answer of ${answer.length} bytes is above this service's own limit`)
      }
      yield answer
    }
  }
}

function writtenTo(frames: LengthPrefixedStream, timeoutMs: number) {
  return async (answers: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const answer of answers) {
      await frames.write(answer, { signal: AbortSignal.timeout(timeoutMs) })
    }
  }
}

/** Closes our side cleanly and does not wait for ever for the other. */
async function finish(stream: Stream, lingerMs: number): Promise<void> {
  try {
    const signal = AbortSignal.timeout(lingerMs)
    await stream.close({ signal })
    if (stream.status === 'open' || stream.status === 'closing') {
      await once(stream, 'close', { signal })
    }
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}

const TOO_LONG = ['InvalidDataLengthError', 'InvalidDataLengthLengthError', 'StreamBufferError']

function isTooLong(error: unknown): boolean {
  return TOO_LONG.includes(nameOf(error))
}

/** The class of an error; libp2p's are told apart by name only. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
