/** *Projects* of `ledger/rules/README.md`: what several make for somebody who asked, and who has which share of it. */
import { credit, debit } from './accounts.ts'
import { award, factor, noteExchange } from './awards.ts'
import { ascending, demand, distinct, type Hex, sha } from './bytes.ts'
import { charterOf, demandPresent, isActive, isOwn, isSteward, saidJointly } from './city.ts'
import { addContribution } from './commons.ts'
import { DAY } from './genesis.ts'
import { demandPower } from './powers.ts'
import { levelOf } from './standing.ts'
import type { Application, City, Project, Rules, Settlings, Share } from './state.ts'
import { addTime, after, domainIndex, setDeadline } from './time.ts'
import { baseOf, sum, YEAR } from './value.ts'

const MOST_APPLICATIONS = 512
const [BY_LOT, BY_AUCTION] = [1n, 2n]

type Opened = Pick<Project, 'size' | 'requester' | 'core' | 'places' | 'gateMilli' | 'gateLevel' | 'choice' | 'applyUntil' | 'endsDay' | 'terms'>
type Result = { shares: Share[]; reach: bigint; completion: bigint }
type Setting = { by: Hex; ts: bigint }

function projectIn(city: City, id: Hex, ...phases: Project['phase'][]): Project {
  const project = city.projects.get(id)
  demand(project, 'unknown-project')
  demand(phases.includes(project.phase), 'wrong-phase')
  return project
}

const takesPart = ({ organiser, chosen }: Project, acct: Hex): boolean => organiser === acct || chosen.includes(acct)
const charterFor = (city: City, { charter }: Project) => city.charters[Number(charter)]!.says

function demandShares(city: City, project: Project, { shares }: Result): void {
  const { coreMaxPerMille, participantMaxPerMille } = charterFor(city, project).project
  demand(shares.every(({ member }) => takesPart(project, member)), 'not-a-party')
  demand(distinct(shares.map(({ member }) => member)), 'same-person')
  const mostOf = (member: Hex) => (member === project.organiser || project.core.includes(member) ? coreMaxPerMille : participantMaxPerMille)
  const isInRange = shares.length > 0 && shares.every(({ member, perMille }) => perMille > 0n && perMille <= mostOf(member)) &&
    sum(shares.map(({ perMille }) => perMille)) <= 1_000n
  demand(isInRange, 'shares-out-of-range')
}

/** Gives back what was offered for places. */
function release(city: City, applications: Application[], ts: bigint): void {
  for (const { by, bid } of applications) {
    const member = city.members.get(by)!
    member.held -= bid
    credit(city, member, 'domain', bid, ts)
  }
}

function close(city: City, project: Project, phase: 'awarded' | 'cancelled' | 'lapsed'): void {
  project.phase = phase
  city.closedProjects.push(project)
}

function setLapse(city: City, project: Project, at: bigint): void {
  if (at <= project.lapses) return
  project.lapses = at
  setDeadline(city, at, 'project.lapse', project.id)
}

/** Awards each share of a result, as whoever confirmed it says. */
function awardShares(city: City, project: Project, { shares, reach, completion }: Result, set: Setting, ts: bigint, seq: bigint): void {
  const charter = charterFor(city, project)
  const { bases, reachPeople, reachPerMille, partialPerMille } = charter.project
  const unitMilli = bases.find(({ size }) => size === project.size)?.milli ?? 0n
  project.awardedTs = ts
  for (const { member: acct, perMille } of shares) {
    const member = city.members.get(acct)!
    if (member.status === 'banned' || member.status === 'departed') continue
    const factors = [
      factor('share', perMille, null), factor('reach', reach >= reachPeople ? reachPerMille : 1_000n, reach, set),
      factor('completion', completion === 1n ? 1_000n : partialPerMille, null, set),
    ]
    const made = award(city, charter, { formula: 3n, what: project.size, quantity: 1n, unitMilli, per: 1n, factors }, acct, ts, seq)
    project.awards.push({ member: acct, award: made })
    noteExchange(city, {
      matter: project.id, seq, giver: acct, receiver: project.requester, milli: made.milli, minutes: 0n, form: 'project', came: true,
      begins: project.openedTs, ends: ts,
    }, ts)
    addContribution(city, member, ts, seq)
    addTime(member.kept, ts)
  }
  close(city, project, 'awarded')
}

