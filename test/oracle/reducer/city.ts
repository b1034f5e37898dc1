/** *Restores*, *State digest*, *Status* of the README, and who belongs to a city. */
import { shrink, wake } from './accounts.ts'
import { demand, fromHex, type Hex } from './bytes.ts'
import { encode } from './codec.ts'
import type { Charter } from './charter.ts'
import { DAY } from './genesis.ts'
import { addUp } from './months.ts'
import { rootOf } from './notes.ts'
import { digestOf } from './rows.ts'
import { isKey, keyIdOf, messageIn } from './signatures.ts'
import type { City, Member, Rules, Settlings } from './state.ts'
import { domainDay, takeDue } from './time.ts'
import { least, most } from './value.ts'

export const charterOf = (city: City): Charter => city.charters.at(-1)!.says

export function aMember(acct: Hex, device: Hex, profile: Hex, joinedTs: bigint, awakeDay: bigint, isFounder: boolean): Member {
  return {
    acct, form: 'person', status: 'active', devices: [device], profile, joinedTs, invitedBy: null, attested: isFounder, steward: isFounder, domain: 0n, held: 0n, global: 0n, globalHeld: 0n,
    lifetimeMilli: 0n, contributions: 0n, converted: null, earned: null, toCommonsMilli: 0n,
    reserveMilli: 0n, reserveOpen: null, awakeDay, caredUntil: 0n, shrunkDay: 0n, exempt: false,
    waiting: 0n, globalWaiting: 0n, poor: [], fair: [], good: [], kept: [], broken: [], activeDays: [],
  }
}

/** *Status*: nothing can be done with who is banned or has departed. */
export function demandPresent({ status }: Member): void {
  demand(status !== 'banned', 'banned')
  demand(status !== 'departed', 'departed')
}

export const isActive = (member: Member | undefined): boolean =>
  member !== undefined && member.attested && member.status !== 'banned' && member.status !== 'departed'

/** Whether an account is this person's, or one they sign for. */
export const isOwn = (city: City, acct: Hex, person: Hex): boolean =>
  acct === person || city.organisations.get(acct)?.signers.includes(person) === true

export const isSteward = (city: City, acct: Hex): boolean => city.members.get(acct)?.steward === true

/** As many stewards as are asked for, never more than there are. */
export const stewardsNeeded = (city: City, asked: bigint): bigint =>
  least(asked, BigInt([...city.members.values()].filter(({ steward }) => steward).length))

/** Whether so many stewards have said it, and one at least; who is one no more has said nothing. */
export function isEnough(city: City, by: Hex[], asked: bigint): boolean {
  const said = BigInt(by.filter((acct) => isSteward(city, acct)).length)
  return said >= most(1n, stewardsNeeded(city, asked))
}

/** That a key can sign, and is nobody’s: not a device now or before, nor of an open recovery, nor alike in its id to one of `of`. */
export function demandNewKey(city: City, key: Hex, of?: { devices: Hex[] }): void {
  const people = [...city.members.values(), ...city.guests.values()]
  demand(isKey(key), 'bad-key')
  demand(!people.some(({ devices }) => devices.includes(key)), 'key-taken')
  demand(![...city.ended, ...city.recoveries.values()].some(({ device }) => device === key), 'key-taken')
  demand(!of?.devices.some((device) => keyIdOf(device) === keyIdOf(key)), 'key-taken')
}

/** The stewards who are none of these parties, nor sign for one. */
export const neutralStewards = (city: City, parties: Hex[]): Hex[] =>
  [...city.members.values()].filter(({ acct, steward }) => steward && !parties.some((party) => isOwn(city, party, acct))).map(({ acct }) => acct)

/** Whether so many of these may decide: as many as are asked for, or as there are, and one at least. */
export function isDecided(city: City, parties: Hex[], by: Hex[], asked = charterOf(city).stewardThreshold): boolean {
  const able = neutralStewards(city, parties)
  const count = BigInt(able.filter((acct) => by.includes(acct)).length)
  return count >= 1n && count >= least(asked, BigInt(able.length))
}

/** A steward says something; all who have said it. */
function say(city: City, matter: string, acct: Hex): Hex[] {
  const said = city.jointly.find((one) => one.matter === matter)
  const by = [...new Set([...(said?.by ?? []), acct])].sort()
  if (said === undefined) city.jointly.push({ matter, by })
  else said.by = by
  return by
}

