import { describe, expect, test } from 'vitest'
import { type ActionOf, encodeAction } from '#ledger/action.ts'
import { fromBase64, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { encodeReceipt, encodeRecord, receiptsOf, sealGroup } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { leafHash, proveInclusion, rootOf, Tree } from '#ledger/merkle.ts'
import { addSignature, cosign, COSIGNATURE, encodeVkey, SIGNATURE, signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { aTown, type Town } from '#test/support/towns.ts'
import { isBinding, logKeyFrom, witnessedBy } from '#ui/device/verify.ts'

const logSecret = new Uint8Array(32).fill(7)
const logKey = publicKeyOf(logSecret)
const hubId = sha256(utf8('a hub'))
const origin = 'cv.chengdu-11111111/log'
const member = new Uint8Array(32).fill(9)

/** What a hub answers to a member's action that it recorded at `seq`. */
function answered(
  help: string,
  seq = 4,
  secret = logSecret,
): { body: string; answer: { seq: number; record: string; receipt: string } } {
  const body = encodeAction({
    kind: 'help.confirmed',
    id: '01'.repeat(16),
    acct: '02'.repeat(32),
    exp: 9,
    seen: { size: 0, leaf: toHex(hubId) },
    help,
  })
  const auth = [
    { keyId: keyIdOf(publicKeyOf(member)), signature: sign(member, 'entry', hubId, body) },
  ]
  const record = encodeRecord({ origin, seq, prev: new Uint8Array(32), ts: 5, body, auth })
  const leaves = [leafHash(record)]
  const seal = sealGroup(
    { origin, first: seq, last: seq, root: rootOf(leaves), generation: 1 },
    secret,
    hubId,
  )
  const [receipt] = receiptsOf(seal, seq, leaves)
  return {
    body: toBase64(body),
    answer: { seq, record: toBase64(record), receipt: toBase64(encodeReceipt(receipt!)) },
  }
}

const asked = answered('aa'.repeat(16))
const otherwise = answered('bb'.repeat(16))

test('a receipt binds the hub to the bytes that were sent', () => {
  expect(isBinding(asked.answer, asked.body, logKey, toHex(hubId))).toBe(true)
})

test('a receipt for something else that was recorded does not satisfy', () => {
  expect(isBinding(otherwise.answer, asked.body, logKey, toHex(hubId))).toBe(false)
})

test('a receipt of another record, another place, another key or another hub does not bind', () => {
  expect(
    isBinding(
      { ...asked.answer, receipt: otherwise.answer.receipt },
      asked.body,
      logKey,
      toHex(hubId),
    ),
  ).toBe(false)
  expect(isBinding({ ...asked.answer, seq: 5 }, asked.body, logKey, toHex(hubId))).toBe(false)
  expect(isBinding(asked.answer, asked.body, publicKeyOf(member), toHex(hubId))).toBe(false)
  expect(isBinding(asked.answer, asked.body, logKey, '22'.repeat(32))).toBe(false)
  const forged = answered('aa'.repeat(16), 4, member)
  expect(isBinding(forged.answer, forged.body, logKey, toHex(hubId))).toBe(false)
})

test('what is no receipt at all is not binding and breaks nothing', () => {
  for (const bad of ['', 'AAAA', '?']) {
    expect(isBinding({ ...asked.answer, receipt: bad }, asked.body, logKey, toHex(hubId))).toBe(
      false,
    )
    expect(isBinding({ ...asked.answer, record: bad }, asked.body, logKey, toHex(hubId))).toBe(
      false,
    )
    expect(isBinding(asked.answer, bad, logKey, toHex(hubId))).toBe(false)
  }
})

test('the log key comes from the document whose hash is the hub’s id, and from no other', () => {
  const town = aTown('chengdu')
  const other = aTown('tokyo')
  const genesisOf = ({ entries }: Town): string =>
    toBase64((entries[0]!.action as ActionOf<'hub.founded'>).genesis)
  const key = logKeyFrom(genesisOf(town), toHex(town.state.hub.id))
  expect(key).toEqual(town.state.hub.logKey)
  expect(logKeyFrom(genesisOf(other), toHex(town.state.hub.id))).toBeNull()
  expect(logKeyFrom('?', toHex(town.state.hub.id))).toBeNull()
  expect(logKeyFrom('AAAA', toHex(sha256(Uint8Array.of(0, 0, 0))))).toBeNull()
})

describe('a proof of an entry', () => {
  const record = fromBase64(answered('aa'.repeat(16), 1).answer.record)!
  const tree = new Tree()
  tree.append(leafHash(utf8('before')))
  tree.append(leafHash(record))
  const body = encodeCheckpoint({ origin, size: 2n, root: tree.root() })
  const bare = signNote(body, origin, logSecret)
  const secretOf = (n: number) => new Uint8Array(32).fill(n)
  const names = (city: string) => [`${city}/cosign`, `${city}/audit`]
  const cities = ['cv.lisbon-22222222/log', 'cv.porto-33333333/log']
  const secrets = new Map(cities.flatMap(names).map((name, i) => [name, secretOf(20 + i)]))
  const policy = [
    `log ${encodeVkey(origin, SIGNATURE, publicKeyOf(secretOf(99)))}`,
    ...[...secrets].map(([name, secret]) => `witness ${name} ${encodeVkey(name, COSIGNATURE, publicKeyOf(secret))}`),
    `group audited 2 ${cities.map((city) => `${city}/audit`).join(' ')}`, 'quorum audited', '',
  ].join('\n')
  const seenBy = (...by: string[]) =>
    by.reduce((note, name) => addSignature(note, cosign(body, name, secrets.get(name)!, 5))!, bare)
  const proof = (checkpoint: string, extra = record) =>
    encodeProof({ index: 1n, hashes: proveInclusion(tree, 1, 2), checkpoint, extra })
  const shown = (text: string, seq = 1, key = logKey) => witnessedBy(text, policy, seq, { origin, logKey: key })

  test('counts cities, not signatures, and says when they are enough', () => {
    expect(shown(proof(bare))).toEqual({ cities: 0, isEnough: false })
    expect(shown(proof(seenBy(...names(cities[0]!))))).toEqual({ cities: 1, isEnough: false })
    expect(shown(proof(seenBy(...cities.flatMap(names))))).toEqual({ cities: 2, isEnough: true })
  })

  test('shows nothing under another log key, of another entry, or with another record', () => {
    // The policy of a hub cannot bring a log key of its own.
    expect(shown(proof(bare), 1, publicKeyOf(secretOf(99)))).toBeNull()
    expect(shown(proof(bare), 0)).toBeNull()
    expect(shown(proof(bare, fromBase64(answered('bb'.repeat(16), 1).answer.record)!))).toBeNull()
    expect(shown(proof(bare, utf8('before')))).toBeNull()
    expect(shown('what is no proof at all')).toBeNull()
    expect(witnessedBy(proof(bare), 'no policy', 1, { origin, logKey })).toBeNull()
  })
})
