/**
 * What comes at the wrong moment, twice, of something that is not there, or from who decides about themselves: refused by name, with real
 * records, wherever the tests of a rule do not bring it themselves. `every-refusal.test.ts` asks that none is left out.
 */
import { describe, expect, test } from 'vitest'
import { fromHex, utf8 } from '#ledger/bytes.ts'
import { categories, type Charter, projectSizes, redemptions, roles } from '#ledger/charter/charter.ts'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { presets } from '#ledger/charter/presets.ts'
import { choices } from '#ledger/rules/project.ts'
import { slipHash } from '#ledger/rules/proxy.ts'
import { ban, restrict } from '#test/support/banned.ts'
import { appoint } from '#test/support/council.ts'
import {
  aBooking, aHelp, aSession, aTownOfNeighbours, aGrade, codeOf, grades, HOUR, helpOnce, type Neighbours, refusalOf, sleep,
} from '#test/support/people.ts'
import {
  aMember, aPerson, aRegion, arriving, ask as sending, type Asked, awardRequest, CV, DAY, deliver, hexFor, idFor, joining, moving, owesAward, type Person,
  recorded, settle, type Town,
} from '#test/support/towns.ts'
import { branchOf, evidenceOfEach } from '#test/support/two-histories.ts'

const [words, nowhere] = [hexFor('words'), idFor('nowhere')]
const day = ({ now }: Town): number => Math.floor(now / DAY)

describe('help', () => {
  const signing = (corrects: string, { acct: member }: Person): Asked => ({ kind: 'correction.signed', corrects, member, counted: 30, reason: words })

  test('correction.signed: nobody is corrected who is banned or has left', () => {
    const one = aTownOfNeighbours()
    const id = helpOnce(one.town, one.mei, one.bo)
    ban(one.town, one.mei, one.li)
    expect(codeOf(one.town, signing(id, one.mei), [one.bo])).toBe('banned')
    const other = aTownOfNeighbours()
    const left = helpOnce(other.town, other.mei, other.bo)
    recorded(other.town, { kind: 'member.left' }, [other.mei])
    expect(codeOf(other.town, signing(left, other.mei), [other.bo])).toBe('departed')
  })

  const slip = idFor('a slip')
  const slipsFor = ({ town }: Neighbours, { acct: member }: Person) => recorded(town, { kind: 'slips.issued', member, slips: [slipHash(fromHex(slip)!)] }, [town.steward])
  const attesting = (help: string): Asked => ({ kind: 'help.attested', help, slip })

  test('help.attested: not of oneself, not of who is banned by then, and of no more time than has passed', () => {
    const of = aTownOfNeighbours()
    const { town, steward, mei, bo, li } = of
    slipsFor(of, bo)
    const own = aHelp(town, steward, bo)
    recorded(town, own, [steward])
    expect(codeOf(town, attesting(own.id!), [steward])).toBe('own-matter')
    const [first, second] = [aHelp(town, mei, bo, { minutes: 1_000 }), aHelp(town, mei, li, { minutes: 1_000 })]
    for (const help of [first, second]) recorded(town, help, [mei])
    recorded(town, { kind: 'help.confirmed', help: second.id! }, [li])
    expect(codeOf(town, attesting(first.id!), [steward])).toBe('time-not-passed')
  })

  test('help.attested: banned, when the helper is by then', () => {
    const of = aTownOfNeighbours()
    const { town, steward, mei, bo, li } = of
    slipsFor(of, bo)
    const id = recorded(town, { kind: 'case.opened', accused: mei.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, [steward]).action.id
    recorded(town, { kind: 'case.answered', case: id, statement: words }, [mei])
    recorded(town, { kind: 'case.found', case: id, measure: 2, reason: words }, [steward])
    sleep(town, 13)
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    sleep(town, 3)
    expect(codeOf(town, attesting(help.id!), [steward])).toBe('banned')
  })

  test('help.proxied: not to oneself, not on a day that is far off, and of no more time than a day has', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const told = (changes: Partial<Asked<'help.recorded'>>): Asked => ({ ...aHelp(town, mei, bo, changes), kind: 'help.proxied', member: mei.acct })
    const code = (changes: Partial<Asked<'help.recorded'>>) => codeOf(town, told(changes), [steward])
    expect(code({ receiver: mei.acct })).toBe('same-person')
    expect(code({ day: day(town) + 2 })).toBe('day-in-future')
    expect(code({ day: day(town) - 31 })).toBe('day-too-old')
    helpOnce(town, mei, bo, { minutes: 1_400, day: day(town) })
    expect(code({ minutes: 90 })).toBe('time-not-passed')
  })

  test('booking.made: who is restricted uses nothing', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    helpOnce(town, bo, li, { minutes: 1_200 })
    restrict(town, bo, li)
    expect(codeOf(town, aBooking(town, mei, bo), [mei, bo])).toBe('restricted')
  })

  test('care.agreed: a steward who is the carer does not agree to it', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const plan = recorded(town, {
      kind: 'care.asked', carer: steward.acct, receiver: mei.acct, category: categories.basic, visitsAWeek: 1, minutes: 60, until: day(town) + 9,
    }, [mei]).action.id
    expect(codeOf(town, { kind: 'care.agreed', plan }, [steward])).toBe('own-matter')
  })
})

