/**
 * Every route × everybody: what the router has is what the table says, and whoever is not allowed to ask is told so, with
 * the same words everywhere. A route without a row fails here.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiOf } from '#node/routes/openapi.ts'
import { type Access, accesses, type RouteRow, routeTable } from '#node/routes/table.ts'
import { MemberClient, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const roles = ['nobody', 'made-up session', 'stranger', 'member', 'departed', 'steward', 'operator', 'command line'] as const
type Role = (typeof roles)[number]

/** Who is answered, and else by which code; whoever stands in neither row is nobody to this route. */
const expected: Record<Access, { may: readonly Role[]; otherwise: Partial<Record<Role, string>> }> = {
  'anybody': { may: roles, otherwise: {} },
  'holder': { may: roles, otherwise: {} },
  'machine': { may: roles, otherwise: {} },
  'session': { may: ['stranger', 'member', 'steward', 'departed'], otherwise: {} },
  'attested': { may: ['member', 'steward'], otherwise: { stranger: 'not-attested', departed: 'not-attested' } },
  'attested or command line': { may: ['member', 'steward', 'command line'], otherwise: {} },
  'steward': { may: ['steward'], otherwise: { stranger: 'not-a-steward', member: 'not-a-steward', departed: 'not-a-steward' } },
  'steward or command line': {
    may: ['steward', 'command line'], otherwise: { stranger: 'not-a-steward', member: 'not-a-steward', departed: 'not-a-steward' },
  },
  'command line': { may: ['command line'], otherwise: {} },
  'operator': { may: ['steward', 'operator', 'command line'], otherwise: {} },
}
/** What says that it is not for this one, whatever else a route may say. */
const notForYou = ['no-session', 'not-a-steward', 'not-attested']

let town: WholeHub
const headers = new Map<Role, Record<string, string>>()

beforeAll(async () => {
  town = await aWholeHub('chengdu')
  const stranger = new MemberClient('Stranger', town.fetch)
  await stranger.join()
  await stranger.login()
  const member = await town.member('Mei')
  const departed = await town.member('Gone')
  expect((await departed.act('member.left', {})).status).toBe(200)
  const { path } = (await (await town.fetch('/api/operator/invitation', { method: 'POST', headers: { authorization: 'Bearer control' } })).json()) as { path: string }
  const operator = (await town.fetch(path)).headers.get('set-cookie')!.split(';')[0]!
  const { origin } = await member.hub()
  headers.set('nobody', {})
  headers.set('made-up session', { cookie: `tongyi-${origin.slice(-12, -4)}=${zeros}; tongyi-operator-${origin.slice(-12, -4)}=${zeros}` })
  for (const [role, client] of [['stranger', stranger], ['member', member], ['departed', departed], ['steward', town.steward]] as const) {
    headers.set(role, { cookie: client.session })
  }
  headers.set('operator', { cookie: operator })
  headers.set('command line', { authorization: 'Bearer control' })
})
afterAll(() => town.stop())

/** The status and the code of the "no", if it is one. Bodies are empty, so that nothing is done by asking. */
async function asked({ method, path }: RouteRow, role: Role): Promise<{ status: number; code: string | null }> {
  const address = path.replace(/:\w+/g, '0'.repeat(32)).replace('/*', '/x')
  const init = { method, headers: { ...headers.get(role)!, 'content-type': 'application/json' } }
  const response = await town.fetch(address, method === 'POST' ? { ...init, body: '{}' } : init)
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const body = isJson ? ((await response.json()) as { door?: { code: string }; refusal?: { code: string } } | null) : null
  await response.body?.cancel().catch(() => {})
  return { status: response.status, code: body?.door?.code ?? body?.refusal?.code ?? null }
}

test('the router and the table have the same routes', () => {
  const inRouter = town.routes().filter(({ method, path }) => method !== 'ALL' && path !== '/api/*').map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(inRouter)].sort()).toEqual(routeTable.map(({ method, path }) => `${method} ${path}`).sort())
})

/** Of these to ask is to do: a session that is closed is nobody's, and a hub that founds a federation starts anew. */
const lasting = ['POST /api/federation/found', 'DELETE /api/session', 'POST /operator/leave']
const placeOf = ({ method, path }: RouteRow): number => lasting.indexOf(`${method} ${path}`)
const inOrder = [...routeTable].sort((one, other) => placeOf(one) - placeOf(other))

describe.each(inOrder.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', (_, row) => {
  test.each(roles)(`is answered for %s as its row says`, async (role) => {
    const { status, code } = await asked(row, role)
    const { may, otherwise } = expected[row.access]
    if (may.includes(role)) return expect(notForYou).not.toContain(code)
    // A page for people sends them to the one that is for them.
    if (row.path === '/operator') return expect(status).toBe(303)
    expect({ status, code }).toEqual({ status: otherwise[role] === undefined ? 401 : 403, code: otherwise[role] ?? accesses[row.access] })
  })
})

describe('what is made of the table', () => {
  const document = openApiOf(routeTable, '0.1.0') as { openapi: string; paths: Record<string, Record<string, { operationId: string; requestBody?: unknown; security: object[] }>> }
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

  test('is an OpenAPI 3.1 document that the hub serves, in which every operation has a name of its own', async () => {
    expect(await (await town.fetch('/api/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(document)))
    expect(document.openapi).toBe('3.1.0')
    expect(operations.length).toBe(routeTable.length)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  test('says of every body what judges it, and of every route who may ask', () => {
    const act = document.paths['/api/actions']!['post']!.requestBody
    expect(act).toMatchObject({ content: { 'application/json': { schema: {
      required: ['body', 'auth'], additionalProperties: false, properties: { auth: { maxItems: 2, items: { properties: { keyId: { pattern: '^[0-9a-f]{16}$' } } } } },
    } } } })
    expect(document.paths['/api/federation/join']!['post']!.security).toEqual([{ session: [] }, { commandLine: [] }])
  })

  test('has every address that the app’s page asks', () => {
    const client = readFileSync(new URL('../../ui/hub/hub-client.ts', import.meta.url), 'utf8')
    const addresses = [...client.matchAll(/['`](\/(?:api|checkpoint|policy|evidence|export)[^'`?]*)['`?]/g)].map(([, path]) => path!.replace(/\$\{month === .*/, ''))
    expect(addresses.length).toBeGreaterThan(30)
    const shape = (path: string): string => path.replace(/\$\{[^}]*\}|:\w+/g, '•')
    const known = new Set(routeTable.map(({ path }) => shape(path)))
    expect(addresses.map(shape).filter((path) => !known.has(path))).toEqual([])
  })

  test('is what the README says', () => {
    const readme = readFileSync(new URL('../../node/README.md', import.meta.url), 'utf8')
    const lines = readme.slice(readme.indexOf('| route | who |')).split('\n\n')[0]!.split('\n').slice(2)
    const told = lines.flatMap((line) => {
      const cell = line.replaceAll('\\|', '¦').split('|')[1]!
      return [...cell.matchAll(/`(GET|POST|DELETE) ([^`]+)`/g)].flatMap(([, method, path]) => {
        const [head, ...others] = path!.split('¦')
        return [head!, ...others.map((last) => head!.replace(/[^/]+$/, last))].map((one) => `${method} ${one.split('?')[0]!.replace(/^\/tile\/.*/, '/tile/*')}`)
      })
    })
    const ofThePage = ['GET /*', 'GET /verify.html']
    expect([...new Set(told)].filter((one) => !ofThePage.includes(one)).sort())
      .toEqual(routeTable.map(({ method, path }) => `${method} ${path}`).filter((one) => !ofThePage.includes(one)).sort())
  })
})
