/** ◆ Meeting other cities: asks the running hub. */
import { type Command } from 'commander'
import { type Flags, readConfig } from '../config.ts'
import { ask } from './asking.ts'
import { print, withFlags } from './command.ts'

/** `federation card | show | found | join | admit`. */
export function federationCommands(program: Command): void {
  const federation = program.command('federation').description('meet other cities')
  withFlags(federation.command('card')).description('print this hub’s card, to give to another hub').action((flags: Flags) => askFederation(flags, 'card'))
  withFlags(federation.command('show')).description('how far it has come').action((flags: Flags) => askFederation(flags, 'show'))
  withFlags(federation.command('found')).description('found a federation of this hub alone; others may then join').action((flags: Flags) => askFederation(flags, 'found'))
  withFlags(federation.command('join <card>')).description('ask the hub of this card to be let in').action((card: string, flags: Flags) => askFederation(flags, 'join', card))
  withFlags(federation.command('admit <card>')).description('let the hub of this card in').action((card: string, flags: Flags) => askFederation(flags, 'admit', card))
}

async function askFederation(flags: Flags, what: 'card' | 'show' | 'found' | 'join' | 'admit', card?: string): Promise<void> {
  const config = readConfig(flags, process.env)
  const reading = what === 'card' || what === 'show'
  const view = (await ask(config, reading ? '/api/federation' : `/api/federation/${what}`, reading ? undefined : { ...(card === undefined ? {} : { card }) })) as { card: string }
  if (what === 'card') print(flags, { card: view.card }, view.card)
  else print(flags, view, JSON.stringify(view, null, 2))
}
