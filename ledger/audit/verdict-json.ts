/**
 * A verdict as JSON: what `audit --json` prints and what `verify.html` shows, so that the two can be laid side by
 * side. The same fields as `Verdict`, without what only the next question needs (`state`, `claims`); bytes as
 * lower-case hex, integers that may pass 2^53 (amounts, times of cosignatures) as decimal text.
 */
import type { Verdict } from './audit.ts'
import { toHex } from '../bytes.ts'

/** A value as JSON has it: bytes as hex, bigints as decimal text. */
export type Json<T> = T extends Uint8Array | bigint ? string
  : T extends readonly (infer U)[] ? Json<U>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T

export type VerdictJson = Json<Omit<Verdict, 'state' | 'claims'>>

export function verdictJson({ state: _, claims: __, ...told }: Verdict): VerdictJson {
  return jsonOf(told)
}

/** The value in that form; fields keep their order, and what is undefined is left out. */
export function jsonOf<T>(value: T): Json<T> {
  return plain(value) as Json<T>
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined).map(([name, field]) => [name, plain(field)]),
  )
}
