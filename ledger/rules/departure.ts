/**
 * Leaving: a member goes, and what they leave behind is in order.
 *
 * Nobody goes while something of theirs is open, because somebody else relies on it; what it is, is named, and ends by
 * its own rule or by their word. What is left in the account is the community's: Domain goes to `commons`, Global to
 * the pool, so whoever wants to give it to somebody, or take it along, does so before; a claim on the time reserve ends,
 * unless it moves along. Their devices sign nothing any
 * more and stay theirs; level, story and whatever others shared with them stand in the record as they were.
 */
import type { ActionOf, Hex, Origin } from '../action.ts'
import { debit } from '../value/account.ts'
import { changed } from '../state/changed.ts'
import type { Member } from '../state/people.ts'
import type { Matter, Refusal } from '../refusal.ts'
import { type At, type State, stewardsOf } from '../state/state.ts'
import { leaveRoles } from './role.ts'
import { endCase } from './case.ts'
import { casesOf, isPending, keepsAccused } from './docket.ts'
import { endReserve } from './reserve.ts'
import { isActive } from './status.ts'

/** How one of each is found: the first that is, is named. */
const matters: Record<Matter, (state: State, member: Member) => Hex | null> = {
  agreement: (state, { acct }) =>
    findId(state.agreements.openOnes(), ({ phase, provider, receiver }) =>
      phase !== 'settled' && (provider === acct || receiver === acct)),
  help: (state, { acct }) =>
    findId(state.helps.openOnes(), ({ terms }) => terms.helper === acct || terms.receiver === acct),
  session: (state, { acct }) =>
    findId(state.sessions.openOnes(), ({ terms, people }) => terms.acct === acct || people.has(acct)),
  project: (state, { acct }) =>
    findId(state.projects.openOnes(), ({ terms, applications, chosen }) =>
      [terms.acct, terms.requester, ...terms.core, ...chosen].includes(acct) || applications.some(({ by }) => by === acct)),
  work: (state, { acct }) => findId(state.works.openOnes(), ({ terms }) => terms.acct === acct),
  transfer(state, { acct }) {
    for (const xid of state.chain.asked) if (state.requests.get(xid)!.from === acct) return xid
    return null
  },
  organisation(state, member) {
    for (const { acct, signers } of state.organisations.values()) {
      if (signers.includes(member.acct) && isActive(state.members.get(acct)!) && !hasOther(state, signers, member)) return acct
    }
    return null
  },
  case: (state, { acct }) => findId(casesOf(state, acct), (one) => keepsAccused(state, one)),
  hold(state, { acct, account, waiting }) {
    // Whatever no other line knows of: somebody was promised it.
    const forCases = casesOf(state, acct).reduce((sum, { held }) => sum + held, 0n)
    return account.held > waiting.domain + forCases || account.globalHeld > waiting.global ? acct : null
  },
}

/** Something that this member has open, or null. */
export function openMatterOf(state: State, member: Member): { what: Matter; id: Hex } | null {
  for (const what of Object.keys(matters) as Matter[]) {
    const id = matters[what](state, member)
    if (id !== null) return { what, id }
  }
  return null
}

function findId<T extends { id: Hex }>(all: Iterable<T>, matches: (one: T) => boolean): Hex | null {
  for (const one of all) if (matches(one)) return one.id
  return null
}

const hasOther = (state: State, signers: Hex[], { acct }: Member): boolean =>
  signers.some((signer) => signer !== acct && isActive(state.members.get(signer)!))

export function checkLeft(state: State, left: ActionOf<'member.left'>, _at: At): Refusal | null {
  return checkGoes(state, state.members.get(left.acct)!)
}

export function applyLeft(state: State, left: ActionOf<'member.left'>, at: At): void {
  depart(state, left.acct, null, at)
}

/** Why this member cannot go, wherever to, or null. */
export function checkGoes(state: State, member: Member): Refusal | null {
  const open = openMatterOf(state, member)
  if (open !== null) return { code: 'still-open', ...open }
  // A community without a steward could not even be handed over.
  return member.steward && stewardsOf(state).length === 1 ? { code: 'last-steward' } : null
}

/** Only after a null from `checkGoes`. `to`: the city they move to, or null. */
export function depart(state: State, acct: Hex, to: Origin | null, at: At): void {
  const member = changed(state.members.get(acct)!)
  // What keeps nobody ends with their going, and what was set aside for it is among what they leave.
  for (const one of casesOf(state, acct)) if (isPending(one)) endCase(state, changed(one), 'lapsed', at)
  const { domain, global } = member.account
  debit(state, member, 'domain', domain, at)
  state.books.commons += domain
  debit(state, member, 'global', global, at)
  state.books.pool += global
  endReserve(state, member)
  member.status = 'departed'
  leaveRoles(state, member.acct)
  state.departures.set(acct, { acct, ts: at.ts, to })
}
