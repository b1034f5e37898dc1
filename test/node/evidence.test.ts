/** What comes of a hub that shows two histories, or is said to: as running cities live through it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { concat, fromUtf8, toBase64, utf8 } from '#ledger/bytes.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { parseRecord } from '#ledger/entry.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { besideLog } from '#ledger/evidence/beside.ts'
import type { Piece } from '#ledger/audit/export.ts'
import { parseOrder } from '#ledger/federation/federation.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { proveConsistency } from '#ledger/merkle.ts'
import { addSignature } from '#ledger/note.ts'
import { restoreApproval } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { runAudit } from '#node/audit/audit.ts'
import { peerOf } from '#node/cities/cities.ts'
import { frameTypes } from '#node/record/frames.ts'
import type { Network, PeerKey } from '#node/wire/network.ts'
import { encodeEvidenceMessage } from '#protocol/evidence.ts'
import { ACCUSED_WAIT_SECONDS, BUNDLES_PER_HUB_MAX, services } from '#protocol/limits.ts'
import { evidenceAnswers, evidenceRequests, logAnswers, logRequests, settleAnswers, settleRequests } from '#protocol/message.ts'
import { evidenceTopic } from '#protocol/topic.ts'
import { encodeAddCheckpoint } from '#protocol/witness.ts'
import { aCity, aClock, admitGuest, aMemberOf, approveIssue, approveKeys, type City, federate, help, payAward, start, stateOf, until } from '#test/support/cities.ts'
import { aDirectory } from '#test/support/directories.ts'
import { checkpointOf } from '#test/support/exports.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMember, CV, draft, hexFor, recorded, type Town } from '#test/support/towns.ts'
import { boundIn, branchOf, evidenceOfEach, genesisOf, proofIn, twoHistories } from '#test/support/two-histories.ts'

let running: City[] = []
let liars: Network[] = []
afterEach(async () => {
  for (const city of running) city.hub?.die()
  for (const liar of liars) await liar.stop()
  running = []
  liars = []
})

const certified = (city: City): number => stateOf(city).chain.slots.filter((slot) => slot.certified).length
const originOf = (city: City): string => city.town.card.origin
const frozenIn = (city: City, other: City) => stateOf(city).frozen.get(originOf(other))

async function federated<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: City }> {
  const bus = new MemoryBus()
  const clock = aClock()
  const all = names.map((name) => aCity(name, bus, clock))
  running.push(...all)
  for (const city of all) await start(city)
  const [host, ...others] = all
  await federate(host!, ...others)
  return all as { [K in keyof N]: City }
}

/** A city's records as a town that can go on by itself, at the time of the last. */
function townOf(city: City): Town {
  const entries = city.disk.ledger.filter(({ type }) => type === frameTypes.record).map(({ payload }) => parseRecord(payload)!)
  const replayed = replay(entries.map(({ bytes }) => bytes))
  if ('refusal' in replayed) throw new Error(`${city.name}'s own log is refused`)
  return { ...city.town, state: replayed.state, entries, now: replayed.state.lastTs }
}

/** Takes a dead city's place and key on the network, and shows each peer the history it has for it. */
async function lie(city: City, shownTo: (peer: PeerKey) => Town): Promise<Network> {
  const network = city.bus.attach({ name: city.place })
  liars.push(network)
  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.log
  await network.serve(protocol, {
    handler: async (peer, body) => {
      const town = shownTo(peer)
      const request = logRequests.parse(body)
      if (request?.type !== 'records') {
        return logAnswers.encode({ type: 'head', size: town.entries.length, generation: generationOf(town.state), note: utf8(checkpointOf(town)) })
      }
      return logAnswers.encode({ type: 'records', records: town.entries.slice(request.from).map(({ bytes }) => bytes), end: true })
    },
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: false,
  })
  network.setKnownPeers(running.filter((other) => other !== city && other.hub !== null)
    .map((other) => ({ peer: other.hub!.network.self, addresses: other.hub!.network.addresses() })))
  return network
}

