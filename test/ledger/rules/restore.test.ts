import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { sealGroup } from '#ledger/entry.ts'
import { audit } from '#ledger/audit/audit.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { check, replay } from '#ledger/ledger.ts'
import { rootOf } from '#ledger/merkle.ts'
import { isExcused, restoreApproval, restoresOf } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import { groupsOf } from '#test/support/exports.ts'
import { codeOf, refusalOf } from '#test/support/people.ts'
import {
  aMember, aPerson, type Asked, aTown, bytesFor, DAY, draft, hexFor, idFor, type Person, recorded, type Town,
} from '#test/support/towns.ts'

type Change = Partial<Omit<Asked<'hub.restored'>, 'kind'>>

/** The restore a hub would record now, signed by these stewards. */
function restoring(town: Town, stewards: Person[] = [town.steward], changes: Change = {}): Asked<'hub.restored'> {
  const { tree } = town.state
  const to = { generation: generationOf(town.state) + 1, size: tree.size, root: tree.root(), givenUp: null, ...changes }
  const approvals = stewards.map(({ acct, device, secret }) => ({
    steward: acct, keyId: keyIdOf(device), signature: sign(secret, 'appr', town.id, restoreApproval(to)),
  }))
  return { kind: 'hub.restored', approvals, ...to }
}

/** A town of two stewards; the charter asks for both. */
function ofTwoStewards() {
  const town = aTown('chengdu')
  const second = aMember(town, 'second steward')
  appoint(town, second)
  return { town, second }
}

describe('a restore', () => {
  test('raises the generation by one, names the log it goes on from, and is remembered with who signed', () => {
    const town = aTown('chengdu')
    aMember(town, 'ana')
    expect(generationOf(town.state)).toBe(0)
    const { seq, ts } = recorded(town, restoring(town))
    expect(generationOf(town.state)).toBe(1)
    expect(restoresOf(town.state)).toEqual([{ generation: 1, size: seq, ts }])
    expect(town.state.restores[0]!.by).toEqual([town.steward.acct])
    recorded(town, restoring(town))
    expect(generationOf(town.state)).toBe(2)
  })

  test('is refused for any generation but the next', () => {
    const town = aTown('chengdu')
    for (const generation of [0, 2, 7]) {
      expect(refusalOf(town, restoring(town, undefined, { generation }))).toEqual({ code: 'wrong-generation', expected: 1 })
    }
  })

  test('is refused for another log than the one before it', () => {
    const town = aTown('chengdu')
    expect(codeOf(town, restoring(town, undefined, { size: 0 }))).toBe('other-tree')
    expect(codeOf(town, restoring(town, undefined, { size: 2 }))).toBe('other-tree')
    expect(codeOf(town, restoring(town, undefined, { root: bytesFor('x') }))).toBe('other-tree')
  })

  test('says which checkpoint it gives up, which is of more records than it keeps', () => {
    const town = aTown('chengdu')
    const { size } = town.state.tree
    const root = bytesFor('what was given up')
    for (const few of [0, size]) expect(codeOf(town, restoring(town, undefined, { givenUp: { size: few, root } }))).toBe('nothing-given-up')
    const givenUp = { size: size + 1, root }
    expect(codeOf(town, { ...restoring(town), givenUp })).toBe('wrong-signature')
    expect(recorded(town, restoring(town, undefined, { givenUp })).action).toMatchObject({ givenUp })
  })

  test('needs as many stewards as the charter says, each once, and never more than there are', () => {
    const { town, second } = ofTwoStewards()
    expect(refusalOf(town, restoring(town, []))).toEqual({ code: 'not-enough-stewards', needed: 2, got: 0 })
    expect(refusalOf(town, restoring(town, [second]))).toEqual({ code: 'not-enough-stewards', needed: 2, got: 1 })
    expect(codeOf(town, restoring(town, [second, second]))).toBe('already-approved')
    recorded(town, restoring(town, [second, town.steward]))

    const alone = aTown('kunming')
    expect(codeOf(alone, restoring(alone, []))).toBe('not-enough-stewards')
    recorded(alone, restoring(alone))
  })

  test('counts nobody who is no steward, no member, or signs with a key that is not theirs', () => {
    const town = aTown('chengdu')
    const ana = aMember(town, 'ana')
    expect(codeOf(town, restoring(town, [ana]))).toBe('not-a-steward')
    expect(refusalOf(town, restoring(town, [aPerson('stranger')]))).toMatchObject({ code: 'unknown-member' })
    const { device, secret } = ana
    expect(codeOf(town, restoring(town, [{ ...town.steward, device, secret }]))).toBe('unknown-device')
    expect(codeOf(town, restoring(town, [{ ...town.steward, secret }]))).toBe('wrong-signature')
  })

  test('is approved word for word: a signature for another size, root or generation does not count', () => {
    const town = aTown('chengdu')
    const { approvals } = restoring(town)
    aMember(town, 'ana')
    expect(codeOf(town, { ...restoring(town), approvals })).toBe('wrong-signature')
    const again = restoring(town)
    recorded(town, again)
    expect(codeOf(town, { ...restoring(town), approvals: again.approvals })).toBe('wrong-signature')
  })

  test('is recorded by the hub alone', () => {
    const town = aTown('chengdu')
    expect(codeOf(town, { ...restoring(town), acct: town.steward.acct })).toBe('unknown-member')
    expect(codeOf(town, restoring(town), [{ ...town.steward, acct: toHex(town.id) }])).toBe('wrong-signature')
  })

  test('alone may come before the day’s tick, and opens no day itself', () => {
    const town = aTown('chengdu')
    town.now += DAY
    recorded(town, restoring(town))
    expect(town.state.tickDay).toBe(utcDayOf(town.now) - 1)
    const ana = aPerson('ana')
    const early = draft(town, { kind: 'help.confirmed', help: idFor('a help') }, [ana])
    expect(check(town.state, early)).toEqual({ code: 'tick-missing' })
    expect(check(town.state, draft(town, { kind: 'tick' }))).toBeNull()
  })
})

