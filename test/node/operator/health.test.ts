import { describe, expect, test } from 'vitest'
import { type CheckName, checksOf, healthCodes, type HealthFacts, openHealth, verdictOf } from '#node/operator/health.ts'
import { operatorWords } from '#node/operator/languages.ts'
import { said } from '#node/operator/words.ts'

const NOW = 1_800_000_000
const DAY = 86_400

/** A hub of three cities on its best day. */
const well: HealthFacts = {
  now: NOW, lastTs: NOW - 5, foundedTs: NOW - 90 * DAY, freeBytes: 50_000_000_000, shut: null, proving: null, accused: false, restoring: null,
  size: 500, checkpoint: { size: 500, openSince: null },
  federation: {
    members: 3, needed: 3, cosigned: 3, silent: [], reach: 'direct', memory: 'whole',
    peers: [{ city: 'Barcelona', connected: true, behind: 0, halted: null }, { city: 'Lisboa', connected: true, behind: 0, halted: null }],
  },
  backup: { made: NOW - 3_600 }, rehearsal: { ts: NOW - DAY, ok: true }, toDecide: 0,
}
const lisbon = (over: object) => ({ ...well.federation!, peers: [well.federation!.peers[0]!, { ...well.federation!.peers[1]!, ...over }] })
const alone = { ...well, federation: null }

const cases: [CheckName, string, HealthFacts][] = [
  ['disk', 'fine', well], ['disk', 'low', { ...well, freeBytes: 500_000_000 }], ['disk', 'full', { ...well, shut: 'disk-full', freeBytes: 1_000 }],
  ['disk', 'unreliable', { ...well, shut: 'storage' }], ['disk', 'fine', { ...well, freeBytes: Number.POSITIVE_INFINITY }],
  ['ledger', 'proved', well], ['ledger', 'proving', { ...well, proving: { done: 1, total: 2 } }], ['ledger', 'accused', { ...well, accused: true }],
  ['restore', 'asking', { ...well, restoring: { step: 'asking', size: 1, confirmed: 0 } }], ['restore', 'fetching', { ...well, restoring: { step: 'fetching', size: 1, confirmed: 9 } }],
  ['restore', 'ready', { ...well, restoring: { step: 'ready', size: 9, confirmed: 9 } }], ['restore', 'stopped', { ...well, restoring: { step: 'stopped', size: 9, confirmed: 0 } }],
  ['checkpoint', 'signed', well], ['checkpoint', 'signing', { ...well, size: 502, checkpoint: { size: 500, openSince: NOW - 30 } }],
  ['checkpoint', 'late', { ...well, size: 502, checkpoint: { size: 500, openSince: NOW - 700 } }],
  ['cosigners', 'alone', alone], ['cosigners', 'enough', well], ['cosigners', 'few', { ...well, federation: { ...well.federation!, cosigned: 1, silent: ['Lisboa'] } }],
  ['peers', 'alone', alone], ['peers', 'all', well], ['peers', 'some', { ...well, federation: lisbon({ connected: false }) }],
  ['peers', 'none', { ...well, federation: { ...well.federation!, peers: well.federation!.peers.map((peer) => ({ ...peer, connected: false })) } }],
  ...(['announced', 'direct', 'unproven', 'relayed', 'local', 'hidden'] as const).map((reach): [CheckName, string, HealthFacts] =>
    ['reach', reach, { ...well, federation: { ...well.federation!, reach } }]),
  ...([['whole', 'known'], ['asking', 'asking'], ['stuck', 'forgotten']] as const).map(([memory, code]): [CheckName, string, HealthFacts] =>
    ['votes', code, { ...well, federation: { ...well.federation!, memory } }]),
  ['mirrors', 'alone', alone], ['mirrors', 'level', well], ['mirrors', 'behind', { ...well, federation: lisbon({ behind: 7 }) }],
  ['mirrors', 'halted', { ...well, federation: lisbon({ halted: 'broken-chain' }) }],
  ['backup', 'young', { ...well, backup: null, foundedTs: NOW - 60 }], ['backup', 'never', { ...well, backup: null }],
  ['backup', 'fresh', well], ['backup', 'old', { ...well, backup: { made: NOW - 4 * DAY } }],
  ['rehearsal', 'never', { ...well, rehearsal: null }], ['rehearsal', 'well', well], ['rehearsal', 'old', { ...well, rehearsal: { ts: NOW - 100 * DAY, ok: true } }],
  ['rehearsal', 'failed', { ...well, rehearsal: { ts: NOW, ok: false } }],
  ['clock', 'fine', well], ['clock', 'behind', { ...well, lastTs: NOW + 300 }],
  ['stewards', 'nothing', well], ['stewards', 'some', { ...well, toDecide: 2 }],
]

describe('each check', () => {
  test.each(cases)('%s is %s when that is so, in the word that it stands for', (name, code, facts) => {
    const check = checksOf(facts).find((one) => one.name === name)
    expect(check).toMatchObject({ code, state: (healthCodes[name] as Record<string, string>)[code] })
  })

  test('and every code of it is among these', () => {
    const all = Object.entries(healthCodes).flatMap(([name, codes]) => Object.keys(codes).map((code) => `${name} ${code}`))
    expect(new Set(cases.map(([name, code]) => `${name} ${code}`))).toEqual(new Set(all))
  })

  test.each(['zh', 'en'] as const)('has words in %s, and what is not well has a way to mend it where a person can', (language) => {
    const words = operatorWords[language]
    for (const [name, code, facts] of cases) {
      const check = checksOf(facts).find((one) => one.name === name)!
      const { says, fix } = said(words, { name, code, facts: check.facts })
      expect(says, `${name} ${code}`).not.toMatch(/undefined|NaN/)
      expect(says.length).toBeGreaterThan(1)
      if (check.state === 'error') expect(fix, `${name} ${code}`).not.toBeNull()
    }
  })
})

test('all of it is as well as the worst of it', () => {
  expect(verdictOf(checksOf(well))).toBe('success')
  expect(verdictOf(checksOf({ ...well, toDecide: 1 }))).toBe('waiting')
  expect(verdictOf(checksOf({ ...well, toDecide: 1, accused: true }))).toBe('error')
})

test('a check remembers since when it has been at its word', () => {
  const judge = openHealth()
  const since = (facts: HealthFacts): number => judge(facts).find(({ name }) => name === 'disk')!.since
  expect(since(well)).toBe(NOW)
  expect(since({ ...well, now: NOW + 60 })).toBe(NOW)
  expect(since({ ...well, now: NOW + 90, shut: 'storage' })).toBe(NOW + 90)
})
