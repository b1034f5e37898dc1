/** *Cases* of `ledger/rules/README.md`: who is accused, is heard, found, sanctioned, and given back what was taken. */
import { credit, debit, leftOf, shrink } from './accounts.ts'
import { demand, distinct, type Hex, Refused, sha } from './bytes.ts'
import { charterOf, demandPresent, isActive, neutralStewards } from './city.ts'
import { standingIn } from './corrections.ts'
import { DAY } from './genesis.ts'
import { rootOf } from './notes.ts'
import { electorateOf } from './powers.ts'
import { endPostsOf } from './roles.ts'
import { read } from './shapes.ts'
import { shape } from './specification.ts'
import { noteAct } from './regards.ts'
import type { Case, City, Member, Rules, Settlings } from './state.ts'
import { addTime, after, domainIndex, setDeadline } from './time.ts'
import { baseOf, least, most, sum } from './value.ts'

type Flag = { rule: string; subjects: Hex[]; evidence: { origin: string; seq: bigint; leaf: Hex }[]; logSize: bigint; root: Hex }
type Opened = { accused: Hex; flag: Hex | null; complaint: Hex | null; complainant: Hex | null; matters: Hex[]; hold: boolean }

const [DISMISSED, SEVERE] = [0n, 2n]
const OVER = ['dismissed', 'lapsed', 'reversed']
/** Flags for which something may be set aside before anybody was heard. */
const HOLDING = ['R5', 'R7', 'R10']

function caseIn(city: City, id: Hex, phase: Case['phase']): Case {
  const found = city.cases.get(id)
  demand(found, 'unknown-case')
  demand(found.phase === phase, 'wrong-phase')
  return found
}

const charterFor = (city: City, { charter }: Case) => city.charters[Number(charter)]!.says
const here = (city: City, accounts: Hex[]): Hex[] => accounts.filter((acct) => isActive(city.members.get(acct)))
const saying = ({ votes }: Case, measure: bigint): Hex[] => votes.filter((vote) => vote.measure === measure).map(({ by }) => by)

/** Whether as many of the panel say the same as have to, of those who still are here. */
const isFound = (city: City, one: Case, measure: bigint): boolean =>
  BigInt(here(city, saying(one, measure)).length) >= least(charterFor(city, one).stewardThreshold, BigInt(here(city, one.panel).length))

/** Who can take a sanction back, and whether as many of them have as found it. */
function takingBack(city: City, one: Case): { able: Hex[]; isEnough: boolean } {
  const asked = saying(one, one.found!.measure).length
  const stewards = neutralStewards(city, one.involved)
  const judges = one.panel.filter((acct) => stewards.includes(acct))
  const able = judges.length >= asked ? judges : stewards.length > 0 ? stewards : here(city, one.panel)
  return { able, isEnough: able.filter((acct) => one.reversals.includes(acct)).length >= asked }
}

function readFlag(city: City, bytes: Hex, accused: Hex): Flag {
  const no = 'bad-evidence'
  const flag = read<Flag>(shape('Flag'), bytes, no)
  const { subjects, evidence, logSize, root } = flag
  demand(subjects.includes(accused) && logSize <= BigInt(city.leaves.length) && root === rootOf(city.leaves.slice(0, Number(logSize))), no)
  demand(evidence.every(({ origin, seq, leaf }) => origin === city.hub.origin && seq < logSize && leaf === city.leaves[Number(seq)]), no)
  return flag
}

/** Who has a part in something that can be in dispute. */
function partiesOf(city: City, id: Hex): Hex[] | undefined {
  const { agreements, helps, sessions, projects, works } = city
  const [agreement, help, session, project, work] = [agreements.get(id), helps.get(id), sessions.get(id), projects.get(id), works.get(id)]
  if (agreement) return [agreement.provider, agreement.receiver]
  if (help) return [help.helper, help.receiver]
  if (session) return [session.organiser, ...session.people.map(({ member }) => member)]
  if (project) return [project.organiser, project.requester, ...project.chosen]
  return work && [work.author]
}

/** Everybody who has no voice in a case. */
function involvedIn(city: City, { accused, complainant, matters }: Opened, flag: Flag | null): Hex[] {
  const dealings = city.exchanges.flatMap(({ exchanges }) => exchanges)
    .filter(({ form }) => form !== 'work').flatMap(({ giver, receiver }) => (giver === accused ? [receiver] : receiver === accused ? [giver] : []))
  const all = [accused, ...(complainant === null ? [] : [complainant]), ...(flag?.subjects ?? []), ...matters.flatMap((id) => partiesOf(city, id)!), ...dealings]
  const signers = all.flatMap((acct) => city.organisations.get(acct)?.signers ?? [])
  return [...new Set([...all, ...signers])].sort()
}