describe('what it excuses', () => {
  test('is a promise of an older generation for a place at or behind its size, and nothing else', () => {
    const town = aTown('chengdu')
    for (const name of ['ana', 'bo']) aMember(town, name)
    const first = recorded(town, restoring(town)).seq
    aMember(town, 'li')
    const second = recorded(town, restoring(town)).seq
    expect(isExcused(town.state, 0, first)).toBe(true)
    expect(isExcused(town.state, 0, first + 99)).toBe(true)
    expect(isExcused(town.state, 0, first - 1)).toBe(false)
    expect(isExcused(town.state, 1, second)).toBe(true)
    expect(isExcused(town.state, 1, second - 1)).toBe(false)
    expect(isExcused(town.state, 2, second)).toBe(false)
    expect(isExcused(town.state, 3, second)).toBe(false)
    expect(isExcused(aTown('kunming').state, 0, 0)).toBe(false)
  })
})

describe('seals around a restore', () => {
  function restored(): Town {
    const town = aTown('chengdu')
    aMember(town, 'ana')
    recorded(town, restoring(town))
    aMember(town, 'bo')
    return town
  }
  const sealOver = (town: Town, first: number, last: number, generation: number) => {
    const { origin, id } = town.state.hub
    const root = rootOf(town.entries.slice(first, last + 1).map(({ leaf }) => leaf))
    return { type: 'seal' as const, bytes: sealGroup({ origin, first, last, root, generation }, town.secrets.log, id) }
  }
  const recordsOf = (town: Town, first: number, last: number) =>
    town.entries.slice(first, last + 1).map(({ bytes }) => ({ type: 'record' as const, bytes }))

  test('carry the generation in force, and the log replays and audits', () => {
    const town = restored()
    expect(audit(groupsOf(town)).offence).toBeNull()
    expect(replay(town.entries.map(({ bytes }) => bytes))).toMatchObject({ size: town.entries.length })
  })

  test('of the old generation behind it, of the new before it, or of both at once, are an offence', () => {
    const town = restored()
    const last = town.entries.length - 1
    const at = town.state.restores[0]!.size
    const audited = (before: number, after: number) => audit([
      ...recordsOf(town, 0, at - 1), sealOver(town, 0, at - 1, before), ...recordsOf(town, at, last), sealOver(town, at, last, after),
    ]).offence
    expect(audited(0, 1)).toBeNull()
    expect(audited(0, 0)).toMatchObject({ where: 'seal', seq: at, code: 'wrong-generation' })
    expect(audited(1, 1)).toMatchObject({ where: 'seal', seq: 0, code: 'wrong-generation' })
    expect(audited(0, 2)).toMatchObject({ where: 'seal', seq: at, code: 'wrong-generation' })
    for (const generation of [0, 1]) {
      const straddling = [...recordsOf(town, 0, last), sealOver(town, 0, last, generation)]
      expect(audit(straddling).offence).toMatchObject({ where: 'seal', seq: 0, code: 'wrong-generation' })
    }
  })
})

describe('a lost receipt', () => {
  function afterRestore() {
    const town = aTown('chengdu')
    const ana = aMember(town, 'ana')
    const { seq } = recorded(town, restoring(town))
    const claim = (changes: Partial<Asked<'lost.claimed'>> = {}): Asked<'lost.claimed'> =>
      ({ kind: 'lost.claimed', generation: 1, seq, receipt: hexFor('a receipt'), ...changes })
    return { town, ana, seq, claim }
  }

  test('is claimed by a member, counted with its restore, and once', () => {
    const { town, ana, seq, claim } = afterRestore()
    const { ts } = recorded(town, claim(), [ana])
    expect([...town.state.restores[0]!.claims]).toEqual([[hexFor('a receipt'), { by: ana.acct, seq, ts }]])
    expect(codeOf(town, claim(), [ana])).toBe('already-claimed')
    recorded(town, restoring(town))
    expect(codeOf(town, claim({ generation: 2, seq: 99 }), [ana])).toBe('already-claimed')
  })

  test('is none without a restore, or for a place that the restore kept', () => {
    const { town, ana, seq, claim } = afterRestore()
    for (const generation of [0, 2]) {
      expect(refusalOf(town, claim({ generation }), [ana])).toEqual({ code: 'unknown-restore', generation })
    }
    expect(codeOf(town, claim({ seq: seq - 1 }), [ana])).toBe('not-lost')
  })
})
