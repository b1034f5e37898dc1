/**
 * ◆ Where bundles of evidence are kept: one text file each in the data directory, named for a person
 * who looks for it there and mails it, `evidence/cv.chengdu-5f3a91c0-E2-9d0c41aa.txt`.
 *
 * A bundle proves itself, so a file that was changed, or that somebody put there, is only worth what
 * it proves. It is written under another name first and renamed, so what has the name is whole.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fromUtf8 } from '#ledger/bytes.ts'
import { EVIDENCE_BYTES_MAX, evidenceFileName } from '#ledger/evidence/evidence.ts'
import type { Offence } from '#ledger/evidence/offence.ts'
import { makeDirectory, syncDirectory } from '../../disk/durable.ts'

/** The bundles of one hub's data directory. */
export type EvidenceFiles = {
  /** Every text there, in the order of the names; what is too large to be a bundle, or no text, is left out. */
  read(): { name: string; text: string }[]
  /** Durable when it resolves; rejects with the system's error. */
  keep(offence: Offence, text: string): Promise<void>
  /** Takes a bundle away that is not worth its place; one that stays is read again at the next start, no harm done. */
  drop(offence: Offence): void
}

export const evidenceDirectory = (dataDir: string): string => join(dataDir, 'evidence')

/** Opens, and if need be makes, the directory. Throws the system's error. */
export function openEvidenceFiles(dir: string): EvidenceFiles {
  makeDirectory(dir)
  return {
    read: () => readEvidence(dir),
    async keep(offence, text) {
      const path = join(dir, evidenceFileName(offence))
      const part = `${path}.part`
      writeFileSync(part, text, { mode: 0o600 })
      const file = await open(part, 'r')
      try {
        await file.sync()
      } finally {
        await file.close()
      }
      renameSync(part, path)
      syncDirectory(dir)
    },
    drop: (offence) => rmSync(join(dir, evidenceFileName(offence)), { force: true }),
  }
}

/** The texts in a directory of bundles; none if it does not exist. */
export function readEvidence(dir: string): { name: string; text: string }[] {
  let names: string[]
  try {
    names = readdirSync(dir).filter((name) => name.endsWith('.txt')).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.flatMap((name) => {
    const text = readBundle(join(dir, name))
    return text === null ? [] : [{ name, text }]
  })
}

/** A file as text; null when it is larger than a bundle can be, or not UTF-8. Throws the system's error. */
export function readBundle(path: string): string | null {
  const bytes = readFileSync(path)
  return bytes.length > EVIDENCE_BYTES_MAX ? null : fromUtf8(bytes)
}
