/** With which keys people speak, who speaks for whom, and who goes. */
import { type Hex, sha } from '../reducer/bytes.ts'
import { readRecord } from '../reducer/records.ts'
import type { Member } from '../reducer/state.ts'
import { isTogether } from './cities.ts'
import { keyOf, named, signIn } from './keys.ts'
import { another, aSteward, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask, shown, type Town } from './town.ts'

const ZERO = '00'.repeat(32)

/** A key that is new here, and its own word that it speaks for this account. */
function newKey({ dice, town }: Scene, acct: Hex): { device: Hex; proof: Hex } {
  const device = keyOf(`${town.name} key ${town.records.length}`)
  return { device, proof: signIn(device, 'device', town.city.hub.id, acct + (dice.chance(0.97) ? device : ZERO)) }
}

function recover(scene: Scene): void {
  const { town } = scene
  const [by, member] = [neighbour(scene), somebody(scene)]
  ask(town, 'recovery.proposed', { member, ...newKey(scene, member), evidence: ZERO }, [by])
}

function aboutRecovery(scene: Scene, what: (recovery: { member: Hex; device: Hex }) => unknown): void {
  const recovery = scene.dice.pick(scene.town.city.recoveries.values())
  if (recovery !== undefined) what(recovery)
}

export function found(scene: Scene): void {
  const { dice, town } = scene
  const organisation = named(`${town.name} organisation ${town.records.length}`)
  const charter = sha(town.city.charters.at(-1)!.charter)
  const by = neighbour(scene)
  const form = dice.among('organisation', 'group')
  ask(town, 'organisation.joined', { organisation, form, profile: ZERO, charter }, [by])
  const second = another(scene, by)
  if (second !== undefined && dice.chance(0.8)) {
    ask(town, 'signer.named', { organisation, signer: second }, [by])
    ask(town, 'signer.accepted', { organisation }, [second])
  }
  ask(town, 'member.attested', { member: organisation, identity: ZERO }, [aSteward(scene)])
}

/** An organisation, and one who signs for it. */
function anOrganisation({ dice, town: { city } }: Scene): { organisation: Hex; signer: Hex } | undefined {
  const organisation = dice.pick(city.organisations.values())
  return organisation && { organisation: organisation.acct, signer: dice.pick(organisation.signers)! }
}

export function move(scene: Scene, acct = neighbour(scene)): void {
  const { dice, town, other } = scene
  const [member, brought] = [town.city.members.get(acct), town.city.brought.get(acct)]
  if (member === undefined) return
  ask(town, 'member.moved', {
    destination: other.card.origin, lifetimeMilli: member.lifetimeMilli + (brought?.lifetimeMilli ?? 0n) + (dice.chance(0.97) ? 0n : 1n),
    contributions: member.contributions + (brought?.contributions ?? 0n), reserveMilli: member.reserveMilli,
  }, [acct])
}

/** Who has moved from the other town arrives, with what it says of them. */
export function arrive(scene: Scene): void {
  const { dice, town, other } = scene
  const gone = dice.pick(other.city.departures.filter(({ to }) => to === town.card.origin))
  const member = gone && other.city.members.get(gone.acct)
  if (member === undefined) return
  const seq = movedAt(other, member)
  const device = member.devices.at(-1)!
  ask(town, 'member.arrived', {
    device, profile: ZERO, charter: sha(town.city.charters.at(-1)!.charter), home: other.card.origin, moved: shown(other, seq),
  }, { acct: member.acct, device })
}

export const people: Topic = {
  'somebody has one more device': [1, (scene) => {
    const acct = neighbour(scene)
    ask(scene.town, 'device.added', newKey(scene, acct), [acct])
  }],
  'a device is no more': [0.6, (scene) => {
    const acct = neighbour(scene)
    const device = scene.dice.pick(scene.town.city.members.get(acct)?.devices ?? []) ?? ZERO
    ask(scene.town, 'device.revoked', { device }, [acct])
  }],
  'somebody who lost all is given a new key': [0.6, recover],
  'a steward knows them too': [0.6, (scene) =>
    aboutRecovery(scene, ({ member, device }) => ask(scene.town, 'recovery.approved', { member, device }, [aSteward(scene)]))],
  'it is stopped': [0.2, (scene) => aboutRecovery(scene, ({ member }) =>
    ask(scene.town, 'recovery.vetoed', { member }, [scene.dice.chance(0.5) ? member : neighbour(scene)]))],
  'an organisation is founded': [0.6, found],
  'an organisation names somebody': [0.5, (scene) => {
    const one = anOrganisation(scene)
    if (one) ask(scene.town, 'signer.named', { organisation: one.organisation, signer: somebody(scene) }, [scene.dice.chance(0.9) ? one.signer : aSteward(scene)])
  }],
  'who was named accepts': [0.5, (scene) => {
    const organisation = scene.dice.pick(scene.town.city.organisations.values())
    if (organisation) ask(scene.town, 'signer.accepted', { organisation: organisation.acct }, [organisation.named[0] ?? neighbour(scene)])
  }],
  'somebody signs for it no more': [0.4, (scene) => {
    const [one, acct] = [anOrganisation(scene), neighbour(scene)]
    if (one) ask(scene.town, 'signer.ended', { organisation: one.organisation, signer: scene.dice.among(one.signer, acct) }, [scene.dice.among(one.signer, acct)])
  }],
  'somebody leaves': [0.2, (scene) => ask(scene.town, 'member.left', {}, [neighbour(scene)])],
  'somebody moves to the other town': [0.3, (scene) => (isTogether(scene) ? move(scene) : undefined)],
  'somebody arrives from there': [0.6, (scene) => (isTogether(scene) ? arrive(scene) : undefined)],
}

const movedAt = (town: Town, { acct }: Member): number =>
  town.records.findLastIndex((record) => record.includes(acct) && readRecord(record).kind.name === 'member.moved')
