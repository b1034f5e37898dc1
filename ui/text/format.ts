/**
 * Numbers and dates as people read them. Amounts arrive as decimal text of milli-CV and are never
 * floats: the whole part is formatted as a bigint and one tenth is kept, rounded down, so that
 * nobody is shown more than they have.
 */
import type { Milli } from '#protocol/api.ts'
import { hubNow } from '../clock.ts'

export type Language = 'zh' | 'en' | 'es'

/** Each in its own words, in the order in which they are offered. */
export const languageNames: Record<Language, string> = { zh: '中文', en: 'English', es: 'Español' }
export const languages = Object.keys(languageNames) as Language[]
export const isLanguage = (text: string | null): text is Language => text !== null && Object.hasOwn(languageNames, text)
/** As an element's `lang` says it. */
export const tagOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : language)

/** Spanish as it is written with a decimal point, which the Academy prefers, so that an amount is typed and read alike everywhere. */
const LOCALE: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB', es: 'es-419' }
const MILLI = 1000n

/** "1234500" → "1,234.5"; with hours, "90000" → "1:30" (1 CV is one minute). */
export function amount(milli: Milli, language: Language, showsHours = false): string {
  const all = BigInt(milli)
  const size = all < 0n ? -all : all
  const sign = all < 0n ? '−' : ''
  const whole = size / MILLI
  if (showsHours)
    return `${sign}${grouped(whole / 60n, language)}:${String(whole % 60n).padStart(2, '0')}`
  const tenth = (size % MILLI) / 100n
  return `${sign}${grouped(whole, language)}${tenth === 0n ? '' : `.${tenth}`}`
}

/** What somebody is to give, to the next tenth: nobody is asked for more than they were told. */
export const given = (milli: Milli): Milli => String(((BigInt(milli) + 99n) / 100n) * 100n)

/** What is only foreseen, to a whole CV from ten on: an index rounds down, and 899.99 would be a riddle. */
export const about = (milli: Milli): Milli =>
  BigInt(milli) < 10_000n ? milli : String(((BigInt(milli) + 500n) / 1_000n) * 1_000n)

/**
 * What a person typed as CV, in milli; null for anything that is not a positive number of at most
 * three decimals.
 */
export function parseAmount(text: string): Milli | null {
  // A comma before three digits parts thousands; before fewer, and after a lone 0, it is how much of the world writes a point.
  const plain = text.trim().replaceAll(/(?<!^0)[,，](?=\d{3}(?!\d))/g, '').replace(/[,，]/, '.')
  const found = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(plain)
  if (found === null) return null
  const milli = BigInt(found[1]!) * MILLI + BigInt((found[2] ?? '').padEnd(3, '0'))
  return milli === 0n ? null : String(milli)
}

/** The first eight digits of an account or key, in two groups: enough to compare aloud. */
export const numberOf = (hex: string): string => `${hex.slice(0, 4)} ${hex.slice(4, 8)}`

