/**
 * Care plans: somebody is visited again and again by the same person, because that is what was agreed.
 *
 * Who is cared for asks for it, or a relative for them; a steward who is neither of the two meets them and agrees. From
 * then on, until its end, its visits are what they look like: many alike, between the same two, and often one-sided.
 * So they are not counted among short helps that repeat themselves (R6), nor looked at by the rules about pairs and
 * hours (R1, R5). A plan gives nothing by itself: each visit is recorded as any help is.
 */
import { shrink } from '../value/account.ts'
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { CarePlan } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, domainDay, type State } from '../state/state.ts'
import { isOwn } from './organisation.ts'
import { checkMember } from './status.ts'

const DAY = 86_400
const PLAN_DAYS_MAX = 366
const VISITS_A_WEEK_MAX = 21
const VISIT_MINUTES_MAX = 1_440
/** Plans for one person that are asked for or agreed and not over: who is with them day and night, and not the whole house. */
export const PLANS_MAX = 8

export function checkCareAsked(state: State, asked: ActionOf<'care.asked'>, at: At): Refusal | null {
  const { carer, receiver, visitsAWeek, minutes, until } = asked
  if (carer === receiver || carer === asked.acct) return { code: 'same-person' }
  for (const person of [carer, receiver]) {
    const absent = checkMember(state, person)
    if (absent !== null) return absent
  }
  const today = utcDayOf(at.ts)
  if (until < today) return { code: 'bad-interval' }
  if (until > today + PLAN_DAYS_MAX) return { code: 'ends-too-late', latest: (today + PLAN_DAYS_MAX) * DAY }
  if (minutes < 1 || minutes > VISIT_MINUTES_MAX) return { code: 'minutes-out-of-range', most: VISIT_MINUTES_MAX }
  if (visitsAWeek < 1 || visitsAWeek > VISITS_A_WEEK_MAX) return { code: 'limit-reached', most: VISITS_A_WEEK_MAX }
  return aheadFor(state, receiver, at).length < PLANS_MAX ? null : { code: 'limit-reached', most: PLANS_MAX }
}

/** The plans for somebody that have not ended and whose last day is not over. */
const aheadFor = (state: State, receiver: Hex, { ts }: At): CarePlan[] =>
  (state.careOf.get(receiver) ?? []).filter(({ terms, ended }) => ended === null && ts < (terms.until + 1) * DAY)

export function applyCareAsked(state: State, asked: ActionOf<'care.asked'>, at: At): void {
  // What is over is let go of here, so that nobody looks at more than may be.
  state.careOf.set(asked.receiver, aheadFor(state, asked.receiver, at))
  openPlan(state, { id: asked.id, terms: termsOf(asked), agreed: null, ended: null })
}

/** Takes in a plan, and finds it by whom it is between. */
export function openPlan(state: State, plan: CarePlan): void {
  state.carePlans.set(plan.id, plan)
  const { receiver } = plan.terms
  if (plan.ended === null) state.careOf.set(receiver, [...(state.careOf.get(receiver) ?? []), plan])
  if (plan.agreed !== null) notePair(state, plan)
}

/** Visits of this pair are asked about it from now on. */
function notePair(state: State, plan: CarePlan): void {
  const { carer, receiver } = plan.terms
  const plans = state.careBetween.get(carer) ?? new Map<Hex, CarePlan[]>()
  state.careBetween.set(carer, plans.set(receiver, [...(plans.get(receiver) ?? []), plan]))
}

export function checkCareAgreed(state: State, agreed: ActionOf<'care.agreed'>, _at: At): Refusal | null {
  const plan = state.carePlans.get(agreed.plan)
  if (plan === undefined) return { code: 'unknown-care-plan', plan: agreed.plan }
  const { acct, carer, receiver } = plan.terms
  if ([acct, carer, receiver].some((party) => isOwn(state, party, agreed.acct))) return { code: 'own-matter' }
  if (plan.ended !== null) return { code: 'wrong-phase', phase: 'ended' }
  return plan.agreed === null ? null : { code: 'already-approved' }
}

export function applyCareAgreed(state: State, agreed: ActionOf<'care.agreed'>, at: At): void {
  const plan = changed(state.carePlans.get(agreed.plan)!)
  plan.agreed = { by: agreed.acct, ts: at.ts }
  notePair(state, plan)
  careFor(state, plan.terms.receiver, at)
}

/** Whoever is cared for is not away: until their last plan is over, or from today on no more. */
function careFor(state: State, receiver: Hex, at: At): void {
  const member = changedMember(state, receiver)!
  shrink(state, member, at)
  member.caredUntil = domainDay(state, at.ts)
  for (const plan of state.careOf.get(receiver) ?? []) {
    if (!runsAt(plan, at.ts)) continue
    member.caredUntil = Math.max(member.caredUntil, domainDay(state, (plan.terms.until + 1) * DAY - 1))
  }
}

/** Either of the two ends it, who asked for it, or a steward. */
export function checkCareEnded(state: State, ended: ActionOf<'care.ended'>, _at: At): Refusal | null {
  const plan = state.carePlans.get(ended.plan)
  if (plan === undefined) return { code: 'unknown-care-plan', plan: ended.plan }
  const { acct, carer, receiver } = plan.terms
  const mayEnd = [acct, carer, receiver].includes(ended.acct) || state.members.get(ended.acct)!.steward
  if (!mayEnd) return { code: 'not-a-party' }
  return plan.ended === null ? null : { code: 'wrong-phase', phase: 'ended' }
}

export function applyCareEnded(state: State, ended: ActionOf<'care.ended'>, at: At): void {
  const plan = changed(state.carePlans.get(ended.plan)!)
  plan.ended = at.ts
  const { receiver } = plan.terms
  const left = (state.careOf.get(receiver) ?? []).filter((one) => one !== plan)
  if (left.length > 0) state.careOf.set(receiver, left)
  else state.careOf.delete(receiver)
  if (plan.agreed !== null) careFor(state, plan.terms.receiver, at)
}

const runsAt = ({ terms, agreed, ended }: CarePlan, ts: number): boolean =>
  agreed !== null && agreed.ts <= ts && ts < (terms.until + 1) * DAY && (ended === null || ts < ended)

/** Whether a visit of one at the other, at `ts`, is what a plan provides for. */
export const isInCarePlan = (state: State, helper: Hex, receiver: Hex, ts: number): boolean =>
  state.careBetween.get(helper)?.get(receiver)?.some((plan) => runsAt(plan, ts)) === true

/** Whether one of them cares for the other at `ts`, whoever helps whom. */
export const isInCareRelation = (state: State, one: Hex, other: Hex, ts: number): boolean =>
  isInCarePlan(state, one, other, ts) || isInCarePlan(state, other, one, ts)
