/**
 * `npm run bench [-- append|audit] [--entries N] [--dir DIR]`: what the record costs, beside what this machine
 * could do at best.
 *
 * Both measurements and their ceilings are taken in one run, in rounds, and the median of each is used: on a
 * shared machine a figure means little and the ratio of two figures taken together still means something.
 *
 *   append   signed actions in, durable receipts out, through the hub's own writer, many in flight
 *   audit    an export file in, a verdict out: every signature, hash, rule, seal and sum
 *   verify   ceiling: node:crypto checking signatures of the same size by itself, on one core
 *   commit   ceiling: the bytes that append wrote, in the same groups, written and fdatasynced by themselves
 */
import { createPublicKey, verify as nativeVerify } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Action, encodeAction } from '#ledger/action.ts'
import { audit } from '#ledger/audit.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter, presets } from '#ledger/charter.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import type { Auth } from '#ledger/entry.ts'
import { readExport } from '#ledger/export.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign, signInput } from '#ledger/keys.ts'
import { signNote } from '#ledger/note.ts'
import { writeExport } from '#node/export.ts'
import { foundHub, journalDirectory } from '#node/founding.ts'
import { frameTypes } from '#node/frames.ts'
import { openJournal, readJournal } from '#node/journal.ts'
import { type HubKeys, openKeystore } from '#node/keystore.ts'
import { installNativeCrypto } from '#node/native-crypto.ts'
import { grouped } from '#node/progress.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { openWriter } from '#node/writer.ts'

const ROUNDS = 3
const IN_FLIGHT = 1024
const MEMBERS = 64
const DAY = 86_400
/** What statfs answers for a directory that is only in memory (linux/magic.h). */
const TMPFS = 0x01021994

