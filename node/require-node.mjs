/**
 * The one check that every entry point makes before it imports TypeScript, which Node runs by
 * itself only from version 24 on. Older versions must be able to read this file, or the person at
 * the keyboard would see a syntax error instead of what to do; it is kept to what Node 18 knows.
 *
 * `npm ci` brings the exact Node along and npm puts it first on the scripts' path. npm 10 installs
 * it and forgets the link when two packages of other machines bring a command of the same name; so
 * an older Node that finds it beside itself hands over to it, and nobody notices.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST = 24
/** Where `npm ci` brings the exact Node along (`optionalDependencies` in package.json). */
const SUPPLIED = ['linux-x64', 'linux-arm64']

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/**
 * Returns when this Node is new enough. Otherwise the same program runs under the one that was
 * brought along, and this process ends as that one does; or, where there is none, ends with code 2
 * and plain words.
 * @param {string} entry the entry point's `import.meta.url`, named in the words
 * @param {string} [brought] the folder of installed packages
 * @returns {Promise<void>}
 */
export async function requireNode(entry, brought = modules) {
  const found = process.versions.node
  if (Number(found.split('.')[0]) >= OLDEST) return

  const program = fileURLToPath(entry)
  const machine = `${process.platform}-${process.arch}`
  const supplied = join(brought, `node-${machine}`, 'bin', 'node')
  if (existsSync(supplied)) await handOver(supplied, program)

  console.error(`${relative(process.cwd(), program)} needs Node ${OLDEST} or newer; this is Node ${found}.`)
  if (SUPPLIED.includes(machine)) {
    console.error('`npm ci` brings the right one along, in node_modules/.bin. Run `npm ci` once, then')
    console.error('use the npm scripts (`npm start`, `npm test`; `npm run` lists them all).')
  } else {
    console.error(`\`npm ci\` brings no Node along for ${machine}. Install Node ${OLDEST} or newer`)
    console.error('(https://nodejs.org), then run `npm ci` and the npm script again.')
  }
  process.exit(2)
}

/** Never returns: what the other process is told and how it ends is told to and by this one. */
function handOver(supplied, program) {
  const child = spawn(supplied, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal tells both processes of Ctrl-C; the programs here hear it twice and stop once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise(() => {
    child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
