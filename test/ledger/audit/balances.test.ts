import { expect, test, vi } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import type { State } from '#ledger/state/state.ts'
import { groupsOf } from '#test/support/exports.ts'
import { aMember, aTown, pass } from '#test/support/towns.ts'

// No entry that the rules allow unbalances the books, so a rule with a fault is put in their place.
vi.mock('#ledger/audit/conservation.ts', () => ({
  faultsOf: (state: State) =>
    state.tree.size > 4 && state.members.size > 1 ? [{ code: 'domain-sum', found: 1n, expected: 0n }] : [],
  federationFaultsOf: () => [],
}))

test('books that do not add up are an offence though every entry is allowed, found by the tick after it', () => {
  const town = { ...aTown('chengdu'), audited: false }
  pass([town], 2)
  aMember(town, 'mei')
  pass([town], 3)
  const verdict = audit(groupsOf(town, 1))
  expect(verdict.offence).toMatchObject({
    where: 'balances', seq: 4, kind: 'member.attested', code: 'domain-sum', about: { found: 1n, expected: 0n },
  })
  expect(verdict.rows.balances).toEqual({ outcome: 'failed', count: 2 })
})