/** What the accused was awarded in the matters, as it stands, as milli and as base of each award’s day. */
function taintedIn(city: City, { accused, matters }: Case): { milli: bigint; base: bigint } {
  const stand = matters.flatMap((id) => orNone(() => [standingIn(city, id, accused)]))
  return { milli: sum(stand.map(({ award }) => award.milli)), base: sum(stand.map(({ base }) => base)) }
}

/** Nothing where nothing was awarded. */
function orNone<T>(ask: () => T[]): T[] {
  try {
    return ask()
  } catch (error) {
    if (error instanceof Refused) return []
    throw error
  }
}

const there = (city: City, member: Member, unit: 'domain' | 'global', ts: bigint): bigint =>
  leftOf(city, member, unit, ts) + member[unit === 'domain' ? 'waiting' : 'globalWaiting']

/** So much Domain for a case: what is held for it first, then what can be spent, then what waits. */
function setAsideDomain(city: City, one: Case, member: Member, domain: bigint, ts: bigint): void {
  if (domain < one.held) {
    shrink(city, member, ts)
    member.held -= one.held - domain
    credit(city, member, 'domain', one.held - domain, ts)
  } else {
    const more = domain - one.held
    const free = least(more, leftOf(city, member, 'domain', ts))
    debit(city, member, 'domain', free, ts)
    member.held += free
    member.waiting -= more - free
  }
  one.held = domain
}

function setAsideGlobal(city: City, one: Case, member: Member, ts: bigint): void {
  one.globalHeld = there(city, member, 'global', ts)
  const free = leftOf(city, member, 'global', ts)
  debit(city, member, 'global', free, ts)
  member.globalHeld += free
  member.globalWaiting = 0n
}

export function lapse(city: City, one: Case, ts: bigint): void {
  release(city, one, ts)
  end(one, 'lapsed')
}

/** Whether it has neither come to nothing nor taken effect. */
export const isUndecided = ({ phase }: Case): boolean => phase !== 'sanctioned' && !OVER.includes(phase)

/** Whether it keeps the accused from leaving. */
export function keeps(city: City, one: Case): boolean {
  if (one.phase !== 'open') return isUndecided(one)
  return ![...city.cases.values()].some(({ id, accused, phase, opened }) =>
    id !== one.id && accused === one.accused && OVER.includes(phase) && opened <= one.opened && one.opened - opened < 180n * DAY)
}

function release(city: City, one: Case, ts: bigint): void {
  const member = city.members.get(one.accused)!
  member.held -= one.held
  member.globalHeld -= one.globalHeld
  credit(city, member, 'domain', one.held, ts)
  credit(city, member, 'global', one.globalHeld, ts)
  Object.assign(one, { held: 0n, globalHeld: 0n })
}

function end(one: Case, phase: Case['phase']): void {
  one.phase = phase
  one.electorate = []
}

/** By all findings that stand. */
function setStatus(city: City, member: Member): void {
  if (member.status === 'departed') return
  const standing = [...city.cases.values()].filter(({ accused, phase }) => accused === member.acct && phase === 'sanctioned')
  const isSevere = standing.some(({ found }) => found!.measure === SEVERE)
  member.status = isSevere ? 'banned' : standing.length >= 2 ? 'restricted' : 'active'
  if (isSevere) endPostsOf(city, member.acct)
}

const gradesOf = (member: Member, grade: bigint): bigint[] => [member.poor, member.fair, member.good][Number(grade)]!

function sanction(city: City, one: Case): void {
  const member = city.members.get(one.accused)!
  const { milli, base } = taintedIn(city, one)
  const lifetimeMilli = least(milli, member.lifetimeMilli)
  member.held -= one.held
  member.globalHeld -= one.globalHeld
  member.lifetimeMilli -= lifetimeMilli
  city.books.commons += one.held
  city.books.globalRetire += one.globalHeld
  const grades = one.grades.filter(({ grade, ts }) => {
    const times = gradesOf(member, grade)
    const at = times.indexOf(ts)
    if (at >= 0) times.splice(at, 1)
    return at >= 0
  })
  one.taken = { domain: one.held, global: one.globalHeld, lifetimeMilli, shortfall: most(0n, base - one.held), grades }
  Object.assign(one, { held: 0n, globalHeld: 0n })
  end(one, 'sanctioned')
  setStatus(city, member)
}

