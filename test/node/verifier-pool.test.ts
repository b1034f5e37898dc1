import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimHolds, type SignatureClaim } from '#ledger/claims.ts'
import { publicKeyOf, signMessage } from '#ledger/keys.ts'
import { sha256 } from '#ledger/hash.ts'
import { concat, utf8 } from '#ledger/bytes.ts'
import { backEnds, installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { judge, pack, packedBytes, verdictsIn } from '#node/signatures/verifier-batch.ts'
import { openVerifierPool, type VerifierPool } from '#node/signatures/verifier-pool.ts'
import { crafted } from '#test/support/crafted.ts'

let pool: VerifierPool
beforeEach(() => {
  installNativeCrypto()
  pool = openVerifierPool({ threads: 2 })
})
afterEach(async () => {
  await pool.close()
  uninstallNativeCrypto()
})

const people = ['ana', 'bo', 'cai'].map((name) => {
  const secret = sha256(utf8(name))
  return { secret, key: publicKeyOf(secret) }
})

const nothing = new Uint8Array()

/** Claims in a row, of different lengths; those at the places named are false, each in another way. */
function claimsWith(count: number, wrong: number[] = []): SignatureClaim[] {
  return Array.from({ length: count }, (_, i) => {
    const { secret, key } = people[i % people.length]!
    const [head, body] = [utf8(`claim ${i} `), utf8('…'.repeat(i % 90))]
    const signature = signMessage(secret, concat(head, body))
    if (!wrong.includes(i)) return { key, head, body, signature }
    const ways: SignatureClaim[] = [
      { key, head, body: utf8('something else'), signature },
      { key: people[(i + 1) % people.length]!.key, head, body, signature },
      { key, head, body, signature: signature.slice(1) },
      { key: key.slice(1), head, body, signature },
      { key, head, body, signature: new Uint8Array(64) },
    ]
    return ways[i % ways.length]!
  })
}

const verdictsOf = (claims: SignatureClaim[]): boolean[] =>
  claims.map(claimHolds)

describe('a pool', () => {
  test.each([1, 127, 128, 255, 256, 257, 2_000])('gives %i claims the verdicts they get one by one, in order', async (count) => {
    const claims = claimsWith(count, [0, 1, 2, 3, 4, 31, 32, 255, 256, 1_999])
    const verdicts = await pool.verify(claims)
    expect(verdicts).toEqual(verdictsOf(claims))
    expect(verdicts).toContain(false)
  })

  test('lets workers go that have nothing to do, and has others when there is work again', async () => {
    const resting = openVerifierPool({ threads: 1, restMs: 20 })
    for (let time = 0; time < 2; time++) {
      const gone = new Promise((resolve) => process.once('worker', (worker) => worker.once('exit', resolve)))
      expect(await resting.verify(claimsWith(128, [7]))).toEqual(verdictsOf(claimsWith(128, [7])))
      await gone
    }
    await resting.close()
  })

  test('answers everybody who asks at once with their own verdicts', async () => {
    const asked = Array.from({ length: 40 }, (_, i) => claimsWith(i, [i >> 1]))
    const answers = await Promise.all(asked.map((claims) => pool.verify(claims)))
    expect(answers).toEqual(asked.map(verdictsOf))
  })

  test('says nothing about nothing', async () => {
    expect(await pool.verify([])).toEqual([])
  })

  test.each(backEnds)('keeps the rule with %s, about everything the holder of a key can craft', async (backEnd) => {
    const claims = [...crafted, ...crafted].map(({ publicKey, message, signature }) => ({ key: publicKey, head: nothing, body: message, signature }))
    const other = openVerifierPool({ threads: 1, backEnd })
    expect(await other.verify(claims)).toEqual([...crafted, ...crafted].map(({ valid }) => valid))
    await other.close()
  })

  test('takes messages larger than its buffers', async () => {
    const { secret, key } = people[0]!
    const claims = Array.from({ length: 40 }, (_, i) => {
      const body = new Uint8Array(60_000).fill(i)
      return { key, head: nothing, body, signature: signMessage(secret, body) }
    })
    claims[7]!.body[59_999]! ^= 1
    expect(await pool.verify(claims)).toEqual(claims.map((_, i) => i !== 7))
  })

  test('leaves what it was given as it was', async () => {
    const claims = claimsWith(300, [5])
    const before = structuredClone(claims)
    await pool.verify(claims)
    expect(claims).toEqual(before)
  })

  test('that is closed rejects what is under way and what comes after', async () => {
    const under = pool.verify(claimsWith(2_000))
    const late = under.then(() => 'an answer', (error: Error) => error.message)
    await new Promise((resolve) => setImmediate(resolve))
    await pool.close()
    expect(await late).toBe('the verifier pool is closed')
    await expect(pool.verify(claimsWith(1))).rejects.toThrow('closed')
  })
})

describe('a worker that cannot go on', () => {
  test('is an error to who asked, and no yes', async () => {
    const broken = openVerifierPool({ threads: 1, backEnd: 'no such thing' as never })
    await expect(broken.verify(claimsWith(128))).rejects.toThrow('died')
    // The next who asks gets another worker, which fares no better and says so.
    await expect(broken.verify(claimsWith(600))).rejects.toThrow('died')
    await broken.close()
  })
})

describe('a batch', () => {
  const claims = claimsWith(5, [3])
  const packed = (): Uint8Array => {
    const room = new Uint8Array(claims.reduce((sum, claim) => sum + packedBytes(claim), 0))
    pack(room, claims)
    return room
  }

  test('has no verdicts before it was judged', () => {
    expect(verdictsIn(packed(), 5)).toBeNull()
    const room = packed()
    judge(room, 5)
    expect(verdictsIn(room, 5)).toEqual([true, true, true, false, true])
  })

  test('that was used before holds no verdict of then', () => {
    const room = packed()
    judge(room, 5)
    pack(room, claims)
    expect(verdictsIn(room, 5)).toBeNull()
  })

  test('that is cut off is no batch', () => {
    expect(() => judge(packed().slice(0, -1), 5)).toThrow('behind the end')
    expect(() => judge(new Uint8Array(2), 1)).toThrow('behind the end')
  })
})
