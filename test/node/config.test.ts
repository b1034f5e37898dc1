import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, settingNames } from '#node/config.ts'
import { hub } from '#test/doors/command-line.ts'
import { aDirectory } from '#test/support/directories.ts'

function withFile(text: string): string {
  const data = aDirectory()
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'hub.toml'), text)
  return data
}

describe('what the operator decides', () => {
  const ours = (): string => withFile('# ours\nhttp = "127.0.0.1:1"\np2p = "127.0.0.2:2"\nhost_names = ["a.example", "b.example"]\nlog_level = "warn"\n')
  const env = { HUB_HTTP: '127.0.0.1:3', HUB_P2P: '127.0.0.2:4', HUB_HOST_NAMES: 'c.example, d.example' }

  test('is said by a flag, else the environment, else the file, else the default; and it is known by which', () => {
    const data = ours()
    const config = readConfig({ data, http: ':5' }, env)
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 5 }, p2p: { host: '127.0.0.2', port: 4 }, hostNames: ['c.example', 'd.example'], logLevel: 'warn', checkpointSeconds: 60, metrics: 'this-machine',
    })
    expect(config.settings).toEqual([
      { name: 'data', value: data, origin: 'flag --data' },
      { name: 'http', value: ':5', origin: 'flag --http' },
      { name: 'p2p', value: '127.0.0.2:4', origin: 'environment HUB_P2P' },
      { name: 'websocket', value: 'off', origin: 'default' },
      { name: 'relay', value: 'members', origin: 'default' },
      { name: 'lan', value: 'off', origin: 'default' },
      { name: 'host_names', value: ['c.example', 'd.example'], origin: 'environment HUB_HOST_NAMES' },
      { name: 'announce', value: [], origin: 'default' },
      { name: 'witness_logs', value: [], origin: 'default' },
      { name: 'checkpoint_seconds', value: '60', origin: 'default' },
      { name: 'metrics', value: 'this-machine', origin: 'default' },
      { name: 'log_level', value: 'warn', origin: `${join(data, 'hub.toml')}:5` },
    ])
  })

  test('is shown by the command line with the same origins, for people and for programs', async () => {
    const data = ours()
    const shown = await hub('config', 'show', '--data', data, '--json')
    expect(JSON.parse(shown.out)).toEqual(readConfig({ data }, process.env).settings)
    expect((await hub('config', 'show', '--data', data)).out).toMatch(/^host_names +\[a\.example, b\.example\] +.*hub\.toml:4$/m)
  })
})

describe('a configuration that cannot be used', () => {
  const theirs = (): string => withFile('htpp = "x"\n\n"metrics" = "everybody"\nannounce = ["x"]\n')

  test('is told all at once, each fault with its line and what to write instead', () => {
    const data = theirs()
    const file = join(data, 'hub.toml')
    let thrown: unknown
    try {
      readConfig({ data }, { HUB_LOG: 'loud', HUB_CHECKPOINT_SECONDS: '61' })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ConfigError)
    expect((thrown as ConfigError).faults).toEqual([
      { where: `${file}:1`, what: 'there is no setting "htpp"', remedy: 'There are http, p2p, websocket, relay, lan, host_names, announce, witness_logs, checkpoint_seconds, metrics, log_level.' },
      { where: `${file}:4: announce`, what: '"x" is no multiaddr', remedy: 'Write /dns4/hub.example.org/tcp/8461, for example.' },
      { where: 'environment HUB_CHECKPOINT_SECONDS', what: '"61" is not a whole number of seconds from 1 to 60', remedy: 'Write "60", for example.' },
      { where: `${file}:3: metrics`, what: '"everybody" is not one of this-machine, anybody', remedy: 'Write one of these.' },
      { where: 'environment HUB_LOG', what: '"loud" is not one of debug, info, warn, error, silent', remedy: 'Write one of these.' },
    ])
  })

  test('makes `config check` end with 1, and one that can be used with 0', async () => {
    const data = theirs()
    const checked = await hub('config', 'check', '--data', data, '--json')
    expect(checked).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(checked.out)).toMatchObject({ ok: false, faults: [{}, {}, {}] })
    expect(await hub('config', 'check', '--data', aDirectory())).toMatchObject({ code: 0, out: 'the configuration can be used\n' })
  })
})

test('every setting can be said in the environment, whose name begins as all of them do', () => {
  for (const { env } of settingNames) expect(env).toMatch(/^HUB_[A-Z_0-9]+$/)
})
