/**
 * What was found, in print: for logs one table, a row for each kind of check and a column for each log, then what was
 * found and what was left open, in sentences; then what else was brought, and how two things compare. And the same as
 * JSON, for programs.
 */
import {
  type NotChecked, type Offence, type OffenceCode, type Row, type RowName, rowNames, type SignedBy, type Verdict,
} from '#ledger/audit/audit.ts'
import { utcText } from '#ledger/calendar.ts'
import type { Comparison, Unsaid } from '#ledger/audit/comparison.ts'
import type { Finding, FindingCode } from '#ledger/audit/exhibit.ts'
import { jsonOf, verdictJson } from '#ledger/audit/verdict-json.ts'
import { grouped, onOneLine } from '../progress.ts'

/** A log that was audited; `notes`: what else is to be said about it. */
export type Log = { what: 'log'; target: string; verdict: Verdict; notes: string[] }

/** One target: a log, something brought about one, whose word is known, or why it could not be read. */
export type Audited =
  | Log
  | { what: 'finding'; target: string; finding: Finding }
  | { what: 'known'; target: string; kind: 'policy' | 'key' }
  | { what: 'unreadable'; target: string; unreadable: string }

/** The whole answer as text for a person. `evidence`: the file to which evidence of a fork was written. */
export function tableOf(audited: readonly Audited[], comparison: Comparison | null = null, evidence?: string): string {
  const logs = audited.flatMap((one) => (one.what === 'log' ? [{ ...one, name: nameOf(one.verdict, one.target) }] : []))
  const lines: string[] = []
  if (logs.length > 0) {
    const table = [
      ['', ...logs.map(({ name }) => name)],
      ...rowNames.map((row) => [row, ...logs.map(({ verdict }) => cellOf(verdict.rows[row]))]),
    ]
    lines.push(...aligned(table), '')
  }
  for (const { name, verdict, notes } of logs) {
    lines.push(...aboutOne(name, verdict), ...notes.map((note) => `  ${note}`), '')
  }
  for (const one of audited) {
    if (one.what === 'finding') lines.push(...aboutFinding(one.target, one.finding), '')
    if (one.what === 'unreadable') lines.push(`${one.target} could not be read: ${one.unreadable}`, '')
  }
  if (comparison !== null) lines.push(...aboutComparison(comparison, evidence), '')
  lines.push(conclusionOf(audited, comparison))
  return `${lines.join('\n')}\n`
}

function aboutFinding(target: string, finding: Finding): string[] {
  const { outcome, code } = finding
  const heads = { 'ok': 'holds', 'failed': 'DOES NOT HOLD', 'not-checked': 'was not checked' }
  const lines = [`${target}: a ${finding.what} that ${heads[outcome]}${code === null ? '' : `: ${code}, ${findingTexts[code]}`}`]
  if (finding.what === 'evidence') {
    if (finding.offence === null) return lines
    const { kind, shows, city, hubId, id } = finding.offence
    return [
      ...lines, `  ${kind} against the hub of ${onOneLine(city)}: ${shows}`, `  id ${id}`,
      `  Compare hubId ${jsonOf(hubId)} with the one on the hub’s card.`,
    ]
  }
  const { signed, satisfied } = finding
  if (signed !== null) {
    lines.push(`  ${onOneLine(signed.origin)}, ${grouped(Number(signed.size))} entries, root ${jsonOf(signed.root)}`)
    for (const { name, time } of signed.cosigners) lines.push(`  cosigned by ${onOneLine(name)} at ${utcText(Number(time))}`)
    if (satisfied !== null) lines.push(`  the policy ${satisfied ? 'is satisfied' : 'asks for more cosigners'}`)
  }
  if (finding.what === 'proof' && finding.index !== null) {
    const { entry, leaf } = finding
    const by = entry === null ? '' : `, signed with key ${entry.keys.join(' and ')}`
    const said = entry === null ? '' : `: ${entry.kind} of ${entry.acct}, ${utcText(entry.ts)}`
    lines.push(`  entry ${finding.index}${said}${by}`, ...(leaf === null ? [] : [`  leaf ${leaf}`]))
  }
  return lines
}