/** The verdict of an audit on what is on a city's disk. */
function auditOf(city: City) {
  const { origin, id } = stateOf(city).hub
  const pieces: Piece[] = []
  let group: Piece[] = []
  let note = ''
  for (const { type, payload } of city.disk.ledger) {
    if (type === frameTypes.record) group.push({ type: 'record', bytes: payload })
    if (type === frameTypes.checkpoint) note = fromUtf8(payload)!
    if (type !== frameTypes.seal) continue
    pieces.push(...group, { type: 'seal', bytes: payload })
    group = []
  }
  const size = pieces.filter(({ type }) => type === 'record').length
  return audit([{ type: 'header', origin, hubId: id, size }, ...pieces, { type: 'checkpoint', note }])
}

test('a log served forked to two peers ends in evidence at both, and in a freeze that every audit can check', { timeout: 120_000 }, async () => {
  const [chengdu, barcelona, tokyo] = await federated('chengdu', 'barcelona', 'tokyo')
  for (const city of [chengdu, barcelona, tokyo]) await approveKeys(city)
  await until('every city has certified its keys', () => running.every((city) => certified(city) === 1))
  await approveIssue(chengdu, 10_000n * CV)
  await until('the issue is certified', () => certified(chengdu) === 2)
  const ana = await aMemberOf(barcelona, 'ana')
  const mei = await aMemberOf(chengdu, 'mei')
  await admitGuest(chengdu, barcelona, ana)
  const agreement = await help(chengdu, ana.person, mei.person, 90)
  // Certified, and not delivered: chengdu is gone in that moment.
  chengdu.hub!.writer.onRecorded(({ action }) => {
    if (action.kind === 'x.cert' && action.slot === 2) chengdu.hub?.die()
  })
  await payAward(chengdu, agreement)
  await until('chengdu is gone', () => chengdu.hub === null)

  const one = townOf(chengdu)
  const other = branchOf(one)
  other.now = one.now
  aMember(one, 'bo')
  aMember(other, 'li')
  aMember(other, 'wen')
  const toBarcelona = barcelona.hub!.network.self
  const network = await lie(chengdu, (peer) => (peer === toBarcelona ? one : other))

  const honest = [barcelona, tokyo]
  await until('both honest cities have frozen chengdu', () => honest.every((city) => frozenIn(city, chengdu) !== undefined))
  for (const city of honest) {
    expect(city.disk.evidence.length).toBeGreaterThan(0)
    for (const text of city.disk.evidence) {
      expect(verifyEvidence(text)).toMatchObject({ ok: true, offence: { origin: originOf(chengdu), hubId: chengdu.town.id } })
    }
  }

  // What arrives from there afterwards is suspended, whoever brings it.
  const action = one.entries.map((entry) => entry.action).find((each) => each.kind === 'x.cert' && each.slot === 2)
  if (action?.kind !== 'x.cert') throw new Error('the order was certified')
  const { bytes, signature } = one.state.chain.slots[2]!
  const { protocol, answerBytesMax } = services.settle
  const deliver = settleRequests.encode({
    type: 'deliver', certificate: { epoch: action.epoch, order: bytes, signature, votes: action.votes },
  })
  const answer = settleAnswers.parse(await network.request(toBarcelona, protocol, deliver, { answerBytesMax, timeoutMs: 30_000 }))
  expect(answer?.type).toBe('arrived')
  const { xid } = parseOrder(bytes)!.outs[0]!
  expect(stateOf(barcelona).arrivals.get(xid)).toMatchObject({ disposition: 'frozen', phase: 'suspended' })

  // No word of theirs covers it any more.
  const note = checkpointOf(one)
  const asked = encodeAddCheckpoint({ oldSize: 0n, proof: [], note })
  expect(await tokyo.hub!.witness.addCheckpoint(asked)).toMatchObject({ status: 404 })

  for (const city of honest) {
    await until(`${city.name} has signed what it recorded`, () => city.hub!.checkpointer.latest()?.size === stateOf(city).tree.size)
    expect(auditOf(city)).toMatchObject({ offence: null })
    expect(faultsOf(stateOf(city))).toEqual([])
  }
  // The file of it is checked from a directory that holds nothing else.
  const file = join(aDirectory(), 'evidence.txt')
  writeFileSync(file, barcelona.disk.evidence[0]!)
  let told = ''
  expect(await runAudit([file], { json: false, out: (text) => void (told += text), progress: { write: () => true } })).toBe(0)
  expect(told).toContain('against the hub of chengdu')
})

