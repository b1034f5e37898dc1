/** What a hub signs of its own log and of another's, as two running cities show it. */
import { afterEach, expect, test } from 'vitest'
import { utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openCheckpoint } from '#ledger/checkpoint.ts'
import { EMPTY_ROOT, proveConsistency } from '#ledger/merkle.ts'
import { auditorOf, cosignerOf } from '#ledger/cosigner.ts'
import { openNote, signNote } from '#ledger/note.ts'
import { isPolicy, judgeCheckpoint, parsePolicy, policyOf } from '#ledger/policy.ts'
import { verifyProof } from '#ledger/proof.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { frameTypes } from '#node/record/frames.ts'
import { encodeAddCheckpoint } from '#protocol/witness.ts'
import { aCity, aClock, aMemberOf, type City, start, stateOf, until } from '#test/support/cities.ts'
import { MemoryBus } from '#test/support/memory-network.ts'

let running: City[] = []
afterEach(() => {
  for (const city of running) city.hub?.die()
  running = []
})

/** Two members of one federation; barcelona has audited all that chengdu has signed. */
async function twoMembers(): Promise<{ chengdu: City; barcelona: City }> {
  const bus = new MemoryBus()
  const clock = aClock()
  const [chengdu, barcelona] = ['chengdu', 'barcelona'].map((name) => aCity(name, bus, clock)) as [
    City,
    City,
  ]
  running.push(chengdu, barcelona)
  for (const city of running) await start(city)
  await chengdu.hub!.federation.found()
  await barcelona.hub!.federation.join(chengdu.hub!.federation.card())
  await chengdu.hub!.federation.admit(barcelona.hub!.federation.card())
  await until('barcelona has audited chengdu', () => {
    const witnessed = chengdu.hub!.checkpointer.witnessed()
    return (
      stateOf(barcelona).federation?.documents.length === 2 &&
      witnessed?.size === stateOf(chengdu).tree.size
    )
  })
  return { chengdu, barcelona }
}

const cardIn = (of: City, place: number) =>
  currentDocument(stateOf(of).federation!).members[place]!.card

/** The body of add-checkpoint for a root of our choosing, signed by the city's own log key. */
function askOf(city: City, old: number, size: number, root: Uint8Array): string {
  const { hub, tree } = stateOf(city)
  const note = signNote(
    encodeCheckpoint({ origin: hub.origin, size: BigInt(size), root }),
    hub.origin,
    city.keys.log.secret,
  )
  return encodeAddCheckpoint({
    oldSize: BigInt(old),
    proof: proveConsistency(tree, old, Math.min(size, tree.size)),
    note,
  })
}

test('the newest checkpoint carries the plain and the auditing cosignature of the other member', async () => {
  const { chengdu } = await twoMembers()
  const { note, size } = chengdu.hub!.checkpointer.witnessed()!
  const { hub, tree } = stateOf(chengdu)
  const other = cardIn(chengdu, 1)
  const opened = openCheckpoint(note, hub.origin, hub.logKey, [cosignerOf(other), auditorOf(other)])
  expect(opened).toMatchObject({ size: BigInt(size), root: tree.root(size) })
  expect(opened!.cosigners.map(({ name }) => name)).toEqual([
    `${other.origin}/cosign`,
    `${other.origin}/audit`,
  ])
})

test('a checkpoint is on the disk before anybody hears of it, and with its cosignatures once audited', async () => {
  const { chengdu } = await twoMembers()
  const kept = chengdu.disk.ledger
    .filter(({ type }) => type === frameTypes.checkpoint)
    .map(({ payload }) => new TextDecoder().decode(payload))
  const { bare, note } = chengdu.hub!.checkpointer.witnessed()!
  expect(kept).toContain(bare)
  expect(kept).toContain(note)
  expect(kept.indexOf(bare)).toBeLessThan(kept.indexOf(note))
})

