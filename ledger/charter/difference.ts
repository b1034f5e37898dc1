/**
 * What a charter changes in another, row by row: what people vote on, and what an auditor prints.
 *
 * Two charters have the same topics and fields, so a difference is a field with two values. Rows of a list are known by
 * their first field (a category, a resource, a role …) and one that is new or gone has no value on one side; a list of
 * plain numbers is one value. The parts of a fraction are shown together.
 */
import type { Charter } from './charter.ts'

/** A topic and its field, like `levels.l3Milli`; one that is no topic's stands alone, like `stewardThreshold`. */
export type CharterField = FieldsOf<Charter>
type FieldsOf<T> = { [F in keyof T & string]: T[F] extends Topic ? `${F}.${keyof T[F] & string}` : F }[keyof T & string]
type Topic = { [field: string]: unknown } & { numerator?: never } & { length?: never }

/** What a field holds: a number, an amount in milli, yes or no, a text, a fraction, a list of numbers, or a row of a list. */
export type CharterValue = number | bigint | boolean | string | readonly CharterValue[] | { readonly [part: string]: CharterValue }

/** `row`: the first field of the row of a list that differs; null where the field is no list of rows. */
export type Difference = { field: CharterField; row: number | bigint | null; before: CharterValue | null; after: CharterValue | null }

/** Every difference in the order of the charter's fields, of a list in the order of its rows: first those of `before`. */
export function charterDiff(before: Charter, after: Charter): Difference[] {
  const afterwards = new Map(fieldsOf(after))
  return fieldsOf(before).flatMap(([field, was]) => differencesIn(field, was, afterwards.get(field)!))
}

/** All fields with their values, in the charter's order. */
export function fieldsOf(charter: Charter): [CharterField, CharterValue][] {
  return Object.entries(charter).flatMap(([topic, value]) =>
    isTopic(value)
      ? Object.entries(value).map(([field, one]): [CharterField, CharterValue] => [`${topic}.${field}` as CharterField, one])
      : [[topic as CharterField, value as CharterValue] as [CharterField, CharterValue]])
}

function differencesIn(field: CharterField, before: CharterValue, after: CharterValue): Difference[] {
  if (!isRows(before) && !isRows(after)) return isSame(before, after) ? [] : [{ field, row: null, before, after }]
  const [were, are] = [rowsOf(before), rowsOf(after)]
  return [...new Set([...were.keys(), ...are.keys()])].flatMap((row) => {
    const [was, is] = [were.get(row) ?? null, are.get(row) ?? null]
    return was !== null && is !== null && isSame(was, is) ? [] : [{ field, row, before: was, after: is }]
  })
}

const isTopic = (value: unknown): value is Record<string, CharterValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('numerator' in value)

const isRows = (value: CharterValue): boolean => Array.isArray(value) && typeof value[0] === 'object'

/** Rows by their first field; an empty list has none. */
const rowsOf = (list: CharterValue): Map<number | bigint, CharterValue> =>
  new Map((list as readonly Record<string, CharterValue>[]).map((row) => [Object.values(row)[0] as number | bigint, row]))

function isSame(one: CharterValue, other: CharterValue): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other
  const [parts, others] = [Object.entries(one), Object.entries(other)]
  return parts.length === others.length && parts.every(([part, value], i) =>
    others[i]![0] === part && isSame(value as CharterValue, others[i]![1] as CharterValue))
}