function aboutComparison(comparison: Comparison, evidence: string | undefined): string[] {
  if (comparison.answer === 'cannot-say') return [`CANNOT SAY: ${unsaidTexts[comparison.because]}`]
  const { origin, sizes: [one, other] } = comparison
  const both = `${origin} with ${grouped(one)} and with ${grouped(other)} entries`
  switch (comparison.answer) {
    case 'consistent': {
      const { proof } = comparison
      if (one === other) return [`CONSISTENT: ${both} is one history, with one root.`]
      return [
        `CONSISTENT: ${both}: the smaller is the beginning of the larger. The proof (RFC 9162, 2.1.4):`,
        ...proof.map((hash) => `  ${jsonOf(hash)}`),
      ]
    }
    case 'restored':
      return [
        `RESTORED: ${both} part at entry ${comparison.at}, where the log recorded its restore, ` +
        `generation ${comparison.generation}.`,
      ]
    case 'forked': {
      const where = comparison.at === null ? '' : `, from entry ${comparison.at} on`
      const written = comparison.evidence === null
        ? 'They make no bundle by themselves; keep both, they are the proof.'
        : evidence === undefined ? 'Give --evidence FILE for the bundle that convicts the hub.' : `The evidence is in ${evidence}.`
      return [`FORKED: ${both} are two histories${where}, both signed by its key. ${written}`]
    }
  }
}

const unsaidTexts: Record<Unsaid, string> = {
  'two-needed': 'two logs or checkpoints have to be given, no more and no fewer',
  'not-in-order': 'one of the logs is not in order by itself; see above',
  'unreadable': 'one of them is no checkpoint',
  'other-log': 'they are of two logs; each hub has a history of its own',
  'unknown-log': 'nothing here says which key is the log’s: give a policy or a key (--policy), or an export of this log',
  'unsigned': 'one of the checkpoints is not signed by the log’s key, and so is nobody’s word',
  'records-needed': 'between checkpoints of different sizes only records can tell: give an export of at least the larger size',
}

export const findingTexts: Record<FindingCode, string> = {
  'unreadable': 'it has not the form it begins with',
  'unknown-log': 'nothing here says which key is this log’s: give a policy or a key (--policy), or an export of this log',
  'not-signed': 'the log’s key did not sign it, or a line of a known key does not verify',
  'quorum-missing': 'the log signed it, but fewer cosigners than the policy asks for',
  'not-a-proof': 'it is no tlog-proof, or it has been altered or cut',
  'no-record': 'it does not say of which record it is',
  'not-in-the-tree': 'it does not lead from this record to the root that was signed: one of the two has been altered',
  'other-entry': 'the record is of another log, or of another number',
  'too-large': 'no evidence is so large',
  'bad-genesis': 'the document does not found a hub',
  'bad-receipt': 'a receipt is not signed by the hub’s key',
  'bad-order': 'an order in it is not signed by the hub’s key, or is not about it',
  'bad-card': 'the card in it is not signed by the hub’s key',
  'bad-vote': 'a vote in it is not signed by the hub’s key',
  'bad-flag': 'the flag in it is not signed by the hub’s key, or is about several logs at once',
  'log-needed': 'it convicts only beside the hub’s log: give an export of that too',
  'other-log': 'the log that was given is not the one it is about, or ends before it',
  'not-so': 'the log that was given does not bear it out',
  'bad-checkpoint': 'a checkpoint is not signed by the hub’s key',
  'bad-proof': 'a proof in it does not lead to the root',
  'other-number': 'the two are about different numbers',
  'other-generation': 'a restore lies between the two',
  'other-size': 'the two have not the sizes that this kind of evidence needs',
  'no-contradiction': 'both can be true',
  'other-words': 'its head says something else than its parts',
}

