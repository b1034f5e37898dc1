import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, auditTogether, type Offence, type Verdict } from '#ledger/audit/audit.ts'
import { concat, toHex } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { auditorOf } from '#ledger/cosigner.ts'
import { encode } from '#ledger/codec.ts'
import { encodeRecord, type Entry, parseRecord, sealGroup } from '#ledger/entry.ts'
import { exportableNote, readExport } from '#ledger/audit/export.ts'
import { parseAction, encodeAction } from '#ledger/action.ts'
import { claimHolds, notingIn, type SignatureClaim } from '#ledger/claims.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { rootOf } from '#ledger/merkle.ts'
import { addSignature, cosign, type NoteKey, SIGNATURE, signNote } from '#ledger/note.ts'
import { verdictJson } from '#ledger/audit/verdict-json.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { checkpointOf, exportOfTown, groupsOf, itemsOf } from '#test/support/exports.ts'
import {
  acknowledge, admit, aMember, aRegion, aTown, awardRequest, bytesFor, deliver, help, hexFor, pass, type Person,
  recorded, settle, type Town,
} from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())
afterAll(uninstallNativeCrypto)

const verdictOf = (file: Uint8Array): Verdict => audit(readExport([file]))
const offenceOf = (file: Uint8Array): Offence | null => verdictOf(file).offence

/** Three days of a small town in which two neighbours help each other. */
function aLivelyTown(): Town {
  const town = aTown('chengdu')
  const [mei, bo] = [aMember(town, 'mei'), aMember(town, 'bo')]
  for (const helper of [mei, bo, mei]) {
    const receiver = helper === mei ? bo : mei
    const help = recorded(town, {
      kind: 'help.recorded', helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 60,
      day: Math.floor(town.now / 86_400), note: hexFor('a note'),
    }, [helper])
    recorded(town, { kind: 'help.confirmed', help: help.action.id }, [receiver])
    pass([town], 1)
  }
  return town
}

/** Two cities: Ana of Barcelona helped in Chengdu, whose pool paid her award; Barcelona took it in and said so. */
function twoCities(): { chengdu: Town; barcelona: Town; ana: Person } {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const bo = aMember(chengdu, 'bo')
  const ana = aMember(barcelona, 'ana')
  admit(chengdu, barcelona, ana)
  const agreement = help(chengdu, ana, bo, 60)
  pass([chengdu, barcelona], 20)
  recorded(chengdu, awardRequest(chengdu, agreement), [chengdu.steward])
  const slot = settle(chengdu, towns)
  const arrived = deliver(chengdu, barcelona, slot, towns)
  acknowledge(chengdu, barcelona, slot, arrived)
  return { chengdu, barcelona, ana }
}

const withItem = (items: Uint8Array[], at: number, item: Uint8Array): Uint8Array =>
  concat(...items.map((one, i) => (i === at ? item : one)))

const asRecord = (entry: Entry, changed: Partial<Entry>): Uint8Array => {
  const { origin, seq, prev, ts, body, auth } = { ...entry, ...changed }
  return encodeRecord({ origin, seq, prev, ts, body, auth })
}

