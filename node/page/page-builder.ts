/** ◆ The program that builds the page: from the folder of its sources into another, and ends. */
import { join } from 'node:path'
import { build } from 'vite'

const [sources = '', outDir = ''] = process.argv.slice(2)
const inputs = { configFile: join(sources, 'vite.config.ts'), root: sources, logLevel: 'error' } as const
await build({ ...inputs, build: { outDir, emptyOutDir: true } })
await build({ ...inputs, mode: 'verify', build: { outDir, emptyOutDir: false } })
