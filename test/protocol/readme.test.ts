/**
 * The specification of what hubs say says what the code does: its tables of messages, shapes,
 * protocols, topics, limits and reasons are laid beside the sources, in both directions, and every
 * test it cites is looked for.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import { quorum } from '#ledger/federation/federation.ts'
import { answersNeeded } from '#node/cities/restoring/fence.ts'
import { GOSSIP_PROTOCOLS, gossipOptions } from '#node/wire/libp2p-gossip.ts'
import { DEFAULT_SETTINGS } from '#node/wire/libp2p-settings.ts'
import { GUEST_ANSWER_BYTES_MAX, GUEST_PROTOCOL, GUEST_REQUEST_BYTES_MAX } from '#protocol/guest.ts'
import { LETTER_ANSWER_BYTES_MAX, LETTER_PROTOCOL, LETTER_REQUEST_BYTES_MAX } from '#protocol/letter.ts'
import { services } from '#protocol/limits.ts'
import { unwillingness } from '#protocol/message.ts'
import { SYNC_ANSWER_BYTES_MAX, SYNC_PROTOCOL, SYNC_REQUEST_BYTES_MAX } from '#protocol/sync.ts'
import { checkpointTopic, evidenceTopic, listTopic, TOPIC_MESSAGE_BYTES_MAX } from '#protocol/topic.ts'

const house = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, house), 'utf8')
const readme = read('protocol/README.md')
const files = readdirSync(new URL('protocol/', house)).filter((name) => name.endsWith('.ts'))

/** The rows of the table whose first column has this title, as cells. */
function tableOf(title: string): string[][] {
  const lines = readme.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${title} |`))
  if (head < 0) throw new Error(`no table of ${title}`)
  const length = lines.slice(head).findIndex((line) => !line.startsWith('|'))
  return lines.slice(head + 2, head + length)
    .map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()))
}

const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
const numberOf = (text: string): number => Number(text.replaceAll(',', ''))

/** Names in a row's first cell and, in the same order, what the second says of each. */
function pairsOf(title: string, between: string): Record<string, string> {
  return Object.fromEntries(tableOf(title).flatMap(([names, values]) => {
    const [keys, told] = [ticked(names!), values!.split(between)]
    expect(told, names).toHaveLength(keys.length)
    return keys.map((key, i) => [key, told[i]!] as const)
  }))
}

// ---- what the sources say, in the notation of the specification

type SyntaxNode = { type: string; [field: string]: unknown }
type Property = SyntaxNode & {
  key: { name?: string; value?: string }
  value: SyntaxNode
  argument: SyntaxNode
}
type Declared = { declarations?: { id: { name: string }; init: SyntaxNode }[] }
type Call = { callee: { name: string }; arguments: SyntaxNode[] }

/** Every number that a file of the room exports, by name. */
const limits: Record<string, number> = {}
for (const name of files) {
  const exported: object = await import(`../../protocol/${name.slice(0, -3)}.ts`)
  for (const [key, value] of Object.entries(exported)) {
    if (typeof value === 'number') limits[key] = value
  }
}

/** Schemas that the specification calls by a name, by the constants they are in the sources. */
const shapes: Record<string, string> = {
  signature: 'hub-signature', signedReport: 'signed-report', activation: 'activation',
  certificate: 'certificate', slotVote: 'slot-vote', refSchema: 'ref', rowSchema: 'row', rangeSchema: 'range', partSchema: 'part',
  personSchema: 'correspondent', aboutSchema: 'about',
  voteSchema: 'vote', orderEvidence: 'order-evidence', foreignRecord: 'foreign',
}

/** One source file, read as its syntax. */
function sourceOf(path: string) {
  const { body } = parseSync(path, read(path)).program as unknown as { body: SyntaxNode[] }
  const constants = new Map<string, SyntaxNode>()
  for (const statement of body) {
    const declared = (statement.declaration ?? statement) as Declared
    for (const { id, init } of declared.declarations ?? []) constants.set(id.name, plain(init))
  }

  function plain(node: SyntaxNode): SyntaxNode {
    return node.type === 'TSAsExpression' ? plain(node.expression as SyntaxNode) : node
  }

  function valueOf(node: SyntaxNode): string | number {
    if (node.type === 'Literal') return node.value as string | number
    const known = limits[node.name as string]
    return known ?? valueOf(constants.get(node.name as string)!)
  }

  /** The values of a list of arguments, of which one may be spread from a constant. */
  function valuesOf(nodes: SyntaxNode[]): (string | number)[] {
    return nodes.flatMap((node) => {
      if (node.type !== 'SpreadElement') return [valueOf(node)]
      const list = constants.get((node.argument as { name: string }).name)!
      return valuesOf(list.elements as SyntaxNode[])
    })
  }

  function notationOf(node: SyntaxNode, named = true): string {
    if (node.type === 'Identifier') {
      const name = node.name as string
      if (['uint', 'big', 'flag'].includes(name)) return name
      const known = named ? shapes[name] : undefined
      return known ?? notationOf(constants.get(name)!)
    }
    const { callee, arguments: given } = node as unknown as Call
    const only = given[0]!
    switch (callee.name) {
      case 'bytesOf': return `bytes ${valueOf(only)}`
      case 'viewUpTo':
      case 'bytesUpTo': return `bytes ≤ ${valueOf(only)}`
      case 'textUpTo': return `text ≤ ${valueOf(only)}`
      case 'hexOf': return `id${valueOf(only)}`
      case 'literal': return String(valueOf(only))
      case 'oneOf': return valuesOf(given).join('/')
      case 'nullable': return `${notationOf(only)} or null`
      case 'listOf': return `≤ ${valueOf(given[1]!)} × ${notationOf(only)}`
      case 'fields': return `[${rowsOf(only).map(([name, type]) => `${name} ${type}`).join(', ')}]`
      default: throw new Error(`unknown ${callee.name}`)
    }
  }

  function propertiesOf(object: SyntaxNode): [string, SyntaxNode][] {
    const own = object.type === 'Identifier' ? constants.get(object.name as string)! : object
    return (own.properties as Property[]).flatMap(({ type, key, value, argument }) =>
      type === 'SpreadElement' ? propertiesOf(argument) : [[key.name ?? key.value!, value]])
  }

  function rowsOf(object: SyntaxNode): [string, string][] {
    return propertiesOf(object).map(([name, value]) => [name, notationOf(value)])
  }

  const written = (rows: [string, string][]): string =>
    rows.length === 0 ? '–' : rows.map(([name, type]) => `\`${name}\` ${type}`).join(', ')

  return {
    shape: (constant: string): string => notationOf({ type: 'Identifier', name: constant }, false),
    /** The messages of a table in `message.ts`: name, number, fields. */
    messages(constant: string): string[][] {
      const [table] = constants.get(constant)!.arguments as SyntaxNode[]
      return propertiesOf(table!).map(([name, row]) => {
        const [number, shape] = row.elements as [SyntaxNode, SyntaxNode]
        return [`\`${name}\``, String(valueOf(number)), written(rowsOf(shape))]
      })
    },
    /** The same of an object of schemas that begin with their tag. */
    tagged(constant: string): string[][] {
      return propertiesOf(constants.get(constant)!).map(([name, row]) => {
        const [tag, ...own] = rowsOf((row as unknown as Call).arguments[0]!)
        return [`\`${name}\``, tag![1], written(own)]
      })
    },
  }
}

