/** Somebody is accused: who may bring it forward, who decides, what it takes, and how it is given back. */
import { rolesOf } from '#ledger/rules/role.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { availableOf } from '#ledger/value/account.ts'
import type { Hex } from '#ledger/action.ts'
import { encodeFlag, type Flag, type FlagRule } from '#ledger/anomaly/flag.ts'
import { flagsOf } from '#ledger/anomaly/rules.ts'
import { fromHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import type { Case } from '#ledger/state/council.ts'
import { encodeCharter, projectSizes, roles, works } from '#ledger/charter/charter.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { replay } from '#ledger/ledger.ts'
import { presets } from '#ledger/charter/presets.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { measures, taintedIn } from '#ledger/rules/docket.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { seated } from '#test/support/council.ts'
import {
  agree, aHelp, aSession, aTownOfNeighbours, codeOf, completed, confirm, domainOf, gradedBy, grades, heldOf, helpOnce, type Neighbours, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import { aMember, aPerson, type Asked, bytesFor, DAY, hexFor, idFor, joining, type Person, recorded, tick, type Town } from '#test/support/towns.ts'

beforeAll(installNativeCrypto)

let cases = 0

/** A complaint of Li against Mei, unless told otherwise. */
const aCase = ({ mei, li }: Neighbours, changes: Partial<Asked<'case.opened'>> = {}): Asked<'case.opened'> => ({
  kind: 'case.opened', id: idFor(`case ${cases++}`), accused: mei.acct, flag: null, complaint: hexFor('a complaint'), complainant: li.acct,
  matters: [], hold: false, ...changes,
})

function open(of: Neighbours, changes: Partial<Asked<'case.opened'>> = {}): Hex {
  const opened = aCase(of, changes)
  recorded(of.town, opened, [of.steward])
  return opened.id!
}

/** Somebody who has not been met yet. */
function asksToJoin(town: Town): Person {
  const person = aPerson('somebody')
  recorded(town, joining(town, person), [person])
  return person
}

const caseIn = (town: Town, id: Hex): Case => town.state.cases.get(id)!
const answer = (town: Town, id: Hex, by: Person) => recorded(town, { kind: 'case.answered', case: id, statement: hexFor('not so') }, [by])
const vote = (id: Hex, measure: 0 | 1 | 2): Asked<'case.found'> => ({ kind: 'case.found', case: id, measure, reason: hexFor('reason') })
const appeal = (id: Hex): Asked<'case.appealed'> => ({ kind: 'case.appealed', case: id, statement: hexFor('I appeal') })
const judge = (id: Hex, confirmed: boolean): Asked<'case.judged'> => ({ kind: 'case.judged', case: id, confirmed, reason: hexFor('reason') })
const reverse = (id: Hex): Asked<'case.reversed'> => ({ kind: 'case.reversed', case: id, reason: hexFor('new evidence') })

/** Opened, answered and found, all at once. */
function found(of: Neighbours, measure: 1 | 2, changes: Partial<Asked<'case.opened'>> = {}): Hex {
  const id = open(of, changes)
  answer(of.town, id, of.mei)
  recorded(of.town, vote(id, measure), [of.steward])
  return id
}

const isOne = (people: Person[]) => (acct: Hex): Person => people.find((person) => person.acct === acct)!

/** A town in which Mei has helped Bo twice, by herself 90 and 60 minutes, and was rated good for the second. */
function withHelp(preset: 'city' | 'time-bank' = 'city') {
  const of = aTownOfNeighbours({ preset })
  const help = helpOnce(of.town, of.mei, of.bo)
  const agreement = completed(of.town, of.mei, of.bo, { minutes: 60 })
  rateBoth(of.town, agreement, [of.bo, grades.good], [of.mei, grades.good])
  return { ...of, help, agreement }
}

/** What a person has come to: value, lifetime, level, score. */
const worth = (town: Town, { acct }: Person) => {
  const { account, lifetimeMilli, track, status } = town.state.members.get(acct)!
  return structuredClone({
    account, lifetimeMilli, good: [...track.good], status, level: levelOf(town.state, acct), standing: standingOf(town.state, acct, town.now),
  })
}

function flagOn(town: Town, rule: FlagRule, subjects: Hex[]): Flag {
  const logSize = town.state.tree.size
  return {
    rule, version: 1, window: { from: 0, to: 1 }, subjects: [...subjects].sort(), evidence: [], computed: [], logSize,
    root: town.state.tree.root(logSize),
  }
}

describe('a case', () => {
  test('is opened by a steward with a complaint, and frozen with it are panel, electorate and who is involved', () => {
    const of = withHelp()
    const id = open(of, { matters: [of.help], hold: true })
    expect(caseIn(of.town, id)).toMatchObject({
      accused: of.mei.acct, complainant: of.li.acct, phase: 'open', matters: [of.help], panel: [of.steward.acct],
      involved: [of.mei.acct, of.bo.acct, of.li.acct].sort(), electorate: [of.steward.acct],
    })
    expect(heldOf(of.town, of.mei)).toBe(90_000n)
    expect(domainOf(of.town, of.mei)).toBe(60_000n)
  })

  test('holds the disputed amount alone, and no more than there is', () => {
    const of = withHelp('time-bank')
    helpOnce(of.town, of.bo, of.mei, { minutes: 120 })
    open(of, { matters: [of.help], hold: true })
    expect(heldOf(of.town, of.mei)).toBe(30_000n)
  })

  test('is opened with a flag that is about this log and names the accused', () => {
    const of = withHelp()
    const { town, mei, bo, li } = of
    const flag = flagOn(town, 'R5', [mei.acct])
    const grounds = { complaint: null, complainant: null }
    const asked = (changes: Partial<Flag>) => aCase(of, { ...grounds, flag: encodeFlag({ ...flag, ...changes }) })
    expect(codeOf(town, asked({ root: bytesFor('another root') }), [of.steward])).toBe('bad-evidence')
    expect(codeOf(town, asked({ subjects: [bo.acct] }), [of.steward])).toBe('bad-evidence')
    expect(codeOf(town, asked({ logSize: town.state.tree.size + 1 }), [of.steward])).toBe('bad-evidence')
    expect(codeOf(town, { ...asked({}), flag: bytesFor('no flag') }, [of.steward])).toBe('bad-evidence')
    const id = open(of, { ...grounds, flag: encodeFlag(flag), matters: [of.help], hold: true })
    expect(caseIn(town, id)).toMatchObject({ held: 90_000n, involved: [mei.acct, bo.acct].sort(), electorate: [of.steward.acct, li.acct] })
  })

  test.each(['R1', 'R2', 'R3', 'R4', 'R8', 'R9'] as const)('on a flag of %s alone sets nothing aside', (rule) => {
    const of = withHelp()
    const flag = encodeFlag(flagOn(of.town, rule, [of.mei.acct]))
    const asked = aCase(of, { flag, complaint: null, complainant: null, matters: [of.help], hold: true })
    expect(refusalOf(of.town, asked, [of.steward])).toEqual({ code: 'flag-holds-nothing', rule })
    recorded(of.town, { ...asked, hold: false }, [of.steward])
    expect(heldOf(of.town, of.mei)).toBe(0n)
  })

  test.each<[string, (of: ReturnType<typeof withHelp>) => [Asked<'case.opened'>, Person]]>([
    ['unknown-member', (of) => [aCase(of, { accused: hexFor('nobody') }), of.steward]],
    ['own-matter', (of) => [aCase(of, { accused: of.steward.acct }), of.steward]],
    ['not-a-steward', (of) => [aCase(of), of.bo]],
    ['no-grounds', (of) => [aCase(of, { complaint: null, complainant: null }), of.steward]],
    ['no-grounds', (of) => [aCase(of, { complainant: null }), of.steward]],
    ['unknown-member', (of) => [aCase(of, { complainant: hexFor('nobody') }), of.steward]],
    ['same-person', (of) => [aCase(of, { complainant: of.mei.acct }), of.steward]],
    ['unknown-agreement', (of) => [aCase(of, { matters: [idFor('nothing')] }), of.steward]],
    ['not-a-party', (of) => [aCase(of, { accused: of.li.acct, complainant: of.bo.acct, matters: [of.help] }), of.steward]],
    ['not-attested', (of) => [aCase(of, { accused: asksToJoin(of.town).acct }), of.steward]],
    ['matter-in-case', (of) => [aCase(of, { matters: [of.help, of.help] }), of.steward]],
  ])('is refused: %s', (code, wrong) => {
    const of = withHelp()
    const [asked, by] = wrong(of)
    const before = digestOf(of.town.state)
    expect(codeOf(of.town, asked, [by])).toBe(code)
    expect(digestOf(of.town.state)).toEqual(before)
  })

  test('does not take a matter twice while it stands, and its id is never another’s', () => {
    const of = withHelp()
    const id = open(of, { matters: [of.help] })
    expect(codeOf(of.town, aCase(of, { matters: [of.help] }), [of.steward])).toBe('matter-in-case')
    recorded(of.town, vote(id, measures.dismissed), [of.steward])
    open(of, { matters: [of.help] })
    sleep(of.town, 40)
    expect(codeOf(of.town, aCase(of, { id }), [of.steward])).toBe('id-taken')
  })

  test('lapses without a decision, and everything is given back', () => {
    const of = withHelp()
    const before = worth(of.town, of.mei)
    const id = open(of, { matters: [of.help], hold: true })
    sleep(of.town, 44)
    expect(caseIn(of.town, id).phase).toBe('open')
    sleep(of.town, 2)
    expect(caseIn(of.town, id)).toMatchObject({ phase: 'lapsed', held: 0n, electorate: [] })
    expect(worth(of.town, of.mei).account).toEqual(before.account)
  })
})

describe('nobody judges whom they have dealt with', () => {
  const second = (of: Neighbours): Person => {
    const person = aMember(of.town, 'a second steward')
    seated(of.town, person)
    return person
  }

  test('a steward who exchanged help with the accused neither opens nor decides, while another is free', () => {
    const of = withHelp()
    const free = second(of)
    helpOnce(of.town, of.mei, of.steward)
    expect(refusalOf(of.town, aCase(of), [of.steward])).toEqual({ code: 'conflict-of-interest', member: of.steward.acct })
    const asked = aCase(of)
    recorded(of.town, asked, [free])
    answer(of.town, asked.id!, of.mei)
    expect(codeOf(of.town, vote(asked.id!, 1), [of.steward])).toBe('conflict-of-interest')
    expect(codeOf(of.town, vote(asked.id!, 1), [of.bo])).toBe('conflict-of-interest')
    recorded(of.town, vote(asked.id!, 1), [free])
    expect(caseIn(of.town, asked.id!).phase).toBe('found')
  })

  test('nor who is flagged with the accused, nor who became a steward since', () => {
    const of = withHelp()
    const flagged = second(of)
    const flag = encodeFlag(flagOn(of.town, 'R10', [of.mei.acct, flagged.acct]))
    const id = open(of, { flag, complaint: null, complainant: null })
    answer(of.town, id, of.mei)
    seated(of.town, of.li)
    expect(codeOf(of.town, vote(id, 1), [flagged])).toBe('conflict-of-interest')
    expect(codeOf(of.town, vote(id, 1), [of.li])).toBe('not-on-panel')
  })

  test('after ninety days one may again', () => {
    const of = withHelp()
    helpOnce(of.town, of.mei, of.steward)
    sleep(of.town, 91)
    expect(caseIn(of.town, open(of)).panel).toEqual([of.steward.acct])
  })

  test('where no steward is free, one may bring it forward without a hold, and neighbours are drawn to decide', () => {
    const of = withHelp()
    const { town } = of
    const neighbours = ['x', 'y', 'z'].map((name) => aMember(town, name))
    helpOnce(town, of.mei, of.steward)
    expect(codeOf(town, aCase(of, { hold: true, matters: [of.help] }), [of.steward])).toBe('conflict-of-interest')
    const id = open(of)
    expect(codeOf(town, vote(id, 1), [of.steward])).toBe('conflict-of-interest')
    sleep(town, 1)
    const { panel } = caseIn(town, id)
    expect(panel.length).toBe(2)
    expect(panel.every((acct) => neighbours.some((person) => person.acct === acct))).toBe(true)
    answer(town, id, of.mei)
    for (const acct of panel) recorded(town, vote(id, 1), [isOne(neighbours)(acct)])
    expect(caseIn(town, id).phase).toBe('found')
  })
})

describe('the accused', () => {
  test('is heard before anything is found: after the answer, or after the time for it', () => {
    const of = withHelp()
    const id = open(of)
    const until = caseIn(of.town, id).opened + 14 * 86_400
    expect(refusalOf(of.town, vote(id, 1), [of.steward])).toMatchObject({ code: 'notice-not-over' })
    sleep(of.town, 15)
    expect(of.town.now).toBeGreaterThan(until)
    recorded(of.town, vote(id, 1), [of.steward])
    expect(caseIn(of.town, id).phase).toBe('found')
  })

  test('alone answers and appeals, once and in time', () => {
    const of = withHelp()
    const id = open(of)
    expect(codeOf(of.town, { kind: 'case.answered', case: id, statement: hexFor('x') }, [of.bo])).toBe('not-a-party')
    expect(codeOf(of.town, { kind: 'case.answered', case: idFor('none'), statement: hexFor('x') }, [of.mei])).toBe('unknown-case')
    expect(codeOf(of.town, appeal(id), [of.mei])).toBe('wrong-phase')
    answer(of.town, id, of.mei)
    expect(codeOf(of.town, { kind: 'case.answered', case: id, statement: hexFor('x') }, [of.mei])).toBe('already-answered')
    recorded(of.town, vote(id, 1), [of.steward])
    expect(codeOf(of.town, { kind: 'case.answered', case: id, statement: hexFor('x') }, [of.mei])).toBe('wrong-phase')
    expect(codeOf(of.town, appeal(id), [of.bo])).toBe('not-a-party')
    sleep(of.town, 15)
    expect(codeOf(of.town, appeal(id), [of.mei])).toBe('wrong-phase')
    expect(caseIn(of.town, id).phase).toBe('sanctioned')
  })

  test('does not leave while it is open', () => {
    const of = withHelp()
    const id = open(of)
    expect(refusalOf(of.town, { kind: 'member.left' }, [of.mei])).toEqual({ code: 'still-open', what: 'case', id })
  })

  test('is heard also when banned', () => {
    const of = withHelp()
    const first = found(of, measures.severe)
    const other = open(of, { matters: [of.help] })
    sleep(of.town, 15)
    expect(caseIn(of.town, first).phase).toBe('sanctioned')
    expect(codeOf(of.town, { kind: 'member.invited', invitation: hexFor('x'), until: 20_500 }, [of.mei])).toBe('banned')
    answer(of.town, other, of.mei)
    expect(codeOf(of.town, aCase(of), [of.steward])).toBe('banned')
  })

  test('who is banned holds no role from then on', () => {
    const of = withHelp()
    const role = roles.auditor
    recorded(of.town, { kind: 'role.granted', member: of.mei.acct, role }, [of.steward])
    recorded(of.town, { kind: 'role.accepted', role }, [of.mei])
    found(of, measures.severe)
    expect(rolesOf(of.town.state, of.mei.acct)).toHaveLength(1)
    sleep(of.town, 15)
    expect(rolesOf(of.town.state, of.mei.acct)).toEqual([])
  })
})

describe('who is shut out', () => {
  /** Of Mei's: a help that is written down, an agreement that is reported, and one that is confirmed and not rated. */
  function thenBanned() {
    const of = withHelp()
    const { town, mei, bo } = of
    const help = aHelp(town, mei, bo)
    const id = found(of, measures.severe)
    sleep(town, 13)
    recorded(town, { ...help, day: Math.floor(town.now / DAY) }, [mei])
    const [reported, disputed, settling] = [1, 2, 3].map(() => agree(town, mei, bo, { minutes: 30 })) as [Hex, Hex, Hex]
    for (const agreement of [reported, disputed, settling]) report(town, agreement, mei)
    confirm(town, settling, bo)
    recorded(town, { kind: 'dispute.opened', agreement: disputed, reason: hexFor('reason') }, [bo])
    sleep(town, 2)
    expect(town.state.members.get(mei.acct)!.status).toBe('banned')
    return { ...of, id, written: help.id!, reported, disputed, settling }
  }

  test('is awarded nothing that nobody had confirmed before: not by the other, nor stewards, nor silence', () => {
    const { town, steward, mei, bo, written, reported, disputed } = thenBanned()
    const banned = { code: 'banned', member: mei.acct }
    expect(refusalOf(town, { kind: 'help.confirmed', help: written }, [bo])).toEqual(banned)
    expect(refusalOf(town, { kind: 'completion.confirmed', agreement: reported, minutes: 30 }, [bo])).toEqual(banned)
    const decided = { kind: 'dispute.decided', agreement: disputed, absent: ABSENT.nobody, reason: hexFor('reason') } as const
    expect(refusalOf(town, { ...decided, minutes: 30 }, [steward])).toEqual(banned)
    recorded(town, { ...decided, minutes: 0 }, [steward])
    sleep(town, 8)
    expect(town.state.agreements.get(reported)).toMatchObject({ phase: 'undecided', award: null })
    expect(town.state.helps.get(written)).toMatchObject({ phase: 'lapsed', award: null })
  })

  test('is awarded what was confirmed before, so that a reversal finds it', () => {
    const { town, steward, mei, id, settling } = thenBanned()
    sleep(town, 15)
    expect(town.state.agreements.get(settling)).toMatchObject({ phase: 'settled', award: { milli: 30_000n } })
    recorded(town, reverse(id), [steward])
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(180_000n)
  })
})

test('a session, a project and a work are matters too, and their awards are tainted', () => {
  const of = aTownOfNeighbours()
  const { town, steward, mei, bo, li } = of
  const shown = idFor('shown')
  const session = recorded(town, aSession(town, shown), [mei]).action.id
  recorded(town, { kind: 'session.joined', session, code: presenceHash(fromHex(shown)!) }, [bo])
  recorded(town, { kind: 'session.checkedin', session, code: shown }, [bo])
  recorded(town, { kind: 'session.closed', session, minutes: 60, roster: [] }, [mei])
  gradedBy(town, session, [[bo, grades.good]])
  const work = recorded(town, { kind: 'work.published', work: works.article, content: hexFor('words') }, [mei]).action.id
  recorded(town, { kind: 'work.valued', work }, [bo])
  const day = Math.floor(town.now / DAY)
  const project = recorded(town, {
    kind: 'project.opened', size: projectSizes.event, requester: li.acct, core: [], places: 4, gateMilli: 0n, gateLevel: 1, choice: 0,
    applyUntil: day, endsDay: day + 40, terms: hexFor('terms'),
  }, [mei]).action.id
  sleep(town, 31)
  recorded(town, { kind: 'project.reported', project, shares: [{ member: mei.acct, perMille: 300 }], reach: 10, completion: 1 }, [mei])
  const report = town.state.projects.get(project)!.report!.id
  recorded(town, { kind: 'project.confirmed', project, report }, [li])
  sleep(town, 8)
  const matters = [session, work, project]
  expect(codeOf(town, aCase(of, { accused: bo.acct, matters: [work] }), [steward])).toBe('not-a-party')
  expect(codeOf(town, aCase(of, { matters: [idFor('nothing')] }), [steward])).toBe('unknown-agreement')
  const id = open(of, { matters })
  expect(caseIn(town, id).involved).toEqual([mei, bo, li].map(({ acct }) => acct).sort())
  // 60 minutes of programming for one are 90 CV, the article 1, and three tenths of an event 150.
  expect(taintedIn(town.state, caseIn(town, id)).milli).toBe(241_000n)
})

test('what a reversal would give back to who has left stays with the community, as all they left', () => {
  const of = withHelp()
  const { town, mei, steward } = of
  const id = found(of, measures.upheld)
  sleep(town, 15)
  recorded(town, { kind: 'member.left' }, [mei])
  const { commons, pool } = town.state.books
  recorded(town, reverse(id), [steward])
  expect(town.state.members.get(mei.acct)).toMatchObject({ status: 'departed', account: { domain: 0n }, lifetimeMilli: 150_000n })
  expect(town.state.books).toMatchObject({ commons, pool })
})

test('what waits for the accused while they are away is within reach, and theirs again when nothing is found', () => {
  const of = withHelp()
  const { town, mei } = of
  const reported = agree(town, mei, of.bo, { minutes: 60, begins: town.now + 364 * DAY })
  town.now += 366 * DAY
  tick(town)
  report(town, reported, of.bo)
  sleep(town, 25)
  const member = town.state.members.get(mei.acct)!
  const waiting = member.waiting.domain
  expect(waiting).toBeGreaterThan(0n)
  const id = open(of)
  sleep(town, 15)
  const left = availableOf(town.state, member, 'domain', town.now)
  recorded(town, vote(id, measures.upheld), [of.steward])
  expect(caseIn(town, id).held).toBe(left + waiting)
  expect(member).toMatchObject({ account: { domain: 0n, held: left + waiting }, waiting: { domain: 0n } })
  recorded(town, appeal(id), [mei])
  sleep(town, 16)
  expect(caseIn(town, id).phase).toBe('reversed')
  expect(member.account).toMatchObject({ domain: left + waiting, held: 0n })
})

test('whoever is accused again and again may leave: a case that nobody has decided keeps nobody, soon after one that came to nothing', () => {
  const of = withHelp()
  const { town, mei, steward } = of
  const first = open(of)
  expect(refusalOf(town, { kind: 'member.left' }, [mei])).toEqual({ code: 'still-open', what: 'case', id: first })
  const second = open(of, { matters: [of.help], hold: true })
  recorded(town, vote(first, measures.dismissed), [steward])
  const { commons } = town.state.books
  recorded(town, { kind: 'member.left' }, [mei])
  expect(caseIn(town, second)).toMatchObject({ phase: 'lapsed', held: 0n })
  expect(town.state.books.commons - commons).toBe(150_000n)
})

test('and half a year later a case keeps them again; one that has come to a finding always does', () => {
  const of = withHelp()
  const { town, mei, steward } = of
  const first = open(of)
  recorded(town, vote(first, measures.dismissed), [steward])
  const second = open(of)
  recorded(town, { kind: 'case.answered', case: second, statement: hexFor('not so') }, [mei])
  recorded(town, vote(second, measures.upheld), [steward])
  expect(refusalOf(town, { kind: 'member.left' }, [mei])).toMatchObject({ what: 'case', id: second })
  const later = withHelp()
  recorded(later.town, vote(open(later), measures.dismissed), [later.steward])
  sleep(later.town, 180)
  const third = open(later)
  expect(refusalOf(later.town, { kind: 'member.left' }, [later.mei])).toMatchObject({ what: 'case', id: third })
})

describe('the ladder', () => {
  test('the first time: a warning and the balance to zero; what was contributed stays, but for what is tainted', () => {
    const of = withHelp()
    const { town, mei } = of
    const id = found(of, measures.upheld, { matters: [of.agreement] })
    expect(domainOf(town, mei)).toBe(0n)
    expect(heldOf(town, mei)).toBe(150_000n)
    const { commons } = town.state.books
    sleep(town, 15)
    const { account, lifetimeMilli, status, track } = town.state.members.get(mei.acct)!
    expect([account.domain, account.held, lifetimeMilli, status, [...track.good]]).toEqual([0n, 0n, 90_000n, 'active', []])
    expect(town.state.books.commons).toBe(commons + 150_000n)
    expect(caseIn(town, id).taken).toMatchObject({ domain: 150_000n, lifetimeMilli: 60_000n, shortfall: 0n })
  })

  test('under a charter that asks so, the first time takes what is tainted alone', () => {
    const of = withHelp()
    of.town.state.charters[0] = { ...presets.city, sanctions: { ...presets.city.sanctions, first: 1 } }
    found(of, measures.upheld, { matters: [of.agreement] })
    sleep(of.town, 15)
    expect(of.town.state.members.get(of.mei.acct)!.account.domain).toBe(90_000n)
  })

  test('what the commons gave to somebody in need stays', () => {
    const of = withHelp()
    const { state } = of.town
    changed(state.members.get(of.mei.acct)!)
    state.grants.set(of.mei.acct, { member: of.mei.acct, newcomerMilli: 0n, vulnerableMilli: 40_000n })
    found(of, measures.upheld)
    sleep(of.town, 15)
    expect(state.members.get(of.mei.acct)!.account.domain).toBe(40_000n)
  })

  test('the second time a restriction, and a severe one is a ban', () => {
    const of = withHelp()
    found(of, measures.upheld)
    sleep(of.town, 15)
    helpOnce(of.town, of.mei, of.bo)
    found(of, measures.upheld)
    sleep(of.town, 15)
    expect(of.town.state.members.get(of.mei.acct)).toMatchObject({ status: 'restricted', account: { domain: 0n } })
    expect(codeOf(of.town, { kind: 'cv.converted', amountMilli: 1n }, [of.mei])).toBe('restricted')
    found(of, measures.severe)
    sleep(of.town, 15)
    expect(of.town.state.members.get(of.mei.acct)!.status).toBe('banned')
  })

  test('what there is too little left for is noted and never taken from later help', () => {
    const of = withHelp('time-bank')
    helpOnce(of.town, of.bo, of.mei, { minutes: 120 })
    const id = found(of, measures.upheld, { matters: [of.help, of.agreement] })
    sleep(of.town, 15)
    expect(caseIn(of.town, id).taken).toMatchObject({ domain: 30_000n, shortfall: 120_000n, lifetimeMilli: 150_000n })
    helpOnce(of.town, of.mei, of.li)
    expect(of.town.state.members.get(of.mei.acct)!.lifetimeMilli).toBe(90_000n)
  })
})

describe('an appeal', () => {
  /** A town with six neighbours who may be drawn, in which Mei appeals. */
  function appealed() {
    const of = withHelp()
    const neighbours = Array.from({ length: 6 }, (_, i) => aMember(of.town, `neighbour ${i}`))
    const before = worth(of.town, of.mei)
    const id = found(of, measures.upheld, { matters: [of.help, of.agreement], hold: true })
    recorded(of.town, appeal(id), [of.mei])
    tick(of.town)
    sleep(of.town, 1)
    return { ...of, neighbours, before, id, jurors: caseIn(of.town, id).jurors.map(isOne(neighbours)) }
  }

  test('is judged by an odd number of neighbours drawn from those frozen with the case', () => {
    const { town, id, jurors, steward } = appealed()
    expect(caseIn(town, id).phase).toBe('judging')
    expect(jurors.length).toBe(3)
    expect(jurors.every((juror) => juror !== undefined)).toBe(true)
    expect(codeOf(town, judge(id, true), [steward])).toBe('not-on-panel')
  })

  test('reversed, balance, level and score are what they were, to the last unit', () => {
    const { town, id, jurors, mei, before } = appealed()
    recorded(town, judge(id, false), [jurors[0]!])
    expect(codeOf(town, judge(id, false), [jurors[0]!])).toBe('already-approved')
    recorded(town, judge(id, true), [jurors[1]!])
    recorded(town, judge(id, false), [jurors[2]!])
    expect(caseIn(town, id)).toMatchObject({ phase: 'reversed', held: 0n, taken: null })
    expect(worth(town, mei)).toEqual(before)
    expect(town.state.regards.get(jurors[0]!.acct)!.acts).toBe(1)
  })

  test('confirmed, the sanction takes effect at once', () => {
    const { town, id, jurors, mei } = appealed()
    for (const juror of jurors.slice(0, 2)) recorded(town, judge(id, true), [juror])
    expect(caseIn(town, id).phase).toBe('sanctioned')
    expect(domainOf(town, mei)).toBe(0n)
    expect(codeOf(town, judge(id, true), [jurors[2]!])).toBe('wrong-phase')
  })

  test('without a majority in time the finding falls', () => {
    const { town, id, mei, before } = appealed()
    sleep(town, 15)
    expect(caseIn(town, id).phase).toBe('reversed')
    expect(worth(town, mei).account).toEqual(before.account)
  })

  test('falls at once where nobody is left to be drawn', () => {
    const of = withHelp()
    const id = found(of, measures.upheld)
    recorded(of.town, appeal(id), [of.mei])
    sleep(of.town, 1)
    expect(caseIn(of.town, id).phase).toBe('reversed')
  })
})

describe('a sanction that was wrong', () => {
  test('is taken back by the panel, and balance, level and score are what they were, to the last unit', () => {
    const of = withHelp()
    const { town, mei, steward } = of
    const before = worth(town, mei)
    const id = found(of, measures.severe, { matters: [of.help, of.agreement] })
    sleep(town, 15)
    expect(worth(town, mei)).not.toEqual(before)
    expect(codeOf(town, reverse(id), [of.bo])).toBe('not-on-panel')
    recorded(town, reverse(id), [steward])
    expect(caseIn(town, id)).toMatchObject({ phase: 'reversed', taken: null })
    const after = worth(town, mei)
    expect({ ...after, standing: null }).toEqual({ ...before, standing: null })
    expect(after.standing.perMille).toBe(before.standing.perMille)
    expect(codeOf(town, reverse(id), [steward])).toBe('wrong-phase')
  })

  test('is given back in full also when the commons has spent it', () => {
    const of = withHelp()
    const id = found(of, measures.upheld)
    sleep(of.town, 15)
    of.town.state.books.redemption += of.town.state.books.commons
    of.town.state.books.commons = 0n
    recorded(of.town, reverse(id), [of.steward])
    expect(of.town.state.members.get(of.mei.acct)!.account.domain).toBe(150_000n)
  })

  test('taken back, the one after it is a first one again', () => {
    const of = withHelp()
    const first = found(of, measures.upheld)
    sleep(of.town, 15)
    found(of, measures.upheld)
    sleep(of.town, 15)
    expect(of.town.state.members.get(of.mei.acct)!.status).toBe('restricted')
    recorded(of.town, reverse(first), [of.steward])
    expect(of.town.state.members.get(of.mei.acct)!.status).toBe('active')
  })
})

test('a log with a case replays to the same state, whatever rule of suspicion is asked of it', () => {
  const of = withHelp()
  found(of, measures.upheld, { matters: [of.help] })
  sleep(of.town, 15)
  flagsOf(of.town.state)
  const again = replay(of.town.entries.map(({ bytes }) => bytes))
  expect('state' in again && digestOf(again.state)).toEqual(digestOf(of.town.state))
  expect(encodeCharter(of.town.state.charters[0]!)).toEqual(encodeCharter(presets.city))
})
