/** Two years of a hundred neighbours, with people among them who do what they should not, and others who only look like it. */
import { invitationOf } from '#ledger/rules/invitation.ts'
import { type Part, townsfolk } from '#test/support/town-cast.ts'
import { type Grade, type Resident, SyntheticTown } from '#test/support/synthetic-town.ts'
import { bytesFor, DAY } from '#test/support/towns.ts'

const YEARS = 2
const LOOK_DAYS = 7

/** How many play each part at the beginning, townsfolk first; friends, cluster, class and batch come later. */
const cast: readonly (readonly [part: Part, groups: number, size: number])[] = [
  ['neighbour', 1, 31], ['busy', 1, 2], ['clumsy', 1, 2], ['forgetful', 1, 2], ['trio', 1, 3],
  ['couple', 4, 2], ['family', 2, 4], ['care', 2, 2], ['wash', 2, 2], ['ring', 1, 4], ['phantom', 2, 1],
  ['tireless', 2, 1], ['club', 1, 4], ['slander', 1, 3], ['revenge', 2, 1], ['no-show', 3, 1], ['idle', 2, 1],
]

/** Two years of a hundred neighbours. */
export function aHistory(seed: number, { judges = true, days = YEARS * 365 } = {}): SyntheticTown {
  const history = new SyntheticTown(seed, { judges })
  let names = 0
  for (const [part, groups, size] of cast) {
    for (let group = 0; group < groups; group++) for (let i = 0; i < size; i++) history.join(`resident ${names++}`, part, group)
  }
  for (const resident of history.residents) meetSome(history, resident)
  while (history.day < days) {
    history.nextDay()
    liveOneDay(history, names)
    if (history.day % LOOK_DAYS === 0) history.look()
  }
  return history
}

const neighboursOf = ({ residents }: SyntheticTown): Resident[] => residents.filter(({ part }) => townsfolk.includes(part))

/** Everybody knows some ten others by name. */
function meetSome(history: SyntheticTown, resident: Resident): void {
  const neighbours = neighboursOf(history)
  resident.circle = Array.from({ length: 10 }, () => history.dice.pick(neighbours)).filter((other) => other !== resident)
}

/** Who hardly helps anybody else. */
const keepsToThemselves: ReadonlySet<Part> = new Set<Part>(['cluster', 'batch', 'club', 'wash', 'ring'])

/** Offenders begin when everybody is settled, and do it for a season. */
const SEASON = { from: 200, until: 330 }
const inSeason = (day: number): boolean => day >= SEASON.from && day < SEASON.until

function liveOneDay(history: SyntheticTown, names: number): void {
  const { dice, day, residents } = history
  const all = (part: Part, group: number) => residents.filter((one) => one.part === part && one.group === group)
  const able = ({ person }: Resident) => history.town.state.members.get(person.acct)!.status === 'active'
  if (day === 300) arriveTogether(history, 'friends', names, 4)
  if (day === 400) arriveTogether(history, 'cluster', names + 4, 5)
  if (day === 450) bring(history, 'class', names + 9)
  if (day === 500) bring(history, 'batch', names + 15)
  for (const resident of [...residents]) {
    const { part, circle } = resident
    if (circle.length === 0 || !able(resident)) continue
    if (dice.chance(keepsToThemselves.has(part) ? 3 : part === 'friends' ? 15 : 55)) helpSomebody(history, resident, dice.pick(circle))
  }
  history.bringBack()
  if (day % 6 === 0) lendSomething(history, neighboursOf(history))
  for (let group = 0; group < 4; group++) each(history, all('couple', group), 90, 60)
  for (let group = 0; group < 2; group++) each(history, all('family', group), 60, 60)
  for (let group = 0; group < 2; group++) {
    const [carer, cared] = all('care', group)
    if (day % 7 === 1 || day % 7 === 4) history.short(carer!, cared!, 60)
  }
  lookLikeIt(history, all)
  if (inSeason(day)) offend(history, all, able)
  const cluster = residents.filter((one) => one.part === 'cluster')
  if (cluster.length > 0 && day < 520) each(history, cluster, 120, 90)
  const batch = residents.filter((one) => one.part === 'batch').slice(1)
  if (batch.length > 0 && day < 620 && dice.chance(400)) {
    const giver = dice.pick(batch)
    history.short(giver, dice.pick(batch.filter((one) => one !== giver)), 60 + 15 * dice.below(8))
  }
}

/** What honest people do that nearly is what the rules look for. */
function lookLikeIt(history: SyntheticTown, all: (part: Part, group: number) => Resident[]): void {
  const { dice, day } = history
  const neighbours = neighboursOf(history)
  const trio = all('trio', 0)
  if (day % 30 === 0) trio.forEach((giver, i) => history.short(giver, trio[(i + 1) % trio.length]!, 90))
  all('busy', 0).forEach((giver, i) => {
    if (day % 45 !== i) return
    // A day of moving house for three in turn: nine hours, beside what is asked of them that day, and at none of them in two places.
    const others = neighbours.filter((one) => one !== giver)
    for (let nth = 0; nth < 3; nth++) history.full(giver, others[(day + nth) % others.length]!, 180, [2, 2])
  })
  all('forgetful', 0).forEach((one, i) => {
    if (day % 100 === i) history.missed(one, dice.pick(neighbours.filter((other) => other.part !== 'forgetful')))
  })
  const [one, other] = all('clumsy', 0) as [Resident, Resident]
  if (day % 100 === 50) {
    // Both helped badly, and both say so.
    history.full(one, other, 60, [0, 1])
    history.town.now += 3_600
    history.full(other, one, 60, [0, 1])
  }
  const friends = all('friends', 0)
  for (const giver of friends) {
    if (dice.chance(60)) history.full(giver, dice.pick(friends.filter((one) => one !== giver)), 60, [2, dice.chance(900) ? 2 : 1])
  }
  const pupils = all('class', 0)
  for (const giver of pupils) if (dice.chance(40)) history.short(giver, dice.pick(pupils.filter((one) => one !== giver)), 60)
}

