/**
 * The notation of the README (*Encoding*, *State digest*): its words for a shape, and values of that shape as objects
 * with the names that the README gives. Byte strings are hex, whole numbers are bigint.
 */
import { demand, fromHex, type Hex, or, toHex } from './bytes.ts'
import { decode, encode, type Item } from './codec.ts'

export type Value = null | boolean | bigint | string | Value[] | { [name: string]: Value }

export type Shape =
  | { is: 'whole'; below: bigint }
  | { is: 'integer' | 'flag' }
  | { is: 'bytes' | 'text'; least: number; most: number }
  | { is: 'one of'; words: string[] }
  | { is: 'list'; most: number; of: Shape }
  | { is: 'or null'; of: Shape }
  | { is: 'fields'; fields: [name: string, Shape][] }

/** The shape that these words describe; `named` knows the words for shapes that have names of their own. */
export function shapeOf(words: string, named: (name: string) => string): Shape {
  const inner = (rest: string) => shapeOf(rest, named)
  const nullable = /^(.*?)(?:\?| or null)$/s.exec(words)
  if (nullable) return { is: 'or null', of: inner(nullable[1]!) }
  if (words.startsWith('[')) return { is: 'fields', fields: fieldsOf(words.slice(1, -1), named) }
  const list = /^(?:≤ (\d+) ×|list of) (.*)$/s.exec(words)
  if (list) return { is: 'list', most: Number(list[1] ?? Infinity), of: inner(list[2]!) }
  const sized = /^(bytes|text)(?:( ≤)? (\d+))?$/.exec(words)
  if (sized) {
    const most = Number(sized[3] ?? Infinity)
    return { is: sized[1] as 'bytes' | 'text', least: sized[2] || !sized[3] ? 0 : most, most }
  }
  if (words === 'uint') return { is: 'whole', below: 1n << 53n }
  if (words === 'big') return { is: 'whole', below: 1n << 64n }
  if (words === 'flag' || words === 'integer') return { is: words }
  if (words === 'id16' || words === 'id32') return inner(`bytes ${words.slice(2)}`)
  if (/\/|^\d+$/.test(words)) return { is: 'one of', words: words.split('/') }
  return inner(named(words))
}

/** `name words, name words`: of a shape in square brackets, of a kind, of a row. */
export const fieldsOf = (list: string, named: (name: string) => string): [string, Shape][] =>
  atCommas(list).map((field) => {
    const [, name, words] = /^(\S+) (.*)$/s.exec(field)!
    return [name!, shapeOf(words!, named)]
  })

function atCommas(list: string): string[] {
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (const [i, character] of [...list, ','].entries()) {
    depth += character === '[' ? 1 : character === ']' ? -1 : 0
    if (character !== ',' || depth > 0) continue
    const part = [...list].slice(from, i).join('').replace(/\s+/g, ' ').trim()
    if (part !== '') parts.push(part)
    from = i + 1
  }
  return parts
}

/** What an item says, or undefined if it is not of the shape. */
export function valueIn(shape: Shape, item: Item): Value | undefined {
  switch (shape.is) {
    case 'or null': return item === null ? null : valueIn(shape.of, item)
    case 'flag': return typeof item === 'boolean' ? item : undefined
    case 'whole': return typeof item === 'bigint' && item >= 0n && item < shape.below ? item : undefined
    case 'integer': return item instanceof Uint8Array && item.length > 0 && toHex(integer(wholeOf(item))) === toHex(item) ? wholeOf(item) : undefined
    case 'bytes': return item instanceof Uint8Array && shape.least <= item.length && item.length <= shape.most ? toHex(item) : undefined
    case 'text': return typeof item === 'string' && shape.least <= Buffer.byteLength(item) && Buffer.byteLength(item) <= shape.most ? item : undefined
    case 'one of': {
      const kind = /^\d+$/.test(shape.words[0]!) ? 'bigint' : 'string'
      return (typeof item === 'bigint' || typeof item === 'string') && typeof item === kind && shape.words.includes(String(item)) ? item : undefined
    }
    case 'list': return Array.isArray(item) && item.length <= shape.most ? whole(item.map((one) => valueIn(shape.of, one))) : undefined
    case 'fields': {
      if (!Array.isArray(item) || item.length !== shape.fields.length) return undefined
      const values = whole(shape.fields.map(([, of], i) => valueIn(of, item[i]!)))
      return values && Object.fromEntries(shape.fields.map(([name], i) => [name, values[i]!]))
    }
  }
}

const whole = (values: (Value | undefined)[]): Value[] | undefined => (values.includes(undefined) ? undefined : (values as Value[]))

/** The item that says this. @throws when the value is not of the shape, which is a mistake of this reducer's. */
export function itemFor(shape: Shape, value: Value | undefined): Item {
  const item = written(shape, value)
  if (valueIn(shape, item) === undefined) throw new TypeError(`${String(value)} is not ${JSON.stringify(shape, (_, x) => (typeof x === 'bigint' ? String(x) : x))}`)
  return item
}

function written(shape: Shape, value: Value | undefined): Item {
  if (value === undefined) throw new TypeError(`nothing there for ${shape.is}`)
  if (shape.is === 'or null') return value === null ? null : itemFor(shape.of, value)
  if (shape.is === 'bytes') return Uint8Array.from(fromHex(value as Hex))
  if (shape.is === 'integer') return integer(value as bigint)
  if (shape.is === 'list') return (value as Value[]).map((one) => itemFor(shape.of, one))
  if (shape.is === 'fields') {
    return shape.fields.map(([name, of]) => {
      const field = (value as { [name: string]: Value })[name]
      if (field === undefined) throw new TypeError(`${name} is nowhere in ${Object.keys(value as object).join(' ')}`)
      return itemFor(of, field)
    })
  }
  return value as Item
}

/** Two's complement, big-endian, as short as can be. */
function integer(n: bigint): Uint8Array {
  let bits = 8n
  while (BigInt.asIntN(Number(bits), n) !== n) bits += 8n
  return Uint8Array.from(fromHex(BigInt.asUintN(Number(bits), n).toString(16).padStart(Number(bits / 4n), '0')))
}
const wholeOf = (bytes: Uint8Array): bigint => BigInt.asIntN(8 * bytes.length, BigInt(`0x${toHex(bytes)}`))

/** What bytes say. @throws Refused with `code` when they are not the one spelling of something of the shape. */
export function read<T>(shape: Shape, hex: Hex, code = 'malformed'): T {
  const value = valueIn(shape, or(code, () => decode(hex)))
  demand(value !== undefined, code)
  return value as T
}

export const write = (shape: Shape, value: Value): Hex => encode(itemFor(shape, value))
