import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('whoever stops it hears of its end, also when nothing else keeps the process alive', () => {
  const program = `
    import { beginRecomputation } from ${JSON.stringify(fileURLToPath(new URL('../../node/record/recomputation.ts', import.meta.url)))}
    const asked = { journal: '/nowhere', to: { segment: 0, offset: 0, frames: 1 }, file: '/nowhere/latest', key: new Uint8Array(32) }
    for (let i = 0; i < 3; i++) await beginRecomputation(asked, () => {}).stop()
    console.log('stopped')
  `
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })).toBe('stopped\n')
})
