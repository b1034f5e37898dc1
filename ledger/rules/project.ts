/**
 * Projects 项目贡献: something that several people make for somebody who asked for it [S1576-1600], and who may take part
 * [S1655-1661].
 *
 *   open ── running ── reported ── confirmed ── awarded
 *    │        │  ╲________╱ declined  ╰── contested ── awarded, as stewards decide or as it was confirmed
 *    ╰────────┴─ cancelled, or lapsed when nobody answered
 *
 * Whoever holds that power opens it, and is its organiser; who asked for it is somebody else and gets no share. People
 * apply until a day. The core whom the organiser named need only come; for the other places the charter's gates hold: a
 * level or a lifetime, and where there are more people than places, the order of coming, a lottery or an auction.
 * The organiser reports everybody's share, how many it reached and whether it is complete; who asked for it says yes, or
 * after a silence a steward does; then those who took part have the charter’s days to object (`confirmDays`) before it is awarded.
 */
import { availableOf, capture, hold, release } from '../value/account.ts'
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { fromHex, toHex } from '../bytes.ts'
import { midnightAtOrAfter, utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Charter } from '../charter/charter.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import { noteExchange } from '../state/exchanges.ts'
import type { Application, Project, Share } from '../state/matters.ts'
import { sha256 } from '../hash.ts'
import type { Setting } from '../value/reckoning.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, charterOf, charterVersion, domainDay, domainIndex, type State } from '../state/state.ts'
import { payAward, projectAward } from './award.ts'
import { noteOutcome } from './course.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { levelOf } from './level.ts'
import { isOwn } from './organisation.ts'
import { levelFor, mayOpenProject } from './power.ts'
import { noteContribution } from './referral.ts'
import { checkMember, checkPresent, isActive } from './status.ts'

const DAY = 86_400
const DAYS_AHEAD_MAX = 365
const APPLICATIONS_MAX = 512
const LEVEL_MOST = 5

/** How places are given when there are too few. */
export const choices = { order: 0, lottery: 1, auction: 2 } as const
/** What the work came to. */
export const completions = { partial: 0, full: 1 } as const

const charterFor = (state: State, project: Project): Charter => state.charters[project.charter]!

export function checkProjectOpened(state: State, opened: ActionOf<'project.opened'>, at: At): Refusal | null {
  const { acct, requester, core, gateLevel, choice, applyUntil, endsDay } = opened
  if (!mayOpenProject(state, acct)) return { code: 'level-too-low', level: levelOf(state, acct), needed: levelFor(state, 'open-project') }
  const people = [requester, ...core]
  if (new Set([acct, ...people]).size !== people.length + 1) return { code: 'same-person' }
  for (const person of people) {
    const absent = checkMember(state, person)
    if (absent !== null) return absent
  }
  const { lottery, auction } = charterOf(state).gates
  if ((choice === choices.lottery && !lottery) || (choice === choices.auction && !auction)) return { code: 'gate-closed' }
  if (gateLevel > LEVEL_MOST) return { code: 'level-too-low', level: LEVEL_MOST, needed: gateLevel }
  const today = utcDayOf(at.ts)
  if (applyUntil < today || endsDay < applyUntil) return { code: 'bad-interval' }
  const latest = today + DAYS_AHEAD_MAX
  return endsDay > latest ? { code: 'ends-too-late', latest: latest * DAY } : null
}

export function applyProjectOpened(state: State, opened: ActionOf<'project.opened'>, at: At): void {
  const charter = charterOf(state)
  const lapses = midnightAtOrAfter((opened.endsDay + 1 + charter.windows.holdDays) * DAY)
  state.projects.open({
    id: opened.id, terms: termsOf(opened), charter: charterVersion(state), openedTs: at.ts, phase: 'open', applications: [],
    chosen: [], lapses, report: null, confirmed: null, contested: null, awardedTs: null, awards: [],
  })
  state.deadlines.set((opened.applyUntil + 1) * DAY, 'project.draw', opened.id)
  state.deadlines.set(lapses, 'project.lapse', opened.id)
}

/** The project if it is in one of these phases, else why not. */
function inPhase(state: State, id: Hex, ...phases: Project['phase'][]): Project | Refusal {
  const project = state.projects.get(id)
  if (project === undefined) return { code: 'unknown-project', project: id }
  return phases.includes(project.phase) ? project : { code: 'wrong-phase', phase: project.phase }
}

const refused = (found: Project | Refusal): found is Refusal => 'code' in found

