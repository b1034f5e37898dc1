/**
 * How a refusal is said: what happened, why, and what to do. The code itself is shown small beside
 * it, so that a neighbour on the telephone can read it out.
 */

export type Words = { what: string; why: string; todo: string }

/** The data of a refusal, already in the reader's spelling; a missing field reads as "…". */
export type Said = {
  /** Whether it came. */
  has(name: string): boolean
  /** As it came. */
  raw(name: string): string
  /** A milli-CV amount. */
  cv(name: string): string
  /** A factor given per mille, as people write it: 1.5. */
  factor(name: string): string
  /** A share given per mille, in percent. */
  percent(name: string): string
  /** Seconds as a date with its time. */
  moment(name: string): string
  /** A UTC day. */
  day(name: string): string
  /** The moment `earliest`, or the UTC day `oldest` of what is written down by the day. */
  first(): string
  /** Minutes as hours and minutes. */
  duration(name: string): string
  /** Seconds to wait, in the unit that a person waits in. */
  wait(name: string): string
}

export type Told = Words | ((said: Said) => Words)

export const words = (what: string, why: string, todo: string): Words => ({ what, why, todo })