test('a hub that starts again while the others are away still shows who has seen its log', async () => {
  const { chengdu, barcelona } = await twoMembers()
  const { size, note } = chengdu.hub!.checkpointer.witnessed()!
  barcelona.hub!.die()
  chengdu.hub!.die()
  await start(chengdu)
  const { checkpointer } = chengdu.hub!
  expect(checkpointer.latest()).toMatchObject({ size, note })
  expect(checkpointer.witnessed()).toMatchObject({ size, note })
  expect(checkpointer.covering(size - 1)).toMatchObject({ note })
  expect(checkpointer.covering(size)).toBeNull()
})

test('what was recorded last before a hub died is signed when it is back, though nothing more is recorded', async () => {
  const { chengdu, barcelona } = await twoMembers()
  chengdu.hub!.checkpointer.stop()
  await aMemberOf(chengdu, 'bo')
  const { size } = stateOf(chengdu).tree
  expect(chengdu.hub!.checkpointer.latest()!.size).toBeLessThan(size)
  chengdu.hub!.die()
  await start(chengdu)
  await until('barcelona has audited all of it', () => barcelona.hub!.witness.auditedSize(stateOf(chengdu).hub.origin) === size)
})

test('what was recorded days ago is signed before an older checkpoint is shown, so that it is not taken to be dated back', async () => {
  const { chengdu, barcelona } = await twoMembers()
  // At the pace at which hubs run: what it records next is signed within a minute, and not sooner.
  chengdu.hub!.die()
  await start(chengdu, { asRun: true })
  await until('chengdu may sign', () => chengdu.hub!.fence.phase === 'passed')
  barcelona.hub!.die()
  await aMemberOf(chengdu, 'ana')
  const older = await chengdu.hub!.checkpointer.cover(stateOf(chengdu).tree.size - 1)
  await aMemberOf(chengdu, 'bo')
  const { tree, hub } = stateOf(chengdu)
  expect(older!.size).toBeLessThan(tree.size)
  expect(chengdu.hub!.checkpointer.latest()!.size).toBe(older!.size)
  chengdu.clock.advance(3 * 86_400)
  await start(barcelona)
  await until('barcelona has audited all of it', () => barcelona.hub!.witness.auditedSize(hub.origin) >= tree.size)
})

test('a member that has forgotten what it cosigned is shown the newest checkpoint again when it says that it is behind', async () => {
  const { chengdu, barcelona } = await twoMembers()
  const { hub, tree } = stateOf(chengdu)
  const audited = (): number => barcelona.hub!.witness.auditedSize(hub.origin)
  await barcelona.disk.store.table('witness').del(hub.origin)
  expect(audited()).toBe(0)
  chengdu.hub!.checkpointer.show(stateOf(barcelona).hub.origin)
  await until('it has audited it again', () => audited() === tree.size)
})

test('what a quorum has seen satisfies the policy that the hub prints', async () => {
  const { chengdu } = await twoMembers()
  const { hub, federation } = stateOf(chengdu)
  const policy = parsePolicy(utf8(policyOf(hub.origin, hub.logKey, currentDocument(federation!))))
  if (!isPolicy(policy)) throw new Error(`line ${policy.line}: ${policy.because}`)
  const { note, bare } = chengdu.hub!.checkpointer.witnessed()!
  expect(judgeCheckpoint(policy, note)?.satisfied).toBe(true)
  expect(judgeCheckpoint(policy, bare)?.satisfied).toBe(false)
})

test('a record is proved by a text that needs nobody’s word', async () => {
  const { chengdu } = await twoMembers()
  await aMemberOf(chengdu, 'bo')
  const seq = stateOf(chengdu).tree.size - 1
  const { hub, tree } = stateOf(chengdu)
  const proof = new TextDecoder().decode((await chengdu.hub!.checkpointer.prove(seq))!)
  expect(verifyProof(proof, tree.leafAt(seq), hub.origin, hub.logKey)).toMatchObject({
    index: BigInt(seq),
  })
  expect(verifyProof(proof, tree.leafAt(seq - 1), hub.origin, hub.logKey)).toBeNull()
  expect(await chengdu.hub!.checkpointer.prove(tree.size)).toBeNull()
})

