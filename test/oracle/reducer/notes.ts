/**
 * *Tree, checkpoint, cosignatures* and *Proofs to keep* of the README, as far as rules ask for them: the records of other hubs
 * that are shown, and what evidence is made of.
 */
import { demand, fromBase64, type Hex, sha, sizeOf, toBase64, utf8 } from './bytes.ts'
import { signed } from './signatures.ts'

export const leafOf = (record: Hex): Hex => sha(`00${record}`)
const node = (left: Hex, right: Hex): Hex => sha(`01${left}${right}`)

export function rootOf(leaves: readonly Hex[]): Hex {
  if (leaves.length < 2) return leaves[0] ?? sha('')
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return node(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

/** RFC 9162, 2.1.3.2. */
export function leads(leaf: Hex, index: bigint, size: bigint, path: readonly Hex[], root: Hex): boolean {
  let [fn, sn, r] = [index, size - 1n, leaf]
  if (index >= size) return false
  for (const p of path) {
    if (sn === 0n) return false
    if (fn % 2n === 1n || fn === sn) {
      r = node(p, r)
      while (fn !== 0n && fn % 2n === 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else r = node(r, p)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && r === root
}

/** RFC 9162, 2.1.4.2, for trees of different sizes. */
export function grew(size1: bigint, root1: Hex, size2: bigint, root2: Hex, proof: readonly Hex[]): boolean {
  if (size1 === 0n) return proof.length === 0 && root1 === sha('')
  if (proof.length === 0) return false
  const [first, ...rest] = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof
  let [fn, sn, fr, sr] = [size1 - 1n, size2 - 1n, first!, first!]
  while (fn % 2n === 1n) [fn, sn] = [fn >> 1n, sn >> 1n]
  for (const c of rest) {
    if (sn === 0n) return false
    if (fn % 2n === 1n || fn === sn) {
      ;[fr, sr] = [node(c, fr), node(c, sr)]
      while (fn !== 0n && fn % 2n === 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else sr = node(sr, c)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && fr === root1 && sr === root2
}

const noteId = (name: string, key: Hex): Hex => sha(`${utf8(`${name}\n`)}01${key}`).slice(0, 8)
export const vkey = (name: string, key: Hex): string => `${name}+${noteId(name, key)}+${toBase64(`01${key}`)}`

const DECIMAL = /^(0|[1-9][0-9]*)$/
export function decimal(text: string, code: string): bigint {
  demand(DECIMAL.test(text) && BigInt(text) < 1n << 64n, code)
  return BigInt(text)
}

/** Size and root of a hub’s checkpoint that its log key signed. */
export function checkpointOf(note: string, origin: string, logKey: Hex, code: string): { size: bigint; root: Hex } {
  demand(!/[\0-\x09\x0b-\x1f]/.test(note) && note.length <= 1_000_000, code)
  const border = note.lastIndexOf('\n\n') + 1
  const [text, lines] = [note.slice(0, border), note.slice(border + 1).split('\n')]
  demand(border > 0 && lines.pop() === '' && lines.length >= 1 && lines.length <= 100, code)
  const marks = lines.map((line) => {
    const [, name, base64] = /^— ([^\p{White_Space}+]+) ([^ ]*)$/u.exec(line) ?? []
    demand(name !== undefined, code)
    const bytes = fromBase64(base64!, code)
    demand(sizeOf(bytes) > 4, code)
    return { name, id: bytes.slice(0, 8), signature: bytes.slice(8) }
  })
  const ours = marks.filter(({ name, id }) => name === origin && id === noteId(origin, logKey))
  demand(ours.length > 0 && ours.every(({ signature }) => signed(logKey, utf8(text), signature)), code)
  const [named, size, root, ...rest] = text.split('\n')
  demand(named === origin && rest.length === 1 && root !== undefined, code)
  return { size: decimal(size!, code), root: hashIn(root, code) }
}

/** 32 bytes, as base64. */
export function hashIn(line: string, code: string): Hex {
  const hash = fromBase64(line, code)
  demand(sizeOf(hash) === 32, code)
  return hash
}

/** The index and the tree’s size, of a tlog-proof that holds for this leaf under a checkpoint of this hub. */
export function proofOf(text: string, leaf: Hex, origin: string, logKey: Hex, code: string): { index: bigint; size: bigint; extra: boolean } {
  const parts = /^c2sp\.org\/tlog-proof@v1\n(extra [^\n]*\n)?index ([^\n]*)\n((?:[^\n]+\n){0,64})\n(.+)$/s.exec(text)
  demand(parts !== null, code)
  const [, extra, at, hashes, note] = parts
  if (extra !== undefined) fromBase64(extra.slice(6, -1), code)
  const index = decimal(at!, code)
  const path = hashes!.split('\n').slice(0, -1).map((line) => hashIn(line, code))
  const { size, root } = checkpointOf(note!, origin, logKey, code)
  demand(leads(leaf, index, size, path, root), code)
  return { index, size, extra: extra !== undefined }
}
