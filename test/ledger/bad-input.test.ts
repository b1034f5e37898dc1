/**
 * Bad input, of every kind: with something missing or of the wrong form, beyond all measure, too late, by the wrong person, for somebody
 * else, twice, out of order, or from who is shut out or has gone. The answer is a refusal with a name, and nothing has changed. What is
 * taken all the same is named below, with why; the lists are exact, so that nothing is taken that is not meant to be.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Action, encodeAction, type Hex, type Kind, kinds } from '#ledger/action.ts'
import { equalBytes, fromHex, toHex } from '#ledger/bytes.ts'
import { decode, encode } from '#ledger/codec.ts'
import { encodeRecord, type Entry, parseRecord } from '#ledger/entry.ts'
import { type Verifier, verifyIn } from '#ledger/keys.ts'
import { apply, check, found } from '#ledger/ledger.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { rowsOf } from '#ledger/rows/rows.ts'
import { restrictedKinds } from '#ledger/rules/status.ts'
import type { Member } from '#ledger/state/people.ts'
import type { State } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { beyondIn, formOf, spoiltIn } from '#test/support/bad-input.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aPerson, DAY, idFor } from '#test/support/towns.ts'

/** What may say anything: nobody but people can read it, or it is new with the action. */
const anything: Record<string, string> = {
  id: 'new with every action', profile: 'a commitment to what only people read', identity: 'a commitment', terms: 'a commitment', note: 'a commitment',
  reason: 'a commitment', evidence: 'a commitment', statement: 'a commitment', content: 'a commitment', memo: 'a commitment', complaint: 'a commitment', commitment: 'a commitment',
  listing: 'listings are not in the record', 'member.joined.acct': 'chosen by who joins', 'organisation.joined.organisation': 'chosen by who founds it',
  'member.invited.invitation': 'the hash of a code that its maker chose', 'session.opened.code': 'the hash of a code', 'session.joined.code': 'the hash of a code',
  'slips.issued.slips.0': 'the hash of a code', 'lost.claimed.receipt': 'the hash of what its holder shows to people', 'lost.claimed.seq': 'a place that was lost with the disk',
  'project.opened.places': 'so many as come: applications are bounded', 'project.opened.gateMilli': 'nobody reaches it, and it is shown',
  'project.reported.reach': 'people confirm it, and the factor does not grow with it', 'project.decided.reach': 'as in the report',
  'partner.offered.milli': 'nobody can pay it, and it is shown', 'trust.set.transferMaxMilli': 'exposure bounds it',
  'trust.set.approvalAboveMilli': 'as if none were asked for', 'trust.set.dailyMax': 'as if there were none',
}

/** What is taken again under another id at once, because it is another one. */
const again: Partial<Record<Kind, string>> = {
  'agreement.made': 'another appointment', 'care.asked': 'a plan besides, of a bounded number', 'case.opened': 'another complaint, without the same matters',
  'charter.proposed': 'another ballot, of a bounded number', 'commons.granted': 'another grant, as far as the year goes', 'cv.converted': 'another part of what is left',
  'cv.given': 'another gift, as far as the year goes', 'demand.set': 'the latest counts', 'help.proxied': 'another help, of time that has passed',
  'help.recorded': 'another help, of time that has passed', 'income.noted': 'money that came again', 'partner.offered': 'another offer',
  'partner.redeemed': 'another place', 'pool.granted': 'another grant, as far as the year goes', 'project.opened': 'another project',
  'reserve.locked': 'more of what is there', 'role.proposed': 'another ballot, of a bounded number', 'session.opened': 'another gathering',
  'slips.issued': 'the latest are good', 'trust.set': 'the latest counts', 'work.published': 'another work, of a bounded number', 'x.rel': 'another part of what waits',
}

/** What is taken again when the story is over and all that it tells of has come to its end. */
const ever: Partial<Record<Kind, string>> = {
  ...pick('agreement.made', 'care.asked', 'case.opened', 'commons.granted', 'cv.converted', 'cv.given', 'demand.set', 'help.proxied', 'help.recorded', 'income.noted',
    'partner.offered', 'partner.redeemed', 'pool.granted', 'reserve.locked', 'slips.issued', 'work.published'),
  'member.invited': 'the code was used up, and may be offered again', 'recommendation.given': 'it was taken back', 'recovery.proposed': 'the first was stopped',
  'reserve.opened': 'it has been emptied', 'role.granted': 'it was given up',
}