describe('what stewards decide together', () => {
  /** Three stewards of whom two are asked. */
  function stewards() {
    const of = aTownOfNeighbours()
    appoint(of.town, of.bo, of.li)
    return of
  }
  const exempting = ({ acct: member }: Person, exempt = true): Asked => ({ kind: 'dormancy.exempted', member, exempt })

  test('dormancy.exempted: not oneself, not what is so already, and each once', () => {
    const { town, steward, mei, bo } = stewards()
    expect(codeOf(town, exempting(steward), [steward])).toBe('own-matter')
    expect(codeOf(town, exempting(mei, false), [steward])).toBe('as-before')
    recorded(town, exempting(mei), [steward])
    expect(codeOf(town, exempting(mei), [steward])).toBe('already-approved')
    recorded(town, exempting(mei), [bo])
    expect(codeOf(town, exempting(mei), [bo])).toBe('as-before')
  })

  test('reserve.opened: each once', () => {
    const { town, steward, mei } = stewards()
    const opening: Asked = { kind: 'reserve.opened', member: mei.acct, because: 'hardship', evidence: words }
    recorded(town, opening, [steward])
    expect(codeOf(town, opening, [steward])).toBe('already-approved')
  })

  test('case.found, appealed, judged, reversed: of no case that there is, at the wrong moment, or twice', () => {
    const { town, steward, mei, bo } = stewards()
    const complainant = aMember(town, 'somebody')
    const by = (kind: 'case.found' | 'case.reversed', id: string): Asked =>
      (kind === 'case.found' ? { kind, case: id, measure: 1, reason: words } : { kind, case: id, reason: words })
    const id = recorded(town, {
      kind: 'case.opened', accused: mei.acct, flag: null, complaint: words, complainant: complainant.acct, matters: [], hold: false,
    }, [steward]).action.id
    expect(codeOf(town, by('case.found', nowhere), [steward])).toBe('unknown-case')
    expect(codeOf(town, by('case.reversed', nowhere), [steward])).toBe('unknown-case')
    expect(codeOf(town, { kind: 'case.appealed', case: nowhere, statement: words }, [mei])).toBe('unknown-case')
    expect(codeOf(town, { kind: 'case.judged', case: nowhere, confirmed: true, reason: words }, [mei])).toBe('unknown-case')
    recorded(town, { kind: 'case.answered', case: id, statement: words }, [mei])
    recorded(town, by('case.found', id), [steward])
    expect(codeOf(town, by('case.found', id), [steward])).toBe('already-approved')
    recorded(town, by('case.found', id), [bo])
    expect(codeOf(town, by('case.found', id), [bo])).toBe('wrong-phase')
    sleep(town, 16)
    recorded(town, by('case.reversed', id), [steward])
    expect(codeOf(town, by('case.reversed', id), [steward])).toBe('already-approved')
  })
})

