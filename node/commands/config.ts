/** ◆ What the operator has decided, with where each value came from; and whether it can be used. */
import { type Command } from 'commander'
import { ConfigError, type Flags, readConfig, type Setting } from '../config.ts'
import { exitCodes, print, withFlags } from './command.ts'

/** `config show`, `config check`. */
export function configCommands(program: Command): void {
  const config = program.command('config').description('what is in effect, and where it was said')
  const withAddresses = (command: Command): Command =>
    withFlags(command).option('--http <host:port>', 'as `start` would be given it').option('--p2p <host:port>', 'as `start` would be given it')

  withAddresses(config.command('show'))
    .description('every setting in effect, with its origin')
    .action((flags: Flags) => {
      const { settings } = readConfig(flags, process.env)
      print(flags, settings, tableOf(settings))
    })
  withAddresses(config.command('check'))
    .description('whether the configuration can be used; names each place that cannot, and what would do')
    .action((flags: Flags) => {
      const faults = faultsIn(flags)
      const said = faults.map(({ where, what, remedy }) => `${where}: ${what}. ${remedy}`)
      print(flags, { ok: faults.length === 0, faults }, faults.length === 0 ? 'the configuration can be used' : said.join('\n'))
      process.exitCode = exitCodes[faults.length === 0 ? 'done' : 'not-in-order']
    })
}

function faultsIn(flags: Flags): ConfigError['faults'] {
  try {
    readConfig(flags, process.env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const shown = (value: Setting['value']): string => (Array.isArray(value) ? `[${value.join(', ')}]` : value)

function tableOf(settings: Setting[]): string {
  const widest = (texts: string[]): number => Math.max(...texts.map((text) => text.length))
  const name = widest(settings.map((setting) => setting.name))
  const value = widest(settings.map((setting) => shown(setting.value)))
  return settings.map((setting) => `${setting.name.padEnd(name)}  ${shown(setting.value).padEnd(value)}  ${setting.origin}`).join('\n')
}