/** What somebody here may say whom the action does not name. */
const others: Partial<Record<Kind, string>> = {
  ...each('either of the two', 'absence.reported', 'agreement.cancelled', 'checkin.made', 'completion.reported', 'correction.signed', 'dispute.opened', 'rating.committed',
    'return.recorded'),
  ...each('any member, for themselves or for all', 'care.asked', 'charter.proposed', 'erasure.asked', 'lost.claimed', 'member.invited', 'member.left', 'member.moved',
    'motion.proposed', 'organisation.joined', 'project.applied', 'project.opened', 'reserve.locked', 'role.proposed', 'service.bought', 'session.joined', 'session.opened',
    'vote.cast', 'work.published', 'work.valued'),
  'care.ended': 'either of the two, or a steward', 'case.judged': 'another juror', 'project.contested': 'everybody who took part',
  'recovery.proposed': 'anybody who knows them', 'recovery.vetoed': 'a steward', 'role.ended': 'a steward', 'signer.ended': 'another signer',
}

/** Who may be named although they are shut out or gone. */
const absent: Record<string, string> = {
  'case.opened.complainant banned': 'what was done to them was done', 'case.opened.complainant departed': 'what was done to them was done',
  'contribution.abroad.member banned': 'it was sent and credited while they were here', 'contribution.abroad.member departed': 'it was sent and credited while they were here',
  'grade.opened.rater banned': 'they had said it before', 'grade.opened.rater departed': 'they had said it before',
  'member.declined.member banned': 'who waits is neither', 'member.declined.member departed': 'who waits is neither',
  'rating.opened.rater banned': 'they had said it before', 'rating.opened.rater departed': 'they had said it before',
  'recommendation.withdrawn.member banned': 'less is said of them', 'recommendation.withdrawn.member departed': 'less is said of them',
  'recovery.approved.member departed': 'who has gone may still ask to be forgotten',
  'recovery.approved.member banned': 'who is shut out is heard, and needs a key', 'recovery.proposed.member banned': 'who is shut out is heard, and needs a key',
  'signer.accepted.organisation banned': 'somebody has to be heard for it', 'signer.accepted.organisation departed': 'it signs nothing but to be forgotten',
  'signer.ended.organisation banned': 'nobody has to speak for it', 'signer.ended.organisation departed': 'nobody has to speak for it',
}

function each(why: string, ...of: Kind[]): Partial<Record<Kind, string>> {
  return Object.fromEntries(of.map((kind) => [kind, why]))
}

function pick(...of: Kind[]): Partial<Record<Kind, string>> {
  return Object.fromEntries(of.map((kind) => [kind, again[kind]!]))
}

/** What was taken, of what was tried. */
const taken = { spoilt: [], beyond: [], again: [], ever: [], others: [], absent: [], changed: [] } as Record<string, string[]>
/** What else was tried, and the answer. */
const answers: { kind: Kind; tried: string; code: string | null }[] = []
let spoilt = 0

/** Who signs is asked elsewhere; what is signed inside of an action is asked here as always. */
const trusting = (body: Uint8Array): Verifier => (key, context, scope, payload, signature) =>
  equalBytes(payload, body) || verifyIn(key, context, scope, payload, signature)

const stranger = aPerson('a stranger to all')

beforeAll(() => {
  installNativeCrypto()
  const { entries } = everyKind().chengdu
  const state = found(entries[0]!) as State
  const met = new Map<Kind, Entry>([['hub.founded', entries[0]!]])
  spoil(entries[0]!)
  for (const entry of entries.slice(1)) {
    const isFirst = !met.has(entry.action.kind)
    met.set(entry.action.kind, entry)
    if (isFirst) tryBefore(state, entry)
    apply(state, entry)
    if (isFirst) tryAfter(state, entry)
  }
  for (const [kind, entry] of met) {
    if (kind !== 'hub.founded' && codeOf(state, later(state, entry)) === null) taken['ever']!.push(kind)
  }
}, 60_000)

/** Everything that is wrong with the form of this entry. */
function spoil(entry: Entry): void {
  for (const { what, where, body } of spoiltIn(formOf(entry.action.kind), decode(entry.body)!)) {
    spoilt += 1
    if (parseRecord(encodeRecord({ ...entry, body: encode(body) })) !== null) taken['spoilt']!.push(`${entry.action.kind}${where} ${what}`)
  }
}

