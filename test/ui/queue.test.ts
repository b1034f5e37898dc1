import { expect, test } from 'vitest'
import type { StewardView, TransferView } from '#protocol/api.ts'
import type { DecideView } from '#protocol/matters.ts'
import { type Heard, queueOf } from '#ui/hub/queue.ts'
import { anAgreement, bo, home, mei } from './views.ts'

const NOW = 2_000_000
const HOUR = 3_600
const DAY = 24 * HOUR

const nothing: Heard = { steward: null, devices: null, decide: null, cases: null, reports: null }
const steward: StewardView = {
  toAttest: [], members: [], lost: [], awardsDue: [], transfers: [], arrivals: [],
  books: { domain: {}, global: {}, pool: '0', position: '0' },
  federation: {
    card: '', code: null, state: 'alone', version: 0, admitted: [], asking: [], isBox: false, cities: [], closing: [], releasing: [], renewing: [], mustRenew: false, terms: null, agreedTerms: null, termsFromYear: 1,
    will: { heir: null, endsAt: null }, chain: { slots: 0, certified: 0, needs: null, keysArgument: null, votes: null }, issueLeftMilli: '0', burnMilli: '0',
  },
}
const decide: DecideView = { disputes: [], care: [], together: [], projects: [] }
const newcomer = (joinedTs: number) => ({ acct: bo.acct, name: '波', joinedTs })
const disputed = (ts: number, said: { byMe?: boolean; isOwn?: boolean } = {}): DecideView['disputes'][number] => ({
  agreement: anAgreement({ phase: 'disputed', coming: [{ what: 'left-undecided', ts }] }), voices: [], byMe: false, again: null, isOwn: false, ...said,
})
const shown = (heard: Partial<Heard>): string[] => queueOf({ ...nothing, ...heard }, mei.acct, NOW).map(({ what }) => what)

test('what a rule soon decides alone comes before who has just come, and after who has waited for days', () => {
  const soon = { ...decide, disputes: [disputed(NOW + 2 * HOUR)] }
  expect(shown({ steward: { ...steward, toAttest: [newcomer(NOW)] }, decide: soon })).toEqual(['dispute', 'attest'])
  expect(shown({ steward: { ...steward, toAttest: [newcomer(NOW - 3 * DAY)] }, decide: soon })).toEqual(['attest', 'dispute'])
})

test('of two with a last day the earlier comes first', () => {
  const report = { id: '1', by: bo, about: mei, words: '', ts: NOW, letters: [] }
  const queue = queueOf({ ...nothing, decide: { ...decide, disputes: [disputed(NOW + 9 * DAY), disputed(NOW + DAY / 2)] }, reports: [report] }, mei.acct, NOW)
  expect(queue.map(({ until }) => until)).toEqual([NOW + DAY / 2, null, NOW + 9 * DAY])
})

test('what one has said already, or is about oneself, waits for the others', () => {
  const queue = queueOf(
    { ...nothing, decide: { ...decide, disputes: [disputed(NOW + DAY, { byMe: true }), disputed(NOW + DAY, { isOwn: true }), disputed(NOW + DAY)] } },
    mei.acct, NOW,
  )
  expect(queue.map(({ waitsFor }) => waitsFor)).toEqual(['others', 'others', 'me'])
})

test('a new device of one’s own is not recognised by oneself, and only a case one has a duty in is in the queue', () => {
  const waiting = (acct: string) => ({ acct, device: '0d', proof: '00', until: NOW + HOUR, name: null })
  const aCase = { id: 'c', accused: bo, opened: NOW, until: NOW + DAY }
  expect(shown({
    devices: { waiting: [waiting(mei.acct), waiting(bo.acct)], recoveries: [] },
    cases: { flags: [], people: [], cases: [{ ...aCase, phase: 'open', mine: 'find' }, { ...aCase, phase: 'open', mine: 'answer' }, { ...aCase, phase: 'found', mine: null }] },
  })).toEqual(['recognise', 'case'])
})

test('a recovery waits for the others while one’s approval stands and need not be said again', () => {
  const recovery = (said: boolean, byMe: boolean) =>
    ({ member: bo, device: '0d', ts: NOW, by: said ? [mei] : [], needed: 2, due: null, byMe })
  const queue = queueOf({ ...nothing, devices: { waiting: [], recoveries: [recovery(false, false), recovery(true, true), recovery(true, false)] } }, mei.acct, NOW)
  expect(queue.map(({ waitsFor }) => waitsFor)).toEqual(['me', 'others', 'me'])
})

test('a transfer waits for the others when one has agreed to it', () => {
  const asked = (xid: string, by: string[]) => ({ xid, ts: NOW, lapses: NOW + DAY, stage: 'asked', approvals: { needed: 2, got: by.length, by } }) as TransferView
  const queue = queueOf({ ...nothing, steward: { ...steward, transfers: [asked('1', [mei.acct]), asked('2', [bo.acct])] } }, mei.acct, NOW)
  expect(queue.map(({ key, waitsFor }) => [key, waitsFor])).toEqual([['1', 'others'], ['2', 'me']])
})

test('cities that ask, and what only this city can begin, are in the same queue', () => {
  const federation = { ...steward.federation, asking: [{ origin: home, city: '', card: '' }], chain: { ...steward.federation.chain, needs: 'keys' as const } }
  expect(shown({ steward: { ...steward, federation } })).toEqual(['asking', 'keys'])
})
