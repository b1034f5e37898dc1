import { describe, expect, test } from 'vitest'
import { type Kind, kinds } from '#ledger/action.ts'
import { fromHex } from '#ledger/bytes.ts'
import { projectSizes, works } from '#ledger/charter/charter.ts'
import { changed } from '#ledger/state/changed.ts'
import { guestKinds } from '#ledger/ledger.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { organisationKinds, SIGNERS_MAX } from '#ledger/rules/organisation.ts'
import { choices, completions } from '#ledger/rules/project.ts'
import { slipHash } from '#ledger/rules/proxy.ts'
import { isActive } from '#ledger/rules/status.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { digestOf } from '#test/support/digest.ts'
import { agree, aHelp, anAgreement, aTownOfNeighbours, codeOf, confirm, domainOf, helpOnce, refusalOf, report, sleep } from '#test/support/people.ts'
import { addingDevice, aMember, type Asked, CV, DAY, hexFor, idFor, joining, type Person, recorded, secondDevice, type Town } from '#test/support/towns.ts'

type Form = 'organisation' | 'group'
const founding = (town: Town, name: string, form: Form = 'organisation'): Asked<'organisation.joined'> => ({
  kind: 'organisation.joined', organisation: hexFor(name), form, profile: hexFor(`${name} profile`),
  charter: joining(town, town.steward).charter,
})
const attesting = (organisation: string): Asked<'member.attested'> => ({ kind: 'member.attested', member: organisation, identity: hexFor('papers') })
const naming = (organisation: string, signer: Person): Asked<'signer.named'> => ({ kind: 'signer.named', organisation, signer: signer.acct })
const accepting = (organisation: string): Asked<'signer.accepted'> => ({ kind: 'signer.accepted', organisation })
const ending = (organisation: string, signer: Person): Asked<'signer.ended'> => ({ kind: 'signer.ended', organisation, signer: signer.acct })

/** A school, attested, whose signer is Mei. `school` signs as she does, with the school's account. */
function aTownWithASchool() {
  const neighbours = aTownOfNeighbours()
  const { town, steward, mei } = neighbours
  const asked = founding(town, 'a school')
  recorded(town, asked, [mei])
  recorded(town, attesting(asked.organisation), [steward])
  return { ...neighbours, id: asked.organisation, school: { ...mei, acct: asked.organisation } }
}

function addSigner(town: Town, organisation: string, by: Person, whom: Person): void {
  recorded(town, naming(organisation, whom), [by])
  recorded(town, accepting(organisation), [whom])
}