/** 1500 → "1.5", 1000 → "1.0", 1250 → "1.25". */
export function factor(perMille: number): string {
  const decimals = String(perMille % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return `${Math.floor(perMille / 1000)}.${decimals === '' ? '0' : decimals}`
}

/** minutes × ∏ factors, `minutesPerCv` of them being 1, rounded down once: what the ledger will compute from the same inputs. */
export function product(minutes: number, minutesPerCv: number, ...perMille: number[]): Milli {
  let numerator = BigInt(minutes) * MILLI
  for (const one of perMille) numerator *= BigInt(one)
  return String(numerator / (BigInt(minutesPerCv) * MILLI ** BigInt(perMille.length)))
}

/** How much local value for how much Global, as a charter says it: 3 and 1. */
export type Ratio = { local: number; global: number }

export const ratioOf = (rate: { numerator: number; denominator: number }): Ratio => ({
  local: rate.denominator,
  global: rate.numerator,
})

/** Global for local value at a hub's ratio, rounded down; what the hub answers is what counts. */
export const globalFor = (milli: Milli, rate: { numerator: number; denominator: number }): Milli =>
  String((BigInt(milli) * BigInt(rate.numerator)) / BigInt(rate.denominator))

/** Nights in another city that a limit covers: 200 CV a night at three to one. */
export const nightsOf = (globalMilli: Milli): number =>
  Number((BigInt(globalMilli) * 3n) / 200_000n)

const UNKNOWN = '…'
const SECONDS_MAX = 8_640_000_000_000

/**
 * Whether the platform has a date for it; what another city says may be no time at all, and no page
 * falls over that.
 */
export const isTime = (ts: number): boolean => Math.abs(ts) <= SECONDS_MAX

/** "9 Nov, 14:30"; the year only when it is not the current one. */
export function moment(ts: number, language: Language, now = hubNow()): string {
  if (!isTime(ts)) return UNKNOWN
  const sameYear = new Date(ts * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  return dates(language, sameYear ? 'moment' : 'momentOfYear').format(ts * 1000)
}

export const date = (ts: number, language: Language): string =>
  isTime(ts) ? dates(language, 'day').format(ts * 1000) : UNKNOWN

/** From one moment to another; the day is not said twice. */
export function slotIn({ from, to }: { from: number; to: number }, language: Language): string {
  const isSameDay = date(from, language) === date(to, language)
  return `${moment(from, language)} – ${isSameDay ? moment(to, language).split(' ').at(-1)! : moment(to, language)}`
}

/** A day that is counted in UTC, so that it is the same day for both parties wherever they are. */
export const utcDate = (day: number, language: Language): string =>
  isTime(day * 86_400) ? dates(language, 'utcDay').format(day * 86_400_000) : UNKNOWN

/** "2 hours ago", in the largest unit that is not zero. */
export function ago(ts: number, language: Language, now = hubNow()): string {
  if (!isTime(ts)) return UNKNOWN
  const seconds = Math.round(ts - now)
  const size = Math.abs(seconds)
  const relative = relativeOf(language)
  if (size < 60) return relative.format(0, 'minute')
  if (size < 3600) return relative.format(Math.trunc(seconds / 60), 'minute')
  if (size < 86_400) return relative.format(Math.trunc(seconds / 3600), 'hour')
  return relative.format(Math.trunc(seconds / 86_400), 'day')
}

/** Seconds ↔ the text of an `<input type=datetime-local>`, in the reader's own time zone. */
export function toLocalInput(ts: number): string {
  const at = new Date(ts * 1000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
export function fromLocalInput(text: string): number | null {
  const ms = new Date(text).getTime()
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000)
}

/** The UTC day that an `<input type=date>` names; null for none. */
export function dayFrom(text: string): number | null {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(ms) ? null : Math.floor(ms / 86_400_000)
}

// Below: the platform's own tables, each made once, when it is first needed: making one takes longer than using it a
// hundred times, and a page that begins waits for those that it does not need.

const made = new Map<string, unknown>()
function once<T>(name: string, make: () => T): T {
  const found = made.get(name) as T | undefined
  if (found !== undefined) return found
  const fresh = make()
  made.set(name, fresh)
  return fresh
}

const grouped = (whole: bigint, language: Language): string =>
  once(`${language} number`, () => new Intl.NumberFormat(LOCALE[language])).format(whole)
const relativeOf = (language: Language): Intl.RelativeTimeFormat =>
  once(`${language} relative`, () => new Intl.RelativeTimeFormat(LOCALE[language], { numeric: 'auto' }))

const shapes = {
  moment: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  momentOfYear: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  utcDay: { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const dates = (language: Language, shape: keyof typeof shapes): Intl.DateTimeFormat =>
  once(`${language} ${shape}`, () => new Intl.DateTimeFormat(LOCALE[language], shapes[shape]))

/** The name of a UTC month that is counted from January 1970: "November 2026". */
export const monthName = (month: number, language: Language): string =>
  new Intl.DateTimeFormat(LOCALE[language], { year: 'numeric', month: 'long', timeZone: 'UTC' })
    .format(Date.UTC(1970, month, 15))
