import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
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

test.each([
  ['a hub that is there is told how it ends', String(process.pid), [{ wrong: 'the snapshot is missing now' }]],
  ['of a hub that was gone before it began it does nothing', '1', []],
])('%s', async (_, hub, expected) => {
  const child = fork(fileURLToPath(new URL('../../node/record/recomputation-process.ts', import.meta.url)), [hub], { serialization: 'advanced' })
  const said: unknown[] = []
  child.on('message', (one) => said.push(one))
  // Behind its last message, which may come after its exit.
  const ended = once(child, 'close')
  child.send({ journal: '/nowhere', to: { segment: 0, offset: 0, frames: 1 }, file: '/nowhere/latest', key: new Uint8Array(32) })
  expect(await ended).toEqual([0, null])
  expect(said).toEqual(expected)
})