/** The report that the requester, or later a steward, answers. */
function answered(city: City, fields: { project: Hex; report: Hex }, acct: Hex, ts: bigint): Project {
  const project = projectIn(city, fields.project, 'reported')
  const { organiser, requester, report } = project
  demand(!takesPart(project, acct) && (acct === requester || !isOwn(city, organiser, acct)), 'own-report')
  demand(acct === requester || isSteward(city, acct), 'not-a-party')
  demand(acct === requester || ts >= after(report!.ts, charterFor(city, project).windows.confirmDays), 'too-early')
  demand(report!.id === fields.report, 'other-report')
  return project
}

export const projectRules: Rules = {
  'project.opened'(city, opened: Opened, { id, acct, ts }) {
    const { requester, core, gateLevel, choice, applyUntil, endsDay } = opened
    const [{ gates, windows }, today] = [charterOf(city), ts / DAY]
    demandPower(city, 'project', acct)
    demand(distinct([acct, requester, ...core]), 'same-person')
    for (const one of [requester, ...core]) {
      const member = city.members.get(one)
      demand(member, 'unknown-member')
      demand(member.attested, 'not-attested')
      demandPresent(member)
    }
    demand((choice !== BY_LOT || gates.lottery) && (choice !== BY_AUCTION || gates.auction), 'gate-closed')
    demand(gateLevel <= 5n, 'level-too-low')
    demand(applyUntil >= today && endsDay >= applyUntil, 'bad-interval')
    demand(endsDay <= today + YEAR, 'ends-too-late')
    const project: Project = {
      ...opened, id, organiser: acct, charter: BigInt(city.charters.length) - 1n, openedTs: ts, phase: 'open', applications: [], chosen: [],
      lapses: 0n, report: null, confirmed: null, contested: null, awardedTs: null, awards: [],
    }
    city.projects.set(id, project)
    setDeadline(city, (applyUntil + 1n) * DAY, 'project.draw', id)
    setLapse(city, project, (endsDay + 1n + windows.holdDays) * DAY)
  },

  'project.applied'(city, fields: { project: Hex; bidMilli: bigint }, { id, acct, ts }) {
    const project = projectIn(city, fields.project, 'open')
    const { organiser, requester, applications, core, gateLevel, gateMilli, choice } = project
    const [member, isCore] = [city.members.get(acct)!, core.includes(acct)]
    demand(acct !== organiser && acct !== requester, 'own-matter')
    demand(!applications.some(({ by }) => by === acct), 'already-applied')
    demand(applications.length < MOST_APPLICATIONS, 'limit-reached')
    demand(isCore || levelOf(city, member) >= gateLevel, 'level-too-low')
    demand(isCore || member.lifetimeMilli >= gateMilli, 'lifetime-too-low')
    demand(fields.bidMilli === 0n || (choice === BY_AUCTION && !isCore), 'no-auction')
    const bid = baseOf(fields.bidMilli, domainIndex(city, ts))
    demand(bid <= member.domain, 'insufficient-cv')
    debit(city, member, 'domain', bid, ts)
    member.held += bid
    applications.push({ id, by: acct, bid })
  },

  'project.withdrawn'(city, fields: { project: Hex }, { acct, ts }) {
    const project = projectIn(city, fields.project, 'open')
    const application = project.applications.find(({ by }) => by === acct)
    demand(application, 'not-applied')
    release(city, [application], ts)
    project.applications = project.applications.filter((one) => one !== application)
  },

  'project.cancelled'(city, fields: { project: Hex }, { acct, ts }) {
    const project = projectIn(city, fields.project, 'open', 'running')
    demand(project.organiser === acct, 'not-a-party')
    release(city, project.applications, ts)
    project.applications = []
    close(city, project, 'cancelled')
  },

  'project.reported'(city, fields: { project: Hex } & Result, { id, acct, ts }) {
    const { shares, reach, completion } = fields
    const project = projectIn(city, fields.project, 'running')
    demand(project.organiser === acct, 'not-a-party')
    demandShares(city, project, fields)
    const { confirmDays, holdDays } = charterFor(city, project).windows
    project.report = { id, shares, reach, completion, ts }
    project.phase = 'reported'
    setLapse(city, project, after(ts, confirmDays + holdDays))
  },

  'project.confirmed'(city, fields: { project: Hex; report: Hex }, { acct, ts }) {
    const project = answered(city, fields, acct, ts)
    project.confirmed = { by: acct, ts }
    project.phase = 'confirmed'
    setDeadline(city, after(ts, charterFor(city, project).windows.confirmDays), 'project.award', project.id)
  },

  'project.declined'(city, fields: { project: Hex; report: Hex }, { acct, ts }) {
    const project = answered(city, fields, acct, ts)
    project.report = null
    project.phase = 'running'
    setLapse(city, project, after(ts, charterFor(city, project).windows.holdDays))
  },

  'project.contested'(city, fields: { project: Hex; reason: Hex }, { acct, ts }) {
    const project = projectIn(city, fields.project, 'confirmed')
    demand(takesPart(project, acct), 'not-a-party')
    project.contested = { by: acct, reason: fields.reason, ts }
    project.phase = 'contested'
    setDeadline(city, after(ts, charterFor(city, project).windows.disputeDays), 'project.undecided', project.id)
  },

  'project.decided'(city, fields: { project: Hex } & Result, { acct, ts, seq }) {
    const { shares, reach, completion } = fields
    const project = projectIn(city, fields.project, 'contested')
    const parties = [project.organiser, project.requester, ...project.chosen]
    demand(!parties.some((party) => isOwn(city, party, acct)), 'own-matter')
    demandShares(city, project, fields)
    const told = shares.map(({ member, perMille }) => `${member}:${perMille}`).join(' ')
    if (!saidJointly(city, `project.decided ${project.id} ${told} ${reach} ${completion}`, acct, parties)) return
    awardShares(city, project, fields, { by: acct, ts }, ts, seq)
  },
}

