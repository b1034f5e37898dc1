/**
 * Hubs whose disks are not what they were: restored from a backup, put back by a machine's snapshot, without
 * their votes. None of them may say under one number what it has said otherwise before.
 */
import { writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { evidenceFrom } from '#ledger/evidence/histories.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import type { Piece } from '#ledger/audit/export.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { addSignature } from '#ledger/note.ts'
import { isExcused } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { runAudit } from '#node/audit/audit.ts'
import { frameTypes } from '#node/record/frames.ts'
import { serveLog } from '#node/cities/logs/log-service.ts'
import type { Service } from '#node/wire/network.ts'
import { orderIdOf } from '#ledger/federation/federation.ts'
import { firstSureSlot, wordOn } from '#node/cities/restoring/recall.ts'
import { restoringView } from '#node/restoring.ts'
import { RECORD_BYTES_MAX, services, SILENT_WAIT_SECONDS, TAIL_TURN_SECONDS, WITHHELD_WAIT_SECONDS } from '#protocol/limits.ts'
import { logAnswers, type LogAnswer, logRequests, type LogRequest, type SettleAnswer } from '#protocol/message.ts'
import { encodeAddCheckpoint } from '#protocol/witness.ts'
import {
  aCity, aClock, admitGuest, aMemberOf, approveIssue, approveKeys, type City, copyOf, type Disk, federate, help, join, payAward, start, stateOf, until,
} from '#test/support/cities.ts'
import { aDirectory } from '#test/support/directories.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { CV } from '#test/support/towns.ts'

let running: City[] = []
afterEach(() => {
  for (const city of running) city.hub?.die()
  running = []
})

async function cities<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: City }> {
  const bus = new MemoryBus()
  const clock = aClock()
  const made = names.map((name) => aCity(name, bus, clock))
  running.push(...made)
  for (const city of made) await start(city)
  return made as { [K in keyof N]: City }
}

const certified = (city: City): number => stateOf(city).chain.slots.filter((slot) => slot.certified).length
const sizeOf = (city: City): number => stateOf(city).tree.size
const originOf = (city: City): string => stateOf(city).hub.origin

async function openChains(...all: City[]): Promise<void> {
  for (const city of all) await approveKeys(city)
  await until('every city has certified its keys', () => all.every((city) => certified(city) === 1))
}

/** All others have audited everything this city has written. */
const isConfirmed = (city: City): boolean => city.hub!.checkpointer.witnessed()?.size === sizeOf(city)

/** The process, if it lives, ends and its disk is replaced by an older copy, as a backup: without the word of the last run. */
function putBack(city: City, older: Disk): void {
  city.hub?.die()
  city.disk = { ...older, restored: true }
}

/** Its first steward signs what the hub asks to be signed. */
/** Three cities of which Barcelona alone has read and cosigned the newest four members of Chengdu; `older` is from before. */
async function seenByBarcelonaAlone() {
  const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
  await federate(chengdu, barcelona, tokyo)
  await until('all is confirmed', () => [chengdu, barcelona, tokyo].every(isConfirmed))
  const older = await copyOf(chengdu.disk)
  const [a, b, c] = [chengdu, barcelona, tokyo].map((city) => city.hub!.network.self) as [string, string, string]
  chengdu.bus.cut(a, c)
  chengdu.bus.cut(b, c)
  for (let i = 0; i < 4; i++) await aMemberOf(chengdu, `bo${i}`)
  const lost = sizeOf(chengdu)
  await until('barcelona has cosigned it', () => barcelona.hub!.witness.auditedSize(originOf(chengdu)) === lost)
  return { chengdu, barcelona, tokyo, a, b, c, older, lost }
}

/**
 * Chengdu's disk as it was when only Barcelona stood beside it, and its size at the end: since then all the others have
 * joined, and what was recorded meanwhile they alone have read.
 */
async function seenByNewcomersAlone(...[chengdu, barcelona, ...newcomers]: [City, City, ...City[]]): Promise<{ older: Disk; lost: number }> {
  await federate(chengdu, barcelona)
  await until('all is confirmed', () => isConfirmed(chengdu) && isConfirmed(barcelona))
  const older = await copyOf(chengdu.disk)
  const two = [chengdu, barcelona].map((city) => city.hub!.network.self)
  const readers: string[] = [services.log.protocol, services.witness.protocol]
  const hearAgain = chengdu.bus.drop(({ from, to, name }) => two.includes(from) && two.includes(to) && readers.includes(name))
  const members: [City, ...City[]] = [chengdu, barcelona]
  for (const newcomer of newcomers) {
    await join(members, newcomer)
    members.push(newcomer)
  }
  await aMemberOf(chengdu, 'bo')
  const lost = sizeOf(chengdu)
  await until('they have read it', () => newcomers.every((city) => city.hub!.witness.auditedSize(originOf(chengdu)) === lost))
  expect(barcelona.hub!.replicas.of(originOf(chengdu))!.size).toBeLessThan(lost)
  chengdu.hub!.die()
  hearAgain()
  return { older, lost }
}

/** A checkpoint that was given up, beside what `by` has cosigned of that city since, as evidence. */
function against(accused: City, by: City, givenUp: string): string {
  const { action } = accused.hub!.writer.entryAt(0)
  const genesis = action.kind === 'hub.founded' ? action.genesis : new Uint8Array()
  const now = { note: by.hub!.witness.cosigned(originOf(accused))!, tree: stateOf(accused).tree }
  return encodeEvidence(evidenceFrom(genesis, { note: givenUp, tree: null }, now)!)
}

async function confirmRestore(city: City) {
  const { acct, device, secret } = city.town.steward
  const signature = sign(secret, 'appr', city.town.id, city.hub!.recovery.status()!.payload)
  return await city.hub!.recovery.approve({ steward: acct, keyId: keyIdOf(device), signature })
}

/** How often one has asked another by this protocol, from now on. */
function countRequests(from: City, to: City, protocol: string): () => number {
  const [asking, asked] = [from, to].map((city) => city.hub!.network.self)
  let count = 0
  from.bus.drop((passing) => {
    if (passing.kind === 'request' && passing.from === asking && passing.to === asked && passing.name === protocol) count++
    return false
  })
  return () => count
}

const isReady = (city: City): boolean => city.hub!.recovery.status()?.step === 'ready'

