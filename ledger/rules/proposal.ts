/**
 * Proposals: how a community decides something, by a vote that is frozen when it is opened.
 *
 *   open ── ballotDays ──┬─ done          a motion or a role: it is as was decided
 *                        ├─ carried       a charter: now as many stewards sign as the threshold asks for (`amendment.ts`)
 *                        ├─ rejected      fewer than the majority of yes and no
 *                        └─ no-quorum     too few said anything at all
 *
 * Who may vote, and by which numbers it is decided, are those of the moment of opening: nobody joins, rises or is brought in
 * to turn a vote that is under way. Who has left by the end or was shut out is not counted, with their vote or without. A vote may be changed until the last one is counted; then the record
 * holds who said what, and here stands what it came to.
 *
 * A role is given or taken by a vote without any steward, so that the people can always replace them.
 */
import type { ActionOf, Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import { postName, type Proposal } from '../state/council.ts'
import type { Charter, Role } from '../charter/charter.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterVersion, type State } from '../state/state.ts'
import { levelOf } from './level.ts'
import { electorateOf, levelFor, mayPropose } from './power.ts'
import { noteAct } from './regard.ts'
import { checkAppointable, offer, recall } from './role.ts'
import { isActive } from './status.ts'

const DAY = 86_400
/** One member's proposals that are being voted on at once. */
export const PROPOSALS_OPEN_MAX = 3

export const votes = ['yes', 'no', 'abstain'] as const
export type Vote = (typeof votes)[number]

/** Why this member can open nothing now, or null. */
export function checkOpening(state: State, acct: Hex): Refusal | null {
  if (!mayPropose(state, acct)) {
    return { code: 'level-too-low', level: levelOf(state, acct), needed: levelFor(state, 'propose') }
  }
  let open = 0
  for (const { by, phase } of state.proposalsAhead.values()) if (by === acct && phase === 'open') open++
  return open < PROPOSALS_OPEN_MAX ? null : { code: 'limit-reached', most: PROPOSALS_OPEN_MAX }
}

/** Opens what `checkOpening` let pass, for the electorate of this moment. */
export function open(
  state: State, { id, acct, reason }: { id: Hex; acct: Hex; reason: Hex }, matter: Proposal['matter'], at: At,
): void {
  const { basis, level, members } = electorateOf(state, 'vote')
  takeIn(state, {
    id, by: acct, ts: at.ts, reason, matter, version: charterVersion(state), basis, level,
    electorate: new Set(members), votes: new Map(), phase: 'open', confirmedBy: new Set(), adoptedTs: null, count: null,
  })
  state.deadlines.set(at.ts + rulesOf(state, state.proposals.get(id)!).windows.ballotDays * DAY, 'vote.close', id)
}

/** Takes in a proposal; also for a state made of rows. */
export function takeIn(state: State, proposal: Proposal): void {
  state.proposals.set(proposal.id, proposal)
  if (isAhead(proposal)) state.proposalsAhead.set(proposal.id, proposal)
}

const isAhead = ({ phase }: Proposal): boolean => phase === 'open' || phase === 'carried' || phase === 'adopted'

/** The charter whose numbers this proposal is decided by. */
export const rulesOf = (state: State, { version }: Proposal): Charter => state.charters[version]!

export function checkMotion(state: State, moved: ActionOf<'motion.proposed'>, _at: At): Refusal | null {
  return checkOpening(state, moved.acct)
}

export function applyMotion(state: State, moved: ActionOf<'motion.proposed'>, at: At): void {
  open(state, moved, { what: 'motion' }, at)
}

export function checkRoleProposed(state: State, proposed: ActionOf<'role.proposed'>, at: At): Refusal | null {
  const { acct, role, member, change } = proposed
  const refusal = checkOpening(state, acct)
  if (refusal !== null) return refusal
  if (change === 'appoint') return checkAppointable(state, role, member, at)
  return state.posts.has(postName(role, member)) ? null : { code: 'not-held' }
}

export function applyRoleProposed(state: State, proposed: ActionOf<'role.proposed'>, at: At): void {
  const { role, member, change } = proposed
  open(state, proposed, { what: 'role', role, member, change }, at)
}

export function checkVote(state: State, { acct, proposal, vote }: ActionOf<'vote.cast'>, _at: At): Refusal | null {
  const found = state.proposals.get(proposal)
  if (found === undefined) return { code: 'unknown-proposal' }
  if (found.phase !== 'open') return { code: 'wrong-phase', phase: found.phase }
  if (!found.electorate.has(acct)) return { code: 'not-in-electorate' }
  return found.votes.get(acct) === vote ? { code: 'as-before' } : null
}

export function applyVote(state: State, { acct, proposal, vote }: ActionOf<'vote.cast'>, _at: At): void {
  changed(state.proposals.get(proposal)!).votes.set(acct, vote)
}

/** Deadline: the votes are counted, once; null when there is nothing to count. What a charter needs further, `amendment.ts` asks. */
export function countVotes(state: State, id: Hex, at: At): Proposal | null {
  const proposal = state.proposals.get(id)
  if (proposal?.phase !== 'open') return null
  changed(proposal)
  const { quorum, majority } = rulesOf(state, proposal).vote
  // Nobody comes to it who was not there when it was opened; but who has left since, or was shut out, decides nothing for those who stay.
  const isHere = (acct: Hex): boolean => isActive(state.members.get(acct)!)
  const cast = [...proposal.votes].filter(([acct]) => isHere(acct))
  const electorate = [...proposal.electorate].filter(isHere).length
  const [yes, no, abstain] = votes.map((vote) => cast.filter(([, said]) => said === vote).length) as [number, number, number]
  proposal.count = { electorate, yes, no, abstain }
  for (const [acct] of cast) noteAct(state, acct)

  // A fraction of counts is compared by multiplying: at most 10^6 people by 10^6.
  const hasQuorum = (yes + no + abstain) * quorum.denominator >= electorate * quorum.numerator
  const hasMajority = yes > 0 && yes * majority.denominator >= (yes + no) * majority.numerator
  if (!hasQuorum) end(state, proposal, 'no-quorum')
  else if (!hasMajority) end(state, proposal, 'rejected')
  else if (proposal.matter.what === 'charter') proposal.phase = 'carried'
  else {
    if (proposal.matter.what === 'role') decideRole(state, proposal.matter, at)
    end(state, proposal, 'done')
  }
  return proposal
}

/** Over: who voted and how stands in the record, and here what it came to. */
export function end(state: State, proposal: Proposal, phase: 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'): void {
  state.proposalsAhead.delete(proposal.id)
  proposal.phase = phase
  proposal.electorate = new Set()
  proposal.votes = new Map()
  proposal.confirmedBy = new Set()
  if (proposal.matter.what === 'charter') proposal.matter = { ...proposal.matter, charter: new Uint8Array() }
}

/** What has changed since the opening may have made it void: then nothing happens. */
function decideRole(state: State, { role, member, change }: { role: Role; member: Hex; change: 'appoint' | 'recall' }, at: At): void {
  if (change === 'recall') recall(state, role, member, at)
  else if (checkAppointable(state, role, member, at) === null) offer(state, role, member, at)
}
