/**
 * R10, batch: five or more whom one member brought within a week and who earn nearly all they earn from one another.
 * Flags whoever brought them, and them.
 */
import type { Hex } from '../action.ts'
import type { Member } from '../state/people.ts'
import type { State } from '../state/state.ts'
import type { Suspicion } from './flag.ts'
import { leastAbove, medianOf, perMilleOf, seqsOf, type Window } from './window.ts'

const ACCOUNTS_MIN = 5
const SPAN_DAYS = 7
const INSIDE_PER_MILLE = 800
/** Exchanges among themselves for each of them: whom somebody brings meets those first, and then the others. */
const EXCHANGES_EACH = 4
const DAY = 86_400

export function* sponsoredBatches(window: Window, state: State): Generator<Suspicion> {
  if (window.isYoung) return
  const brought = new Map<Hex, Member[]>()
  for (const acct of window.nodes.keys()) {
    const member = state.members.get(acct)
    if (member === undefined || member.invitedBy === null) continue
    const siblings = brought.get(member.invitedBy)
    if (siblings === undefined) brought.set(member.invitedBy, [member])
    else siblings.push(member)
  }
  const usual = medianOf([...brought].flatMap(([sponsor, members]) => {
    const circle = new Set([sponsor, ...members.map(({ acct }) => acct)])
    return members.filter(({ acct }) => window.nodes.get(acct)!.earned > 0n).map(({ acct }) => insideShare(window, [acct], circle))
  }))
  const base = brought.size < 2 ? 0 : usual
  const least = leastAbove(INSIDE_PER_MILLE, base)
  const windowBegins = state.hub.day0 + window.from * DAY
  for (const [sponsor, members] of brought) {
    const batch = largestBatch(members.filter(({ joinedTs }) => joinedTs >= windowBegins))
    if (batch.length < ACCOUNTS_MIN) continue
    const circle = new Set([sponsor, ...batch])
    const inside = insideShare(window, batch, circle)
    if (inside < least) continue
    const within = batch.flatMap((giver) => [...circle].map((receiver) => window.edge(giver, receiver)))
    const exchanges = within.reduce((sum, edge) => sum + (edge?.exchanges.length ?? 0), 0)
    if (exchanges < EXCHANGES_EACH * batch.length) continue
    yield {
      rule: 'R10', version: 2, subjects: [...circle], seqs: seqsOf(within),
      computed: {
        accounts: batch.length, accountsMin: ACCOUNTS_MIN, spanDays: SPAN_DAYS, exchanges, exchangesMin: EXCHANGES_EACH * batch.length,
        insidePerMille: inside, insidePerMilleMin: least, usualPerMille: base,
      },
    }
  }
}

/** The most who joined within one span, the earliest such. */
function largestBatch(members: Member[]): Hex[] {
  const ordered = [...members].sort((a, b) => a.joinedTs - b.joinedTs || (a.acct < b.acct ? -1 : 1))
  let batch: Member[] = []
  ordered.forEach(({ joinedTs }, i) => {
    const within = ordered.slice(i).filter((member) => member.joinedTs <= joinedTs + SPAN_DAYS * DAY)
    if (within.length > batch.length) batch = within
  })
  return batch.map(({ acct }) => acct)
}

/** How much of what these earned came from within a circle. */
function insideShare(window: Window, givers: Hex[], circle: Set<Hex>): number {
  let [inside, all] = [0n, 0n]
  for (const giver of givers) {
    for (const { receiver, milli } of window.nodes.get(giver)!.gives.values()) {
      all += milli
      if (circle.has(receiver)) inside += milli
    }
  }
  return perMilleOf(inside, all)
}
