/**
 * Appointments as iCalendar text (RFC 5545), for whatever program one keeps one's days in. Pure.
 *
 * It says when, what the listing was called, and where to read more; never with whom, because a calendar address is
 * pasted into programs of strangers. Times are UTC, so that no table of time zones is needed; eight properties are
 * written by hand, which is less than any library asks for.
 */

/** One line of the calendar; times in seconds. `changed`: when it last became what it is. */
export type CalendarEntry = { id: string; from: number; to: number; title: string; url: string; changed: number }

const LINE_BYTES = 75

/** The whole calendar; lines end as the standard has it. */
export function calendarOf(name: string, entries: CalendarEntry[]): string {
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//tongyi//hub//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH', `X-WR-CALNAME:${escaped(name)}`,
    ...entries.flatMap(({ id, from, to, title, url, changed }) => [
      'BEGIN:VEVENT', `UID:${escaped(id)}`, `DTSTAMP:${utc(changed)}`, `DTSTART:${utc(from)}`, `DTEND:${utc(to)}`,
      `SUMMARY:${escaped(title)}`, `URL:${url}`, 'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** A text value: what would end it, or begin another line, is written in another way. */
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replace(/\r\n|\r|\n/g, '\\n').replace(/[\u0000-\u001f\u007f]/g, '')

/** A long line goes on in the next, behind a blank; never in the middle of a character. */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let bytes = 0
  for (const character of line) {
    const size = new TextEncoder().encode(character).length
    if (bytes + size > LINE_BYTES) {
      parts.push(part)
      part = ' '
      bytes = 1
    }
    part += character
    bytes += size
  }
  return [...parts, part].join('\r\n')
}

/** `20261124T180000Z`. */
function utc(ts: number): string {
  const [days, seconds] = [Math.floor(ts / 86_400), ts % 86_400]
  const { year, month, day } = civil(days)
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return `${String(year).padStart(4, '0')}${two(month)}${two(day)}T${two(hour)}${two(minute)}${two(seconds % 60)}Z`
}

/** The date of a day counted from 1970-01-01, by the Gregorian rule (eras of 400 years that begin in March). */
function civil(day: number): { year: number; month: number; day: number } {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const part = Math.floor((5 * ofYear + 2) / 153)
  const month = part < 10 ? part + 3 : part - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * part + 2) / 5) + 1 }
}
