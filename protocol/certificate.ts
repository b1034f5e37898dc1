/**
 * The certificate of taking part 参与证明: what a community's record says of one person, as a document they may show anywhere.
 *
 * It has the four blocks that such certificates have in China (民发〔2015〕149号): who; how long and what; who says so; number
 * and date. It is one document under two names: a Verifiable Credential 2.0, and an Open Badge 3.0 whose achievement is to
 * have taken part.
 *
 * What the hub signs: that its record, as long as named in `evidence`, comes to these numbers for this account. What it does
 * not sign: who the person is before the law, how good anything was, that anything is owed for it. It is worth no value.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { utcText } from '#ledger/calendar.ts'
import { sha256 } from '#ledger/hash.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { type Credential, type JsonObject, signCredential } from './credential.ts'
import { didKeyOf, multikeyOf } from './multikey.ts'

export const certificateContexts = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'] as const

/** How somebody can have taken part. */
export const partKinds = ['help', 'use', 'session', 'work', 'project'] as const
export type PartKind = (typeof partKinds)[number]

/** What the record comes to for one person, up to `size` entries. */
export type Participation = {
  acct: Hex
  /** Null where the hub no longer knows it. */
  name: string | null
  city: string
  origin: Origin
  /** When they joined, and when this was counted; seconds. */
  since: number
  ts: number
  /** How often of each, and for how many minutes of their own time; those that never happened are left out. */
  parts: { kind: PartKind; times: number; minutes: number }[]
  /** How many different people they helped. */
  helped: number
  /** The tree of the record that this was counted from. */
  size: number
  root: Hex
}

const names: Record<PartKind, string> = {
  help: 'helping neighbours', use: 'sharing what one has', session: 'leading gatherings', work: 'work for the community', project: 'projects',
}

const hoursOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** What is said of the parts, in a sentence a machine need not read. */
const narrativeOf = ({ parts, helped }: Participation): string => [
  ...parts.map(({ kind, times, minutes }) => `${names[kind]}: ${times} times${minutes === 0 ? '' : `, ${hoursOf(minutes)}`}`),
  `people helped: ${helped}`,
].join('; ')

/** A number of its own for each certificate: the day's year, how long the record was, and the account. */
export const certificateNumber = ({ ts, size, acct }: Pick<Participation, 'ts' | 'size' | 'acct'>): string =>
  `${utcText(ts).slice(0, 4)}-${size}-${acct.slice(0, 8)}`

/** The same as a URN: a UUID of version 8 (RFC 9562) made of what the number stands for. */
function urnOf(hubId: Uint8Array, { acct, size }: Participation): string {
  const bytes = sha256(hubId, fromHex(acct)!, utf8(String(size))).slice(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = toHex(bytes)
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`
}

/** The document before it is signed. `logKey`: the hub's log key, which is who issues. */
export function certificateOf(part: Participation, hubId: Uint8Array, logKey: Uint8Array): JsonObject {
  const issuer = didKeyOf(logKey)
  const minutes = part.parts.reduce((sum, one) => sum + one.minutes, 0)
  return {
    '@context': [...certificateContexts],
    id: urnOf(hubId, part),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: `Certificate of taking part, ${part.city}`,
    issuer: { id: issuer, type: ['Profile'], name: part.city },
    validFrom: utcText(part.ts),
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [
        { type: 'IdentityObject', hashed: false, identityType: 'identifier', identityHash: part.acct },
        ...(part.name === null ? [] : [{ type: 'IdentityObject', hashed: false, identityType: 'name', identityHash: part.name }]),
      ],
      activityStartDate: utcText(part.since),
      activityEndDate: utcText(part.ts),
      narrative: narrativeOf(part),
      achievement: {
        id: `${issuer}#taking-part`,
        type: ['Achievement'],
        achievementType: 'CommunityService',
        name: 'Taking part in a community of mutual help',
        description: `${hoursOf(minutes)} given, ${part.helped} people helped, as both sides confirmed.`,
        criteria: { narrative: 'Each part was confirmed by somebody else under their own key, and stands in the record of the community.' },
      },
    },
    evidence: [{
      type: ['Evidence'],
      name: part.origin,
      narrative: `Counted from the record of ${part.origin} up to ${part.size} entries, with the root ${part.root}.`,
    }],
  }
}

/** Signed by the hub's log key, at the time it was counted. */
export function signedCertificate(part: Participation, hubId: Uint8Array, logSecret: Uint8Array): Credential {
  const logKey = publicKeyOf(logSecret)
  return signCredential(certificateOf(part, hubId, logKey), logSecret, `${didKeyOf(logKey)}#${multikeyOf(logKey)}`, utcText(part.ts))
}
