import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import { sign } from '#ledger/keys.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import { PROPOSED_DAYS } from '#ledger/rules/recovery.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { charterOf } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import { digestOf } from '#test/support/digest.ts'
import { aHelp, aTownOfNeighbours, codeOf, completed, domainOf, grades, helpOnce, type Neighbours, rateBoth, refusalOf } from '#test/support/people.ts'
import { addingDevice, aMember, type Asked, hexFor, pass, type Person, recorded, secondDevice, type Town } from '#test/support/towns.ts'

const DAY = 86_400

const proposing = (town: Town, next: Person): Asked<'recovery.proposed'> => ({
  kind: 'recovery.proposed', member: next.acct, device: next.device, evidence: hexFor('how we knew'),
  proof: sign(next.secret, 'device', town.id, deviceProof(next.acct, next.device)),
})
const approving = (next: Person): Asked<'recovery.approved'> => ({ kind: 'recovery.approved', member: next.acct, device: next.device })
const vetoing = (member: Person): Asked<'recovery.vetoed'> => ({ kind: 'recovery.vetoed', member: member.acct })

/** Three stewards, and Mei, whose phone is gone; `next` is the one she has bought. */
function aTownWhereMeiLostHerPhone() {
  const neighbours: Neighbours = aTownOfNeighbours()
  const { town, mei, bo } = neighbours
  rateBoth(town, completed(town, mei, bo), [bo, grades.good], [mei, grades.good])
  const [wang, zhao] = [aMember(town, 'wang'), aMember(town, 'zhao')]
  appoint(town, wang, zhao)
  return { ...neighbours, wang, zhao, next: secondDevice(mei, 'a new phone') }
}

const delay = (town: Town): number => charterOf(town.state).windows.recoveryDays