const verdictOn = ({ disk }: City) =>
  audit(disk.ledger.flatMap(({ type, payload }): Piece[] =>
    type === frameTypes.record ? [{ type: 'record', bytes: payload }] : type === frameTypes.seal ? [{ type: 'seal', bytes: payload }] : []))

/** From now on this city answers those who read logs there so; null answers as it would have. */
async function answersLogs(city: City, answer: (request: LogRequest) => Promise<LogAnswer | null>): Promise<void> {
  const { replicas, writer, checkpointer, network, witness } = city.hub!
  const honest = new Promise<(body: Uint8Array) => Promise<Uint8Array>>((resolve) => {
    const overheard = { ...network, serve: async (_: string, { handler }: Service) => resolve((body) => handler('', body)) }
    void serveLog({ writer, replicas, network: overheard, head: checkpointer.latest, cosigned: witness.cosigned })
  })
  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.log
  const handler = async (_: string, body: Uint8Array): Promise<Uint8Array> => {
    const other = await answer(logRequests.parse(body)!)
    return other === null ? (await honest)(body) : logAnswers.encode(other)
  }
  await network.serve(protocol, { handler, requestBytesMax, answerBytesMax, streamsPerPeerMax, openToStrangers: false })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('a hub restored from a backup', () => {
  test('fetches its end back, seals nothing before its stewards have signed, and goes on in the next generation', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    const { person: bo } = await aMemberOf(chengdu, 'bo')
    await until('barcelona has confirmed it', () => isConfirmed(chengdu))
    const size = sizeOf(chengdu)
    const root = stateOf(chengdu).tree.root()

    // On the disk before the start: how soon the end is back is not this test's matter.
    expect(older.ledger.filter(({ type }) => type === frameTypes.record).length).toBeLessThan(size)
    putBack(chengdu, older)
    await start(chengdu)
    await expect(aMemberOf(chengdu, 'lin')).rejects.toThrow('restoring')
    await until('its end is back', () => isReady(chengdu))
    expect(sizeOf(chengdu)).toBe(size)
    expect(toHex(stateOf(chengdu).tree.root())).toBe(toHex(root))
    expect(stateOf(chengdu).members.has(bo.acct)).toBe(true)
    expect(chengdu.hub!.recovery.status()).toMatchObject({ size, cosigned: size, from: [originOf(barcelona)], silent: [], generation: 1 })
    await expect(aMemberOf(chengdu, 'lin')).rejects.toThrow('restoring')
    expect(sizeOf(chengdu)).toBe(size)

    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: size })
    expect(chengdu.hub!.fence.phase).toBe('passed')
    expect(chengdu.hub!.recovery.status()).toBeNull()
    await aMemberOf(chengdu, 'lin')
    await until('barcelona confirms what came after it', () => isConfirmed(chengdu))
    expect(barcelona.hub!.replicas.of(originOf(chengdu))!.halted).toBeNull()
    expect(barcelona.hub!.votes.evidence()).toEqual([])
    expect(generationOf(barcelona.hub!.replicas.of(originOf(chengdu))!.state!)).toBe(1)
    expect(verdictOn(chengdu).offence).toBeNull()
  })

  test('asks for its stewards even if nobody knows of anything later: receipts may have been given since', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await until('all is confirmed', () => isConfirmed(chengdu))
    const older = await copyOf(chengdu.disk)
    const size = sizeOf(chengdu)
    // Said and receipted, and gone before anybody has cosigned it.
    barcelona.hub!.die()
    await aMemberOf(chengdu, 'bo')
    putBack(chengdu, older)
    await start(barcelona)
    await start(chengdu)
    await until('nobody knows more', () => isReady(chengdu))
    expect(chengdu.hub!.fence).toMatchObject({ phase: 'restoring', because: 'backup' })
    await confirmRestore(chengdu)
    await aMemberOf(chengdu, 'lin')
    expect(isExcused(stateOf(chengdu), 0, size)).toBe(true)
    await until('all is confirmed again', () => isConfirmed(chengdu))
    expect(verdictOn(chengdu).offence).toBeNull()
  })

  test('stays restored however often it is started before the stewards have signed', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    putBack(chengdu, await copyOf(chengdu.disk))
    for (let i = 0; i < 2; i++) {
      await start(chengdu)
      await until('it is ready', () => isReady(chengdu))
      chengdu.hub!.die()
    }
    await start(chengdu)
    await until('it is ready', () => isReady(chengdu))
    await confirmRestore(chengdu)
    chengdu.hub!.die()
    await start(chengdu)
    await until('it is let through', () => chengdu.hub!.fence.phase === 'passed')
    expect(generationOf(stateOf(chengdu))).toBe(1)
  })

  test('waits while all others are silent, and lives on once they have answered', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    barcelona.hub!.die()
    putBack(chengdu, older)
    await start(chengdu, { aloneAfterMs: 100 })
    await pause(300)
    expect(chengdu.hub!.fence.phase).toBe('restoring')
    expect(chengdu.hub!.recovery.status()).toMatchObject({ step: 'asking', silent: [stateOf(chengdu).federation!.documents[1]!.document.members[1]!.card.origin] })
    expect(await confirmRestore(chengdu)).toBeNull()
    expect(chengdu.hub!.writer.shut).toBe('restoring')
    await start(barcelona)
    await until('it is ready', () => isReady(chengdu))
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
  })

  test('gets back also what another has read and nobody has cosigned', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await until('all is confirmed', () => isConfirmed(chengdu) && isConfirmed(barcelona))
    const older = await copyOf(chengdu.disk)
    const before = barcelona.hub!.witness.cosigned(originOf(chengdu))
    const hearAgain = chengdu.bus.drop(({ kind, name }) => kind === 'request' && name === services.witness.protocol)
    const { person: bo } = await aMemberOf(chengdu, 'bo')
    const size = sizeOf(chengdu)
    await until('barcelona has read it', () => {
      const replica = barcelona.hub!.replicas.of(originOf(chengdu))!
      return replica.kept === size && replica.note?.split('\n')[1] === String(size)
    })
    expect(barcelona.hub!.witness.cosigned(originOf(chengdu))).toBe(before)
    putBack(chengdu, older)
    hearAgain()
    await start(chengdu)
    await until('its end is back', () => isReady(chengdu))
    expect([sizeOf(chengdu), stateOf(chengdu).members.has(bo.acct)]).toEqual([size, true])
    expect(chengdu.hub!.recovery.status()!.from).toEqual([originOf(barcelona)])
  })

  test('asks also a city that has joined since, which alone may hold what was lost', async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    const { older, lost } = await seenByNewcomersAlone(chengdu, barcelona, tokyo)
    putBack(chengdu, older)
    await start(chengdu)
    await until('its end is back', () => isReady(chengdu))
    expect(sizeOf(chengdu)).toBe(lost)
    expect(chengdu.hub!.recovery.status()).toMatchObject({ from: [originOf(tokyo)], silent: [] })
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: lost })
    await until('all have confirmed it', () => isConfirmed(chengdu))
  })

  test('waits for a city that has joined since, as for any other that is silent', async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    const { older } = await seenByNewcomersAlone(chengdu, barcelona, tokyo)
    const origin = originOf(tokyo)
    tokyo.hub!.die()
    putBack(chengdu, older)
    await start(chengdu)
    await until('it knows whom it waits for', () => chengdu.hub!.recovery.status()!.silent.includes(origin))
    // By its name, which no record here has.
    expect(restoringView(chengdu.hub!)!.silent).toEqual(['tokyo'])
    expect(await confirmRestore(chengdu)).toBeNull()
    await start(tokyo)
    await until('its end is back', () => isReady(chengdu))
  })

  test('waits for a city that answers and does not say who has joined since, names it, and asks nobody again who has', async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    await federate(chengdu, barcelona, tokyo)
    await until('all is confirmed', () => [chengdu, barcelona, tokyo].every(isConfirmed))
    const [a, b] = [chengdu, barcelona].map((city) => city.hub!.network.self) as [string, string]
    const heads = countRequests(chengdu, barcelona, services.settle.protocol)
    const hearAgain = chengdu.bus.drop(({ from, to, name }) => from === a && to === b && name === services.hello.protocol)
    putBack(chengdu, await copyOf(chengdu.disk))
    await start(chengdu)
    // It asks for documents of its own accord, too.
    chengdu.hub!.federation.stop()
    const begun = heads()
    const status = () => chengdu.hub!.recovery.status()!
    await until('tokyo has said all', () => !status().silent.includes(originOf(tokyo)))
    await until('barcelona has answered, again and again', () => heads() > begun + 5)
    expect([status().step, restoringView(chengdu.hub!)!.silent]).toEqual(['asking', ['barcelona']])
    hearAgain()
    await until('barcelona has said it too', () => isReady(chengdu))
    expect(status().silent).toEqual([])
    // What was on its way then has come.
    const told = heads()
    await until('both are asked on', () => heads() > told + 2)
    const documents = countRequests(chengdu, barcelona, services.hello.protocol)
    await until('for their heads', () => heads() > told + 6)
    expect(documents()).toBe(0)
  })

  for (const [name, members] of [['shorter', 0], ['longer', 8]] as const) {
    test(`is neither stopped nor frozen by a member who comes back with what was given up, when its log is ${name} than that`, { timeout: 60_000 }, async () => {
      const { chengdu, barcelona, tokyo, a, b, c, older, lost } = await seenByBarcelonaAlone()
      const { bus } = chengdu
      // Now nobody hears of Barcelona.
      bus.cut(a, b)
      chengdu.clock.advance(3_600)
      putBack(chengdu, older)
      bus.heal(a, c)
      await start(chengdu)
      await until('tokyo has answered', () => chengdu.hub!.recovery.status()!.silent.length === 1)
      chengdu.clock.advance(SILENT_WAIT_SECONDS + 1)
      await until('tokyo knows of no more', () => isReady(chengdu))
      expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
      for (let i = 0; i < members; i++) await aMemberOf(chengdu, `lin${i}`)
      await until('it has signed that', () => chengdu.hub!.checkpointer.latest()?.size === sizeOf(chengdu))
      expect(sizeOf(chengdu) < lost).toBe(members === 0)

      bus.heal(b, c)
      bus.heal(a, b)
      const read = () => barcelona.hub!.replicas.of(originOf(chengdu))!
      await until('barcelona has read the restore', () => read().state !== null && generationOf(read().state!) === 1)
      await aMemberOf(chengdu, 'ana')
      await until('and goes on reading', () => read().size === sizeOf(chengdu) && read().note !== null)
      await pause(500)
      await aMemberOf(chengdu, 'mo')
      expect(chengdu.hub!.fence.phase).toBe('passed')
      expect([read().halted, stateOf(barcelona).frozen.size, stateOf(tokyo).frozen.size]).toEqual([null, 0, 0])
      expect([...barcelona.hub!.votes.evidence(), ...tokyo.hub!.votes.evidence()]).toEqual([])
      // It vouches for no second history of one that it has cosigned.
      expect(barcelona.hub!.witness.auditedSize(originOf(chengdu))).toBe(lost)
    })
  }

  test('is held by a city that withholds what it has cosigned for a day, and then its stewards may go on without', { timeout: 60_000 }, async () => {
    const { chengdu, barcelona, tokyo, a, b, c, older, lost } = await seenByBarcelonaAlone()
    // It gives none of it back.
    const shown = barcelona.hub!.witness.cosigned(originOf(chengdu))!
    await answersLogs(barcelona, async ({ type }) => (type === 'tail' ? { type: 'nothing' } : null))
    putBack(chengdu, older)
    chengdu.bus.heal(a, c)
    chengdu.bus.heal(b, c)
    await start(chengdu)
    await until('both have answered', () => chengdu.hub!.recovery.status()!.silent.length === 0)
    const entries = lost - sizeOf(chengdu)
    const { withheld, withoutFrom } = chengdu.hub!.recovery.status()!
    expect(withheld).toMatchObject([{ by: originOf(barcelona), entries }])
    expect(withoutFrom).toBe(withheld[0]!.since + WITHHELD_WAIT_SECONDS)
    chengdu.clock.advance(WITHHELD_WAIT_SECONDS / 2)
    await pause(300)
    expect([isReady(chengdu), await confirmRestore(chengdu)]).toEqual([false, null])
    chengdu.clock.advance(WITHHELD_WAIT_SECONDS / 2)
    await until('the stewards may decide', () => isReady(chengdu))
    expect(chengdu.hub!.recovery.status()!.withheld).toMatchObject([{ by: originOf(barcelona), entries }])
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: lost - entries })
    const root = openCheckpoint(shown, originOf(chengdu), chengdu.keys.log.publicKey)!.root
    expect(chengdu.hub!.writer.entryAt(lost - entries).action).toMatchObject({ kind: 'hub.restored', givenUp: { size: lost, root } })

    // What was withheld turns up again, and is neither a lie nor a reason to stop.
    for (let i = 0; i < 8; i++) await aMemberOf(chengdu, `lin${i}`)
    await until('tokyo confirms what came after it', () => tokyo.hub!.witness.auditedSize(originOf(chengdu)) === sizeOf(chengdu))
    chengdu.hub!.die()
    await start(chengdu)
    await until('barcelona has shown it again, and it is let through', () => chengdu.hub!.fence.phase === 'passed')
    expect(await tokyo.hub!.evidence.import(against(chengdu, tokyo, shown))).toMatchObject({ ok: true, offence: { kind: 'E3' } })
    await pause(500)
    await aMemberOf(chengdu, 'mo')
    expect([chengdu.hub!.fence.phase, stateOf(barcelona).frozen.size, stateOf(tokyo).frozen.size]).toEqual(['passed', 0, 0])
    expect(verdictOn(chengdu).offence).toBeNull()
  })

  test('is held no longer by a city that takes back what it has shown, or shows nothing and dribbles', { timeout: 60_000 }, async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await until('all is confirmed', () => isConfirmed(chengdu))
    const older = await copyOf(chengdu.disk)
    for (let i = 0; i < 4; i++) await aMemberOf(chengdu, `bo${i}`)
    const lost = sizeOf(chengdu)
    await until('barcelona has cosigned it', () => isConfirmed(chengdu))
    const { witness, replicas } = barcelona.hub!
    const honest = witness.cosigned
    let hides = true
    witness.cosigned = (of) => (hides ? null : honest(of))
    await answersLogs(barcelona, async (request) => {
      if (request.type !== 'tail') return null
      await pause(1_000)
      return { type: 'records', records: [replicas.of(originOf(chengdu))!.recordAt(request.from)], end: false }
    })
    putBack(chengdu, older)
    await start(chengdu)
    const status = () => chengdu.hub!.recovery.status()!
    const entries = lost - sizeOf(chengdu)
    await until('it has begun to fetch', () => status().step === 'fetching' && status().fetched > 0)
    const { withheld, withoutFrom, payload } = status()
    expect(withheld).toMatchObject([{ by: originOf(barcelona), entries }])
    for (const one of [false, true]) {
      hides = one
      chengdu.clock.advance(WITHHELD_WAIT_SECONDS / 4)
      await pause(300)
      expect([status().withheld, status().withoutFrom, toHex(status().payload)]).toEqual([withheld, withoutFrom, toHex(payload)])
    }
    expect(isReady(chengdu)).toBe(false)
    chengdu.clock.advance(WITHHELD_WAIT_SECONDS / 2)
    expect(isReady(chengdu)).toBe(true)
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: lost - entries })
  })

  test('is held by no city that leaves a question open when it has answered before', { timeout: 60_000 }, async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await until('all is confirmed', () => isConfirmed(chengdu))
    putBack(chengdu, await copyOf(chengdu.disk))
    let asked = 0
    await answersLogs(barcelona, async (request) => {
      if (request.type === 'held' && ++asked > 1) await pause(30_000)
      return null
    })
    await start(chengdu)
    await until('it is asked again, and does not answer', () => asked > 1)
    expect(isReady(chengdu)).toBe(true)
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
  })

  /** Chengdu has gone on from its backup with Tokyo alone, while no city could hear of Barcelona, which had cosigned more. */
  async function restoredWithout(after: number) {
    const { chengdu, barcelona, tokyo, a, b, c, older, lost } = await seenByBarcelonaAlone()
    const { bare } = chengdu.hub!.checkpointer.latest()!
    chengdu.bus.cut(a, b)
    chengdu.clock.advance(after)
    putBack(chengdu, older)
    chengdu.bus.heal(a, c)
    await start(chengdu)
    await until('tokyo has answered', () => chengdu.hub!.recovery.status()!.silent.length === 1)
    expect([isReady(chengdu), await confirmRestore(chengdu)]).toEqual([false, null])
    chengdu.clock.advance(SILENT_WAIT_SECONDS + 1)
    await until('tokyo knows of no more', () => isReady(chengdu))
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
    for (let i = 0; i < 8; i++) await aMemberOf(chengdu, `lin${i}`)
    await until('tokyo has confirmed what came since', () => tokyo.hub!.witness.auditedSize(originOf(chengdu)) === sizeOf(chengdu))
    chengdu.clock.advance(3_600)
    return { chengdu, barcelona, tokyo, a, b, c, lost, bare }
  }

  test('is not convicted by anybody who has the checkpoint that was given up cosigned once more, nor stopped by it at a start', { timeout: 60_000 }, async () => {
    const { chengdu, barcelona, tokyo, a, b, lost, bare } = await restoredWithout(3_600)
    // No city hears of Barcelona; its page is there for all.
    const again = await barcelona.hub!.witness.addCheckpoint(encodeAddCheckpoint({ oldSize: BigInt(lost), proof: [], note: bare }))
    expect(again.status).toBe(200)
    const lines = again.body.split('\n').filter((line) => line !== '')
    const givenUp = lines.reduce((note, line) => addSignature(note, line)!, bare)
    expect(await tokyo.hub!.evidence.import(against(chengdu, tokyo, givenUp))).toMatchObject({ ok: true, offence: { kind: 'E3' } })
    await pause(500)
    expect(stateOf(tokyo).frozen.size).toBe(0)

    chengdu.hub!.die()
    chengdu.bus.heal(a, b)
    await start(chengdu)
    await until('barcelona has answered', () => chengdu.hub!.fence.phase !== 'asking')
    await pause(500)
    expect([chengdu.hub!.fence.phase, chengdu.hub!.fence.because]).toEqual(['passed', null])
  })

  test('is not frozen by a city that hears what speaks against it before it hears of the restore', { timeout: 60_000 }, async () => {
    const { chengdu, barcelona, tokyo, a, b, c } = await restoredWithout(3_600)
    const shown = barcelona.hub!.witness.cosigned(originOf(chengdu))!
    expect(await tokyo.hub!.evidence.import(against(chengdu, tokyo, shown))).toMatchObject({ ok: true, offence: { kind: 'E3' } })
    chengdu.bus.heal(b, c)
    await until('barcelona has heard it', () => barcelona.hub!.evidence.list().length === 1)
    await pause(500)
    expect([stateOf(barcelona).frozen.size, stateOf(tokyo).frozen.size]).toEqual([0, 0])
    chengdu.bus.heal(a, b)
    await until('barcelona has read the restore', () => generationOf(barcelona.hub!.replicas.of(originOf(chengdu))!.state!) === 1)
    await pause(500)
    expect([stateOf(barcelona).frozen.size, stateOf(tokyo).frozen.size]).toEqual([0, 0])
  })

  test('goes on without a silent city no sooner than whatever that has cosigned is dated before it', { timeout: 60_000 }, async () => {
    const { barcelona, tokyo, chengdu } = await restoredWithout(0)
    const shown = barcelona.hub!.witness.cosigned(originOf(chengdu))!
    expect(await tokyo.hub!.evidence.import(against(chengdu, tokyo, shown))).toMatchObject({ ok: true, offence: { kind: 'E3' } })
    await pause(500)
    expect(stateOf(tokyo).frozen.size).toBe(0)
  })

  test('whose clock runs ahead is cosigned when the time of its restore has come: earlier it would pass for said before that', { timeout: 60_000 }, async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await until('all is confirmed', () => isConfirmed(chengdu))
    const { clock } = barcelona
    putBack(chengdu, await copyOf(chengdu.disk))
    chengdu.clock = { ...clock, now: () => clock.now() + 400 }
    await start(chengdu)
    await until('it is ready', () => isReady(chengdu))
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
    const { ts } = chengdu.hub!.writer.entryAt(sizeOf(chengdu) - 1)
    const cosignedSize = (): number => Number(barcelona.hub!.witness.cosigned(originOf(chengdu))!.split('\n')[1])
    await until('barcelona has read it', () => barcelona.hub!.replicas.of(originOf(chengdu))!.size === sizeOf(chengdu))
    await pause(500)
    expect(cosignedSize()).toBeLessThan(sizeOf(chengdu))
    clock.advance(ts - 300 - clock.now())
    await until('it has cosigned it', () => cosignedSize() === sizeOf(chengdu))
  })

  test('alone goes on from its backup when its steward says that it is one', async () => {
    const [chengdu] = await cities('chengdu')
    const older = await copyOf(chengdu.disk)
    await aMemberOf(chengdu, 'bo')
    putBack(chengdu, older)
    await start(chengdu)
    await expect(aMemberOf(chengdu, 'lin')).rejects.toThrow('restoring')
    expect(chengdu.hub!.recovery.status()).toMatchObject({ step: 'ready', size: 1, silent: [] })
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: 1 })
    await aMemberOf(chengdu, 'lin')
    expect(isExcused(stateOf(chengdu), 0, 1)).toBe(true)
    expect(verdictOn(chengdu).offence).toBeNull()
  })

  test('takes nothing back that its own key did not sign, and no signature that is not a steward’s', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    await aMemberOf(chengdu, 'bo')
    await until('barcelona has confirmed it', () => isConfirmed(chengdu))
    const replica = barcelona.hub!.replicas.of(originOf(chengdu))!
    const honest = replica.recordAt.bind(replica)
    const { length } = older.ledger.filter(({ type }) => type === frameTypes.record)
    replica.recordAt = (seq) => {
      const record = honest(seq).slice()
      if (seq === length + 1) record[record.length - 1]! ^= 1
      return record
    }
    putBack(chengdu, older)
    await start(chengdu)
    await until('it has said so', () => chengdu.errors.some((line) => line.includes('is not the log that this hub signed')))
    expect(sizeOf(chengdu)).toBe(length)
    expect(isReady(chengdu)).toBe(false)
    replica.recordAt = honest
    await until('its end is back', () => isReady(chengdu))
    const { acct, device, secret } = chengdu.town.steward
    const approve = (signature: Uint8Array) => chengdu.hub!.recovery.approve({ steward: acct, keyId: keyIdOf(device), signature })
    expect(await approve(sign(secret, 'entry', chengdu.town.id, chengdu.hub!.recovery.status()!.payload))).toEqual({ code: 'wrong-signature' })
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true })
  })
})

