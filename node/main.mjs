import { requireNode } from './require-node.mjs'

await requireNode(import.meta.url)
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
