/**
 * Comparing boards with neighbours: it drives the asker of `protocol/sync.ts`, with one neighbour in one round at
 * a time: when it connects, when it says that something is new, and every ten minutes with two of those that
 * are here. What comes is judged and kept by `node/feed.ts`.
 *
 *   a round ends          then
 *   complete              until its next turn; or, if it left something to another neighbour, until that should be here
 *   bounded, with news    at once again: there is more
 *   failed, refused       again after 5, 15, 45 seconds, then at its next turn
 *   malformed, barren,    it is set aside for ten minutes, twice as long each time, a day at most; what it asks
 *   bounded with no news, is answered all the while, and gossip is none of this
 *   much given in vain
 *
 * A neighbour that connects, or says that it has something new, again and again, is looked at so often and no more
 * (`PROMPTED`), and the turn goes on. What may have been said in the time that was missed (`Way`, `missed`) may be told
 * within an hour of the first look; whoever never lets a comparison come to its end has no more of it.
 */
import { type Board, find, hasRoom, peersOf } from '#protocol/board.ts'
import { LISTING_DAYS_MAX } from '#protocol/listing.ts'
import { OnTheWay } from '#protocol/on-the-way.ts'
import {
  BARREN_MAX, beginRound, isNewTo, judged, type Own, type Round, type RoundEnd, type Row, step, SYNC_ANSWER_BYTES_MAX, SYNC_PROTOCOL,
} from '#protocol/sync.ts'
import type { Ref } from '#protocol/range-tree.ts'
import type { Judgement, Way } from '#protocol/verdict.ts'
import { bucketsOf } from '../bucket.ts'
import { neighbour, neighbourAt } from './cities.ts'
import type { Network, PeerKey } from '../wire/network.ts'
import type { Clock, Log, Writer } from '../ports.ts'

export type BoardSyncPorts = {
  writer: Pick<Writer, 'state'>
  board: Board
  network: Network
  clock: Clock
  log: Log
  /** Judges, keeps and shows what came. */
  take(bytes: Uint8Array, way: Way): Judgement
  /** Between two rounds of the turn. */
  everyMs: number
  /** Before the first retry of one that failed; each later one waits three times as long. */
  retryMs: number
}

export type BoardSync = {
  /** Begins a round with a neighbour unless one is under way; then there is one more after it. Not without end. */
  with(peer: PeerKey): void
  stop(): void
}

const NEIGHBOURS_AT_A_TURN = 2
const RETRIES_MAX = 3
const REQUEST_TIMEOUT_MS = 20_000
const ASIDE_MAX_SECONDS = 86_400
/** What was fetched and not taken is not fetched again from the same neighbour for so long. */
const DECLINED_SECONDS = 3_600
/** Rounds that a neighbour brings about by coming, or by saying that it has something new. */
const PROMPTED = { most: 30, perHour: 60 }
/** So long after the first look at a neighbour its news counts as of the time that was missed. */
const TELLING_SECONDS = 3_600

