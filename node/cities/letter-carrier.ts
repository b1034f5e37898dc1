/**
 * Letters between cities: `/cv/letter/1`. A hub brings the letters of its members to the recipients' hubs, one after the
 * other, at once and then after 1 s, 2 s … 5 min and at every connection, until each is kept or refused, or thirty days are
 * over. So a letter to a city that is away arrives when that comes back.
 *
 * Taken are letters of the asking hub's own members alone, and `words/letters.ts` judges them by this hub's copy of that
 * city's log: a hub cannot put a word into the mouth of anybody else's member.
 */
import type { Origin } from '#ledger/action.ts'
import {
  encodeDelivery, encodeDeliveryAnswer, isForNow, LETTER_ANSWER_BYTES_MAX, LETTER_LIFE_SECONDS, LETTER_PROTOCOL,
  LETTER_REQUEST_BYTES_MAX, type LetterRefusal, parseDelivery, parseDeliveryAnswer,
} from '#protocol/letter.ts'
import { retryAfterMs } from '#protocol/limits.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import { type Network, NetworkError, type PeerKey } from '../wire/network.ts'
import type { Letters } from '../words/letters.ts'
import { neighbour, neighbourAt, neighboursOf, peerOf } from './cities.ts'

/** What one city may bring. */
const LETTERS_OF_A_CITY = { most: 600, perHour: 3_600 }
const REQUEST_TIMEOUT_MS = 15_000

/** `more`: something has come for that city while it was being brought what waited before. */
type Round = { tries: number; busy: boolean; more: boolean; cancel: () => void }

export type CarrierPorts = {
  writer: Pick<Writer, 'state'>
  network: Network
  letters: Letters
  clock: Clock
  log: Log
}

/** Serves and delivers from now on. */
export async function startLetterCarrier({ writer, network, letters, clock, log }: CarrierPorts): Promise<{ stop(): void }> {
  const brought = bucketsOf(LETTERS_OF_A_CITY, clock)
  /** Cities that are being brought something, or are tried again later. */
  const rounds = new Map<Origin, Round>()
  let stopped = false

  async function answer(peer: PeerKey, bytes: Uint8Array): Promise<Uint8Array> {
    const home = neighbourAt(writer.state, peer)
    const signed = parseDelivery(bytes)
    return encodeDeliveryAnswer(
      signed === null ? 'malformed'
      : home === undefined || stopped ? 'not-yours'
      : !brought.take(home.origin) ? 'too-many'
      : await letters.receive(signed, home.origin))
  }

  /** Brings one city what waits for it, from the oldest on, and stops at the first that has to be tried again. */
  async function carry(to: Origin): Promise<void> {
    const round = rounds.get(to) ?? { tries: 0, busy: false, more: false, cancel: () => {} }
    if (stopped) return
    rounds.set(to, round)
    if (round.busy) return void (round.more = true)
    round.cancel()
    Object.assign(round, { busy: true, more: false })
    let isDone = true
    try {
      for (const { owner, id, since, signed } of letters.waiting().filter((one) => one.to === to)) {
        const because = await deliver(to, signed)
        const isOver = clock.now() > since + LETTER_LIFE_SECONDS
        if (because !== 'arrived' && (because === null || isForNow(because)) && !isOver) {
          isDone = false
          // One person too much, or unknown for now, holds up nobody else; a city that does not answer does.
          if (because === null) break
          continue
        }
        await letters.settle(owner, id, because ?? 'too-old')
      }
    } catch (error) {
      isDone = false
      log.warn('letters could not be carried on', { hub: to, error: String(error) })
    }
    round.busy = false
    if (stopped || (isDone && !round.more)) rounds.delete(to)
    else round.cancel = clock.after(isDone ? 0 : retryAfterMs(round.tries++), () => void carry(to))
  }

  /** Null: no answer. */
  async function deliver(to: Origin, signed: Uint8Array): Promise<'arrived' | LetterRefusal | null> {
    const host = neighbour(writer.state, to)
    if (host === undefined) return null
    try {
      const bytes = await network.request(peerOf(host), LETTER_PROTOCOL, encodeDelivery(signed), {
        answerBytesMax: LETTER_ANSWER_BYTES_MAX, timeoutMs: REQUEST_TIMEOUT_MS,
      })
      const found = parseDeliveryAnswer(bytes)
      return found === null ? null : (found.because ?? 'arrived')
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      return null
    }
  }

  const carryAll = (): void => {
    for (const to of new Set(letters.waiting().map((one) => one.to))) {
      // Whoever did not answer is asked again when it is time, and not because somebody writes.
      if (rounds.get(to)?.busy !== false) void carry(to)
    }
  }
  await network.serve(LETTER_PROTOCOL, {
    handler: answer, requestBytesMax: LETTER_REQUEST_BYTES_MAX, answerBytesMax: LETTER_ANSWER_BYTES_MAX, streamsPerPeerMax: 4,
    openToStrangers: false,
  })
  letters.onChange(carryAll)
  network.onConnected((peer) => {
    const card = neighboursOf(writer.state).find((one) => peerOf(one) === peer)
    if (card !== undefined) void carry(card.origin)
  })
  carryAll()
  return {
    stop() {
      stopped = true
      for (const { cancel } of rounds.values()) cancel()
    },
  }
}
