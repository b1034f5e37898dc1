/**
 * Signatures that the holder of an honest key can make and an honest signer never would: R with a
 * torsion part, R of small order, R the identity, S beyond the order, and the same with a key that
 * has a torsion part. About exactly these libraries disagree, by whether they multiply by the
 * cofactor, and where they look at encodings. Computed here with `@noble/ed25519` from the secret
 * scalar, because no signing function makes them.
 */
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, fromHex, toHex, utf8 } from '#ledger/bytes.ts'

export type Crafted = {
  name: string
  publicKey: Uint8Array
  message: Uint8Array
  signature: Uint8Array
  /** The verdict of CV-Ed25519 (`ledger/keys.ts`). */
  valid: boolean
  /** Whether the equation holds once both sides are multiplied by the cofactor. */
  cofactored: boolean
}

const L = Point.CURVE().n
/** A point of order 8: with its multiples the whole torsion subgroup. */
const TORSION = Point.fromBytes(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')!)

const scalarOf = (name: string): bigint => fromLittleEndian(sha512(utf8(name))) % L
const torsion = (times: number): Point => (times === 0 ? Point.ZERO : TORSION.multiply(BigInt(times), false))
const base = (scalar: bigint): Point => (scalar === 0n ? Point.ZERO : Point.BASE.multiply(scalar, false))

/**
 * A signature by the scalar of `name` with R = [nonce]B + [ofR]T under the key [a]B + [ofKey]T,
 * and S = nonce + k·a + beyond·L.
 */
function craft(name: string, nonce: bigint, ofR: number, ofKey = 0, beyond = 0n): Crafted {
  const a = scalarOf('the secret of an honest key')
  const publicKey = base(a).add(torsion(ofKey)).toBytes()
  const r = base(nonce).add(torsion(ofR))
  const message = utf8(`crafted: ${name}`)
  const k = fromLittleEndian(sha512(concat(r.toBytes(), publicKey, message))) % L
  const s = ((nonce + k * a) % L) + beyond * L
  const signature = concat(r.toBytes(), littleEndian(s))
  const valid = ofR === 0 && ofKey === 0 && beyond === 0n && nonce !== 0n
  // [8][S]B = [8]R + [8][k]A, where the eighth multiple of every torsion part is nothing.
  const left = base((8n * s) % L)
  const right = r.multiply(8n, false).add(base((8n * k * a) % L))
  return { name, publicKey, message, signature, valid, cofactored: left.equals(right) }
}

const eighths = [1, 2, 3, 4, 5, 6, 7]
const nonce = scalarOf('a nonce for all to see')

/** One honest signature among them, so that a verifier that refuses all does not pass. */
export const crafted: Crafted[] = [
  craft('nothing, an honest one', nonce, 0),
  ...eighths.map((i) => craft(`R with torsion ${i}`, nonce, i)),
  ...eighths.map((i) => craft(`R of small order, ${i}`, 0n, i)),
  craft('R the identity', 0n, 0),
  craft('S beyond the order', nonce, 0, 0, 1n),
  ...eighths.map((i) => craft(`a key with torsion ${i}`, nonce, 0, i)),
  // For one k in eight the torsion of R answers that of the key, and the bare equation holds.
  ...eighths.map((i) => craft(`R and key with torsion ${i}`, nonce, i, i)),
]

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`)
}

function littleEndian(n: bigint): Uint8Array {
  return fromHex(n.toString(16).padStart(64, '0'))!.reverse()
}
