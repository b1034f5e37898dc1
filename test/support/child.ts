/** Small programs that tests start as processes of their own, with the Node that runs the test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** Where a program beside this file stands. */
export function programOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** Starts it and waits for the first line it prints. It is gone when the test has ended. */
export async function startedChild(
  program: string,
  args: string[],
): Promise<{ child: ChildProcess; line: string }> {
  const command = [programOf(program), ...args]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  for await (const line of createInterface({ input: child.stdout })) return { child, line }
  throw new Error(`${program} ended without a word`)
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
}