// Who takes part

export function checkProjectApplied(state: State, applied: ActionOf<'project.applied'>, at: At): Refusal | null {
  const found = inPhase(state, applied.project, 'open')
  if (refused(found)) return found
  const { terms, applications } = found
  const { acct, bidMilli } = applied
  if (acct === terms.acct || acct === terms.requester) return { code: 'own-matter' }
  if (applications.some(({ by }) => by === acct)) return { code: 'already-applied' }
  if (applications.length >= APPLICATIONS_MAX) return { code: 'limit-reached', most: APPLICATIONS_MAX }
  if (terms.core.includes(acct)) return bidMilli === 0n ? null : { code: 'no-auction' }
  const level = levelOf(state, acct)
  if (level < terms.gateLevel) return { code: 'level-too-low', level, needed: terms.gateLevel }
  const member = state.members.get(acct)!
  if (member.lifetimeMilli < terms.gateMilli) {
    return { code: 'lifetime-too-low', lifetimeMilli: member.lifetimeMilli, neededMilli: terms.gateMilli }
  }
  if (bidMilli === 0n) return null
  if (terms.choice !== choices.auction) return { code: 'no-auction' }
  const available = availableOf(state, member, 'domain', at.ts)
  const index = domainIndex(state, domainDay(state, at.ts))
  if (baseOf(bidMilli, index) <= available) return null
  return { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli: bidMilli }
}

export function applyProjectApplied(state: State, { project, id, acct, bidMilli }: ActionOf<'project.applied'>, at: At): void {
  const bid = baseOf(bidMilli, domainIndex(state, domainDay(state, at.ts)))
  hold(state, changedMember(state, acct)!, 'domain', bid, at)
  state.projects.change(project).applications.push({ id, by: acct, bid })
}

export function checkProjectWithdrawn(state: State, withdrawn: ActionOf<'project.withdrawn'>, _at: At): Refusal | null {
  const found = inPhase(state, withdrawn.project, 'open')
  if (refused(found)) return found
  return found.applications.some(({ by }) => by === withdrawn.acct) ? null : { code: 'not-applied' }
}

export function applyProjectWithdrawn(state: State, { project: id, acct }: ActionOf<'project.withdrawn'>, at: At): void {
  const project = state.projects.change(id)
  const place = project.applications.findIndex(({ by }) => by === acct)
  giveBack(state, project.applications.splice(place, 1), at)
}

/** Deadline: nobody can apply any more, and the places are given. */
export function drawProject(state: State, id: Hex, at: At): void {
  const project = state.projects.openOne(id)
  if (project?.phase !== 'open') return
  const { terms, applications } = changed(project)
  const isHere = ({ by }: Application): boolean => isActive(state.members.get(by)!)
  const core = applications.filter((one) => terms.core.includes(one.by) && isHere(one))
  const candidates = applications.filter((one) => !terms.core.includes(one.by) && isHere(one))
  const chosen = inOrder(candidates, terms.choice, at.leaf).slice(0, terms.places)
  for (const { by, bid } of chosen) {
    capture(state, changedMember(state, by)!, 'domain', bid, at)
    state.books.redemption += bid
  }
  giveBack(state, applications.filter((one) => !chosen.includes(one)), at)
  project.applications = []
  project.chosen = [...core, ...chosen].map(({ by }) => by)
  project.phase = 'running'
}

/** The lot of an application is the hash of the tick that drew it and of the application's id: nobody chose both. */
function inOrder(candidates: Application[], choice: number, tick: Uint8Array): Application[] {
  if (choice === choices.order) return candidates
  const drawn = candidates.map((one) => ({ one, lot: toHex(sha256(tick, fromHex(one.id)!)) }))
  const byLot = drawn.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ one }) => one)
  return choice === choices.lottery ? byLot : byLot.sort((a, b) => (a.bid > b.bid ? -1 : a.bid < b.bid ? 1 : 0))
}

function giveBack(state: State, applications: Application[], at: At): void {
  for (const { by, bid } of applications) release(state, changedMember(state, by)!, 'domain', bid, at)
}

export function checkProjectCancelled(state: State, cancelled: ActionOf<'project.cancelled'>, _at: At): Refusal | null {
  const found = inPhase(state, cancelled.project, 'open', 'running')
  if (refused(found)) return found
  return cancelled.acct === found.terms.acct ? null : { code: 'not-a-party' }
}

