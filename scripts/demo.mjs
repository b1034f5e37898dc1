import { requireNode } from '../node/require-node.mjs'

await requireNode(import.meta.url)
const { main } = await import('./demo.ts')
// Whoever was in the middle of something when it was ended is not waited for.
process.exit(await main(process.argv.slice(2)))
