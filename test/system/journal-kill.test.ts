/**
 * The journal under kill -9, at chosen system calls: a child program appends and reports what was
 * acknowledged; strace kills it as it enters its n-th pwrite, fdatasync, fsync or rename. Whatever
 * it reported must then be there, in order, with nothing invented, and the journal must go on.
 * `UV_THREADPOOL_SIZE=1` because strace counts per thread: with four pool threads the n-th call may
 * never come, and a kill that did not happen proves nothing, so each run asserts that it did.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal, readJournal, type Frame } from '#node/disk/journal.ts'
import { programOf } from '#test/support/child.ts'
import { aDirectory } from '#test/support/directories.ts'
import { identity, writtenText } from '#test/support/journal-writer.ts'

const GROUPS = 12
/**
 * The same calls as in a run without kills come first; the later ones lie where a segment begins.
 */
const points: [call: string, nth: number][] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 14, 16].map((nth): [string, number] => ['pwrite64', nth]),
  ...[1, 2, 3, 4, 8, 9, 13].map((nth): [string, number] => ['fdatasync', nth]),
  ...[1, 2, 4, 6, 7, 11].map((nth): [string, number] => ['fsync', nth]),
  ...[1, 2, 3].map((nth): [string, number] => ['/^rename', nth]),
]

test('strace is there', () => {
  const { error } = spawnSync('strace', ['--version'])
  expect(error, 'Crash tests need the Debian package strace: apt install strace').toBeUndefined()
})

test.for(points)('killed at %s number %i, nothing acknowledged is lost', async ([call, nth]) => {
  const dir = aDirectory()
  const journalDir = join(dir, 'journal')
  const acknowledged = killedWriter(journalDir, call, nth)

  const read: string[] = []
  const journal = await openJournal(journalDir, identity, (frame) => read.push(textOf(frame)))
  expect(read.length).toBeGreaterThanOrEqual(acknowledged)
  expect(read.length).toBeLessThanOrEqual(acknowledged + 3) // at most the group under way
  expect(read).toEqual(read.map((_, number) => writtenText(number)))

  await journal.append([{ type: 65, payload: Buffer.from('goes on') }])
  await journal.close()
  const after = Array.from(readJournal(journalDir), ({ frame }) => textOf(frame))
  expect(after).toEqual([...read, 'goes on'])
})

/**
 * Runs the writer until it is killed, and answers how many frames it had reported as acknowledged.
 */
function killedWriter(dir: string, call: string, nth: number): number {
  const inject = `inject=${call}:signal=KILL:when=${nth}`
  const command = [process.execPath, programOf('journal-writer.ts'), dir, String(GROUPS)]
  const { signal, stdout, stderr } = spawnSync(
    'strace',
    ['-f', '-qq', '-e', `trace=${call}`, '-e', inject, ...command],
    { env: { ...process.env, UV_THREADPOOL_SIZE: '1' }, encoding: 'utf8' },
  )
  expect(signal, `the kill happened; strace said:\n${stderr}`).toBe('SIGKILL')
  expect(stdout).not.toContain('closed')
  return Number(/acknowledged (\d+)\n$/.exec(stdout)?.[1] ?? 0)
}

function textOf(frame: Frame): string {
  return Buffer.from(frame.payload).toString()
}
