/**
 * Vectors that are made and not gathered: the form of records, of logs, seals, receipts and exports, each wrong in
 * one way. A vector is a plain value; binary is lower-case hex, amounts are decimal text.
 */
import { encodeAction } from '#ledger/action.ts'
import { audit, type Offence } from '#ledger/audit/audit.ts'
import { concat, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { encode } from '#ledger/codec.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { encodeReceipt, type Entry, parseRecord, type Receipt, receiptsOf, sealGroup } from '#ledger/entry.ts'
import { readExport } from '#ledger/audit/export.ts'
import { sign } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { rootOf, Tree } from '#ledger/merkle.ts'
import { presets } from '#ledger/charter/presets.ts'
import { rowsOf } from '#ledger/rows/rows.ts'
import type { State } from '#ledger/state/state.ts'
import { digestedTowns, wrongDigests } from './digest-vectors.ts'
import { everyKind } from './every-kind.ts'
import { checkpointOf, exportOfTown, itemsOf } from './exports.ts'
import { altered, aTownOfNeighbours, helpOnce, type Neighbours } from './people.ts'
import { aPerson, DAY, draft, hexFor, pass, type Town } from './towns.ts'

type Vector = Record<string, unknown>

/** All of them, each with its path below `test/vectors`, without `.json`. */
export function* madeVectors(): Generator<[path: string, vector: Vector]> {
  const neighbours = aTownOfNeighbours()
  yield* under('entries', recordsOf(neighbours))
  yield* under('replay', logsOf(neighbours))
  yield* under('seal', sealsOf(neighbours))
  yield* under('receipt', receiptVectors(neighbours))
  yield* under('export', exportsOf())
}

type Named = Iterable<[name: string, vector: Vector]>

function* under(folder: string, vectors: Named): Generator<[string, Vector]> {
  for (const [name, vector] of vectors) yield [`${folder}/${name}`, vector]
}

// Records: is this the one spelling of a record of a known kind?

function* recordsOf({ town, mei, bo }: Neighbours): Named {
  const { chengdu } = everyKind()
  const kinds = new Map(chengdu.entries.map((entry) => [entry.action.kind, entry]))
  for (const [kind, entry] of kinds) {
    if (kind.startsWith('hub.') || kind.startsWith('member.') || kind === 'tick' || kind === 'agreement.made') {
      yield [`valid/${kind.replaceAll('.', '-')}`, { about: `the first ${kind} of a town`, ...fieldsOf(entry) }]
    }
  }
  const help = draft(town, { kind: 'help.recorded', helper: mei.acct, receiver: bo.acct, category: 1, minutes: 60, day: 20_454, note: hexFor('note') }, [mei])
  const { origin, seq, prev, ts, body, auth } = help
  const one = auth[0]!
  const row = (of: unknown[]): Uint8Array => encode(of as never)
  const outer = (changes: Partial<Record<'format' | 'origin' | 'seq' | 'prev' | 'ts' | 'body' | 'auth', unknown>>): Uint8Array => {
    const of = { format: 1, origin, seq, prev, ts, body, auth: [[one.keyId, one.signature]], ...changes }
    return row([of.format, of.origin, of.seq, of.prev, of.ts, of.body, of.auth])
  }
  const sound = outer({})
  const [first, ...rest] = [...sound]
  const wrong: [name: string, about: string, bytes: Uint8Array][] = [
    ['nothing', 'no bytes at all', new Uint8Array()],
    ['cut-short', 'the last byte is missing', sound.slice(0, -1)],
    ['byte-left-over', 'a byte follows', concat(sound, Uint8Array.of(0))],
    ['format-2', 'a format that is not 1', outer({ format: 2 })],
    ['format-as-text', 'the format is a text', outer({ format: '1' })],
    ['field-too-few', 'no signatures field', row([1, origin, seq, prev, ts, body])],
    ['field-too-many', 'an eighth field', row([1, origin, seq, prev, ts, body, [[one.keyId, one.signature]], 0])],
    ['head-not-shortest', 'the array says its length in two bytes', Uint8Array.of(0x98, first! & 0x1f, ...rest)],
    ['indefinite-length', 'the array ends with a break', Uint8Array.of(0x9f, ...rest, 0xff)],
    ['tagged', 'the record is inside a CBOR tag', concat(Uint8Array.of(0xc1), sound)],
    ['origin-of-65-bytes', 'the origin is longer than 64 bytes', outer({ origin: 'o'.repeat(65) })],
    ['origin-as-bytes', 'the origin is a byte string', outer({ origin: utf8(origin) })],
    ['seq-below-zero', 'a negative number', outer({ seq: -1 })],
    ['seq-of-2-to-the-53', 'a number no device can count to', outer({ seq: 2n ** 53n })],
    ['prev-of-31-bytes', 'a hash that is too short', outer({ prev: prev.slice(1) })],
    ['prev-of-33-bytes', 'a hash that is too long', outer({ prev: concat(prev, Uint8Array.of(0)) })],
    ['ts-below-zero', 'a time before 1970', outer({ ts: -1 })],
    ['body-as-text', 'the body is a text', outer({ body: toHex(body) })],
    ['body-as-array', 'the body is not a byte string but what it holds', concat(sound.slice(0, sound.length - body.length), body)],
    ['no-signature', 'nobody has signed', outer({ auth: [] })],
    ['two-signatures', 'more signatures than this kind has signers', outer({ auth: [[one.keyId, one.signature], [one.keyId, one.signature]] })],
    ['signature-of-63-bytes', 'a signature that is too short', outer({ auth: [[one.keyId, one.signature.slice(1)]] })],
    ['key-id-of-7-bytes', 'a key id that is too short', outer({ auth: [[one.keyId.slice(1), one.signature]] })],
    ['key-id-alone', 'a key id without its signature', outer({ auth: [[one.keyId]] })],
    ['kind-unknown', 'a kind that no table has', outer({ body: withKind(body, 255) })],
    ['body-of-another-kind', 'the fields of one kind under the number of another', outer({ body: withKind(body, 31) })],
    ['body-empty', 'an empty body', outer({ body: new Uint8Array() })],
    ['body-cut-short', 'the body lacks its last byte', outer({ body: body.slice(0, -1) })],
    ['body-byte-left-over', 'a byte follows in the body', outer({ body: concat(body, Uint8Array.of(0)) })],
    ['body-too-large', 'a body of 16,385 bytes in a kind that is not large', outer({ body: new Uint8Array(16_385) })],
    ['category-unknown', 'a category that no table has', outer({ body: withByteAfter(body, 'category') })],
  ]
  for (const [name, about, bytes] of wrong) {
    if (parseRecord(bytes) !== null) throw new Error(`${name} is a record after all`)
    yield [`invalid/${name}`, { about, record: toHex(bytes) }]
  }

  /** The kind is the first item of a body: one byte, or two from 24 on. */
  function withKind(of: Uint8Array, number: number): Uint8Array {
    const head = number < 24 ? [number] : [0x18, number]
    return concat(of.slice(0, 1), Uint8Array.from(head), of.slice(of[1] === 0x18 ? 3 : 2))
  }
  /** The same help in category 4. */
  function withByteAfter(of: Uint8Array, _: 'category'): Uint8Array {
    const { action } = help
    if (action.kind !== 'help.recorded') throw new Error('this is a help')
    const other = encodeAction({ ...action, category: 2 })
    const at = other.findIndex((byte, i) => byte !== of[i])
    const changed = of.slice()
    changed[at] = 4
    return changed
  }
}

const fieldsOf = ({ bytes, leaf, origin, seq, prev, ts, body, auth, action }: Entry): Vector => ({
  record: toHex(bytes), leaf: toHex(leaf), origin, seq, prev: toHex(prev), ts, kind: action.kind, id: action.id, acct: action.acct,
  body: toHex(body), auth: auth.map(({ keyId, signature }) => [toHex(keyId), toHex(signature)]),
})

// Logs: what do they come to, or which record is the first that is refused?

function* logsOf({ town, mei, bo, steward }: Neighbours): Named {
  const { chengdu, barcelona } = everyKind()
  yield ['valid/every-kind', logVector('a log with a record of every kind', chengdu)]
  yield ['valid/the-other-city', logVector('the log of the city it deals with', barcelona)]
  const bank = aTownOfNeighbours({ preset: 'time-bank', name: 'timebank' })
  helpOnce(bank.town, bank.mei, bank.bo)
  pass([bank.town], 400)
  yield ['valid/time-bank-over-a-year', logVector('a time bank, and more than a year of ticks', bank.town)]
  for (const [name, about, town] of digestedTowns()) yield [`valid/${name}`, logVector(about, town)]

  const joined = draft(town, {
    kind: 'member.joined', device: aPerson('ana').device, profile: hexFor('ana'), charter: charterIn(town), invitation: null,
  }, [aPerson('ana')])
  const later = draft(town, { kind: 'member.attested', member: mei.acct, identity: hexFor('paper') }, [steward], town.now + DAY)
  const founding = town.entries[0]!
  const another = aTownOfNeighbours({ name: 'another' }).town
  const refused: [name: string, about: string, log: Uint8Array[]][] = [
    ['not-founded-empty', 'a log without a record', []],
    ['not-founded-other-kind', 'the first record is no founding', [town.entries[1]!.bytes]],
    ['malformed-in-the-middle', 'a record that cannot be read', [...upTo(town, 2), joined.bytes.slice(0, -1)]],
    ['malformed-end-of-time', 'a time of 2^33', [...all(town), altered(joined, { ts: 2 ** 33 }).bytes]],
    ['foreign-log-other-origin', 'a record of another log', [...all(town), altered(joined, { origin: another.card.origin }).bytes]],
    ['foreign-log-founding', 'a founding whose origin does not end in its hash', [altered(founding, { origin: another.card.origin }).bytes]],
    ['wrong-sequence-again', 'the last number again', [...all(town), altered(joined, { seq: joined.seq - 1 }).bytes]],
    ['wrong-sequence-skipped', 'a number left out', [...all(town), altered(joined, { seq: joined.seq + 1 }).bytes]],
    ['wrong-sequence-founding', 'a founding that is not number 0', [altered(founding, { seq: 1 }).bytes]],
    ['broken-chain-other-prev', 'another predecessor', [...all(town), altered(joined, { prev: town.entries[0]!.leaf }).bytes]],
    ['broken-chain-founding', 'a founding whose predecessor is not its hubId', [altered(founding, { prev: town.entries[0]!.leaf }).bytes]],
    ['broken-chain-record-left-out', 'a record is missing, and the numbers are made to fit', [...upTo(town, 2), altered(town.entries[3]!, { seq: 2 }).bytes]],
    ['time-went-back-a-second', 'a second before the last record', [...all(town), altered(joined, { ts: town.now - 1 }).bytes]],
    ['tick-missing-new-day', 'the first record of a day is no tick', [...all(town), later.bytes]],
    ['tick-twice-founding-day', 'a tick on the day of the founding', [...all(town), draft(town, { kind: 'tick' }).bytes]],
    ['already-founded-again', 'the founding again, in its place in the chain', [...all(town), altered(founding, placeIn(town)).bytes]],
    ['bad-genesis-other-day', 'a founding a day after the day it names', [altered(founding, { ts: founding.ts + DAY }).bytes]],
    ['bad-charter-other-hash', 'a founding with another charter than its genesis names', [otherCharter(town).bytes]],
    ['wrong-signature-other-time', 'nothing is wrong with the time, which nobody signs; the signature is another’s', [
      ...all(town), altered(joined, { auth: [{ ...joined.auth[0]!, signature: town.entries[1]!.auth[0]!.signature }] }).bytes,
    ]],
    ['wrong-signature-none-of-two', 'an agreement with one signature', [...all(town), oneOfTwo(town, { mei, bo }).bytes]],
    ['wrong-signature-founding', 'a founding that the log key did not sign', [
      altered(founding, { auth: [{ ...founding.auth[0]!, signature: town.entries[1]!.auth[0]!.signature }] }).bytes,
    ]],
  ]
  for (const { name, about, records } of wrongDigests()) refused.push([name, about, records])
  for (const [name, about, log] of refused) {
    const replayed = replay(log)
    if (!('refusal' in replayed) || !name.startsWith(replayed.refusal.code)) {
      throw new Error(`${name}: ${'refusal' in replayed ? replayed.refusal.code : 'it is a log after all'}`)
    }
    yield [`invalid/${name}`, { about, records: log.map(toHex), refusal: { seq: replayed.seq, code: replayed.refusal.code } }]
  }
}

function logVector(about: string, town: Town): Vector {
  const records = all(town)
  const replayed = replay(records)
  if ('refusal' in replayed) throw new Error(`a town's own log is refused: ${replayed.refusal.code}`)
  const { state } = replayed
  return {
    about, records: records.map(toHex), root: toHex(state.tree.root()), digest: toHex(digestOf(state)),
    rows: Array.from(rowsOf(state), toHex), accounts: accountsOf(state), books: textOf(state.books),
  }
}

/** Every member's account in base units. */
export const accountsOf = (state: State): Record<string, Record<string, string>> =>
  Object.fromEntries([...state.members].map(([acct, { account }]) => [acct, textOf(account)]))

/** Amounts as decimal text. */
export const textOf = (amounts: Record<string, bigint>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]))

