/**
 * `npm run journeys [-- N N … | --all] [--shots DIR]`: the journeys of `test/journeys`, each a play in Chromium against real
 * hubs, looked at in the way that is its turn; those that are named, or all. With `--all` each is looked at in all eight ways (address,
 * screen, language), which takes some eight times as long. At the end a table says of each what passed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nameOf, type View, viewOf, views } from '#test/e2e/view.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'test', 'journeys')

type Asked = { numbers: number[]; all: boolean; shots: string | undefined }
/** One journey, looked at in one way. */
type Played = { number: number; view: View; passed: number; failed: number; seconds: number }

/** The journeys there are: number and file, in order. */
const journeys = readdirSync(folder)
  .flatMap((file) => (/^(\d\d)-.*\.test\.ts$/.test(file) ? [{ number: Number(file.slice(0, 2)), file }] : []))
  .sort((one, other) => one.number - other.number)

/** Answers the exit code: 0 when all passed, 1 when anything failed, 2 for a call it cannot read. */
export async function main(args: string[]): Promise<number> {
  const asked = askedIn(args)
  if (asked === null) {
    console.error(`npm run journeys [-- N N … | --all] [--shots DIR]; N is one of ${journeys.map(({ number }) => number).join(' ')}`)
    return 2
  }
  const rounds = asked.all ? views.map((view) => play(asked, view)) : [play(asked)]
  const played = rounds.flat().sort((one, other) => one.number - other.number)
  print(played)
  return played.length > 0 && played.every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1
}

function askedIn(args: string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true, options: { all: { type: 'boolean', default: false }, shots: { type: 'string' } },
    })
    const known = journeys.map(({ number }) => number)
    const numbers = positionals.length === 0 ? known : positionals.map(Number)
    return numbers.every((number) => known.includes(number)) ? { numbers, all: values.all, shots: values.shots } : null
  } catch {
    return null
  }
}

type Report = { testResults: { name: string; status: string; startTime: number; endTime: number; assertionResults: { status: string }[] }[] }

/** Plays them; without a view each in its own. A journey of which the runner says nothing has failed. */
function play({ numbers, shots }: Asked, view?: View): Played[] {
  const dir = mkdtempSync(join(tmpdir(), 'journeys-'))
  const report = join(dir, 'report.json')
  const env = {
    ...process.env,
    ...(view === undefined ? {} : { JOURNEY_VIEW: nameOf(view) }),
    ...(shots === undefined ? {} : { E2E_SHOTS: resolve(shots) }),
  }
  const chosen = journeys.filter(({ number }) => numbers.includes(number))
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  try {
    spawnSync(process.execPath, [
      vitest, 'run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
      ...chosen.map(({ file }) => `test/journeys/${file}`),
    ], { cwd: root, stdio: 'inherit', env })
    const results = resultsIn(report)
    return chosen.map(({ number, file }) => {
      const result = results.find(({ name }) => name.endsWith(`/${file}`))
      const passed = result?.assertionResults.filter(({ status }) => status === 'passed').length ?? 0
      const failed = (result?.assertionResults.length ?? 1) - passed
      return {
        number, view: view ?? viewOf(number), passed, failed: result?.status === 'failed' ? Math.max(failed, 1) : failed,
        seconds: result === undefined ? 0 : Math.round((result.endTime - result.startTime) / 1000),
      }
    })
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function resultsIn(path: string): Report['testResults'] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as Report).testResults
  } catch {
    return []
  }
}

function print(played: Played[]): void {
  console.log('\njourney                       looked at             passed  failed  seconds')
  for (const { number, view, passed, failed, seconds } of played) {
    const { file } = journeys.find((one) => one.number === number)!
    const name = file.slice(0, -'.test.ts'.length).replace('-', ' ').replaceAll('-', ' ')
    console.log(`${name.padEnd(30)}${nameOf(view).padEnd(22)}${String(passed).padStart(6)}${String(failed).padStart(8)}${String(seconds).padStart(9)}`)
  }
  const sound = new Set(played.map(({ number }) => number).filter((number) => played.filter((one) => one.number === number).every(({ passed, failed }) => passed > 0 && failed === 0)))
  console.log(`\n${sound.size} of ${new Set(played.map(({ number }) => number)).size} journeys passed`)
}
