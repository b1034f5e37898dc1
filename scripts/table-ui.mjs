import { requireNode } from '../node/require-node.mjs'

await requireNode(import.meta.url)
const { main } = await import('./table-ui.ts')
process.exitCode = main(process.argv.slice(2))