describe('the end of a log that is fetched back', () => {
  /** Chengdu with an old disk that starts anew, and Barcelona, which keeps what is missing there. */
  async function stale() {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    for (const name of ['bo', 'lin', 'mei', 'wei']) await aMemberOf(chengdu, name)
    await until('barcelona has confirmed it', () => isConfirmed(chengdu))
    const size = sizeOf(chengdu)
    const held = older.ledger.filter(({ type }) => type === frameTypes.record).length
    const replica = barcelona.hub!.replicas.of(originOf(chengdu))!
    putBack(chengdu, older)
    return { chengdu, barcelona, size, held, replica }
  }

  test('waits on the disk, however many pages it has, and counts when the last of it is right', async () => {
    const { chengdu, barcelona, size, held, replica } = await stale()
    let asked = 0
    let go = (): void => {}
    const last = new Promise<void>((resolve) => (go = resolve))
    await answersLogs(barcelona, async (request) => {
      if (request.type !== 'tail') return null
      asked++
      if (request.from === size - 1) await last
      return { type: 'records', records: [replica.recordAt(request.from)], end: false }
    })
    await start(chengdu)
    await until('all but the last is there', () => chengdu.disk.fetched?.length === size - held - 1)
    expect(sizeOf(chengdu)).toBe(held)
    expect(chengdu.hub!.recovery.status()).toMatchObject({ step: 'fetching', fetched: size - held - 1 })
    go()
    await until('its end is back', () => isReady(chengdu))
    expect([sizeOf(chengdu), asked, chengdu.disk.fetched]).toEqual([size, size - held, undefined])
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: size })
    expect(verdictOn(chengdu).offence).toBeNull()
  })

  test('is no more than the checkpoint covers, whatever else a city sends, and nothing of what is wrong stays', async () => {
    const { chengdu, barcelona, size, held } = await stale()
    let isHonest = false
    const junk = new Uint8Array(RECORD_BYTES_MAX)
    await answersLogs(barcelona, async ({ type }) =>
      isHonest || type !== 'tail' ? null : { type: 'records', records: Array.from({ length: 15 }, () => junk), end: false })
    await start(chengdu)
    await until('it has said so', () => chengdu.errors.some((line) => line.includes('is not the log that this hub signed')))
    isHonest = true
    expect(sizeOf(chengdu)).toBe(held)
    expect(chengdu.disk.fetchedMost).toBe((size - held) * RECORD_BYTES_MAX)
    await until('its end is back', () => isReady(chengdu))
    expect([sizeOf(chengdu), chengdu.disk.fetched]).toEqual([size, undefined])
  })

  test('comes from another city when the first one dribbles', { timeout: 60_000 }, async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    await federate(chengdu, barcelona, tokyo)
    const older = await copyOf(chengdu.disk)
    for (const name of ['bo', 'lin', 'mei']) await aMemberOf(chengdu, name)
    await until('both have confirmed it', () => isConfirmed(chengdu))
    const size = sizeOf(chengdu)
    const replica = barcelona.hub!.replicas.of(originOf(chengdu))!
    const asked: number[] = []
    let go = (): void => {}
    const first = new Promise<void>((resolve) => (go = resolve))
    await answersLogs(barcelona, async (request) => {
      if (request.type !== 'tail') return null
      asked.push(request.from)
      await (asked.length === 1 ? first : pause(1_000))
      return { type: 'records', records: [replica.recordAt(request.from)], end: false }
    })
    const [c, t] = [chengdu, tokyo].map((city) => city.hub!.network.self) as [string, string]
    chengdu.bus.cut(c, t)
    putBack(chengdu, older)
    await start(chengdu)
    await until('barcelona is asked', () => asked.length === 1)
    chengdu.bus.heal(c, t)
    await until('tokyo waits for its turn', () => chengdu.hub!.recovery.status()!.silent.length === 0)
    chengdu.clock.advance(TAIL_TURN_SECONDS)
    go()
    await until('its end is back', () => isReady(chengdu))
    expect(sizeOf(chengdu)).toBe(size)
    expect([chengdu.hub!.recovery.status()!.from, asked.length]).toEqual([[originOf(tokyo)], 1])
  })

  test('waits for room on the disk', async () => {
    const { chengdu, size, held } = await stale()
    chengdu.disk.fetchedRoom = 500
    await start(chengdu)
    await pause(300)
    expect([sizeOf(chengdu), isReady(chengdu), chengdu.disk.fetchedMost ?? 0]).toEqual([held, false, 0])
    delete chengdu.disk.fetchedRoom
    await until('its end is back', () => isReady(chengdu))
    expect(sizeOf(chengdu)).toBe(size)
  })
})

