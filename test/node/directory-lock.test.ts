import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockDirectory } from '#node/disk/directory-lock.ts'
import { ended, startedChild } from '#test/support/child.ts'
import { aDirectory } from '#test/support/directories.ts'

test('a second hub on one directory is refused and told what to do', async () => {
  const dir = aDirectory()
  const lock = await lockDirectory(dir)
  await expect(lockDirectory(dir)).rejects.toMatchObject({
    code: 'directory-locked', message: expect.stringMatching(/Stop that one first.*fuser .*LOCK/s),
  })
  await lock.release()
  await (await lockDirectory(dir)).release()
})

test('a lock held by another process is free the moment that process is killed', async () => {
  const dir = aDirectory()
  const { child, line } = await startedChild('lock-holder.ts', [dir])
  expect(line).toBe('locked')
  await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'directory-locked' })
  child.kill('SIGKILL')
  await ended(child)
  await (await lockDirectory(dir)).release()
})

test('a lock that cannot be opened is not taken for free', async () => {
  const dir = aDirectory()
  mkdirSync(join(dir, 'lock', 'LOCK'), { recursive: true })
  await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'lock-unusable' })
})

test('what a power cut left of its other files keeps nobody out, and lets nobody else in', async () => {
  const dir = aDirectory()
  await (await lockDirectory(dir)).release()
  for (const name of ['CURRENT', 'MANIFEST-000004']) writeFileSync(join(dir, 'lock', name), 'nonsense')
  const lock = await lockDirectory(dir)
  await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'directory-locked' })
  await lock.release()
})

test('two directories do not disturb each other', async () => {
  const first = await lockDirectory(aDirectory())
  const second = await lockDirectory(aDirectory())
  await first.release()
  await second.release()
})