export const projectSettlings: Settlings = {
  'project.draw'(city, id, at, _, leaf) {
    const project = city.projects.get(id)!
    if (project.phase !== 'open') return
    const { core, applications, places, choice } = project
    const present = applications.filter(({ by }) => isActive(city.members.get(by)))
    const lot = (one: Application) => sha(leaf + one.id)
    const before = (a: Application, b: Application): number => {
      if (choice === BY_AUCTION && a.bid !== b.bid) return a.bid > b.bid ? -1 : 1
      return choice === 0n ? applications.indexOf(a) - applications.indexOf(b) : ascending([lot(a), lot(b)]) ? -1 : 1
    }
    const isCore = ({ by }: Application) => core.includes(by)
    const others = present.filter((one) => !isCore(one)).sort(before).slice(0, Number(places))
    for (const { by, bid } of others) {
      city.members.get(by)!.held -= bid
      city.books.redemption += bid
    }
    release(city, applications.filter((one) => !others.includes(one)), at)
    project.chosen = [...present.filter(isCore), ...others].map(({ by }) => by)
    project.applications = []
    project.phase = 'running'
  },

  'project.lapse'(city, id, at) {
    const project = city.projects.get(id)!
    if (project.lapses === at && ['running', 'reported'].includes(project.phase)) close(city, project, 'lapsed')
  },

  'project.award'(city, id, at, seq) {
    const project = city.projects.get(id)!
    if (project.phase === 'confirmed') awardShares(city, project, project.report!, project.confirmed!, at, seq)
  },

  'project.undecided'(city, id, at, seq) {
    const project = city.projects.get(id)!
    if (project.phase === 'contested') awardShares(city, project, project.report!, project.confirmed!, at, seq)
  },
}
