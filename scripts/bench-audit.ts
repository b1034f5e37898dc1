/**
 * `npm run bench -- audit [--entries N] [--rounds R] [--dir DIR]`: a full audit of an export file, as the command does it,
 * beside what the verifiers of this machine do by themselves.
 *
 * Neighbours, one for every hundred entries and a thousand at most, write down helps and confirm them; then, in
 * rounds, the ceilings and the audit are taken one after the other. The wall clock says how long somebody waits.
 * Where others use the machine as well, it is the processor time that says what the audit adds to the verifying:
 * both ratios are printed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { toHex } from '#ledger/bytes.ts'
import type { SignatureClaim } from '#ledger/claims.ts'
import { keyIdOf, signHead } from '#ledger/keys.ts'
import { writeExport } from '#node/audit/export.ts'
import { type BackEnd, backEnds, ed25519Of, installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { auditInPool } from '#node/audit/parallel-audit.ts'
import { exportFile } from '#node/audit/pieces.ts'
import { grouped } from '#node/progress.ts'
import { openVerifierPool } from '#node/signatures/verifier-pool.ts'
import { aBenchTown, appendAll, type BenchTown, keepCheckpoint, median, seconds, signedActions } from './bench-town.ts'
import type { Ceiling, CeilingData } from './bench-verify-worker.ts'
import { counted } from './figures.ts'

const ROUNDS = 3
const MEMBERS_MAX = 1_000
const MEMBERS_MIN = 8
const ENTRIES_PER_MEMBER = 100
const IN_FLIGHT = 1_024
/** Actions signed at once: a million would not fit beside the log made of them. */
const CHUNK = 50_000
const SAMPLE = 4_000
const CEILING_MS = 1_000

const CORES = availableParallelism()

