/** `node/README.md` is what an operator reads: its tables are laid beside what the program knows. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exitCodes } from '#node/commands/command.ts'
import { settingNames } from '#node/config.ts'
import { commandLine } from '#node/main.ts'
import { healthCodes } from '#node/operator/health.ts'

const folder = new URL('../../node/', import.meta.url)
const readme = readFileSync(new URL('README.md', folder), 'utf8')

/** The rows of the table whose first column has this title, as cells. */
function tableOf(title: string): string[][] {
  const lines = readme.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${title} |`))
  if (head < 0) throw new Error(`no table of ${title}`)
  const length = lines.slice(head).findIndex((line) => !line.startsWith('|'))
  return lines.slice(head + 2, head + length).map((line) => line.slice(1, -1).replaceAll('\\|', '¦').split('|').map((cell) => cell.trim()))
}
const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

test('names every setting, its flag and its name in the environment', () => {
  const told = tableOf('`<data>/hub.toml`').slice(1).map(([key, flag, env]) => ({ key: ticked(key!)[0], flag: ticked(flag!)[0] ?? null, env: ticked(env!)[0] }))
  expect(told).toEqual(settingNames)
})

test('gives every exit code, with its name', () => {
  const told = Object.fromEntries(tableOf('exit code').map(([code, name]) => [ticked(name!)[0], Number(code)]))
  expect(told).toEqual(exitCodes)
})

test('has a row for every command, and for none that there is not', () => {
  const groups = new Set(commandLine().commands.filter((one) => one.commands.length > 0).map((one) => one.name()))
  const told = tableOf('command').flatMap(([command]) => {
    const line = ticked(command!)[0]!.replace('npm start', 'start').replace('npm run audit --', 'audit').replace('npm run hub -- ', '')
    const [name, ...rest] = line.split(' ')
    // `federation card ¦ show ¦ join CARD` names three commands.
    return groups.has(name!) ? rest.join(' ').split('¦').map((part) => `${name!} ${part.trim().split(' ')[0]!}`) : [name!]
  })
  const there = commandLine().commands.flatMap((one): string[] =>
    one.commands.length > 0 ? one.commands.map((sub) => `${one.name()} ${sub.name()}`) : [one.name()])
  expect(told.sort()).toEqual(there.sort())
})

test('leads through every file of each room', () => {
  let room = ''
  const told = tableOf('room').flatMap(([name, files]) => {
    room = ticked(name!)[0]?.replace(/^node\//, '') ?? room
    return ticked(files!).map((file) => `${room}${file}`)
  })
  const covers = (file: string): boolean => told.some((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(file))
  // What each route is for stands in the table of HTTP.
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|mjs)$/.test(name) && !name.startsWith('routes/'))
  expect(files.filter((file) => !covers(file))).toEqual([])
})

test('tells of every check of /health', () => {
  expect(tableOf('check').map(([name]) => ticked(name!)[0])).toEqual(Object.keys(healthCodes))
})