/** Two cities, and evidence against the first that only its own key could have made. */
async function twoCities() {
  const [chengdu, barcelona] = await federated('chengdu', 'barcelona')
  await until('barcelona has vouched for chengdu', () =>
    chengdu.hub!.checkpointer.witnessed()?.size === stateOf(chengdu).tree.size)
  const one = townOf(chengdu)
  const other = branchOf(one)
  other.now = one.now
  const shared = one.entries.length
  aMember(one, 'bo')
  aMember(other, 'li')
  aMember(other, 'wen')
  return { chengdu, barcelona, one, other, shared, each: evidenceOfEach({ one, other }, [], shared) }
}

test('a bundle that a person brings freezes, is told to the others, and is known the second time', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  const text = encodeEvidence(each.E4)
  expect(await barcelona.hub!.evidence.import(text)).toMatchObject({ ok: true, isNew: true })
  expect(await barcelona.hub!.evidence.import(text)).toMatchObject({ ok: true, isNew: false })
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E4')
  await until('chengdu has heard of itself', () => chengdu.hub!.evidence.against(originOf(chengdu)) !== undefined)
  expect(chengdu.hub!.evidence.list().map((kept) => kept.text)).toEqual([text])
  expect(stateOf(chengdu).frozen.size).toBe(0)
})

test('what proves nothing is kept by nobody', async () => {
  const { barcelona, each } = await twoCities()
  const text = encodeEvidence(each.E2)
  expect(await barcelona.hub!.evidence.import(text.slice(1))).toEqual({ ok: false, because: 'unreadable' })
  expect(await barcelona.hub!.evidence.import(text.replace('two histories', 'ten histories'))).toEqual({ ok: false, because: 'other-words' })
  expect(barcelona.disk.evidence).toEqual([])
})

test('evidence against a hub that is in no document here is not acted on', async () => {
  const { barcelona } = await twoCities()
  const stranger = evidenceOfEach(twoHistories('lisbon'))
  const imported = await barcelona.hub!.evidence.import(encodeEvidence(stranger.E2))
  expect(imported).toEqual({ ok: false, because: 'unknown-hub' })
})

test('a hub that was away when it was proved hears of it on its return', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  barcelona.hub!.die()
  chengdu.disk.evidence.push(encodeEvidence(each.E2))
  chengdu.hub!.die()
  await start(chengdu)
  await start(barcelona)
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
})

test('a hub that cannot be read is waited for a day, since a restore may excuse it, and no longer', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  chengdu.hub!.die()
  await barcelona.hub!.evidence.import(encodeEvidence(each.E2))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(frozenIn(barcelona, chengdu)).toBeUndefined()
  barcelona.clock.advance(ACCUSED_WAIT_SECONDS)
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E2')
})

test('a hub that cannot be read is frozen at once for what no restore excuses', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  chengdu.hub!.die()
  await barcelona.hub!.evidence.import(encodeEvidence(each.E1))
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E1')
})

test('a freeze and its evidence are there after a start, from the record alone if need be', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  await barcelona.hub!.evidence.import(encodeEvidence(each.E1))
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
  barcelona.hub!.die()
  barcelona.disk.evidence = []
  await start(barcelona)
  expect(barcelona.hub!.evidence.list().map(({ text }) => text)).toEqual([encodeEvidence(each.E1)])
})

test('a witness that is shown a second history makes the evidence itself', async () => {
  const { chengdu, barcelona, one } = await twoCities()
  const { size } = chengdu.hub!.checkpointer.latest()!
  const forked = checkpointOf({ ...one, state: { ...one.state, tree: townWithOtherTree(one, size) } }, [], size)
  const answer = await barcelona.hub!.witness.addCheckpoint(encodeAddCheckpoint({ oldSize: BigInt(size), proof: [], note: forked }))
  expect(answer.status).toBe(409)
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E2')
  const [text] = barcelona.disk.evidence
  // Its own line is on the note it had vouched for, so no restore excuses this.
  expect(text).toContain(`${originOf(barcelona)}/cosign`)
})