const membersFor = (entries: number): number =>
  Math.min(MEMBERS_MAX, Math.max(MEMBERS_MIN, Math.floor(entries / ENTRIES_PER_MEMBER)))

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function audit(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      entries: { type: 'string', default: '100000' }, rounds: { type: 'string', default: String(ROUNDS) },
      dir: { type: 'string', default: tmpdir() },
    },
  })
  const [entries, count] = [Number(values.entries), Number(values.rounds)]
  if (!Number.isSafeInteger(entries) || entries < 2 || !Number.isSafeInteger(count) || count < 1) {
    process.stderr.write('bench audit [--entries N] [--rounds R] [--dir DIR]\n')
    return 2
  }
  const used = installNativeCrypto()
  const dir = mkdtempSync(join(values.dir, 'bench-'))
  try {
    const { file, claims } = await aLog(dir, entries)
    const rounds: Round[] = []
    while (rounds.length < count) rounds.push(await measure(file, claims))
    process.stdout.write(report(rounds, used, entries))
    return 0
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** An export of that many entries, and some of the signatures in it. */
async function aLog(dir: string, entries: number): Promise<{ file: string; claims: SignatureClaim[] }> {
  const town = await aBenchTown(join(dir, 'hub'), membersFor(entries))
  let claims: SignatureClaim[] = []
  for (let left = entries; left > 0; left -= CHUNK) {
    const actions = signedActions(town, Math.min(left, CHUNK))
    if (claims.length === 0) claims = actions.slice(0, SAMPLE).map((action) => claimOf(town, action))
    await appendAll(town.writer, actions, IN_FLIGHT)
    process.stderr.write(`${grouped(entries - Math.max(0, left - CHUNK))} of ${grouped(entries)} entries written\n`)
  }
  await keepCheckpoint(town)
  await town.writer.close()
  const file = join(dir, 'export.cv')
  await writeExport(town.data, file)
  return { file, claims }
}

function claimOf({ people, hubId }: BenchTown, { body, auth: [auth] }: ReturnType<typeof signedActions>[number]): SignatureClaim {
  const { device } = people.find((person) => toHex(keyIdOf(person.device)) === toHex(auth!.keyId))!
  return { key: device, head: signHead('entry', hubId), body, signature: auth!.signature }
}

type Round = { audit: Ceiling; oneCore: Map<BackEnd, Ceiling>; allCores: Map<BackEnd, Ceiling> }

async function measure(file: string, claims: SignatureClaim[]): Promise<Round> {
  const oneCore = new Map<BackEnd, Ceiling>()
  const allCores = new Map<BackEnd, Ceiling>()
  for (const backEnd of backEnds) {
    if (backEnd !== 'portable' && ed25519Of(backEnd) === null) continue
    oneCore.set(backEnd, await ceiling(backEnd, claims, 1))
    allCores.set(backEnd, await ceiling(backEnd, claims, CORES))
  }
  return { audit: await auditOnce(file), oneCore, allCores }
}

/** What a back end does on so many cores at once. */
async function ceiling(backEnd: BackEnd, claims: SignatureClaim[], threads: number): Promise<Ceiling> {
  const workerData: CeilingData = { backEnd, claims, ms: CEILING_MS }
  const all = await Promise.all(Array.from({ length: threads }, () => new Promise<Ceiling>((resolve, reject) => {
    const worker = new Worker(new URL('./bench-verify-worker.ts', import.meta.url), { workerData })
    worker.on('message', resolve)
    worker.on('error', reject)
  })))
  return {
    perSecond: all.reduce((sum, one) => sum + one.perSecond, 0),
    perCpuSecond: all.reduce((sum, one) => sum + one.perCpuSecond, 0) / threads,
  }
}

async function auditOnce(file: string): Promise<Ceiling> {
  const pool = openVerifierPool()
  const [began, before] = [performance.now(), process.cpuUsage()]
  const { offence, rows } = await auditInPool(() => exportFile(file, { bytes: 0, notes: [] }), pool)
  const took = seconds(began)
  const { user, system } = process.cpuUsage(before)
  await pool.close()
  if (offence !== null) throw new Error(`the log that was just written is not in order: ${offence.code}`)
  return { perSecond: rows.signatures.count / took, perCpuSecond: (rows.signatures.count * 1e6) / (user + system) }
}

function report(rounds: Round[], used: BackEnd, entries: number): string {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick))
  const wall = of(({ audit }) => audit.perSecond)
  const ratio = of(({ audit, allCores }) => audit.perSecond / allCores.get(used)!.perSecond)
  const cpuRatio = of(({ audit, allCores }) => audit.perCpuSecond / allCores.get(used)!.perCpuSecond)
  const [own, verifying] = [of(({ audit }) => 1e6 / audit.perCpuSecond), of(({ allCores }) => 1e6 / allCores.get(used)!.perCpuSecond)]
  const lines = [
    `audit   ${perSec(wall)}, ${(entries / wall).toFixed(1)} s for ${grouped(entries)} entries`,
    `        ${ratio.toFixed(2)} of what ${used} verifies by itself on ${CORES} cores, by the clock`,
    `        ${cpuRatio.toFixed(2)} by processor time: ${own.toFixed(1)} µs an entry, of which verifying ${verifying.toFixed(1)} µs`,
    '',
    `verify  ${'one core'.padStart(16)} ${`${CORES} cores`.padStart(11)} ${'a core and second of processor time'.padStart(12)}`,
    ...[...rounds[0]!.oneCore.keys()].map((backEnd) => `        ${backEnd.padEnd(11)}${[
      of(({ oneCore }) => oneCore.get(backEnd)!.perSecond), of(({ allCores }) => allCores.get(backEnd)!.perSecond),
      of(({ allCores }) => allCores.get(backEnd)!.perCpuSecond),
    ].map(perSec).join(' ')}`),
    '',
    `${counted(rounds.length, 'round')}, medians. Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${membersFor(entries)} members.`,
    'Audited: form, chain, every signature, rules and sums, seals, tree, checkpoint; read from an export file.',
  ]
  return `${lines.join('\n')}\n`
}

const perSec = (value: number): string => `${grouped(Math.round(value)).padStart(9)}/s`
