import { requireNode } from '../node/require-node.mjs'

await requireNode(import.meta.url)
// Before anything of the hub is loaded: what stands in for the machine.
await import('../test/sim/stand-ins.ts')
const { main } = await import('./sim.ts')
process.exitCode = await main(process.argv.slice(2))
