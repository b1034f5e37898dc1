/**
 * Actions that are nearly right: of each kind that the README knows, one in which something of the form is wrong, wherever it can be, and
 * one in which the form is right and what it says is beyond all measure. Made from the README's own table of shapes, so that a kind or a
 * field that is added there is spoilt here without a word of code.
 */
import type { Encodable, Value } from '#ledger/codec.ts'
import type { Shape } from '#test/oracle/reducer/shapes.ts'
import { kinds, shape } from '#test/oracle/reducer/specification.ts'

export type Spoilt = { what: 'missing' | 'one too many' | 'wrong type' | 'out of range'; where: string; body: Encodable }

const ACTION: [string, Shape][] = [['kind', shape('uint')], ['id', shape('id16')], ['acct', shape('id32')], ['exp', shape('uint')], ['seen', shape('[size uint, leaf id32]')]]

/** The form of the body of a kind, its number and head included. */
export function formOf(kind: string): Shape {
  const own = kinds.find(({ name }) => name === kind)!.fields as Shape & { is: 'fields' }
  return { is: 'fields', fields: [...ACTION, ...own.fields] }
}

/** A body of this form with one thing wrong with its form, in every way there is. */
export function* spoiltIn(form: Shape, item: Value, where = ''): Generator<Spoilt> {
  for (const [what, body] of wrong(form, item)) yield { what, where, body }
  for (const [name, of, part, put] of partsOf(form, item)) {
    for (const inside of spoiltIn(of, part, `${where}.${name}`)) yield { ...inside, body: put(inside.body) }
  }
}

/** A body of this form that says something else in one place: the largest number, an id that nobody has, a city that is nowhere. */
export function* beyondIn(form: Shape, item: Value, where = ''): Generator<{ where: string; body: Encodable }, void> {
  if (form.is === 'or null') return item === null ? undefined : yield* beyondIn(form.of, item, where)
  const other = beyond(form)
  if (other !== undefined) yield { where, body: other }
  for (const [name, of, part, put] of partsOf(form, item)) {
    for (const inside of beyondIn(of, part, `${where}.${name}`)) yield { ...inside, body: put(inside.body) }
  }
}

const NOBODY = 0xee

function beyond(form: Shape): Encodable | undefined {
  if (form.is === 'whole') return form.below - 1n
  if (form.is === 'bytes') return form.least > 0 ? new Uint8Array(form.most).fill(NOBODY) : Uint8Array.of(NOBODY)
  return form.is === 'text' ? 'nowhere' : undefined
}

type Part = [name: string, form: Shape, item: Value, put: (other: Encodable) => Encodable]

/** What stands inside: the fields of an array, the first of a list. */
function partsOf(form: Shape, item: Value): Part[] {
  if (form.is === 'or null') return item === null ? [] : partsOf(form.of, item)
  if (!Array.isArray(item)) return []
  const put = (at: number) => (other: Encodable) => item.map((one, i) => (i === at ? other : one))
  if (form.is === 'list') return item.slice(0, 1).map((one): Part => ['0', form.of, one, put(0)])
  return form.is === 'fields' ? form.fields.map(([name, of], i): Part => [name, of, item[i]!, put(i)]) : []
}

function* wrong(form: Shape, item: Value): Generator<[Spoilt['what'], Encodable]> {
  const one = Uint8Array.of(1)
  switch (form.is) {
    case 'or null': {
      for (const [what, other] of wrong(form.of, item)) if (other !== null) yield [what, other]
      return
    }
    case 'whole': {
      yield* types(one, '1', true, null, [])
      yield ['out of range', -1n]
      if (form.below < 1n << 64n) yield ['out of range', form.below]
      return
    }
    case 'integer': return yield* types(1n, '1', true, null, [])
    case 'flag': return yield* types(1n, one, 'true', null, [])
    case 'text': {
      yield* types(1n, one, true, null, [])
      yield ['out of range', 'x'.repeat(form.most + 1)]
      return
    }
    case 'one of': {
      const isNumbers = /^\d+$/.test(form.words[0]!)
      yield* types(isNumbers ? 'word' : 1n, one, true, null, [])
      yield ['out of range', isNumbers ? 9_999n : 'nothing of these']
      return
    }
    case 'bytes': {
      yield* types(1n, 'text', true, null, [])
      if (form.least > 0) yield ['out of range', new Uint8Array(form.least - 1)]
      yield ['out of range', new Uint8Array(form.most + 1)]
      return
    }
    case 'list': {
      yield* types(1n, one, 'text', true, null)
      yield ['out of range', Array.from({ length: form.most + 1 }, (): Encodable => (item as Value[])[0] ?? null)]
      return
    }
    case 'fields': {
      yield* types(1n, one, 'text', true, null)
      const items = item as Value[]
      for (const [i] of form.fields.entries()) yield ['missing', items.filter((_, at) => at !== i)]
      yield ['one too many', [...items, null]]
    }
  }
}

function* types(...others: Encodable[]): Generator<[Spoilt['what'], Encodable]> {
  for (const other of others) yield ['wrong type', other]
}
