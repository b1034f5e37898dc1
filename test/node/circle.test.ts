/** The room of a circle: who may do what in it, what it holds at most, and what is left of somebody who goes. */
import { expect, test } from 'vitest'
import { decodeAs, encodeAs } from '#ledger/schema.ts'
import {
  CIRCLE_GUESTS_OF_ONE_HOME_MAX, CIRCLE_MEMBERS_MAX, CIRCLE_NOTICES_MAX, CIRCLE_OPEN_TASKS_MAX, CIRCLE_TASKS_MAX, type CircleRefusal, decide, emptyRoom, forgotten, inOrder,
  isIn, newsFor, type Room, roomSchema, type Scene,
} from '#node/market/circle.ts'
import { type CircleRequest, NOTICE_LENGTH_MAX, TASK_LENGTH_MAX } from '#protocol/api.ts'

const [ana, bo, chen, dana] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [string, string, string, string]
const nobody = (): boolean => false
let made = 0
const scene = (by: string, own: Partial<Scene> = {}): Scene => ({
  keeper: ana, by, now: 1_000, id: String((made += 1)).padStart(32, '0'), places: 0, homeOf: () => null, hasAsked: () => true, isBlocked: nobody, ...own,
})
function after(room: Room, by: string, request: CircleRequest, own: Partial<Scene> = {}): Room {
  const decided = decide(room, request, scene(by, own))
  if (!decided.ok) throw new Error(decided.because)
  return decided.room
}
function refused(room: Room, by: string, request: CircleRequest, own: Partial<Scene> = {}): CircleRefusal {
  const decided = decide(room, request, scene(by, own))
  if (decided.ok) throw new Error('nobody said no')
  return decided.because
}
const empty = emptyRoom(ana)
const ofThree = after(after(empty, ana, { do: 'let-in', who: bo }), ana, { do: 'let-in', who: chen })
const members = (room: Room): string[] => room.members.map(({ acct }) => acct)

test('its keeper alone lets in whoever has answered the listing, once, and nobody they have blocked', () => {
  expect(members(ofThree)).toEqual([ana, bo, chen])
  expect(after(ofThree, ana, { do: 'let-in', who: bo }, { hasAsked: nobody })).toEqual(ofThree)
  expect(refused(ofThree, bo, { do: 'let-in', who: dana })).toBe('not-the-keeper')
  expect(refused(ofThree, dana, { do: 'let-in', who: dana })).toBe('not-a-member')
  expect(refused(ofThree, ana, { do: 'let-in', who: dana }, { hasAsked: nobody })).toBe('not-asked')
  expect(refused(ofThree, ana, { do: 'let-in', who: dana }, { isBlocked: (acct) => acct === dana })).toBe('blocked')
})

test('it is full when the places that were announced are taken, and in any case at a bound', () => {
  expect(refused(ofThree, ana, { do: 'let-in', who: dana }, { places: 2 })).toBe('circle-full')
  expect(isIn(after(ofThree, ana, { do: 'let-in', who: dana }, { places: 3 }), dana)).toBe(true)
  const some = Array.from({ length: CIRCLE_MEMBERS_MAX - 1 }, (_, i) => ({ acct: String(i).padStart(64, '0'), seen: null }))
  expect(refused({ ...empty, members: [...empty.members, ...some] }, ana, { do: 'let-in', who: dana })).toBe('circle-full')
})

test('of one other city so many are in it, and they ask for nothing to be done', () => {
  const guests = Array.from({ length: CIRCLE_GUESTS_OF_ONE_HOME_MAX }, (_, i) => ({ acct: String(i).padStart(64, '0'), seen: null }))
  const homeOf = (acct: string) => (acct === dana || guests.some((one) => one.acct === acct) ? 'cv.elsewhere/log' : null)
  const crowded = { ...empty, members: [...empty.members, ...guests] }
  expect(refused(crowded, ana, { do: 'let-in', who: dana }, { homeOf })).toBe('circle-full')
  expect(isIn(after(crowded, ana, { do: 'let-in', who: bo }, { homeOf }), bo)).toBe(true)
  const oneLess = { ...crowded, members: crowded.members.slice(0, -1) }
  const full = after(oneLess, ana, { do: 'let-in', who: dana }, { homeOf })
  expect(refused(full, dana, { do: 'ask', words: 'x', until: null }, { homeOf })).toBe('not-for-guests')
  expect(after(full, dana, { do: 'write', words: 'x' }, { homeOf }).notices).toHaveLength(1)
})