describe('who holds what power', () => {
  const opening = (town: Town): Asked[] => [
    { kind: 'charter.proposed', charter: utf8('no charter'), reason: words },
    { kind: 'role.proposed', member: town.steward.acct, role: roles.coordinator, change: 'appoint', reason: words },
    { kind: 'motion.proposed', reason: words },
  ]

  test('charter.proposed, role.proposed, motion.proposed: not by who has done nothing yet, where five others have', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const all = [mei, bo, li, aMember(town, 'ana'), aMember(town, 'jo')]
    for (const [i, person] of all.entries()) helpOnce(town, person, all[(i + 1) % all.length]!)
    const idle = aMember(town, 'somebody new')
    for (const asked of opening(town)) expect(codeOf(town, asked, [idle])).toBe('level-too-low')
  })

  test('charter.proposed, role.proposed: three of one at once', () => {
    const { town, mei } = aTownOfNeighbours()
    for (let i = 0; i < 3; i++) recorded(town, { kind: 'motion.proposed', reason: words }, [mei])
    for (const asked of opening(town)) expect(codeOf(town, asked, [mei])).toBe('limit-reached')
  })

  const appointing = ({ acct: member }: { acct: string }, role: 1 | 2 | 3 | 4 | 5 | 6 = roles.coordinator): Asked =>
    ({ kind: 'role.proposed', member, role, change: 'appoint', reason: words })

  test('role.granted, role.proposed: a role is for people, and is not offered twice', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const organisation = hexFor('a school')
    recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: words, charter: joining(town, mei).charter }, [mei])
    recorded(town, { kind: 'member.attested', member: organisation, identity: words }, [steward])
    expect(codeOf(town, { kind: 'role.granted', member: organisation, role: roles.coordinator }, [steward])).toBe('no-person')
    expect(codeOf(town, appointing({ acct: organisation }), [mei])).toBe('no-person')
    recorded(town, { kind: 'role.granted', member: bo.acct, role: roles.coordinator }, [steward])
    expect(refusalOf(town, appointing(bo), [mei])).toEqual({ code: 'wrong-phase', phase: 'offered' })
  })

  test('role.proposed: where a role asks for a contribution, nobody without one', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    sleep(town, 30)
    expect(codeOf(town, appointing(bo, roles.symbiont), [mei])).toBe('no-contribution')
  })
})

describe('sessions', () => {
  test('checking in, closing, calling off and grading, of no session that there is or of one that is over', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const opened = aSession(town, idFor('shown'), { begins: town.now + HOUR })
    recorded(town, opened, [mei])
    recorded(town, { kind: 'session.cancelled', session: opened.id! }, [mei])
    const asked = (session: string): [Asked, Person][] => [
      [{ kind: 'session.checkedin', session, code: idFor('shown') }, bo], [{ kind: 'session.closed', session, minutes: 60, roster: [] }, mei],
      [{ kind: 'session.cancelled', session }, mei], [aGrade(session, bo, grades.good), bo],
    ]
    for (const [one, by] of asked(nowhere)) expect(codeOf(town, one, [by])).toBe('unknown-session')
    for (const [one, by] of asked(opened.id!)) expect(refusalOf(town, one, [by])).toEqual({ code: 'wrong-phase', phase: 'cancelled' })
  })
})

