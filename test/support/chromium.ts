/**
 * A real browser for tests, or words that say how to get one: Debian's Chromium, because people use
 * such a build, or the one that `npm ci` brings. Each is there for the other, where one is missing or
 * does not start. A machine where neither starts fails its browser tests: a page that no browser
 * opened has not been tested.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'

/** A Chromium that may be on this machine; `prepare` answers how to start it, or throws. */
export type Candidate = { name: string; prepare: () => Start }
type Start = { executablePath: string; env?: Record<string, string> }

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

const fromDebian: Candidate = {
  name: 'Debian\'s chromium',
  prepare: () => ({ executablePath: '/usr/bin/chromium' }),
}

/** Built for x64 only, with the libraries that a machine without a desktop lacks. */
export const fromNpm: Candidate = {
  name: '@sparticuz/chromium',
  prepare: () => {
    const dir = unpacked()
    return {
      executablePath: join(dir, 'chromium'),
      env: { LD_LIBRARY_PATH: join(dir, 'al2023', 'lib'), FONTCONFIG_PATH: join(dir, 'fonts') },
    }
  },
}

/** Above all a build as people use it. */
export const asPeopleHave = [fromDebian, fromNpm]

/**
 * Above all one without windows: the same pages for two thirds of the processor's time, and it is the same one on every x64
 * machine.
 */
export const withoutWindows = [fromNpm, fromDebian]

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The first candidate that starts, with `more` arguments. The caller closes it. */
export async function openBrowser(candidates = asPeopleHave, more: string[] = []): Promise<Browser> {
  const failures: string[] = []
  for (const { name, prepare } of candidates) {
    try {
      const { executablePath, env } = prepare()
      return await chromium.launch({ executablePath, args: [...args, ...more], env: { ...process.env, ...env } })
    } catch (error) {
      failures.push(`${name} did not start: ${String(error)}`)
    }
  }
  throw new Error([
    'No browser runs here, so nothing that a member sees can be tested.',
    'On Debian: apt-get install chromium. On linux-x64 `npm ci` brings one that needs no system',
    'package; if it is there, the reason why it did not start stands below.',
    ...failures,
  ].join('\n'))
}

/**
 * The folder with the package's Chromium and its libraries, unpacked once per installation. The
 * package unpacks into the temporary directory, where a second test process would take a half
 * written program for a whole one; so each unpacks apart, and the first to finish moves its folder
 * into place. In a child, because the package changes the environment of whoever imports it.
 */
function unpacked(): string {
  const place = join(modules, '.cache', 'chromium')
  if (existsSync(place)) return place

  mkdirSync(dirname(place), { recursive: true })
  const staging = mkdtempSync(`${place}-`)
  const program = 'import c from \'@sparticuz/chromium\'; await c.executablePath()'
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: dirname(modules),
    env: { ...process.env, TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
    encoding: 'utf8',
  })
  try {
    if (status !== 0) throw new Error(stderr)
    writeFileSync(join(staging, 'fonts', 'fonts.conf'), fontsIn(place))
    renameSync(staging, place)
  } catch (error) {
    rmSync(staging, { recursive: true })
    if (!existsSync(place)) throw error
  }
  return place
}

/** The package's own list names folders of its usual host; these are the ones that exist here. */
function fontsIn(place: string): string {
  return `<?xml version="1.0"?>
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${place}/fonts</dir>
  <cachedir>${place}/fonts-cache</cachedir>
</fontconfig>
`
}
