/**
 * Why a number is the number it is: the sum behind it, in the order in which a person would do it on paper.
 *
 *   result = ⌊ start × numerator × numerator … / (denominator × denominator …) ⌋
 *
 * Awards and prices keep what they were made of (`reckoning.ts`) and are told from that alone; a conversion from the
 * ratio, and what is left of a balance from the index of a day. Nothing is decided here: every explanation comes to
 * exactly the number it explains, or it would be no explanation.
 */
import type { Action, ActionOf, Hex } from '../action.ts'
import { mulDiv } from './amount.ts'
import { type Charter, helpPrices } from '../charter/charter.ts'
import type { Entry } from '../entry.ts'
import { type FactorName, type formulaCodes, type Reckoning, type Setting } from './reckoning.ts'
import { priceOfTime } from '../rules/award.ts'
import { priceOfBooking } from '../rules/booking.ts'
import { boundedConversion } from '../rules/settling.ts'
import { type Award, type Contribution, correctionOf } from '../state/matters.ts'
import { charterOf, type State } from '../state/state.ts'

/** `time`: what an hour of help is given for, an hour. */
export type Subject = keyof typeof formulaCodes | 'price' | 'time' | 'conversion' | 'decay'

/** `quantity` is minutes, units or people; `ratio` that between the two values; `index` what time has left. */
export type StepName = 'quantity' | FactorName | 'ratio' | 'index'

export type Step = {
  step: StepName
  numerator: bigint
  denominator: bigint
  /** The number it follows from, where there is one: people, nights, helps like this one before. */
  of: number | null
  /** Who chose it, and when. */
  set: Setting | null
}

export type Explanation = {
  subject: Subject
  /** The category, resource, size or work; null where it is of nothing in particular. */
  what: number | null
  /** Milli, of a balance its base units. */
  start: bigint
  steps: Step[]
  result: bigint
}

/**
 * What a record awarded, converted or priced; nothing for most. `state` is the one right after it. What a tick settled is looked
 * for among everything there ever was, so that is for somebody who asks about a day, and not for a page.
 */
export function explain(state: State, { seq, action }: Pick<Entry, 'seq' | 'action'>): Explanation[] {
  if (action.kind === 'cv.converted') return [explainConversion(state, action.amountMilli)]
  if (action.kind === 'booking.made') return explainBooking(state, action)
  if (action.kind === 'agreement.made') return explainHelp(state, state.charters[action.charter]!, action)
  const awards = action.kind === 'tick' ? allAwards(state) : awardsAbout(state, action)
  return [...[...awards].flatMap((award) => (award?.seq === seq ? [explainAward(award)] : [])), ...pricePaid(state, seq, action)]
}

/** What was given for a help by the record that made its award. */
function pricePaid(state: State, seq: number, action: Action): Explanation[] {
  const help = 'help' in action ? state.helps.get(action.help) : undefined
  return help?.award?.seq === seq ? explainHelp(state, charterOf(state), help.terms) : []
}

function awardsAbout(state: State, action: Action): (Award | null | undefined)[] {
  if ('corrects' in action) return [state.corrections.get(correctionOf(action.corrects, action.member))?.award]
  if ('help' in action) return [state.helps.get(action.help)?.award]
  if ('agreement' in action) return [state.agreements.get(action.agreement)?.award]
  if ('session' in action) return [state.sessions.get(action.session)?.award]
  if ('project' in action) return (state.projects.get(action.project)?.awards ?? []).map(({ award }) => award)
  return [state.helps.get(action.id)?.award]
}

function* allAwards({ agreements, helps, sessions, works, projects }: State): Generator<Award | null> {
  for (const matters of [agreements, helps, sessions, works]) for (const { award } of matters.all()) yield award
  for (const { awards } of projects.all()) for (const { award } of awards) yield award
}

export const explainAward = (contribution: Contribution): Explanation =>
  fromReckoning(contribution.formula, contribution.what, contribution)

/** `resource`: what it is the price of. */
export const explainPrice = (resource: number, price: Reckoning): Explanation => fromReckoning('price', resource, price)

/** The price that was agreed on, and for a visitor what that is in Global. */
function explainBooking(state: State, made: ActionOf<'booking.made'>): Explanation[] {
  const price = explainPrice(made.resource, priceOfBooking(state, state.charters[made.charter]!, made))
  return state.members.has(made.receiver) ? [price] : [price, explainConversion(state, price.result)]
}

/** What is given for help hour for hour, whatever it was. What a member of this city has not, the commons adds. */
export const explainTime = (charter: Charter, minutes: number): Explanation => fromReckoning('time', null, priceOfTime(charter, minutes))

/** What a receiver gives for help, if anything; of a visitor also what that is in Global. */
function explainHelp(state: State, charter: Charter, { receiver, minutes }: { receiver: Hex; minutes: number }): Explanation[] {
  const price = explainTime(charter, minutes)
  if (!state.members.has(receiver)) return [price, explainConversion(state, price.result)]
  return charter.helpPrice === helpPrices.none ? [] : [price]
}

/** What a nominal Domain amount becomes in Global, under the charter and the federation's document in force. */
export function explainConversion(state: State, amountMilli: bigint): Explanation {
  const { numerator, denominator } = boundedConversion(state, charterOf(state))
  return summed('conversion', null, amountMilli, [step('ratio', BigInt(numerator), BigInt(denominator))])
}

/** What base units are worth at the index of a day. */
export const explainNominal = (base: bigint, index: bigint): Explanation =>
  summed('decay', null, base, [step('index', index, 1n << 64n)])

/** What an explanation comes to, from its start and its steps alone. */
export const resultOf = ({ start, steps }: Pick<Explanation, 'start' | 'steps'>): bigint =>
  mulDiv(start, steps.reduce((all, one) => all * one.numerator, 1n), steps.reduce((all, one) => all * one.denominator, 1n))

function fromReckoning(subject: Subject, what: number | null, { quantity, unitMilli, per, factors }: Reckoning): Explanation {
  const steps = factors.map(({ factor, perMille, of, set }) => ({ ...step(factor, BigInt(perMille), 1000n), of, set }))
  return summed(subject, what, unitMilli, [step('quantity', BigInt(quantity), BigInt(per)), ...steps])
}

const summed = (subject: Subject, what: number | null, start: bigint, steps: Step[]): Explanation =>
  ({ subject, what, start, steps, result: resultOf({ start, steps }) })

const step = (name: StepName, numerator: bigint, denominator: bigint): Step =>
  ({ step: name, numerator, denominator, of: null, set: null })
