/**
 * ◆ One process per data directory. Two hubs writing one journal would destroy it, and two hubs
 * signing with one key would fork the community's history. Node has no file lock of its own, and a
 * file holding a process number lies after a crash and inside containers; so `<data>/lock` is a
 * tiny LevelDB database that holds no data and serves only for its operating-system lock (fcntl),
 * which the kernel frees however the process ends, by SIGKILL too.
 *
 * LevelDB takes that lock, on the file `LOCK`, before it looks at anything else, and does not sync a new
 * database: after a power cut the rest may be no database at all. Then `LOCK` was free, and the rest, which
 * says nothing, is made anew; `LOCK` itself is never removed, or two could hold "the" lock.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Level } from 'level'
import { makeDirectory } from '#node/disk/durable.ts'

export type DirectoryLock = { release(): Promise<void> }

export class DirectoryLockError extends Error {
  /**
   * `directory-locked`: another process holds it. `lock-unusable`: the lock itself cannot be
   * opened.
   */
  readonly code: 'directory-locked' | 'lock-unusable'
  constructor(code: 'directory-locked' | 'lock-unusable', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DirectoryLockError'
    this.code = code
  }
}

/**
 * Takes the lock of `dataDir` (created when missing) for this process, until `release` or the
 * process's end. Rejects with a DirectoryLockError that says what to do.
 */
export async function lockDirectory(dataDir: string): Promise<DirectoryLock> {
  const lockDir = join(dataDir, 'lock')
  try {
    makeDirectory(lockDir)
    const lock = await opened(lockDir).catch((error: unknown) => {
      if (isHeld(error)) throw error
      for (const name of readdirSync(lockDir)) if (name !== 'LOCK') rmSync(join(lockDir, name))
      return opened(lockDir)
    })
    return { release: () => lock.close() }
  } catch (error) {
    throw refusalOf(error, dataDir, lockDir)
  }
}

async function opened(lockDir: string): Promise<Level<string, string>> {
  const lock = new Level<string, string>(lockDir)
  await lock.open()
  return lock
}

const isHeld = (error: unknown): boolean =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'LEVEL_LOCKED'

function refusalOf(error: unknown, dataDir: string, lockDir: string): DirectoryLockError {
  const cause = (error as Error).cause ?? error
  if (isHeld(error)) {
    return new DirectoryLockError(
      'directory-locked',
      `${dataDir} is in use by another running hub. Stop that one first, or give this one a `
        + `directory of its own. To see which process it is: fuser ${join(lockDir, 'LOCK')}`,
      { cause: error },
    )
  }
  return new DirectoryLockError(
    'lock-unusable',
    `The lock in ${lockDir} cannot be opened: ${(cause as Error).message}. Look for free `
      + `disk space and permissions first. It holds no data: if nothing else helps, make sure that no hub is `
      + `running on ${dataDir}, then delete ${lockDir}.`,
    { cause: error },
  )
}