test('what a liar writes under its notes keeps nobody from proving what they say', async () => {
  const { chengdu, barcelona, one } = await twoCities()
  const { size } = chengdu.hub!.checkpointer.latest()!
  let forked = checkpointOf({ ...one, state: { ...one.state, tree: townWithOtherTree(one, size) } }, [], size)
  // As many lines as a note may have, each as long as makes the request as large as it may be.
  for (let i = 0; i < 99; i++) forked = addSignature(forked, `\u2014 witness-${i} ${toBase64(new Uint8Array(480))}\n`)!
  expect(forked.length).toBeGreaterThan(49_152)
  const answer = await barcelona.hub!.witness.addCheckpoint(encodeAddCheckpoint({ oldSize: BigInt(size), proof: [], note: forked }))
  expect(answer.status).toBe(409)
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E2')
  expect(barcelona.disk.evidence[0]).not.toContain('witness-')
})

test('a witness that is asked for a second history with a good proof of it needs nobody else to prove the first', async () => {
  const { chengdu, barcelona } = await twoCities()
  // From a size that is no power of two on, the proof itself shows the other beginning.
  while (Number.isInteger(Math.log2(stateOf(chengdu).tree.size))) await aMemberOf(chengdu, 'one more')
  const { size } = stateOf(chengdu).tree
  await until('barcelona has vouched for chengdu', () => chengdu.hub!.checkpointer.witnessed()?.size === size)
  const honest = townOf(chengdu)
  const other = branchOf({ ...honest, entries: honest.entries.slice(0, size - 1) })
  other.now = honest.now
  aMember(other, 'li')
  const end = other.entries.length
  const asked = encodeAddCheckpoint({ oldSize: BigInt(size), proof: proveConsistency(other.state.tree, size, end), note: checkpointOf(other) })
  expect(await barcelona.hub!.witness.addCheckpoint(asked)).toMatchObject({ status: 422 })
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E3')
})

test('two histories that were shown to cities which did not hear each other are met when they do', { timeout: 120_000 }, async () => {
  const [chengdu, barcelona, tokyo] = await federated('chengdu', 'barcelona', 'tokyo')
  const honest = [barcelona, tokyo]
  chengdu.hub!.die()
  const one = townOf(chengdu)
  const other = branchOf(one)
  other.now = one.now
  aMember(one, 'bo')
  aMember(other, 'li')
  const [b, t] = [barcelona.hub!.network.self, tokyo.hub!.network.self]
  chengdu.bus.cut(b, t)
  await lie(chengdu, (peer) => (peer === b ? one : other))
  const shown = [one, other].map((town) => town.entries.length)
  await until('each has read what it was shown', () => honest.every((city, i) => city.hub!.replicas.of(originOf(chengdu))?.size === shown[i]))
  expect(honest.flatMap((city) => city.disk.evidence)).toEqual([])
  chengdu.bus.heal(b, t)
  await until('both have frozen chengdu', () => honest.every((city) => frozenIn(city, chengdu) !== undefined))
})

/** A tree of as many leaves, the last of which is another. */
function townWithOtherTree(town: Town, size: number): Town['state']['tree'] {
  const { tree } = branchOf({ ...town, entries: town.entries.slice(0, size - 1) }).state
  tree.append(new Uint8Array(32))
  return tree
}

test('what the disk refused is not known, and is taken when it comes again', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  const text = encodeEvidence(each.E1)
  barcelona.disk.evidenceFails = true
  await expect(barcelona.hub!.evidence.import(text)).rejects.toThrow('no room')
  expect(barcelona.hub!.evidence.list()).toEqual([])
  barcelona.disk.evidenceFails = false
  expect(await barcelona.hub!.evidence.import(text)).toMatchObject({ ok: true, isNew: true })
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
})

