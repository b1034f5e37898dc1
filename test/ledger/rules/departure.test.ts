import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import { projectSizes } from '#ledger/charter/charter.ts'
import { openMatterOf } from '#ledger/rules/departure.ts'
import { choices } from '#ledger/rules/project.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { appoint } from '#test/support/council.ts'
import { digestOf } from '#test/support/digest.ts'
import {
  agree, aHelp, aSession, aTownOfNeighbours, codeOf, completed, confirm, domainOf, grades, helpOnce, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import {
  aMember, aRegion, ask, type Asked, awardRequest, bytesFor, CV, DAY, deliver, hexFor, idFor, joining,
  owesAward, pass, type Person, PLAIN_TRUST, recorded, secondDevice, settle, type Town,
} from '#test/support/towns.ts'

const leaving: Asked<'member.left'> = { kind: 'member.left' }
const openWith = (town: Town, person: Person) => openMatterOf(town.state, town.state.members.get(person.acct)!)

describe('who leaves', () => {
  test('gives what is left to the commons, and their story stays', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    helpOnce(town, mei, bo)
    const { account, lifetimeMilli, contributions } = structuredClone(town.state.members.get(mei.acct)!)
    expect(account.domain).toBeGreaterThan(0n)
    const { commons } = town.state.books
    recorded(town, leaving, [mei])
    expect(town.state.books.commons - commons).toBe(account.domain)
    expect(domainOf(town, mei)).toBe(0n)
    expect(town.state.members.get(mei.acct)).toMatchObject({ status: 'departed', lifetimeMilli, contributions })
    expect(town.state.departures.get(mei.acct)).toEqual({ acct: mei.acct, ts: town.now, to: null })
  })

  test('departed: signs nothing more, by name, and nobody takes their account or their keys', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    recorded(town, leaving, [mei])
    const gone = { code: 'departed', member: mei.acct }
    const before = digestOf(town.state)
    for (const wish of [leaving, aHelp(town, mei, bo), { kind: 'device.revoked', device: mei.device }] satisfies Asked[]) {
      expect(refusalOf(town, wish, [mei])).toEqual(gone)
    }
    expect(refusalOf(town, aHelp(town, mei, bo), [bo])).toEqual(gone)
    expect(codeOf(town, joining(town, mei), [mei])).toBe('account-taken')
    const other = { ...mei, acct: hexFor('another account') }
    expect(codeOf(town, joining(town, other), [other])).toBe('key-taken')
    expect(codeOf(town, { kind: 'member.attested', member: mei.acct, identity: hexFor('paper') }, [steward])).toBe('already-attested')
    expect(digestOf(town.state)).toBe(before)
    expect(town.state.deviceOwner.get(toHex(mei.device))).toBe(mei.acct)
  })

  test('gives their Global to the pool, and so does what comes back to them later', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    // Mei's city takes in nothing unasked, so what Ana sends waits there, and goes back when it is sent back.
    recorded(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, exposureMilli: 0n, transferMaxMilli: 0n }, [chengdu.steward])
    const xid = ask(barcelona, chengdu, ana, mei, 10n * CV)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    recorded(barcelona, leaving, [ana])
    expect(barcelona.state.books.pool).toBe(20n * CV)
    recorded(chengdu, { kind: 'x.back', xid }, [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    expect(barcelona.state.books.pool).toBe(30n * CV)
    expect(barcelona.state.members.get(ana.acct)!.account.global).toBe(0n)
  })

  test('is no recipient of what another city sends', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    recorded(chengdu, leaving, [mei])
    const xid = ask(barcelona, chengdu, ana, mei, 10n * CV)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    expect(chengdu.state.arrivals.get(xid)!.disposition).toBe('recipient')
    expect(refusalOf(chengdu, { kind: 'x.rel', xid, amount: 1n }, [chengdu.steward])).toEqual({ code: 'departed', member: mei.acct })
  })

  test('may be an organisation, which its signer signs for', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const organisation = hexFor('a school')
    const { charter } = joining(town, mei)
    recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: hexFor('name'), charter }, [mei])
    recorded(town, { kind: 'member.attested', member: organisation, identity: hexFor('papers') }, [steward])
    const school = { ...mei, acct: organisation }
    helpOnce(town, school, { ...bo })
    recorded(town, leaving, [school])
    expect(codeOf(town, aHelp(town, school, bo), [school])).toBe('departed')
    recorded(town, leaving, [mei])
  })

  test('stands in the rows', () => {
    const { town, mei } = aTownOfNeighbours()
    recorded(town, leaving, [mei])
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(digestOf(twin)).toBe(digestOf(town.state))
  })
})