function cellOf(row: Row): string {
  const count = grouped(row.count)
  switch (row.outcome) {
    case 'ok': return `${count} ok`
    case 'failed': return row.count === 0 ? 'FAILED' : `${count} ok, then FAILED`
    case 'not-checked': return row.count === 0 ? 'not checked' : `${count} ok, rest not checked`
  }
}

function aboutOne(name: string, { entries, root, checkpoint, rows, offence }: Verdict): string[] {
  const lines = [`${name}: ${grouped(entries)} entries${root === null ? '' : `, root ${root}`}`]
  if (checkpoint !== null) {
    const by = checkpoint.cosigners.map((one) => one.name)
    lines.push(`  checkpoint at ${grouped(checkpoint.size)}${by.length === 0 ? '' : `, cosigned by ${by.join(', ')}`}`)
  }
  if (offence !== null) lines.push(`  OFFENCE: ${offenceText(offence)}`)
  const open = new Map<string, RowName[]>()
  for (const row of rowNames) {
    const found = rows[row]
    if (found.outcome !== 'not-checked') continue
    const why = `${notCheckedTexts[found.because]}${found.missing.length === 0 ? '' : `: ${found.missing.join(', ')}`}`
    open.set(why, [...(open.get(why) ?? []), row])
  }
  for (const [why, names] of open) lines.push(`  not checked: ${names.join(', ')} (${why})`)
  return lines
}

/** Where it is, who signed it, and what is wrong with it. */
export function offenceText({ where, seq, kind, signedBy, code, about }: Offence): string {
  const place = where === 'entry' ? `entry ${seq}` : `${where}, after ${seq} entries that are in order`
  const what = kind === null ? '' : ` (${kind})`
  const who = signedBy === null ? '' : `, signed by ${signersText(signedBy)}`
  const meaning = codeTexts[code]
  return `${place}${what}${who}: ${code}${meaning === undefined ? '' : `, ${meaning}`}${factsText(about)}`
}

function factsText(about: Offence['about']): string {
  if (about === null) return ''
  if ('first' in about) return ` (entries ${about.first} to ${about.last})`
  if ('offset' in about) return ` (at byte ${about.offset})`
  return ` ${JSON.stringify(jsonOf(about))}`
}

function signersText({ signer, accounts, keys }: SignedBy): string {
  const by = signer === 'hub' ? 'the hub’s log key' : `${signer} ${accounts.join(' and ')}`
  return keys.length === 0 ? by : `${by} with key ${keys.join(' and ')}`
}

function conclusionOf(audited: readonly Audited[], comparison: Comparison | null): string {
  const wrong = audited.filter((one) =>
    (one.what === 'log' && one.verdict.offence !== null) || (one.what === 'finding' && one.finding.outcome === 'failed'))
  const unreadable = audited.filter(({ what }) => what === 'unreadable').length
  const open = audited.some((one) => one.what === 'finding' && one.finding.outcome === 'not-checked')
  const things = audited.every(({ what }) => what === 'log' || what === 'unreadable') ? 'log' : 'thing'
  const counted = (count: number) => (count === 1 ? `1 ${things}` : `${count} ${things}s`)
  if (wrong.length > 0) return `NOT IN ORDER: ${counted(wrong.length)} of ${audited.length}.`
  if (comparison?.answer === 'forked') return 'NOT IN ORDER: one log with two histories.'
  if (unreadable === audited.length) return 'Nothing was read.'
  if (audited.every(({ what }) => what === 'known')) return 'Nothing was given to be checked, only by what to check.'
  if (unreadable > 0) return `${counted(unreadable)} of ${audited.length} could not be read; what was read is in order.`
  if (open || comparison?.answer === 'cannot-say') return 'What could be checked is in order; something could not.'
  return 'Everything that was checked is in order.'
}

