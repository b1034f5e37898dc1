/** ◆ For auditors, and for whoever keeps proofs: exports, audits, evidence, policies, the page that checks by itself. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { EvidenceAnswer } from '#protocol/api.ts'
import { runAudit } from '../audit/audit.ts'
import { runCheckProof, type Trust } from '../audit/check-proof.ts'
import { type Flags, readConfig } from '../config.ts'
import { bundleIn, jsonOf, judgeFile, judgeKept, wordsOn } from './evidence.ts'
import { type ExportFormat, exportFormats, rewriteExport, writeExport } from '../audit/export.ts'
import { openLog } from '../log.ts'
import { policyText } from '../audit/policy-file.ts'
import { root } from '../run.ts'
import { writeVerifyPage } from '../page/verify-page.ts'
import { ask } from './asking.ts'
import { CannotDo, foundedIn, print, readable, withFlags } from './command.ts'

type AuditFlags = { json?: boolean; compare?: boolean; policy?: string; evidence?: string; tiles?: boolean }

/** `export`, `evidence`, `verify-page`, `audit`, `check-proof`, `policy`. */
export function auditCommands(program: Command): void {
  withFlags(program.command('export <file>'))
    .description('write the ledger as one file that anybody can audit, or for other programs')
    .addOption(new Option('--format <format>', 'cbor is the ledger itself; the others are made of it').choices(exportFormats).default('cbor'))
    .option('--from <export>', 'make it of this export file instead of the data directory')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string, flags: Flags & { format: ExportFormat; from?: string; overwrite?: boolean }) => {
      const { format, from, overwrite = false } = flags
      const options = { format, overwrite, progress: process.stderr }
      const written = from === undefined ? await writeExport(foundedIn(flags), file, options) : await rewriteExport(from, file, options)
      print(flags, { file, format, ...written }, `${file}: ${written.entries} entries`)
    })

  const evidence = program.command('evidence').description('what proves that a hub has said two things that cannot both be true')
  withFlags(evidence.command('list')).description('what this hub keeps, against whom').action((flags: Flags) => listEvidence(flags))
  evidence
    .command('verify <file>')
    .description('check a bundle, with nothing but itself')
    .option('--json', 'print the verdict as JSON')
    .action((file: string, { json }: { json?: boolean }) => verifyBundle(file, json === true))
  withFlags(evidence.command('import <file>')).description('hand a bundle to the running hub, which checks it and acts on it').action((file: string, flags: Flags) => importEvidence(file, flags))

  withFlags(program.command('verify-page <file>'))
    .description('write the page that checks ledgers by itself, one file to keep or to mail')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string, flags: Flags & { overwrite?: boolean }) => {
      const bytes = await writeVerifyPage(root, file, flags.overwrite === true, openLog('error'))
      print(flags, { file, bytes }, `${file}: ${bytes} bytes; open it in any browser`)
    })

  program
    .command('audit <target...>')
    .description('check without trusting anybody: data directories, exports, tiles, http addresses, checkpoints, proofs, evidence')
    .option('--compare', 'say whether two logs or checkpoints are one history')
    .option('--policy <file>', 'judge checkpoints and proofs by this policy or key')
    .option('--evidence <file>', 'write the evidence here, should two that are compared have parted')
    .option('--tiles', 'read addresses by their tiles instead of their export')
    .option('--json', 'print the verdict as JSON')
    .action(async (targets: string[], { json = false, ...asked }: AuditFlags) => {
      if (asked.evidence !== undefined && existsSync(asked.evidence)) {
        throw new CannotDo(`${asked.evidence} is there already: give another name for the evidence`)
      }
      process.exitCode = await runAudit(targets, { ...asked, json, out: (text) => void process.stdout.write(text) })
    })

  program
    .command('check-proof <file>')
    .description('check a proof that somebody kept, with nothing but the file and whom you trust')
    .option('--policy <file>', 'a tlog-policy: its logs, and as many of its witnesses as it asks for')
    .option('--vkey <vkey>', 'the vkey of the one log you trust; no witness is asked for')
    .option('--json', 'print the answer as JSON')
    .action((file: string, { json, ...trust }: Trust & { json?: boolean }) => {
      process.exitCode = runCheckProof(file, { ...trust, json: json === true, out: (text) => void process.stdout.write(text) })
    })

  withFlags(program.command('policy'))
    .description('print by which keys this hub’s log is to be checked, as a tlog-policy file')
    .action(async (flags: Flags) => {
      const policy = await ask(readConfig(flags, process.env), '/policy', undefined, policyText)
      print(flags, { policy }, policy.trimEnd())
    })
}

function listEvidence(flags: Flags): void {
  const judged = judgeKept(foundedIn(flags))
  print(flags, judged.map(jsonOf), judged.length === 0 ? 'no evidence is kept here' : judged.map(wordsOn).join('\n'))
}

function verifyBundle(file: string, json: boolean): void {
  const judged = readable(() => judgeFile(file))
  print({ json }, jsonOf(judged), wordsOn(judged))
  process.exitCode = judged.verdict.ok ? 0 : 1
}

async function importEvidence(file: string, flags: Flags): Promise<void> {
  const text = readable(() => bundleIn(file))
  const answer = (await ask(readConfig(flags, process.env), '/api/evidence', { text })) as EvidenceAnswer
  print(flags, answer, answer.isNew ? `taken: ${answer.id}` : `known already: ${answer.id}`)
}
