import { describe, expect, test } from 'vitest'
import { Strangers } from '#node/wire/strangers.ts'

const RULES = {
  strangersMax: 2,
  strangerStreamsMax: 2,
  strangerRequestsBurst: 3,
  strangerRequestsPerSecond: 1,
  strangerIdleMs: 15_000,
  strangerAgeMs: 60_000,
}

describe('strangers', () => {
  test('have as many places as there are, and one each', () => {
    const strangers = new Strangers(RULES, 0)
    expect(strangers.admit('eve', false, 0)).toBe(true)
    expect(strangers.admit('eve', true, 0)).toBe(false)
    expect(strangers.admit('mallory', false, 0)).toBe(true)
    expect(strangers.admit('oscar', false, 0)).toBe(false)
    strangers.forget('eve')
    expect(strangers.admit('oscar', false, 0)).toBe(true)
  })

  test('whose connection failed half-way may try again, with the same place', () => {
    const strangers = new Strangers(RULES, 0)
    expect(strangers.admit('eve', false, 0)).toBe(true)
    expect(strangers.admit('eve', false, 0)).toBe(true)
    expect(strangers.admit('mallory', false, 0)).toBe(true)
  })

  test('whom we dialled ourselves take no place', () => {
    const strangers = new Strangers(RULES, 0)
    strangers.meet('bo', false, 0)
    strangers.meet('ana', false, 0)
    expect(strangers.admit('eve', false, 0)).toBe(true)
    expect(strangers.admit('mallory', false, 0)).toBe(true)
  })

  test('ask two things at a time', () => {
    const strangers = new Strangers(RULES, 0)
    strangers.admit('eve', false, 0)
    expect([1, 2, 3].map(() => strangers.beginRequest('eve', 0))).toEqual([true, true, false])
    strangers.endRequest('eve', 0)
    expect(strangers.beginRequest('eve', 0)).toBe(true)
  })

  test('share one allowance, which returns with time and never grows beyond its size', () => {
    const strangers = new Strangers(RULES, 0)
    strangers.admit('eve', false, 0)
    strangers.admit('mallory', false, 0)
    const ask = (peer: string, now: number): boolean => {
      const allowed = strangers.beginRequest(peer, now)
      if (allowed) strangers.endRequest(peer, now)
      return allowed
    }
    const four = ['eve', 'eve', 'eve', 'mallory'].map((peer) => ask(peer, 0))
    expect(four).toEqual([true, true, true, false])
    expect(ask('mallory', 999)).toBe(false)
    expect(ask('mallory', 1_000)).toBe(true)
    const later = 3_600_000
    expect([1, 2, 3, 4].map(() => ask('eve', later))).toEqual([true, true, true, false])
  })

  test('who were not let in ask nothing', () => {
    expect(new Strangers(RULES, 0).beginRequest('eve', 0)).toBe(false)
  })

  test('leave when they are idle, and after a while in any case', () => {
    const strangers = new Strangers({ ...RULES, strangersMax: 4 }, 0)
    strangers.admit('idle', false, 0)
    strangers.admit('busy', false, 0)
    strangers.beginRequest('busy', 0)
    strangers.meet('ours', false, 0)
    strangers.beginOwnRequest('ours')
    expect(strangers.overdue(15_000)).toEqual([])
    expect(strangers.overdue(15_001)).toEqual(['idle'])
    expect(strangers.overdue(60_001)).toEqual(['idle', 'busy'])
    strangers.endRequest('ours', 60_001)
    expect(strangers.overdue(75_002)).toEqual(['idle', 'busy', 'ours'])
  })
})
