/** Attacks of the web that the other doors do not meet: bodies that unfold, nest or rename, and requests that race. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
let mei: MemberClient
beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
})
afterAll(() => hub.stop())

const json = { 'content-type': 'application/json' }
async function sent(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<{ status: number; code: string }> {
  const response = await hub.fetch('/api/actions', { method: 'POST', headers: { ...json, ...headers }, body })
  return { status: response.status, code: ((await response.json()) as { door: { code: string } }).door.code }
}
const malformed = { status: 400, code: 'malformed' }
const size = async (): Promise<number> => (await hub.steward.hub()).size

describe('a body', () => {
  test('of brackets a hundred thousand deep is malformed, and nothing overflows', async () => {
    expect(await sent('['.repeat(75_000) + ']'.repeat(75_000))).toEqual(malformed)
    expect(await sent('{"a":'.repeat(25_000) + '0' + '}'.repeat(25_000))).toEqual(malformed)
  })

  test('of as many fields as fit is malformed', async () => {
    expect(await sent(`{${Array.from({ length: 15_000 }, (_, i) => `"${i}":0`).join(',')}}`)).toEqual(malformed)
  })

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])('with a field %s is malformed, and no object changes by it', async (name) => {
    expect(await sent(`{"${name}":{"polluted":true},"body":"","auth":[]}`)).toEqual(malformed)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('that would unfold to a thousand times its size is read as the bytes it is', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000))
    expect(bomb.length).toBeLessThan(110_000)
    expect(await sent(new Uint8Array(bomb), { 'content-encoding': 'gzip' })).toEqual(malformed)
  })

  test.each(['application/json\t', 'application/json, text/plain', 'application/jsonx', 'text/plain;application/json', 'application/x-www-form-urlencoded'])(
    'called %j is JSON by no trick of its name', async (type) => {
      // Of somebody whose level does not allow it: what is read as JSON comes as far as the record, which says so.
      const action = await mei.action('member.invited', { invitation: '1'.repeat(64), until: 2_000_000_000 })
      const { body, auth } = mei.signed(action, (await mei.hub()).hubId)
      const answer = await hub.fetch('/api/actions', { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify({ body: toBase64(body), auth: [auth] }) })
      const said = (await answer.json()) as { door?: { code: string }; refusal?: { code: string } }
      // White space behind the name is no other name.
      expect(said.door?.code ?? 'judged').toBe(type.trim() === 'application/json' ? 'judged' : 'malformed')
    })
})

describe('requests that race', () => {
  test('fifty times the same action at once is one entry, and all are given the same receipt', async () => {
    const words = salted('Race')
    const bo = new MemberClient('Race', hub.fetch)
    const { hubId, charterHash } = await bo.hub()
    const action = await bo.action('member.joined', { device: bo.device, profile: words.commitment, charter: charterHash, invitation: null })
    const { body, auth } = bo.signed(action, hubId)
    const before = await size()
    const answers = await Promise.all(Array.from({ length: 50 }, () =>
      bo.post<{ receipt: string }>('/api/actions', { body: toBase64(body), auth: [auth], blobs: [toBase64(words.blob)] })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body: { receipt } }) => receipt)).size).toBe(1)
    expect(await size()).toBe(before + 1)
  })

  test('an invitation to the operator’s page that ten browsers open at once lets in one', async () => {
    const { path } = (await (await hub.fetch('/api/operator/invitation', { method: 'POST', headers: { authorization: 'Bearer control' } })).json()) as { path: string }
    const answers = await Promise.all(Array.from({ length: 10 }, () => hub.fetch(path)))
    expect(answers.filter(({ status }) => status === 303).length).toBe(1)
    expect(answers.filter(({ status }) => status === 403).length).toBe(9)
  })
})

describe('a session', () => {
  test('is never one that the visitor brought along', async () => {
    const { origin } = await mei.hub()
    const name = `tongyi-${origin.slice(-12, -4)}`
    const fixed = { cookie: `${name}=${zeros}` }
    const before = await hub.fetch('/api/me', { headers: fixed })
    await mei.login()
    expect(mei.session).toMatch(new RegExp(`^${name}=[0-9a-f]{64}$`))
    expect(mei.session).not.toContain(zeros)
    const first = mei.session
    await mei.login()
    expect(mei.session).not.toBe(first)
    expect([before.status, (await hub.fetch('/api/me', { headers: fixed })).status]).toEqual([401, 401])
  })

  test('of the operator and the command line is none for whoever makes one up', async () => {
    for (let i = 0; i < 10; i++) {
      const guess = toHex(new Uint8Array(32).fill(i))
      expect((await hub.fetch('/api/operator', { headers: { cookie: `tongyi-operator-x=${guess}`, authorization: `Bearer ${guess}` } })).status).toBe(401)
    }
  })
})