export function applyProjectCancelled(state: State, { project }: ActionOf<'project.cancelled'>, at: At): void {
  end(state, state.projects.change(project), 'cancelled', at)
}

function end(state: State, project: Project, phase: 'cancelled' | 'lapsed' | 'awarded', at: At): void {
  giveBack(state, project.applications, at)
  project.applications = []
  project.phase = phase
  state.projects.close(project, at.leaf)
}

// What it came to

/** The organiser, and everybody who was given a place. */
const isPartOf = ({ terms, chosen }: Project, acct: Hex): boolean => acct === terms.acct || chosen.includes(acct)

export function checkProjectReported(state: State, reported: ActionOf<'project.reported'>, _at: At): Refusal | null {
  const found = inPhase(state, reported.project, 'running')
  if (refused(found)) return found
  return reported.acct === found.terms.acct ? checkShares(state, found, reported.shares) : { code: 'not-a-party' }
}

/** Each of those who took part once, none above what the charter lets their part be, and all of them one at most. */
function checkShares(state: State, project: Project, shares: Share[]): Refusal | null {
  const { coreMaxPerMille, participantMaxPerMille } = charterFor(state, project).project
  if (shares.some(({ member }) => !isPartOf(project, member))) return { code: 'not-a-party' }
  if (new Set(shares.map(({ member }) => member)).size !== shares.length) return { code: 'same-person' }
  const isWithin = ({ member, perMille }: Share): boolean => perMille > 0 && perMille <= roleMaxOf(state, project, member)
  const sum = shares.reduce((all, { perMille }) => all + perMille, 0)
  return shares.length > 0 && sum <= 1000 && shares.every(isWithin)
    ? null : { code: 'shares-out-of-range', coreMaxPerMille, participantMaxPerMille }
}

/** The largest share that the charter lets somebody have, by the part they took [‰]. */
export function roleMaxOf(state: State, project: Project, member: Hex): number {
  const { coreMaxPerMille, participantMaxPerMille } = charterFor(state, project).project
  const { acct, core } = project.terms
  return member === acct || core.includes(member) ? coreMaxPerMille : participantMaxPerMille
}

export function applyProjectReported(state: State, reported: ActionOf<'project.reported'>, at: At): void {
  const project = state.projects.change(reported.project)
  const { id, shares, reach, completion } = reported
  const { confirmDays, holdDays } = charterFor(state, project).windows
  project.report = { id, shares, reach, completion, ts: at.ts }
  project.phase = 'reported'
  lapseAt(state, project, at.ts + (confirmDays + holdDays) * DAY)
}

/** Only the latest of these days counts: see `lapseProject`. */
function lapseAt(state: State, project: Project, ts: number): void {
  const lapses = midnightAtOrAfter(ts)
  if (lapses <= project.lapses) return
  project.lapses = lapses
  state.deadlines.set(lapses, 'project.lapse', project.id)
}

export function checkProjectConfirmed(state: State, confirmed: ActionOf<'project.confirmed'>, at: At): Refusal | null {
  return checkAnswer(state, confirmed, at)
}

export function applyProjectConfirmed(state: State, { project: id, acct }: ActionOf<'project.confirmed'>, at: At): void {
  const project = state.projects.change(id)
  project.confirmed = { by: acct, ts: at.ts }
  project.phase = 'confirmed'
  state.deadlines.set(at.ts + charterFor(state, project).windows.confirmDays * DAY, 'project.award', id)
}

export function checkProjectDeclined(state: State, declined: ActionOf<'project.declined'>, at: At): Refusal | null {
  return checkAnswer(state, declined, at)
}

export function applyProjectDeclined(state: State, { project: id }: ActionOf<'project.declined'>, at: At): void {
  const project = state.projects.change(id)
  project.report = null
  project.phase = 'running'
  lapseAt(state, project, at.ts + charterFor(state, project).windows.holdDays * DAY)
}

/** Who asked for it answers the very report they have seen; after `confirmDays` of silence a steward may, who has no part in it. */
function checkAnswer(
  state: State, { project: id, report, acct }: ActionOf<'project.confirmed'> | ActionOf<'project.declined'>, at: At,
): Refusal | null {
  const found = inPhase(state, id, 'reported')
  if (refused(found)) return found
  if (acct !== found.terms.requester) {
    if (isPartOf(found, acct) || isOwn(state, found.terms.acct, acct)) return { code: 'own-report' }
    if (state.members.get(acct)?.steward !== true) return { code: 'not-a-party' }
    const opens = found.report!.ts + charterFor(state, found).windows.confirmDays * DAY
    if (at.ts < opens) return { code: 'too-early', opens }
  }
  return report === found.report!.id ? null : { code: 'other-report' }
}

