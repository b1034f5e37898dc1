/**
 * ◆ What all commands share: their common flags, how a result is printed, and how a "no" is said.
 *
 * Results go to stdout and everything else to stderr. A command throws `CannotDo` for whatever a person can mend.
 */
import { type Command } from 'commander'
import { type Flags, readConfig } from '../config.ts'
import { isFounded } from '../record/founding.ts'
import { Unreadable } from '../audit/pieces.ts'

/** How a command ends. The README's table says the same, and a test reads it. */
export const exitCodes = { 'done': 0, 'not-in-order': 1, 'cannot': 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Something a person can mend; printed as one sentence, exit code 2 unless it says otherwise. */
export class CannotDo extends Error {
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode = exitCodes.cannot) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Adds the flags that every command about a hub of this machine takes. */
export const withFlags = (command: Command): Command =>
  command
    .option('--data <dir>', 'where this hub keeps everything (HUB_DATA; default ~/.local/share/tongyi)')
    .option('--json', 'print the result as JSON')
    .option('--log-level <level>', 'debug, info, warn, error or silent (HUB_LOG)')

/** The data directory these flags name. @throws CannotDo when no hub was founded there. */
export function foundedIn(flags: Flags): string {
  const { data } = readConfig(flags, process.env)
  if (!isFounded(data)) throw new CannotDo(`${data} holds no founded hub; --data names the directory of one`)
  return data
}

/** One line on stdout: the value as JSON where that was asked for, else the text. */
export function print(flags: { json?: boolean }, value: unknown, text: string): void {
  process.stdout.write(`${flags.json === true ? JSON.stringify(value) : text}\n`)
}

/** What a person named and cannot be read is theirs to mend. */
export function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Unreadable ? new CannotDo(error.message) : error
  }
}
