/** How `npm start` starts a hub, from `package.json` itself: what a bench measures is what people run. */
import { readFileSync } from 'node:fs'

/** What stands before `node` and what stands between it and the program. */
export function startedAs(): { environment: Record<string, string>; flags: string[] } {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } }
  const words = scripts.start.split(' ')
  const node = words.indexOf('node')
  const environment = Object.fromEntries(words.slice(0, node).map((word) => word.split('=') as [string, string]))
  return { environment, flags: words.slice(node + 1).filter((word) => word.startsWith('--')) }
}