const all = (town: Town): Uint8Array[] => town.entries.map(({ bytes }) => bytes)
const upTo = (town: Town, count: number): Uint8Array[] => all(town).slice(0, count)
const placeIn = (town: Town) => ({ seq: town.entries.length, prev: town.entries.at(-1)!.leaf, ts: town.now })

function charterIn(town: Town): string {
  const { action } = town.entries[1]!
  if (action.kind !== 'member.joined') throw new Error('somebody joins first')
  return action.charter
}

function oneOfTwo(town: Town, { mei, bo }: Pick<Neighbours, 'mei' | 'bo'>): Entry {
  const made = draft(town, {
    kind: 'agreement.made', listing: hexFor('a need').slice(0, 32), helper: mei.acct, receiver: bo.acct, category: 1, minutes: 60,
    begins: town.now + 60, ends: town.now + 3_660, terms: hexFor('terms'), charter: 0,
  }, [mei, bo])
  return altered(made, { auth: made.auth.slice(0, 1) })
}

/** The founding with the charter of a time bank, signed anew. */
function otherCharter(town: Town): Entry {
  const founding = town.entries[0]!
  if (founding.action.kind !== 'hub.founded') throw new Error('a log begins with its founding')
  const body = encodeAction({ ...founding.action, charter: encodeCharter(presets['time-bank']) })
  return altered(founding, { body, auth: [{ ...founding.auth[0]!, signature: sign(town.secrets.log, 'entry', town.id, body) }] })
}