test('a bundle too large for a topic is announced, and fetched from whoever has it', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  const line = (i: number) => `\u2014 witness-${i} ${toBase64(concat(utf8('abcd'), new Uint8Array(400)))}\n`
  let { first } = each.E2
  for (let i = 0; i < 40; i++) first = addSignature(first, line(i))!
  const text = encodeEvidence({ ...each.E2, first })
  const verdict = verifyEvidence(text)
  if (!verdict.ok) throw new Error(verdict.fault)
  // Somebody holds it as large as it is; each hub that takes it in keeps it without the strangers' lines.
  const { protocol, ...bounds } = services.evidence
  const handler = async () => evidenceAnswers.encode({ type: 'bundle', text: utf8(text) })
  await chengdu.hub!.network.serve(protocol, { ...bounds, handler, openToStrangers: false })
  await chengdu.hub!.network.publish(evidenceTopic(stateOf(chengdu).federation!.id), encodeEvidenceMessage(verdict.offence, text))
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
  expect(barcelona.disk.evidence).toEqual([encodeEvidence(each.E2)])
})

test('over the wire it is said what is held, and one of it; and nothing to rubbish', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  const text = encodeEvidence(each.E3)
  await barcelona.hub!.evidence.import(text)
  const peer = peerOf(barcelona.hub!.writer.state.federation!.documents.at(-1)!.document.members[1]!.card)
  const { protocol, answerBytesMax } = services.evidence
  const ask = async (body: Uint8Array) =>
    evidenceAnswers.parse(await chengdu.hub!.network.request(peer, protocol, body, { answerBytesMax, timeoutMs: 10_000 }))
  const verdict = verifyEvidence(text)
  const id = verdict.ok ? verdict.offence.id : ''
  expect(await ask(evidenceRequests.encode({ type: 'list' }))).toEqual({ type: 'list', held: [{ hub: originOf(chengdu), id }] })
  expect(await ask(evidenceRequests.encode({ type: 'fetch', id }))).toEqual({ type: 'bundle', text: utf8(text) })
  expect(await ask(evidenceRequests.encode({ type: 'fetch', id: '00'.repeat(32) }))).toEqual({ type: 'nothing' })
  expect(await ask(Uint8Array.of(0xff))).toEqual({ type: 'nothing' })
})

test('an honest restore excuses the receipt it voided, and nothing is frozen for it', async () => {
  const { chengdu, barcelona, one, shared, each } = await twoCities()
  // The receipt was given for a record that the log, restored at `shared`, does not hold.
  const restored = chengdu.hub!.writer
  expect(restored.state.tree.size).toBe(shared)
  const { acct, device, secret } = chengdu.town.steward
  const to = { generation: 1, size: shared, root: restored.state.tree.root(), givenUp: null }
  const approval = { steward: acct, keyId: keyIdOf(device), signature: sign(secret, 'appr', chengdu.town.id, restoreApproval(to)) }
  const recorded = await restored.record('hub.restored', { ...to, approvals: [approval] })
  expect(recorded.ok).toBe(true)
  await until('barcelona has read it', () => (barcelona.hub!.replicas.of(originOf(chengdu))?.state?.restores.length ?? 0) === 1)

  const now = townOf(chengdu)
  const evidence = encodeEvidence({
    kind: 'E4', genesis: genesisOf(now), bound: boundIn(one, shared), leaf: now.entries[shared]!.leaf, proof: proofIn(now, shared),
  })
  expect(await barcelona.hub!.evidence.import(evidence)).toMatchObject({ ok: true, isNew: true })
  // What no restore excuses freezes, and it is not the receipt that did.
  await barcelona.hub!.evidence.import(encodeEvidence(each.E1))
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
  expect(frozenIn(barcelona, chengdu)?.kind).toBe('E1')
})

/** Chengdu goes on from a backup at its present size, as its steward says, and Barcelona has read so. */
async function restoredInSight(chengdu: City, barcelona: City): Promise<void> {
  const { state } = chengdu.hub!.writer
  const { acct, device, secret } = chengdu.town.steward
  const to = { generation: 1, size: state.tree.size, root: state.tree.root(), givenUp: null }
  const approval = { steward: acct, keyId: keyIdOf(device), signature: sign(secret, 'appr', chengdu.town.id, restoreApproval(to)) }
  expect((await chengdu.hub!.writer.record('hub.restored', { ...to, approvals: [approval] })).ok).toBe(true)
  await until('barcelona has read it', () => (barcelona.hub!.replicas.of(originOf(chengdu))?.state?.restores.length ?? 0) === 1)
}