/** All that is tried in the place of this entry, which the state is about to take. */
function tryBefore(state: State, entry: Entry): void {
  const { kind } = entry.action
  const before = Array.from(rowsOf(state), toHex).join()
  const hear = (tried: string, changed: Entry, verify?: Verifier) => answers.push({ kind, tried, code: codeOf(state, changed, verify) })
  spoil(entry)
  for (const { where, body } of beyondIn(formOf(kind), decode(entry.body)!)) {
    const changed = parseRecord(encodeRecord({ ...entry, body: encode(body) }))
    if (changed !== null && codeOf(state, changed) === null) taken['beyond']!.push(`${kind}${where}`)
  }
  hear('too late', saying(entry, { exp: entry.ts - 1 }))
  hear('too early', saying(entry, { exp: entry.ts + 31 * DAY }))
  hear('unsigned', signedWith(entry, ({ keyId, signature }) => ({ keyId, signature: signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) })), verifyIn)
  hear('by a stranger', signedWith(entry, ({ signature }) => ({ keyId: stranger.device.slice(0, 8), signature })))
  for (const other of othersThan(state, entry)) {
    const theirs = saying(entry, { acct: other.acct }, other)
    if (codeOf(state, theirs) === null) taken['others']!.push(kind)
    hear('for somebody else', signedWith(entry, ({ signature }) => ({ keyId: fromHex([...other.devices.keys()][0]!)!, signature })))
  }
  tryAbsent(state, entry)
  if (Array.from(rowsOf(state), toHex).join() !== before) taken['changed']!.push(kind)
}

/** The same again, and as another. */
function tryAfter(state: State, entry: Entry): void {
  const { kind } = entry.action
  answers.push({ kind, tried: 'twice', code: codeOf(state, moved(state, entry, {})) })
  if (codeOf(state, later(state, entry)) === null) taken['again']!.push(kind)
}

const statuses = ['restricted', 'banned', 'departed'] as const

/** As it would be if who signs, or whom it names, had another status. */
function tryAbsent(state: State, entry: Entry): void {
  const { kind } = entry.action
  const form = formOf(kind)
  const named = form.is === 'fields' ? form.fields.map(([name]) => name) : []
  for (const field of named) {
    const acct = (entry.action as unknown as Record<string, unknown>)[field]
    const member = typeof acct === 'string' ? state.members.get(acct) : undefined
    if (member === undefined) continue
    for (const status of statuses) {
      const code = as(member, status, () => codeOf(state, entry))
      if (field === 'acct') answers.push({ kind, tried: status, code })
      else if (status !== 'restricted' && code === null) taken['absent']!.push(`${kind}.${field} ${status}`)
    }
  }
}

function as<T>(member: Member, status: Member['status'], ask: () => T): T {
  const before = member.status
  member.status = status
  const answer = ask()
  member.status = before
  return answer
}

function codeOf(state: State, entry: Entry, verify = trusting(entry.body)): string | null {
  const refusal: Refusal | null = check(state, entry, verify)
  return refusal?.code ?? null
}

/** An entry that says this instead, signed as before or with the first device of somebody else. */
function saying(entry: Entry, other: Partial<Action>, by?: Member): Entry {
  const body = encodeAction({ ...entry.action, ...other } as Action)
  const auth = by === undefined ? entry.auth : entry.auth.map(({ signature }) => ({ keyId: fromHex([...by.devices.keys()][0]!)!, signature }))
  return parseRecord(encodeRecord({ ...entry, body, auth }))!
}

const signedWith = (entry: Entry, sign: (auth: Entry['auth'][number]) => Entry['auth'][number]): Entry =>
  parseRecord(encodeRecord({ ...entry, auth: entry.auth.map(sign) }))!

/** The same action as the next record of a state. */
function moved(state: State, entry: Entry, other: Partial<Action>): Entry {
  const [seq, ts] = [state.tree.size, state.lastTs]
  return saying({ ...entry, seq, ts, prev: state.tree.leafAt(seq - 1) }, other)
}

const later = (state: State, entry: Entry): Entry => moved(state, entry, { id: idFor(`again ${entry.seq}`), exp: state.lastTs + DAY })

