/**
 * ◆ Where the process begins: on the right Node, with what was compiled before. Types are stripped and code is compiled
 * once and not at every start; the result is kept beside the code, where nobody else may write.
 */
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { requireNode } from './require-node.mjs'

await requireNode(import.meta.url)
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/tongyi', import.meta.url))
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