/** Two histories that were shown to nobody who cosigned them, and then the same, cosigned. */
function excusable({ chengdu, barcelona, start }: { chengdu: City; barcelona: City; start: Town }, name: string) {
  const [one, other] = [branchOf(start), branchOf(start)]
  aMember(one, `${name}-one`)
  aMember(other, `${name}-other`)
  const bundle = (witnesses: Town[]): string => encodeEvidence({
    kind: 'E2', genesis: genesisOf(start), first: checkpointOf(one, witnesses), second: checkpointOf(other, witnesses),
  })
  expect(originOf(chengdu)).toBe(start.card.origin)
  return { uncosigned: bundle([]), cosigned: bundle([barcelona.town]) }
}

test('a restore that is dated earlier than what a city has cosigned is known by that, and freezes', async () => {
  const { chengdu, barcelona } = await twoCities()
  const kept = townOf(chengdu)
  for (const name of ['bo', 'lin', 'mei']) await aMemberOf(chengdu, name)
  await until('barcelona has cosigned them', () => barcelona.hub!.witness.auditedSize(originOf(chengdu)) === stateOf(chengdu).tree.size)
  chengdu.hub!.die()
  const { acct, device, secret } = kept.steward
  const to = { generation: 1, size: kept.entries.length, root: kept.state.tree.root(), givenUp: null }
  const signature = sign(secret, 'appr', kept.id, restoreApproval(to))
  recorded(kept, { kind: 'hub.restored', ...to, approvals: [{ steward: acct, keyId: keyIdOf(device), signature }] })
  for (const name of ['ana', 'wei', 'li', 'tom', 'eva']) aMember(kept, name)
  await lie(chengdu, () => kept)
  await until('barcelona has read it', () => (barcelona.hub!.replicas.of(originOf(chengdu))?.state?.restores.length ?? 0) === 1)
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu)?.kind === 'E3')
})

test('the same offence freezes when it comes again with cosignatures that no restore excuses', async () => {
  const { chengdu, barcelona } = await twoCities()
  const start = townOf(chengdu)
  await restoredInSight(chengdu, barcelona)
  const { uncosigned, cosigned } = excusable({ chengdu, barcelona, start }, 'mei')
  expect(await barcelona.hub!.evidence.import(uncosigned)).toMatchObject({ ok: true, isNew: true })
  expect(await barcelona.hub!.evidence.import(uncosigned)).toMatchObject({ ok: true, isNew: false })
  expect(frozenIn(barcelona, chengdu)).toBeUndefined()
  expect(await barcelona.hub!.evidence.import(cosigned)).toMatchObject({ ok: true, isNew: true })
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
})

test('however much is excused by a restore, what is not has a place', async () => {
  const { chengdu, barcelona } = await twoCities()
  const start = townOf(chengdu)
  await restoredInSight(chengdu, barcelona)
  const bundles = Array.from({ length: BUNDLES_PER_HUB_MAX + 1 }, (_, i) => excusable({ chengdu, barcelona, start }, `m${i}`))
  for (const { uncosigned } of bundles.slice(0, -1)) {
    expect(await barcelona.hub!.evidence.import(uncosigned)).toMatchObject({ ok: true, isNew: true })
  }
  const { uncosigned, cosigned } = bundles.at(-1)!
  expect(await barcelona.hub!.evidence.import(uncosigned)).toEqual({ ok: false, because: 'enough-of-hub' })
  expect(frozenIn(barcelona, chengdu)).toBeUndefined()
  expect(await barcelona.hub!.evidence.import(cosigned)).toMatchObject({ ok: true, isNew: true })
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
  expect(barcelona.hub!.evidence.list().length).toBe(BUNDLES_PER_HUB_MAX)
  expect(barcelona.disk.evidence.length).toBe(BUNDLES_PER_HUB_MAX)
})

