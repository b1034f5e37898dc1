/**
 * *Encoding* of the README: one value, one byte string. Reading takes what can be understood and then asks for the one
 * spelling, by writing it again.
 */
import { demand, fromHex, type Hex, toHex, utf8 } from './bytes.ts'

export type Item = null | boolean | bigint | string | Uint8Array | Item[] | Map<string, Item>

const SIMPLE = new Map<number, Item>([[20, false], [21, true], [22, null]])
const DEEPEST = 8

export function encode(item: Item): Hex {
  if (item === null) return 'f6'
  if (typeof item === 'boolean') return item ? 'f5' : 'f4'
  if (typeof item === 'bigint') return item >= 0n ? head(0, item) : head(1, -1n - item)
  if (typeof item === 'string') return head(3, BigInt(Buffer.byteLength(item))) + utf8(item)
  if (item instanceof Uint8Array) return head(2, BigInt(item.length)) + toHex(item)
  if (Array.isArray(item)) return head(4, BigInt(item.length)) + item.map(encode).join('')
  const pairs = [...item].map(([key, value]) => [encode(key), encode(value)] as const)
  return head(5, BigInt(pairs.length)) + pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.join('')).join('')
}

function head(major: number, n: bigint): Hex {
  const first = (info: number) => (major * 32 + info).toString(16).padStart(2, '0')
  if (n < 24n) return first(Number(n))
  const size = [1, 2, 4, 8].find((bytes) => n < 1n << BigInt(8 * bytes))!
  return first(24 + Math.log2(size)) + n.toString(16).padStart(2 * size, '0')
}

export function decode(hex: Hex): Item {
  const bytes = fromHex(hex)
  let at = 0
  const take = (n: number): Buffer => {
    demand(at + n <= bytes.length, 'malformed')
    at += n
    return bytes.subarray(at - n, at)
  }
  const item = (depth: number): Item => {
    const byte = take(1)[0]!
    const [major, info] = [byte >> 5, byte & 31]
    demand(info < 28, 'malformed')
    const n = info < 24 ? BigInt(info) : BigInt(`0x${toHex(take(1 << (info - 24)))}`)
    if (major === 0) return n
    if (major === 1) return -1n - n
    if (major === 2) return Uint8Array.from(take(Number(n)))
    if (major === 3) return take(Number(n)).toString('utf8')
    if (major === 7) {
      demand(SIMPLE.has(info), 'malformed')
      return SIMPLE.get(info)!
    }
    demand(major < 6 && depth < DEEPEST, 'malformed')
    const items = Array.from({ length: Math.min(Number(n), bytes.length - at + 1) }, () => item(depth + 1))
    demand(BigInt(items.length) === n, 'malformed')
    return items
  }
  const read = item(0)
  demand(at === bytes.length && encode(read) === hex, 'malformed')
  return read
}
