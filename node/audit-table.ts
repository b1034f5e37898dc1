/**
 * A verdict in print: one table, a row for each kind of check and a column for each log, then what was found
 * and what was left open, in sentences. And the same as JSON, for programs.
 */
import {
  type NotChecked, type Offence, type OffenceCode, type Row, type RowName, rowNames, type SignedBy, type Verdict,
} from '#ledger/audit.ts'
import { jsonOf, verdictJson } from '#ledger/verdict-json.ts'
import { grouped } from './progress.ts'

/** One target: its verdict, or why it could not be read; and what else is to be said about it. */
export type Audited = { target: string; notes: string[] } & (
  | { verdict: Verdict; unreadable: null }
  | { verdict: null; unreadable: string }
)

/** The whole answer as text for a person. */
export function tableOf(audited: readonly Audited[]): string {
  const read = audited.flatMap(({ target, verdict, notes }) =>
    verdict === null ? [] : [{ verdict, notes, name: nameOf(verdict, target) }])
  const lines: string[] = []
  if (read.length > 0) {
    const table = [
      ['', ...read.map(({ name }) => name)],
      ...rowNames.map((row) => [row, ...read.map(({ verdict }) => cellOf(verdict.rows[row]))]),
    ]
    lines.push(...aligned(table), '')
  }
  for (const { name, verdict, notes } of read) {
    lines.push(...aboutOne(name, verdict), ...notes.map((note) => `  ${note}`), '')
  }
  for (const { target, unreadable } of audited) {
    if (unreadable !== null) lines.push(`${target} could not be read: ${unreadable}`, '')
  }
  lines.push(conclusionOf(audited))
  return `${lines.join('\n')}\n`
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

function conclusionOf(audited: readonly Audited[]): string {
  const offences = audited.filter(({ verdict }) => verdict !== null && verdict.offence !== null).length
  const unreadable = audited.filter(({ verdict }) => verdict === null).length
  const logs = (count: number) => (count === 1 ? '1 log' : `${count} logs`)
  if (offences > 0) return `NOT IN ORDER: ${logs(offences)} of ${audited.length}.`
  if (unreadable === audited.length) return 'Nothing was read.'
  if (unreadable > 0) return `${logs(unreadable)} of ${audited.length} could not be read; what was read is in order.`
  return 'Everything that was checked is in order.'
}

const notCheckedTexts: Record<NotChecked, string> = {
  'stopped': 'the audit ends at the first offence',
  'no-checkpoint': 'the hub has signed no checkpoint yet',
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

/** The answer for programs (`ledger/verdict-json.ts`): `ok` and, for each target, its verdict or why it has none. */
export function jsonOfAll(audited: readonly Audited[]): unknown {
  const logs = audited.map(({ target, verdict, unreadable, notes }) =>
    verdict === null ? { target, unreadable } : { target, ...verdictJson(verdict), notes })
  return { ok: audited.every(({ verdict }) => verdict !== null && verdict.offence === null), logs }
}
