import { requireNode } from '../node/require-node.mjs'

await requireNode(import.meta.url)
const { main } = await import('./shots.ts')
process.exitCode = await main(process.argv.slice(2))
