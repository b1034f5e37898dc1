/**
 * The charter in words: what a field is called, and what its values are for a reader. A value is read by the end of its
 * name, as the charter has it: milli are amounts, per mille percents, days days.
 */
import type { CharterField } from '#ledger/charter/difference.ts'
import type { ValueView } from '#protocol/api.ts'
import { parseAmount } from '../../text/format.ts'
import type { FormTexts } from '../../text/zh/forms.ts'
import type { Texts } from '../../text/catalogue.ts'
import type { Money } from '../../parts/view.tsx'

export const fieldName = (field: string, t: Texts<'council'>): string => t.council.fields[field as CharterField]

/** What a field can be where it can be a few things only; a number stands for each. */
export const choicesOf = (field: string, t: Texts<'council'>): string[] | undefined => (t.council.choices as { [field: string]: string[] })[field]

/** A value of this field, or of the part of a row of it. */
export function valueIn(name: string, value: ValueView | null, t: Texts<'why' | 'council'>, money: Money): string {
  if (value === null) return t.council.none
  const choice = choicesOf(name, t)?.[Number(value)]
  if (choice !== undefined) return choice
  if (typeof value === 'boolean') return value ? t.council.yes : t.council.no
  if (Array.isArray(value)) {
    if (value.length === 0) return t.council.none
    return value.map((one) => (isRow(one) ? `${rowName(name, one, t, money)}${t.language === 'zh' ? '：' : ': '}` : '') + valueIn(name, one, t, money)).join(t.language === 'zh' ? '；' : '; ')
  }
  if (typeof value === 'object') {
    const { numerator, denominator } = value as { numerator?: number; denominator?: number }
    if (numerator !== undefined && denominator !== undefined) return `${numerator}/${denominator}`
    const parts = Object.entries(value)
    // A row's first part says which one it is, and is named beside it; a span from one share to another has no name.
    const told = /perMille$/i.test(parts[0]![0]) ? parts : parts.slice(1)
    return told.map(([part, one]) => valueIn(part, one, t, money)).join(' · ')
  }
  const isNumber = /^\d+$/.test(String(value))
  if (/milli$/i.test(name) && isNumber) return BigInt(value) > LARGEST_SHOWN ? '∞' : money.local(String(value))
  if (/perMille$/i.test(name)) return `${Number(value) / 10}%`
  if (/days$/i.test(name)) return t.council.days(String(value))
  if (/hours$/i.test(name) && isNumber) return t.council.hours(String(value))
  return /minutes(Max)?$/i.test(name) ? t.council.minutes(String(value)) : String(value)
}

const isRow = (value: ValueView): value is { [part: string]: ValueView } => typeof value === 'object' && !Array.isArray(value)

/** Which row of a list it is: a kind of help, an amount up to which it holds, or its number. */
export function rowName(field: string, row: { [part: string]: ValueView }, t: Texts<'why' | 'council'>, money: Money): string {
  const [part, value] = Object.entries(row)[0]!
  if (field === 'skill.coefficients') return t.awardCategories[value as 1 | 2 | 3]
  if (field === 'resource.bases' || field === 'price.table') return t.factors.resources[Number(value)] ?? t.council.row(Number(value))
  if (field === 'project.bases') return t.factors.projects[Number(value)] ?? t.council.row(Number(value))
  return /milli$/i.test(part) ? valueIn(part, value, t, money) : t.council.row(Number(value))
}

/** Above every amount a charter may name: where a tier says that it ends nowhere. */
const LARGEST_SHOWN = 1_000_000_000_000n

type Typed = 'milli' | 'percent' | 'factor' | 'days' | 'hours' | 'minutes' | 'plain'

/** Factors, which people write as 1.5; every other share is a percentage. */
const FACTORS = /^(skill\.group|resource\.|community\.(lasting|high|poor)|project\.reachPer)/

/** How a single number of the charter is typed. */
function kindTyped(field: string): Typed {
  if (/milli$/i.test(field)) return 'milli'
  if (/perMille$/i.test(field)) return FACTORS.test(field) ? 'factor' : 'percent'
  if (/days$/i.test(field)) return 'days'
  if (/hours$/i.test(field)) return 'hours'
  return /minutes(Max)?$/i.test(field) ? 'minutes' : 'plain'
}

/** The unit in which it is typed, for a reader. */
export function unitTyped(field: string, t: Texts, f: FormTexts, money: Money): string {
  const kind = kindTyped(field)
  return kind === 'milli' ? money.typed : f.proposing.units[kind]
}

/** What was typed, as the charter has it; null for what is no such number. Nothing is zero where zero is nothing. */
export function typedAs(field: string, text: string): string | null {
  const typed = text.trim().replace('%', '')
  switch (kindTyped(field)) {
    case 'milli':
      return typed === '0' ? '0' : parseAmount(typed)
    case 'percent':
      return scaled(typed, 10)
    case 'factor':
      return scaled(typed, 1_000)
    default:
      return /^\d{1,9}$/.test(typed) ? String(Number(typed)) : null
  }
}

/** A number with as many decimals as `scale` has zeros, times it. */
function scaled(text: string, scale: number): string | null {
  const decimals = String(scale).length - 1
  const found = new RegExp(`^(\\d{1,6})(?:\\.(\\d{1,${decimals}}))?$`).exec(text)
  return found === null ? null : String(Number(found[1]) * scale + Number((found[2] ?? '').padEnd(decimals, '0')))
}
