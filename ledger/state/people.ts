/**
 * People and who acts for them: what is known of a member, of an organisation, of a guest, of those who are gone.
 */
import type { Hex, Origin } from '../action.ts'
import { toHex } from '../bytes.ts'
import { keyIdOf } from '../keys.ts'
import { Times } from './times.ts'

/** One member's part of the books, base units. `held` is promised and not yet given. */
export type Account = { domain: bigint; held: bigint; global: bigint; globalHeld: bigint }

/**
 * What a member's standing is computed from: the times (seconds, ascending) of what happened in the last
 * `TRACK_DAYS`, so that a window can be laid over them.
 */
export type Track = {
  /** Grades received as a helper. */
  poor: Times
  fair: Times
  good: Times
  /** Agreements and helps that ended, kept or not. */
  kept: Times
  broken: Times
  /** Domain days on which the member signed something, each once. */
  activeDays: Times
}

/** How far back a track reaches. */
export const TRACK_DAYS = 365

/** Whom an account stands for. Only a person has a level and a voice. */
export const forms = ['person', 'organisation', 'group'] as const
export type Form = (typeof forms)[number]

/** What is left to a member to do; see `rules/status.ts`. */
export const statuses = ['active', 'restricted', 'banned', 'departed'] as const
export type Status = (typeof statuses)[number]

export type Member = {
  acct: Hex
  form: Form
  status: Status
  /** Device public keys by keyId. */
  devices: Map<Hex, Uint8Array>
  profile: Hex
  joinedTs: number
  /** Whose invitation they joined by; null for who came by petition or founded the hub. */
  invitedBy: Hex | null
  attested: boolean
  steward: boolean
  account: Account
  /** Σ awards at formula value, here and abroad; never decays; levels read it. */
  lifetimeMilli: bigint
  /** Contributions that are confirmed: one opens level 2. */
  contributions: number
  /** Global credited by conversion in the latest quarter in which there was one; null before the first. */
  converted: { quarter: number; milli: bigint } | null
  /** Domain earned in the latest protocol year in which there was any; null before the first. */
  earned: { year: number; milli: bigint } | null
  /** 时间储备: what they have put aside, nominal, and why stewards have opened it to them. */
  reserveMilli: bigint
  reserveOpen: ReserveGround | null
  /** What they earned beyond the cap, ever: given to the commons in their name. */
  toCommonsMilli: bigint
  /** The Domain day of the latest activity, and the one on which being away last took something (0: never). */
  awakeDay: number
  shrunkDay: number
  /** The last Domain day on which a plan of care provides for them (0: none ever did). */
  caredUntil: number
  /** Set apart by stewards: being away takes nothing. */
  exempt: boolean
  /** What of `held` came in while they were away, base units: it waits for their next act. */
  waiting: { domain: bigint; global: bigint }
  track: Track
}

/** Who signs for an organisation or a group, in the order of being so, and who has been asked to and has not answered. */
export type Organisation = { acct: Hex; signers: Hex[]; named: Hex[] }

/** Whoever is gone: when, and where to if they moved. */
export type Departure = { acct: Hex; ts: number; to: Origin | null }

/** The latest entry by which somebody asked that their words be erased. */
export type Erasure = { acct: Hex; seq: number; ts: number }

/** What somebody who moved here had contributed before, as their home's record says. */
export type Brought = { acct: Hex; home: Origin; lifetimeMilli: bigint; contributions: number }

/** A key that was a member's and signs nothing any more. */
export type EndedDevice = { device: Uint8Array; acct: Hex; ts: number }

/** A new device for a member who has lost theirs: proposed, and with enough stewards behind it announced for a midnight. */
export type Recovery = { member: Hex; device: Uint8Array; evidence: Hex; by: Hex[]; ts: number; due: number | null }
/** A code that somebody may join with until the end of a UTC day, by its hash. */
export type Invitation = { invitation: Hex; by: Hex; until: number }

/** A member of another city who acts here. Holds nothing here: no account, no level, no vote. */
export type Guest = { acct: Hex; home: Origin; devices: Map<Hex, Uint8Array> }

/** What opens a time reserve. */
export const reserveGrounds = ['age', 'hardship', 'relative'] as const
export type ReserveGround = (typeof reserveGrounds)[number]

/** A member with nothing yet: no value, no history, one device if they are a person. */
export function newMember(acct: Hex, device: Uint8Array | null, profile: Hex, ts: number, awakeDay: number): Member {
  return {
    acct,
    form: 'person',
    status: 'active',
    devices: new Map(device === null ? [] : [[toHex(keyIdOf(device)), device]]),
    profile,
    joinedTs: ts,
    invitedBy: null,
    attested: false,
    steward: false,
    account: { domain: 0n, held: 0n, global: 0n, globalHeld: 0n },
    lifetimeMilli: 0n,
    contributions: 0,
    converted: null,
    earned: null,
    reserveMilli: 0n,
    reserveOpen: null,
    toCommonsMilli: 0n,
    awakeDay,
    shrunkDay: 0,
    caredUntil: 0,
    exempt: false,
    waiting: { domain: 0n, global: 0n },
    track: {
      poor: new Times(), fair: new Times(), good: new Times(), kept: new Times(), broken: new Times(), activeDays: new Times(),
    },
  }
}
