/** A listing while it is written: what the form means. */
import { expect, test } from 'vitest'
import { fromLocalInput } from '#ui/text/format.ts'
import { listingKinds } from '#protocol/listing.ts'
import { askedOf, cellOf, coordinatesOf, emptyDraft, readDraft, saidIn, slotsOf, tagsIn } from '#ui/pages/market/listing-draft.ts'

const NOW = 1_795_000_000
const DAY = 86_400
const at = { now: NOW, hasCities: true, before: null }

test('a need stands two weeks, an offer half a year, an event until it is over', () => {
  expect(saidIn(emptyDraft('need', 'zh'), at).expiresAt).toBe(NOW + 14 * DAY)
  expect(saidIn(emptyDraft('skill', 'zh'), at).expiresAt).toBe(NOW + 180 * DAY)
  const begins = '2026-12-24T18:00'
  expect(saidIn({ ...emptyDraft('event', 'zh'), begins, minutes: 120 }, at).expiresAt).toBe(fromLocalInput(begins)! + 7_200)
})

test('care stays among neighbours, all else goes to every city, and its author may say otherwise', () => {
  const draft = emptyDraft('need', 'zh')
  expect(saidIn(draft, at).scope).toBe('federation')
  for (const category of ['elder-care', 'child-care', 'emergency', 'emotional-support'] as const) {
    expect(saidIn({ ...draft, category }, at).scope).toBe('hub')
    expect(saidIn({ ...draft, category, scope: 'peers' }, at).scope).toBe('peers')
  }
  expect(saidIn(draft, { ...at, hasCities: false }).scope).toBe('hub')
})

test('keywords are read as people write them: by blanks, commas or number signs, each once, six at most', () => {
  expect(tagsIn('做饭，英语 #guitar 做饭,, ')).toEqual(['做饭', '英语', 'guitar'])
  expect(tagsIn('a b c d e f g h')).toHaveLength(6)
  expect(tagsIn(`short ${'长'.repeat(11)}`)).toEqual(['short'])
})

test('of a spot on the map only its square is kept, and the square is read back as itself', () => {
  const cell = cellOf('41.40336, 2.17404')!
  expect(cell).toEqual(cellOf('41.44999，2.15001'))
  expect(cellOf(coordinatesOf(cell))).toEqual(cell)
  expect(cellOf('-33.45 -70.66')).not.toBeNull()
  for (const none of ['', 'here', '91, 0', '0, 181', '41.4', '41.4, 2.1, 3']) expect(cellOf(none)).toBeNull()
})

test('what is given in return stands in one order, whatever was ticked first', () => {
  expect(saidIn({ ...emptyDraft('need', 'zh'), returns: ['thanks', 'cv'] }, at).returns).toEqual(['cv', 'thanks'])
})

test('a time that is not said is agreed later', () => {
  expect(slotsOf(emptyDraft('need', 'zh'))).toEqual([])
  const [slot] = slotsOf({ ...emptyDraft('need', 'zh'), begins: '2026-12-24T18:00', minutes: 45 })
  expect(slot!.to - slot!.from).toBe(45 * 60)
})

test('what was begun is found again, and what is no draft is none', () => {
  const draft = { ...emptyDraft('event', 'en'), title: 'Dumplings' }
  expect(readDraft(JSON.stringify(draft))).toEqual(draft)
  for (const none of [null, '', '[]', 'null', '{"kind":"other"}', '{']) expect(readDraft(none)).toBeNull()
})

test('every kind can be written by a form of five fields at most, and says only what it asks', () => {
  for (const kind of listingKinds) {
    // What it is about, its words and its domain are the other three.
    expect(askedOf[kind].length).toBeLessThanOrEqual(2)
    const said = saidIn({ ...emptyDraft(kind, 'zh'), title: 'x' }, at)
    expect(said.kind).toBe(kind)
    if (!askedOf[kind].includes('length') && kind !== 'resource') expect(said.minutes).toBe(0)
  }
})
