/**
 * The charter in words: what a field is called, and what its values are for a reader. A value is read by the end of its
 * name, as the charter has it: milli are amounts, per mille percents, days days.
 */
import type { CharterField } from '#ledger/charter-diff.ts'
import type { ValueView } from '#protocol/api.ts'
import type { Texts } from './text/zh.ts'
import type { Money } from './view.tsx'

export const fieldName = (field: string, t: Texts): string => t.council.fields[field as CharterField]

/** A value of this field, or of the part of a row of it. */
export function valueIn(name: string, value: ValueView | null, t: Texts, money: Money): string {
  if (value === null) return t.council.none
  if (typeof value === 'boolean') return value ? t.council.yes : t.council.no
  if (Array.isArray(value)) return value.length === 0 ? t.council.none : value.map((one) => valueIn(name, one, t, money)).join('; ')
  if (typeof value === 'object') {
    const { numerator, denominator } = value as { numerator?: number; denominator?: number }
    if (numerator !== undefined && denominator !== undefined) return `${numerator}/${denominator}`
    return Object.entries(value).map(([part, one]) => valueIn(part, one, t, money)).join(' · ')
  }
  const isNumber = /^\d+$/.test(String(value))
  if (/milli$/i.test(name) && isNumber) return BigInt(value) > LARGEST_SHOWN ? '∞' : money.local(String(value))
  if (/perMille$/i.test(name)) return `${Number(value) / 10} %`
  if (/days$/i.test(name)) return t.council.days(String(value))
  if (/hours$/i.test(name) && isNumber) return t.council.hours(String(value))
  return /minutes(Max)?$/i.test(name) ? t.council.minutes(String(value)) : String(value)
}

/** Above every amount a charter may name: where a tier says that it ends nowhere. */
const LARGEST_SHOWN = 1_000_000_000_000n