export function startBoardSync(ports: BoardSyncPorts): BoardSync {
  const { writer, board, network, clock, log, take, everyMs, retryMs } = ports
  const timers = new Set<() => void>()
  /** Rounds under way by peer; true when it said meanwhile that there is more. */
  const rounds = new Map<PeerKey, boolean>()
  const aside = new Map<PeerKey, { times: number; until: number }>()
  const declined = new Map<PeerKey, { until: number; hashes: Set<string> }>()
  const onTheWay = new OnTheWay<PeerKey>()
  /** When all that a neighbour's board had was last known here; before that, when anything was last heard. */
  const compared = new Map<PeerKey, number>()
  /** When it was first looked at since. */
  const opened = new Map<PeerKey, number>()
  const heardTs = newestIn(board)
  const prompted = bucketsOf(PROMPTED, clock)
  let turn = 0
  let stopped = false

  function compareSoon(peer: PeerKey, retry: number): void {
    if (stopped || neighbourAt(writer.state, peer) === undefined) return
    if ((aside.get(peer)?.until ?? 0) > clock.now()) return
    if (rounds.has(peer)) {
      rounds.set(peer, true)
      return
    }
    rounds.set(peer, false)
    void compare(peer).then(({ end, news, isLeft, isVain }) => {
      const more = rounds.get(peer) === true || (end === 'bounded' && news > 0)
      rounds.delete(peer)
      if (isVain) setAside(peer)
      else if (end === 'complete' || news > 0) aside.delete(peer)
      if (isVain) return
      if (more) compareSoon(peer, 0)
      else if (isLeft) later(retryMs, () => compareSoon(peer, 0))
      else if ((end === 'failed' || end === 'refused') && retry < RETRIES_MAX) {
        later(retryMs * 3 ** retry, () => {
          if (network.connected().includes(peer)) compareSoon(peer, retry + 1)
        })
      }
    })
  }

  /**
   * `isLeft`: this neighbour has something that was left to another, and has not come from there. `isVain`: it led
   * nowhere, and would again.
   */
  async function compare(peer: PeerKey): Promise<{ end: RoundEnd | 'failed'; news: number; isLeft: boolean; isVain: boolean }> {
    const from = neighbourAt(writer.state, peer)!.origin
    const began = clock.now()
    const missed = missedOf(peer, began)
    const asked: Row[] = []
    /** By name: of what was asked, what was answered, with the listing or with nothing. */
    const answered = new Set<string>()
    const left: Row[] = []
    const own: Own = {
      sets: { federation: board.offered.federation, peers: peersOf(board.offered, from) },
      wants(row) {
        if (!isWanted(row) || hasDeclined(peer, row)) return false
        const isOurs = onTheWay.begin(row.hash, peer, clock.now())
        ;(isOurs ? asked : left).push(row)
        return isOurs
      },
    }
    let news = 0
    let untaken = 0
    const takeAll = (listings: Uint8Array[]): number => {
      let rejected = 0
      for (const bytes of listings) {
        const judgement = take(bytes, { by: 'sync', from, missed })
        if (judgement.verdict === 'accept') news += 1
        else untaken += 1
        if (judgement.verdict !== 'reject') continue
        rejected += 1
        log.warn('a neighbour offered a listing nobody may pass on', { hub: from, because: judgement.because })
      }
      return rejected
    }

    const declinedNow = (): Row[] => asked.filter((row) => answered.has(nameOf(row)) && isNewTo(board, row))
    const ended = (end: RoundEnd | 'failed') => ({
      end, news, isLeft: left.some((row) => isNewTo(board, row)),
      isVain: isInVain(end, news) || (end !== 'failed' && declinedNow().length > BARREN_MAX + news),
    })

    let [round, effects] = beginRound(own)
    try {
      for (;;) {
        const [effect] = effects
        if (stopped || effect === undefined) return ended('failed')
        if (effect.type === 'end') {
          decline(peer, declinedNow())
          const told = ended(effect.because)
          if (effect.because !== 'complete') log.warn('comparing boards ended early', { hub: from, because: effect.because })
          else if (!told.isLeft) {
            compared.set(peer, began)
            opened.delete(peer)
          }
          return told
        }
        const before = round
        ;[round, effects] = effect.type === 'take'
          ? judged(round, takeAll(effect.listings))
          : step(round, await ask(peer, effect.request), own)
        for (const ref of answeredBetween(before, round)) answered.add(nameOf(ref))
      }
    } catch (error) {
      log.info('comparing boards did not come to an end', { hub: from, error: String(error) })
      return ended('failed')
    } finally {
      onTheWay.end(asked.map(({ hash }) => hash), peer, asked.filter((row) => isNewTo(board, row)).length > untaken, clock.now())
    }
  }

  /** Seconds of which a neighbour may have news. */
  function missedOf(peer: PeerKey, now: number): number {
    const first = opened.get(peer) ?? now
    const isOver = now - first > TELLING_SECONDS
    // Who lets no comparison end is held to have told by then what was new when it began.
    if (isOver) compared.set(peer, first)
    opened.set(peer, isOver ? now : first)
    return Math.min(now - (compared.get(peer) ?? heardTs), LISTING_DAYS_MAX * 86_400)
  }

  const ask = (peer: PeerKey, request: Uint8Array): Promise<Uint8Array> =>
    network.request(peer, SYNC_PROTOCOL, request, {
      answerBytesMax: SYNC_ANSWER_BYTES_MAX, timeoutMs: REQUEST_TIMEOUT_MS,
    })

  /** Not what we would refuse anyway: it would be fetched in vain in every round. */
  function isWanted(row: Row): boolean {
    const { hub, frozen } = writer.state
    const isKnown = row.hub === hub.origin || neighbour(writer.state, row.hub) !== undefined
    if (!isKnown || frozen.has(row.hub) || !isNewTo(board, row)) return false
    return find(board, row) !== undefined || hasRoom(board, row.hub)
  }

  const hasDeclined = (peer: PeerKey, { hash }: Row): boolean => {
    const mine = declined.get(peer)
    return mine !== undefined && mine.until > clock.now() && mine.hashes.has(hash)
  }

  function decline(peer: PeerKey, rows: Row[]): void {
    const old = declined.get(peer)
    const lasts = old !== undefined && old.until > clock.now()
    if (!lasts) declined.delete(peer)
    if (rows.length === 0) return
    const mine = lasts ? old : { until: clock.now() + DECLINED_SECONDS, hashes: new Set<string>() }
    for (const { hash } of rows) mine.hashes.add(hash)
    declined.set(peer, mine)
  }

  function setAside(peer: PeerKey): void {
    const times = (aside.get(peer)?.times ?? 0) + 1
    const seconds = Math.min(ASIDE_MAX_SECONDS, (everyMs / 1_000) * 2 ** (times - 1))
    aside.set(peer, { times, until: clock.now() + seconds })
    log.warn('a neighbour whose board leads nowhere is not compared with for a while', { peer, seconds })
  }

  /** The next two of the neighbours that are here, so that everybody has a turn. */
  function compareInTurn(): void {
    const here = network.connected().filter((peer) => neighbourAt(writer.state, peer) !== undefined)
    for (let i = 0; i < Math.min(NEIGHBOURS_AT_A_TURN, here.length); i++) compareSoon(here[turn++ % here.length]!, 0)
    later(everyMs, compareInTurn)
  }

  function later(ms: number, call: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      if (!stopped) call()
    })
    timers.add(cancel)
  }

  later(everyMs, compareInTurn)
  return {
    with(peer) {
      if (prompted.take(peer)) compareSoon(peer, 0)
    },
    stop() {
      stopped = true
      for (const cancel of timers) cancel()
    },
  }
}

const isInVain = (end: RoundEnd | 'failed', news: number): boolean =>
  end === 'malformed' || end === 'barren' || (end === 'bounded' && news === 0)

const nameOf = ({ id, hub }: Ref): string => `${id} ${hub}`

/** What an answer was about, when listings were asked for. */
const answeredBetween = (before: Round, after: Round): Ref[] =>
  before.phase === 'fetching' && after.phase === 'judging' ? before.wanted.slice(0, before.wanted.length - after.wanted.length) : []

function newestIn(board: Board): number {
  let newest = 0
  for (const listings of board.hubs.values()) {
    for (const { heardTs } of listings.values()) newest = Math.max(newest, heardTs)
  }
  return newest
}
