/**
 * ◆ Which backups were made of this hub, and whether one could be restored: two lines in `copies.json`, written by
 * whoever did it, the hub or the command line. And the restore test itself: a backup that was never restored is a hope.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { copyFiles, type Manifest } from '../copies/backup.ts'
import { makeDirectory } from '../disk/durable.ts'
import { type OnRestored, restoreBackup, RestoreError } from '../copies/restore.ts'

const schema = z.object({
  backup: z.object({ made: z.number(), to: z.string(), entries: z.number(), withKeys: z.boolean() }).nullable(),
  rehearsal: z.object({ ts: z.number(), from: z.string(), ok: z.boolean(), said: z.string().nullable() }).nullable(),
})
export type Copies = z.infer<typeof schema>

const fileOf = (dataDir: string): string => join(dataDir, 'copies.json')

/** What was noted; nothing where the file is missing or unreadable, since it only reminds. */
export function readCopies(dataDir: string): Copies {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')))
  } catch {
    return { backup: null, rehearsal: null }
  }
}

function note(dataDir: string, more: Partial<Copies>): void {
  const unfinished = `${fileOf(dataDir)}.new`
  writeFileSync(unfinished, `${JSON.stringify({ ...readCopies(dataDir), ...more })}\n`, { mode: 0o600 })
  renameSync(unfinished, fileOf(dataDir))
}

export const noteBackup = (dataDir: string, to: string, { made, entries, withKeys }: Manifest): void =>
  note(dataDir, { backup: { made, to, entries, withKeys } })

/**
 * Restores a backup into a directory of its own beside the hub's, verifies it as a restore does, and takes it away
 * again. A backup without keys is tried with this hub's. Rejects with a RestoreError; either way it is noted.
 */
export async function rehearse(from: string, dataDir: string, now: number, onProgress: OnRestored): Promise<Manifest> {
  const scratch = join(dataDir, 'rehearsal')
  const clear = (): void => rmSync(scratch, { recursive: true, force: true })
  clear()
  try {
    makeDirectory(scratch)
    if (!existsSync(join(from, 'keys')) && existsSync(join(dataDir, 'keys'))) copyFiles(join(dataDir, 'keys'), join(scratch, 'keys'))
    const manifest = await restoreBackup(from, scratch, onProgress)
    note(dataDir, { rehearsal: { ts: now, from, ok: true, said: null } })
    return manifest
  } catch (error) {
    if (error instanceof RestoreError) note(dataDir, { rehearsal: { ts: now, from, ok: false, said: error.message } })
    throw error
  } finally {
    clear()
  }
}