type Person = { acct: string; secret: Uint8Array; device: Uint8Array }
type Signed = { body: Uint8Array; auth: Auth[] }
/** All but the last two in entries a second. */
type Figures = Record<'append' | 'audit' | 'verify' | 'commit' | 'waitMs' | 'group', number[]>

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function main(argv: string[]): Promise<number> {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write('bench [append|audit] [--entries N] [--dir DIR]\n')
    return 2
  }
  installNativeCrypto()
  const dir = mkdtempSync(join(asked.dir, 'bench-'))
  try {
    process.stdout.write(report(await measure(dir, asked.entries, asked.what), asked, dir))
    return 0
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Asked = { what: 'append' | 'audit' | 'both'; entries: number; dir: string }

function argumentsOf(argv: string[]): Asked | null {
  try {
    const { values, positionals: [what = 'both', ...rest] } = parseArgs({
      args: argv, allowPositionals: true,
      options: { entries: { type: 'string', default: '10000' }, dir: { type: 'string', default: tmpdir() } },
    })
    const entries = Number(values.entries)
    if (rest.length > 0 || !Number.isSafeInteger(entries) || entries < 2) return null
    return what === 'append' || what === 'audit' || what === 'both' ? { what, entries, dir: values.dir } : null
  } catch {
    return null
  }
}

async function measure(dir: string, entries: number, what: Asked['what']): Promise<Figures> {
  const figures: Figures = { append: [], audit: [], verify: [], commit: [], waitMs: [], group: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const data = join(dir, String(round))
    const keys = await openKeystore(data)
    const hub = await aHub(data, keys)
    const actions = signedActions(hub.people, hub.hubId, entries)
    figures.verify.push(verifyCeiling(actions, hub.people, hub.hubId))

    const appended = await appendAll(hub.writer, actions)
    figures.append.push(appended.perSecond)
    figures.waitMs.push(...appended.waitMs)
    const { hub: { origin }, tree } = hub.writer.state
    const body = encodeCheckpoint({ origin, size: BigInt(tree.size), root: tree.root() })
    await hub.writer.keepCheckpoint(signNote(body, origin, keys.log.secret))
    await hub.writer.close()

    const groups = groupsIn(data, entries)
    figures.group.push(...groups.map(({ records }) => records))
    figures.commit.push(commitCeiling(join(dir, 'ceiling'), groups))
    if (what === 'append') continue
    figures.audit.push(await auditOnce(data))
  }
  return figures
}

/** A founded hub with attested members, and its writer. */
async function aHub(data: string, keys: HubKeys) {
  const steward = aPerson()
  const founding = { name: 'bench', city: 'Bench', region: 'as' as const, preset: 'city' as const }
  const first = { acct: fromHex(steward.acct)!, device: steward.device, name: 'bench' }
  const hubId = await foundHub(data, founding, first, 'en', keys, systemClock, systemEntropy)
  const quiet = { info() {}, warn() {}, error: (message: string) => void process.stderr.write(`${message}\n`) }
  const writer = await openWriter({
    openJournal: (onFrame) => openJournal(journalDirectory(data), hubId, onFrame),
    keys, clock: systemClock, entropy: systemEntropy, log: quiet,
  })
  const charter = toHex(sha256(encodeCharter(presets.city)))
  const people = Array.from({ length: MEMBERS }, aPerson)
  const joining = people.flatMap((person) => {
    const { acct, device } = person
    return [
      signed({ kind: 'member.joined', ...headOf(person, hubId), device, profile: acct, charter }, person, hubId),
      signed({ kind: 'member.attested', ...headOf(steward, hubId), member: acct, identity: acct }, steward, hubId),
    ]
  })
  await appendAll(writer, joining)
  return { hubId, writer, people }
}

function aPerson(): Person {
  const secret = systemEntropy.bytes(32)
  return { acct: toHex(systemEntropy.bytes(32)), secret, device: publicKeyOf(secret) }
}

const headOf = (person: Person, hubId: Uint8Array) => ({
  id: toHex(systemEntropy.bytes(16)), acct: person.acct, exp: systemClock.now() + DAY,
  seen: { size: 0, leaf: toHex(hubId) },
})

function signed(action: Action, person: Person, hubId: Uint8Array): Signed {
  const body = encodeAction(action)
  return { body, auth: [{ keyId: keyIdOf(person.device), signature: sign(person.secret, 'entry', hubId, body) }] }
}

/** Neighbours who write down a help and confirm it, in turn. */
function signedActions(people: Person[], hubId: Uint8Array, count: number): Signed[] {
  const actions: Signed[] = []
  const day = Math.floor(systemClock.now() / DAY)
  for (let i = 0; actions.length < count; i++) {
    const helper = people[i % MEMBERS]!
    const receiver = people[(i * 7 + 1) % MEMBERS]!
    if (helper === receiver) continue
    const recorded: Action = {
      kind: 'help.recorded', ...headOf(helper, hubId), helper: helper.acct, receiver: receiver.acct, category: 1,
      minutes: 60, day, note: toHex(hubId),
    }
    actions.push(signed(recorded, helper, hubId))
    actions.push(signed({ kind: 'help.confirmed', ...headOf(receiver, hubId), help: recorded.id }, receiver, hubId))
  }
  return actions.slice(0, count)
}

/** Sends all actions in order, `IN_FLIGHT` at a time, and waits for every receipt. */
async function appendAll(writer: Awaited<ReturnType<typeof openWriter>>, actions: Signed[]) {
  const waitMs: number[] = []
  let next = 0
  const began = performance.now()
  const send = async (): Promise<void> => {
    for (let action = actions[next++]; action !== undefined; action = actions[next++]) {
      const asked = performance.now()
      const answer = await writer.submit(action.body, action.auth)
      if (!answer.ok) throw new Error(`the writer says ${JSON.stringify(answer)}`)
      waitMs.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, actions.length) }, send))
  return { perSecond: actions.length / seconds(began), waitMs }
}

function verifyCeiling(actions: Signed[], people: Person[], hubId: Uint8Array): number {
  const head = Buffer.from('302a300506032b6570032100', 'hex')
  const keys = new Map(people.map(({ device }) => [
    toHex(keyIdOf(device)), createPublicKey({ key: Buffer.concat([head, device]), format: 'der', type: 'spki' }),
  ]))
  const work = actions.slice(0, 5_000).map(({ body, auth: [auth] }) => ({
    message: signInput('entry', hubId, body), key: keys.get(toHex(auth!.keyId))!, signature: auth!.signature,
  }))
  const began = performance.now()
  for (const { message, key, signature } of work) {
    if (!nativeVerify(null, message, key, signature)) throw new Error('a signature does not verify')
  }
  return work.length / seconds(began)
}