describe('projects', () => {
  const opening = (town: Town, requester: Person, changes: Partial<Asked<'project.opened'>> = {}): Asked<'project.opened'> => ({
    kind: 'project.opened', size: projectSizes.medium, requester: requester.acct, core: [], places: 2, gateMilli: 0n, gateLevel: 1,
    choice: choices.order, applyUntil: day(town), endsDay: day(town) + 20, terms: words, ...changes,
  })
  const result = (project: string, people: [Person, number][]) =>
    ({ project, shares: people.map(([{ acct: member }, perMille]) => ({ member, perMille })), reach: 10, completion: 1 as const })

  /** The steward's project for Mei, in which Bo has a place, reported. */
  function reported() {
    const of = aTownOfNeighbours()
    const { town, steward, mei, bo } = of
    const id = recorded(town, opening(town, mei), [steward]).action.id
    recorded(town, { kind: 'project.applied', project: id, bidMilli: 0n }, [bo])
    sleep(town, 2)
    const report = recorded(town, { kind: 'project.reported', ...result(id, [[steward, 300], [bo, 100]]) }, [steward]).action.id
    return { ...of, id, report }
  }

  test('withdrawn, cancelled, confirmed, declined, decided: not at this moment', () => {
    const { town, steward, mei, bo, id, report } = reported()
    const phase = { code: 'wrong-phase', phase: 'reported' }
    expect(refusalOf(town, { kind: 'project.withdrawn', project: id }, [bo])).toEqual(phase)
    expect(refusalOf(town, { kind: 'project.cancelled', project: id }, [steward])).toEqual(phase)
    expect(refusalOf(town, { kind: 'project.decided', ...result(id, [[bo, 100]]) }, [steward])).toEqual(phase)
    recorded(town, { kind: 'project.confirmed', project: id, report }, [mei])
    for (const kind of ['project.confirmed', 'project.declined'] as const) {
      expect(refusalOf(town, { kind, project: id, report }, [mei])).toEqual({ code: 'wrong-phase', phase: 'confirmed' })
    }
  })

  test('confirmed, declined: by who asked for it, of the report that stands; a steward only after a silence', () => {
    const { town, mei, bo, li, id, report } = reported()
    appoint(town, li)
    for (const kind of ['project.confirmed', 'project.declined'] as const) {
      expect(codeOf(town, { kind, project: id, report }, [bo])).toBe('own-report')
      expect(codeOf(town, { kind, project: id, report }, [aMember(town, `a neighbour of ${kind}`)])).toBe('not-a-party')
      expect(codeOf(town, { kind, project: id, report }, [li])).toBe('too-early')
      expect(codeOf(town, { kind, project: id, report: nowhere }, [mei])).toBe('other-report')
    }
  })

  test('decided: of those who took part, each once, within their shares, and by each steward once', () => {
    const { town, steward, mei, bo, li, id, report } = reported()
    const jo = aMember(town, 'jo')
    recorded(town, { kind: 'project.confirmed', project: id, report }, [mei])
    recorded(town, { kind: 'project.contested', project: id, reason: words }, [bo])
    appoint(town, li)
    for (const by of [steward, li]) recorded(town, { kind: 'role.granted', member: jo.acct, role: roles.steward }, [by])
    recorded(town, { kind: 'role.accepted', role: roles.steward }, [jo])
    const deciding = (people: [Person, number][]): Asked => ({ kind: 'project.decided', ...result(id, people) })
    expect(codeOf(town, deciding([[li, 100]]), [jo])).toBe('not-a-party')
    expect(codeOf(town, deciding([[bo, 50], [bo, 50]]), [jo])).toBe('same-person')
    expect(codeOf(town, deciding([[bo, 101]]), [jo])).toBe('shares-out-of-range')
    recorded(town, deciding([[bo, 100]]), [jo])
    expect(codeOf(town, deciding([[bo, 100]]), [jo])).toBe('already-approved')
  })

  test('applied: nobody offers more than they have', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours({ preset: 'seed-literal' })
    const id = recorded(town, opening(town, mei, { choice: choices.auction }), [steward]).action.id
    expect(codeOf(town, { kind: 'project.applied', project: id, bidMilli: CV }, [bo])).toBe('insufficient-cv')
  })
})

