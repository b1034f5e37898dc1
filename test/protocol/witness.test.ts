import { describe, expect, test } from 'vitest'
import { utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { leafHash, proveConsistency, Tree } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import {
  decide, type Decision, encodeAddCheckpoint, parseAddCheckpoint, type Remembered, timeFault,
} from '#protocol/witness.ts'
import { bytesFor } from '#test/support/towns.ts'

const ORIGIN = 'cv.chengdu-5f3a91c0/log'
const secret = bytesFor('the log')
const logKey = publicKeyOf(secret)

function treeOf(size: number, salt = ''): Tree {
  const tree = new Tree()
  for (let i = 0; i < size; i++) tree.append(leafHash(utf8(`${i >= 5 ? salt : ''}${i}`)))
  return tree
}
const noteOf = (tree: Tree, size: number, by = secret): string =>
  signNote(
    encodeCheckpoint({ origin: ORIGIN, size: BigInt(size), root: tree.root(size) }),
    ORIGIN,
    by,
  )
const memory = (tree: Tree, size: number): Remembered => ({
  size: BigInt(size),
  root: tree.root(size),
  note: noteOf(tree, size),
})

const honest = treeOf(20)
const asked = (tree: Tree, from: number, to: number, claimed = from): string =>
  encodeAddCheckpoint({
    oldSize: BigInt(claimed),
    proof: proveConsistency(tree, from, to),
    note: noteOf(tree, to),
  })
const answer = (text: string, remembered: Remembered | null): Decision =>
  decide(
    text,
    (origin) => (origin === ORIGIN ? { key: logKey, isHub: true } : null),
    () => remembered,
  )

describe('add-checkpoint is answered by the status codes of C2SP tlog-witness', () => {
  test('200 for the first checkpoint ever, and for one that continues the last', () => {
    expect(answer(asked(honest, 0, 7), null)).toMatchObject({ status: 200, remember: { size: 7n } })
    expect(answer(asked(honest, 7, 20), memory(honest, 7))).toMatchObject({
      status: 200,
      remember: { size: 20n },
    })
    expect(answer(asked(honest, 7, 7), memory(honest, 7))).toMatchObject({ status: 200 })
  })

  test('400 for what is no request, and for an old size above the checkpoint', () => {
    for (const text of [
      '',
      'old 7',
      'old 07\n\nx\n',
      'new 7\n\nx\n',
      'old 7\nnot base64\n\nx\n',
      'old -1\n\nx\n',
      'old 7\n\n',
    ]) {
      expect(answer(text, null).status).toBe(400)
    }
    const above = encodeAddCheckpoint({ oldSize: 9n, proof: [], note: noteOf(honest, 7) })
    expect(answer(above, memory(honest, 9)).status).toBe(400)
  })

  test('404 for a log nobody here witnesses, 403 when its own key has not signed', () => {
    expect(
      decide(
        asked(honest, 0, 7),
        () => null,
        () => null,
      ).status,
    ).toBe(404)
    const forged = encodeAddCheckpoint({
      oldSize: 0n,
      proof: [],
      note: noteOf(honest, 7, bytesFor('somebody else')),
    })
    expect(answer(forged, null).status).toBe(403)
  })

  test('409 with the size it knows, when asked to continue another', () => {
    expect(answer(asked(honest, 5, 20), memory(honest, 7))).toEqual({
      status: 409,
      body: '7\n',
      fork: null,
    })
    expect(answer(asked(honest, 0, 20), memory(honest, 7))).toEqual({
      status: 409,
      body: '7\n',
      fork: null,
    })
  })

  test('400 for an old size above the checkpoint also when that is of another history, which is kept', () => {
    const other = treeOf(7, 'another history ')
    expect(answer(asked(other, 0, 7, 9), memory(honest, 7))).toMatchObject({
      status: 400,
      fork: { origin: ORIGIN },
    })
  })

  test('400 for a tree whose size could not be remembered', () => {
    const checkpoint = { origin: ORIGIN, size: 2n ** 53n, root: honest.root() }
    const note = signNote(encodeCheckpoint(checkpoint), ORIGIN, secret)
    expect(answer(encodeAddCheckpoint({ oldSize: 0n, proof: [], note }), null).status).toBe(400)
  })

  test('extension lines are for logs outside: a hub writes none', () => {
    const body = `${encodeCheckpoint({ origin: ORIGIN, size: 7n, root: honest.root(7) })}of another kind\n`
    const text = encodeAddCheckpoint({ oldSize: 0n, proof: [], note: signNote(body, ORIGIN, secret) })
    const statusFor = (isHub: boolean) => decide(text, () => ({ key: logKey, isHub }), () => null).status
    expect(statusFor(true)).toBe(403)
    expect(statusFor(false)).toBe(200)
  })

  test('what strangers wrote under a note is not kept; a note too long to keep is refused', () => {
    const junk = `— someone.else ${'A'.repeat(8)}\n`.repeat(90)
    const text = encodeAddCheckpoint({ oldSize: 0n, proof: [], note: noteOf(honest, 7) + junk })
    expect(answer(text, null)).toMatchObject({ status: 200, remember: { note: noteOf(honest, 7) } })
    const long = signNote(`${encodeCheckpoint({ origin: ORIGIN, size: 7n, root: honest.root(7) })}${'x'.repeat(65_000)}\n`, ORIGIN, secret)
    const asking = (note: string) => decide(encodeAddCheckpoint({ oldSize: 0n, proof: [], note }), () => ({ key: logKey, isHub: false }), () => null)
    expect(asking(long).status).toBe(400)
    expect(asking(long.replaceAll('x', '长')).status).toBe(400)
  })

  test('422 when the proof does not lead there', () => {
    const other = treeOf(20, 'another history ')
    const parted = { origin: ORIGIN, earlier: noteOf(honest, 7), later: noteOf(other, 20), root: other.root(7) }
    // The proof is good, and of another history: with the note that is remembered it convicts.
    expect(answer(asked(other, 7, 20), memory(honest, 7))).toMatchObject({ status: 422, parted })
    expect(answer(asked(other, 8, 20), memory(honest, 8))).toMatchObject({ status: 422, parted: null })
    const bare = encodeAddCheckpoint({ oldSize: 7n, proof: [], note: noteOf(honest, 20) })
    expect(answer(bare, memory(honest, 7)).status).toBe(422)
  })

  test('two roots for one size are a fork, and both notes are kept', () => {
    const other = treeOf(7, 'another history ')
    const decision = answer(asked(other, 7, 7), memory(honest, 7))
    expect(decision).toEqual({
      status: 409,
      body: '7\n',
      fork: { origin: ORIGIN, first: noteOf(honest, 7), second: noteOf(other, 7) },
    })
    // Also when it pretends to continue something else.
    expect(answer(asked(other, 0, 7), memory(honest, 7))).toMatchObject({
      status: 409,
      fork: { origin: ORIGIN },
    })
  })
})

test('a request is read as it was written', () => {
  const request = { oldSize: 7n, proof: proveConsistency(honest, 7, 20), note: noteOf(honest, 20) }
  expect(parseAddCheckpoint(encodeAddCheckpoint(request))).toEqual(request)
})

test('an auditor vouches neither for the future nor for what was written behind its back', () => {
  const times = { now: 10_000, last: 10_000, firstNew: 9_990, audited: 9_980 }
  expect(timeFault(times)).toBeNull()
  expect(timeFault({ ...times, last: 10_300 })).toBeNull()
  expect(timeFault({ ...times, last: 10_301 })).toBe('from-the-future')
  expect(timeFault({ ...times, firstNew: 9_680 })).toBeNull()
  expect(timeFault({ ...times, firstNew: 9_679 })).toBe('backdated')
  expect(timeFault({ ...times, firstNew: 1, audited: null })).toBeNull()
  expect(timeFault({ ...times, firstNew: null })).toBeNull()
})

test('an auditor whose own clock was ahead when it last vouched holds no city to that time', () => {
  const times = { now: 10_000, last: 9_990, firstNew: 9_000 }
  expect(timeFault({ ...times, audited: 10_300 })).toBe('backdated')
  expect(timeFault({ ...times, audited: 10_301 })).toBeNull()
})
