/**
 * ◆ `verify-page FILE`: writes `verify.html`, the page that checks ledgers by itself, so that it can be mailed or kept:
 * the same file that the hub serves, built of the same sources.
 */
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildPageIfStale } from './page-build.ts'
import type { Log } from '../ports.ts'

/** The file's name in the folder of the built page, and its path at a hub. */
const VERIFY_PAGE = 'verify.html'

/** The file may not or cannot be written; `message` says what to do. */
export class VerifyPageError extends Error {
  readonly code: 'file-exists' | 'cannot-write'
  constructor(code: VerifyPageError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Builds the page if its sources have changed and copies it to `file`; its size in bytes. */
export async function writeVerifyPage(root: string, file: string, overwrite: boolean, log: Log): Promise<number> {
  if (existsSync(file) && !overwrite) {
    throw new VerifyPageError('file-exists', `${file} is there already: give another name, or --overwrite to replace it`)
  }
  const built = join(await buildPageIfStale(root, log), VERIFY_PAGE)
  try {
    copyFileSync(built, file)
  } catch (error) {
    throw new VerifyPageError('cannot-write', `${file} could not be written: ${(error as Error).message}`)
  }
  return statSync(file).size
}
