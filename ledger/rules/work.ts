/**
 * Works 社群贡献: what somebody does for the community itself [S1602-1626]. A gathering, an article, a film, looking
 * after a group, showing newcomers around.
 *
 *   open ── awarded     a month later, by how many found it useful 有用
 *     ╰──── ended       nobody did, or the author is gone
 *
 * Who counts is a person of this city who has been met and says so under their own key, each once and not the author; no
 * more of them than the charter's `participantsMax`. Whether it became something lasting, and how good it was, a steward
 * may say, who is then named in the award; unsaid it is neither. Somebody has at most `worksAMonth` open at a time, and
 * since each stays open for a month, that is how many they have in one.
 */
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import { noteExchange } from '../state/exchanges.ts'
import type { Work } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, charterOf, charterVersion, type State } from '../state/state.ts'
import { communityAward, payAward } from './award.ts'
import { noteOutcome } from './course.ts'
import { isOwn } from './organisation.ts'
import { noteContribution } from './referral.ts'
import { checkPresent } from './status.ts'
import { noteVoice } from './regard.ts'

/** It stays open for so long, and then it is counted. */
export const WORK_OPEN_SECONDS = 30 * 86_400
export const qualities = ['poor', 'normal', 'high'] as const

export function checkWorkPublished(state: State, published: ActionOf<'work.published'>, _at: At): Refusal | null {
  const { worksAMonth } = charterOf(state).community
  const open = state.worksOpen.get(published.acct) ?? 0
  return open < worksAMonth ? null : { code: 'limit-reached', most: worksAMonth }
}

export function applyWorkPublished(state: State, published: ActionOf<'work.published'>, at: At): void {
  state.works.open({
    id: published.id, terms: termsOf(published), charter: charterVersion(state), publishedTs: at.ts, valued: new Set(),
    judged: null, phase: 'open', award: null,
  })
  state.worksOpen.set(published.acct, (state.worksOpen.get(published.acct) ?? 0) + 1)
  state.deadlines.set(at.ts + WORK_OPEN_SECONDS, 'work.final', published.id)
}

export function checkWorkValued(state: State, valued: ActionOf<'work.valued'>, _at: At): Refusal | null {
  const work = state.works.get(valued.work)
  if (work === undefined) return { code: 'unknown-work', work: valued.work }
  if (work.phase !== 'open') return { code: 'wrong-phase', phase: work.phase }
  if (isOwn(state, work.terms.acct, valued.acct)) return { code: 'own-matter' }
  return work.valued.has(valued.acct) ? { code: 'already-valued' } : null
}

export function applyWorkValued(state: State, { work: id, acct }: ActionOf<'work.valued'>, at: At): void {
  const work = state.works.change(id)
  noteVoice(state, work.terms.acct, acct, true, at.ts)
  // More than these count for nothing, so they need not be known.
  if (work.valued.size < state.charters[work.charter]!.community.participantsMax) work.valued.add(acct)
}

export function checkWorkJudged(state: State, judged: ActionOf<'work.judged'>, _at: At): Refusal | null {
  const work = state.works.get(judged.work)
  if (work === undefined) return { code: 'unknown-work', work: judged.work }
  if (work.phase !== 'open') return { code: 'wrong-phase', phase: work.phase }
  if (isOwn(state, work.terms.acct, judged.acct)) return { code: 'own-matter' }
  return work.judged === null ? null : { code: 'already-judged' }
}

export function applyWorkJudged(state: State, { work: id, lasting, quality, acct }: ActionOf<'work.judged'>, at: At): void {
  state.works.change(id).judged = { lasting, quality, by: acct, ts: at.ts }
}

/** The midnight at which it is counted. */
export const workFinalAt = ({ publishedTs }: Work): number => midnightAtOrAfter(publishedTs + WORK_OPEN_SECONDS)

/** Deadline: a month has passed. */
export function settleWork(state: State, id: Hex, at: At): void {
  const work = changed(state.works.openOne(id)!)
  const { acct } = work.terms
  const author = changedMember(state, acct)!
  if (work.valued.size > 0 && checkPresent(author) === null) {
    const charter = state.charters[work.charter]!
    const { lasting, quality, by, ts } = work.judged ?? { lasting: false, quality: NORMAL, by: null, ts: 0 }
    const contribution = communityAward(charter, {
      work: work.terms.work, participants: work.valued.size, lasting, quality: qualities[quality],
      set: by === null ? null : { by, ts },
    })
    work.award = payAward(state, charter, author, contribution, at)
    noteUsefulness(state, work, at)
    noteContribution(state, author, at)
    noteOutcome(author, at.ts, 'kept')
  }
  work.phase = work.award === null ? 'ended' : 'awarded'
  state.works.close(work, at.leaf)
  const open = state.worksOpen.get(acct)! - 1
  if (open === 0) state.worksOpen.delete(acct)
  else state.worksOpen.set(acct, open)
}

const NORMAL = 1

/** Whoever found it useful has received their part of it; nobody's time is counted. */
function noteUsefulness(state: State, { id: matter, terms: { acct: giver }, valued, award, publishedTs: begins }: Work, at: At): void {
  const milli = award!.milli / BigInt(valued.size)
  for (const receiver of valued) {
    noteExchange(state, { matter, giver, receiver, milli, minutes: 0, form: 'work', came: false, begins, ends: at.ts }, at)
  }
}