// Seals and receipts: does the hub's word bind these records?

function* sealsOf({ town }: Neighbours): Named {
  const leaves = town.entries.map(({ leaf }) => leaf)
  const key = { logKey: toHex(town.card.logKey), hubId: toHex(town.id) }
  const sealed = (first: number, last: number, generation = 0) => sealGroup(
    { origin: town.card.origin, first, last, root: rootOf(leaves.slice(first, last + 1)), generation }, town.secrets.log, town.id,
  )
  const of = (bytes: Uint8Array): Vector => ({ ...key, seal: toHex(bytes) })
  for (const [first, last, generation] of [[0, 0, 0], [1, 3, 0], [2, 6, 7]] as const) {
    yield [`valid/${first}-to-${last}-in-generation-${generation}`, {
      about: 'the seal over these records', ...of(sealed(first, last, generation)), first, last, generation,
      root: toHex(rootOf(leaves.slice(first, last + 1))), origin: town.card.origin,
    }]
  }
  const body = (changes: Partial<Record<'format' | 'first' | 'last' | 'root' | 'generation', unknown>> = {}): Uint8Array => {
    const row = { format: 1, first: 1, last: 3, root: rootOf(leaves.slice(1, 4)), generation: 0, ...changes }
    return encode([row.format, town.card.origin, row.first, row.last, row.root, row.generation] as never)
  }
  const signed = (bytes: Uint8Array, secret = town.secrets.log, context: 'seal' | 'entry' = 'seal', scope = town.id): Uint8Array =>
    encode([bytes, sign(secret, context, scope, bytes)])
  const wrong: [string, string, Uint8Array][] = [
    ['ends-before-it-begins', 'last is below first', signed(body({ first: 3, last: 2 }))],
    ['format-2', 'a format that is not 1', signed(body({ format: 2 }))],
    ['root-of-31-bytes', 'a root that is too short', signed(body({ root: new Uint8Array(31) }))],
    ['generation-below-zero', 'a negative generation', signed(body({ generation: -1 }))],
    ['field-left-out', 'no generation', signed(encode([1, town.card.origin, 1, 3, rootOf(leaves.slice(1, 4))]))],
    ['signed-by-the-order-key', 'by another key of the hub', signed(body(), town.secrets.order)],
    ['signed-in-another-context', 'in context entry', signed(body(), town.secrets.log, 'entry')],
    ['signed-for-another-hub', 'under another scope', signed(body(), town.secrets.log, 'seal', leaves[0])],
    ['signature-of-63-bytes', 'a signature that is too short', encode([body(), sign(town.secrets.log, 'seal', town.id, body()).slice(1)])],
    ['signature-of-another-seal', 'the signature is over other bytes', encode([body(), sign(town.secrets.log, 'seal', town.id, body({ last: 4 }))])],
    ['cut-short', 'the last byte is missing', sealed(1, 3).slice(0, -1)],
    ['byte-left-over', 'a byte follows', concat(sealed(1, 3), Uint8Array.of(0))],
  ]
  for (const [name, about, bytes] of wrong) yield [`invalid/${name}`, { about, ...of(bytes) }]
}

