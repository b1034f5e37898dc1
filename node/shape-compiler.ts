/**
 * The fields of a shape, read and written by code that is made for that shape.
 *
 * What reads any shape (`ledger/schema.ts`) looks each name and each field's way of being read up in a list, and the
 * engine knows nothing of either. Of code in which both are written out it makes straight machine code, and objects
 * whose form it knows: three times as fast, and everything that is recorded or replayed goes through here. Such code is
 * made of the names of fields in our own sources and of nothing that comes from outside; a browser's policy for pages
 * forbids to make any, and there the ledger reads and writes by itself.
 */
import { type AllFields, missing, type Schema } from '#ledger/schema.ts'

/** For `installFields` of `ledger/schema.ts`. */
export function compiledFields<Row>(names: readonly string[], schemas: readonly Schema<unknown>[]): AllFields<Row> {
  const each = (line: (i: number, name: string) => string): string => names.map((name, i) => line(i, JSON.stringify(name))).join('\n')
  const source = `
    'use strict'
    const [${names.map((_, i) => `s${i}`).join(', ')}] = schemas
    return {
      read(cursor) {
        ${each((i) => `const v${i} = s${i}.read(cursor); if (v${i} === undefined) return undefined`)}
        return { ${names.map((name, i) => `${JSON.stringify(name)}: v${i}`).join(', ')} }
      },
      write(sink, row) {
        ${each((i, name) => `const v${i} = row[${name}]; if (v${i} === undefined) throw missing(${name}); s${i}.write(sink, v${i})`)}
      },
    }`
  return new Function('schemas', 'missing', source)(schemas, missing) as AllFields<Row>
}
