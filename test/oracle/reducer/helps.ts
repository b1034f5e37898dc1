/** *Help, short form* of the README. */
import { demand, type Hex } from './bytes.ts'
import { debit } from './accounts.ts'
import { countKept } from './agreements.ts'
import { award, noteExchange, repeatedFactors, skillReckoning } from './awards.ts'
import { charterOf, demandPresent } from './city.ts'
import { addFromCommons, fullPrice, priceOf } from './commons.ts'
import { DAY } from './genesis.ts'
import type { Act, City, Help, Rules, Settlings } from './state.ts'
import { after, setDeadline } from './time.ts'

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

export const helpRules: Rules = {
  'help.recorded'(city, fields: Pick<Help, 'helper' | 'receiver' | 'category' | 'minutes' | 'day' | 'note'>, { id, acct, ts }) {
    const { helper, receiver, minutes, day } = fields
    const other = city.members.get(acct === helper ? receiver : helper)
    demand(helper !== receiver, 'same-person')
    demand(acct === helper || acct === receiver, 'not-a-party')
    demand(other, 'unknown-member')
    demand(other.attested, 'not-attested')
    demandPresent(other)
    demand(minutes >= 1n && minutes <= 1_440n, 'minutes-out-of-range')
    demand(day <= ts / DAY + 1n, 'day-in-future')
    demand(day >= ts / DAY - 30n, 'day-too-old')
    city.helps.set(id, { ...fields, id, byHelper: acct === helper, recordedTs: ts, phase: 'recorded', award: null })
    setDeadline(city, after(ts, charterOf(city).windows.shortFormDays), 'help.lapse', id)
  },

  'help.confirmed'(city, fields: { help: Hex }, act) {
    const help = answered(city, fields.help, act)
    const charter = charterOf(city)
    const receiver = city.members.get(help.receiver)!
    const price = priceOf(city, charter, help.minutes, receiver, act.ts)
    debit(city, receiver, 'domain', price, act.ts)
    city.books.redemption += price
    addFromCommons(city, fullPrice(city, charter, help.minutes, act.ts) - price)
    const { id, helper: giver, category, minutes, day } = help
    const reckoning = skillReckoning(charter, category, minutes, null, 1n)
    const factors = [...reckoning.factors, ...repeatedFactors(city, charter, giver, help.receiver, category, minutes, act.ts)]
    help.award = award(city, { ...reckoning, factors }, giver, act.ts, act.seq)
    noteExchange(city, {
      matter: id, seq: act.seq, giver, receiver: help.receiver, milli: help.award.milli, minutes, form: 'short', came: false,
      begins: day * DAY, ends: (day + 1n) * DAY,
    }, act.ts)
    countKept(city, giver, help.receiver, act.ts, act.seq)
    close(city, help, 'confirmed')
  },

  'help.declined'(city, fields: { help: Hex }, act) {
    close(city, answered(city, fields.help, act), 'declined')
  },
}

export const helpSettlings: Settlings = {
  'help.lapse'(city, id) {
    const help = city.helps.get(id)!
    if (help.phase === 'recorded') close(city, help, 'lapsed')
  },
}