/** Bytes and records of the groups that the measured appends were written in. */
function groupsIn(data: string, entries: number): { bytes: number; records: number }[] {
  const groups = [{ bytes: 0, records: 0 }]
  for (const { frame } of readJournal(journalDirectory(data))) {
    const group = groups.at(-1)!
    group.bytes += frame.payload.length
    if (frame.type === frameTypes.record) group.records++
    if (frame.type === frameTypes.seal) groups.push({ bytes: 0, records: 0 })
  }
  // Founding, joining and attesting stand before; a group is never split by the measurement's beginning.
  let counted = 0
  return groups.filter(({ records }) => records > 0).reverse().filter(({ records }) => {
    counted += records
    return counted <= entries
  })
}

function commitCeiling(file: string, groups: { bytes: number; records: number }[]): number {
  const fd = openSync(file, 'w')
  const bytes = new Uint8Array(Math.max(...groups.map((group) => group.bytes))).fill(0x5a)
  const began = performance.now()
  for (const group of groups) {
    writeSync(fd, bytes, 0, group.bytes)
    fdatasyncSync(fd)
  }
  const took = seconds(began)
  closeSync(fd)
  return groups.reduce((sum, { records }) => sum + records, 0) / took
}

async function auditOnce(data: string): Promise<number> {
  const file = join(data, 'export.cv')
  await writeExport(data, file)
  const began = performance.now()
  const { offence, entries } = audit(readExport([new Uint8Array(readFileSync(file))]))
  if (offence !== null) throw new Error(`the log that was just written is not in order: ${offence.code}`)
  return entries / seconds(began)
}

function report(figures: Figures, { what, entries }: Asked, dir: string): string {
  const [append, verified, commit] = [median(figures.append), median(figures.verify), median(figures.commit)]
  const { node, openssl } = process.versions
  const lines: string[] = []
  const row = (name: string, perSecond: number, against: string, ceiling: number): void => {
    const ratio = (perSecond / ceiling).toFixed(perSecond < ceiling / 10 ? 3 : 2)
    const absolute = `${perSec(perSecond)} of ${perSec(ceiling)}`
    lines.push(`${name.padEnd(7)} ${ratio.padStart(6)} of ${against.padEnd(34)} ${absolute}`)
  }
  if (what !== 'audit') {
    row('append', append, 'node:crypto verify, one core', verified)
    row('append', append, 'write + fdatasync of the same groups', commit)
    const [p50, p99] = [quantile(figures.waitMs, 0.5), quantile(figures.waitMs, 0.99)]
    const wait = `${p50.toFixed(0)} ms (median), ${p99.toFixed(0)} ms (99 of 100)`
    lines.push(`        receipt after ${wait}; ${IN_FLIGHT} in flight, ${median(figures.group)} entries a group`)
  }
  if (what !== 'append') row('audit', median(figures.audit), 'node:crypto verify, one core', verified)
  lines.push(
    '',
    `${ROUNDS} rounds of ${grouped(entries)} entries, medians. Node ${node}, OpenSSL ${openssl}.`,
    'Signed: every action by a member’s device key (Ed25519), every group by the hub’s log key.',
    `Durable: a receipt is given after the group’s fdatasync, in ${dir}.`,
    'Audited: form, chain, member signatures, rules and sums, seals, checkpoint. One thread each.',
  )
  if (statfsSync(dir).type === TMPFS) lines.push('THAT IS IN MEMORY: nothing was durable. Give --dir on a disk.')
  return `${lines.join('\n')}\n`
}

const seconds = (began: number): number => (performance.now() - began) / 1000
const perSec = (value: number): string => `${grouped(Math.round(value)).padStart(9)}/s`
const median = (values: number[]): number => quantile(values, 0.5)
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
