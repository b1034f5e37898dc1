/**
 * What evidence comes to: an offence, with the name by which everybody knows it again, and the hub it is of.
 *
 * An offence is named by what was done, not by the bundle that shows it: whichever statement comes first, and whatever
 * witnesses wrote under them, it is the same one.
 */
import type { Hex, Origin } from '../action.ts'
import { toHex, utf8 } from '../bytes.ts'
import { originOf, parseGenesis } from '../entry.ts'
import { sha256 } from '../hash.ts'
import { isAcceptableKey } from '../keys.ts'
import { type NoteKey, SIGNATURE } from '../note.ts'
import { big, bytesOf, encodeAs, fields, listOf, oneOf } from '../schema.ts'

/** Kinds by which everybody who verifies them freezes a hub at once: two words of one key that cannot both be true. */
export const freezingKinds = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6'] as const
export type FreezingKind = (typeof freezingKinds)[number]
/** With those that need a log beside them and a decision of stewards. */
export const evidenceKinds = [...freezingKinds, 'E7', 'E8', 'E9'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

export const isFreezing = (kind: EvidenceKind): kind is FreezingKind => (freezingKinds as readonly EvidenceKind[]).includes(kind)

/** What a bundle proves. */
export type Offence = {
  kind: EvidenceKind
  /** Names what was done: the same for every bundle that shows it, whichever statement comes first. */
  id: Hex
  hubId: Uint8Array
  origin: Origin
  city: string
  logKey: Uint8Array
  /** The key that said both. */
  guilty: NoteKey
  /** The log that has to be laid beside it before it convicts; null when it convicts by itself. */
  beside: Origin | null
  /** One sentence, in English, of what is shown. */
  shows: string
  /** The place of the contradiction: a number of the log before which both statements may agree; in E5 and E6 a slot. */
  at: bigint
  /** The hub whose chain that slot is of; null for what is said of a log. */
  chain: Origin | null
  /** The statements, as far as a restore could excuse one of them (`excuse.ts`). */
  statements: Statement[]
}

export type Statement = { generation: number } | { note: string } | { order: Hex }

/** Why a text convicts nobody. */
export type EvidenceFault =
  | 'too-large' | 'unreadable' | 'bad-genesis' | 'bad-receipt' | 'bad-checkpoint' | 'bad-proof' | 'bad-order' | 'bad-card'
  | 'bad-vote' | 'bad-flag' | 'other-number' | 'other-generation' | 'other-size' | 'no-contradiction' | 'other-words'

/** The hub that a genesis founds, and what it says it signs with. */
export type Accused = Pick<Offence, 'hubId' | 'origin' | 'city' | 'logKey'> & { orderKey: Uint8Array }

/** Null for bytes that found none. */
export function accusedBy(genesis: Uint8Array): Accused | null {
  const parsed = parseGenesis(genesis)
  if (parsed === null || !isAcceptableKey(parsed.logKey)) return null
  const hubId = sha256(genesis)
  const { city, logKey, orderKey } = parsed
  return { hubId, origin: originOf(parsed.name, toHex(hubId)), city, logKey, orderKey }
}

const namedSchema = fields({
  kind: oneOf(...evidenceKinds), hub: bytesOf(32), numbers: listOf(big, 2), hashes: listOf(bytesOf(32), 4),
})

type Charge = { numbers: bigint[]; hashes: Uint8Array[]; guilty?: NoteKey; beside?: Origin | null; chain?: Origin | null } & Pick<Offence, 'at' | 'statements' | 'shows'>

/** The offence of this hub; of its log key where no other is named. */
export function offence(
  { orderKey: _, ...accused }: Accused, kind: EvidenceKind, { numbers, hashes, guilty, beside = null, chain = null, ...own }: Charge,
): Offence {
  const named = encodeAs(namedSchema, { kind, hub: accused.hubId, numbers, hashes })
  const logKey: NoteKey = { name: accused.origin, type: SIGNATURE, publicKey: accused.logKey }
  return { kind, id: toHex(sha256(utf8('cv/evidence\0'), named)), ...accused, guilty: guilty ?? logKey, beside, chain, ...own }
}
