/** One person as another member may see them, and what the two may do for each other by the rules as they stand. */
import type { Hex } from '#ledger/action.ts'
import { actsFor } from '#ledger/rules/behalf.ts'
import { services } from '#ledger/charter/charter.ts'
import { levelOf, mayRecommend } from '#ledger/rules/level.ts'
import { skillsOf } from '#ledger/rules/service.ts'
import { checkPerson } from '#ledger/rules/status.ts'
import type { CarePlan } from '#ledger/state/matters.ts'
import { charterOf, type State } from '#ledger/state/state.ts'
import { yearlyOf } from '#ledger/value/yearly.ts'
import type { ActForView, CareView, ForPerson, PersonPage } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'

const DAY = 86_400

/** Null for nobody, and for who has not been met. `forThem`: what a steward may do for this person. */
export function personView(
  state: State, people: People, acct: Hex, reader: Hex, now: number, forThem: () => ForPerson,
): PersonPage | null {
  const member = state.members.get(acct)
  const own = state.members.get(reader)
  if (member?.attested !== true || own === undefined) return null
  const regard = state.regards.get(acct)
  const byMe = regard?.recommended.has(reader) === true
  const isOther = acct !== reader
  return {
    person: people.view(acct),
    form: member.form,
    joinedTs: member.joinedTs,
    level: levelOf(state, acct),
    roles: [...state.posts.values()].filter((post) => post.member === acct && post.until > now).map(({ role }) => role),
    recommended: {
      count: regard?.recommended.size ?? 0,
      byMe,
      may: isOther && !byMe && mayRecommend(state, own) && checkPerson(state, acct) === null,
    },
    gift: isOther ? giftFrom(state, reader, now) : null,
    skills: { ...told(skillsOf(state, acct)), asked: isOther ? askedOf(state, acct, reader, now) : [] },
    care: [...state.carePlans.values()]
      .filter(({ terms }) => concerns(terms, acct) && (own.steward || concerns(terms, reader) || terms.acct === reader))
      .map((plan) => careView(people, plan, reader, own.steward, now))
      .reverse(),
    acts: !isOther || own.steward ? actViews(state, people, acct) : [],
    steward: isOther && own.steward && member.form === 'person' ? forThem() : null,
  }
}

const told = ({ practised, certified }: ReturnType<typeof skillsOf>) => ({ practised, certified })
const concerns = ({ carer, receiver }: CarePlan['terms'], acct: Hex): boolean => carer === acct || receiver === acct

function giftFrom(state: State, reader: Hex, now: number): PersonPage['gift'] {
  const { isOpen, maxMilli, yearMaxMilli } = charterOf(state).gift
  if (!isOpen) return null
  const { givenMilli } = yearlyOf(state, reader, now)
  return { mostMilli: String(maxMilli), leftMilli: String(yearMaxMilli > givenMilli ? yearMaxMilli - givenMilli : 0n) }
}

/** The certifications they have asked for, which peers answer. */
function askedOf(state: State, acct: Hex, reader: Hex, now: number): PersonPage['skills']['asked'] {
  const { peers, levelMin } = charterOf(state).certification
  return [...state.purchases.values()].flatMap(({ member, service, category, until, by }) => {
    if (member !== acct || service !== services.certification || category === null || until <= now) return []
    const mayVouch = levelOf(state, reader) >= levelMin && skillsOf(state, reader).practised.includes(category) && !by.includes(reader)
    return [{ category, got: by.length, needed: peers, mayVouch }]
  })
}

export function careView(people: People, { id, terms, agreed, ended }: CarePlan, reader: Hex, isSteward: boolean, now: number): CareView {
  const { acct, carer, receiver, category, visitsAWeek, minutes, until } = terms
  const isOver = ended !== null || now >= (until + 1) * DAY
  return {
    id, category, visitsAWeek, minutes, until,
    carer: people.view(carer),
    receiver: people.view(receiver),
    askedBy: people.view(acct),
    state: isOver ? 'over' : agreed === null ? 'asked' : 'agreed',
    agreedBy: agreed === null ? null : people.view(agreed.by),
    mayEnd: !isOver && ([acct, carer, receiver].includes(reader) || isSteward),
  }
}

/** What stewards did in somebody's name, the latest first. */
export const actViews = (state: State, people: People, acct: Hex): ActForView[] =>
  actsFor(state, acct, 0).map(({ help, steward, minutes, ts, bySlip, endorsed }) =>
    ({ help, steward: people.view(steward), minutes, ts, bySlip, endorsed: endorsed !== null })).reverse()
