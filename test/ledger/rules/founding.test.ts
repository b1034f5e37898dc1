import { expect, test } from 'vitest'
import { type Action, encodeAction, parseAction } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import {
  encodeGenesis, encodeRecord, type Entry, type Genesis, originOf, parseRecord, type RecordFields,
} from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { found, isRefusal, replay } from '#ledger/ledger.ts'
import { charterOf, domainDay, stewardsOf } from '#ledger/state/state.ts'
import { aHelp, aTownOfNeighbours, refusalOf } from '#test/support/people.ts'
import {
  aPerson, aTown, bytesFor, DAY, DAY0, draft, hexFor, idFor, NOON, pass, recorded,
} from '#test/support/towns.ts'

const logSecret = bytesFor('log')
const founder = aPerson('founder')

type Wrong = {
  genesis?: Partial<Genesis>
  charter?: Uint8Array
  body?: Partial<Extract<Action, { kind: 'hub.founded' }>>
  record?: Partial<Omit<RecordFields, 'format'>>
  secret?: Uint8Array
}

/** Entry 0 of a hub, as it should be but for what is given. */
function foundingOf(
  { genesis = {}, charter = encodeCharter(presets.city), body = {}, record = {}, secret = logSecret }: Wrong = {},
): Entry {
  const document = encodeGenesis({
    format: 1, name: 'chengdu', city: '成都', region: 'as', day0: DAY0, preset: 'city', charterHash: sha256(charter),
    logKey: publicKeyOf(logSecret), orderKey: publicKeyOf(bytesFor('order')),
    steward: { acct: fromHex(founder.acct)!, device: founder.device, profile: bytesFor('profile') },
    random: new Uint8Array(16), ...genesis,
  })
  const id = sha256(document)
  const bytes = encodeAction({
    kind: 'hub.founded', id: idFor('founding'), acct: toHex(id), exp: NOON + DAY, seen: { size: 0, leaf: toHex(id) },
    genesis: document, charter, ...body,
  })
  const auth = [{ keyId: keyIdOf(publicKeyOf(secret)), signature: sign(secret, 'entry', id, bytes) }]
  const origin = originOf('chengdu', toHex(id))
  return parseRecord(encodeRecord({ origin, seq: 0, prev: id, ts: NOON, body: bytes, auth, ...record }))!
}

const codeOfFounding = (wrong: Wrong): string | null => {
  const answer = found(foundingOf(wrong))
  return isRefusal(answer) ? answer.code : null
}

test('a hub begins with its charter, its name for ever, and one steward who is attested by the genesis', () => {
  const state = found(foundingOf())
  if (isRefusal(state)) throw new Error(state.code)
  expect(charterOf(state)).toEqual(presets.city)
  expect(state.hub.origin).toMatch(/^cv\.chengdu-[0-9a-f]{8}\/log$/)
  expect(stewardsOf(state).map(({ acct, attested }) => ({ acct, attested })))
    .toEqual([{ acct: founder.acct, attested: true }])
  expect(state.tree.size).toBe(1)
  expect(domainDay(state, NOON)).toBe(0)
})

const zeros = new Uint8Array(32)
const refusedFoundings: [string, string, Wrong][] = [
  ['bad-genesis', 'the genesis cannot be read', { body: { genesis: new Uint8Array(10) } }],
  ['bad-genesis', 'its name is no slug', { genesis: { name: 'Chengdu' } }],
  ['bad-genesis', 'its city has no name', { genesis: { city: '' } }],
  ['bad-genesis', 'its region is not one of six', { genesis: { region: 'xx' } }],
  ['bad-genesis', 'day 0 is no midnight', { genesis: { day0: DAY0 + 1 } }],
  ['bad-genesis', 'it is recorded on another day than its day 0', { record: { ts: NOON + DAY } }],
  ['bad-charter', 'the charter cannot be read', { charter: new Uint8Array(10) }],
  ['bad-charter', 'the charter cannot work', { charter: encodeCharter({ ...presets.city, stewardThreshold: 0 }) }],
  ['bad-charter', 'the charter is of another preset', { genesis: { preset: 'time-bank' } }],
  ['bad-charter', 'the genesis names another charter', { genesis: { charterHash: bytesFor('another') } }],
  ['bad-key', 'the order key is no key', { genesis: { orderKey: new Uint8Array(32) } }],
  ['bad-key', 'the log key is no key', { genesis: { logKey: new Uint8Array(32) } }],
  ['bad-key', 'the steward’s key is no key', { genesis: { steward: { acct: zeros, device: zeros, profile: zeros } } }],
  ['foreign-log', 'the record stands in another log', { record: { origin: 'cv.chengdu-00000000/log' } }],
  ['wrong-sequence', 'it is not the first', { record: { seq: 1 } }],
  ['broken-chain', 'it does not follow from the genesis', { record: { prev: new Uint8Array(32) } }],
  ['unseen-branch', 'somebody else founds it', { body: { acct: hexFor('somebody') } }],
  ['unseen-branch', 'it has seen another beginning', { body: { seen: { size: 0, leaf: hexFor('another') } } }],
  ['wrong-signature', 'another key signed', { secret: bytesFor('another log') }],
]

test.each(refusedFoundings)('%s: %s', (code, _, wrong) => {
  expect(codeOfFounding(wrong)).toBe(code)
})

test('wrong-signature: the right key signed something else', () => {
  const entry = foundingOf()
  const auth = [{ ...entry.auth[0]!, signature: foundingOf({ body: { exp: NOON } }).auth[0]!.signature }]
  const answer = found(parseRecord(encodeRecord({ ...entry, auth }))!)
  expect(answer).toEqual({ code: 'wrong-signature' })
})

test('not-founded: a log that begins with anything else, or with nothing', () => {
  const town = aTown('chengdu')
  const second = draft(town, { kind: 'tick' })
  expect(found(second)).toEqual({ code: 'not-founded' })
  expect(replay([second.bytes])).toEqual({ seq: 0, refusal: { code: 'not-founded' } })
  expect(replay([])).toEqual({ seq: 0, refusal: { code: 'not-founded' } })
})

test('the charter and the genesis stand in the record as they were hashed', () => {
  const action = parseAction(foundingOf().body)
  if (action?.kind !== 'hub.founded') throw new Error('not a founding')
  expect(foundingOf().prev).toEqual(sha256(action.genesis))
})

test('a day’s tick settles what is due on it and leaves the rest', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const help = aHelp(town, mei, bo)
  recorded(town, help, [mei])
  const { shortFormDays } = charterOf(town.state).windows
  pass([town], shortFormDays)
  // Recorded at noon: the seventh midnight after that is on the eighth day.
  expect(town.state.helps.get(help.id!)!.phase).toBe('recorded')
  pass([town], 1)
  expect(town.state.helps.get(help.id!)!.phase).toBe('lapsed')
})

test('a tick stands for its whole day: a second one is refused, and the founding was the first day’s', () => {
  const { town } = aTownOfNeighbours()
  expect(refusalOf(town, { kind: 'tick' })).toEqual({ code: 'tick-twice' })
  pass([town], 1)
  expect(refusalOf(town, { kind: 'tick' })).toEqual({ code: 'tick-twice' })
})
