/** People, their devices, and organisations. */
import type { Hex, Origin } from '#ledger/action.ts'

export type PersonView = { acct: Hex; name: string | null; hub: Origin; city: string }

/** POST /api/devices: a device that wants to speak for `account`, and its signature over both under context `device`. */
export type NewDeviceRequest = { account: Hex; device: Hex; proof: Hex }
/** It waits to be let in until then, in seconds. */
export type NewDeviceAnswer = { until: number }
/** GET /api/accounts/:number: whose account begins with these eight digits. */
export type AccountAnswer = { acct: Hex }

/** A device that waits to be let in, with what the one that lets it in has to repeat. */
export type NewDeviceView = { acct: Hex; device: Hex; proof: Hex; until: number }

/**
 * A new device that stewards give to somebody: approved by so many of those needed; announced for `due`, or not yet.
 * `by`: of those who still are stewards; `byMe`: the reader has approved, and need not again.
 */
export type RecoveryView = { member: PersonView; device: Hex; ts: number; by: PersonView[]; needed: number; due: number | null; byMe: boolean }

/** GET /api/devices: the keys of one's own devices, what waits to become one, and what stewards are about to do. */
export type DevicesView = { devices: Hex[]; waiting: NewDeviceView[]; recovery: RecoveryView | null }

/** GET /api/steward/devices. */
export type StewardDevicesView = { waiting: (NewDeviceView & { name: string | null })[]; recoveries: RecoveryView[] }

/** GET /api/organisations: organisations and groups, and who signs for them. One that is not attested yet waits for a steward. */
export type OrganisationView = PersonView & {
  form: 'person' | 'organisation' | 'group'
  attested: boolean
  status: 'active' | 'restricted' | 'banned' | 'departed'
  signers: PersonView[]
  /** Of who asks: whether they sign for it, or are asked to. */
  isSigner: boolean
  isNamed: boolean
}
