/** *Devices*, *Recovery* of the README: with which keys a member speaks. */
import { demand, type Hex } from './bytes.ts'
import { charterOf, demandNewKey, isSteward } from './city.ts'
import { DAY } from './genesis.ts'
import { messageIn } from './signatures.ts'
import { levelOf } from './standing.ts'
import type { City, Member, Recovery, Rules, Settlings } from './state.ts'
import { after, setDeadline } from './time.ts'
import { least, most, YEAR } from './value.ts'

const [MOST_DEVICES, MOST_ENDED] = [8, 16]
/** For how long a recovery may be proposed without being announced. */
const PROPOSED_DAYS = 30n

const isProved = (city: City, acct: Hex, device: Hex, proof: Hex): boolean =>
  city.verify(device, messageIn('device', city.hub.id, acct + device), proof)

function endDevice(city: City, member: Member, device: Hex, ts: bigint): void {
  member.devices = member.devices.filter((one) => one !== device)
  city.ended.push({ device, acct: member.acct, ts })
}

/** The open recovery of a member with this key. */
function recoveryOf(city: City, member: Hex, device?: Hex): Recovery {
  const recovery = city.recoveries.get(member)
  demand(recovery !== undefined && (device === undefined || recovery.device === device), 'no-recovery')
  return recovery
}

/** Whether as many have approved it of who still is a steward. */
function isApproved(city: City, recovery: Recovery): boolean {
  const others = [...city.members.values()].filter(({ steward, acct }) => steward && acct !== recovery.member).length
  return BigInt(recovery.by.filter((acct) => isSteward(city, acct)).length) >= most(1n, least(charterOf(city).stewardThreshold, BigInt(others)))
}

function announceIfApproved(city: City, recovery: Recovery, ts: bigint): void {
  if (!isApproved(city, recovery)) return
  recovery.due = after(ts, charterOf(city).windows.recoveryDays)
  setDeadline(city, recovery.due, 'member.recovery', recovery.member)
}

type Proposal = { member: Hex; device: Hex; proof: Hex; evidence: Hex }

export const deviceRules: Rules = {
  'device.added'(city, { device, proof }: { device: Hex; proof: Hex }, { acct, ts }) {
    const member = city.members.get(acct)!
    demandNewKey(city, device, member)
    demand(isProved(city, acct, device, proof), 'key-unproved')
    demand(member.devices.length < MOST_DEVICES, 'limit-reached')
    const ended = city.ended.filter((one) => one.acct === acct && one.ts > ts - YEAR * DAY)
    demand(ended.length < MOST_ENDED, 'limit-reached')
    member.devices.push(device)
  },

  'device.revoked'(city, { device }: { device: Hex }, { acct, ts }) {
    const member = city.members.get(acct)!
    demand(member.devices.includes(device), 'unknown-device')
    demand(member.devices.length > 1, 'last-device')
    endDevice(city, member, device, ts)
  },

  'recovery.proposed'(city, fields: Proposal, { acct, ts }) {
    const { device, proof, evidence } = fields
    const [member, proposer] = [city.members.get(fields.member), city.members.get(acct)!]
    demand(member, 'unknown-member')
    demand(member.attested, 'not-attested')
    demand(proposer.steward || levelOf(city, proposer) >= 2n, 'level-too-low')
    demand(member.status !== 'departed', 'departed')
    demand(member !== proposer, 'own-recovery')
    demand(!city.recoveries.has(member.acct), 'recovery-open')
    demandNewKey(city, device, member)
    demand(isProved(city, member.acct, device, proof), 'key-unproved')
    const recovery: Recovery = { member: member.acct, device, evidence, by: proposer.steward ? [acct] : [], ts, due: null }
    city.recoveries.set(member.acct, recovery)
    setDeadline(city, after(ts, PROPOSED_DAYS), 'member.recovery', member.acct)
    announceIfApproved(city, recovery, ts)
  },

  'recovery.approved'(city, { member, device }: { member: Hex; device: Hex }, { acct, ts }) {
    const recovery = recoveryOf(city, member, device)
    demand(acct !== member, 'own-recovery')
    demand(recovery.due === null, 'wrong-phase')
    const isSaid = recovery.by.includes(acct)
    demand(!isSaid || isApproved(city, recovery), 'already-approved')
    if (!isSaid) recovery.by.push(acct)
    announceIfApproved(city, recovery, ts)
  },

  'recovery.vetoed'(city, { member }: { member: Hex }, { acct }) {
    recoveryOf(city, member)
    demand(acct === member || city.members.get(acct)!.steward, 'not-a-party')
    city.recoveries.delete(member)
  },
}

export const deviceSettlings: Settlings = {
  'member.recovery'(city, acct, at) {
    const recovery = city.recoveries.get(acct)
    if (recovery === undefined) return
    const isOver = recovery.due === null && after(recovery.ts, PROPOSED_DAYS) === at
    if (recovery.due !== at && !isOver) return
    city.recoveries.delete(acct)
    const member = city.members.get(acct)
    if (isOver || member === undefined || member.status === 'departed') return
    for (const device of member.devices) endDevice(city, member, device, at)
    member.devices = [recovery.device]
  },
}
