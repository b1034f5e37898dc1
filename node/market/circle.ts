/**
 * The room of a circle or a project, as pure decisions: who is in it, what they tell each other, and who has taken what.
 * Whoever posted the listing keeps the room. Nothing here stands in the record: what comes of a task or a gathering is
 * recorded by the forms that there are for it.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fields, hexOf, type Infer, listOf, nullable, textUpTo, uint } from '#ledger/schema.ts'
import { type CircleRequest, NOTICE_LENGTH_MAX, TASK_LENGTH_MAX } from '#protocol/api.ts'

export const CIRCLE_MEMBERS_MAX = 200
/** Of those so many may be of one other city. */
export const CIRCLE_GUESTS_OF_ONE_HOME_MAX = 50
export const CIRCLE_NOTICES_MAX = 50
export const CIRCLE_TASKS_MAX = 50
/** Of these so many may be open. */
export const CIRCLE_OPEN_TASKS_MAX = 30
/** UTF-8 needs at most three bytes for a character as JavaScript counts them. */
const BYTES_OF_ONE = 3

export const roomSchema = fields({
  /** The keeper first. `seen`: how much had been written when they last looked; null before they first did. */
  members: listOf(fields({ acct: hexOf(32), seen: nullable(uint) }), CIRCLE_MEMBERS_MAX),
  /** How much has been written here ever; whatever is written has its number. */
  written: uint,
  /** The oldest first, as tasks are. */
  notices: listOf(fields({ number: uint, id: hexOf(16), by: hexOf(32), words: textUpTo(NOTICE_LENGTH_MAX * BYTES_OF_ONE), ts: uint }), CIRCLE_NOTICES_MAX),
  tasks: listOf(fields({
    number: uint, id: hexOf(16), by: hexOf(32), words: textUpTo(TASK_LENGTH_MAX * BYTES_OF_ONE), ts: uint,
    until: nullable(uint), taker: nullable(hexOf(32)), done: nullable(uint),
  }), CIRCLE_TASKS_MAX),
})
export type Room = Infer<typeof roomSchema>
type Task = Room['tasks'][number]

/** Why something is not done in a room; each has its words among the page’s refusals. */
export const circleRefusals = [
  'not-a-member', 'not-the-keeper', 'keeper-stays', 'not-asked', 'circle-full', 'blocked', 'not-here', 'task-taken', 'too-many-tasks', 'not-for-guests',
] as const
export type CircleRefusal = (typeof circleRefusals)[number]

/** What has to be known besides the room: who keeps it, whoever does something, when, and the id of what they write. */
export type Scene = {
  keeper: Hex
  by: Hex
  now: number
  id: Hex
  /** How many the listing has room for besides its keeper; 0 without a limit. */
  places: number
  /** Of which other city somebody is; null for members of this one. */
  homeOf(acct: Hex): Origin | null
  /** Whether somebody has answered the listing. */
  hasAsked(acct: Hex): boolean
  /** Whether the keeper takes nothing from somebody. */
  isBlocked(acct: Hex): boolean
}

export type Decided = { ok: true; room: Room } | { ok: false; because: CircleRefusal }

/** Before anybody has done anything in it. */
export const emptyRoom = (keeper: Hex): Room => ({ members: [{ acct: keeper, seen: 0 }], written: 0, notices: [], tasks: [] })

export const isIn = (room: Room, acct: Hex): boolean => room.members.some((one) => one.acct === acct)

const no = (because: CircleRefusal): Decided => ({ ok: false, because })

/** The room after what `scene.by` does in it, or why not. Leaves what it is given as it is. */
export function decide(room: Room, request: CircleRequest, scene: Scene): Decided {
  const { keeper, by, now, id } = scene
  const isKeeper = by === keeper
  const yes = (changed: Partial<Room>): Decided => ({ ok: true, room: { ...room, ...changed } })
  const number = room.written + 1
  if (!isIn(room, by)) return no('not-a-member')
  switch (request.do) {
    case 'let-in':
      if (!isKeeper) return no('not-the-keeper')
      if (isIn(room, request.who)) return yes({})
      if (!scene.hasAsked(request.who)) return no('not-asked')
      if (scene.isBlocked(request.who)) return no('blocked')
      if (room.members.length >= CIRCLE_MEMBERS_MAX || (scene.places > 0 && room.members.length > scene.places)) return no('circle-full')
      if (isCrowdOf(scene.homeOf(request.who), room, scene)) return no('circle-full')
      return yes({ members: [...room.members, { acct: request.who, seen: null }] })
    case 'send-away':
    case 'leave': {
      const who = 'who' in request ? request.who : by
      if (who === keeper) return no('keeper-stays')
      if (who !== by && !isKeeper) return no('not-the-keeper')
      return isIn(room, who) ? yes(without(room, who)) : no('not-here')
    }
    case 'look':
      return yes({ members: room.members.map((one) => (one.acct === by ? { ...one, seen: room.written } : one)) })
    case 'write':
      return yes({ written: number, notices: [...room.notices, { number, id, by, words: request.words, ts: now }].slice(-CIRCLE_NOTICES_MAX) })
    case 'take-back': {
      const notice = room.notices.find((one) => one.id === request.notice)
      if (notice === undefined) return no('not-here')
      return mayTakeBack(notice, scene) ? yes({ notices: room.notices.filter((one) => one !== notice) }) : no('not-the-keeper')
    }
    case 'ask':
      // Nobody here could be given anything for helping a guest.
      if (scene.homeOf(by) !== null) return no('not-for-guests')
      if (room.tasks.filter(({ done }) => done === null).length >= CIRCLE_OPEN_TASKS_MAX) return no('too-many-tasks')
      return yes({ written: number, tasks: withRoomForOne(room.tasks).concat({ number, id, by, words: request.words, ts: now, until: request.until, taker: null, done: null }) })
    default: {
      const task = room.tasks.find((one) => one.id === request.task)
      return task === undefined ? no('not-here') : onTask(room, task, request.do, scene)
    }
  }
}

