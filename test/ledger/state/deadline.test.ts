import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Deadline, deadlineKinds, Deadlines } from '#ledger/state/deadline.ts'
import { DAY, DAY0, NOON } from '#test/support/towns.ts'

const taken = (deadlines: Deadlines, ts: number): Deadline[] => {
  const all: Deadline[] = []
  for (let due = deadlines.takeDue(ts); due !== undefined; due = deadlines.takeDue(ts)) all.push(due)
  return all
}

test('a deadline falls on the first UTC midnight at or after its time', () => {
  const deadlines = new Deadlines()
  deadlines.set(NOON, 'help.lapse', 'aa')
  expect(deadlines.next()).toBe(DAY0 + DAY)
  const atMidnight = new Deadlines()
  atMidnight.set(DAY0, 'help.lapse', 'aa')
  expect(atMidnight.next()).toBe(DAY0)
})

test('nothing is taken out before its midnight, and on it it is', () => {
  const deadlines = new Deadlines()
  deadlines.set(NOON, 'help.lapse', 'aa')
  expect(deadlines.takeDue(DAY0 + DAY - 1)).toBe(undefined)
  expect(deadlines.next()).toBe(DAY0 + DAY)
  expect(deadlines.takeDue(DAY0 + DAY)).toEqual({ at: DAY0 + DAY, kind: 'help.lapse', id: 'aa' })
  expect(deadlines.takeDue(DAY0 + DAY)).toBe(undefined)
})

test('one midnight settles by kind in the order of the table, then by id', () => {
  const deadlines = new Deadlines()
  for (const kind of [...deadlineKinds].reverse()) for (const id of ['0b', '0a']) deadlines.set(DAY0, kind, id)
  const order = taken(deadlines, DAY0).map(({ kind, id }) => `${kind} ${id}`)
  expect(order).toEqual(deadlineKinds.flatMap((kind) => [`${kind} 0a`, `${kind} 0b`]))
})

test('an earlier midnight comes before every kind of a later one', () => {
  const deadlines = new Deadlines()
  deadlines.set(DAY0 + DAY, 'help.lapse', '00')
  deadlines.set(DAY0, 'arrival.return', 'ff')
  expect(taken(deadlines, DAY0 + DAY).map(({ kind }) => kind)).toEqual(['arrival.return', 'help.lapse'])
})

const aDeadline = fc.record({
  at: fc.integer({ min: 0, max: 9 }).map((day) => DAY0 + day * DAY),
  kind: fc.constantFrom(...deadlineKinds),
  id: fc.constantFrom('00', '7f', 'a0', 'ff'),
})

test('whatever the order in which they were set, they come out sorted and none is lost', () => {
  const rank = ({ at, kind, id }: Deadline) => `${at} ${String(deadlineKinds.indexOf(kind)).padStart(2, '0')} ${id}`
  fc.assert(
    fc.property(fc.array(aDeadline, { maxLength: 60 }), fc.integer({ min: 0, max: 9 }), (all, day) => {
      const deadlines = new Deadlines()
      for (const { at, kind, id } of all) deadlines.set(at, kind, id)
      const due = taken(deadlines, DAY0 + day * DAY)
      const rest = taken(deadlines, DAY0 + 9 * DAY)
      expect([...due, ...rest].map(rank)).toEqual(all.map(rank).sort())
      expect(due.every(({ at }) => at <= DAY0 + day * DAY)).toBe(true)
    }),
    { seed: 20260101 },
  )
})
