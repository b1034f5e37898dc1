/** One for many, who holds which post, care, and what stewards do for members without a device. */
import { type Hex, sha, utf8 } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import type { CarePlan, Session } from '../reducer/state.ts'
import { named } from './keys.ts'
import { another, aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { commitmentTo, gradeBehind } from './neighbours.ts'
import { ask } from './town.ts'

const ZERO = '00'.repeat(32)
const codeOf = (of: string): Hex => named(of).slice(0, 32)
const presence = (code: Hex): Hex => sha(`${utf8('cv/presence\0')}${code}`)
const slipOf = (member: Hex, number: number): Hex => codeOf(`slip ${number} of ${member}`)

function openSession({ dice, town }: Scene, organiser: Hex): void {
  const begins = town.now + BigInt(dice.among(-600, -2 * 86_400, 1_800, 86_400, 3 * 86_400))
  ask(town, 'session.opened', {
    listing: '00'.repeat(16), category: BigInt(dice.among(1, 2, 3)), begins, ends: begins + BigInt(dice.among(30, 3_600, 7_200)),
    places: BigInt(dice.among(0, 1, 5, 256, 257)), code: presence(codeOf('room')), charter: BigInt(town.city.charters.length - 1),
  }, [organiser])
}

function about(scene: Scene, phase: Session['phase'], what: (session: Session) => unknown): void {
  const session = inPhase(scene, scene.town.city.sessions.values(), phase)
  if (session !== undefined) what(session)
}

function closeSession(scene: Scene, { id, organiser, people, begins, ends }: Session): void {
  const { dice, town } = scene
  const roster = people.filter(() => dice.chance(0.5)).map(({ member }) => ({ member, code: dice.chance(0.97) ? codeOf(`of ${member}`) : codeOf('?') }))
  ask(town, 'session.closed', { session: id, minutes: dice.among(1n, (ends - begins) / 60n, (ends - begins) / 60n + 1n), roster }, [dice.chance(0.95) ? organiser : neighbour(scene)])
}

/** Those who came say how it was, mostly all of them. */
function grade({ dice, town }: Scene, { id, people }: Session): void {
  for (const { member } of people.filter(({ came }) => came || dice.chance(0.05))) {
    if (dice.chance(0.8)) ask(town, 'grade.committed', { session: id, commitment: commitmentTo(BigInt(dice.below(3))) }, [member])
  }
}

function openGrades({ dice, town }: Scene, { id, people }: Session): void {
  for (const { member, commitment } of people) {
    const said = gradeBehind(commitment ?? '') ?? 1n
    if (commitment !== null || dice.chance(0.05)) ask(town, 'grade.opened', { session: id, rater: member, grade: dice.chance(0.97) ? said : 2n - said, salt: ZERO }, 'hub')
  }
}

const aPlan = ({ dice, town: { city } }: Scene): CarePlan | undefined => dice.pick(city.carePlans.values())

function proxied(scene: Scene): void {
  const { dice, town } = scene
  const [one, other] = [somebody(scene), neighbour(scene)]
  const [helper, receiver] = dice.shuffled([one, other])
  ask(town, 'help.proxied', {
    member: one, helper: helper!, receiver: receiver!, category: 1n, minutes: BigInt(dice.among(1, 90, 240, 600)), day: town.now / DAY, note: ZERO,
  }, [aSteward(scene)])
}

/** A steward answers with a slip of who has not written the help down. */
function attest(scene: Scene): void {
  const { dice, town } = scene
  const help = inPhase(scene, town.city.helps.values(), 'recorded')
  if (help === undefined) return
  const other = help.byHelper ? help.receiver : help.helper
  if (!town.city.slips.has(other)) ask(town, 'slips.issued', { member: other, slips: [1, 2].map((n) => sha(`${utf8('cv/slip\0')}${slipOf(other, n)}`)) }, [aSteward(scene)])
  ask(town, 'help.attested', { help: help.id, slip: slipOf(other, dice.among(1, 2, 2, 3)) }, [aSteward(scene)])
}

export const together: Topic = {
  'a workshop is announced': [2, (scene) => openSession(scene, neighbour(scene))],
  'somebody signs up': [4, (scene) => about(scene, 'open', ({ id }) => {
    const who = neighbour(scene)
    ask(scene.town, 'session.joined', { session: id, code: presence(codeOf(`of ${who}`)) }, [who])
  })],
  'somebody is in the room': [2, (scene) => about(scene, 'open', ({ id, people }) =>
    ask(scene.town, 'session.checkedin', { session: id, code: scene.dice.chance(0.97) ? codeOf('room') : codeOf('?') }, [scene.dice.pick(people)?.member ?? neighbour(scene)]))],
  'the workshop is over': [2, (scene) => about(scene, 'open', (session) => closeSession(scene, session))],
  'the workshop is called off': [0.3, (scene) => about(scene, 'open', ({ id, organiser }) => ask(scene.town, 'session.cancelled', { session: id }, [organiser]))],
  'somebody says how it was': [2, (scene) => about(scene, 'closed', (session) => grade(scene, session))],
  'the hub opens how it was': [2, (scene) => about(scene, 'closed', (session) => openGrades(scene, session))],
  'a role is offered': [1.5, (scene) =>
    ask(scene.town, 'role.granted', { member: somebody(scene), role: BigInt(scene.dice.among(1, 1, 1, 2, 3, 6)) }, [aSteward(scene)])],
  'a role is taken up': [1.5, (scene) => {
    const offered = scene.dice.pick(scene.town.city.nominations)
    if (offered) ask(scene.town, 'role.accepted', { role: offered.role }, [scene.dice.chance(0.97) ? offered.member : neighbour(scene)])
  }],
  'a role is given up, or taken': [0.6, (scene) => {
    const post = scene.dice.pick(scene.town.city.posts)
    if (post) ask(scene.town, 'role.ended', { member: post.member, role: post.role }, [scene.dice.chance(0.4) ? post.member : aSteward(scene)])
  }],
  'care is asked for': [0.7, (scene) => {
    const by = neighbour(scene)
    const receiver = scene.dice.chance(0.7) ? by : another(scene, by) ?? by
    ask(scene.town, 'care.asked', {
      carer: another(scene, receiver, by) ?? by, receiver, category: 1n, visitsAWeek: BigInt(scene.dice.among(0, 3, 21, 22)),
      minutes: BigInt(scene.dice.among(0, 30, 60, 1_441)), until: scene.town.now / DAY + BigInt(scene.dice.among(-1, 5, 100, 367)),
    }, [by])
  }],
  'a steward agrees to a plan of care': [0.7, (scene) => {
    const plan = aPlan(scene)
    if (plan) ask(scene.town, 'care.agreed', { plan: plan.id }, [aSteward(scene)])
  }],
  'a plan of care ends': [0.3, (scene) => {
    const plan = aPlan(scene)
    if (plan) ask(scene.town, 'care.ended', { plan: plan.id }, [scene.dice.among(plan.by, plan.carer, neighbour(scene))])
  }],
  'the carer helps again': [1.5, (scene) => {
    const plan = aPlan(scene)
    if (plan === undefined) return
    const { carer: helper, receiver } = plan
    const day = scene.town.now / DAY
    if (ask(scene.town, 'help.recorded', { helper, receiver, category: 1n, minutes: 20n, day, note: ZERO }, [helper]) !== null) return
    ask(scene.town, 'help.confirmed', { help: [...scene.town.city.helps.keys()].at(-1)! }, [receiver])
  }],
  'a steward writes help down for somebody': [1, proxied],
  'a steward brings a slip': [1, attest],
  'somebody says that it was so': [0.5, (scene) => {
    const acts = scene.dice.pick(scene.town.city.acts.values())
    if (acts) ask(scene.town, 'proxy.endorsed', { help: scene.dice.pick(acts.acts)?.help ?? '00'.repeat(16) }, [acts.member])
  }],
}
