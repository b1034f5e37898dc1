import { defineConfig } from 'vitest/config'
import { everything, shared } from './vitest.shared.ts'

/**
 * Rooms without a process, a disk or a clock: what a file of theirs leaves behind is taken back, so they share what was loaded.
 * But for one, which puts something else in the place of a module.
 */
const pure = '{ledger,protocol}/**/!(balances).test.ts'

// Paths are relative to the repository's root, where `npm test` runs.
export default defineConfig({
  test: {
    ...shared,
    projects: [
      { extends: true, test: { name: 'apart', include: [everything], exclude: ['system/**', pure] } },
      { extends: true, test: { name: 'pure', include: [pure], isolate: false, setupFiles: 'test/support/portable-again.ts' } },
    ],
  },
})
