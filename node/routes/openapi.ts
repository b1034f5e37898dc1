/** The route table as OpenAPI 3.1: bodies are the schemas that judge them; answers are named by their types. */
import { Hono } from 'hono'
import { z } from 'zod'
import { doorStatus, refusalStatus } from '../status.ts'
import { accesses, type RouteRow, routeTable } from './table.ts'

/** A part of a JSON document. */
type Json = { [name: string]: unknown }

export function openApiOf(table: readonly RouteRow[], program: string): Json {
  const paths: Record<string, Json> = {}
  for (const row of table) {
    const path = row.path.replace(/:(\w+)/g, '{$1}').replace('*', '{path}')
    paths[path] = { ...paths[path], [row.method.toLowerCase()]: operationOf(row) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tongyi hub', version: program, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Bytes are base64 or lower-case hex, amounts decimal text of milli-CV, times seconds. What changes the record is signed for itself; a session only reads.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'tongyi-<hub>', description: 'opened by a signed challenge that names the hub and the address' },
        operator: { type: 'apiKey', in: 'cookie', name: 'tongyi-operator-<hub>' },
        commandLine: { type: 'http', scheme: 'bearer', description: 'the token in control.json of the data directory' },
      },
      schemas: {
        Refusal: refused('refusal', Object.keys(refusalStatus)),
        Door: refused('door', Object.keys(doorStatus)),
      },
    },
  }
}

function operationOf({ method, path, access, what, body, answer }: RouteRow): Json {
  const names = [...path.matchAll(/:(\w+)|\*/g)].map(([, name]) => name ?? 'path')
  const no = { description: 'no, with a name', content: { 'application/json': { schema: { anyOf: [ref('Refusal'), ref('Door')] } } } }
  return {
    summary: what,
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    'x-access': access,
    security: securityOf(access),
    ...(names.length === 0 ? {} : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input' }) } } } }),
    responses: { ...answerOf(answer), '4XX': no, '5XX': no },
  }
}

function answerOf(answer: string): Json {
  if (/^\d{3}$/.test(answer)) return { [answer]: { description: answer === '303' ? 'go on there' : 'done' } }
  const isMedia = answer.includes('/')
  const schema = isMedia ? {} : { description: answer }
  return { 200: { description: isMedia ? answer : `JSON: ${answer}`, content: { [isMedia ? answer : 'application/json']: { schema } } } }
}

function securityOf(access: RouteRow['access']): Json[] {
  const ways = { session: { session: [] }, commandLine: { commandLine: [] }, operator: { operator: [] } }
  if (accesses[access] === null || access === 'machine') return []
  if (access === 'operator') return [ways.commandLine, ways.session, ways.operator]
  if (access === 'command line') return [ways.commandLine]
  return access.endsWith('command line') ? [ways.session, ways.commandLine] : [ways.session]
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

const refused = (field: string, codes: string[]): Json => ({
  type: 'object', required: [field], properties: { [field]: { type: 'object', required: ['code'], properties: { code: { enum: codes } } } },
})

/** Serves the document. */
export function openApiRoutes(program: string): Hono {
  const app = new Hono()
  const document = JSON.stringify(openApiOf(routeTable, program))
  app.get('/api/openapi.json', (c) => c.body(document, 200, { 'Content-Type': 'application/json' }))
  return app
}
