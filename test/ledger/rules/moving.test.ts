import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import { levelOf, mayRecommend, nextLevelOf } from '#ledger/rules/level.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { carriedBy } from '#ledger/state/state.ts'
import { digestOf } from '#test/support/digest.ts'
import { agree, aHelp, aTownOfNeighbours, codeOf, helpOnce, HOUR, refusalOf } from '#test/support/people.ts'
import {
  acknowledge, addingDevice, admit, aMember, aRegion, arriving, type Asked, aTown, awardRequest, CV, deliver, help, hexFor, joining,
  moving, owesAward, type Person, recorded, secondDevice, settle, shown, type Town,
} from '#test/support/towns.ts'

const attesting = (person: Person): Asked<'member.attested'> => ({ kind: 'member.attested', member: person.acct, identity: hexFor('paper') })

/** Ana of Barcelona has helped there for twenty hours. */
function aRegionWithAna() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const [ana, joan] = [aMember(barcelona, 'ana'), aMember(barcelona, 'joan')]
  helpOnce(barcelona, ana, joan, { minutes: 1_200 })
  return { towns, chengdu, barcelona, ana, joan }
}

function move(barcelona: Town, chengdu: Town, ana: Person) {
  const moved = recorded(barcelona, moving(barcelona, chengdu, ana), [ana])
  return { moved, wish: arriving(chengdu, barcelona, ana, moved) }
}

describe('who moves', () => {
  test('goes on in the new city under the same account, with a level that their story gives them there', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    const { moved, wish } = move(barcelona, chengdu, ana)
    expect(barcelona.state.departures.get(ana.acct)!.to).toBe(chengdu.card.origin)
    recorded(chengdu, wish, [ana])
    expect(codeOf(chengdu, aHelp(chengdu, ana, chengdu.steward), [ana])).toBe('not-attested')
    recorded(chengdu, attesting(ana), [chengdu.steward])
    expect(levelOf(chengdu.state, ana.acct)).toBe(3)
    expect(chengdu.state.members.get(ana.acct)).toMatchObject({ lifetimeMilli: 0n, contributions: 0 })
    expect(carriedBy(chengdu.state, ana.acct)).toEqual({ lifetimeMilli: 1_200n * CV, contributions: 1, reserveMilli: 0n })
    chengdu.now += 2 * HOUR
    helpOnce(chengdu, ana, chengdu.steward)
    expect(moved.action).toMatchObject({ lifetimeMilli: 1_200n * CV, contributions: 1 })
  })

  test('takes no power along: what was contributed elsewhere opens no level above the third', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    barcelona.audited = false
    changed(barcelona.state.members.get(ana.acct)!).lifetimeMilli = 50_000n * CV
    recorded(chengdu, move(barcelona, chengdu, ana).wish, [ana])
    expect(levelOf(chengdu.state, ana.acct)).toBe(3)
    expect(nextLevelOf(chengdu.state, ana.acct)).toMatchObject({
      level: 4, missing: expect.arrayContaining([{ what: 'contributions', count: 1 }, { what: 'lifetime', milli: 5_000n * CV }]) as unknown,
    })
    recorded(chengdu, attesting(ana), [chengdu.steward])
    expect(mayRecommend(chengdu.state, chengdu.state.members.get(ana.acct)!)).toBe(false)
  })

  test('moves on with all of it', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const [ana, joan] = [aMember(barcelona, 'ana'), aMember(barcelona, 'joan')]
    helpOnce(barcelona, ana, joan, { minutes: 100 })
    recorded(chengdu, move(barcelona, chengdu, ana).wish, [ana])
    recorded(chengdu, attesting(ana), [chengdu.steward])
    chengdu.now += HOUR
    helpOnce(chengdu, ana, chengdu.steward, { minutes: 60 })
    recorded(tokyo, move(chengdu, tokyo, ana).wish, [ana])
    expect(carriedBy(tokyo.state, ana.acct)).toEqual({ lifetimeMilli: 160n * CV, contributions: 2, reserveMilli: 0n })
  })

  test('takes along what they have put aside for old age, as far as the new city keeps such promises', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    recorded(barcelona, { kind: 'reserve.locked', amountMilli: 200n * CV }, [ana])
    const { moved, wish } = move(barcelona, chengdu, ana)
    expect(moved.action).toMatchObject({ reserveMilli: 200n * CV })
    expect(barcelona.state.reserveMilli).toBe(0n)
    recorded(chengdu, wish, [ana])
    recorded(chengdu, attesting(ana), [chengdu.steward])
    expect([chengdu.state.members.get(ana.acct)!.reserveMilli, chengdu.state.reserveMilli]).toEqual([200n * CV, 200n * CV])
    recorded(chengdu, { kind: 'reserve.opened', member: ana.acct, because: 'age', evidence: hexFor('a paper') }, [chengdu.steward])
    recorded(chengdu, { kind: 'reserve.released', amountMilli: 200n * CV }, [ana])
    expect(chengdu.state.members.get(ana.acct)!.account.domain).toBe(200n * CV)
  })

  test('is as if they had not come where a steward declines, and nothing of what they brought stays', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    recorded(barcelona, { kind: 'reserve.locked', amountMilli: 100n * CV }, [ana])
    const { wish } = move(barcelona, chengdu, ana)
    recorded(chengdu, wish, [ana])
    expect(chengdu.state.reserveMilli).toBe(100n * CV)
    recorded(chengdu, { kind: 'member.declined', member: ana.acct, reason: hexFor('never met') }, [chengdu.steward])
    expect(chengdu.state.reserveMilli).toBe(0n)
    expect(chengdu.state.brought.size).toBe(0)
    expect(stateFrom(Array.from(rowsOf(chengdu.state), (row) => row.slice()), chengdu.state.tree)!.reserveMilli).toBe(0n)
    recorded(chengdu, { ...wish }, [ana])
    expect(chengdu.state.reserveMilli).toBe(100n * CV)
  })

  test('has one home: the record is for one city, and of use there once', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const ana = aMember(barcelona, 'ana')
    const { moved, wish } = move(barcelona, chengdu, ana)
    expect(codeOf(tokyo, arriving(tokyo, barcelona, ana, moved), [ana])).toBe('bad-evidence')
    recorded(chengdu, wish, [ana])
    expect(codeOf(chengdu, wish, [ana])).toBe('account-taken')
    expect(codeOf(barcelona, moving(barcelona, tokyo, ana), [ana])).toBe('departed')
    recorded(chengdu, attesting(ana), [chengdu.steward])
    recorded(chengdu, { kind: 'member.left' }, [ana])
    expect(codeOf(chengdu, wish, [ana])).toBe('account-taken')
  })

  test('is a guest of other cities from their new home, also with a device that came later', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const ana = aMember(barcelona, 'ana')
    const arrived = recorded(chengdu, move(barcelona, chengdu, ana).wish, [ana])
    const attested = recorded(chengdu, attesting(ana), [chengdu.steward])
    const tablet = secondDevice(ana, 'tablet')
    const added = recorded(chengdu, addingDevice(chengdu, tablet), [ana])
    const admitted = (device: Person, first: typeof added): Asked<'guest.admitted'> => ({
      kind: 'guest.admitted', guest: ana.acct, home: chengdu.card.origin, device: device.device,
      evidence: [shown(chengdu, first), shown(chengdu, attested)],
    })
    expect(codeOf(tokyo, admitted(ana, added))).toBe('bad-evidence')
    expect(codeOf(tokyo, admitted(tablet, arrived))).toBe('bad-evidence')
    recorded(tokyo, admitted(ana, arrived))
    recorded(tokyo, admitted(tablet, added))
    agree(tokyo, tablet, tokyo.steward)
  })

  test('stands in the rows of both cities', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    recorded(chengdu, move(barcelona, chengdu, ana).wish, [ana])
    for (const town of [chengdu, barcelona]) {
      const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
      expect(digestOf(twin)).toBe(digestOf(town.state))
    }
  })
})