test('on the topic, what proves nothing is not taken for evidence, and what proves something is', async () => {
  const { chengdu, barcelona, each } = await twoCities()
  const topic = evidenceTopic(stateOf(chengdu).federation!.id)
  const verdict = verifyEvidence(encodeEvidence(each.E2))
  if (!verdict.ok) throw new Error('it is evidence')
  await chengdu.hub!.network.publish(topic, Uint8Array.of(1, 2, 3))
  await chengdu.hub!.network.publish(topic, encodeEvidenceMessage(verdict.offence, 'cv-evidence@v1\n'))
  expect(barcelona.disk.evidence).toEqual([])
  await chengdu.hub!.network.publish(topic, encodeEvidenceMessage(verdict.offence, encodeEvidence(each.E2)))
  await until('barcelona has frozen chengdu', () => frozenIn(barcelona, chengdu) !== undefined)
})

test('a record that no rule allows is proved to stewards, who are told where to look, and freezes nobody', async () => {
  const [chengdu, barcelona] = await federated('chengdu', 'barcelona')
  chengdu.hub!.die()
  const town = townOf(chengdu)
  const before = town.entries.map(({ bytes }) => bytes)
  // Attested once is for good; its hub writes it once more, and goes on.
  const bad = draft(town, { kind: 'member.attested', member: town.steward.acct, identity: hexFor('again') }, [town.steward])
  town.state.tree.append(bad.leaf)
  town.entries.push(bad)
  aMember(town, 'bo')
  await lie(chengdu, () => town)
  const doubts = (): string[] => barcelona.hub!.evidence.doubtsOf(originOf(chengdu))
  await until('barcelona keeps the proof', () => doubts().length === 1)
  const { text, offence } = barcelona.hub!.evidence.find(doubts()[0]!)!
  expect(offence).toMatchObject({ kind: 'E7', at: BigInt(bad.seq), beside: originOf(chengdu) })
  const verdict = verifyEvidence(text)
  expect(verdict.ok && besideLog(verdict.evidence, before)).toBe('convicts')
  expect(frozenIn(barcelona, chengdu)).toBeUndefined()
})

test('a city that knows for a week of what came for it and has not taken it in is shown to stewards, and nothing is frozen', { timeout: 60_000 }, async () => {
  const [chengdu, barcelona] = await federated('chengdu', 'barcelona')
  for (const city of [chengdu, barcelona]) await approveKeys(city)
  await until('every city has certified its keys', () => running.every((city) => certified(city) === 1))
  await approveIssue(chengdu, 10_000n * CV)
  await until('the issue is certified', () => certified(chengdu) === 2)
  const ana = await aMemberOf(barcelona, 'ana')
  const mei = await aMemberOf(chengdu, 'mei')
  await admitGuest(chengdu, barcelona, ana)
  const agreement = await help(chengdu, ana.person, mei.person, 90)
  // It votes and vouches as before, and takes nothing in.
  barcelona.disk.isProved = false
  await payAward(chengdu, agreement)
  await until('the award is certified', () => certified(chengdu) === 3)
  const { certifiedSeq } = stateOf(chengdu).chain.slots[2]!
  await until('barcelona has vouched for that', () => barcelona.hub!.witness.auditedSize(originOf(chengdu)) > certifiedSeq!)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const doubts = (): string[] => chengdu.hub!.evidence.doubtsOf(originOf(barcelona))
  expect(doubts()).toEqual([])

  chengdu.clock.advance(8 * 86_400)
  await aMemberOf(barcelona, 'lluc')
  await until('chengdu keeps the proof', () => doubts().length === 1)
  const verdict = verifyEvidence(chengdu.hub!.evidence.find(doubts()[0]!)!.text)
  expect(verdict).toMatchObject({ ok: true, offence: { kind: 'E8', origin: originOf(barcelona) } })
  expect(verdict.ok && besideLog(verdict.evidence, townOf(barcelona).entries.map(({ bytes }) => bytes))).toBe('convicts')
  expect(frozenIn(chengdu, barcelona)).toBeUndefined()

  barcelona.disk.isProved = true
  await until('it is taken in after all', () => stateOf(barcelona).arrivals.size === 1)
})