function reverse(city: City, one: Case, ts: bigint): void {
  release(city, one, ts)
  end(one, 'reversed')
}

/** Gives back what a sanction has taken. */
function giveBack(city: City, one: Case, ts: bigint): void {
  const member = city.members.get(one.accused)!
  const { domain, global, lifetimeMilli, grades } = one.taken!
  const fromCommons = least(domain, city.books.commons)
  city.books.globalRetire -= global
  if (member.status === 'departed') city.books.pool += global
  else {
    city.books.commons -= fromCommons
    city.books.issuance -= domain - fromCommons
    credit(city, member, 'domain', domain, ts)
    credit(city, member, 'global', global, ts)
  }
  member.lifetimeMilli += lifetimeMilli
  for (const { grade, ts: given } of grades) addTime(gradesOf(member, grade), given)
  one.taken = null
  end(one, 'reversed')
  setStatus(city, member)
}

function found(city: City, one: Case, measure: bigint, ts: bigint): void {
  if (measure === DISMISSED) {
    release(city, one, ts)
    return end(one, 'dismissed')
  }
  const member = city.members.get(one.accused)!
  const others = [...city.cases.values()].filter(({ accused, phase }) => accused === one.accused && phase === 'sanctioned')
  const takesAll = charterFor(city, one).sanctions.first === 0n || others.length > 0 || measure === SEVERE
  const domain = there(city, member, 'domain', ts) + one.held
  const spared = baseOf(city.grants.get(one.accused)?.vulnerableMilli ?? 0n, domainIndex(city, ts))
  setAsideDomain(city, one, member, takesAll ? most(0n, domain - spared) : least(taintedIn(city, one).base, domain), ts)
  if (takesAll) setAsideGlobal(city, one, member, ts)
  one.found = { ts, measure }
  one.phase = 'found'
  setDeadline(city, after(ts, charterFor(city, one).windows.appealDays), 'case.final', one.id)
}

/** These, in the order of a lot that nobody knew when the case was opened. */
const drawn = (city: City, accounts: Hex[], leaf: Hex): Hex[] =>
  here(city, accounts).sort((a, b) => (sha(leaf + a) < sha(leaf + b) ? -1 : 1))