describe('a sound log', () => {
  test('audits clean, and every row says how much was checked', () => {
    const town = aLivelyTown()
    const size = town.entries.length
    const verdict = verdictOf(exportOfTown(town))
    expect(verdict.offence).toBeNull()
    expect(verdict).toMatchObject({ entries: size, root: toHex(town.state.tree.root()), checkpoint: { size } })
    expect(verdict.rows).toMatchObject({
      signatures: { outcome: 'ok', count: size },
      chain: { outcome: 'ok', count: size },
      tree: { outcome: 'ok', count: size },
      seals: { outcome: 'ok', count: Math.ceil(size / 3) },
      checkpoints: { outcome: 'ok', count: 1 },
      cosignatures: { outcome: 'not-checked', because: 'no-cosignature' },
      rules: { outcome: 'ok', count: size },
      balances: { outcome: 'ok', count: 4 },
      equations: { outcome: 'not-checked', because: 'asked-alone' },
    })
  })

  test('may have grown since its checkpoint', () => {
    const town = aLivelyTown()
    const verdict = verdictOf(exportOfTown(town, { checkpoint: checkpointOf(town, [], 5) }))
    expect(verdict.offence).toBeNull()
    expect(verdict.checkpoint?.size).toBe(5)
    expect(verdict.entries).toBe(town.entries.length)
  })

  test('is read the same in chunks of any size', () => {
    const file = exportOfTown(aLivelyTown())
    const whole = [...readExport([file])]
    for (const length of [1, 7, 300, 4096]) {
      const chunks: Uint8Array[] = []
      for (let at = 0; at < file.length; at += length) chunks.push(file.subarray(at, at + length))
      expect([...readExport(chunks)]).toEqual(whole)
    }
  })

  test('names its cosigners and when they signed', () => {
    const { chengdu, barcelona } = twoCities()
    const { rows, checkpoint, offence } = verdictOf(exportOfTown(chengdu, { witnesses: [barcelona, chengdu] }))
    expect(offence).toBeNull()
    expect(rows.cosignatures).toEqual({ outcome: 'ok', count: 4 })
    expect(checkpoint?.cosigners[1]).toEqual({ name: `${barcelona.card.origin}/audit`, time: BigInt(barcelona.now + 1) })
  })

  test('is watched while it is audited', () => {
    const town = aLivelyTown()
    const heard: number[] = []
    audit(readExport([exportOfTown(town)]), (entries) => heard.push(entries))
    expect(heard.at(-1)).toBe(town.entries.length)
  })
})

describe('one flipped bit anywhere', () => {
  /** Every byte of a file with the item it belongs to, and the entry if that item is a record. */
  function bytesIn(items: Uint8Array[]): { at: number; within: number; seq: number | null }[] {
    let at = 0
    let records = 0
    return items.flatMap((item) => {
      const seq = item[0]! >> 5 === 2 ? records++ : null
      return [...item].map((_, within) => ({ at: at++, within, seq }))
    })
  }

  function expectNamed(file: Uint8Array, { at, seq }: { at: number; seq: number | null }, bit: number): void {
    const changed = file.slice()
    changed[at]! ^= 1 << bit
    const offence = offenceOf(changed)
    expect(offence, `byte ${at}`).not.toBeNull()
    if (offence!.where === 'entry' && seq !== null) expect(offence!.seq, `byte ${at}`).toBeLessThanOrEqual(seq)
    else expect(['header', 'entry', 'seal', 'checkpoint', 'cosignature'], `byte ${at}`).toContain(offence!.where)
  }

  test('is an offence, which names an entry at or before it or what vouches for it: all but records in full', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
    const items = itemsOf(chengdu, { witnesses: [barcelona], groupSize: 2 })
    const file = concat(...items)
    expect(offenceOf(file)).toBeNull()
    // Every byte of the header, the seals and the checkpoint; of the records their heads and every fifth.
    const bytes = bytesIn(items).filter(({ at, within, seq }) => seq === null || within < 3 || at % 5 === 0)
    expect(bytes.filter(({ seq }) => seq !== null).length).toBeGreaterThan(300)
    for (const byte of bytes) expectNamed(file, byte, byte.at % 8)
  }, 300_000)

  test('is an offence in a longer log: the head of every item, and a sample of all the rest', () => {
    const { chengdu, barcelona } = twoCities()
    const items = itemsOf(chengdu, { witnesses: [barcelona], groupSize: 5 })
    const file = concat(...items)
    expect(offenceOf(file)).toBeNull()
    const sample = bytesIn(items).filter(({ at, within }) => within < 3 || at % 41 === 0)
    expect(sample.length).toBeGreaterThan(300)
    for (const [i, byte] of sample.entries()) expectNamed(file, byte, i % 8)
  }, 300_000)
})