describe('a guest who moves in', () => {
  test('still-open: first what they agreed on as a guest ends and is paid for', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const slot = settle(chengdu, towns)
    const arrived = deliver(chengdu, barcelona, slot, towns)
    const { wish } = move(barcelona, chengdu, ana)
    expect(refusalOf(chengdu, wish, [ana])).toEqual({ code: 'still-open', what: 'agreement', id })
    acknowledge(chengdu, barcelona, slot, arrived)
    recorded(chengdu, wish, [ana])
    expect(chengdu.state.guests.has(ana.acct)).toBe(false)
    recorded(chengdu, attesting(ana), [chengdu.steward])
    chengdu.now += 2 * HOUR
    helpOnce(chengdu, ana, chengdu.steward)
  })

  test('still-open: also one that is only agreed', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    admit(chengdu, barcelona, ana)
    const id = agree(chengdu, ana, chengdu.steward)
    const { wish } = move(barcelona, chengdu, ana)
    expect(refusalOf(chengdu, wish, [ana])).toEqual({ code: 'still-open', what: 'agreement', id })
    recorded(chengdu, { kind: 'agreement.cancelled', agreement: id }, [ana])
    recorded(chengdu, wish, [ana])
  })

  test('speaks by the key they brought, and their other keys stay theirs and end', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    const tablet = secondDevice(ana, 'tablet')
    const added = recorded(barcelona, addingDevice(barcelona, tablet), [ana])
    const attested = barcelona.entries.find(({ action }) => action.kind === 'member.attested' && action.member === ana.acct)!
    admit(chengdu, barcelona, ana)
    recorded(chengdu, {
      kind: 'guest.admitted', guest: ana.acct, home: barcelona.card.origin, device: tablet.device,
      evidence: [shown(barcelona, added), shown(barcelona, attested)],
    })
    recorded(chengdu, move(barcelona, chengdu, ana).wish, [ana])
    recorded(chengdu, attesting(ana), [chengdu.steward])
    expect(codeOf(chengdu, aHelp(chengdu, ana, chengdu.steward), [tablet])).toBe('unknown-device')
    expect(chengdu.state.deviceOwner.get(toHex(tablet.device))).toBe(ana.acct)
  })
})

