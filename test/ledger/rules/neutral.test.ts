/** Whose own matter something is says nothing in it, and nobody waits for them: what stewards decide never needs more of them than may speak. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { roles } from '#ledger/charter/charter.ts'
import { sign } from '#ledger/keys.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import { type Measure, measures } from '#ledger/rules/docket.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { appoint, seated } from '#test/support/council.ts'
import { agree, agreementIn, aTownOfNeighbours, codeOf, helpOnce, report, sleep } from '#test/support/people.ts'
import { aMember, type Asked, CV, DAY, hexFor, idFor, joining, type Person, recorded, secondDevice, type Town } from '#test/support/towns.ts'

beforeAll(installNativeCrypto)

const words = hexFor('words')
const granting = (member: Hex, amountMilli = CV): Asked => ({ kind: 'commons.granted', member, amountMilli, because: 'vulnerable' })
const grantedTo = (town: Town, member: Hex): bigint => town.state.grants.get(member)?.vulnerableMilli ?? 0n
const resigning = ({ acct: member }: Person): Asked => ({ kind: 'role.ended', member, role: roles.steward })

/** Three neighbours who are stewards besides the first, two of whom are needed. */
function aTownOfStewards() {
  const neighbours = aTownOfNeighbours()
  const { town, mei, bo } = neighbours
  for (let i = 0; i < 3; i++) aMember(town, `neighbour ${i}`)
  appoint(town, mei, bo)
  return neighbours
}

/** A school that Li signs for, and whoever else is named. */
function aSchool(town: Town, li: Person, ...signers: Person[]): Hex {
  const organisation = hexFor('a school')
  recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: words, charter: joining(town, li).charter }, [li])
  recorded(town, { kind: 'member.attested', member: organisation, identity: words }, [town.steward])
  for (const signer of signers) signsFor(town, organisation, li, signer)
  return organisation
}

function signsFor(town: Town, organisation: Hex, by: Person, signer: Person): void {
  recorded(town, { kind: 'signer.named', organisation, signer: signer.acct }, [by])
  recorded(town, { kind: 'signer.accepted', organisation }, [signer])
}

describe('stewards together', () => {
  test('of two, one alone grants to the other; of three, both others', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    appoint(town, mei)
    expect(codeOf(town, granting(mei.acct), [mei])).toBe('own-matter')
    recorded(town, granting(mei.acct), [steward])
    expect(grantedTo(town, mei.acct)).toBe(CV)
    const three = aTownOfStewards()
    recorded(three.town, granting(three.mei.acct), [three.steward])
    expect(grantedTo(three.town, three.mei.acct)).toBe(0n)
    recorded(three.town, granting(three.mei.acct), [three.bo])
    expect(grantedTo(three.town, three.mei.acct)).toBe(CV)
  })

  test('who signs for whom it is about is not waited for, and says nothing', () => {
    const { town, steward, mei, bo, li } = aTownOfStewards()
    const school = aSchool(town, li, mei, bo)
    const about: Asked[] = [
      granting(school), { kind: 'dormancy.exempted', member: school, exempt: true }, { kind: 'reserve.opened', member: school, because: 'hardship', evidence: words },
    ]
    for (const asked of about) {
      expect(codeOf(town, asked, [bo])).toBe('own-matter')
      recorded(town, asked, [steward])
    }
    expect(grantedTo(town, school)).toBe(CV)
    expect(town.state.members.get(school)).toMatchObject({ exempt: true, reserveOpen: 'hardship' })
  })

  test('who has come to sign for it does not count any more', () => {
    const { town, steward, mei, bo, li } = aTownOfStewards()
    const school = aSchool(town, li)
    recorded(town, granting(school), [mei])
    signsFor(town, school, li, mei)
    recorded(town, granting(school), [bo])
    expect(grantedTo(town, school)).toBe(0n)
    recorded(town, granting(school), [steward])
    expect(grantedTo(town, school)).toBe(CV)
  })

  test('who has said it says it again only when it is enough, because another has gone', () => {
    const { town, steward, mei, li } = aTownOfNeighbours()
    appoint(town, mei)
    recorded(town, granting(li.acct), [steward])
    expect(codeOf(town, granting(li.acct), [steward])).toBe('already-approved')
    recorded(town, resigning(mei), [mei])
    recorded(town, granting(li.acct), [steward])
    expect(grantedTo(town, li.acct)).toBe(CV)
    expect(town.state.jointly.size).toBe(0)
  })

  test('a plan of care is not agreed to by who signs for the carer', () => {
    const { town, steward, mei, bo, li } = aTownOfStewards()
    const carer = aSchool(town, li, mei)
    const until = Math.floor(town.now / DAY) + 9
    const plan = recorded(town, { kind: 'care.asked', carer, receiver: bo.acct, category: 1, visitsAWeek: 1, minutes: 60, until }, [bo]).action.id
    expect(codeOf(town, { kind: 'care.agreed', plan }, [mei])).toBe('own-matter')
    recorded(town, { kind: 'care.agreed', plan }, [steward])
  })
})

