/**
 * ◆ The command line: `npm start`, `npm run hub -- COMMAND`, `npm run audit -- TARGET…`. What the commands do stands
 * in `commands/`, one file a family.
 *
 * Results go to stdout and everything else to stderr; the exit code says how it ended (`commands/command.ts`).
 */
import { Command, CommanderError } from 'commander'
import { auditCommands } from './commands/auditing.ts'
import { CannotDo, type ExitCode, exitCodes } from './commands/command.ts'
import { configCommands } from './commands/config.ts'
import { copyCommands } from './commands/copies.ts'
import { federationCommands } from './commands/federation.ts'
import { healthCommands } from './commands/health.ts'
import { runningCommands } from './commands/running.ts'
import { ConfigError } from './config.ts'
import { installNativeCrypto } from './signatures/native-crypto.ts'

/** Every command there is, in the order in which help lists them. */
const families = [runningCommands, healthCommands, configCommands, federationCommands, copyCommands, auditCommands]

export async function main(argv: string[]): Promise<void> {
  installNativeCrypto()
  try {
    await commandLine().parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = explain(error)
  }
}

/** The command line itself; it throws where it would have ended the process. */
export function commandLine(): Command {
  const program = new Command('hub')
    .description('A city community’s hub: its ledger, its board, and its word towards other cities.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  for (const family of families) family(program)
  return program
}

/** Says what went wrong in one sentence and answers the exit code; our own bugs keep their stack. */
function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) return exitCodes[error.exitCode === 0 ? 'done' : 'cannot']
  const code = (error as { code?: unknown }).code
  const known = error instanceof CannotDo || error instanceof ConfigError || (error instanceof Error && typeof code === 'string')
  process.stderr.write(known ? `${(error as Error).message}\n` : `this is a fault of the program, please report it:\n${String((error as Error)?.stack ?? error)}\n`)
  return error instanceof CannotDo ? error.exitCode : exitCodes.cannot
}
