/** The planted bugs of `npm run canaries`: each still fits the tree it is planted in. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { canaries } from '../../scripts/canaries.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('there are at least sixteen', () => {
  expect(canaries().length).toBeGreaterThanOrEqual(16)
})

test.each(canaries().map((canary) => [canary.name, canary] as const))('%s can be planted', (_, { file, what }) => {
  expect(what).not.toBe('')
  expect(spawnSync('git', ['apply', '--check', file], { cwd: root, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
