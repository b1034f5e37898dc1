/** People come, help each other in both forms, and say how it was. */
import { type Hex, sha, utf8 } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import { minutesOf } from '../reducer/agreements.ts'
import type { Agreement } from '../reducer/state.ts'
import { keyOf, named } from './keys.ts'
import { another, aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask } from './town.ts'

const ZERO = '00'.repeat(32)

/** Somebody comes and is attested, mostly. */
export function join(scene: Scene): Hex {
  const { dice, town } = scene
  const name = `${town.name} ${town.records.length}`
  const invitation = dice.pick(town.city.invitations.values())
  const code = invitation && codes.get(invitation.invitation)
  ask(town, 'member.joined', {
    device: keyOf(name), profile: ZERO, charter: sha(town.city.charters.at(-1)!.charter), invitation: dice.chance(0.7) ? code ?? null : null,
  }, { acct: named(name), device: keyOf(name) })
  if (dice.chance(0.9)) ask(town, 'member.attested', { member: named(name), identity: ZERO }, [aSteward(scene)])
  return named(name)
}

const codes = new Map<Hex, Hex>()

function invite({ dice, town }: Scene, by: Hex): void {
  const code = named(`code ${town.records.length}`).slice(0, 32)
  const invitation = sha(`${utf8('cv/invite\0')}${code}`)
  codes.set(invitation, code)
  ask(town, 'member.invited', { invitation, until: town.now / DAY + BigInt(dice.among(-1, 0, 1, 7, 30, 31)) }, [by])
}

const grades = new Map<Hex, bigint>()
export const gradeBehind = (commitment: Hex): bigint | undefined => grades.get(commitment)

/** What stands for a grade until it is opened. */
export function commitmentTo(grade: bigint): Hex {
  const commitment = sha(`${utf8('cv/commit\0')}${ZERO}${utf8(String(grade))}`)
  grades.set(commitment, grade)
  return commitment
}

/** An agreement in one of these phases, one of its parties, and the other. */
function about(scene: Scene, ...phases: string[]): [Agreement, Hex, Hex] | undefined {
  const agreement = inPhase(scene, scene.town.city.agreements.values(), ...phases)
  if (agreement === undefined) return undefined
  const parties = scene.dice.shuffled([agreement.provider, agreement.receiver])
  return [agreement, scene.dice.chance(0.97) ? parties[0]! : somebody(scene), parties[1]!]
}

function agree(scene: Scene): void {
  const { dice, town } = scene
  const helper = dice.chance(0.2) ? dice.pick(town.city.guests.keys()) ?? neighbour(scene) : neighbour(scene)
  const receiver = another(scene, helper) ?? helper
  const minutes = BigInt(dice.among(1, 30, 60, 90, 240, 480, 1_440))
  const begins = town.now + BigInt(dice.among(-3_600, 60, 1_800, 86_400, 5 * 86_400))
  const ends = begins + minutes * 60n + BigInt(dice.among(0, 0, 0, 3_600, -61))
  ask(town, 'agreement.made', {
    listing: '00'.repeat(16), helper, receiver, category: BigInt(dice.among(1, 2, 3)), minutes, begins, ends, terms: ZERO,
    charter: BigInt(town.city.charters.length - 1),
  }, dice.shuffled([helper, receiver]))
}

/** What was reported is answered as it stands by the one who did not report it, mostly. */
function answer(scene: Scene, how: 'completion.confirmed' | 'completion.declined'): void {
  const found = about(scene, 'reported')
  if (found === undefined) return
  const [agreement, anybody] = found
  const { id, provider, receiver, report } = agreement
  const who = scene.dice.chance(0.95) ? (report?.byProvider ? receiver : provider) : anybody
  ask(scene.town, how, { agreement: id, minutes: scene.dice.chance(0.97) ? report?.minutes ?? minutesOf(agreement) : minutesOf(agreement) + 1n }, [who])
}

function rate(scene: Scene): void {
  const found = about(scene, 'confirmed', 'settled')
  if (found === undefined) return
  ask(scene.town, 'rating.committed', { agreement: found[0].id, commitment: commitmentTo(BigInt(scene.dice.below(3))) }, [found[1]])
}

function open(scene: Scene): void {
  const found = about(scene, 'confirmed', 'settled')
  if (found === undefined) return
  const [{ id, provider, providerRating, receiverRating }, rater] = found
  const grade = grades.get((rater === provider ? providerRating : receiverRating)?.commitment ?? '') ?? 1n
  ask(scene.town, 'rating.opened', { agreement: id, rater, grade: scene.dice.chance(0.97) ? grade : 2n - grade, salt: ZERO }, 'hub')
}

function writeDown(scene: Scene): void {
  const { dice, town } = scene
  const [one, other] = [neighbour(scene), dice.chance(0.97) ? another(scene) : somebody(scene)]
  const [helper, receiver] = dice.shuffled([one, other ?? one])
  ask(town, 'help.recorded', {
    helper: helper!, receiver: receiver!, category: BigInt(dice.among(1, 2, 3)), minutes: BigInt(dice.among(1, 30, 60, 90, 240, 1_440)),
    day: town.now / DAY + BigInt(dice.among(0, 0, 0, -1, -30, -31, 1, 2)), note: ZERO,
  }, [one])
}

function answerHelp(scene: Scene, how: 'help.confirmed' | 'help.declined'): void {
  const help = inPhase(scene, scene.town.city.helps.values(), 'recorded')
  if (help === undefined) return
  const other = help.byHelper ? help.receiver : help.helper
  ask(scene.town, how, { help: help.id }, [scene.dice.chance(0.95) ? other : somebody(scene)])
}

export const neighbours: Topic = {
  'somebody joins': [1, join],
  'somebody invites': [1, (scene) => invite(scene, neighbour(scene))],
  'somebody is attested': [0.5, (scene) => ask(scene.town, 'member.attested', { member: somebody(scene), identity: ZERO }, [aSteward(scene)])],
  'somebody is declined': [0.3, (scene) => ask(scene.town, 'member.declined', { member: somebody(scene), reason: ZERO }, [aSteward(scene)])],
  'two agree': [6, agree],
  'one calls off': [1, (scene) => {
    const found = about(scene, 'agreed')
    if (found) ask(scene.town, 'agreement.cancelled', { agreement: found[0].id }, [found[1]])
  }],
  'one comes': [2, (scene) => {
    const found = about(scene, 'agreed', 'reported')
    if (found) ask(scene.town, 'checkin.made', { agreement: found[0].id }, [found[1]])
  }],
  'one reports': [6, (scene) => {
    const found = about(scene, 'agreed')
    if (!found) return
    const [{ id }, who] = found
    const minutes = minutesOf(found[0])
    ask(scene.town, 'completion.reported', { agreement: id, minutes: scene.dice.chance(0.6) ? minutes : BigInt(scene.dice.below(Number(minutes) + 2)) }, [who])
  }],
  'the other confirms': [5, (scene) => answer(scene, 'completion.confirmed')],
  'the other declines': [1, (scene) => answer(scene, 'completion.declined')],
  'one rates': [4, rate],
  'the hub opens a rating': [4, open],
  'somebody writes help down': [5, writeDown],
  'somebody says yes to help': [5, (scene) => answerHelp(scene, 'help.confirmed')],
  'somebody says no to help': [1, (scene) => answerHelp(scene, 'help.declined')],
}
