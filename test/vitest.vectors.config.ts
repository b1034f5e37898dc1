import { defineConfig } from 'vitest/config'
import { shared } from './vitest.shared.ts'

// The tests of the rules, listened to by `npm run vectors`.
export default defineConfig({
  test: { ...shared, include: ['ledger/rules/*.test.ts', 'ledger/ledger.test.ts'], setupFiles: ['test/support/gather-refusals.ts'], maxWorkers: 1 },
})
