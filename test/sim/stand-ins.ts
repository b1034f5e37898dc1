/**
 * What is put in the place of the machine as the hub's code is loaded; imported before any of it. The product knows
 * nothing of this: modules are exchanged by the loader of this one process.
 *
 * - `node:fs`, for the adapters that write a hub's record, becomes the disks of the bottle (`fs.ts`).
 * - Public keys are remembered (`curve.ts`): making one takes longer than everything else.
 */
import { registerHooks } from 'node:module'

/** The adapters that live on the bottle's disks. */
const onDisk = ['durable', 'evidence-files', 'fetched-tail', 'journal', 'journal-reading', 'mirror-journals']

const exchanged = [
  { names: ['node:fs', 'node:fs/promises'], importers: new RegExp(`/node/.*/(${onDisk.join('|')})\\.ts$`), by: new URL('fs.ts', import.meta.url).href },
  { names: ['@noble/ed25519'], importers: /\/ledger\/keys\.ts$/, by: new URL('curve.ts', import.meta.url).href },
]

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context
    const found = exchanged.find(({ names, importers }) =>
      names.includes(specifier) && parentURL !== undefined && importers.test(parentURL))
    return found === undefined ? next(specifier, context) : { url: found.by, format: 'module-typescript', shortCircuit: true }
  },
})