describe('a machine put back by its snapshot, marker and all', () => {
  test('is told by the others that it has said more, and takes the same way', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    await aMemberOf(chengdu, 'bo')
    await until('barcelona has confirmed it', () => isConfirmed(chengdu))
    const size = sizeOf(chengdu)
    const { length } = older.ledger
    older.ledger = older.ledger.filter(({ type }) => type !== frameTypes.checkpoint)
    expect(older.ledger.length).toBeLessThan(length)
    chengdu.hub!.die()
    chengdu.disk = older
    await start(chengdu)
    await until('it is told', () => chengdu.hub!.fence.phase === 'restoring')
    expect(chengdu.hub!.fence.because).toBe('longer-history')
    expect(chengdu.hub!.checkpointer.latest()).toBeNull() // not even a checkpoint, before or after
    expect(chengdu.hub!.writer.shut).toBe('restoring')
    await until('its end is back', () => isReady(chengdu))
    // Started again it holds as much as anybody knows, and is still not what it was.
    chengdu.hub!.die()
    await start(chengdu)
    expect(chengdu.hub!.fence).toMatchObject({ phase: 'restoring', because: 'backup' })
    await until('it is ready again', () => isReady(chengdu))
    expect(await confirmRestore(chengdu)).toMatchObject({ ok: true, seq: size })
  })

  test('is told so by those who have joined since, of whom its disk knows nothing', async () => {
    const [chengdu, barcelona, tokyo, kyoto] = await cities('chengdu', 'barcelona', 'tokyo', 'kyoto')
    const { older, lost } = await seenByNewcomersAlone(chengdu, barcelona, tokyo, kyoto)
    chengdu.disk = older
    await start(chengdu)
    await until('it is told', () => chengdu.hub!.fence.phase === 'restoring')
    expect(chengdu.hub!.fence.because).toBe('longer-history')
    await until('its end is back', () => isReady(chengdu))
    expect(sizeOf(chengdu)).toBe(lost)
  })

  test('would fork its log without the fence, and the others hold the proof', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(chengdu.disk)
    await aMemberOf(chengdu, 'bo')
    await until('barcelona has confirmed it', () => isConfirmed(chengdu))
    const size = sizeOf(chengdu)
    chengdu.hub!.die()
    chengdu.disk = older
    await start(chengdu, { withoutFence: true })
    for (const name of ['lin', 'mei', 'wei']) await aMemberOf(chengdu, name)
    expect(sizeOf(chengdu)).toBeGreaterThanOrEqual(size)
    await until('barcelona has caught it', () => barcelona.hub!.replicas.of(originOf(chengdu))!.halted !== null)
    expect(barcelona.hub!.witness.auditedSize(originOf(chengdu))).toBe(size)

    // Whoever is mailed what Barcelona keeps can check it with nothing else.
    await until('barcelona keeps the evidence', () => barcelona.disk.evidence.length > 0)
    const [text] = barcelona.disk.evidence
    const verdict = verifyEvidence(text!)
    if (!verdict.ok) throw new Error(verdict.fault)
    expect(verdict.offence).toMatchObject({ origin: originOf(chengdu), hubId: chengdu.town.id, logKey: chengdu.keys.log.publicKey })
    const file = pathOf(aDirectory(), 'mailed.txt')
    writeFileSync(file, text!)
    let said = ''
    expect(await runAudit([file], { json: false, out: (more) => void (said += more), progress: { write: () => true } })).toBe(0)
    expect(said).toContain(verdict.offence.shows)
    await until('and has frozen it', () => stateOf(barcelona).frozen.has(originOf(chengdu)))
  })
})

