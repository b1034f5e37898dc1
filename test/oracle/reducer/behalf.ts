/** *For members without a device*, *Care plans* of `ledger/rules/README.md`. */
import { shrink, wake } from './accounts.ts'
import { demandGiver } from './agreements.ts'
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { charterOf, demandPresent, isOwn, isSteward } from './city.ts'
import { DAY } from './genesis.ts'
import { complete, demandHelp, recordHelp } from './helps.ts'
import { demandPassed, roomOn } from './hours.ts'
import type { CarePlan, City, Help, Member, Proxied, Rules } from './state.ts'
import { domainDay } from './time.ts'
import { most, sum, YEAR } from './value.ts'

const [MOST_SLIPS, MOST_PLANS] = [64, 8]

function demandReachable(member: Member | undefined): asserts member is Member {
  demand(member, 'unknown-member')
  demand(member.attested, 'not-attested')
  demandPresent(member)
}

/** What a steward has done for a member: kept a year, and as good as their own act. */
function noteAct(city: City, member: Member, act: Proxied, ts: bigint): void {
  const before = city.acts.get(member.acct)?.acts.filter((one) => one.ts > ts - YEAR * DAY) ?? []
  city.acts.set(member.acct, { member: member.acct, acts: [...before, act] })
  wake(city, member, ts)
}

/** Who is cared for is not away while a plan runs. */
function noteCare(city: City, receiver: Hex, ts: bigint): void {
  const member = city.members.get(receiver)!
  shrink(city, member, ts)
  const running = [...city.carePlans.values()].filter((plan) => plan.receiver === receiver && plan.agreed !== null && plan.ended === null && plan.until >= ts / DAY)
  member.caredUntil = running.map(({ until }) => domainDay(city, (until + 1n) * DAY - 1n)).reduce(most, domainDay(city, ts))
}

type ProxiedHelp = Pick<Help, 'helper' | 'receiver' | 'category' | 'minutes' | 'day' | 'note'> & { member: Hex }
type Asked = Pick<CarePlan, 'carer' | 'receiver' | 'category' | 'visitsAWeek' | 'minutes' | 'until'>

export const behalfRules: Rules = {
  'slips.issued'(city, { slips, ...fields }: { member: Hex; slips: Hex[] }, { acct }) {
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(member.attested, 'not-attested')
    demand(!isOwn(city, member.acct, acct), 'own-matter')
    demandPresent(member)
    const open = [...new Set([...(city.slips.get(member.acct)?.open ?? []), ...slips])]
    demand(slips.length > 0 && open.length <= MOST_SLIPS, 'limit-reached')
    city.slips.set(member.acct, { member: member.acct, open })
  },

  'help.attested'(city, fields: { help: Hex; slip: Hex }, { acct, ts, seq }) {
    const help = city.helps.get(fields.help)
    demand(help, 'unknown-help')
    demand(help.phase === 'recorded', 'wrong-phase')
    demand(!isOwn(city, help.helper, acct) && !isOwn(city, help.receiver, acct), 'own-matter')
    const [writer, other] = help.byHelper ? [help.helper, help.receiver] : [help.receiver, help.helper]
    demand(!city.acts.get(writer)?.acts.some((one) => one.help === help.id && one.steward === acct), 'own-report')
    const slips = city.slips.get(other)
    const hash = sha(`${utf8('cv/slip\0')}${fields.slip}`)
    demand(slips?.open.includes(hash), 'unknown-slip')
    demandPassed(help.minutes, roomOn(city, help.helper, help.day, ts))
    demandGiver(city, help.helper)
    slips!.open = slips!.open.filter((one) => one !== hash)
    if (slips!.open.length === 0) city.slips.delete(other)
    noteAct(city, city.members.get(other)!, { help: help.id, steward: acct, minutes: help.minutes, ts, bySlip: true, endorsed: null }, ts)
    complete(city, help, ts, seq)
  },

  'help.proxied'(city, { member: acct, ...fields }: ProxiedHelp, { id, acct: steward, ts }) {
    const { helper, receiver, minutes } = fields
    demand(!isOwn(city, helper, steward) && !isOwn(city, receiver, steward), 'own-matter')
    demand(helper !== receiver, 'same-person')
    demand(acct === helper || acct === receiver, 'not-a-party')
    for (const one of [helper, receiver]) demandReachable(city.members.get(one))
    demandHelp(city, fields, ts)
    const lately = (city.acts.get(acct)?.acts ?? []).filter((one) => !one.bySlip && one.ts > ts - 30n * DAY)
    demand(sum(lately.map((one) => one.minutes)) + minutes <= charterOf(city).shortForm.proxyMinutesMax, 'limit-reached')
    recordHelp(city, { ...fields, id, byHelper: acct === helper }, ts)
    noteAct(city, city.members.get(acct)!, { help: id, steward, minutes, ts, bySlip: false, endorsed: null }, ts)
  },

  'proxy.endorsed'(city, { help }: { help: Hex }, { acct, ts }) {
    const act = city.acts.get(acct)?.acts.find((one) => one.help === help)
    demand(act, 'unknown-help')
    demand(act.endorsed === null, 'already-approved')
    act.endorsed = ts
  },

  'care.asked'(city, asked: Asked, { id, acct, ts }) {
    const { carer, receiver, visitsAWeek, minutes, until } = asked
    const today = ts / DAY
    demand(carer !== receiver && carer !== acct, 'same-person')
    for (const one of [carer, receiver]) demandReachable(city.members.get(one))
    demand(until >= today, 'bad-interval')
    demand(until <= today + 366n, 'ends-too-late')
    demand(minutes >= 1n && minutes <= 1_440n, 'minutes-out-of-range')
    demand(visitsAWeek >= 1n && visitsAWeek <= 21n, 'limit-reached')
    const ahead = [...city.carePlans.values()].filter((plan) => plan.receiver === receiver && plan.ended === null && plan.until >= today)
    demand(ahead.length < MOST_PLANS, 'limit-reached')
    city.carePlans.set(id, { ...asked, id, by: acct, agreed: null, ended: null })
  },

  'care.agreed'(city, fields: { plan: Hex }, { acct, ts }) {
    const plan = city.carePlans.get(fields.plan)
    demand(plan, 'unknown-care-plan')
    demand(![plan.by, plan.carer, plan.receiver].some((party) => isOwn(city, party, acct)), 'own-matter')
    demand(plan.ended === null, 'wrong-phase')
    demand(plan.agreed === null, 'already-approved')
    plan.agreed = { by: acct, ts }
    noteCare(city, plan.receiver, ts)
  },

  'care.ended'(city, fields: { plan: Hex }, { acct, ts }) {
    const plan = city.carePlans.get(fields.plan)
    demand(plan, 'unknown-care-plan')
    demand([plan.by, plan.carer, plan.receiver].includes(acct) || isSteward(city, acct), 'not-a-party')
    demand(plan.ended === null, 'wrong-phase')
    plan.ended = ts
    if (plan.agreed !== null) noteCare(city, plan.receiver, ts)
  },
}