describe('a file that was cut or added to', () => {
  test('fails at every item boundary, and in the middle of every item', () => {
    const items = itemsOf(aLivelyTown())
    for (let kept = 0; kept < items.length; kept++) {
      const whole = items.slice(0, kept)
      expect(offenceOf(concat(...whole)), `${kept} items`).not.toBeNull()
      const half = items[kept]!.subarray(0, items[kept]!.length >> 1)
      expect(offenceOf(concat(...whole, half)), `${kept} items and a half`).not.toBeNull()
    }
  })

  test('fails with one more byte at its end', () => {
    const file = exportOfTown(aLivelyTown())
    for (const byte of [0x00, 0x40, 0x60, 0x80, 0xff]) {
      expect(offenceOf(concat(file, Uint8Array.of(byte)))).toMatchObject({ where: 'checkpoint', code: 'left-over' })
    }
  })

  test('says that the header counts otherwise when the last group is missing under an older checkpoint', () => {
    const town = aLivelyTown()
    const items = itemsOf(town, { groupSize: 1, checkpoint: checkpointOf(town, [], 5) })
    expect(offenceOf(concat(...items.toSpliced(-3, 2)))).toMatchObject({ where: 'header', code: 'fewer-entries' })
  })
})

describe('a log that was tampered with', () => {
  test('names the place of an entry that was left out', () => {
    const items = itemsOf(aLivelyTown(), { groupSize: 100 })
    for (const seq of [1, 4, 7]) {
      expect(offenceOf(concat(...items.toSpliced(1 + seq, 1)))).toMatchObject({ where: 'entry', seq, code: 'wrong-sequence' })
    }
  })

  test('names the first of two entries that were swapped', () => {
    const items = itemsOf(aLivelyTown(), { groupSize: 100 })
    const swapped = items.toSpliced(5, 2, items[6]!, items[5]!)
    expect(offenceOf(concat(...swapped))).toMatchObject({ where: 'entry', seq: 4, code: 'wrong-sequence' })
  })

  test('names the entry whose amount was raised, its kind and who is said to have signed it', () => {
    const town = aLivelyTown()
    const entry = town.entries.find(({ action }) => action.kind === 'help.recorded')!
    const action = parseAction(entry.body)!
    if (action.kind !== 'help.recorded') throw new Error('not a help')
    const forged = asRecord(entry, { body: encodeAction({ ...action, minutes: 600 }) })
    const file = withItem(itemsOf(town, { groupSize: 100 }), 1 + entry.seq, encode(forged))
    expect(offenceOf(file)).toMatchObject({
      where: 'entry', seq: entry.seq, kind: 'help.recorded', code: 'wrong-signature',
      signedBy: { signer: 'member', accounts: [action.acct] },
    })
    expect(verdictOf(file).rows.signatures.outcome).toBe('failed')
  })

  test('names the entry whose time was moved, though only the next one shows it', () => {
    const town = aLivelyTown()
    const entry = town.entries[3]!
    const items = itemsOf(town, { groupSize: 100 })
    const file = withItem(items, 1 + 3, encode(asRecord(entry, { ts: entry.ts + 1 })))
    expect(offenceOf(file)).toMatchObject({ where: 'entry', seq: 3, code: 'broken-chain' })
    // A group of one is vouched for by its seal alone, so the seal names it.
    const alone = itemsOf(town, { groupSize: 1 })
    const sealed = withItem(alone, 1 + 2 * 3, encode(asRecord(entry, { ts: entry.ts + 1 })))
    expect(offenceOf(sealed)).toMatchObject({ where: 'seal', seq: 3, code: 'wrong-root', about: { first: 3, last: 3 } })
  })

  test('does not blame an entry that a seal has vouched for', () => {
    const town = aLivelyTown()
    const entry = town.entries[3]!
    const file = withItem(itemsOf(town, { groupSize: 3 }), 1 + 4, encode(asRecord(entry, { prev: bytesFor('elsewhere') })))
    expect(offenceOf(file)).toMatchObject({ where: 'entry', seq: 3, code: 'broken-chain' })
  })

  test('is found out even when the hub itself seals and signs what its rules forbid', () => {
    const town = aLivelyTown()
    const last = town.entries.at(-1)!
    // The hub writes a second tick of the day: everything about it is signed, and it is still no entry.
    const twice = parseRecord(asRecord(last, { seq: last.seq + 1, prev: last.leaf }))!
    town.state.tree.append(twice.leaf)
    town.entries.push(twice)
    expect(offenceOf(exportOfTown(town))).toMatchObject({
      where: 'entry', seq: twice.seq, kind: 'tick', code: 'tick-twice', signedBy: { signer: 'hub' },
    })
  })
})