describe('nobody moves', () => {
  test('no-federation, own-hub, unknown-hub, hub-frozen', () => {
    const { town, mei } = aTownOfNeighbours()
    expect(codeOf(town, moving(town, town, mei), [mei])).toBe('no-federation')
    const { chengdu, barcelona, ana } = aRegionWithAna()
    expect(codeOf(barcelona, moving(barcelona, barcelona, ana), [ana])).toBe('own-hub')
    const tokyo = aTown('tokyo')
    expect(refusalOf(barcelona, moving(barcelona, tokyo, ana), [ana])).toEqual({ code: 'unknown-hub', hub: tokyo.card.origin })
    barcelona.state.frozen.set(chengdu.card.origin, { kind: 'E1', evidence: hexFor('e'), seq: 0, ts: 0 })
    expect(codeOf(barcelona, moving(barcelona, chengdu, ana), [ana])).toBe('hub-frozen')
  })

  test('other-record: with another story than their own', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    const wish = moving(barcelona, chengdu, ana)
    const refused = { code: 'other-record', lifetimeMilli: 1_200n * CV, contributions: 1, reserveMilli: 0n }
    expect(refusalOf(barcelona, { ...wish, lifetimeMilli: 1_201n * CV }, [ana])).toEqual(refused)
    expect(refusalOf(barcelona, { ...wish, contributions: 2 }, [ana])).toEqual(refused)
  })

  test('still-open, last-steward: as nobody leaves', () => {
    const { chengdu, barcelona, ana, joan } = aRegionWithAna()
    const id = agree(barcelona, ana, joan)
    expect(refusalOf(barcelona, moving(barcelona, chengdu, ana), [ana])).toEqual({ code: 'still-open', what: 'agreement', id })
    expect(codeOf(barcelona, moving(barcelona, chengdu, barcelona.steward), [barcelona.steward])).toBe('last-steward')
  })
})

describe('nobody arrives', () => {
  test('bad-evidence: by another record, another person’s, another city’s, or with another key than signed it', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const [ana, joan] = [aMember(barcelona, 'ana'), aMember(barcelona, 'joan')]
    const { moved, wish } = move(barcelona, chengdu, ana)
    const attested = barcelona.entries.find(({ action }) => action.kind === 'member.attested' && action.member === ana.acct)!
    const tablet = secondDevice(ana, 'tablet')
    const impostor = { ...secondDevice(joan, 'mine'), acct: hexFor('an impostor') }
    for (const [asked, by] of [
      [{ ...wish, moved: shown(barcelona, attested) }, ana],
      [arriving(chengdu, barcelona, tablet, moved), tablet],
      [arriving(chengdu, barcelona, impostor, moved), impostor],
      [arriving(chengdu, barcelona, { ...impostor, acct: joan.acct }, moved), { ...impostor, acct: joan.acct }],
      [{ ...wish, home: tokyo.card.origin }, ana],
    ] as const) expect(codeOf(chengdu, asked, [by])).toBe('bad-evidence')
    recorded(chengdu, wish, [ana])
  })

  test('no-federation, own-hub, unknown-hub, hub-frozen, other-charter', () => {
    const { chengdu, barcelona, ana } = aRegionWithAna()
    const { wish } = move(barcelona, chengdu, ana)
    const lone = aTown('lone')
    expect(codeOf(lone, wish, [ana])).toBe('no-federation')
    expect(codeOf(chengdu, { ...wish, home: chengdu.card.origin }, [ana])).toBe('own-hub')
    expect(codeOf(chengdu, { ...wish, home: lone.card.origin }, [ana])).toBe('unknown-hub')
    expect(codeOf(chengdu, { ...wish, charter: hexFor('other') }, [ana])).toBe('other-charter')
    expect(codeOf(chengdu, wish, [barcelona.steward])).toBe('wrong-signature')
    chengdu.state.frozen.set(barcelona.card.origin, { kind: 'E1', evidence: hexFor('e'), seq: 0, ts: 0 })
    expect(codeOf(chengdu, wish, [ana])).toBe('hub-frozen')
  })

  test('account-taken, key-taken: where somebody else has either', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const ana = aMember(barcelona, 'ana')
    const there = { ...ana, acct: hexFor('ana’s other account') }
    recorded(chengdu, joining(chengdu, there), [there])
    const { wish } = move(barcelona, chengdu, ana)
    expect(codeOf(chengdu, wish, [ana])).toBe('key-taken')
    const bo = aMember(tokyo, 'bo')
    const twin = { ...secondDevice(bo, 'mine'), acct: bo.acct }
    recorded(barcelona, joining(barcelona, twin), [twin])
    recorded(barcelona, attesting(twin), [barcelona.steward])
    admit(chengdu, tokyo, bo)
    expect(codeOf(chengdu, move(barcelona, chengdu, twin).wish, [twin])).toBe('account-taken')
    expect(help(chengdu, bo, chengdu.steward, 30)).toBeDefined()
  })
})