describe('a voter that has forgotten', () => {
  test('learns how far it may have voted, and of two votes last', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(barcelona.disk)
    await openChains(chengdu, barcelona)
    barcelona.hub!.die()
    barcelona.disk.votes = older.votes
    await start(barcelona)
    await until('it is told', () => barcelona.hub!.votes.loss() !== null)
    await until('it has learned', () => barcelona.hub!.fence.mayVote())
    // Slot 0 is certified, so slot 1 is the last on which it may have voted already.
    expect(barcelona.hub!.votes.unsureBelow(originOf(chengdu))).toBe(2)
    await aMemberOf(barcelona, 'lin') // local life went on all the while
    await approveIssue(chengdu, 10n * CV)
    await until('the order all others signed has its vote', () => certified(chengdu) === 2)
    // Told once, it does not begin anew at the next start.
    const loss = barcelona.hub!.votes.loss()!.ts
    barcelona.hub!.die()
    await start(barcelona)
    await until('it is let through', () => barcelona.hub!.fence.mayVote())
    expect(barcelona.hub!.votes.loss()!.ts).toBe(loss)
  })

  test('notes its loss once for each who shows it, however often that one is asked', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    const older = await copyOf(barcelona.disk)
    await openChains(chengdu, barcelona)
    const heads = countRequests(barcelona, chengdu, services.settle.protocol)
    const [a, b] = [chengdu, barcelona].map((city) => city.hub!.network.self)
    barcelona.hub!.die()
    barcelona.disk.votes = older.votes
    // It answers what it has seen, and not who has joined since: so it is asked on.
    const hearAgain = barcelona.bus.drop(({ from, to, name }) => from === b && to === a && name === services.hello.protocol)
    await start(barcelona)
    await until('it is told', () => barcelona.hub!.votes.loss() !== null)
    const begun = heads()
    await until('and told again and again', () => heads() > begun + 8)
    const losses = barcelona.errors.filter((error) => error.startsWith('this hub has given votes that it does not remember'))
    expect([barcelona.hub!.fence.phase, losses.length]).toEqual(['asking', 1])
    hearAgain()
    await until('it has learned', () => barcelona.hub!.fence.mayVote())
  })

  test('of three goes on with another that has forgotten as well, by what the third remembers', async () => {
    const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
    await federate(chengdu, barcelona, kyoto)
    const older = await Promise.all([copyOf(barcelona.disk), copyOf(kyoto.disk)])
    await openChains(chengdu, barcelona, kyoto)
    for (const [i, city] of [barcelona, kyoto].entries()) {
      city.hub!.die()
      city.disk.votes = older[i]!.votes
    }
    await Promise.all([start(barcelona), start(kyoto)])
    await until('both have learned it', () => [barcelona, kyoto].every((city) => city.hub!.votes.loss() !== null && city.hub!.fence.mayOrder()))
    expect(barcelona.hub!.votes.loss()!.heard.has(originOf(chengdu))).toBe(true)
    // Slot 1 is one on which both may have voted: both vote for what the one that remembers is bound to.
    for (const city of [barcelona, kyoto]) expect(city.hub!.votes.unsureBelow(originOf(chengdu))).toBe(2)
    for (const city of [chengdu, barcelona]) await approveIssue(city, 10n * CV)
    await until('both orders have all three votes', () => [chengdu, barcelona].every((city) => certified(city) === 2))
  })

  test('of four votes last when another has forgotten as well, for the two that remember are no quorum', async () => {
    const all = await cities('chengdu', 'barcelona', 'kyoto', 'lagos')
    const [chengdu, barcelona, kyoto, lagos] = all
    await federate(chengdu, barcelona, kyoto, lagos)
    await openChains(...all)
    for (const city of [kyoto, lagos]) {
      city.hub!.die()
      city.disk.votes = []
    }
    await Promise.all([start(kyoto), start(lagos)])
    // Whose vote stands in no certificate nobody can tell so: as after a restore, they know it themselves.
    for (const city of [kyoto, lagos]) await city.hub!.votes.bindLoss(city.clock.now(), null)
    await until('both have learned it', () => [kyoto, lagos].every((city) => city.hub!.fence.mayVote()))
    await approveIssue(chengdu, 10n * CV)
    await until('the order has three votes', () => certified(chengdu) === 2)
    expect([kyoto, lagos].some((city) => city.hub!.votes.lockOf(originOf(chengdu), 1) !== undefined)).toBe(true)
  })

  test('votes for nothing that nobody remembers to be bound to', () => {
    const order = new Uint8Array(64)
    const vote = { slot: 4, epoch: 1, order, signature: order }
    const head = { type: 'head', cosigned: null, vote: null, certificate: null, seen: [], recalls: true, unsureBelow: 0 } as const
    const name = toHex(orderIdOf(order))
    const wordOf = (said: Partial<Extract<SettleAnswer, { type: 'head' }>>) => wordOn({ ...head, seen: [], ...said }, 4, name)
    expect(wordOf({ vote })).toBe('bound')
    expect(wordOf({ vote, recalls: false })).toBe('bound')
    expect(wordOf({ vote: { ...vote, order: Uint8Array.of(1) }, recalls: false })).toBe('against')
    expect(wordOf({})).toBe('against')
    expect(wordOf({ unsureBelow: 5 })).toBe('forgetful')
    expect(wordOf({ recalls: false })).toBe('forgetful')
    expect(wordOn(null, 4, name)).toBe('against')
  })

  test('of four abstains where it may have voted, for ever, and votes beyond it', async () => {
    const all = await cities('chengdu', 'barcelona', 'kyoto', 'lagos')
    const [chengdu, barcelona, kyoto, lagos] = all
    await federate(chengdu, barcelona, kyoto, lagos)
    await openChains(...all)
    kyoto.hub!.die()
    kyoto.disk.votes = []
    await start(kyoto)
    await until('it has learned', () => kyoto.hub!.votes.loss()?.heard.size === 3)
    const votesOfKyotoOn = (slot: number): boolean => kyoto.hub!.votes.lockOf(originOf(chengdu), slot) !== undefined
    await approveIssue(chengdu, 10n * CV)
    await until('three are enough', () => certified(chengdu) === 2)
    await pause(300)
    expect(votesOfKyotoOn(1)).toBe(false)
    await approveIssue(chengdu, 10n * CV)
    await until('it votes again', () => certified(chengdu) === 3 && votesOfKyotoOn(2))
  })

  test('orders nothing before every other voter has told it, or enough have and seven days are over', async () => {
    const all = await cities('chengdu', 'barcelona', 'kyoto', 'lagos')
    const [chengdu, barcelona, kyoto, lagos] = all
    await federate(chengdu, barcelona, kyoto, lagos)
    await openChains(...all)
    putBack(chengdu, await copyOf(chengdu.disk))
    lagos.hub!.die()
    await start(chengdu)
    await until('two have answered', () => chengdu.hub!.recovery.status()!.silent.length === 1)
    chengdu.clock.advance(SILENT_WAIT_SECONDS + 1)
    await until('it is ready without lagos', () => isReady(chengdu))
    await confirmRestore(chengdu)
    await approveIssue(chengdu, 10n * CV)
    await until('the two others have told it', () => chengdu.hub!.votes.loss()?.heard.size === 2)
    await pause(300)
    expect(chengdu.hub!.fence.mayOrder()).toBe(false)
    expect(stateOf(chengdu).chain.slots.length).toBe(1)
    await start(lagos)
    await until('all have told it, and it orders', () => certified(chengdu) === 2)
  })

  test('is unsure of one slot above the highest that another has voted on or seen certified', () => {
    const none = { type: 'head', cosigned: null, vote: null, certificate: null, seen: [], recalls: true, unsureBelow: 0 } as const
    const bytes = new Uint8Array(64)
    expect(firstSureSlot({ ...none, seen: [] }, 'x')).toBe(1)
    expect(firstSureSlot({ ...none, seen: [], vote: { slot: 4, epoch: 1, order: bytes, signature: bytes } }, 'x')).toBe(6)
  })
})

