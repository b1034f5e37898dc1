/** What people share, offer and make together: things with a calendar, gifts, services of the hub, partners, projects. */
import { minutesOf } from '../reducer/agreements.ts'
import { demandOn } from '../reducer/bookings.ts'
import type { Hex } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import type { Project } from '../reducer/state.ts'
import { another, aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask } from './town.ts'

const ZERO = '00'.repeat(32)
const LISTINGS = ['11', '22', '33'].map((byte) => byte.repeat(16))

function book(scene: Scene): void {
  const { dice, town } = scene
  const provider = neighbour(scene)
  const receiver = another(scene, provider) ?? provider
  const resource = BigInt(dice.among(1, 2, 3, 4, 5))
  const begins = town.now + BigInt(dice.among(-600, 60, 86_400, 5 * 86_400))
  const ends = begins + BigInt(dice.among(59, 3_600, 86_400, 8 * 86_400))
  const { perMille } = demandOn(town.city, resource, begins / DAY)
  ask(town, 'booking.made', {
    listing: dice.pick(LISTINGS)!, provider, receiver, resource, begins, ends, demandPerMille: perMille + (dice.chance(0.97) ? 0n : 1n), terms: ZERO,
    charter: BigInt(town.city.charters.length - 1),
  }, dice.shuffled([provider, receiver]))
}

/** A booking that is still going on: one of its parties brings something about it. */
function aboutBooking(scene: Scene, what: (id: Hex, party: Hex, minutes: bigint) => unknown): void {
  const { dice, town: { city } } = scene
  const booking = dice.pick([...city.agreements.values()].filter(({ use, phase }) => use !== null && ['agreed', 'reported', 'disputed'].includes(phase)))
  if (booking !== undefined) what(booking.id, dice.among(booking.provider, booking.receiver), minutesOf(booking))
}

const aProject = (scene: Scene, ...phases: Project['phase'][]): Project | undefined => inPhase(scene, scene.town.city.projects.values(), ...phases)

function openProject(scene: Scene): void {
  const { dice, town } = scene
  const [organiser, today] = [neighbour(scene), town.now / DAY]
  const requester = another(scene, organiser) ?? organiser
  const core = dice.chance(0.6) ? [another(scene, organiser, requester) ?? requester] : []
  const applyUntil = today + BigInt(dice.among(-1, 0, 1, 7))
  ask(town, 'project.opened', {
    size: BigInt(dice.among(1, 2)), requester, core, places: BigInt(dice.among(0, 1, 2, 10)), gateMilli: BigInt(dice.among(0, 0, 1_000)),
    gateLevel: BigInt(dice.among(0, 1, 2, 6)), choice: BigInt(dice.among(0, 1, 1, 2)), applyUntil, endsDay: applyUntil + BigInt(dice.among(0, 5, 40, 400)), terms: ZERO,
  }, [organiser])
}

function result({ dice }: Scene, { organiser, chosen, core }: Project) {
  const shares = [organiser, ...chosen].filter(() => dice.chance(0.9))
    .map((member) => ({ member, perMille: BigInt(member === organiser || core.includes(member) ? dice.among(1, 200, 300) : dice.among(1, 100, 101)) }))
  return { shares, reach: BigInt(dice.among(0, 99, 100, 500)), completion: BigInt(dice.below(2)) }
}

const aboutReport = (scene: Scene, kind: 'project.confirmed' | 'project.declined') => {
  const project = aProject(scene, 'reported')
  const { dice, town } = scene
  if (project) ask(town, kind, { project: project.id, report: project.report?.id ?? '00'.repeat(16) }, [dice.chance(0.8) ? project.requester : neighbour(scene)])
}