describe('what was said by who is no steward any more does not count', () => {
  test('of a dispute, and who is left says it again', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    const wang = aMember(town, 'wang')
    appoint(town, li, wang)
    const id = agree(town, mei, bo)
    report(town, id, mei)
    recorded(town, { kind: 'dispute.opened', agreement: id, reason: words }, [bo])
    const deciding = (minutes: number): Asked => ({ kind: 'dispute.decided', agreement: id, minutes, absent: ABSENT.nobody, reason: words })
    recorded(town, deciding(30), [li])
    recorded(town, resigning(li), [li])
    recorded(town, deciding(30), [steward])
    expect(agreementIn(town, id).phase).toBe('disputed')
    expect(codeOf(town, deciding(30), [steward])).toBe('already-approved')
    recorded(town, resigning(wang), [wang])
    expect(codeOf(town, deciding(40), [steward])).toBe('already-approved')
    recorded(town, deciding(30), [steward])
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', report: { minutes: 30 }, dispute: { voices: { length: 2 } } })
  })

  test('of a correction', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    appoint(town, li)
    const corrects = helpOnce(town, mei, bo)
    const correcting: Asked = { kind: 'correction.signed', corrects, member: mei.acct, counted: 60, reason: words }
    recorded(town, correcting, [steward])
    expect(codeOf(town, correcting, [steward])).toBe('already-approved')
    recorded(town, resigning(li), [li])
    recorded(town, correcting, [steward])
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(60n * CV)
  })

  test('of a recovery', () => {
    const { town, steward, mei, bo, li } = aTownOfStewards()
    const next = secondDevice(li, 'a new phone')
    const { device } = next
    recorded(town, {
      kind: 'recovery.proposed', member: li.acct, device, evidence: words, proof: sign(next.secret, 'device', town.id, deviceProof(li.acct, device)),
    }, [mei])
    recorded(town, resigning(mei), [mei])
    const approving: Asked = { kind: 'recovery.approved', member: li.acct, device }
    recorded(town, approving, [steward])
    expect(town.state.recoveries.get(li.acct)!.due).toBe(null)
    expect(codeOf(town, approving, [steward])).toBe('already-approved')
    recorded(town, resigning(bo), [bo])
    recorded(town, approving, [steward])
    expect(town.state.recoveries.get(li.acct)).toMatchObject({ by: [mei.acct, steward.acct] })
    expect(town.state.recoveries.get(li.acct)!.due).not.toBe(null)
  })
})