describe('seals', () => {
  const sealed = (change: (seal: Parameters<typeof sealGroup>[0], town: Town) => Uint8Array): Offence | null => {
    const town = aLivelyTown()
    const items = itemsOf(town, { groupSize: 100 })
    const { origin } = town.state.hub
    const root = rootOf(town.entries.map(({ leaf }) => leaf))
    const seal = { origin, first: 0, last: town.entries.length - 1, root, generation: 0 }
    return offenceOf(withItem(items, items.length - 2, change(seal, town)))
  }
  const signedBy = (town: Town, seal: Parameters<typeof sealGroup>[0], secret = town.secrets.log): Uint8Array =>
    sealGroup(seal, secret, town.id)

  test('cover every entry once, with the root of exactly these, in the generation the log has reached', () => {
    expect(sealed((seal, town) => signedBy(town, seal))).toBeNull()
    expect(sealed((seal, town) => signedBy(town, { ...seal, first: 1 }))).toMatchObject({ where: 'seal', code: 'wrong-range' })
    expect(sealed((seal, town) => signedBy(town, { ...seal, last: seal.last + 1 }))).toMatchObject({ code: 'wrong-range' })
    expect(sealed((seal, town) => signedBy(town, { ...seal, root: bytesFor('x') }))).toMatchObject({ code: 'wrong-root' })
    expect(sealed((seal, town) => signedBy(town, { ...seal, generation: 1 }))).toMatchObject({ code: 'wrong-generation' })
    expect(sealed((seal, town) => signedBy(town, { ...seal, origin: 'cv.other-00000000/log' }))).toMatchObject({ code: 'other-log' })
    expect(sealed((seal, town) => signedBy(town, seal, town.secrets.order))).toMatchObject({ where: 'seal', code: 'bad-seal' })
  })

  test('may not be left out at the end', () => {
    const town = aLivelyTown()
    const pieces = groupsOf(town).slice(0, -1)
    expect(audit(pieces).offence).toMatchObject({ where: 'seal', code: 'missing' })
  })
})