/** People here whom an action does not name, and who do not sign for the account that it is from. */
function othersThan(state: State, { action, body }: Entry): Member[] {
  if (['hub', 'newcomer', 'parties'].includes(kinds[action.kind].signer)) return []
  const says = toHex(body)
  const signers = state.organisations.get(action.acct)?.signers ?? []
  const isOther = (acct: Hex) => !says.includes(acct) && !signers.includes(acct)
  return [...state.members.values()].filter(({ acct, form, attested, status }) => form === 'person' && attested && status === 'active' && isOther(acct))
}

/** All kinds but the founding, which is nobody's to ask for. */
const all = (Object.keys(kinds) as Kind[]).filter((kind) => kind !== 'hub.founded')
const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort()
/** The kinds that gave this answer to what was tried. */
const answering = (tried: string, code: string | null): string[] => distinct(answers.filter((one) => one.tried === tried && one.code === code).map(({ kind }) => kind))
const tried = (what: string): string[] => distinct(answers.filter((one) => one.tried === what).map(({ kind }) => kind))
const but = (...without: Kind[]): Kind[] => all.filter((kind) => !without.includes(kind)).sort()
const signed = (...by: string[]): Kind[] => all.filter((kind) => by.includes(kinds[kind].signer)).sort()

test('something missing, of the wrong type or out of range in any field of any kind: malformed', () => {
  expect(spoilt).toBeGreaterThan(9_000)
  expect(taken['spoilt']).toEqual([])
})

test('a number beyond all measure, an id of nothing, a city that is nowhere: refused, but where anything may stand', () => {
  const isFree = (where: string) => Object.keys(anything).some((name) => name === where || (!name.includes('.') && where.split('.').at(-1) === name))
  expect(distinct(taken['beyond']!).filter((where) => !isFree(where))).toEqual([])
  for (const name of Object.keys(anything)) expect(taken['beyond']!.some((where) => where.endsWith(name)), name).toBe(true)
})

test('past its expiry, or to be kept for longer than a month', () => {
  expect(answering('too late', 'expired')).toEqual(but())
  expect(answering('too early', 'expires-too-late')).toEqual(but())
})

test('with a signature that is none, or by a key that nobody here knows', () => {
  expect(answering('unsigned', 'wrong-signature')).toEqual(but())
  expect(answering('by a stranger', 'wrong-signature')).toEqual(signed('hub', 'newcomer'))
  expect(answering('by a stranger', 'unknown-device')).toEqual(signed('member', 'steward', 'parties'))
})

test('for somebody else, without a mandate', () => {
  expect(answering('for somebody else', 'unknown-device')).toEqual(tried('for somebody else'))
  // Of these three the first is about everybody who is there by then.
  const ofAll: string[] = ['help.proxied', 'member.attested', 'order.approved']
  expect([...tried('for somebody else'), ...ofAll].sort()).toEqual(signed('member', 'steward'))
})

test('by somebody whom it is not for', () => expect(distinct(taken['others']!)).toEqual(Object.keys(others).sort()))

test('twice', () => {
  expect(answering('twice', 'departed')).toEqual(['member.left', 'member.moved'])
  expect(answering('twice', 'tick-twice')).toEqual(['tick'])
  expect(answering('twice', 'id-taken')).toEqual(but('member.left', 'member.moved', 'tick'))
})

test('again at once, though it has been done', () => expect(distinct(taken['again']!)).toEqual(Object.keys(again).sort()))

test('of something that has come to its end', () => expect(distinct(taken['ever']!)).toEqual(Object.keys(ever).sort()))

describe('from who is', () => {
  const byPeople = signed('member', 'steward', 'parties')
  test('restricted: what uses what others share, or carries value out', () => {
    expect(answering('restricted', 'restricted')).toEqual([...restrictedKinds].sort())
    expect(answering('restricted', null)).toEqual(byPeople.filter((kind) => !restrictedKinds.has(kind)))
  })

  test.each(['banned', 'departed'])('%s: everything but to be heard and to be forgotten', (status) => {
    const left = ['case.answered', 'case.appealed', 'erasure.asked'].sort()
    expect(answering(status, null)).toEqual(left)
    expect(answering(status, status)).toEqual(byPeople.filter((kind) => !left.includes(kind)))
  })
})

test('about who is shut out or gone', () => expect(distinct(taken['absent']!)).toEqual(Object.keys(absent).sort()))

test('and nothing has changed by any of it', () => expect(taken['changed']).toEqual([]))