/** Of one steward's words that are not decided the latest 64 stand. */
function forgetOldest(city: City, acct: Hex): void {
  const theirs = city.jointly.filter(({ by }) => by.includes(acct))
  if (theirs.length <= 64) return
  theirs[0]!.by = theirs[0]!.by.filter((one) => one !== acct)
  city.jointly = city.jointly.filter(({ by }) => by.length > 0)
}

/** Stewards who are no party say the same, each once, or again where it is enough by now; whether it is decided (*Stewards together*). */
export function saidJointly(city: City, matter: string, acct: Hex, parties: Hex[], asked?: bigint): boolean {
  const before = city.jointly.find((one) => one.matter === matter)?.by ?? []
  demand(!before.includes(acct) || isDecided(city, parties, before, asked), 'already-approved')
  const isOver = isDecided(city, parties, say(city, matter, acct), asked)
  if (isOver) city.jointly = city.jointly.filter((one) => one.matter !== matter)
  else forgetOldest(city, acct)
  return isOver
}

/** How long exchanges are remembered, in days. */
const EXCHANGE_DAYS = 90n
/** How long an id is remembered, in days: longer than any action may wait. */
const REMEMBERED = 32n

type Approved = { steward: Hex; keyId: Hex; signature: Hex }
type Restored = { generation: bigint; size: bigint; root: Hex; givenUp: { size: bigint; root: Hex } | null; approvals: Approved[] }

type Exempted = { member: Hex; exempt: boolean }

export const cityRules = (settlings: Settlings): Rules => ({
  tick(city, _: object, { ts, seq, leaf }) {
    city.tickDay = ts / DAY
    city.tickSeq = seq
    city.ids = city.ids.filter(({ day }) => day > city.tickDay - REMEMBERED)
    for (let due = takeDue(city, ts); due !== undefined; due = takeDue(city, ts)) {
      const { what, id, at } = due
      addUp(city, at)
      settlings[what]!(city, id, at, seq, leaf)
    }
    addUp(city, ts)
    city.exchanges = city.exchanges.filter(({ day }) => day >= domainDay(city, ts) - EXCHANGE_DAYS)
  },

  'state.digest'(city, { root }: { root: Hex }, { seq }) {
    demand(city.tickSeq === seq - 1n, 'digest-misplaced')
    demand(root === digestOf(city), 'wrong-digest')
  },

  'hub.restored'(city, { generation, size, root, givenUp, approvals }: Restored, { seq, ts }) {
    demand(generation === BigInt(city.restores.length) + 1n, 'wrong-generation')
    demand(size === seq && root === rootOf(city.leaves), 'other-tree')
    demand(givenUp === null || givenUp.size > size, 'nothing-given-up')
    const gone = givenUp && [givenUp.size, fromHex(givenUp.root)]
    const payload = encode([3n, generation, size, fromHex(root), gone])
    const by: Hex[] = []
    for (const { steward, keyId, signature } of approvals) {
      demand(!by.includes(steward), 'already-approved')
      const member = city.members.get(steward)
      demand(member, 'unknown-member')
      demand(member.steward, 'not-a-steward')
      const device = member.devices.find((key) => keyIdOf(key) === keyId)
      demand(device !== undefined, 'unknown-device')
      demand(city.verify(device, messageIn('appr', city.hub.id, payload), signature), 'wrong-signature')
      by.push(steward)
    }
    demand(BigInt(by.length) >= stewardsNeeded(city, charterOf(city).stewardThreshold), 'not-enough-stewards')
    city.restores.push({ size, ts, by, claims: [] })
  },

  'dormancy.exempted'(city, fields: Exempted, { acct, ts }) {
    const { exempt } = fields
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(!isOwn(city, member.acct, acct), 'own-matter')
    demandPresent(member)
    demand(member.exempt !== exempt, 'as-before')
    if (!saidJointly(city, `dormancy.exempted ${member.acct} ${exempt}`, acct, [member.acct])) return
    if (exempt) shrink(city, member, ts)
    else wake(city, member, ts)
    member.exempt = exempt
  },

  'lost.claimed'(city, { generation, seq, receipt }: { generation: bigint; seq: bigint; receipt: Hex }, { acct, ts }) {
    const restore = city.restores[Number(generation) - 1]
    demand(restore, 'unknown-restore')
    demand(seq >= restore.size, 'not-lost')
    demand(city.restores.every(({ claims }) => claims.every((claim) => claim.receipt !== receipt)), 'already-claimed')
    restore.claims.push({ receipt, by: acct, seq, ts })
  },
})
