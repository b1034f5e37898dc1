/**
 * Cases: somebody is said to have done wrong; they are told, they answer, and people who have nothing to do with them
 * decide [S1757-1770].
 *
 *   open ── found ── sanctioned ── reversed        `appeal.ts`, `sanction.ts`
 *     │       ╲── appealed ── judging ──┘ (or reversed by the jurors)
 *     ├─ dismissed, by the panel
 *     └─ lapsed, after `caseHoldDays` without a decision
 *
 * A steward opens it, with a flag anybody can recompute or with somebody's complaint. What is set aside meanwhile is at
 * most the awards in dispute, and nothing at all for rules that innocent people trip. The panel is frozen with the case:
 * the stewards who are neither accused nor complaining, nor flagged with the accused, nor have exchanged anything with them
 * in the window. Where no steward is free, it is drawn from those who may judge. It decides when the accused has
 * answered or had their time to; without an answer of people there is no sanction.
 */
import { availableTo, release } from '../value/account.ts'
import type { ActionOf, Hex } from '../action.ts'
import { holdingRules, isAboutLog, parseFlag } from '../anomaly/flag.ts'
import { toHex } from '../bytes.ts'
import { changed } from '../state/changed.ts'
import type { Case } from '../state/council.ts'
import { counterpartiesOf } from '../state/exchanges.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, charterVersion, type State, stewardsOf } from '../state/state.ts'
import {
  caseIn, casesOf, charterOfCase, closeCase, isRefused, lapsesAt, measures, noticeEndsAt, over, panelNeeded, stillHere, taintedIn, votersFor,
} from './docket.ts'
import { electorateOf } from './power.ts'
import { setAsideForFinding, setAsideUpTo } from './sanction.ts'
import { checkMember, isActive } from './status.ts'

const DAY = 86_400

export function checkCaseOpened(state: State, opened: ActionOf<'case.opened'>, _at: At): Refusal | null {
  const { id, accused, acct, flag: bytes, complaint, complainant, matters, hold } = opened
  if (state.cases.has(id)) return { code: 'id-taken' }
  if (acct === accused) return { code: 'own-matter' }
  // Who waits to be let in can be declined, and could not be heard.
  const absent = checkMember(state, accused)
  if (absent !== null) return absent
  if (bytes === null && complaint === null) return { code: 'no-grounds' }
  if ((complaint === null) !== (complainant === null)) return { code: 'no-grounds' }
  if (complainant !== null && !state.members.has(complainant)) return { code: 'unknown-member', member: complainant }
  if (complainant === accused) return { code: 'same-person' }
  const flag = bytes === null ? null : parseFlag(bytes)
  if (bytes !== null && (flag === null || !flag.subjects.includes(accused) || !isAboutLog(state, flag))) return { code: 'bad-evidence' }
  for (const [i, matter] of matters.entries()) {
    const refusal = checkMatter(state, accused, matter, matters.indexOf(matter) !== i)
    if (refusal !== null) return refusal
  }
  if (hold && flag !== null && complaint === null && !holdingRules.has(flag.rule)) return { code: 'flag-holds-nothing', rule: flag.rule }
  const panel = panelOf(state, involvedIn(state, opened))
  // Where every steward has had to do with them, any may bring it forward, and none may set anything aside.
  const isFree = panel.includes(acct) || (panel.length === 0 && !hold && acct !== complainant)
  return isFree ? null : { code: 'conflict-of-interest', member: acct }
}

function checkMatter(state: State, accused: Hex, matter: Hex, isTwice: boolean): Refusal | null {
  const parties = partiesOf(state, matter)
  if (parties === null) return { code: 'unknown-agreement', agreement: matter }
  if (!parties.includes(accused)) return { code: 'not-a-party' }
  const other = casesOf(state, accused).find((one) => !over.includes(one.phase) && one.matters.includes(matter))
  return isTwice || other !== undefined ? { code: 'matter-in-case', matter } : null
}

/** Who has a part in something that can be in dispute, or null where there is nothing of this id. */
function partiesOf(state: State, matter: Hex): Hex[] | null {
  const agreement = state.agreements.get(matter)
  if (agreement !== undefined) return [agreement.provider, agreement.receiver]
  const help = state.helps.get(matter)
  if (help !== undefined) return [help.terms.helper, help.terms.receiver]
  const session = state.sessions.get(matter)
  if (session !== undefined) return [session.terms.acct, ...session.people.keys()]
  const project = state.projects.get(matter)
  if (project !== undefined) return [project.terms.acct, project.terms.requester, ...project.chosen]
  const work = state.works.get(matter)
  return work === undefined ? null : [work.terms.acct]
}

