/**
 * What happened, line by line. The lines of a run are hashed as they come, so that two runs can be compared without
 * keeping either; they are kept, and can be read, only when somebody asks for one seed.
 */
import { createHash } from 'node:crypto'

export type Trace = {
  /** One thing that happened, at a time of the bottle. */
  say(ms: number, who: string, what: string): void
  /** SHA-256 over all lines so far, hex. */
  hash(): string
  /** The lines; none unless they are kept. */
  lines(): readonly string[]
}

export function aTrace(kept: boolean): Trace {
  const hash = createHash('sha256')
  const lines: string[] = []
  return {
    say(ms, who, what) {
      const line = `${(ms / 1000).toFixed(3).padStart(9)}  ${who.padEnd(11)} ${what}`
      hash.update(`${line}\n`)
      if (kept) lines.push(line)
    },
    hash: () => hash.copy().digest('hex'),
    lines: () => lines,
  }
}
