/**
 * What stewards decide: disputes of two people, plans of care, and what they say together, word for word the same. Each
 * with what the record and the words beside it tell; nothing is decided here.
 */
import type { Hex } from '#ledger/action.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { actsFor } from '#ledger/rules/behalf.ts'
import { mulDiv } from '#ledger/value/amount.ts'
import { otherParty } from '#ledger/rules/help.ts'
import { isDecidedBy } from '#ledger/rules/dispute.ts'
import { checkSaid, countedOf, voicesNeeded } from '#ledger/rules/jointly.ts'
import { isOwn } from '#ledger/rules/organisation.ts'
import { boundedConversion } from '#ledger/rules/settling.ts'
import type { Agreement, Voice } from '#ledger/state/matters.ts'
import type { ReserveGround } from '#ledger/state/people.ts'
import { charterOf, domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import { yearlyOf } from '#ledger/value/yearly.ts'
import type { HelpView } from '#protocol/api.ts'
import type { DecideView, ForPerson, SaidOfDispute, SaidTogether } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'
import { careView } from './person-view.ts'
import { projectView } from './project-view.ts'
import { globalOf, type Views } from './views.ts'

const DAY = 86_400
const MONTH_DAYS = 30
const YEAR_DAYS = 365

export function decideView(state: State, people: People, views: Views, reader: Hex, now: number): DecideView {
  const disputes = [...state.agreements.openOnes()].filter(({ phase }) => phase === 'disputed')
  return {
    disputes: disputes.map((found) => {
      const { provider, receiver } = found
      const voices = found.dispute!.voices
      const counted = countedOf(state, [provider, receiver], voices.map(({ by }) => by))
      const mine = voices.find(({ by }) => by === reader)
      return {
        agreement: views.agreement(found, reader),
        voices: voices.filter(({ by }) => counted.includes(by)).map(({ by, minutes, absent }) => ({ by: people.view(by), minutes, absent })),
        byMe: mine !== undefined && !isDecidedBy(state, found, mine),
        again: mine !== undefined && isDecidedBy(state, found, mine) ? saidOf(found, mine) : null,
        isOwn: [provider, receiver].some((party) => isOwn(state, party, reader)),
      }
    }),
    care: [...state.carePlans.values()]
      .filter(({ agreed, ended, terms }) => agreed === null && ended === null && now < (terms.until + 1) * DAY)
      .map((plan) => ({
        ...careView(people, plan, reader, true, now),
        isOwn: [plan.terms.acct, plan.terms.carer, plan.terms.receiver].some((party) => isOwn(state, party, reader)),
      })),
    together: [...state.jointly].flatMap(([matter, by]) => {
      const read = togetherIn(matter, people)
      if (read === null) return []
      const { acct } = read.member
      const isTaken = checkSaid(state, matter, reader, [acct]) === null
      const [got, needed] = [countedOf(state, [acct], by).length, voicesNeeded(state, [acct])]
      return [{ ...read, got, needed, byMe: by.has(reader) && !isTaken, again: by.has(reader) && isTaken, isOwn: isOwn(state, acct, reader) }]
    }),
    projects: [...state.projects.openOnes()].filter(({ phase }) => phase === 'contested').flatMap((project) => {
      const view = projectView(state, people, project, reader, now)
      return view.may.includes('decide') ? [view] : []
    }),
  }
}

const saidOf = ({ provider }: Agreement, { minutes, absent }: Voice): SaidOfDispute =>
  ({ how: absent === null ? 'minutes' : absent === provider ? 'provider' : 'receiver', minutes })

/** A matter as `rules/jointly.ts` names it: the kind, and the fields whose every word has to be the same. */
function togetherIn(matter: string, people: People): SaidTogether | null {
  const [kind, acct = '', one = '', two = ''] = matter.split(' ')
  const member = people.view(acct)
  switch (kind) {
    case 'dormancy.exempted':
      return { what: 'exempt', member, exempt: one === 'true' }
    case 'commons.granted':
      return { what: 'grant', member, milli: one, because: two === 'newcomer' ? 'newcomer' : 'vulnerable' }
    case 'reserve.opened':
      return { what: 'reserve', member, because: one as ReserveGround, evidence: two, words: people.textOf(two) }
    case 'pool.granted':
      return { what: 'pool', member, milli: one, reason: two, words: people.textOf(two) }
    default:
      return null
  }
}

/** What a steward may do for this person, and within what bounds. */
export function forPerson(state: State, helps: HelpView[], acct: Hex, now: number): ForPerson {
  const charter = charterOf(state)
  const member = state.members.get(acct)!
  const { newcomerGrantMilli, grantMaxMilli } = charter.commons
  const { grantedMilli } = yearlyOf(state, acct, now)
  const isNew = now - member.joinedTs < YEAR_DAYS * DAY && (state.grants.get(acct)?.newcomerMilli ?? 0n) === 0n
  const vulnerable = grantMaxMilli > grantedMilli ? grantMaxMilli - grantedMilli : 0n
  const { numerator, denominator } = boundedConversion(state, charter)
  const told = actsFor(state, acct, now - MONTH_DAYS * DAY).filter(({ bySlip }) => !bySlip)
  const minutesTold = told.reduce((sum, { minutes }) => sum + minutes, 0)
  return {
    grant: {
      commonsMilli: String(nominalOf(state.books.commons, domainIndex(state, domainDay(state, now)))),
      newcomerMilli: String(isNew ? newcomerGrantMilli : 0n),
      vulnerableMilli: String(vulnerable),
    },
    pool: state.federation === null ? null : {
      holdsMilli: String(globalOf(state, state.books.pool)),
      mostMilli: String(mulDiv(vulnerable, BigInt(numerator), BigInt(denominator))),
    },
    isExempt: member.exempt,
    reserve: charter.reserve.isOpen || member.reserveMilli > 0n ? { milli: String(member.reserveMilli), because: member.reserveOpen } : null,
    deposit: charter.deposit.isOpen || state.deposits.has(acct)
      ? { minor: charter.deposit.minor, currency: charter.deposit.currency, isHeld: state.deposits.has(acct) } : null,
    proxy: { minutesLeft: Math.max(0, charter.shortForm.proxyMinutesMax - minutesTold), slips: state.slips.get(acct)?.open.length ?? 0 },
    unanswered: helps.filter(({ id, phase }) => phase === 'recorded' && otherParty(state.helps.get(id)!) === acct),
  }
}