export const sharing: Topic = {
  'something is booked': [4, book],
  'it is handed over': [2, (scene) => aboutBooking(scene, (agreement, party) => ask(scene.town, 'checkin.made', { agreement }, [party]))],
  'it is back': [2, (scene) => aboutBooking(scene, (agreement, party) => ask(scene.town, 'return.recorded', { agreement }, [party]))],
  'its use is reported': [2, (scene) => aboutBooking(scene, (agreement, party, minutes) =>
    ask(scene.town, 'completion.reported', { agreement, minutes: scene.dice.among(minutes, minutes, minutes / 2n, minutes + 1n) }, [party]))],
  'somebody gives': [1, (scene) => {
    const by = neighbour(scene)
    ask(scene.town, 'cv.given', { to: another(scene, by) ?? by, amountMilli: BigInt(scene.dice.among(0, 1, 10_000, 60_000, 60_001)), note: ZERO }, [by])
  }],
  'a service is bought': [1.5, (scene) => {
    const service = BigInt(scene.dice.among(1, 2, 3, 4, 4))
    const category = (service === 4n) === scene.dice.chance(0.97) ? BigInt(scene.dice.among(1, 2)) : null
    ask(scene.town, 'service.bought', { service, category }, [neighbour(scene)])
  }],
  'somebody vouches for a skill': [1.5, (scene) => {
    const asked = scene.dice.pick(scene.town.city.purchases.filter(({ category }) => category !== null))
    if (asked) ask(scene.town, 'skill.vouched', { member: asked.member, category: asked.category! }, [neighbour(scene)])
  }],
  'a partner offers': [1, (scene) => {
    const partner = scene.dice.pick(scene.town.city.organisations.keys()) ?? neighbour(scene)
    const until = scene.town.now / DAY + BigInt(scene.dice.among(-1, 0, 30, 366))
    ask(scene.town, 'partner.offered', { listing: LISTINGS[0]!, milli: BigInt(scene.dice.among(0, 5_000, 30_000)), places: BigInt(scene.dice.among(0, 1, 5, 1_001)), until, terms: ZERO }, [partner])
  }],
  'somebody takes it up': [1.5, (scene) => {
    const offer = scene.dice.pick(scene.town.city.offers.keys())
    if (offer) ask(scene.town, 'partner.redeemed', { offer }, [neighbour(scene)])
  }],
  'they have it, or not': [1, (scene) => {
    const redemption = scene.dice.pick(scene.town.city.redemptions.values())
    if (redemption === undefined) return
    const { id, member, partner } = redemption
    if (scene.dice.chance(0.6)) ask(scene.town, 'partner.received', { redemption: id }, [scene.dice.chance(0.9) ? member : somebody(scene)])
    else ask(scene.town, 'partner.returned', { redemption: id }, [scene.dice.chance(0.9) ? partner : somebody(scene)])
  }],
  'money is noted': [0.7, (scene) => {
    const { dice, town } = scene
    if (dice.chance(0.4)) ask(town, 'deposit.noted', { member: somebody(scene), isHeld: dice.chance(0.6) }, [aSteward(scene)])
    else if (dice.chance(0.5)) ask(town, 'income.noted', { source: 'plan', plan: 1n, ofMinor: 0n, minor: BigInt(dice.among(0, 499, 500)), note: ZERO }, [aSteward(scene)])
    else ask(town, 'income.noted', { source: dice.among('need', 'resource', 'skill'), plan: null, ofMinor: 1_000n, minor: BigInt(dice.among(49, 100, 150, 201)), note: ZERO }, [aSteward(scene)])
  }],
  'a project is opened': [2, openProject],
  'somebody would take part': [3, (scene) => {
    const project = aProject(scene, 'open')
    if (project) ask(scene.town, 'project.applied', { project: project.id, bidMilli: scene.dice.chance(0.8) ? 0n : 5_000n }, [scene.dice.among(neighbour(scene), project.core[0] ?? neighbour(scene))])
  }],
  'somebody would not': [0.4, (scene) => {
    const project = aProject(scene, 'open')
    if (project) ask(scene.town, 'project.withdrawn', { project: project.id }, [project.applications[0]?.by ?? neighbour(scene)])
  }],
  'a project is given up': [0.2, (scene) => {
    const project = aProject(scene, 'open', 'running')
    if (project) ask(scene.town, 'project.cancelled', { project: project.id }, [project.organiser])
  }],
  'its organiser reports': [2, (scene) => {
    const project = aProject(scene, 'running')
    if (project) ask(scene.town, 'project.reported', { project: project.id, ...result(scene, project) }, [project.organiser])
  }],
  'what was made is accepted': [1.5, (scene) => aboutReport(scene, 'project.confirmed')],
  'what was made is not accepted': [0.4, (scene) => aboutReport(scene, 'project.declined')],
  'a share is contested': [0.7, (scene) => {
    const project = aProject(scene, 'confirmed')
    if (project) ask(scene.town, 'project.contested', { project: project.id, reason: ZERO }, [scene.dice.pick([project.organiser, ...project.chosen])!])
  }],
  'stewards divide it': [0.7, (scene) => {
    const project = aProject(scene, 'contested')
    if (project) ask(scene.town, 'project.decided', { project: project.id, ...result(scene, project) }, [aSteward(scene)])
  }],
}
