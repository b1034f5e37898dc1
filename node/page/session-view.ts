/** Gatherings as a member sees them: when, for how many, who came, what it comes to, and the reader's own part. */
import type { Hex } from '#ledger/action.ts'
import { skillAward } from '#ledger/rules/award.ts'
import { attended, gradesCloseAt } from '#ledger/rules/grading.ts'
import type { Session } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { PersonView } from '#protocol/api.ts'
import type { SessionView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'
import { factorsOf } from './why.ts'

export function sessionView(state: State, people: People, session: Session, title: string | null, reader: Hex, guests: PersonView[]): SessionView {
  const { id, terms, phase, minutes } = session
  const { acct: organiser, listing, category, begins, ends, places } = terms
  const isOrganiser = organiser === reader
  const own = session.people.get(reader)
  const came = attended(session).length
  const agreed = Math.floor((ends - begins) / 60)
  const contribution = session.award ??
    skillAward(state.charters[terms.charter]!, { category, minutes: minutes ?? agreed, grade: null, people: Math.max(1, came) })
  return {
    id, listing, category, begins, ends, places, phase, minutes, isOrganiser, came,
    title: title ?? '',
    organiser: people.view(organiser),
    signedUp: session.people.size + guests.length,
    guests: isOrganiser ? guests : [],
    people: isOrganiser ? [...session.people.values()].map(({ member, came }) => ({ person: people.view(member), came })) : [],
    mine: own === undefined ? null : { came: own.came, graded: own.commitment !== null },
    finalBy: phase === 'closed' ? gradesCloseAt(state, session) : null,
    award: { milli: String(contribution.milli), factors: factorsOf(contribution, people), final: session.award !== null },
  }
}

/** What is open, and what the reader has led, the next first. */
export function sessionsFor(state: State, led: Hex[]): Session[] {
  const open = [...state.sessions.openOnes()]
  const over = led.flatMap((id) => state.sessions.get(id) ?? []).filter(({ phase }) => phase !== 'open' && phase !== 'closed')
  return [...open.sort((one, other) => one.terms.begins - other.terms.begins), ...over.reverse()]
}