/** The codes that a type of the source lists. */
function codesOf(path: string, type: string): string[] {
  const source = read(path)
  const from = source.indexOf(`type ${type} =`)
  const [text] = source.slice(from, source.indexOf('\n\n', from)).split('\nexport')
  return [...text!.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code!)
}

/** What the title of a test can read like, with anything where it names a value of its table. */
function patternOf(title: string): RegExp {
  const fixed = title.split(/\$\{.*?\}|%[a-z]/)
    .map((part) => part.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&'))
  return new RegExp(`^${fixed.join('.+')}$`)
}

describe('protocol/README.md', () => {
  const messages = sourceOf('protocol/message.ts')
  const sync = sourceOf('protocol/sync.ts')
  const guest = sourceOf('protocol/guest.ts')

  test.each([
    ['hello request', messages.messages('helloRequests')],
    ['hello answer', messages.messages('helloAnswers')],
    ['log request', messages.messages('logRequests')],
    ['log answer', messages.messages('logAnswers')],
    ['witness answer', messages.messages('witnessAnswers')],
    ['settle request', messages.messages('settleRequests')],
    ['settle answer', messages.messages('settleAnswers')],
    ['evidence request', messages.messages('evidenceRequests')],
    ['evidence answer', messages.messages('evidenceAnswers')],
    ['sync request', sync.tagged('requests')],
    ['sync answer', sync.tagged('answers')],
    ['guest request', guest.tagged('requests')],
  ])('gives every %s with its number and its fields in order', (title, expected) => {
    expect(expected.length).toBeGreaterThan(0)
    expect(tableOf(title).map((row) => row.slice(0, 3))).toEqual(expected)
  })

  test('names as answers to a request only answers that there are', () => {
    for (const service of ['hello', 'log', 'settle', 'evidence']) {
      const answers = tableOf(`${service} answer`).flatMap(([name]) => ticked(name!))
      const named = tableOf(`${service} request`).flatMap((row) => ticked(row[3]!))
      expect(new Set(named)).toEqual(new Set(answers))
    }
  })

  test('gives every shape with its fields in order', () => {
    const listing = sourceOf('protocol/listing.ts')
    const told = (title: string) =>
      Object.fromEntries(tableOf(title).map(([name, is]) => [ticked(name!)[0], is]))
    expect(told('shape')).toEqual({
      'hub-signature': messages.shape('signature'),
      'signed-report': messages.shape('signedReport'),
      'activation': messages.shape('activation'),
      'certificate': messages.shape('certificate'),
      'slot-vote': messages.shape('slotVote'),
      'evidence-message': sourceOf('protocol/evidence.ts').shape('messageSchema'),
      'ref': sync.shape('refSchema'),
      'row': sync.shape('rowSchema'),
      'range': sync.shape('rangeSchema'),
      'part': sync.shape('partSchema'),
    })
    expect(told('listing shape')).toEqual({
      'listing': listing.shape('listingSchema'),
      'envelope': listing.shape('envelopeSchema'),
      'listing-message': sourceOf('protocol/gossip.ts').shape('messageSchema'),
    })
    const letter = sourceOf('protocol/letter.ts')
    expect(told('letter shape')).toEqual({
      'correspondent': letter.shape('personSchema'),
      'about': letter.shape('aboutSchema'),
      'head': letter.shape('headSchema'),
      'letter': letter.shape('letterSchema'),
      'signed-letter': letter.shape('signedLetterSchema'),
    })
    const challenge = sourceOf('protocol/login.ts').shape('challengeSchema')
    expect(told('login shape')).toEqual({ challenge })
  })

  test('lists the protocols with what they bear and to whom they are open', () => {
    /** What a driver says of the service it mounts, where the room has no table of it. */
    function said(path: string, pattern: RegExp): number {
      return Number(pattern.exec(read(path))![1]!.replaceAll('_', ''))
    }
    const atOnce = (path: string) => said(path, /streamsPerPeerMax: ([\d_]+)/)
    const waits = (path: string) => said(path, /const REQUEST_TIMEOUT_MS = ([\d_]+)/)
    const drivers: Record<string, string> = {
      [services.hello.protocol]: 'node/cities/federation/federation.ts',
      [services.log.protocol]: 'node/cities/logs/log-service.ts',
      [services.witness.protocol]: 'node/cities/logs/witness.ts',
      [services.settle.protocol]: 'node/cities/settlement/settler.ts',
      [services.evidence.protocol]: 'node/cities/evidence/evidence.ts',
      [SYNC_PROTOCOL]: 'node/cities/feed.ts',
      [GUEST_PROTOCOL]: 'node/cities/guests.ts',
      [LETTER_PROTOCOL]: 'node/cities/letter-carrier.ts',
    }
    function openTo(protocol: string): string {
      const [, isOpen] = /openToStrangers: (true|false)/.exec(read(drivers[protocol]!))!
      return isOpen === 'true' ? 'strangers' : 'members'
    }
    const all = [
      ...Object.values(services),
      {
        protocol: SYNC_PROTOCOL,
        requestBytesMax: SYNC_REQUEST_BYTES_MAX, answerBytesMax: SYNC_ANSWER_BYTES_MAX,
        streamsPerPeerMax: atOnce('node/cities/feed.ts'), timeoutMs: waits('node/cities/feed.ts'),
      },
      {
        protocol: GUEST_PROTOCOL,
        requestBytesMax: GUEST_REQUEST_BYTES_MAX, answerBytesMax: GUEST_ANSWER_BYTES_MAX,
        streamsPerPeerMax: atOnce('node/cities/guests.ts'), timeoutMs: waits('node/cities/guests.ts'),
      },
      {
        protocol: LETTER_PROTOCOL,
        requestBytesMax: LETTER_REQUEST_BYTES_MAX, answerBytesMax: LETTER_ANSWER_BYTES_MAX,
        streamsPerPeerMax: atOnce('node/cities/letter-carrier.ts'), timeoutMs: waits('node/cities/letter-carrier.ts'),
      },
    ].map(({ protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax, timeoutMs }) => [
      `\`${protocol}\``, openTo(protocol),
      requestBytesMax, answerBytesMax, streamsPerPeerMax, timeoutMs,
    ])
    const told = tableOf('protocol')
      .map(([name, to, ...cells]) => [name, to, ...cells.map(numberOf)])
    expect(told).toEqual(all)
  })

  test('lists the topics, and the settings of gossip that hubs share', () => {
    const fed = new Uint8Array(32).fill(0xab)
    const named = tableOf('topic').map(([name]) =>
      ticked(name!)[0]!.replace('<fed8>', 'abababab').replace('<region>', 'as'))
    expect(named).toEqual([listTopic(fed, 'as'), checkpointTopic(fed), evidenceTopic(fed)])
    expect(DEFAULT_SETTINGS.messageBytesMax).toBe(TOPIC_MESSAGE_BYTES_MAX)
    for (const spoken of GOSSIP_PROTOCOLS) expect(readme).toContain(`\`${spoken}\``)

    const { scoreParams, scoreThresholds, decodeRpcLimits, ...options } =
      gossipOptions([], DEFAULT_SETTINGS, [], new Set<string>())
    const all = { ...options, ...decodeRpcLimits, ...scoreThresholds, ...scoreParams }
    const set = Object.entries(all)
      .filter(([, value]) => ['number', 'boolean'].includes(typeof value))
    const told = Object.entries(pairsOf('gossip setting', ', ')).map(([name, value]) =>
      [name, value === 'true' || value === 'false' ? value === 'true' : numberOf(value)])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(set))
  })

  test('lists every limit of the room and every setting of the network with its value', () => {
    const told = (title: string) => Object.fromEntries(
      Object.entries(pairsOf(title, ' ')).map(([name, value]) => [name, numberOf(value)]))
    expect(told('limit')).toEqual(limits)
    expect(told('network setting')).toEqual(DEFAULT_SETTINGS)
  })

  test('gives every verdict on a listing, and every reason not to sign or vote', () => {
    const path = 'protocol/verdict.ts'
    const ignored = [...codesOf(path, 'Ignored'), ...codesOf('protocol/board.ts', 'OverQuota')]
    const expected = [
      ...codesOf(path, 'Rejected').map((code) => `${code} reject`),
      ...ignored.map((code) => `${code} ignore`),
    ]
    const told = tableOf('because').map(([code, verdict]) => `${ticked(code!)[0]} ${verdict}`)
    expect(told.sort()).toEqual(expected.sort())
    const evidence = 'protocol/evidence.ts'
    expect(tableOf('on evidence').map(([code, verdict]) => `${ticked(code!)[0]} ${verdict}`).sort()).toEqual([
      ...codesOf(evidence, 'EvidenceRejected').map((code) => `${code} reject`),
      ...codesOf(evidence, 'EvidenceIgnored').map((code) => `${code} ignore`),
    ].sort())
    expect(tableOf('not-willing').map(([code]) => ticked(code!)[0])).toEqual([...unwillingness])

    const answers = tableOf('settle answer')
    const [, , fields] = answers.find(([name]) => name === '`refused`')!
    const codes = /code` (\S+)/.exec(fields!)![1]!.split('/')
    const judged = tableOf('answer').flatMap(([code]) => ticked(code!))
    expect(new Set(judged)).toEqual(new Set([...codes, 'vote', 'conflict', 'behind']))
    const shut = tableOf('shut by').flatMap(([code]) => ticked(code!))
    expect(new Set(shut)).toEqual(new Set(codesOf('node/cities/restoring/fence.ts', 'FenceReason')))
    const states = tableOf('state').map(([name]) => name)
    expect(new Set(states)).toEqual(new Set(codesOf('node/cities/restoring/fence.ts', 'FencePhase')))
  })

  test('counts quorums as the code does', () => {
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect(tableOf('n').map(([, ...cells]) => cells.map(Number))).toEqual([
      sizes.map(quorum),
      sizes.map((n) => 2 * quorum(n) - n - 1),
      sizes.map((n) => n - quorum(n)),
      sizes.map(answersNeeded),
    ])
  })

  test('leads through every file of the room, once', () => {
    const listed = tableOf('file').flatMap(([names]) => ticked(names!))
    expect(listed.sort()).toEqual([...files].sort())
  })

  test('cites only tests that exist', () => {
    const text = readme.replaceAll('\n', ' ')
    let cited = 0
    for (const [, file, titles] of text.matchAll(/`([a-z0-9/-]+)`((?:(?:,|;)? “[^”]+”)+)/g)) {
      const path = `test/${file}.ts`
      const source = read(existsSync(new URL(path, house)) ? path : `test/${file}.test.ts`)
      const known = [...source.matchAll(/^\s*test(?:\.each\([^\n]*\))?\((['`])(.*?)\1,/gm)]
        .map(([, , title]) => patternOf(title!))
      for (const [, title] of titles!.matchAll(/“([^”]+)”/g)) {
        expect(known.some((pattern) => pattern.test(title!)), `${file}: ${title}`).toBe(true)
        cited += 1
      }
    }
    expect(cited).toBe([...readme.matchAll(/“/g)].length)
  })
})