describe('what is offered and put aside', () => {
  test('partner.offered, partner.redeemed: an id that is taken', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours({ agreed: { ...presets.city, redemption: redemptions.surplus } })
    helpOnce(town, bo, mei)
    const organisation = hexFor('a teahouse')
    recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: words, charter: joining(town, mei).charter }, [mei])
    recorded(town, { kind: 'member.attested', member: organisation, identity: words }, [steward])
    const offer: Asked<'partner.offered'> = { kind: 'partner.offered', id: idFor('tea'), acct: organisation, listing: idFor('tea'), milli: CV, places: 3, until: day(town) + 60, terms: words }
    recorded(town, offer, [mei])
    expect(codeOf(town, offer, [mei])).toBe('id-taken')
    const taking: Asked = { kind: 'partner.redeemed', id: idFor('a cup'), offer: offer.id! }
    recorded(town, taking, [bo])
    expect(codeOf(town, taking, [bo])).toBe('id-taken')
  })

  test('reserve.locked: no more than may be put aside', () => {
    const agreed: Charter = { ...presets.city, reserve: { ...presets.city.reserve, capMilli: 10n * CV, hubMaxPerMille: 1_000 } }
    const { town, mei, bo } = aTownOfNeighbours({ agreed })
    helpOnce(town, mei, bo)
    expect(codeOf(town, { kind: 'reserve.locked', amountMilli: 11n * CV }, [mei])).toBe('above-limit')
  })
})

describe('between cities', () => {
  /** Chengdu is shown that Barcelona has told two histories. */
  function freeze(chengdu: Town, barcelona: Town): void {
    const [one, other] = [branchOf(barcelona), branchOf(barcelona)]
    for (const name of ['x', 'y']) aMember(one, name)
    for (const name of ['u', 'v', 'w']) aMember(other, name)
    const { E2 } = evidenceOfEach({ one, other }, [], barcelona.entries.length)
    recorded(chengdu, { kind: 'hub.frozen', hub: barcelona.card.origin, evidence: utf8(encodeEvidence(E2)) })
  }

  test('member.moved, member.arrived: not to a city that has told two histories, nor from it', () => {
    const [chengdu, barcelona] = aRegion(['chengdu', 'barcelona']).towns
    const [mei, ana] = [aMember(chengdu, 'mei'), aMember(barcelona, 'ana')]
    const moved = recorded(barcelona, moving(barcelona, chengdu, ana), [ana])
    freeze(chengdu, barcelona)
    expect(codeOf(chengdu, moving(chengdu, barcelona, mei), [mei])).toBe('hub-frozen')
    expect(codeOf(chengdu, arriving(chengdu, barcelona, ana, moved), [ana])).toBe('hub-frozen')
  })

  test('x.rel, x.back: to nobody who is not here, waits or is banned, and of no transfer that there is not', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const [banned, waiting] = [aMember(chengdu, 'banned'), aPerson('somebody who waits')]
    ban(chengdu, banned, aMember(chengdu, 'li'))
    recorded(chengdu, joining(chengdu, waiting), [waiting])
    barcelona.now = chengdu.now
    for (const [whom, code] of [[aPerson('nobody'), 'unknown-member'], [waiting, 'not-attested'], [banned, 'banned']] as const) {
      const xid = sending(barcelona, chengdu, ana, whom, CV)
      deliver(barcelona, chengdu, settle(barcelona, towns), towns)
      expect(codeOf(chengdu, { kind: 'x.rel', xid, amount: 1n }, [chengdu.steward])).toBe(code)
    }
    expect(codeOf(chengdu, { kind: 'x.back', xid: words }, [chengdu.steward])).toBe('unknown-transfer')
  })
})
