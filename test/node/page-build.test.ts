import { expect, test } from 'vitest'
import { buildPageIfStale } from '#node/page/page-build.ts'
import { root } from '#node/run.ts'

test('one page is built of the same sources, however the way to them is written', async () => {
  const log = { info() {}, warn() {}, error() {} }
  const built = await buildPageIfStale(root, log)
  expect(await buildPageIfStale(`${root}/`, log)).toBe(built)
})
