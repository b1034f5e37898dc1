/** The command line as a person meets it: arguments in; what was printed, what was complained of, and the exit code out. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { expect, vi } from 'vitest'
import { main } from '#node/main.ts'

const program = join(import.meta.dirname, '..', '..', 'node', 'main.mjs')

export type Ended = { code: number | null; out: string; err: string }

/** Runs a command to its end in this process, which is a second faster than in one of its own. */
export async function hub(...args: string[]): Promise<Ended> {
  const said = { out: '', err: '' }
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((said.out += String(text))))
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said.err += String(text))))
  const before = process.exitCode
  process.exitCode = undefined
  try {
    await main(args)
    return { ...said, code: Number(process.exitCode ?? 0) }
  } finally {
    process.exitCode = before
    stdout.mockRestore()
    stderr.mockRestore()
  }
}

/** It said in words what is wrong and what would do, ended with this code, and printed no result. */
export function expectNo({ code, out, err }: Ended, exit: number, words: RegExp): void {
  expect(err).toMatch(words)
  expect(err).not.toMatch(/fault of the program|\n {4}at /)
  expect({ code, out }).toEqual({ code: exit, out: '' })
}

/** A command as a process of its own, begun by a shell under the limits that are given to it. */
export function aProcess(args: string[], { limits = ':', env = {} }: { limits?: string; env?: Record<string, string> } = {}): ChildProcessByStdio<null, Readable, Readable> {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ')
  return spawn('sh', ['-c', `${limits}; exec ${command}`], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}
