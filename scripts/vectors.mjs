import { requireNode } from '../node/require-node.mjs'

await requireNode(import.meta.url)
const { main } = await import('./vectors.ts')
process.exitCode = await main()