const notCheckedTexts: Record<NotChecked, string> = {
  'stopped': 'the audit ends at the first offence',
  'no-seals': 'tiles carry no seals; an export does',
  'no-checkpoint': 'the hub has signed no checkpoint yet',
  'no-digest': 'the hub has published no digest of its state yet',
  'no-cosignature': 'nobody has cosigned: this history rests on the hub’s own word',
  'asked-alone': 'no other log was given',
  'no-federation': 'this city has not met another',
  'logs-missing': 'the logs of all its cities have to be given',
  'different-moments': 'one log ends before something another has seen of it: take the exports again',
}

/** What is not a rule's refusal needs words here; refusals carry their name and data. */
const codeTexts: Partial<Record<OffenceCode, string>> = {
  'malformed': 'the bytes are not a record',
  'broken-chain': 'it is not the record that the next one follows, or was put after another than it names',
  'wrong-sequence': 'an entry is missing, or stands in another’s place',
  'wrong-signature': 'the signature is not of this record',
  'unreadable': 'the bytes cannot be what has to stand here',
  'missing': 'it is not there',
  'left-over': 'there is something behind the end',
  'more-entries': 'there are more entries than the header says',
  'fewer-entries': 'there are fewer entries than the header says',
  'damaged': 'the disk gave back other bytes than were written',
  'other-log': 'it is of another log',
  'bad-seal': 'it is not signed by the log key',
  'wrong-range': 'it does not cover exactly the entries since the seal before',
  'wrong-root': 'its root is not the root of these entries',
  'wrong-generation': 'its generation is not the one that the restores recorded before it give',
  'digest-misplaced': 'it does not stand right after the day’s tick',
  'wrong-digest': 'the entries before it lead to another state than the hub says it had',
  'unsigned': 'it is not a note signed by the log key',
  'beyond-the-log': 'it is of more entries than there are: some are missing',
  'unknown-line': 'the line is of no known cosigner, does not verify, or stands there twice',
  'before-the-record': 'the auditor signed before the last record it covers was written',
  'two-histories': 'two copies of this log differ from this entry on',
  'not-in-their-log': 'the other log has another record there',
  'other-order': 'the other log has another order in that slot',
  'other-document': 'the other log adopted another document of the same version',
}

/** `cv.chengdu-5f3a91c0/log` as chengdu-5f3a91c0. */
const nameOf = ({ origin }: Verdict, target: string): string =>
  origin?.replace(/^cv\./, '').replace(/\/log$/, '') ?? target

function aligned(table: string[][]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd())
}

/**
 * The answer for programs. `ok`: the exit code would be 0. For each target, in the order given, `target`, `what` it is,
 * and for a log its verdict (`ledger/audit/verdict-json.ts`) and notes, for a checkpoint, a proof or evidence the finding
 * (`ledger/audit/exhibit.ts`); `comparison` as in `ledger/audit/comparison.ts`, or null.
 */
export function jsonOfAll(audited: readonly Audited[], comparison: Comparison | null = null): unknown {
  const logs = audited.map((one) => {
    if (one.what === 'log') return { target: one.target, what: one.what, ...verdictJson(one.verdict), notes: one.notes }
    if (one.what === 'finding') return { target: one.target, ...jsonOf(one.finding) }
    if (one.what === 'known') return { target: one.target, what: one.kind }
    return { target: one.target, what: one.what, unreadable: one.unreadable }
  })
  const ok = audited.some(({ what }) => what !== 'known') && audited.every((one) =>
    one.what === 'known' || (one.what === 'log' && one.verdict.offence === null) || (one.what === 'finding' && one.finding.outcome === 'ok'))
  const compared = comparison === null || comparison.answer === 'consistent' || comparison.answer === 'restored'
  return { ok: ok && compared, logs, comparison: comparison === null ? null : jsonOf(comparison) }
}