test('two roots of one size: refused, and both notes are kept against the log', async () => {
  const { chengdu, barcelona } = await twoMembers()
  const { size } = chengdu.hub!.checkpointer.latest()!
  const forked = askOf(chengdu, size, size, EMPTY_ROOT)
  expect(await barcelona.hub!.witness.addCheckpoint(forked)).toEqual({
    status: 409,
    body: `${size}\n`,
  })
  const kept = [{ hub: stateOf(chengdu).hub.origin, what: 'checkpoints' }]
  expect(barcelona.hub!.votes.evidence()).toEqual(kept)
  // One pair is enough: a third root adds nothing to the disk.
  const another = askOf(chengdu, size, size, stateOf(chengdu).tree.root(1))
  expect([404, 409]).toContain((await barcelona.hub!.witness.addCheckpoint(another)).status)
  expect(barcelona.hub!.votes.evidence()).toEqual(kept)
})

test('a history that the records contradict is refused although the last checkpoint is forgotten', async () => {
  const { chengdu, barcelona } = await twoMembers()
  const { origin } = stateOf(chengdu).hub
  await barcelona.disk.store.table('witness').del(origin)
  const answer = await barcelona.hub!.witness.addCheckpoint(
    askOf(chengdu, 0, stateOf(chengdu).tree.size, EMPTY_ROOT),
  )
  expect(answer.status).toBe(409)
  expect(barcelona.hub!.votes.evidence()).toEqual([{ hub: origin, what: 'checkpoints' }])
})

test('what is not of a member’s log is answered by C2SP’s statuses', async () => {
  const { chengdu, barcelona } = await twoMembers()
  const { addCheckpoint } = barcelona.hub!.witness
  expect((await addCheckpoint('hello')).status).toBe(400)
  const { tree } = stateOf(chengdu)
  const stranger = signNote(
    encodeCheckpoint({ origin: 'cv.lagos-00000000/log', size: 1n, root: tree.root(1) }),
    'cv.lagos-00000000/log',
    chengdu.keys.log.secret,
  )
  expect(
    (await addCheckpoint(encodeAddCheckpoint({ oldSize: 0n, proof: [], note: stranger }))).status,
  ).toBe(404)
  expect(await addCheckpoint(askOf(chengdu, 0, tree.size, tree.root()))).toEqual({
    status: 409,
    body: `${barcelona.hub!.witness.cosigned(stateOf(chengdu).hub.origin)!.split('\n')[1]}\n`,
  })
})

test('a hub whose clock runs ahead gets the plain cosignature and not the auditor’s', async () => {
  const { chengdu, barcelona } = await twoMembers()
  chengdu.clock = { ...chengdu.clock, now: () => barcelona.clock.now() + 400 }
  chengdu.hub!.die()
  await start(chengdu)
  await until('it may sign', () => chengdu.hub!.fence.phase === 'passed')
  await aMemberOf(chengdu, 'bo')
  const { checkpointer, writer } = chengdu.hub!
  await checkpointer.cover(writer.state.tree.size - 1)
  const other = cardIn(chengdu, 1)
  const signedBy = (key: ReturnType<typeof cosignerOf>) =>
    openNote(checkpointer.latest()!.note, [key]) !== null
  await until(
    'the plain one is there',
    () => checkpointer.latest()!.size === writer.state.tree.size && signedBy(cosignerOf(other)),
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(signedBy(auditorOf(other))).toBe(false)
  expect(checkpointer.witnessed()?.size ?? 0).toBeLessThan(writer.state.tree.size)
})

test('a directory whose last checkpoint is not of its ledger is not signed from', async () => {
  const { chengdu } = await twoMembers()
  chengdu.hub!.die()
  const { hub, tree } = chengdu.town.state
  const other = signNote(
    encodeCheckpoint({ origin: hub.origin, size: BigInt(tree.size), root: EMPTY_ROOT }),
    hub.origin,
    chengdu.keys.log.secret,
  )
  chengdu.disk.ledger.push({ type: frameTypes.checkpoint, payload: utf8(other) })
  await expect(start(chengdu)).rejects.toThrow('not of the ledger on this disk')
})
