import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { orderIdOf } from '#ledger/federation/federation.ts'
import type { Frame } from '#node/disk/journal.ts'
import { openVotes } from '#node/cities/settlement/votes.ts'

const HUB = 'cv.chengdu-5f3a91c0/log'
const signature = new Uint8Array(64).fill(1)
const order = (name: string): Uint8Array => new TextEncoder().encode(`order ${name}`)
const vote = (slot: number, name: string) => ({ slot, epoch: 1, order: order(name), signature })
const idOf = (name: string): string => toHex(orderIdOf(order(name)))

/** A disk whose append waits until it is told to go on, or to fail. */
function aDisk(frames: Frame[] = []) {
  const waiting: { go: () => void; fail: () => void }[] = []
  let held = false
  return {
    frames,
    hold: () => void (held = true),
    next: () => waiting.shift()!,
    append: (added: Frame[]): Promise<void> => {
      if (!held) {
        frames.push(...added)
        return Promise.resolve()
      }
      return new Promise((resolve, reject) =>
        waiting.push({
          go: () => {
            frames.push(...added)
            resolve()
          },
          fail: () => reject(new Error('no space')),
        }),
      )
    },
  }
}

test('what was voted, signed and reported is there again after a start', async () => {
  const disk = aDisk()
  const votes = openVotes(disk)
  await votes.bindVote(HUB, vote(0, 'a'))
  await votes.bindVote(HUB, vote(1, 'b'))
  const proposed = { document: order('document'), signatures: [{ hub: 0, signature }] }
  await votes.bindDocument(2, proposed)
  const place = { origin: HUB, slot: 1, order: orderIdOf(order('b')) }
  const evidence = [
    { ...place, signature, epoch: null, votes: [] },
    { ...place, slot: 2, signature, epoch: 1, votes: [{ voter: 0, signature }] },
  ]
  const reported = { ...proposed, report: order('report'), signature, evidence }
  await votes.bindReport(2, () => reported)
  await votes.keepOrders(HUB, { order: order('a'), signature }, { order: order('x'), signature })
  await votes.keepFork({ origin: HUB, first: 'one note', second: 'another' })

  for (const one of [votes, openVotes(disk)]) {
    expect(one.lockOf(HUB, 0)).toEqual({ orderId: idOf('a'), vote: null })
    expect(one.lockOf(HUB, 1)).toEqual({ orderId: idOf('b'), vote: vote(1, 'b') })
    expect(one.lastOf(HUB)).toEqual(vote(1, 'b'))
    expect([one.hasVotedFor(idOf('a')), one.hasVotedFor(idOf('x'))]).toEqual([true, false])
    expect(one.signedFor(2)).toEqual(proposed)
    expect(one.reportedFor(2)).toEqual(reported)
    expect(one.evidence()).toEqual([
      { hub: HUB, what: 'orders' },
      { hub: HUB, what: 'checkpoints' },
    ])
  }
})

test('a vote binds before the disk has it, and everybody waits for the disk', async () => {
  const disk = aDisk()
  disk.hold()
  const votes = openVotes(disk)
  let durable = 0
  const first = votes.bindVote(HUB, vote(0, 'a')).then(() => durable++)
  const again = votes.bindVote(HUB, vote(0, 'a')).then(() => durable++)
  expect(votes.lockOf(HUB, 0)?.orderId).toBe(idOf('a'))
  expect(() => votes.bindVote(HUB, vote(0, 'x'))).toThrow('bound to another order')
  await Promise.resolve()
  expect(durable).toBe(0)
  disk.next().go()
  await Promise.all([first, again])
  expect(disk.frames.length).toBe(1)
})

test('what the disk refused is never said, and never contradicted either', async () => {
  const disk = aDisk()
  disk.hold()
  const votes = openVotes(disk)
  const binding = votes.bindVote(HUB, vote(0, 'a'))
  disk.next().fail()
  await expect(binding).rejects.toThrow('no space')
  await expect(votes.bindVote(HUB, vote(0, 'a'))).rejects.toThrow('no space')
  expect(() => votes.bindVote(HUB, vote(0, 'x'))).toThrow('bound to another order')
})

test('the epoch is closed in the turn in which the report is made', async () => {
  const disk = aDisk()
  disk.hold()
  const votes = openVotes(disk)
  const reported = {
    document: order('document'),
    signatures: [],
    report: order('report'),
    signature,
    evidence: [],
  }
  const reporting = votes.bindReport(2, () => reported)
  expect(votes.reportedFor(2)).toEqual(reported)
  // A second question gets the first report, and gets it when that is durable.
  const second = votes.bindReport(2, () => ({ ...reported, report: order('another') }))
  disk.next().go()
  expect(await reporting).toEqual(reported)
  expect(await second).toEqual(reported)
})

test('one pair of contradicting orders is kept of each hub, however many it signs', async () => {
  const disk = aDisk()
  const votes = openVotes(disk)
  for (const name of ['x', 'y', 'z']) {
    await votes.keepOrders(HUB, { order: order('a'), signature }, { order: order(name), signature })
  }
  expect(disk.frames.length).toBe(1)
})

test('a journal that cannot be read is not voted from', () => {
  expect(() => openVotes(aDisk([{ type: 0x56, payload: new Uint8Array([1, 2, 3]) }]))).toThrow(
    'cannot be read',
  )
  expect(() => openVotes(aDisk([{ type: 0x41, payload: new Uint8Array() }]))).toThrow(
    'cannot be read',
  )
})
