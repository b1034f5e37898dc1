/** ◆ How the running hub is, for whoever sits at its machine: checks, neighbours, stewards, and what to hand to a helper. */
import { existsSync, writeFileSync } from 'node:fs'
import { type Command } from 'commander'
import { utcText } from '#ledger/calendar.ts'
import type { StewardView } from '#protocol/api.ts'
import { type Flags, readConfig } from '../config.ts'
import { readControl } from '../control.ts'
import { operatorWords } from '../operator/languages.ts'
import type { HealthView, OperatorView } from '../operator/view.ts'
import { said } from '../operator/words.ts'
import { grouped, onOneLine } from '../progress.ts'
import { ask, askBytes } from './asking.ts'
import { CannotDo, exitCodes, print, withFlags } from './command.ts'

/** `health`, `operator`, `support`, `peer list`, `steward list | queue`. */
export function healthCommands(program: Command): void {
  withFlags(program.command('health'))
    .description('every check of the running hub, and what to do where one is not well')
    .action(async (flags: Flags) => {
      const health = await ask<HealthView>(readConfig(flags, process.env), '/api/health')
      print(flags, health, healthTable(health))
      process.exitCode = exitCodes[health.state === 'error' ? 'not-in-order' : 'done']
    })

  withFlags(program.command('operator'))
    .description('print the address of the operator’s page; it opens once, within ten minutes')
    .action(async (flags: Flags) => {
      const config = readConfig(flags, process.env)
      const { path } = await ask<{ path: string }>(config, '/api/operator/invitation', {})
      const open = `${readControl(config.data)!.url}${path}`
      print(flags, { path, open }, `Open ${open}`)
    })

  withFlags(program.command('support <file>'))
    .description('write the support bundle: a zip without keys, names and words')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string, flags: Flags & { overwrite?: boolean }) => {
      if (existsSync(file) && flags.overwrite !== true) throw new CannotDo(`${file} is there already: give another name, or --overwrite to replace it`)
      const bytes = await askBytes(readConfig(flags, process.env), '/operator/support')
      writeFileSync(file, bytes, { mode: 0o600 })
      print(flags, { file, bytes: bytes.length }, `${file}: ${grouped(bytes.length)} bytes; read it before you hand it on`)
    })

  const peer = program.command('peer').description('the other cities, as this hub sees them')
  withFlags(peer.command('list')).description('who is connected, and how far their records are read').action(async (flags: Flags) => {
    const { peers } = await ask<OperatorView>(readConfig(flags, process.env), '/api/operator')
    const line = ({ city, origin, connected, lastSeen, entries, behind, halted }: OperatorView['peers'][number]): string => {
      const seen = connected ? 'connected' : lastSeen === null ? 'never connected since the start' : `not connected since ${utcText(lastSeen)}`
      return `${onOneLine(city)}  ${origin}  ${halted === null ? seen : `no longer read: ${halted}`}  ${grouped(entries)} entries read, ${grouped(behind)} to read`
    }
    print(flags, peers, peers.length === 0 ? 'this hub has no other cities' : peers.map(line).join('\n'))
  })

  const steward = program.command('steward').description('the stewards of this hub, and what waits for them')
  withFlags(steward.command('list')).description('who they are').action(async (flags: Flags) => {
    const { members } = await ask<StewardView>(readConfig(flags, process.env), '/api/steward')
    const stewards = members.filter((member) => member.steward).map(({ acct, name, level }) => ({ acct, name, level }))
    print(flags, stewards, stewards.map(({ acct, name }) => `${acct}  ${onOneLine(name ?? '')}`).join('\n'))
  })
  withFlags(steward.command('queue')).description('how much waits to be decided').action(async (flags: Flags) => {
    const { toAttest, awardsDue, transfers, arrivals } = await ask<StewardView>(readConfig(flags, process.env), '/api/steward')
    const queue = {
      toAttest: toAttest.length, awardsDue: awardsDue.length,
      transfers: transfers.filter(({ approvals: { got, needed }, stage }) => stage === 'asked' && got < needed).length,
      suspended: arrivals.filter(({ phase }) => phase === 'suspended').length,
    }
    print(flags, queue, Object.entries(queue).map(([what, count]) => `${what.padEnd(10)} ${count}`).join('\n'))
  })
}

function healthTable({ state, checks }: HealthView): string {
  const words = operatorWords.en
  const lines = checks.flatMap((check) => {
    const { says, fix } = said(words, check)
    const line = `${words.states[check.state].padEnd(9)}${words.names[check.name].padEnd(14)}${onOneLine(says)}`
    return fix === null ? [line] : [line, `${' '.repeat(23)}→ ${onOneLine(fix)}`]
  })
  return [words.verdicts[state], ...lines].join('\n')
}
