import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import { INVITATIONS_OPEN_MAX, invitationOf } from '#ledger/rules/invitation.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { digestOf } from '#test/support/digest.ts'
import { aTownOfNeighbours, codeOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, aPerson, type Asked, bytesFor, hexFor, joining, pass, recorded, type Town } from '#test/support/towns.ts'

const DAY = 86_400
const codeFor = (name: string): Uint8Array => bytesFor(name).slice(0, 16)
const today = (town: Town): number => Math.floor(town.now / DAY)
const inviting = (town: Town, code: Uint8Array, until = today(town) + 7): Asked<'member.invited'> =>
  ({ kind: 'member.invited', invitation: invitationOf(code), until })
const declining = (member: string): Asked<'member.declined'> => ({ kind: 'member.declined', member, reason: hexFor('a reason') })

/** Mei has helped Bo once, and so may invite. */
function aTownThatInvites() {
  const neighbours = aTownOfNeighbours()
  helpOnce(neighbours.town, neighbours.mei, neighbours.bo)
  return neighbours
}

describe('an invitation', () => {
  test('brings one person, who waits for a steward like everybody, and says who brought them', () => {
    const { town, mei, steward } = aTownThatInvites()
    const [ana, code] = [aPerson('ana'), codeFor('for ana')]
    recorded(town, inviting(town, code), [mei])
    recorded(town, joining(town, ana, code), [ana])
    expect(town.state.members.get(ana.acct)).toMatchObject({ invitedBy: mei.acct, attested: false })
    recorded(town, { kind: 'member.attested', member: ana.acct, identity: hexFor('paper') }, [steward])
    expect(town.state.members.get(ana.acct)!.attested).toBe(true)
  })

  test('unknown-invitation: a code is good once, and a made-up one never', () => {
    const { town, mei } = aTownThatInvites()
    const [ana, bea, code] = [aPerson('ana'), aPerson('bea'), codeFor('for ana')]
    expect(codeOf(town, joining(town, ana, code), [ana])).toBe('unknown-invitation')
    recorded(town, inviting(town, code), [mei])
    recorded(town, joining(town, ana, code), [ana])
    expect(codeOf(town, joining(town, bea, code), [bea])).toBe('unknown-invitation')
    // What the record shows of a code is not the code.
    expect(codeOf(town, joining(town, bea, fromHex(invitationOf(code))!.slice(0, 16)), [bea])).toBe('unknown-invitation')
  })

  test('unknown-invitation: it is good until the end of its last day', () => {
    const { town, mei } = aTownThatInvites()
    const [ana, bea] = [aPerson('ana'), aPerson('bea')]
    recorded(town, inviting(town, codeFor('a'), today(town) + 2), [mei])
    recorded(town, inviting(town, codeFor('b'), today(town) + 2), [mei])
    pass([town], 2)
    recorded(town, joining(town, ana, codeFor('a')), [ana], (today(town) + 1) * DAY - 1)
    pass([town], 1)
    expect(codeOf(town, joining(town, bea, codeFor('b')), [bea])).toBe('unknown-invitation')
    expect(town.state.invitations.size).toBe(0)
  })

  test('banned, departed: of whoever invited', () => {
    const { town, mei } = aTownThatInvites()
    const ana = aPerson('ana')
    recorded(town, inviting(town, codeFor('a')), [mei])
    for (const status of ['banned', 'departed'] as const) {
      changed(town.state.members.get(mei.acct)!).status = status
      expect(refusalOf(town, joining(town, ana, codeFor('a')), [ana])).toEqual({ code: status, member: mei.acct })
    }
  })

  test('level-too-low: who has helped nobody yet invites nobody, unless they are a steward', () => {
    const { town, mei, bo, steward } = aTownThatInvites()
    expect(refusalOf(town, inviting(town, codeFor('a')), [bo])).toEqual({ code: 'level-too-low', level: 1, needed: 2 })
    recorded(town, inviting(town, codeFor('a')), [steward])
    recorded(town, inviting(town, codeFor('b')), [mei])
  })

  test('restricted: who is restricted brings nobody', () => {
    const { town, mei } = aTownThatInvites()
    changed(town.state.members.get(mei.acct)!).status = 'restricted'
    expect(refusalOf(town, inviting(town, codeFor('a')), [mei])).toEqual({ code: 'restricted', kind: 'member.invited' })
  })

  test('bad-expiry: of a day that is over, or more than thirty ahead', () => {
    const { town, mei } = aTownThatInvites()
    for (const until of [today(town) - 1, today(town) + 31, Number.MAX_SAFE_INTEGER]) {
      expect(codeOf(town, inviting(town, codeFor('a'), until), [mei])).toBe('bad-expiry')
    }
    recorded(town, inviting(town, codeFor('a'), today(town)), [mei])
    recorded(town, inviting(town, codeFor('b'), today(town) + 30), [mei])
  })

  test('already-invited: while it is open nobody makes the same again', () => {
    const { town, mei, steward } = aTownThatInvites()
    recorded(town, inviting(town, codeFor('a')), [mei])
    expect(codeOf(town, inviting(town, codeFor('a')), [steward])).toBe('already-invited')
  })

  test('limit-reached: as many as are open, until one is used or lapses', () => {
    const { town, mei, steward } = aTownThatInvites()
    for (let i = 0; i < INVITATIONS_OPEN_MAX; i++) recorded(town, inviting(town, codeFor(`${i}`), today(town) + i), [mei])
    const before = digestOf(town.state)
    expect(refusalOf(town, inviting(town, codeFor('more')), [mei])).toEqual({ code: 'limit-reached', most: INVITATIONS_OPEN_MAX })
    expect(digestOf(town.state)).toBe(before)
    recorded(town, inviting(town, codeFor('a steward’s')), [steward])
    const ana = aPerson('ana')
    recorded(town, joining(town, ana, codeFor('4')), [ana])
    recorded(town, inviting(town, codeFor('more')), [mei])
    expect(codeOf(town, inviting(town, codeFor('and more')), [mei])).toBe('limit-reached')
    sleep(town, 2)
    recorded(town, inviting(town, codeFor('and more')), [mei])
  })

  test('stands in the rows until it is used', () => {
    const { town, mei } = aTownThatInvites()
    recorded(town, inviting(town, codeFor('a')), [mei])
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(digestOf(twin)).toBe(digestOf(town.state))
    expect(twin.invitationsOpen.get(mei.acct)).toBe(1)
  })
})

