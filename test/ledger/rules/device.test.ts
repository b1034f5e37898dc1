import { describe, expect, test } from 'vitest'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { DEVICES_MAX, deviceProof } from '#ledger/rules/device.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { digestOf } from '#test/support/digest.ts'
import { aHelp, aTownOfNeighbours, codeOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { addingDevice, aPerson, type Asked, joining, type Person, recorded, secondDevice } from '#test/support/towns.ts'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'

const revoking = (person: Person): Asked<'device.revoked'> => ({ kind: 'device.revoked', device: person.device })

describe('a second device', () => {
  test('speaks for the member like the first, once that has let it in', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    expect(codeOf(town, aHelp(town, mei, bo), [tablet])).toBe('unknown-device')
    recorded(town, addingDevice(town, tablet), [mei])
    helpOnce(town, tablet, bo)
    helpOnce(town, mei, bo)
    expect(town.state.members.get(mei.acct)!.devices.size).toBe(2)
  })

  test('cannot let itself in', () => {
    const { town, mei } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    expect(codeOf(town, addingDevice(town, tablet), [tablet])).toBe('unknown-device')
  })

  test('key-unproved: nobody puts a key under their name that has not said so itself, here and for them', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const { town: elsewhere } = aTownOfNeighbours({ name: 'kunming' })
    const tablet = secondDevice(mei, 'tablet')
    const proofs = {
      'of the old key': sign(mei.secret, 'device', town.id, deviceProof(mei.acct, tablet.device)),
      'for somebody else': sign(tablet.secret, 'device', town.id, deviceProof(bo.acct, tablet.device)),
      'over another key': sign(tablet.secret, 'device', town.id, deviceProof(mei.acct, mei.device)),
      'in another city': sign(tablet.secret, 'device', elsewhere.id, deviceProof(mei.acct, tablet.device)),
      'in another context': sign(tablet.secret, 'entry', town.id, deviceProof(mei.acct, tablet.device)),
      'of nothing': new Uint8Array(64),
    }
    for (const [how, proof] of Object.entries(proofs)) {
      expect(codeOf(town, { kind: 'device.added', device: tablet.device, proof }, [mei]), how).toBe('key-unproved')
    }
    recorded(town, addingDevice(town, tablet), [mei])
  })

  test('bad-key: what can verify nothing is no device', () => {
    const { town, mei } = aTownOfNeighbours()
    const device = Uint8Array.of(1, ...new Uint8Array(31))
    expect(codeOf(town, { kind: 'device.added', device, proof: new Uint8Array(64) }, [mei])).toBe('bad-key')
  })

  test('limit-reached: when sixteen of one’s own have ended within a year, until the first of them has been gone for one', () => {
    const { town, mei } = aTownOfNeighbours()
    for (let i = 0; i < 16; i++) {
      const tablet = secondDevice(mei, `tablet ${i}`)
      recorded(town, addingDevice(town, tablet), [mei])
      recorded(town, revoking(tablet), [mei])
    }
    const next = addingDevice(town, secondDevice(mei, 'next'))
    expect(refusalOf(town, next, [mei])).toEqual({ code: 'limit-reached', most: 16 })
    const again = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(again.devicesEnded).toEqual(town.state.devicesEnded)
    sleep(town, 365)
    recorded(town, addingDevice(town, secondDevice(mei, 'next')), [mei])
  })

  test('key-taken: a key is one person’s, whoever’s it is or was', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    recorded(town, addingDevice(town, tablet), [mei])
    expect(codeOf(town, addingDevice(town, tablet), [mei])).toBe('key-taken')
    expect(codeOf(town, addingDevice(town, { ...tablet, acct: bo.acct }), [bo])).toBe('key-taken')
    recorded(town, revoking(tablet), [mei])
    expect(codeOf(town, addingDevice(town, tablet), [mei])).toBe('key-taken')
    const newcomer = { ...tablet, acct: aPerson('newcomer').acct }
    expect(codeOf(town, joining(town, newcomer), [newcomer])).toBe('key-taken')
  })

  test('key-taken: two keys of one id cannot stand under one account, because a record names them by it', () => {
    const { town, mei } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    // Nobody has found two such keys; here the id stands for another one by hand.
    changed(town.state.members.get(mei.acct)!).devices.set(toHex(keyIdOf(tablet.device)), mei.device)
    expect(codeOf(town, addingDevice(town, tablet), [mei])).toBe('key-taken')
  })

  test('limit-reached: a member has so many', () => {
    const { town, mei } = aTownOfNeighbours()
    for (let i = 1; i < DEVICES_MAX; i++) recorded(town, addingDevice(town, secondDevice(mei, `${i}`)), [mei])
    expect(refusalOf(town, addingDevice(town, secondDevice(mei, 'more')), [mei])).toEqual({ code: 'limit-reached', most: DEVICES_MAX })
    recorded(town, revoking(secondDevice(mei, '1')), [mei])
    recorded(town, addingDevice(town, secondDevice(mei, 'more')), [mei])
  })
})

describe('ending a device', () => {
  test('its later records are refused, and what it signed before stays signed', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    recorded(town, addingDevice(town, tablet), [mei])
    helpOnce(town, tablet, bo)
    recorded(town, revoking(tablet), [mei])
    expect(codeOf(town, aHelp(town, mei, bo), [tablet])).toBe('unknown-device')
    expect(town.state.helps.closedCount).toBe(1)
  })

  test('a key is changed by adding one and ending the other, also from the new one', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const next = secondDevice(mei, 'next')
    const before = structuredClone(town.state.members.get(mei.acct)!.account)
    recorded(town, addingDevice(town, next), [mei])
    recorded(town, revoking(mei), [next])
    expect(codeOf(town, aHelp(town, mei, bo), [mei])).toBe('unknown-device')
    helpOnce(town, bo, next)
    expect(town.state.members.get(mei.acct)!.account).toEqual(before)
  })

  test('last-device: nobody locks themselves out', () => {
    const { town, mei } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    expect(codeOf(town, revoking(mei), [mei])).toBe('last-device')
    recorded(town, addingDevice(town, tablet), [mei])
    recorded(town, revoking(mei), [mei])
    expect(codeOf(town, revoking(tablet), [tablet])).toBe('last-device')
  })

  test('unknown-device: of somebody else, of nobody, or ended already', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    recorded(town, addingDevice(town, tablet), [mei])
    for (const other of [bo, aPerson('nobody')]) expect(codeOf(town, revoking(other), [mei])).toBe('unknown-device')
    recorded(town, revoking(tablet), [mei])
    expect(codeOf(town, revoking(tablet), [mei])).toBe('unknown-device')
  })

  test('stands in the rows, so that the key stays taken for whoever begins with them', () => {
    const { town, mei } = aTownOfNeighbours()
    const tablet = secondDevice(mei, 'tablet')
    recorded(town, addingDevice(town, tablet), [mei])
    recorded(town, revoking(mei), [tablet])
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(digestOf(twin)).toBe(digestOf(town.state))
    expect(twin.deviceOwner.get(toHex(mei.device))).toBe(mei.acct)
  })
})