describe('a panel does not wait for who has left', () => {
  const finding = (id: Hex, measure: Measure = measures.upheld): Asked => ({ kind: 'case.found', case: id, measure, reason: words })
  const reversing = (id: Hex): Asked => ({ kind: 'case.reversed', case: id, reason: words })

  /** A complaint of Li against Kim, answered, before the first steward and these. */
  function heard(...others: ('mei' | 'bo')[]) {
    const neighbours = aTownOfNeighbours()
    const { town, steward, li } = neighbours
    const kim = aMember(town, 'kim')
    for (const other of others) seated(town, neighbours[other])
    const id = idFor('a case')
    recorded(town, { kind: 'case.opened', id, accused: kim.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, [steward])
    recorded(town, { kind: 'case.answered', case: id, statement: words }, [kim])
    return { ...neighbours, kim, id, phase: () => town.state.cases.get(id)!.phase }
  }

  /** Two stewards have found it, and it took effect. */
  function sanctioned(measure: Measure = measures.upheld) {
    const of = heard('mei')
    for (const one of [of.steward, of.mei]) recorded(of.town, finding(of.id, measure), [one])
    sleep(of.town, 20)
    expect(of.phase()).toBe('sanctioned')
    return of
  }

  test('to find, and who has said so says it again', () => {
    const { town, steward, mei, id, phase } = heard('mei')
    recorded(town, finding(id), [steward])
    expect(codeOf(town, finding(id), [steward])).toBe('already-approved')
    recorded(town, { kind: 'member.left' }, [mei])
    expect(codeOf(town, finding(id, measures.dismissed), [steward])).toBe('already-approved')
    recorded(town, finding(id), [steward])
    expect(phase()).toBe('found')
    expect(town.state.cases.get(id)!.votes.length).toBe(1)
  })

  test('nor counts what they said: of three whose first has voted and left, both others find', () => {
    const { town, steward, mei, bo, id, phase } = heard('mei', 'bo')
    recorded(town, finding(id, measures.severe), [mei])
    recorded(town, { kind: 'member.left' }, [mei])
    recorded(town, finding(id, measures.severe), [bo])
    expect(phase()).toBe('open')
    expect(codeOf(town, finding(id, measures.severe), [bo])).toBe('already-approved')
    recorded(town, finding(id, measures.severe), [steward])
    expect(phase()).toBe('found')
  })

  test('but it is taken back by no fewer than found it: in the place of who left, by a steward who is not involved', () => {
    const { town, steward, mei, bo, li, id, phase } = sanctioned()
    recorded(town, reversing(id), [steward])
    expect(codeOf(town, reversing(id), [steward])).toBe('already-approved')
    seated(town, bo)
    expect(codeOf(town, reversing(id), [bo])).toBe('not-on-panel')
    recorded(town, { kind: 'member.left' }, [mei])
    expect(codeOf(town, reversing(id), [steward])).toBe('already-approved')
    seated(town, li)
    expect(codeOf(town, reversing(id), [li])).toBe('not-on-panel')
    recorded(town, reversing(id), [bo])
    expect(phase()).toBe('reversed')
  })

  test('and not by who is no steward any more, while there are others', () => {
    const { town, steward, mei, bo, kim, id, phase } = sanctioned(measures.severe)
    const [wang, zhao] = [aMember(town, 'wang'), aMember(town, 'zhao')]
    for (const one of [bo, wang, zhao]) seated(town, one)
    recorded(town, reversing(id), [mei])
    recorded(town, resigning(mei), [mei])
    recorded(town, resigning(steward), [steward])
    recorded(town, { kind: 'member.left' }, [steward])
    expect(codeOf(town, reversing(id), [mei])).toBe('not-on-panel')
    recorded(town, reversing(id), [bo])
    expect(phase()).toBe('sanctioned')
    expect(town.state.members.get(kim.acct)!.status).toBe('banned')
    recorded(town, reversing(id), [wang])
    expect(phase()).toBe('reversed')
  })

  test('where every steward is involved, those who were drawn take it back', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    const kim = aMember(town, 'kim')
    helpOnce(town, kim, steward)
    const id = idFor('a case of neighbours')
    recorded(town, { kind: 'case.opened', id, accused: kim.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, [steward])
    recorded(town, { kind: 'case.answered', case: id, statement: words }, [kim])
    sleep(town, 1)
    const drawn = [mei, bo]
    for (const one of drawn) recorded(town, finding(id), [one])
    sleep(town, 20)
    expect(codeOf(town, reversing(id), [steward])).toBe('not-on-panel')
    for (const one of drawn) recorded(town, reversing(id), [one])
    expect(town.state.cases.get(id)!.phase).toBe('reversed')
  })
})
