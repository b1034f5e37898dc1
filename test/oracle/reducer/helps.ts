/** *Help, short form* of the README. */
import { debit } from './accounts.ts'
import { countKept, demandGiver } from './agreements.ts'
import { award, noteExchange, repeatedFactors, skillReckoning } from './awards.ts'
import { demand, type Hex } from './bytes.ts'
import { isCare } from './care.ts'
import { charterOf, demandPresent } from './city.ts'
import { addFromCommons, fullPrice, priceOf } from './commons.ts'
import { DAY } from './genesis.ts'
import { countOn, demandHere, demandPassed, roomOn } from './hours.ts'
import { noteVoice } from './regards.ts'
import type { Act, City, Help, Rules, Settlings } from './state.ts'
import { after, setDeadline } from './time.ts'

type Recorded = Pick<Help, 'helper' | 'receiver' | 'category' | 'minutes' | 'day' | 'note'>

export function demandHelp(city: City, { helper, receiver, minutes, day }: Recorded, ts: bigint): void {
  demand(minutes >= 1n && minutes <= 1_440n, 'minutes-out-of-range')
  demand(day <= ts / DAY + 1n, 'day-in-future')
  demand(day >= ts / DAY - 30n, 'day-too-old')
  demandHere(city, [helper, receiver], day)
  demandPassed(minutes, roomOn(city, helper, day, ts))
}

export function recordHelp(city: City, recorded: Recorded & { id: Hex; byHelper: boolean }, ts: bigint): void {
  city.helps.set(recorded.id, { ...recorded, recordedTs: ts, phase: 'recorded', confirmedTs: null, given: 0n, toppedUp: 0n, award: null })
  setDeadline(city, after(ts, charterOf(city).windows.shortFormDays), 'help.lapse', recorded.id)
}

function answered(city: City, id: Hex, { acct }: Act): Help {
  const help = city.helps.get(id)
  demand(help, 'unknown-help')
  demand(acct !== (help.byHelper ? help.helper : help.receiver), 'own-report')
  demand(acct === help.helper || acct === help.receiver, 'not-a-party')
  demand(help.phase === 'recorded', 'wrong-phase')
  return help
}

function close(city: City, help: Help, phase: 'confirmed' | 'declined' | 'lapsed'): void {
  help.phase = phase
  city.closed.push(help)
}

/** Whether a steward wrote it down, or signed with a slip. */
const isWitnessed = (city: City, { id }: Help): boolean => [...city.acts.values()].some(({ acts }) => acts.some(({ help }) => help === id))

export function complete(city: City, help: Help, ts: bigint, seq: bigint): void {
  const charter = charterOf(city)
  const { id, helper: giver, receiver: to, category, minutes, day } = help
  const receiver = city.members.get(to)!
  const price = priceOf(city, charter, minutes, receiver, ts)
  debit(city, receiver, 'domain', price, ts)
  city.books.redemption += price
  help.toppedUp = addFromCommons(city, fullPrice(city, charter, minutes, ts) - price)
  help.given = price
  help.confirmedTs = ts
  countOn(city, giver, day, minutes, ts)
  const isVisit = isCare(city, giver, to, (day + 1n) * DAY - 1n)
  const reckoning = skillReckoning(charter, category, minutes, null, 1n)
  const repeated = isVisit ? [] : repeatedFactors(city, charter, giver, to, category, minutes, ts)
  help.award = award(city, charter, { ...reckoning, factors: [...reckoning.factors, ...repeated] }, giver, ts, seq)
  noteExchange(city, {
    matter: id, seq, giver, receiver: to, milli: help.award.milli, minutes, form: isVisit ? 'care' : 'short', came: isWitnessed(city, help),
    begins: day * DAY, ends: (day + 1n) * DAY,
  }, ts)
  countKept(city, giver, [giver, to], ts, seq)
  close(city, help, 'confirmed')
}

export const helpRules: Rules = {
  'help.recorded'(city, fields: Recorded, { id, acct, ts }) {
    const { helper, receiver } = fields
    const other = city.members.get(acct === helper ? receiver : helper)
    demand(helper !== receiver, 'same-person')
    demand(acct === helper || acct === receiver, 'not-a-party')
    demand(other, 'unknown-member')
    demand(other.attested, 'not-attested')
    demandPresent(other)
    demandHelp(city, fields, ts)
    recordHelp(city, { ...fields, id, byHelper: acct === helper }, ts)
  },

  'help.confirmed'(city, fields: { help: Hex }, act) {
    const help = answered(city, fields.help, act)
    demandPassed(help.minutes, roomOn(city, help.helper, help.day, act.ts))
    demandGiver(city, help.helper)
    noteVoice(city, help.byHelper ? help.helper : help.receiver, act.acct, true, act.ts)
    complete(city, help, act.ts, act.seq)
  },

  'help.declined'(city, fields: { help: Hex }, act) {
    const help = answered(city, fields.help, act)
    noteVoice(city, help.byHelper ? help.helper : help.receiver, act.acct, false, act.ts)
    close(city, help, 'declined')
  },
}

export const helpSettlings: Settlings = {
  'help.lapse'(city, id) {
    const help = city.helps.get(id)!
    if (help.phase === 'recorded') close(city, help, 'lapsed')
  },
}
