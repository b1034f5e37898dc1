/** The simulation as its own tests start it: in a process of its own, since it exchanges modules as they are loaded. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Told = { seed: number; hubs: number; hash: string; findings: { code: string; detail: string }[]; tally: Record<string, number>; events: number }

/** Runs seeds and answers what each came to. Rejects when the program breaks off. */
export async function seedsTold(from: number, to: number, ...flags: string[]): Promise<Told[]> {
  const script = fileURLToPath(new URL('../../scripts/sim.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, '--seeds', `${from}..${to}`, '--json', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
  await new Promise((resolve) => child.on('close', resolve))
  const told = out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Told)
  if (told.length !== to - from + 1) throw new Error(`the simulation broke off after ${told.length} seeds: ${err}`)
  return told
}