/** Whether of another city as many are in it as may be. */
const isCrowdOf = (home: Origin | null, room: Room, { homeOf }: Scene): boolean =>
  home !== null && room.members.filter(({ acct }) => homeOf(acct) === home).length >= CIRCLE_GUESTS_OF_ONE_HOME_MAX

function onTask(room: Room, task: Task, what: 'take' | 'give-back' | 'finish' | 'drop', scene: Scene): Decided {
  const { by, now } = scene
  const becomes = (changed: Partial<Task>): Decided =>
    ({ ok: true, room: { ...room, tasks: room.tasks.map((one) => (one === task ? { ...one, ...changed } : one)) } })
  switch (what) {
    case 'take':
      return task.taker === null || task.taker === by ? becomes({ taker: by }) : no('task-taken')
    case 'give-back':
      return task.taker === by && task.done === null ? becomes({ taker: null }) : no('task-taken')
    case 'finish':
      return task.taker === by ? becomes({ done: task.done ?? now }) : no('task-taken')
    case 'drop':
      if (!mayTakeBack(task, scene)) return no('not-the-keeper')
      return { ok: true, room: { ...room, tasks: room.tasks.filter((one) => one !== task) } }
  }
}

/** Whoever wrote it, and whoever keeps the room. */
export const mayTakeBack = (written: { by: Hex }, { by, keeper }: Pick<Scene, 'by' | 'keeper'>): boolean => by === written.by || by === keeper

/** What was done longest ago makes room; of what is open there is always less than fits. */
function withRoomForOne(tasks: Task[]): Task[] {
  if (tasks.length < CIRCLE_TASKS_MAX) return tasks
  const oldest = tasks.filter(({ done }) => done !== null).toSorted((a, b) => a.done! - b.done!)[0]
  return tasks.filter((one) => one !== oldest)
}

/** Without somebody who leaves: what they had taken and not done is free again; what they wrote stays for the others. */
function without(room: Room, acct: Hex): Room {
  return {
    ...room,
    members: room.members.filter((one) => one.acct !== acct),
    tasks: room.tasks.map((one) => (one.taker === acct && one.done === null ? { ...one, taker: null } : one)),
  }
}

/**
 * The room without anything that somebody said or did in it, as they have asked; `stays`: they keep their place. What they
 * had done for somebody goes as well: it says who they are. The same room when there was nothing.
 */
export function forgotten(room: Room, acct: Hex, stays: boolean): Room {
  const left = stays ? room : without(room, acct)
  const kept: Room = {
    ...left,
    notices: left.notices.filter(({ by }) => by !== acct),
    tasks: left.tasks.filter(({ by, taker, done }) => by !== acct && (done === null || taker !== acct)),
  }
  const isSame = kept.members.length === room.members.length && kept.notices.length === room.notices.length && kept.tasks.length === room.tasks.length
  return isSame ? room : kept
}

/** How much others have written since somebody last looked, without those they take nothing from; nothing before they first did. */
export function newsFor(room: Room, acct: Hex, isUnwelcome: (by: Hex) => boolean): number {
  const seen = room.members.find((one) => one.acct === acct)?.seen ?? room.written
  return [...room.notices, ...room.tasks].filter(({ by, number }) => by !== acct && number > seen && !isUnwelcome(by)).length
}

/** What is open first, by its day and then by age; what is done after it, the newest first. */
export const inOrder = (tasks: readonly Task[]): Task[] => [
  ...tasks.filter(({ done }) => done === null).toSorted((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity) || a.ts - b.ts),
  ...tasks.filter(({ done }) => done !== null).toSorted((a, b) => b.done! - a.done!),
]
