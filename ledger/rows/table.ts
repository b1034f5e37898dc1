/**
 * A table of the state: what its rows are, in which order, and how a state is made of them again.
 *
 * A row is a positional array like everything in the record: the table's number, then its fields. Two
 * states are the same exactly when all their rows are, and nothing in a row follows from the others, but
 * for what makes it readable by itself.
 */
import { decodeAs, encodedInPassing, numbered, type RowOf, type Shape } from '../schema.ts'
import type { State } from '../state/state.ts'

export type Table = {
  readonly number: number
  /**
   * What each row is written from, in the order of the rows. One that is `changed` whenever its row does is
   * always the same object; all others are made for the asking.
   */
  sources(state: State): Iterable<object>
  /** The row of a source. To be hashed or copied at once: the next row is written over it. */
  encode(source: object, state: State): Uint8Array
  /** Reads one row into a state that is being made; false for bytes that are not a row of this table. */
  take(state: State, row: Uint8Array): boolean
}

/** As many as there are: nobody sends a row, and its bytes bound it. */
export const MANY = Number.MAX_SAFE_INTEGER

/**
 * `write` makes a row of a source; `take` puts a row into a state, or answers false when it cannot stand there.
 */
export function table<S extends object, F extends Shape>(
  number: number,
  shape: F,
  how: {
    sources(state: State): Iterable<S>
    write(source: S, state: State): RowOf<F>
    take(state: State, row: RowOf<F>): boolean
  },
): Table {
  const schema = numbered(number, shape)
  return {
    number,
    sources: how.sources,
    encode: (source, state) => encodedInPassing(schema, how.write(source as S, state)),
    take(state, row) {
      const read = decodeAs(schema, row)
      return read !== null && how.take(state, read)
    },
  }
}