describe('the checkpoint', () => {
  const withCheckpoint = (make: (town: Town) => string): Offence | null => {
    const town = aLivelyTown()
    return offenceOf(exportOfTown(town, { checkpoint: make(town) }))
  }
  const signed = (town: Town, size: number, root: Uint8Array, origin = town.card.origin): string =>
    signNote(encodeCheckpoint({ origin, size: BigInt(size), root }), town.card.origin, town.secrets.log)

  test('is of this log, signed by its key, no larger than the log, and has the root of its entries', () => {
    expect(withCheckpoint((town) => signed(town, 3, town.state.tree.root(3)))).toBeNull()
    expect(withCheckpoint((town) => signed(town, 3, bytesFor('x')))).toMatchObject({ where: 'checkpoint', code: 'wrong-root' })
    expect(withCheckpoint((town) => signed(town, 99, bytesFor('x')))).toMatchObject({ code: 'beyond-the-log' })
    expect(withCheckpoint((town) => signed(town, 3, town.state.tree.root(3), 'cv.other/log'))).toMatchObject({ code: 'other-log' })
    expect(withCheckpoint((town) => signNote('not a checkpoint\n', town.card.origin, town.secrets.log)))
      .toMatchObject({ where: 'checkpoint', code: 'unreadable' })
    expect(withCheckpoint((town) => checkpointOf({ ...town, secrets: { ...town.secrets, log: bytesFor('thief') } })))
      .toMatchObject({ where: 'checkpoint', code: 'unsigned' })
  })

  test('may be missing from a hub that has just begun, but not from an export', () => {
    const town = aLivelyTown()
    const verdict = audit(groupsOf(town))
    expect(verdict.offence).toBeNull()
    expect(verdict.rows.checkpoints).toMatchObject({ outcome: 'not-checked', because: 'no-checkpoint' })
    expect(offenceOf(concat(...itemsOf(town).slice(0, -1)))).toMatchObject({ where: 'checkpoint', code: 'missing' })
  })

  test('carries no line of a key that stands in no document, and none twice', () => {
    const { chengdu, barcelona } = twoCities()
    const note = checkpointOf(chengdu, [barcelona])
    const { body, line } = { body: note.slice(0, note.indexOf('\n\n') + 1), line: note.split('\n').at(-2)! }
    const stranger = addSignature(note, cosign(body, 'witness.example', bytesFor('stranger'), 1))!
    const again = addSignature(note, cosign(body, auditorOf(barcelona.card).name, barcelona.secrets.auditor, chengdu.now + 9))!
    const other = `${note}${line.replace(/ (\S)/, ' x$1')}\n`
    for (const checkpoint of [stranger, again, other]) {
      const log: NoteKey = { name: chengdu.card.origin, type: SIGNATURE, publicKey: publicKeyOf(chengdu.secrets.log) }
      expect(offenceOf(exportOfTown(chengdu, { checkpoint }))).toMatchObject({ where: 'cosignature', code: 'unknown-line' })
      const keys = [auditorOf(barcelona.card), { ...auditorOf(barcelona.card), name: `${barcelona.card.origin}/cosign`, publicKey: barcelona.card.cosignerKey }]
      expect(exportableNote(checkpoint, log, keys)).toBe(note)
    }
    // Beside a running hub they are only passed over: anybody may add a line to a note.
    expect(audit([...groupsOf(chengdu), { type: 'checkpoint', note: stranger }]).offence).toBeNull()
  })

  test('is not cosigned by an auditor long before the last record it covers', () => {
    const { chengdu, barcelona } = twoCities()
    const checkpoint = checkpointOf(chengdu, [{ ...barcelona, now: chengdu.now - 302 }])
    expect(offenceOf(exportOfTown(chengdu, { checkpoint }))).toMatchObject({
      where: 'cosignature', code: 'before-the-record', signedBy: { accounts: [`${barcelona.card.origin}/audit`] },
    })
  })
})