describe('still-open: nobody leaves with', () => {
  test('an agreement under way, in whichever phase, and whichever side they are', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    const refused = { code: 'still-open', what: 'agreement', id }
    for (const person of [mei, bo]) expect(refusalOf(town, leaving, [person])).toEqual(refused)
    report(town, id, mei)
    expect(refusalOf(town, leaving, [bo])).toEqual(refused)
    confirm(town, id, bo)
    expect(refusalOf(town, leaving, [mei])).toEqual(refused)
    sleep(town, 15)
    for (const person of [mei, bo]) recorded(town, leaving, [person])
  })

  test('a help that nobody has answered', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    expect(refusalOf(town, leaving, [bo])).toEqual({ code: 'still-open', what: 'help', id: help.id })
    recorded(town, { kind: 'help.declined', help: help.id! }, [bo])
    recorded(town, leaving, [bo])
  })

  test('a workshop they lead or have signed up for', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const code = bytesFor('presence').slice(0, 16)
    const workshop = aSession(town, idFor('shown in the room'))
    recorded(town, workshop, [mei])
    recorded(town, { kind: 'session.joined', session: workshop.id!, code: presenceHash(code) }, [bo])
    const refused = { code: 'still-open', what: 'session', id: workshop.id }
    for (const person of [mei, bo]) expect(refusalOf(town, leaving, [person])).toEqual(refused)
  })

  test('a project they asked for, are in the core of or have applied for, and a work that is being valued', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    const today = Math.floor(town.now / DAY)
    const project = recorded(town, {
      kind: 'project.opened', size: projectSizes.event, requester: mei.acct, core: [bo.acct], places: 1, gateMilli: 0n, gateLevel: 1,
      choice: choices.order, applyUntil: today, endsDay: today + 20, terms: hexFor('a garden'),
    }, [steward]).action.id
    const work = recorded(town, { kind: 'work.published', work: 1, content: hexFor('an article') }, [li]).action.id
    expect(refusalOf(town, leaving, [li])).toEqual({ code: 'still-open', what: 'work', id: work })
    recorded(town, { kind: 'project.applied', project, bidMilli: 0n }, [li])
    for (const person of [mei, bo, li]) expect(refusalOf(town, leaving, [person])).toEqual({ code: 'still-open', what: 'project', id: project })
  })

  test('a transfer that is asked for', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const xid = ask(barcelona, chengdu, ana, mei, CV)
    expect(refusalOf(barcelona, leaving, [ana])).toEqual({ code: 'still-open', what: 'transfer', id: xid })
    recorded(barcelona, { kind: 'x.cancel', xid }, [ana])
    recorded(barcelona, leaving, [ana])
  })

  test('an organisation that nobody else signs for', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const organisation = hexFor('a school')
    const { charter } = joining(town, mei)
    recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: hexFor('name'), charter }, [mei])
    recorded(town, { kind: 'member.attested', member: organisation, identity: hexFor('papers') }, [steward])
    expect(refusalOf(town, leaving, [mei])).toEqual({ code: 'still-open', what: 'organisation', id: organisation })
    recorded(town, { kind: 'signer.named', organisation, signer: bo.acct }, [mei])
    recorded(town, { kind: 'signer.accepted', organisation }, [bo])
    recorded(town, leaving, [mei])
    expect(refusalOf(town, leaving, [bo])).toEqual({ code: 'still-open', what: 'organisation', id: organisation })
  })

  test('value that is set aside for something that no rule here knows', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    helpOnce(town, mei, bo)
    const member = changed(town.state.members.get(mei.acct)!)
    member.account.held += 1n
    member.account.domain -= 1n
    expect(refusalOf(town, leaving, [mei])).toEqual({ code: 'still-open', what: 'hold', id: mei.acct })
  })

  test('last-steward: the only steward', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    expect(codeOf(town, leaving, [steward])).toBe('last-steward')
    appoint(town, mei)
    recorded(town, leaving, [steward])
    expect(town.state.members.get(steward.acct)!.steward).toBe(false)
    expect(codeOf(town, leaving, [mei])).toBe('last-steward')
  })
})

test('what is settled and only waits to be rated holds nobody', () => {
  const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
  completed(town, mei, bo)
  expect(openWith(town, mei)).toBe(null)
  recorded(town, leaving, [mei])
  pass([town], 16)
  expect(openWith(town, bo)).toBe(null)
})

test('whoever was away for years wakes and leaves in one act', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  rateBoth(town, completed(town, mei, bo), [bo, grades.good], [mei, grades.good])
  sleep(town, 800)
  recorded(town, leaving, [mei])
  expect(town.state.books.commons).toBeGreaterThan(0n)
  expect(aMember(town, 'somebody new')).toBeDefined()
  expect(secondDevice(mei, 'x').acct).toBe(mei.acct)
})
