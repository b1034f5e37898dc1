/** A directory of one's own for each test, removed when the test has ended. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function aDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tongyi-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
