import { defineConfig } from 'vitest/config'

// Paths are relative to the repository's root, where `npm test` runs.
export default defineConfig({
  test: {
    dir: 'test',
    include: ['**/*.test.ts'],
    exclude: ['**/system/**'],
    // A wait is a failure only at ten times its figure. The longest tests are plays in a browser: half a minute on two
    // quiet cores, and ten times that where others use them too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Two files at once, whatever the machine has: a play is a browser of several processes and up to three hubs, so a
    // third of them beside two others would only make all of them wait. Runs that are started beside this one are not
    // known to it; for those there is the patience above.
    maxWorkers: 2,
    // One test left marked `.only` would silence its whole file.
    allowOnly: false,
  },
})