describe('an organisation', () => {
  test('is founded by its first signer and attested by a steward, and is nobody’s level or voice', () => {
    const { town, id, mei } = aTownWithASchool()
    expect(town.state.members.get(id)).toMatchObject({ form: 'organisation', attested: true, steward: false })
    expect(town.state.members.get(id)!.devices.size).toBe(0)
    expect(town.state.organisations.get(id)).toEqual({ acct: id, signers: [mei.acct], named: [] })
  })

  test('helps and is helped, and its signer signs with a device of their own', () => {
    const { town, mei, bo, li, school } = aTownWithASchool()
    helpOnce(town, bo, school)
    const id = agree(town, school, li)
    report(town, id, school)
    confirm(town, id, li)
    const tablet = secondDevice(mei, 'tablet')
    recorded(town, addingDevice(town, tablet), [mei])
    helpOnce(town, li, { ...tablet, acct: school.acct })
    expect(domainOf(town, school)).toBe(0n)
    expect(domainOf(town, mei)).toBe(0n)
  })

  test('same-person: whoever signs for it is not the other party, nor speaks for the other party', () => {
    const { town, id, mei, bo, steward, school } = aTownWithASchool()
    expect(codeOf(town, anAgreement(town, mei, school), [mei, school])).toBe('same-person')
    expect(codeOf(town, aHelp(town, mei, school), [school])).toBe('same-person')
    const help = aHelp(town, mei, school)
    recorded(town, help, [mei])
    expect(codeOf(town, { kind: 'help.confirmed', help: help.id! }, [school])).toBe('same-person')
    addSigner(town, id, mei, bo)
    recorded(town, { kind: 'help.confirmed', help: help.id! }, [{ ...bo, acct: id }])

    const club = founding(town, 'a club')
    recorded(town, club, [mei])
    recorded(town, attesting(club.organisation), [steward])
    const clubByMei = { ...mei, acct: club.organisation }
    const between = aHelp(town, school, clubByMei)
    expect(codeOf(town, between, [school])).toBe('same-person')
    recorded(town, between, [{ ...bo, acct: id }])
    expect(codeOf(town, { kind: 'help.confirmed', help: between.id! }, [clubByMei])).toBe('same-person')
  })

  test('same-person: also of an agreement that was made before, and of one that is closed', () => {
    const { town, id, mei, bo, school } = aTownWithASchool()
    addSigner(town, id, mei, bo)
    const schoolByBo = { ...bo, acct: id }
    const made = agree(town, mei, schoolByBo)
    expect(codeOf(town, { kind: 'agreement.cancelled', agreement: made }, [school])).toBe('same-person')
    recorded(town, { kind: 'agreement.cancelled', agreement: made }, [schoolByBo])
    expect(codeOf(town, { kind: 'agreement.cancelled', agreement: made }, [school])).toBe('same-person')
  })

  test('own-matter: what concerns it is the matter of who signs for it, also of a steward', () => {
    const { town, id, mei, bo, li, steward, school } = aTownWithASchool()
    addSigner(town, id, mei, steward)
    const told: Asked = {
      kind: 'help.proxied', member: bo.acct, helper: id, receiver: bo.acct, category: 1, minutes: 60, day: Math.floor(town.now / DAY), note: hexFor('told'),
    }
    expect(codeOf(town, told, [steward])).toBe('own-matter')
    const slip = idFor('a slip')
    const issuing = (member: string): Asked => ({ kind: 'slips.issued', member, slips: [slipHash(fromHex(slip)!)] })
    expect(codeOf(town, issuing(id), [steward])).toBe('own-matter')
    recorded(town, issuing(bo.acct), [steward])
    const help = aHelp(town, school, bo)
    recorded(town, help, [school])
    expect(codeOf(town, { kind: 'help.attested', help: help.id!, slip }, [steward])).toBe('own-matter')
    expect(codeOf(town, { kind: 'commons.granted', member: id, amountMilli: CV, because: 'newcomer' }, [steward])).toBe('own-matter')

    const disputed = agree(town, school, li)
    recorded(town, { kind: 'dispute.opened', agreement: disputed, reason: hexFor('reason') }, [li])
    const decided: Asked = { kind: 'dispute.decided', agreement: disputed, minutes: 30, absent: ABSENT.nobody, reason: hexFor('reason') }
    expect(codeOf(town, decided, [steward])).toBe('own-matter')

    const article: Asked<'work.published'> = { kind: 'work.published', id: idFor('an article'), work: works.article, content: hexFor('how we teach') }
    recorded(town, article, [school])
    expect(codeOf(town, { kind: 'work.valued', work: article.id! }, [mei])).toBe('own-matter')
    expect(codeOf(town, { kind: 'work.judged', work: article.id!, lasting: true, quality: 2 }, [steward])).toBe('own-matter')
    recorded(town, { kind: 'work.valued', work: article.id! }, [bo])
  })

  test('what was awarded to it is corrected by nobody who signs for it, but as its own word', () => {
    const { town, id, mei, bo, steward, school } = aTownWithASchool()
    addSigner(town, id, mei, steward)
    const help = helpOnce(town, school, bo, { minutes: 60 })
    const less: Asked = { kind: 'correction.signed', corrects: help, member: id, counted: 120, reason: hexFor('longer') }
    recorded(town, less, [steward])
    expect(town.state.corrections.size).toBe(0)
  })

  test('same-person, own-report: who takes part in a project made for it does not say for it how it was', () => {
    const { town, id, mei, bo, li, steward, school } = aTownWithASchool()
    addSigner(town, id, mei, bo)
    const today = Math.floor(town.now / DAY)
    const opened: Asked<'project.opened'> = {
      kind: 'project.opened', id: idFor('a garden'), size: projectSizes.medium, requester: id, core: [], places: 2, gateMilli: 0n, gateLevel: 1,
      choice: choices.order, applyUntil: today, endsDay: today + 20, terms: hexFor('a garden'),
    }
    const project = opened.id!
    recorded(town, opened, [steward])
    for (const one of [mei, li]) recorded(town, { kind: 'project.applied', project, bidMilli: 0n }, [one])
    sleep(town, 2)
    const shares = [steward, mei, li].map(({ acct }, i) => ({ member: acct, perMille: i === 0 ? 300 : 100 }))
    const report = recorded(town, { kind: 'project.reported', project, shares, reach: 120, completion: completions.full }, [steward]).action.id
    const yes: Asked = { kind: 'project.confirmed', project, report }
    expect(codeOf(town, yes, [school])).toBe('same-person')
    expect(codeOf(town, yes, [steward])).toBe('own-report')
    recorded(town, yes, [{ ...bo, acct: id }])
    recorded(town, { kind: 'project.contested', project, reason: hexFor('reason') }, [li])
    const other: Asked = { kind: 'project.decided', project, shares, reach: 10, completion: completions.full }
    expect(codeOf(town, other, [steward])).toBe('own-matter')
  })

  test('persons-only: signs help and what goes with it, and nothing that is a person’s', () => {
    const { town, school } = aTownWithASchool()
    const wishes: Asked[] = [
      { kind: 'cv.converted', amountMilli: 1n },
      { kind: 'member.invited', invitation: hexFor('code'), until: 0 },
      addingDevice(town, { ...secondDevice(school, 'tablet') }),
      founding(town, 'a daughter'),
      accepting(school.acct),
      attesting(school.acct),
    ]
    for (const wish of wishes) expect(refusalOf(town, wish, [school])).toEqual({ code: 'persons-only', kind: wish.kind })
  })

  test('may sign no more than a member may, and all that a guest may', () => {
    for (const kind of organisationKinds) expect(['member', 'parties']).toContain(kinds[kind].signer)
    for (const kind of guestKinds) expect(organisationKinds.has(kind), kind).toBe(true)
    expect((Object.keys(kinds) as Kind[]).some((kind) => !organisationKinds.has(kind))).toBe(true)
  })

  test('unknown-device: nobody signs for it who is not its signer', () => {
    const { town, id, bo } = aTownWithASchool()
    expect(codeOf(town, aHelp(town, bo, { ...bo, acct: id }), [{ ...bo, acct: id }])).toBe('unknown-device')
  })

  test('banned, departed, restricted: what its signer may not sign for themselves they do not sign for it', () => {
    const { town, id, mei, bo, school } = aTownWithASchool()
    for (const status of ['banned', 'departed'] as const) {
      changed(town.state.members.get(mei.acct)!).status = status
      expect(refusalOf(town, aHelp(town, bo, school), [school])).toEqual({ code: status, member: mei.acct })
      changed(town.state.members.get(mei.acct)!).status = 'active'
      changed(town.state.members.get(id)!).status = status
      expect(refusalOf(town, aHelp(town, bo, school), [school])).toEqual({ code: status, member: id })
      changed(town.state.members.get(id)!).status = 'active'
    }
  })

  test('not-attested: until a steward has, nothing is signed for it', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const asked = founding(town, 'a school')
    recorded(town, asked, [mei])
    const school = { ...mei, acct: asked.organisation }
    expect(codeOf(town, aHelp(town, bo, school), [school])).toBe('not-attested')
    expect(isActive(town.state.members.get(school.acct)!)).toBe(false)
    recorded(town, { kind: 'member.declined', member: school.acct, reason: hexFor('no papers') }, [steward])
    expect(town.state.organisations.has(school.acct)).toBe(false)
    recorded(town, { ...asked, id: hexFor('again').slice(0, 32) }, [mei])
  })

  test('account-taken, other-charter: as for a person', () => {
    const { town, id, mei, bo } = aTownWithASchool()
    const asked = founding(town, 'a club')
    for (const organisation of [id, bo.acct]) expect(codeOf(town, { ...asked, organisation }, [mei])).toBe('account-taken')
    expect(codeOf(town, { ...asked, charter: hexFor('other') }, [mei])).toBe('other-charter')
    expect(codeOf(town, joining(town, { ...secondDevice(bo, 'x'), acct: id }), [{ ...secondDevice(bo, 'x'), acct: id }])).toBe('account-taken')
  })

  test('self-attested: no steward answers for an organisation they sign for', () => {
    const { town, steward } = aTownOfNeighbours()
    const asked = founding(town, 'a club')
    recorded(town, asked, [steward])
    expect(codeOf(town, attesting(asked.organisation), [steward])).toBe('self-attested')
  })

  test('stands in the rows', () => {
    const { town, id, mei, bo } = aTownWithASchool()
    recorded(town, naming(id, bo), [mei])
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(digestOf(twin)).toBe(digestOf(town.state))
  })
})