describe('a petition', () => {
  test('is joining without a code: nobody answers for the newcomer but the steward who meets them', () => {
    const { town } = aTownThatInvites()
    const ana = aPerson('ana')
    recorded(town, joining(town, ana, null), [ana])
    expect(town.state.members.get(ana.acct)).toMatchObject({ invitedBy: null, attested: false })
  })

  test('may be declined, and then it is as if it had never been: the same person may ask anew with the same key', () => {
    const { town, steward } = aTownThatInvites()
    const ana = aPerson('ana')
    recorded(town, joining(town, ana, null), [ana])
    recorded(town, declining(ana.acct), [steward])
    expect(town.state.members.has(ana.acct)).toBe(false)
    expect(town.state.deviceOwner.has(toHex(ana.device))).toBe(false)
    recorded(town, joining(town, ana, null), [ana])
    expect([...town.state.members.keys()].at(-1)).toBe(ana.acct)
  })

  test('is declined by a steward, and only while it is one', () => {
    const { town, steward, mei, bo } = aTownThatInvites()
    const ana = aPerson('ana')
    recorded(town, joining(town, ana, null), [ana])
    expect(codeOf(town, declining(ana.acct), [mei])).toBe('not-a-steward')
    expect(refusalOf(town, declining(bo.acct), [steward])).toEqual({ code: 'already-attested', member: bo.acct })
    expect(refusalOf(town, declining(hexFor('nobody')), [steward])).toEqual({ code: 'unknown-member', member: hexFor('nobody') })
    recorded(town, declining(ana.acct), [steward])
    expect(codeOf(town, declining(ana.acct), [steward])).toBe('unknown-member')
    expect(aMember(town, 'somebody else')).toBeDefined()
  })
})