/** A neighbour lends another a tool, who brings it back the next day; one in ten of them a day late. */
function lendSomething(history: SyntheticTown, neighbours: Resident[]): void {
  const turn = history.day / 6
  history.lend(neighbours[turn % 20]!, neighbours[20 + ((7 * turn) % 20)]!, turn % 10 === 0 ? 2 : 1)
}

/** What neighbours do: mostly in two taps, sometimes agreed on before and rated. */
export function helpSomebody(history: SyntheticTown, giver: Resident, receiver: Resident): void {
  const { dice } = history
  const minutes = 30 + 15 * dice.below(9)
  if (dice.chance(600)) return history.short(giver, receiver, minutes)
  const grade = (): Grade => (dice.chance(900) ? 2 : dice.chance(800) ? 1 : 0)
  // Of a club's members, people outside it think little.
  const ofGiver = giver.part === 'club' ? 0 : giver.part === 'clumsy' ? dice.below(3) as Grade : grade()
  if (dice.chance(15)) return history.missed(receiver, giver)
  history.full(giver, receiver, minutes, [ofGiver, grade()])
}

/** Members of a group help each other: each of them with this chance a day. */
function each(history: SyntheticTown, group: Resident[], perMille: number, minutes: number): void {
  for (const giver of group) {
    if (!history.dice.chance(perMille)) continue
    const receiver = history.dice.pick(group.filter((one) => one !== giver))
    history.short(giver, receiver, minutes + 15 * history.dice.below(4))
  }
}

function offend(history: SyntheticTown, all: (part: Part, group: number) => Resident[], able: (one: Resident) => boolean): void {
  const { dice, day } = history
  const neighbours = neighboursOf(history)
  for (let group = 0; group < 2; group++) {
    const [one, other] = all('wash', group)
    if (day % 5 === 0) history.short(...((day % 10 === 0 ? [one!, other!] : [other!, one!]) as [Resident, Resident]), 120)
    const [phantom] = all('phantom', group)
    if (day % 3 === 0) history.short(phantom!, dice.pick(neighbours), 180)
    const [tireless] = all('tireless', group)
    if (day % 20 === 0 && able(tireless!)) {
      for (let i = 0; i < 2; i++) history.full(tireless!, neighbours[(day + i) % neighbours.length]!, 180, null, -10_800)
    }
    const [avenger] = all('revenge', group)
    if (day === SEASON.from + 40 + group) avenge(history, avenger!, neighbours)
  }
  const ring = all('ring', 0)
  if (day % 6 === 0) ring.forEach((giver, i) => history.short(giver, ring[(i + 1) % ring.length]!, 120))
  const club = all('club', 0)
  if (day % 4 === 0) {
    const giver = dice.pick(club)
    if (able(giver)) history.full(giver, dice.pick(club.filter((one) => one !== giver)), 60, [2, 2])
  }
  if (day % 30 === 0) history.full(dice.pick(club), dice.pick(neighbours), 60, [0, 2])
  if (day % 10 === 0) {
    // All three say of one neighbour what nobody else says.
    const victim = neighbours[5]!
    const slanderer = all('slander', 0)[(day / 10) % 3]!
    if (able(slanderer)) history.full(victim, slanderer, 60, [0, 2])
    for (let i = 0; i < 2; i++) history.full(victim, neighbours[10 + (((day / 10) * 2 + i) % 20)]!, 45, [2, 2])
  }
  for (let group = 0; group < 3; group++) {
    if (day % 14 === group) history.missed(all('no-show', group)[0]!, dice.pick(neighbours))
  }
  for (let group = 0; group < 2; group++) {
    if (day % 40 === 10 + group) history.lend(neighbours[group]!, all('idle', group)[0]!, 5)
  }
}

/** A poor grade, and the next morning one in return for somebody whom all others found good. */
function avenge(history: SyntheticTown, avenger: Resident, neighbours: Resident[]): void {
  const target = neighbours[20 + avenger.group]!
  for (let i = 0; i < 4; i++) history.full(target, neighbours[30 + i]!, 30, [2, 2])
  history.full(avenger, target, 60, [0, 2])
  history.town.now += 3_600
  history.full(target, avenger, 60, [0, 2])
}

/** Some join together; friends get to know others as well. */
function arriveTogether(history: SyntheticTown, part: 'friends' | 'cluster', names: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const resident = history.join(`resident ${names + i}`, part)
    if (part === 'friends') meetSome(history, resident)
  }
}

/** Somebody brings five accounts within a week; a class helps others as well. */
function bring(history: SyntheticTown, part: 'class' | 'batch', names: number): void {
  const sponsor = history.join(`resident ${names}`, part)
  if (part === 'class') meetSome(history, sponsor)
  history.short(sponsor, history.residents[0]!, 60)
  const until = Math.floor(history.town.now / DAY) + 7
  for (let i = 1; i <= 5; i++) {
    const code = bytesFor(`code ${part} ${i}`).slice(0, 16)
    history.put({ kind: 'member.invited', invitation: invitationOf(code), until }, [sponsor.person])
    const brought = history.join(`resident ${names + i}`, part, 0, code)
    if (part === 'class') meetSome(history, brought)
  }
}