describe('its signers', () => {
  test('are named by one of them and have to say yes', () => {
    const { town, id, mei, bo, li } = aTownWithASchool()
    expect(codeOf(town, naming(id, bo), [li])).toBe('not-a-signer')
    expect(codeOf(town, accepting(id), [bo])).toBe('not-a-signer')
    recorded(town, naming(id, bo), [mei])
    expect(codeOf(town, aHelp(town, li, { ...bo, acct: id }), [{ ...bo, acct: id }])).toBe('unknown-device')
    expect(codeOf(town, naming(id, bo), [mei])).toBe('already-signer')
    recorded(town, accepting(id), [bo])
    expect(codeOf(town, accepting(id), [bo])).toBe('not-a-signer')
    helpOnce(town, li, { ...bo, acct: id })
  })

  test('are active members who are people', () => {
    const { town, id, mei, bo, school } = aTownWithASchool()
    expect(codeOf(town, naming(id, { ...bo, acct: hexFor('nobody') }), [mei])).toBe('unknown-member')
    expect(codeOf(town, naming(id, school), [mei])).toBe('unknown-member')
    const member = changed(town.state.members.get(bo.acct)!)
    member.attested = false
    expect(codeOf(town, naming(id, bo), [mei])).toBe('not-attested')
    member.attested = true
    for (const status of ['banned', 'departed'] as const) {
      member.status = status
      expect(codeOf(town, naming(id, bo), [mei])).toBe(status)
    }
    for (const asked of [naming(mei.acct, bo), accepting(mei.acct), ending(mei.acct, bo)]) {
      expect(refusalOf(town, asked, [mei])).toEqual({ code: 'unknown-member', member: mei.acct })
    }
  })

  test('limit-reached: are so many at most', () => {
    const { town, id, mei } = aTownWithASchool()
    for (let i = 1; i < SIGNERS_MAX; i++) recorded(town, naming(id, aMember(town, `signer ${i}`)), [mei])
    expect(refusalOf(town, naming(id, aMember(town, 'one more')), [mei])).toEqual({ code: 'limit-reached', most: SIGNERS_MAX })
  })

  test('end their own part or another’s, but not that of the last', () => {
    const { town, id, mei, bo, li, school } = aTownWithASchool()
    expect(codeOf(town, ending(id, mei), [mei])).toBe('last-signer')
    addSigner(town, id, mei, bo)
    expect(codeOf(town, ending(id, mei), [li])).toBe('not-a-signer')
    expect(codeOf(town, ending(id, li), [bo])).toBe('not-a-signer')
    recorded(town, ending(id, mei), [bo])
    expect(codeOf(town, aHelp(town, li, school), [school])).toBe('unknown-device')
    expect(codeOf(town, ending(id, bo), [bo])).toBe('last-signer')
    recorded(town, naming(id, li), [bo])
    recorded(town, ending(id, li), [li])
    expect(town.state.organisations.get(id)).toEqual({ acct: id, signers: [bo.acct], named: [] })
  })

  test('are named by a steward where none of them is left', () => {
    const { town, id, steward, mei, bo, li } = aTownWithASchool()
    expect(codeOf(town, naming(id, li), [steward])).toBe('not-a-signer')
    changed(town.state.members.get(mei.acct)!).status = 'departed'
    expect(codeOf(town, naming(id, li), [bo])).toBe('not-a-signer')
    recorded(town, naming(id, li), [steward])
    recorded(town, accepting(id), [li])
    helpOnce(town, bo, { ...li, acct: id })
    recorded(town, ending(id, mei), [li])
  })
})

describe('a group', () => {
  test('is two signers at least, from its attestation on', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    const asked = founding(town, 'a group', 'group')
    const id = asked.organisation
    recorded(town, asked, [mei])
    expect(refusalOf(town, attesting(id), [steward])).toEqual({ code: 'too-few-signers', needed: 2 })
    addSigner(town, id, mei, bo)
    recorded(town, attesting(id), [steward])
    expect(codeOf(town, ending(id, mei), [bo])).toBe('last-signer')
    addSigner(town, id, bo, li)
    recorded(town, ending(id, mei), [bo])
    expect(codeOf(town, ending(id, bo), [bo])).toBe('last-signer')
  })
})
