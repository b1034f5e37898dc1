/**
 * Half a year of five cities, three days at a time: people join one after the other, some days bring a short help, some an
 * agreement that is kept and rated, now and then something is lent, once a month there is an evening. Who meets whom follows
 * from the day and the city alone, so that every run tells the same story.
 */
import type { MemberClient } from '#test/support/member-client.ts'
import type { MovableClock } from './clock.ts'
import { acts, agree, book, calm, gathers, type Grade, happened, helps, joins, needs, shares, type Town, WORDS } from './town.ts'

const DAY = 86_400
const STEP_DAYS = 3
/** The last days before today, in which what is posted still stands on the board. */
const BOARD_DAYS = 10

type Later = { town: Town; day: number; do: () => Promise<void> }

export type HalfYear = {
  days: number
  towns: Town[]
  clock: MovableClock
  /** What happens between cities on some day, besides. */
  between: ReadonlyMap<number, () => Promise<void>>
  onDay?(day: number): void
}

/** Lives so many days. @throws when something is refused: then the play is wrong, not the rules. */
export async function live({ days, towns, clock, between, onDay }: HalfYear): Promise<void> {
  const later: Later[] = []
  let met = 0
  for (let day = 0; day < days; day += STEP_DAYS) {
    onDay?.(day)
    // Cities do not wait for each other.
    await Promise.all(towns.map(async (town, i) => {
      for (const one of later.filter((due) => due.town === town && due.day <= day)) await one.do()
      await lived(town, i, day, days, later)
    }))
    later.splice(0, later.length, ...later.filter((one) => one.day > day))
    for (const [when, happens] of between) {
      if (when < day || when >= day + STEP_DAYS) continue
      await happens()
      met = towns.length
    }
    await calm(towns, met)
    clock.pass(STEP_DAYS * DAY)
  }
}

async function lived(town: Town, city: number, day: number, days: number, later: Later[]): Promise<void> {
  const { script, people } = town
  const turn = day / STEP_DAYS
  const next = script.people[people.length]
  if (next !== undefined && (turn < 2 || turn % 3 === city % 3)) await joins(town, next)
  if (people.length < 3) return
  if ((turn + city) % 3 !== 0) await shortHelp(town, turn + city)
  if ((turn + city) % 2 === 0) await visit(town, turn + city, later, day)
  if ((turn + city) % 7 === 5 && days - day > 10) await lend(town, turn + city, later, day)
  if (turn % 15 === 8 + city) await evening(town, later, day)
  if (turn % 15 === 3 + city) await article(town, turn)
  if (turn === 50 + city) await recommend(town)
  const left = Math.floor((days - day) / STEP_DAYS)
  if (left <= BOARD_DAYS / STEP_DAYS) await post(town, left)
}

/** Those at the beginning of the list come more often. */
const someone = (people: MemberClient[], n: number): MemberClient => people[(n * n + n) % Math.min(people.length, 3 + (n % 5))]!

/** Two different people. */
function pairOf({ people }: Town, n: number): [MemberClient, MemberClient] {
  const helper = someone(people, n)
  const others = people.filter((one) => one !== helper)
  return [helper, others[(3 * n + 1) % others.length]!]
}

async function shortHelp(town: Town, n: number): Promise<void> {
  const [helper, receiver] = pairOf(town, n)
  const { notes } = town.script
  await helps(town, helper, receiver, 30 + 15 * (n % 4), notes[n % notes.length]!)
}

async function visit(town: Town, n: number, later: Later[], day: number): Promise<void> {
  const [helper, receiver] = pairOf(town, n + 1)
  const need = town.script.needs[n % town.script.needs.length]!
  const listing = await needs(town, receiver, need)
  const agreement = await agree(town, helper, receiver, listing, need)
  // Somebody was found.
  await needs(town, receiver, need, { id: listing, rev: 1, state: 'closed' })
  const grade: Grade = n % 11 === 7 ? 1 : 2
  later.push({ town, day: day + 1, do: () => happened(helper, receiver, agreement, need.minutes, [2, grade]) })
}

async function lend(town: Town, n: number, later: Later[], day: number): Promise<void> {
  const share = town.script.shares[n % town.script.shares.length]!
  const provider = town.people[1 + (n % 2)]!
  const listing = await shares(town, provider, share)
  // Whoever has never helped may not use what is shared, nor one who has given too little.
  const receiver = await firstWho(town.people.filter((one) => one !== provider), async (one) => {
    const { level, domain } = await one.me()
    return level >= 2 && BigInt(domain) >= 700_000n
  })
  if (receiver === null) return
  // It ends when they meet again.
  const agreement = await book(town, provider, receiver, listing, share, 1 + 24 * (STEP_DAYS - share.days))
  later.push({
    town,
    day: day + share.days,
    async do() {
      await acts(receiver, 'return.recorded', { agreement })
      await happened(provider, receiver, agreement, share.days * 1_440)
    },
  })
}

async function firstWho<T>(all: T[], isIt: (one: T) => Promise<boolean>): Promise<T | null> {
  for (const one of all) if (await isIt(one)) return one
  return null
}

async function evening(town: Town, later: Later[], day: number): Promise<void> {
  const [leader, ...guests] = town.people.slice(1)
  const end = await gathers(town, leader!, guests.slice(0, 5), 120)
  later.push({ town, day: day + 1, do: end })
}

async function article(town: Town, day: number): Promise<void> {
  const author = town.people[1 + (day % 3)] ?? town.steward
  const work = await acts(author, 'work.published', { work: 2, content: WORDS }, town.script.evening.words)
  for (const reader of town.people.filter((one) => one !== author)) await acts(reader, 'work.valued', { work })
}

/** Whoever may speak for others does. */
async function recommend(town: Town): Promise<void> {
  for (const one of town.people) {
    if ((await one.me()).level < 3) continue
    const whom = town.people.find((other) => other !== one)!
    await acts(one, 'recommendation.given', { member: whom.acct })
  }
}

/** What is on the board today: each need and each thing that is shared, one after the other; `left` counts down. */
async function post(town: Town, left: number): Promise<void> {
  const { script: { needs: wanted, shares: shared }, people } = town
  const [need, share] = [wanted[left], shared[left]]
  if (need !== undefined) await needs(town, people[left % people.length]!, need)
  if (share !== undefined) await shares(town, people[1 + (left % 2)]!, share)
}