function* receiptVectors({ town }: Neighbours): Named {
  const leaves = town.entries.slice(1, 6).map(({ leaf }) => leaf)
  const seal = sealGroup({ origin: town.card.origin, first: 1, last: 5, root: rootOf(leaves), generation: 0 }, town.secrets.log, town.id)
  const receipts = receiptsOf(seal, 1, leaves)
  const of = (receipt: Uint8Array, seq: number): Vector =>
    ({ logKey: toHex(town.card.logKey), hubId: toHex(town.id), record: toHex(town.entries[seq]!.bytes), receipt: toHex(receipt) })
  for (const [i, receipt] of receipts.entries()) {
    yield [`valid/record-${i + 1}`, { about: `the receipt for record ${i + 1} of a group of five`, ...of(encodeReceipt(receipt), i + 1) }]
  }
  const [, two, three] = receipts as [Receipt, Receipt, Receipt]
  const changed = (changes: Partial<Receipt>): Uint8Array => encodeReceipt({ ...two, ...changes })
  const flipped = two.path.map((hash, i) => (i === 0 ? Uint8Array.from(hash, (byte, at) => (at === 0 ? byte ^ 1 : byte)) : hash))
  const wrong: [string, string, Uint8Array, number][] = [
    ['for-another-record', 'the record is its neighbour', encodeReceipt(two), 3],
    ['for-another-number', 'the number is its neighbour’s', changed({ seq: 3 }), 2],
    ['number-before-the-seal', 'the number stands before the seal’s first', changed({ seq: 0 }), 2],
    ['number-behind-the-seal', 'the number stands behind the seal’s last', changed({ seq: 6 }), 2],
    ['path-of-its-neighbour', 'the path is its neighbour’s', changed({ path: three.path }), 2],
    ['path-a-bit-changed', 'one bit of the path has changed', changed({ path: flipped }), 2],
    ['path-too-short', 'the path lacks its last hash', changed({ path: two.path.slice(0, -1) }), 2],
    ['path-too-long', 'a hash follows', changed({ path: [...two.path, leaves[0]!] }), 2],
    ['seal-of-another-hub', 'the seal is by another log key', changed({
      seal: sealGroup({ origin: town.card.origin, first: 1, last: 5, root: rootOf(leaves), generation: 0 }, town.secrets.vote, town.id),
    }), 2],
    ['seal-of-another-origin', 'the seal names another log', changed({
      seal: sealGroup({ origin: 'cv.another-00000000/log', first: 1, last: 5, root: rootOf(leaves), generation: 0 }, town.secrets.log, town.id),
    }), 2],
    ['cut-short', 'the last byte is missing', encodeReceipt(two).slice(0, -1), 2],
    ['byte-left-over', 'a byte follows', concat(encodeReceipt(two), Uint8Array.of(0)), 2],
  ]
  for (const [name, about, receipt, seq] of wrong) yield [`invalid/${name}`, { about, ...of(receipt, seq) }]
}