describe('several logs', () => {
  const both = ({ chengdu, barcelona }: { chengdu: Town; barcelona: Town }): Verdict[] =>
    auditTogether([verdictOf(exportOfTown(chengdu)), verdictOf(exportOfTown(barcelona))])

  test('of one federation are laid side by side: what each says of the other stands there, and value is conserved', () => {
    const verdicts = both(twoCities())
    expect(verdicts.map(({ offence }) => offence)).toEqual([null, null])
    // Chengdu shows two records of Ana's admission and one arrival, Barcelona takes in one slot; and the sum.
    expect(verdicts.map(({ rows }) => rows.equations)).toEqual([{ outcome: 'ok', count: 4 }, { outcome: 'ok', count: 2 }])
  })

  test('are not added up while one is missing, and the verdict names it', () => {
    const { chengdu, barcelona } = twoCities()
    const [verdict] = auditTogether([verdictOf(exportOfTown(chengdu))])
    expect(verdict!.rows.equations).toMatchObject({
      outcome: 'not-checked', because: 'logs-missing', missing: [barcelona.card.origin],
    })
  })

  test('of different moments are not added up either', () => {
    const { chengdu, barcelona } = twoCities()
    const earlier = chengdu.entries.findIndex(({ action }) => action.kind === 'x.req')
    const cut = audit(groupsOf({ ...chengdu, entries: chengdu.entries.slice(0, earlier) }))
    const verdicts = auditTogether([cut, verdictOf(exportOfTown(barcelona))])
    expect(verdicts.map(({ offence }) => offence)).toEqual([null, null])
    for (const { rows } of verdicts) expect(rows.equations).toMatchObject({ outcome: 'not-checked', because: 'different-moments' })
  })

  test('that cannot both be true convict: a city shows two histories of its own log', () => {
    const town = aLivelyTown()
    const parted = town.entries.length
    const other: Town = { ...town, state: audit(groupsOf(town)).state!, entries: [...town.entries] }
    for (const branch of [town, other]) aMember(branch, branch === town ? 'ana' : 'eva')
    const verdicts = auditTogether([verdictOf(exportOfTown(town)), verdictOf(exportOfTown(other))])
    for (const { offence } of verdicts) expect(offence).toMatchObject({ where: 'equations', seq: parted, code: 'two-histories' })
  })

  test('that are two copies of one history, taken at different times, agree', () => {
    const town = aLivelyTown()
    const earlier = audit(groupsOf({ ...town, entries: town.entries.slice(0, 4) }))
    const verdicts = auditTogether([verdictOf(exportOfTown(town)), earlier])
    for (const { rows } of verdicts) expect(rows.equations).toEqual({ outcome: 'ok', count: 1 })
  })

  test('that cannot both be true convict: what one city took in is not what the other ordered', () => {
    const { chengdu, barcelona } = twoCities()
    const arrival = barcelona.entries.find(({ action }) => action.kind === 'x.in')!
    const verdicts = [verdictOf(exportOfTown(chengdu)), verdictOf(exportOfTown(barcelona))]
    const slot = verdicts[0]!.state!.chain.slots[2]!
    slot.orderId = hexFor('another order for the same slot')
    expect(auditTogether(verdicts)[1]!.offence).toMatchObject({ where: 'entry', seq: arrival.seq, kind: 'x.in', code: 'other-order' })
  })

  test('that cannot both be true convict: an acknowledged record is not the one that stands there', () => {
    const { chengdu, barcelona } = twoCities()
    const [ours, theirs] = [verdictOf(exportOfTown(chengdu)), verdictOf(exportOfTown(barcelona))]
    const arrival = barcelona.entries.find(({ action }) => action.kind === 'x.in')!
    const elsewhere = { ...barcelona, entries: barcelona.entries.slice(0, arrival.seq) }
    const shorter = audit(groupsOf(elsewhere))
    for (let i = 0; i < 5; i++) shorter.state!.tree.append(bytesFor(`another record ${i}`))
    const acked = chengdu.entries.find(({ action }) => action.kind === 'x.ack')!
    expect(auditTogether([ours, shorter])[0]!.offence).toMatchObject({ where: 'entry', seq: acked.seq, kind: 'x.ack', code: 'not-in-their-log' })
    expect(auditTogether([ours, theirs])[0]!.offence).toBeNull()
  })

  test('an offence in one of them is passed on, and the others are judged without it', () => {
    const { chengdu, barcelona } = twoCities()
    const broken = exportOfTown(barcelona)
    broken[200]! ^= 1
    const verdicts = auditTogether([verdictOf(exportOfTown(chengdu)), verdictOf(broken)])
    expect(verdicts[1]!.offence).toMatchObject({ where: 'entry', seq: 0 })
    expect(verdicts[0]!.rows.equations).toMatchObject({ because: 'logs-missing' })
  })

  test('value from nowhere is found though every log is sound by itself', () => {
    const cities = twoCities()
    const verdicts = [verdictOf(exportOfTown(cities.chengdu)), verdictOf(exportOfTown(cities.barcelona))]
    verdicts[0]!.state!.chain.position += 1n
    for (const { offence } of auditTogether(verdicts)) expect(offence).toMatchObject({ where: 'equations', code: 'federation-sum' })
  })
})

test('signatures that are verified apart, page by page, give the verdict that they give one by one', () => {
  const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
  const good = exportOfTown(chengdu)
  const files = [good]
  for (const seq of [1, 3, 7]) {
    const bad = good.slice()
    bad[indexIn(good, chengdu.entries[seq]!.auth[0]!.signature) + 9]! ^= 1
    files.push(bad)
  }
  for (const file of files) {
    const claims: SignatureClaim[] = []
    const pieces = [...readExport([file])]
    const ahead = audit(pieces, undefined, notingIn(claims))
    const first = claims.findIndex((claim) => !claimHolds(claim))
    let asked = 0
    const verdict = first < 0 ? ahead : audit(pieces, undefined, () => asked++ !== first)
    expect(verdictJson(verdict)).toEqual(verdictJson(audit(pieces)))
    expect(claims.length).toBeGreaterThan(0)
  }
})

const indexIn = (bytes: Uint8Array, part: Uint8Array): number => Buffer.from(bytes).indexOf(part)