test('whoever wants to leaves, the keeper sends others away, and never themselves; what was taken is free again', () => {
  const asked = after(ofThree, ana, { do: 'ask', words: 'tea', until: null })
  const task = asked.tasks[0]!.id
  const taken = after(asked, bo, { do: 'take', task })
  for (const left of [after(taken, bo, { do: 'leave' }), after(taken, ana, { do: 'send-away', who: bo }), after(taken, bo, { do: 'send-away', who: bo })]) {
    expect(members(left)).toEqual([ana, chen])
    expect(left.tasks[0]!.taker).toBeNull()
  }
  expect(refused(taken, chen, { do: 'send-away', who: bo })).toBe('not-the-keeper')
  expect(refused(taken, ana, { do: 'leave' })).toBe('keeper-stays')
  expect(refused(taken, bo, { do: 'send-away', who: ana })).toBe('keeper-stays')
  expect(refused(taken, ana, { do: 'send-away', who: dana })).toBe('not-here')
  const finished = after(after(taken, bo, { do: 'finish', task }), bo, { do: 'leave' })
  expect(finished.tasks[0]).toMatchObject({ taker: bo, done: 1_000 })
})

test('every member writes, nobody else; the oldest notice makes room; who wrote one or keeps the room takes it back', () => {
  const written = after(ofThree, bo, { do: 'write', words: 'at eight' })
  const notice = written.notices[0]!.id
  expect(refused(written, dana, { do: 'write', words: 'me too' })).toBe('not-a-member')
  expect(refused(written, chen, { do: 'take-back', notice })).toBe('not-the-keeper')
  for (const by of [ana, bo]) expect(after(written, by, { do: 'take-back', notice }).notices).toEqual([])
  expect(refused(written, bo, { do: 'take-back', notice: '0'.repeat(32) })).toBe('not-here')
  let room = written
  for (let i = 0; i < CIRCLE_NOTICES_MAX; i++) room = after(room, chen, { do: 'write', words: String(i) })
  expect(room.notices).toHaveLength(CIRCLE_NOTICES_MAX)
  expect(room.notices.map(({ words }) => words).slice(0, 2)).toEqual(['0', '1'])
})

test('a task is taken by one, given back or done by that one, and dropped by who asked or keeps the room', () => {
  const asked = after(ofThree, bo, { do: 'ask', words: 'bring chairs', until: 2_000 })
  const task = asked.tasks[0]!.id
  const taken = after(asked, chen, { do: 'take', task })
  expect(after(taken, chen, { do: 'take', task })).toEqual(taken)
  expect(refused(taken, ana, { do: 'take', task })).toBe('task-taken')
  for (const what of ['give-back', 'finish'] as const) expect(refused(taken, ana, { do: what, task })).toBe('task-taken')
  expect(after(taken, chen, { do: 'give-back', task })).toEqual(asked)
  const done = after(taken, chen, { do: 'finish', task })
  expect(done.tasks[0]).toMatchObject({ taker: chen, done: 1_000 })
  expect(after(done, chen, { do: 'finish', task }, { now: 3_000 })).toEqual(done)
  expect(refused(done, chen, { do: 'give-back', task })).toBe('task-taken')
  expect(refused(done, chen, { do: 'drop', task })).toBe('not-the-keeper')
  for (const by of [ana, bo]) expect(after(done, by, { do: 'drop', task }).tasks).toEqual([])
  expect(refused(done, bo, { do: 'drop', task: '0'.repeat(32) })).toBe('not-here')
})