/** Deadline: nobody reported, or nobody answered. Void when a later day was set. */
export function lapseProject(state: State, id: Hex, at: At): void {
  const project = state.projects.openOne(id)
  if (project === undefined || project.lapses !== at.ts) return
  if (project.phase === 'running' || project.phase === 'reported') end(state, changed(project), 'lapsed', at)
}

export function checkProjectContested(state: State, contested: ActionOf<'project.contested'>, _at: At): Refusal | null {
  const found = inPhase(state, contested.project, 'confirmed')
  if (refused(found)) return found
  return isPartOf(found, contested.acct) ? null : { code: 'not-a-party' }
}

export function applyProjectContested(state: State, { project: id, acct, reason }: ActionOf<'project.contested'>, at: At): void {
  const project = state.projects.change(id)
  project.contested = { by: acct, reason, ts: at.ts }
  project.phase = 'contested'
  state.deadlines.set(at.ts + charterFor(state, project).windows.disputeDays * DAY, 'project.undecided', id)
}

export function checkProjectDecided(state: State, decided: ActionOf<'project.decided'>, _at: At): Refusal | null {
  const found = inPhase(state, decided.project, 'contested')
  if (refused(found)) return found
  const parties = partiesToProject(found)
  if (parties.some((party) => isOwn(state, party, decided.acct))) return { code: 'own-matter' }
  return checkShares(state, found, decided.shares) ?? checkSaid(state, matterOf(decided), decided.acct, parties)
}

export function applyProjectDecided(state: State, decided: ActionOf<'project.decided'>, at: At): void {
  if (!sayJointly(state, matterOf(decided), decided.acct, partiesToProject(state.projects.get(decided.project)!))) return
  const project = state.projects.change(decided.project)
  const { shares, reach, completion, acct } = decided
  award(state, project, { shares, reach, completion }, { by: acct, ts: at.ts }, at)
}

/** Whose own matter it is what a project came to. */
export const partiesToProject = ({ terms, chosen }: Pick<Project, 'terms' | 'chosen'>): Hex[] => [terms.acct, terms.requester, ...chosen]

const matterOf = ({ kind, project, shares, reach, completion }: ActionOf<'project.decided'>): string =>
  [kind, project, ...shares.map(({ member, perMille }) => `${member}:${perMille}`), reach, completion].join(' ')

/** Deadline: nobody who took part objected. */
export function awardProject(state: State, id: Hex, at: At): void {
  const project = state.projects.openOne(id)
  if (project?.phase === 'confirmed') award(state, changed(project), project.report!, project.confirmed!, at)
}

/** Deadline: stewards could not agree. What organiser and requester have both signed stands. */
export function leaveAsConfirmed(state: State, id: Hex, at: At): void {
  const project = state.projects.openOne(id)
  if (project?.phase === 'contested') award(state, changed(project), project.report!, project.confirmed!, at)
}

/** Who has been banned or has left in the meantime is awarded nothing; their share is nobody else's. */
function award(
  state: State, project: Project, { shares, reach, completion }: Pick<NonNullable<Project['report']>, 'shares' | 'reach' | 'completion'>,
  set: Setting, at: At,
): void {
  const charter = charterFor(state, project)
  project.awardedTs = at.ts
  for (const { member: acct, perMille } of shares) {
    const member = changedMember(state, acct)!
    if (checkPresent(member) !== null) continue
    const contribution = projectAward(charter, {
      size: project.terms.size, sharePerMille: perMille, reach,
      completion: completion === completions.full ? 'full' : 'partial', set,
    })
    const paid = payAward(state, charter, member, contribution, at)
    project.awards.push({ member: acct, award: paid })
    noteShare(state, project, acct, paid.milli, at)
    noteContribution(state, member, at)
    noteOutcome(member, at.ts, 'kept')
  }
  end(state, project, 'awarded', at)
}

/** Who asked for the project has received it from everybody who made it; nobody's time is counted. */
function noteShare(state: State, { id: matter, terms, openedTs: begins }: Project, giver: Hex, milli: bigint, at: At): void {
  noteExchange(state, { matter, giver, receiver: terms.requester, milli, minutes: 0, form: 'project', came: true, begins, ends: at.ts }, at)
}