export const caseRules: Rules = {
  'case.opened'(city, fields: Opened, { id, acct, seq, ts }) {
    const { accused, complaint, complainant, matters } = fields
    const member = city.members.get(accused)
    demand(!city.cases.has(id), 'id-taken')
    demand(member, 'unknown-member')
    demand(accused !== acct, 'own-matter')
    demand(member.attested, 'not-attested')
    demandPresent(member)
    demand(fields.flag !== null || (complaint !== null && complainant !== null), 'no-grounds')
    demand((complaint === null) === (complainant === null), 'no-grounds')
    demand(complainant === null || city.members.has(complainant), 'unknown-member')
    demand(complainant !== accused, 'same-person')
    const flag = fields.flag === null ? null : readFlag(city, fields.flag, accused)
    const taken = [...city.cases.values()].filter((one) => one.accused === accused && !OVER.includes(one.phase)).flatMap((one) => one.matters)
    for (const [i, matter] of matters.entries()) {
      const parties = partiesOf(city, matter)
      demand(parties, 'unknown-agreement')
      demand(parties.includes(accused), 'not-a-party')
      demand(!taken.includes(matter) && distinct(matters.slice(0, i + 1)), 'matter-in-case')
    }
    demand(!fields.hold || complaint !== null || HOLDING.includes(flag!.rule), 'flag-holds-nothing')
    const involved = involvedIn(city, fields, flag)
    const panel = [...city.members.values()].filter((one) => one.steward && isActive(one) && !involved.includes(one.acct)).map((one) => one.acct).sort()
    const mayOpen = panel.length > 0 ? panel.includes(acct) : acct !== accused && acct !== complainant && !fields.hold
    demand(mayOpen, 'conflict-of-interest')
    const electorate = electorateOf(city, 'judge').electorate.filter((one) => !involved.includes(one))
    const ratings = city.exchanges.flatMap((day) => day.ratings).filter((one) => one.rated === accused && matters.includes(one.matter))
    const opened: Case = {
      id, seq, opened: ts, charter: BigInt(city.charters.length) - 1n, accused, complainant, complaint,
      flag: fields.flag === null ? null : sha(fields.flag), matters: [...matters].sort(), grades: ratings.map((one) => ({ grade: one.grade, ts: one.opened })),
      involved, electorate, panel, votes: [], answer: null, phase: 'open', held: 0n, globalHeld: 0n, found: null, appeal: null, jurors: [],
      verdicts: [], taken: null, reversals: [],
    }
    city.cases.set(id, opened)
    if (fields.hold) setAsideDomain(city, opened, member, least(taintedIn(city, opened).base, there(city, member, 'domain', ts)), ts)
    if (panel.length === 0) setDeadline(city, after(ts + 1n, 0n), 'case.draw', id)
    setDeadline(city, after(ts, charterOf(city).windows.caseHoldDays), 'case.lapse', id)
  },

  'case.answered'(city, fields: { case: Hex; statement: Hex }, { acct, ts }) {
    const one = caseIn(city, fields.case, 'open')
    demand(one.accused === acct, 'not-a-party')
    demand(one.answer === null, 'already-answered')
    one.answer = { ts, statement: fields.statement }
  },

  'case.found'(city, { measure, reason, ...fields }: { case: Hex; measure: bigint; reason: Hex }, { acct, ts }) {
    const one = caseIn(city, fields.case, 'open')
    demand(!one.involved.includes(acct), 'conflict-of-interest')
    demand(one.panel.includes(acct), 'not-on-panel')
    const hasVoted = one.votes.some(({ by }) => by === acct)
    demand(!hasVoted || (saying(one, measure).includes(acct) && isFound(city, one, measure)), 'already-approved')
    const isHeard = one.answer !== null || ts >= after(one.opened, charterFor(city, one).windows.noticeDays)
    demand(measure === DISMISSED || isHeard, 'notice-not-over')
    if (!hasVoted) one.votes.push({ by: acct, measure, reason })
    if (isFound(city, one, measure)) found(city, one, measure, ts)
  },

  'case.appealed'(city, fields: { case: Hex; statement: Hex }, { acct, ts }) {
    const one = caseIn(city, fields.case, 'found')
    demand(one.accused === acct, 'not-a-party')
    one.appeal = { ts, statement: fields.statement }
    one.phase = 'appealed'
    setDeadline(city, after(ts + 1n, 0n), 'case.draw', one.id)
  },

  'case.judged'(city, { confirmed, reason, ...fields }: { case: Hex; confirmed: boolean; reason: Hex }, { acct, ts }) {
    const one = caseIn(city, fields.case, 'judging')
    demand(one.jurors.includes(acct), 'not-on-panel')
    demand(!one.verdicts.some(({ by }) => by === acct), 'already-approved')
    one.verdicts.push({ by: acct, confirmed, reason })
    noteAct(city, acct)
    const alike = one.verdicts.filter((verdict) => verdict.confirmed === confirmed)
    if (alike.length * 2 <= one.jurors.length) return
    if (confirmed) sanction(city, one)
    else reverse(city, one, ts)
  },

  'case.reversed'(city, fields: { case: Hex; reason: Hex }, { acct, ts }) {
    const one = caseIn(city, fields.case, 'sanctioned')
    const { able, isEnough } = takingBack(city, one)
    const isSaid = one.reversals.includes(acct)
    demand(able.includes(acct), 'not-on-panel')
    demand(!isSaid || isEnough, 'already-approved')
    if (!isSaid) one.reversals = [...one.reversals, acct].sort()
    if (takingBack(city, one).isEnough) giveBack(city, one, ts)
  },
}

export const caseSettlings: Settlings = {
  'case.draw'(city, id, at, _, leaf) {
    const one = city.cases.get(id)!
    const { stewardThreshold, sanctions, windows } = charterFor(city, one)
    if (one.phase === 'open' && one.panel.length === 0) one.panel = drawn(city, one.electorate, leaf).slice(0, Number(stewardThreshold)).sort()
    if (one.phase !== 'appealed') return
    const able = drawn(city, one.electorate.filter((acct) => !one.panel.includes(acct)), leaf)
    const count = least(sanctions.jurors, BigInt(able.length))
    one.jurors = able.slice(0, Number(count % 2n === 0n ? count - 1n : count)).sort()
    if (able.length === 0) return reverse(city, one, at)
    one.phase = 'judging'
    setDeadline(city, after(at, windows.appealDays), 'case.verdict', id)
  },

  'case.lapse'(city, id, at) {
    const one = city.cases.get(id)!
    if (one.phase === 'open') lapse(city, one, at)
  },

  'case.final'(city, id) {
    const one = city.cases.get(id)!
    if (one.phase === 'found') sanction(city, one)
  },

  'case.verdict'(city, id, at) {
    const one = city.cases.get(id)!
    if (one.phase === 'judging') reverse(city, one, at)
  },
}
