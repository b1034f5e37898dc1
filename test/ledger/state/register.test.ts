import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import type { Help } from '#ledger/state/matters.ts'
import { Pages, rowHash } from '#ledger/state/pages.ts'
import { presets } from '#ledger/charter/presets.ts'
import { Register } from '#ledger/state/register.ts'
import { helpRows } from '#ledger/rows/help.ts'
import { skillAward } from '#ledger/rules/award.ts'
import { bytesFor, hexFor, idFor } from '#test/support/towns.ts'

const key = bytesFor('unforeseen')

function aHelp(name: string): Help {
  const [id, helper, receiver] = [idFor(name), hexFor(`${name} helper`), hexFor(`${name} receiver`)]
  const terms = { kind: 'help.recorded', id, acct: receiver, helper, receiver, category: 2, minutes: 45, day: 20_454, note: hexFor('note') } as const
  return { id, terms, recordedTs: 1_767_268_800, phase: 'recorded', confirmedTs: null, given: 0n, toppedUp: 0n, award: null }
}

const award = { ...skillAward(presets.city, { category: 2, minutes: 45, grade: null, people: 1 }), day: 3, seq: 9 }

function closed(register: Register<Help>, name: string): Help {
  const help = aHelp(name)
  register.open(help)
  register.change(help.id).phase = 'confirmed'
  help.award = award
  register.close(help, key)
  return help
}

test('a closed help is the help it was, read anew each time', () => {
  const register = new Register(helpRows)
  const help = closed(register, 'one')
  expect(register.get(help.id)).toEqual(help)
  expect(register.get(help.id)).not.toBe(help)
  expect(register.has(help.id)).toBe(true)
  expect(register.openOne(help.id)).toBe(undefined)
})

test('what is closed is not changed, and not closed again', () => {
  const register = new Register(helpRows)
  const help = closed(register, 'one')
  expect(() => register.change(help.id)).toThrow('nothing open')
  expect(() => register.close(help, key)).toThrow('nothing open')
})

test('a thousand and more rows stand in the order of closing, each whole, and so does their root', () => {
  const register = new Register(helpRows)
  const helps: Help[] = []
  for (let i = 0; i < 3_000; i++) {
    helps.push(closed(register, `help ${i}`))
    if (i % 700 === 0) register.closedRoot()
    if (i === 2_000) expect([register.hashClosed(9), register.hashClosed(9_000)]).toEqual([false, true])
  }
  register.open(aHelp('open'))
  const rows = helps.map((help) => helpRows.encodeClosed(help).slice())
  expect(Array.from(register.closedRows(), toHex)).toEqual(rows.map(toHex))
  const pages = new Pages()
  for (const row of rows) pages.push(rowHash(row))
  expect(toHex(register.closedRoot())).toBe(toHex(pages.root()))
  expect(register.get(helps[2_718]!.id)).toEqual(helps[2_718])
  expect([register.size, register.closedCount]).toEqual([3_001, 3_000])
})

test('a row that was taken in unread and cannot be read is not passed over', () => {
  const register = new Register(helpRows)
  const row = helpRows.encodeClosed({ ...aHelp('one'), phase: 'lapsed' }).slice()
  expect(register.takeClosed(row.slice(0, -1), bytesFor('x').slice(0, 16), key)).toBe(true)
  expect(() => register.get(toHex(bytesFor('x')).slice(0, 32))).toThrow('cannot be read')
})
