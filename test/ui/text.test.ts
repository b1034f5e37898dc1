import { describe, expect, test } from 'vitest'
import { allBooks, type AllTexts, loadBooks } from '#ui/text/catalogue.ts'
import type { Said, Words } from '#ui/text/words.ts'
import { moment, utcDate } from '#ui/text/format.ts'
import { wordsOf } from '#ui/parts/refused.tsx'
import { kinds } from '#ledger/action.ts'
import { listingCategories, listingKinds, scopes } from '#protocol/listing.ts'
import { readdirSync, readFileSync } from 'node:fs'

const [zh, en, es] = (await Promise.all((['zh', 'en', 'es'] as const).map((language) => loadBooks(language, allBooks)))) as [AllTexts, AllTexts, AllTexts]

const said: Said = {
  has: () => true, factor: () => '1.5', percent: () => '30%', raw: () => 'R',
  cv: () => 'C',
  moment: () => 'M',
  day: () => 'D',
  first: () => 'F',
  duration: () => 'U',
  wait: () => 'W',
}
const told = (one: Words | ((said: Said) => Words)): Words =>
  typeof one === 'function' ? one(said) : one

/** Every text of a catalogue with the path to it; functions are named and not called. */
function leaves(value: unknown, path: string): [path: string, text: unknown][] {
  if (Array.isArray(value)) return value.flatMap((one, i) => leaves(one, `${path}/${i}`))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}/${name}`))
  }
  return [[path, value]]
}

/** The codes of a union in a source file: what the type says, read where it is written. */
function codesIn(file: string, from: string, to?: string): string[] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const part = text.slice(text.indexOf(from), to === undefined ? undefined : text.indexOf(to))
  return [...part.matchAll(/code: '([a-z-]+)'/g)].map((found) => found[1]!)
}

const recordCodes = codesIn('ledger/refusal.ts', 'export type Refusal', 'export type OrderFault')
const doorCodes = codesIn('protocol/api/door.ts', 'export type DoorRefusal')

describe.each([
  ['Chinese', zh],
  ['English', en],
  ['Spanish', es],
] as const)('%s', (_, t) => {
  test('every reason of the record and of the door says what, why and what to do', () => {
    expect(recordCodes.length).toBeGreaterThan(70)
    expect(doorCodes.length).toBeGreaterThan(20)
    expect(Object.keys(t.refusals).sort()).toEqual([...new Set(recordCodes)].sort())
    expect(Object.keys(t.door).sort()).toEqual([...new Set(doorCodes)].sort())
    for (const one of [...Object.values(t.refusals), ...Object.values(t.door)]) {
      const { what, why, todo } = told(one)
      for (const text of [what, why, todo]) expect(text.trim()).not.toBe('')
    }
  })

  test('who has an agreement open is told to finish it, and who is accused is not', () => {
    const todoOf = (what: string): string => (t.refusals['still-open'] as (said: Said) => Words)({ ...said, raw: () => what }).todo
    expect(todoOf('help')).toBe(todoOf('agreement'))
    expect(todoOf('case')).not.toBe(todoOf('agreement'))
  })

  test('every kind of action and everything on the board has a name', () => {
    for (const kind of Object.keys(kinds)) expect(t.steps).toHaveProperty([kind])
    for (const one of listingKinds) expect(t.kinds[one]).toBeTruthy()
    for (const one of listingCategories) expect(t.categories[one]).toBeTruthy()
    for (const one of scopes) expect(t.scopes[one]).toBeTruthy()
  })

  test('no text is empty', () => {
    expect(
      leaves(t, '')
        .filter(([, text]) => text === '')
        .map(([path]) => path),
    ).toEqual([])
  })
})

test('all catalogues hold the same texts', () => {
  const paths = (t: typeof zh): string[] =>
    leaves(t, '')
      .map(([path]) => path)
      .sort()
  expect(paths(en)).toEqual(paths(zh))
  expect(paths(es)).toEqual(paths(zh))
})

/** Words of the trade stay on the pages of auditors and, between cities, of stewards. */
const trade =
  /签名|账本|节点|区块|钱包|代币|哈希|\b(ledger|node|signature|wallet|token|quorum|hash|peer|firma|cofirma|nodo|monedero)s?\b|libro mayor/i
const debt = /欠(?!缺)|\b(owe[sd]?|debts?|deudas?|adeuda\w*|debe[ns]?|pag(ar|as?|an|os?|ad[oa]s?|uen?))\b/i

test('no word of the trade, no currency and no debt on the pages of members', () => {
  for (const t of [zh, en, es]) {
    const { audit: _, guides: { guides: { operator: _operators, auditor: _auditors, ...guides } }, ...others } = t
    const members = { ...others, guides }
    for (const [path, text] of leaves(members, t.language)) {
      const spoken = String(text) // a function's sentences stand in its source
      expect.soft(spoken, path).not.toMatch(trade)
      expect.soft(spoken, path).not.toMatch(/[¥￥€]|\$(?!\{)/)
      expect.soft(spoken, path).not.toMatch(debt)
    }
  }
})

test('Chinese sentences have Chinese punctuation', () => {
  const offenders = leaves(zh, '').filter(
    ([, text]) => typeof text === 'string' && /[\u4e00-\u9fff][,;!?]/.test(text),
  )
  expect(offenders).toEqual([])
})

test('every text is shown somewhere', () => {
  const folder = new URL('../../ui/', import.meta.url)
  const sources = (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => /\.tsx?$/.test(file) && !/^(text\/[a-z]{2}\/|dist)/.test(file))
    .map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')
  const own = leaves(zh, '')
    .map(([path]) => path.split('/'))
    // Tables by code are complete by type, and looked up by the code.
    .filter(([, section]) => !['refusals', 'door'].includes(section!))
    .map((path) => path.findLast((part) => Number.isNaN(Number(part)))!)
  const isShown = (name: string): boolean =>
    new RegExp(`[.'"\\[]${name}\\b|\\b${name}[:,]`).test(sources)
  const tables = [
    zh.steps,
    zh.agreementPhases,
    zh.guides.guides,
    zh.papers.certificate.parts,
    zh.papers.money.sources,
    zh.papers.money.plans,
    zh.papers.posters.kinds,
    zh.papers.posters.what,
    zh.agreement.coming,
    zh.helpPhases,
    zh.stages,
    zh.arrivalPhases,
    zh.arrivalReasons,
    zh.kinds,
    zh.categories,
    zh.scopes,
    zh.forms.letters.ways,
    zh.awardCategories,
    zh.grades,
    zh.loginFaults,
    zh.readOnly,
    zh.regions,
    zh.home.nextLevel,
    zh.cases.rules,
    zh.cases.phases,
    zh.cases.duties,
    zh.cases.statuses,
    zh.me.standing,
    zh.me.awardKinds,
    zh.factors.others,
    zh.join.charter,
    zh.setup.presets,
    zh.steward.cityState,
    zh.frozen.what,
    zh.council.fields,
    zh.council.components,
    zh.council.improves,
    zh.council.powers,
    zh.council.phases,
    zh.council.what,
    zh.council.roleChange,
    zh.council.votes,
    zh.balance.reserveOpen,
    zh.balance.holds,
    zh.market.returns,
    zh.resources,
    zh.market.units,
    zh.forms.use.kinds,
    zh.forms.person.forms,
    zh.forms.person.care.states,
    zh.forms.sessions.phases,
    zh.forms.projects.phases,
    zh.forms.projects.nextAt,
    zh.forms.projects.sizes,
    zh.forms.projects.choices,
    zh.forms.works.kinds,
    zh.forms.works.phases,
    zh.forms.services.names,
    zh.forms.organisations.forms,
    zh.forms.organisations.formNotes,
    zh.forms.decide.because,
    zh.forms.proposing.faults,
    zh.forms.proposing.units,
  ].flatMap((table) => Object.keys(table))
  expect([...new Set(own)].filter((name) => !tables.includes(name) && !isShown(name))).toEqual([])
})

test('what was before somebody came is answered with the reader’s own time where a time was chosen, and with the day where a day was', () => {
  const day = 20_786
  const told = (data: Record<string, unknown>) => wordsOf({ from: 'record', code: 'before-joining', data }, zh, false, '')
  expect(told({ earliest: day * 86_400 })).toMatchObject({ why: `最早只能是 ${moment(day * 86_400, 'zh')}`, todo: '请选更晚的时间' })
  expect(told({ oldest: day })).toMatchObject({ why: `最早只能是 ${utcDate(day, 'zh')}`, todo: '请选更近的日期' })
})

test('Spanish joins names by “e” before the sound of an i, and by “y” before every other', () => {
  const of = (...names: string[]): string => es.list(names, names.length)
  expect([of('Ana', 'Inés'), of('Ana', 'Hilda'), of('Ana', 'Hierro'), of('Ana', 'Bo', 'Mei'), of('Inés'), of()]).toEqual([
    'Ana e Inés', 'Ana e Hilda', 'Ana y Hierro', 'Ana, Bo y Mei', 'Inés', '',
  ])
})