test('so many tasks may be open, and what was done longest ago makes room', () => {
  let room = ofThree
  const askFor = (words: string): Room => after(room, ana, { do: 'ask', words, until: null })
  for (let i = 0; i < CIRCLE_TASKS_MAX; i++) {
    room = askFor(String(i))
    const task = room.tasks.at(-1)!.id
    room = after(after(room, bo, { do: 'take', task }), bo, { do: 'finish', task }, { now: 1_000 - i })
  }
  room = askFor('one more')
  expect(room.tasks).toHaveLength(CIRCLE_TASKS_MAX)
  expect(room.tasks.some(({ words }) => words === String(CIRCLE_TASKS_MAX - 1))).toBe(false)
  for (let i = 1; i < CIRCLE_OPEN_TASKS_MAX; i++) room = askFor(`open ${i}`)
  expect(refused(room, ana, { do: 'ask', words: 'too much', until: null })).toBe('too-many-tasks')
  expect(room.tasks).toHaveLength(CIRCLE_TASKS_MAX)
})

test('news are what others have written since one last looked, without whoever one takes nothing from', () => {
  const looked = after(ofThree, bo, { do: 'look' })
  const written = after(after(looked, chen, { do: 'write', words: 'tea?' }), ana, { do: 'ask', words: 'bring tea', until: null })
  expect(newsFor(written, bo, nobody)).toBe(2)
  expect(newsFor(written, bo, (by) => by === chen)).toBe(1)
  expect(newsFor(after(written, bo, { do: 'look' }), bo, nobody)).toBe(0)
  expect(newsFor(after(looked, bo, { do: 'write', words: 'mine' }), bo, nobody)).toBe(0)
  // Whoever has not looked yet is told that they are in, and nobody is told what they are not in.
  for (const acct of [chen, dana]) expect(newsFor(written, acct, nobody)).toBe(0)
})

test('of whoever is to be forgotten nothing is left, in their place or gone', () => {
  let room = after(after(ofThree, bo, { do: 'write', words: 'mine' }), chen, { do: 'write', words: 'not mine' })
  for (const [by, words] of [[bo, 'asked'], [ana, 'done'], [ana, 'taken']] as const) room = after(room, by, { do: 'ask', words, until: null })
  const [, done, taken] = room.tasks.map(({ id }) => id)
  room = after(after(after(room, bo, { do: 'take', task: done! }), bo, { do: 'finish', task: done! }), bo, { do: 'take', task: taken! })
  const stays = forgotten(room, bo, true)
  expect(members(stays)).toContain(bo)
  expect(stays.tasks).toMatchObject([{ words: 'taken', taker: bo }])
  const gone = forgotten(room, bo, false)
  expect(JSON.stringify(gone)).not.toContain(bo)
  expect(gone.tasks).toMatchObject([{ words: 'taken', taker: null }])
  expect(gone.notices).toMatchObject([{ words: 'not mine' }])
  expect(forgotten(room, dana, false)).toBe(room)
})

test('tasks are shown by their day, those without one after them, what is done last', () => {
  let room = ofThree
  for (const [words, until] of [['whenever', null], ['late', 9_000], ['soon', 2_000], ['done', 1], ['done later', 1]] as const) room = after(room, ana, { do: 'ask', words, until })
  for (const [at, now] of [[3, 5_000], [4, 6_000]] as const) {
    const task = room.tasks[at]!.id
    room = after(after(room, bo, { do: 'take', task }), bo, { do: 'finish', task }, { now })
  }
  expect(inOrder(room.tasks).map(({ words }) => words)).toEqual(['soon', 'late', 'whenever', 'done later', 'done'])
})

test('a room with the longest words in it can be kept, also in Chinese', () => {
  const words = (length: number): string => '圈'.repeat(length)
  const full: Room = after(after(ofThree, bo, { do: 'write', words: words(NOTICE_LENGTH_MAX) }), bo, { do: 'ask', words: words(TASK_LENGTH_MAX), until: 9 })
  expect(decodeAs(roomSchema, encodeAs(roomSchema, full))).toEqual(full)
})
