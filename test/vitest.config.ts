import { defineConfig } from 'vitest/config'

// Paths are relative to the repository's root, where `npm test` runs.
export default defineConfig({
  test: {
    dir: 'test',
    include: ['**/*.test.ts'],
    exclude: ['**/system/**'],
    // A wait is a failure only at ten times its figure; two shared cores are slow on a bad day.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    // One test left marked `.only` would silence its whole file.
    allowOnly: false,
  },
})