export function applyCaseOpened(state: State, opened: ActionOf<'case.opened'>, at: At): void {
  const { id, accused, flag, complaint, complainant, matters } = opened
  const involved = involvedIn(state, opened)
  const one: Case = {
    id, seq: at.seq, opened: at.ts, charter: charterVersion(state), accused, complainant, complaint,
    flag: flag === null ? null : toHex(sha256(flag)), matters: [...matters].sort(), grades: gradesIn(state, accused, matters),
    involved: [...involved].sort(), electorate: electorateOf(state, 'judge').members.filter((acct) => !involved.has(acct)),
    panel: panelOf(state, involved), votes: [], answer: null, phase: 'open', held: 0n, globalHeld: 0n, found: null, appeal: null,
    jurors: [], verdicts: [], taken: null, reversals: [],
  }
  state.cases.set(id, one)
  noteCase(state, one)
  if (opened.hold) {
    const member = changedMember(state, accused)!
    const disputed = taintedIn(state, one).base
    const available = availableTo(state, member, 'domain', at.ts)
    setAsideUpTo(state, one, disputed < available ? disputed : available, at)
  }
  if (one.panel.length === 0) state.deadlines.set(at.ts + 1, 'case.draw', id)
  state.deadlines.set(lapsesAt(state, one), 'case.lapse', id)
}

/** Keeps the cases of each accused together; also for a state made of rows. */
export function noteCase(state: State, { id, accused }: Case): void {
  state.casesByAccused.set(accused, [...(state.casesByAccused.get(accused) ?? []), id])
}

/** Everybody who cannot judge it: the sides, whom a flag names with the accused, who has a part in a matter, and whom the accused has dealt with. */
function involvedIn(state: State, { accused, complainant, flag, matters }: ActionOf<'case.opened'>): Set<Hex> {
  const involved = counterpartiesOf(state, accused)
  involved.add(accused)
  if (complainant !== null) involved.add(complainant)
  for (const subject of (flag === null ? null : parseFlag(flag))?.subjects ?? []) involved.add(subject)
  for (const matter of matters) for (const party of partiesOf(state, matter)!) involved.add(party)
  // Who signs for an organisation has dealt with whom it deals with.
  for (const acct of [...involved]) for (const signer of state.organisations.get(acct)?.signers ?? []) involved.add(signer)
  return involved
}

const panelOf = (state: State, involved: Set<Hex>): Hex[] =>
  stewardsOf(state).filter((member) => isActive(member) && !involved.has(member.acct)).map(({ acct }) => acct).sort()

/** What the accused was rated in these matters, as far as the window still has it. */
function gradesIn(state: State, accused: Hex, matters: readonly Hex[]): Case['grades'] {
  return state.exchanges.flatMap(({ ratings }) => ratings)
    .filter(({ rated, matter }) => rated === accused && matters.includes(matter))
    .map(({ grade, opened }) => ({ grade, ts: opened }))
}

export function checkCaseAnswered(state: State, answered: ActionOf<'case.answered'>, _at: At): Refusal | null {
  const found = caseIn(state, answered.case, ['open'])
  if (isRefused(found)) return found
  if (answered.acct !== found.accused) return { code: 'not-a-party' }
  return found.answer === null ? null : { code: 'already-answered' }
}

export function applyCaseAnswered(state: State, answered: ActionOf<'case.answered'>, at: At): void {
  changed(state.cases.get(answered.case)!).answer = { ts: at.ts, statement: answered.statement }
}

export function checkCaseFound(state: State, voted: ActionOf<'case.found'>, at: At): Refusal | null {
  const found = caseIn(state, voted.case, ['open'])
  if (isRefused(found)) return found
  if (!found.panel.includes(voted.acct)) {
    return found.involved.includes(voted.acct) ? { code: 'conflict-of-interest', member: voted.acct } : { code: 'not-on-panel' }
  }
  const said = found.votes.find(({ by }) => by === voted.acct)
  const isEnoughNow = said?.measure === voted.measure && isFoundBy(state, found, voted.measure)
  if (said !== undefined && !isEnoughNow) return { code: 'already-approved' }
  // Nobody is judged unheard. To let it go, one need not wait.
  const until = noticeEndsAt(state, found)
  const isHeard = found.answer !== null || at.ts >= until || voted.measure === measures.dismissed
  return isHeard ? null : { code: 'notice-not-over', until }
}

/** Whether as many of the panel who are here say just this as it takes. */
const isFoundBy = (state: State, one: Case, measure: number): boolean =>
  stillHere(state, votersFor(one, measure)).length >= panelNeeded(state, one)

export function applyCaseFound(state: State, voted: ActionOf<'case.found'>, at: At): void {
  const one = changed(state.cases.get(voted.case)!)
  const { acct: by, measure, reason } = voted
  if (one.votes.every((vote) => vote.by !== by)) one.votes.push({ by, measure, reason })
  if (!isFoundBy(state, one, measure)) return
  if (measure === measures.dismissed) return endCase(state, one, 'dismissed', at)
  one.phase = 'found'
  one.found = { ts: at.ts, measure }
  setAsideForFinding(state, one, at)
  state.deadlines.set(at.ts + charterOfCase(state, one).windows.appealDays * DAY, 'case.final', one.id)
}

/** Deadline: nobody decided it in time. */
export function lapseCase(state: State, id: Hex, at: At): void {
  const one = state.cases.get(id)!
  if (one.phase === 'open') endCase(state, changed(one), 'lapsed', at)
}

/** Ends a `changed` case without a sanction: what was set aside for it is the accused's again, to the last unit. */
export function endCase(state: State, one: Case, phase: 'dismissed' | 'lapsed' | 'reversed', at: At): void {
  const member = changedMember(state, one.accused)!
  release(state, member, 'domain', one.held, at)
  release(state, member, 'global', one.globalHeld, at)
  closeCase(one, phase)
}