describe('a recovery', () => {
  test('two stewards give a new device, in public for a week, and then the old one ends and nothing else changes', () => {
    const { town, steward, wang, mei, bo, next } = aTownWhereMeiLostHerPhone()
    const before = structuredClone(town.state.members.get(mei.acct)!)
    recorded(town, proposing(town, next), [steward])
    expect(town.state.recoveries.get(mei.acct)!.due).toBe(null)
    recorded(town, approving(next), [wang])
    const { due } = town.state.recoveries.get(mei.acct)!
    expect(due! % DAY).toBe(0)
    expect(due! - town.now).toBeGreaterThanOrEqual(delay(town) * DAY)
    pass([town], delay(town))
    expect(codeOf(town, aHelp(town, mei, bo), [next])).toBe('unknown-device')
    const balance = domainOf(town, mei)
    pass([town], 1)
    expect(codeOf(town, aHelp(town, mei, bo), [mei])).toBe('unknown-device')
    expect(town.state.members.get(mei.acct)).toEqual({ ...before, devices: town.state.members.get(mei.acct)!.devices })
    expect(balance - domainOf(town, mei)).toBeLessThan(100n) // a day's decay, as without it
    expect(town.state.recoveries.size).toBe(0)
    helpOnce(town, next, bo)
  })

  test('is stopped by any device that the member still has, and then the old one goes on', () => {
    const { town, steward, wang, mei, bo, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    recorded(town, approving(next), [wang])
    pass([town], delay(town))
    recorded(town, vetoing(mei), [mei])
    pass([town], 2)
    helpOnce(town, mei, bo)
    expect(codeOf(town, aHelp(town, mei, bo), [next])).toBe('unknown-device')
    recorded(town, addingDevice(town, next), [mei])
  })

  test('is stopped by any steward, and by no other member', () => {
    const { town, steward, wang, zhao, bo, mei, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    recorded(town, approving(next), [wang])
    expect(codeOf(town, vetoing(mei), [bo])).toBe('not-a-party')
    recorded(town, vetoing(mei), [zhao])
    expect(codeOf(town, vetoing(mei), [zhao])).toBe('no-recovery')
  })

  test('proposed anew on the day it was stopped takes effect once, at its own midnight', () => {
    const { town, steward, wang, mei, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    recorded(town, approving(next), [wang])
    pass([town], 3)
    recorded(town, vetoing(mei), [mei])
    const other = secondDevice(mei, 'another phone')
    recorded(town, proposing(town, other), [wang])
    recorded(town, approving(other), [steward])
    pass([town], delay(town) - 2)
    expect(town.state.members.get(mei.acct)!.devices.size).toBe(1)
    expect(town.state.deviceOwner.has(toHex(next.device))).toBe(false)
    pass([town], 3)
    expect([...town.state.members.get(mei.acct)!.devices.values()]).toEqual([other.device])
  })

  test('one founder alone brings somebody back, and nobody brings back the one steward there is', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    const next = secondDevice(mei, 'a new phone')
    recorded(town, proposing(town, next), [steward])
    expect(town.state.recoveries.get(mei.acct)!.due).not.toBe(null)
    expect(codeOf(town, proposing(town, secondDevice(steward, 'mine')), [steward])).toBe('own-recovery')
    helpOnce(town, bo, li)
    recorded(town, proposing(town, secondDevice(steward, 'a device of Bo’s')), [bo])
    expect(town.state.recoveries.get(steward.acct)!.due).toBe(null)
    pass([town], PROPOSED_DAYS + 1)
    expect(town.state.recoveries.has(steward.acct)).toBe(false)
    expect([...town.state.members.get(steward.acct)!.devices.values()]).toEqual([steward.device])
  })

  test('is proposed by a neighbour who has helped somebody, and then every approval is a steward’s', () => {
    const { town, steward, wang, mei, bo, li, next } = aTownWhereMeiLostHerPhone()
    expect(refusalOf(town, proposing(town, next), [li])).toEqual({ code: 'level-too-low', level: 1, needed: 2 })
    helpOnce(town, bo, li)
    recorded(town, proposing(town, next), [bo])
    expect(codeOf(town, approving(next), [bo])).toBe('not-a-steward')
    recorded(town, approving(next), [steward])
    expect(town.state.recoveries.get(mei.acct)!.due).toBe(null)
    recorded(town, approving(next), [wang])
    expect(town.state.recoveries.get(mei.acct)!.due).not.toBe(null)
  })

  test('of one of two stewards needs the other alone', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    appoint(town, mei)
    recorded(town, proposing(town, secondDevice(mei, 'a new phone')), [steward])
    expect(town.state.recoveries.get(mei.acct)!.due).not.toBe(null)
  })

  test('that too few approve is over after a month, and its key free', () => {
    const { town, steward, mei, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    pass([town], PROPOSED_DAYS)
    expect(town.state.recoveries.size).toBe(1)
    pass([town], 1)
    expect(town.state.recoveries.size).toBe(0)
    recorded(town, addingDevice(town, next), [mei])
  })

  test('comes to nothing for who has left meanwhile', () => {
    const { town, steward, wang, mei, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    recorded(town, approving(next), [wang])
    changed(town.state.members.get(mei.acct)!).status = 'departed'
    pass([town], delay(town) + 1)
    expect([...town.state.members.get(mei.acct)!.devices.values()]).toEqual([mei.device])
    expect(town.state.recoveries.size).toBe(0)
  })

  test('stands in the rows while it is open', () => {
    const { town, steward, wang, next } = aTownWhereMeiLostHerPhone()
    for (const step of [() => recorded(town, proposing(town, next), [steward]), () => recorded(town, approving(next), [wang])]) {
      step()
      const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
      expect(digestOf(twin)).toBe(digestOf(town.state))
    }
  })
})

describe('nobody recovers', () => {
  test('unknown-member, not-attested, departed', () => {
    const { town, steward, mei, next } = aTownWhereMeiLostHerPhone()
    const nobody = { ...next, acct: hexFor('nobody') }
    expect(refusalOf(town, proposing(town, nobody), [steward])).toEqual({ code: 'unknown-member', member: nobody.acct })
    const member = changed(town.state.members.get(mei.acct)!)
    member.attested = false
    expect(codeOf(town, proposing(town, next), [steward])).toBe('not-attested')
    member.attested = true
    member.status = 'departed'
    expect(refusalOf(town, proposing(town, next), [steward])).toEqual({ code: 'departed', member: mei.acct })
    member.status = 'banned'
    recorded(town, proposing(town, next), [steward])
  })

  test('with a key that is somebody’s, that can verify nothing, or that has not said so', () => {
    const { town, steward, bo, mei, next } = aTownWhereMeiLostHerPhone()
    expect(codeOf(town, proposing(town, { ...bo, acct: mei.acct }), [steward])).toBe('key-taken')
    expect(codeOf(town, { ...proposing(town, next), device: Uint8Array.of(1, ...new Uint8Array(31)) }, [steward])).toBe('bad-key')
    const proof = sign(bo.secret, 'device', town.id, deviceProof(mei.acct, next.device))
    expect(codeOf(town, { ...proposing(town, next), proof }, [steward])).toBe('key-unproved')
  })

  test('recovery-open, key-taken: one at a time, and its key is kept for it', () => {
    const { town, steward, wang, bo, mei, next } = aTownWhereMeiLostHerPhone()
    recorded(town, proposing(town, next), [steward])
    expect(codeOf(town, proposing(town, secondDevice(mei, 'other')), [wang])).toBe('recovery-open')
    expect(codeOf(town, addingDevice(town, { ...next, acct: bo.acct }), [bo])).toBe('key-taken')
  })

  test('no-recovery, already-approved, own-recovery, wrong-phase: who approves, and what', () => {
    const { town, steward, wang, zhao, mei, bo, next } = aTownWhereMeiLostHerPhone()
    expect(codeOf(town, approving(next), [wang])).toBe('no-recovery')
    recorded(town, proposing(town, next), [steward])
    const before = digestOf(town.state)
    expect(codeOf(town, approving(secondDevice(mei, 'other')), [wang])).toBe('no-recovery')
    expect(codeOf(town, approving(next), [steward])).toBe('already-approved')
    expect(codeOf(town, approving(next), [bo])).toBe('not-a-steward')
    expect(digestOf(town.state)).toBe(before)
    recorded(town, approving(next), [wang])
    expect(refusalOf(town, approving(next), [zhao])).toEqual({ code: 'wrong-phase', phase: 'announced' })
    const again = secondDevice(wang, 'wang’s own')
    recorded(town, proposing(town, again), [steward])
    expect(codeOf(town, approving(again), [wang])).toBe('own-recovery')
  })
})
