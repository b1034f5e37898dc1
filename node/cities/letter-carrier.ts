/**
 * Letters between cities: `/cv/letter/1`. A hub brings the letters of its members to the recipients' hubs, one after the
 * other, at once and at every connection, until each is kept or refused, or thirty days are over. So a letter to a city that
 * is away arrives when that comes back. Meanwhile a city that does not answer is asked again after 1 s, 2 s … 5 min, one that
 * is connected after 5 s at most; a letter that is refused for now, when it has waited a quarter longer than it had, within
 * 5 min. So it comes little later than it could, and holds up no other. A hub that cannot keep what has become of a letter
 * brings it again after 1 s, 2 s … 5 min.
 *
 * Taken are letters of the asking hub's own members alone, and `words/letters.ts` judges them by this hub's copy of that
 * city's log: a hub cannot put a word into the mouth of anybody else's member.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import {
  encodeDelivery, encodeDeliveryAnswer, isForNow, LETTER_ANSWER_BYTES_MAX, LETTER_LIFE_SECONDS, LETTER_PROTOCOL,
  LETTER_REQUEST_BYTES_MAX, type LetterRefusal, parseDelivery, parseDeliveryAnswer,
} from '#protocol/letter.ts'
import { RETRY_MAX_MS, retryAfterMs } from '#protocol/limits.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import { type Network, NetworkError, type PeerKey } from '../wire/network.ts'
import type { Letters } from '../words/letters.ts'
import { neighbour, neighbourAt, neighboursOf, peerOf } from './cities.ts'

/** What one city may bring. */
const LETTERS_OF_A_CITY = { most: 600, perHour: 3_600 }
const REQUEST_TIMEOUT_MS = 15_000
/** The longest pause of a city that is connected and does not answer. */
const CONNECTED_PAUSE_MS = 5_000
/** A letter that is refused for now is brought again when it has waited longer by this part of its wait. */
const WAITED_PART = 4

/**
 * What is on its way to one city. `silent`: asked so often, and has not answered; `failed`: so often this hub could not keep
 * what has become of a letter; `due`: when letters that were refused for now are brought again, seconds; `more`: it is to be
 * brought something while it is being brought what waited before, `all` of it when it has just been connected.
 */
type Round = { silent: number; failed: number; due: Map<Hex, number>; busy: boolean; more: 'nothing' | 'what is due' | 'all'; cancel: () => void }

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

  /** Brings one city what waits for it, from the oldest on: what is due, or all of it. */
  async function carry(to: Origin, what: 'what is due' | 'all'): Promise<void> {
    if (stopped) return
    const round: Round = rounds.get(to) ?? { silent: 0, failed: 0, due: new Map(), busy: false, more: 'nothing', cancel: () => {} }
    rounds.set(to, round)
    if (round.busy) {
      if (round.more !== 'all') round.more = what
      return
    }
    round.cancel()
    Object.assign(round, { busy: true, more: 'nothing' })
    if (what === 'all') round.due.clear()
    try {
      const hasAnswered = await bring(to, round.due)
      Object.assign(round, { silent: hasAnswered ? 0 : round.silent + 1, failed: 0 })
    } catch (error) {
      round.failed += 1
      log.warn('letters could not be carried on', { hub: to, error: String(error) })
    }
    round.busy = false
    const next = stopped ? null : nextOf(to, round)
    if (next === null) rounds.delete(to)
    else round.cancel = clock.after(next.afterMs, () => void carry(to, next.what))
  }

  /** Keeps in `due` when which of its letters are due again that it refuses for now. False when it does not answer. */
  async function bring(to: Origin, due: Map<Hex, number>): Promise<boolean> {
    const waiting = letters.waiting().filter((one) => one.to === to)
    const ids = new Set(waiting.map(({ id }) => id))
    for (const id of due.keys()) if (!ids.has(id)) due.delete(id)
    for (const { owner, id, since, signed } of waiting) {
      if ((due.get(id) ?? 0) > clock.now()) continue
      const because = await deliver(to, signed)
      const waited = clock.now() - since
      if (waited <= LETTER_LIFE_SECONDS) {
        if (because === null) return false
        if (because !== 'arrived' && isForNow(because)) {
          due.set(id, clock.now() + pauseAfter(waited))
          continue
        }
      }
      await letters.settle(owner, id, because ?? 'too-old')
      due.delete(id)
    }
    return true
  }

  /** Null: nothing is left to bring. */
  function nextOf(to: Origin, { silent, failed, due, more }: Round): { what: 'what is due' | 'all'; afterMs: number } | null {
    if (more === 'all') return { what: 'all', afterMs: 0 }
    if (failed > 0) return { what: 'what is due', afterMs: retryAfterMs(failed - 1) }
    if (silent > 0) {
      const host = neighbour(writer.state, to)
      const isConnected = host !== undefined && network.connected().includes(peerOf(host))
      return { what: 'what is due', afterMs: Math.min(retryAfterMs(silent - 1), isConnected ? CONNECTED_PAUSE_MS : RETRY_MAX_MS) }
    }
    if (more === 'what is due') return { what: 'what is due', afterMs: 0 }
    if (due.size === 0) return null
    return { what: 'what is due', afterMs: Math.max(0, Math.min(...due.values()) - clock.now()) * 1_000 }
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
      const round = rounds.get(to)
      if (round === undefined || round.busy || (round.silent === 0 && round.failed === 0)) void carry(to, 'what is due')
    }
  }
  await network.serve(LETTER_PROTOCOL, {
    handler: answer, requestBytesMax: LETTER_REQUEST_BYTES_MAX, answerBytesMax: LETTER_ANSWER_BYTES_MAX, streamsPerPeerMax: 4,
    openToStrangers: false,
  })
  letters.onChange(carryAll)
  network.onConnected((peer) => {
    const card = neighboursOf(writer.state).find((one) => peerOf(one) === peer)
    if (card !== undefined) void carry(card.origin, 'all')
  })
  carryAll()
  return {
    stop() {
      stopped = true
      for (const { cancel } of rounds.values()) cancel()
    },
  }
}

/** How long a letter waits after it was refused for now, having waited so long; seconds. */
function pauseAfter(waited: number): number {
  return Math.min(RETRY_MAX_MS / 1_000, Math.max(1, Math.floor(waited / WAITED_PART)))
}