test('what a city had taken in and given a receipt for, and lost with its disk, it takes in again from the log of who sent it', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona, kyoto)
  await openChains(chengdu, barcelona, kyoto)
  await approveIssue(chengdu, 10_000n * CV)
  await until('the issue is certified', () => certified(chengdu) === 2)
  const ana = await aMemberOf(barcelona, 'ana')
  const mei = await aMemberOf(chengdu, 'mei')
  await admitGuest(chengdu, barcelona, ana)
  const agreement = await help(chengdu, ana.person, mei.person, 90)
  await until('all is confirmed', () => [chengdu, barcelona, kyoto].every(isConfirmed))
  const older = await copyOf(barcelona.disk)
  const [, b, c] = [chengdu, barcelona, kyoto].map((city) => city.hub!.network.self) as [string, string, string]
  barcelona.bus.cut(b, c)
  await payAward(chengdu, agreement)
  await until('it has arrived, and been acknowledged', () => stateOf(chengdu).chain.slots[2]?.acknowledged.size === 1)
  await until('chengdu has read it', () => chengdu.hub!.replicas.of(originOf(barcelona))?.state?.inbound.get(originOf(chengdu))?.last === 2)
  chengdu.hub!.die()
  putBack(barcelona, older)
  barcelona.bus.heal(b, c)
  await start(barcelona)
  await until('kyoto has answered', () => barcelona.hub!.recovery.status()!.silent.length === 1)
  barcelona.clock.advance(SILENT_WAIT_SECONDS + 1)
  await until('it is ready without chengdu', () => isReady(barcelona))
  await confirmRestore(barcelona)
  expect(stateOf(barcelona).arrivals.size).toBe(0)
  await start(chengdu)
  await until('it is here again', () => stateOf(barcelona).arrivals.size === 1)
  expect([...stateOf(barcelona).arrivals.values()]).toMatchObject([{ from: originOf(chengdu), slot: 2, phase: 'credited' }])
})