// Exports: what does an audit say of the file?

function* exportsOf(): Named {
  const { town, mei, bo } = aTownOfNeighbours({ name: 'exported' })
  helpOnce(town, mei, bo)
  pass([town], 1)
  const { chengdu, barcelona } = everyKind()
  const vector = (about: string, file: Uint8Array): Vector => {
    const { offence, entries, root } = audit(readExport([file]))
    return { about, file: toHex(file), entries, root, offence: offence === null ? null : shortOf(offence) }
  }
  yield ['valid/neighbours', vector('ten records in groups of three', exportOfTown(town))]
  yield ['valid/one-seal-a-record', vector('every record sealed by itself', exportOfTown(town, { groupSize: 1 }))]
  yield ['valid/checkpoint-of-fewer', vector('the checkpoint covers only the first five', exportOfTown(town, { checkpoint: checkpointOf(town, [], 5) }))]
  yield ['valid/cosigned', vector('a record of every kind, and a checkpoint with two cosignatures of another hub', exportOfTown(chengdu, { witnesses: [barcelona] }))]

  const items = itemsOf(town)
  const other = itemsOf(aTownOfNeighbours({ name: 'another' }).town)
  const last = items.length - 1
  const without = (at: number): Uint8Array[] => items.filter((_, i) => i !== at)
  const withItem = (at: number, item: Uint8Array): Uint8Array[] => items.with(at, item)
  const swapped = (a: number, b: number): Uint8Array[] => items.with(a, items[b]!).with(b, items[a]!)
  const origin = town.card.origin
  const header = (changes: Partial<{ name: string; version: number; origin: string; size: number; hubId: Uint8Array }>): Uint8Array => {
    const row = { name: 'cv-export', version: 1, origin, size: town.entries.length, hubId: town.id, ...changes }
    return encode([row.name, row.version, row.origin, row.size, row.hubId])
  }
  const third = town.entries[2]!
  const resigned = altered(third, { auth: [{ ...third.auth[0]!, signature: town.entries[1]!.auth[0]!.signature }] })
  const note = checkpointOf(town)
  const wrong: [string, string, Uint8Array[]][] = [
    ['nothing', 'an empty file', []],
    ['header-alone', 'nothing after the header', [items[0]!]],
    ['header-of-another-format', 'another name', withItem(0, header({ name: 'cv-import' }))],
    ['header-of-version-2', 'a version that is not 1', withItem(0, header({ version: 2 }))],
    ['header-of-another-hub', 'another hubId', withItem(0, header({ hubId: third.leaf }))],
    ['header-of-another-origin', 'another origin', withItem(0, header({ origin: 'cv.another-00000000/log' }))],
    ['header-counts-too-few', 'one record more than the header says', withItem(0, header({ size: town.entries.length - 1 }))],
    ['header-counts-too-many', 'one record fewer than the header says', withItem(0, header({ size: town.entries.length + 1 }))],
    ['record-left-out', 'a record is missing', without(2)],
    ['records-exchanged', 'two records have changed places', swapped(2, 3)],
    ['record-of-another-log', 'a record of another hub in its place', withItem(2, other[2]!)],
    ['record-signed-by-another', 'a signature from another record', withItem(3, encode(resigned.bytes))],
    ['seal-left-out', 'the first seal is missing', without(4)],
    ['seals-exchanged', 'two seals have changed places', swapped(4, 8)],
    ['seal-of-another-hub', 'another hub’s seal in its place', withItem(4, other[4]!)],
    ['seal-last-left-out', 'the last group has no seal', without(last - 1)],
    ['checkpoint-left-out', 'no checkpoint', without(last)],
    ['checkpoint-of-another-log', 'another hub’s checkpoint', withItem(last, other[other.length - 1]!)],
    ['checkpoint-of-another-root', 'a signed checkpoint of another tree of this size', withItem(last, encode(otherRoot(town)))],
    ['checkpoint-beyond-the-log', 'a checkpoint of more records than there are', withItem(last, encode(beyond(town)))],
    ['checkpoint-unsigned', 'a checkpoint without its signature', withItem(last, encode(`${note.split('\n\n')[0]}\n\n`))],
    ['checkpoint-twice-signed', 'the log’s line twice', withItem(last, encode(`${note}${note.split('\n').at(-2)}\n`))],
    ['item-left-over', 'something follows the checkpoint', [...items, Uint8Array.of(0)]],
    ['cut-short', 'the last byte is missing', [concat(...items).slice(0, -1)]],
  ]
  for (const [name, about, parts] of wrong) {
    const one = vector(about, concat(...parts))
    if (one['offence'] === null) throw new Error(`${name} is in order after all`)
    yield [`invalid/${name}`, one]
  }
}

const shortOf = ({ where, seq, code }: Offence): Vector => ({ where, seq, code })

/** A checkpoint that the hub signed over a tree that is not this one. */
function otherRoot(town: Town): string {
  const lie = { ...town, state: { ...town.state, tree: treeOf(town, (leaf, i) => (i === 1 ? town.entries[0]!.leaf : leaf)) } }
  return checkpointOf(lie as Town)
}

function beyond(town: Town): string {
  const longer = { ...town, entries: [...town.entries, town.entries[0]!] }
  const lie = { ...longer, state: { ...town.state, tree: treeOf(longer) } }
  return checkpointOf(lie as Town)
}

function treeOf(town: Town, leafOf: (leaf: Uint8Array, i: number) => Uint8Array = (leaf) => leaf): Tree {
  const tree = new Tree()
  town.entries.forEach(({ leaf }, i) => tree.append(leafOf(leaf, i)))
  return tree
}
