/**
 * How a community governs itself, as one member sees it: what they have come to and what would change it, who holds
 * which role, the charter with what is proposed to become of it, and who decides. Everything is asked of the ledger.
 */
import type { Hex } from '#ledger/action.ts'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { midnightAtOrAfter } from '#ledger/calendar.ts'
import { type Charter, decodeCharter, encodeCharter, hashOfCharter } from '#ledger/charter/charter.ts'
import { charterDiff, type CharterValue, fieldsOf } from '#ledger/charter/difference.ts'
import { effectOf } from '#ledger/rules/amendment.ts'
import { BROUGHT_LEVEL_MAX } from '#ledger/rules/level.ts'
import { holdersOf, holds, powers } from '#ledger/rules/power.ts'
import { rulesOf } from '#ledger/rules/proposal.ts'
import { rolesOf } from '#ledger/rules/role.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import type { Proposal } from '#ledger/state/council.ts'
import { stewardsAsked } from '#ledger/charter/fault.ts'
import { charterOf, charterVersion, currentDocument, type State, stewardsNeeded, stewardsOf } from '#ledger/state/state.ts'
import type { CouncilView, PersonView, ProposalView, ValueView } from '#protocol/api.ts'

const DAY = 86_400

/** How somebody is shown, and the words behind a commitment. */
type Told = { view(acct: Hex): PersonView; textOf(commitment: Hex): string | null }

/** Null for nobody. */
export function councilView(state: State, acct: Hex, now: number, people: Told): CouncilView | null {
  const person = people.view
  const member = state.members.get(acct)
  if (member === undefined) return null
  const charter = charterOf(state)
  return {
    standing: standingOf(state, acct, now),
    recommendedBy: [...(state.regards.get(acct)?.recommended.keys() ?? [])].map(person),
    acts: state.regards.get(acct)?.acts ?? 0,
    brought: broughtBy(state, acct),
    roles: rolesOf(state, acct).map(({ role, until }) => ({ role, until })),
    offers: [...state.nominations.values()].filter((one) => one.member === acct).map(({ role, until }) => ({ role, until })),
    holders: [...state.posts.values()].map(({ role, member: holder, until }) => ({ role, until, person: person(holder) })),
    isSteward: member.steward,
    stewards: stewardsOf(state).length,
    powers: powers.map((power) => ({ power, ...holdersOf(state, power), isMine: holds(state, acct, power) })),
    charter: {
      version: charterVersion(state), stewardsAsked: stewardsAsked(charter), bytes: toBase64(encodeCharter(charter)),
      fields: fieldsOf(charter).map(([field, value]) => ({ field, value: shown(value) })),
    },
    proposals: [...state.proposals.values()].map((proposal) => proposalView(state, proposal, acct, people)).reverse(),
  }
}

function broughtBy(state: State, acct: Hex): CouncilView['brought'] {
  const brought = state.brought.get(acct)
  if (brought === undefined || brought.contributions === 0) return null
  const members = state.federation === null ? [] : currentDocument(state.federation).members
  const card = members.find((member) => member.card.origin === brought.home)?.card
  return { city: card?.city ?? brought.home, upTo: BROUGHT_LEVEL_MAX }
}

function proposalView(state: State, proposal: Proposal, acct: Hex, people: Told): ProposalView {
  const person = people.view
  const { id, by, ts, matter, phase, electorate, votes, count, confirmedBy, basis } = proposal
  const rules = rulesOf(state, proposal)
  const after = matter.what === 'charter' ? decodeCharter(matter.charter) : null
  return {
    id, by: person(by), ts, reason: people.textOf(proposal.reason), phase, basis, what: matter.what,
    role: matter.what === 'role' ? { role: matter.role, member: person(matter.member), change: matter.change } : null,
    charterHash: after === null ? null : toHex(hashOfCharter(after)),
    stewardsAsked: after !== null && charterDiff(rules, after).some(({ field }) => field === 'stewardThreshold' || field === 'tiers') ? stewardsAsked(after) : 0,
    differences: after === null ? [] : differencesOf(rules, after),
    closes: midnightAtOrAfter(ts + rules.windows.ballotDays * DAY),
    effect: phase === 'adopted' ? effectOf(state, proposal) : null,
    electorate: count?.electorate ?? electorate.size, voted: votes.size, count,
    ownVote: votes.get(acct) ?? null, mayVote: phase === 'open' && electorate.has(acct),
    signed: { got: [...confirmedBy].filter((by) => state.members.get(by)!.steward).length, needed: stewardsNeeded(state, rules.stewardThreshold), byMe: confirmedBy.has(acct) },
  }
}

const differencesOf = (before: Charter, after: Charter): ProposalView['differences'] =>
  charterDiff(before, after).map((one) => ({
    field: one.field, row: one.row === null ? null : Number(one.row),
    before: one.before === null ? null : shown(one.before), after: one.after === null ? null : shown(one.after),
  }))

/** JSON has no large integers: amounts are text. */
function shown(value: CharterValue): ValueView {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((one) => shown(one as CharterValue))
  return Object.fromEntries(Object.entries(value).map(([part, one]) => [part, shown(one as CharterValue)]))
}