test('two hubs that start at once do not wait for each other', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  chengdu.hub!.die()
  barcelona.hub!.die()
  await Promise.all([start(chengdu), start(barcelona)])
  await until('both are let through', () => [chengdu, barcelona].every((city) => city.hub!.fence.phase === 'passed'))
})

test('a hub that hears nobody lives on alone after a minute', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  barcelona.hub!.die()
  chengdu.hub!.die()
  await start(chengdu, { aloneAfterMs: 100 })
  await until('it lives on alone', () => chengdu.hub!.fence.phase === 'alone')
  await aMemberOf(chengdu, 'bo')
  await approveIssue(chengdu, 10n * CV)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(stateOf(chengdu).chain.slots.length).toBe(1) // orders wait
  await start(barcelona)
  await until(
    'both hear each other',
    () => chengdu.hub!.fence.phase === 'passed' && barcelona.hub!.fence.phase === 'passed',
  )
  await until('the order is written and certified', () => certified(chengdu) === 2)
})

test('whatever a city has cosigned of another it has kept first, also when it dies in between', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await until('all is confirmed', () => isConfirmed(chengdu))
  const size = sizeOf(chengdu)
  let go = (): void => {}
  barcelona.disk.mirrorsHang = new Promise((resolve) => (go = resolve))
  await aMemberOf(chengdu, 'bo')
  const replica = () => barcelona.hub!.replicas.of(originOf(chengdu))!
  await until('barcelona has read it', () => replica().size === sizeOf(chengdu))
  await until('it has been asked for its word', () => chengdu.hub!.checkpointer.latest()?.size === sizeOf(chengdu))
  await pause(300)
  expect(replica().kept).toBe(size)
  expect(barcelona.hub!.witness.auditedSize(originOf(chengdu))).toBe(size)
  expect(barcelona.hub!.witness.cosigned(originOf(chengdu))).toContain(`\n${size}\n`)
  barcelona.hub!.die()
  go()
  delete barcelona.disk.mirrorsHang
  expect(barcelona.disk.mirrors.get(originOf(chengdu))).toHaveLength(size)
  await start(barcelona)
  await until('all is confirmed', () => isConfirmed(chengdu))
  expect(barcelona.disk.mirrors.get(originOf(chengdu))).toHaveLength(sizeOf(chengdu))
})
