/**
 * The one check that every entry point makes before it imports TypeScript, which Node runs by
 * itself only from version 24 on. Older versions must be able to read this file, or the person at
 * the keyboard would see a syntax error instead of what to do; it is kept to what Node 18 knows.
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST = 24
/** Where `npm ci` brings the exact Node along (`optionalDependencies` in package.json). */
const SUPPLIED = ['linux-x64', 'linux-arm64']

/**
 * Ends the process with code 2 and plain words when this Node is too old.
 * @param {string} entry the entry point's `import.meta.url`, named in the words
 */
export function requireNode(entry) {
  const found = process.versions.node
  if (Number(found.split('.')[0]) >= OLDEST) return

  const program = relative(process.cwd(), fileURLToPath(entry))
  const machine = `${process.platform}-${process.arch}`
  console.error(`${program} needs Node ${OLDEST} or newer; this is Node ${found}.`)
  if (SUPPLIED.includes(machine)) {
    console.error('`npm ci` brings the right one along, in node_modules/.bin. Run `npm ci` once, then')
    console.error('use the npm scripts (`npm start`, `npm test`; `npm run` lists them all).')
  } else {
    console.error(`\`npm ci\` brings no Node along for ${machine}. Install Node ${OLDEST} or newer`)
    console.error('(https://nodejs.org), then run `npm ci` and the npm script again.')
  }
  process.exit(2)
}
