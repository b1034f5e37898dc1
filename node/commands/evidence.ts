/**
 * ◆ Evidence at the command line: `evidence list|verify|import`. A bundle is checked with nothing but itself, so
 * all but `import` works without a hub and without a network. (`audit` judges bundles too, beside the logs.)
 */
import { existsSync, statSync } from 'node:fs'
import { toHex } from '#ledger/bytes.ts'
import { type EvidenceVerdict, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { evidenceDirectory, readBundle, readEvidence } from '../cities/evidence/evidence-files.ts'
import { Unreadable } from '../audit/pieces.ts'
import { onOneLine } from '../progress.ts'

/** One bundle with what it proves. */
export type Judged = { file: string; verdict: EvidenceVerdict }

/** Checks one file. @throws Unreadable when there is none. */
export function judgeFile(file: string): Judged {
  return { file, verdict: verifyEvidence(bundleIn(file)) }
}

/** The text of a file that may be a bundle; empty when it cannot be one. @throws Unreadable when there is no file. */
export function bundleIn(file: string): string {
  if (!existsSync(file) || !statSync(file).isFile()) throw new Unreadable(`${file}: there is no such file`)
  return readBundle(file) ?? ''
}

/** Everything that the hub of a data directory keeps. */
export const judgeKept = (dataDir: string): Judged[] =>
  readEvidence(evidenceDirectory(dataDir)).map(({ name, text }) => ({ file: name, verdict: verifyEvidence(text) }))

/** For programs. */
export const jsonOf = ({ file, verdict }: Judged): object => ({
  file,
  ...(verdict.ok
    ? {
        proved: true, kind: verdict.offence.kind, id: verdict.offence.id, hub: verdict.offence.origin,
        hubId: toHex(verdict.offence.hubId), key: toHex(verdict.offence.guilty.publicKey), shows: verdict.offence.shows,
      }
    : { proved: false, because: verdict.fault }),
})

/** For people. */
export function wordsOn({ file, verdict }: Judged): string {
  if (!verdict.ok) return `${file}: proves nothing (${verdict.fault})`
  const { kind, id, origin, city, hubId, shows } = verdict.offence
  return [
    `${file}: PROVED, ${kind} against ${onOneLine(city)}, ${origin}`, `  ${shows}`, `  offence ${id}`, `  hubId   ${toHex(hubId)}`,
    '  Compare the hubId with the one on that hub’s card: the name alone holds 32 bits of it.',
  ].join('\n')
}
