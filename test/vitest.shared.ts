import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes long begins first, so that no worker waits alone for another's last file: first the folders whose files start
 * processes, browsers or thousands of steps, then the rest, each by size as Vitest has it. A fresh clone remembers no durations.
 */
const longFolders = /\/test\/(journeys|e2e|oracle|runtimes|scripts|sim|system|ui)\//

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => (longFolders.test(moduleId) ? 0 : project.config.isolate ? 1 : 2)
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export const everything = '**/*.test.ts'

/** What every run of tests has in common. */
export const shared = {
  dir: 'test',
  sequence: { sequencer: LongestFirst },
  // A wait is a failure only at ten times its figure. The longest tests are plays in a browser: half a minute on two
  // quiet cores, and ten times that where others use them too.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
  // Two files at once, whatever the machine has: a play is a browser of several processes and up to three hubs, so a
  // third of them beside two others would only make all of them wait. Runs that are started beside this one are not
  // known to it; for those there is the patience above.
  maxWorkers: 2,
  // Programs that tests start strip types and compile once, not each time; where a hub keeps it (`node/main.mjs`).
  env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/tongyi', import.meta.url)) },
  // One test left marked `.only` would silence its whole file.
  allowOnly: false,
} satisfies ViteUserConfig['test']
