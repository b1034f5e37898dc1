/**
 * Evidence on its way: bundles (`ledger/evidence/evidence.ts`) on their topic and over their stream, and what to
 * say of them.
 *
 * A bundle proves itself, so it matters nothing who brings it. What fits is put on the topic; what does
 * not is announced there by its id and fetched from whoever announced it. Since a hub that was off hears
 * nothing, members also ask each other what they hold, at every connection and now and then.
 *
 * A hub can make as much evidence against itself as it likes. One bundle is enough to freeze it, so only
 * a few of each hub are kept, and only so many an hour are looked at. Bundles that a restore excuses convict
 * nobody: they do not count, and make room for one that does.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, utf8 } from '#ledger/bytes.ts'
import { verifyEvidence } from '#ledger/evidence/evidence.ts'
import type { Offence } from '#ledger/evidence/offence.ts'
import { bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, nullable, textUpTo } from '#ledger/schema.ts'
import { BUNDLE_INLINE_BYTES_MAX, BUNDLES_PER_HUB_MAX } from './limits.ts'
import { TOPIC_MESSAGE_BYTES_MAX } from './topic.ts'

const messageSchema = fields({
  hub: textUpTo(64), id: hexOf(32), text: nullable(bytesUpTo(BUNDLE_INLINE_BYTES_MAX)),
})
/** What the topic carries: of which hub, which offence, and the bundle if it is small enough. */
export type EvidenceMessage = Infer<typeof messageSchema>

/** The object that tells others of a bundle. */
export function encodeEvidenceMessage({ origin, id }: Offence, text: string): Uint8Array {
  const bytes = utf8(text)
  return encodeAs(messageSchema, { hub: origin, id, text: bytes.length > BUNDLE_INLINE_BYTES_MAX ? null : bytes })
}

/** What a bundle is judged by. `mayLook`: takes one of the places that a hub has in an hour. */
export type EvidenceScene = {
  /** The id of a hub by the federation document in force, this hub's own among them. */
  hubIdOf(origin: Origin): Uint8Array | undefined
  /** Whether a bundle of this offence is kept that no restore excuses, and how many such of a hub. */
  holds(id: Hex): boolean
  heldOf(origin: Origin): number
  mayLook(origin: Origin): boolean
  /** Whether a bundle is of this hub's own making, or brought by a person: only then is one taken that needs people's judgement. */
  isOwn: boolean
}

export type EvidenceRejected = 'oversize' | 'malformed' | 'not-proved' | 'other-offence'
export type EvidenceIgnored = 'unknown-hub' | 'held' | 'enough-of-hub' | 'too-many-this-hour' | 'to-be-fetched' | 'for-stewards' | 'fault'

export type EvidenceJudgement =
  | { verdict: 'accept'; text: string; offence: Offence }
  | { verdict: 'ignore'; because: EvidenceIgnored; hub?: Origin; id?: Hex }
  | { verdict: 'reject'; because: EvidenceRejected }

/** What to say of an object on the topic. Never throws. */
export function verdictOnEvidence(bytes: Uint8Array, scene: EvidenceScene): EvidenceJudgement {
  try {
    // [REJECT] larger than anything on a topic, or not the one spelling of a message.
    if (bytes.length > TOPIC_MESSAGE_BYTES_MAX) return reject('oversize')
    const message = decodeAs(messageSchema, bytes)
    if (message === null) return reject('malformed')
    const { hub, id, text } = message
    const unwanted = unwantedOf(hub, id, scene)
    if (unwanted !== null) return unwanted
    // [IGNORE] word of a bundle too large for a topic: whoever has fetched and checked it tells others.
    if (text === null) return { verdict: 'ignore', because: 'to-be-fetched', hub, id }
    return judge(text, hub, id, scene)
  } catch {
    return ignore('fault')
  }
}

/** The same of a bundle that was asked for by its id, or that a person brought (`id` null). Never throws. */
export function verdictOnBundle(
  text: Uint8Array, asked: { hub: Origin; id: Hex } | null, scene: EvidenceScene,
): EvidenceJudgement {
  try {
    const verdict = verifyEvidence(fromUtf8(text) ?? '')
    const named = asked ?? (verdict.ok ? { hub: verdict.offence.origin, id: verdict.offence.id } : null)
    if (named === null) return reject('not-proved')
    return unwantedOf(named.hub, named.id, scene) ?? judge(text, named.hub, named.id, scene)
  } catch {
    return ignore('fault')
  }
}

function unwantedOf(hub: Origin, id: Hex, scene: EvidenceScene): EvidenceJudgement | null {
  // [IGNORE] of a hub that is in no document here: a newer one may name it.
  if (scene.hubIdOf(hub) === undefined) return ignore('unknown-hub')
  // [IGNORE] an offence that is proved already, or of a hub against which enough is.
  if (scene.holds(id)) return ignore('held')
  return scene.heldOf(hub) >= BUNDLES_PER_HUB_MAX ? ignore('enough-of-hub') : null
}

function judge(bytes: Uint8Array, hub: Origin, id: Hex, scene: EvidenceScene): EvidenceJudgement {
  // [IGNORE] more than are looked at in an hour: checking one costs some signatures.
  if (!scene.mayLook(hub)) return ignore('too-many-this-hour')
  // [REJECT] what proves nothing; no honest hub passes that on.
  const text = fromUtf8(bytes)
  const verdict = text === null ? null : verifyEvidence(text)
  if (text === null || verdict?.ok !== true) return reject('not-proved')
  // [REJECT] what proves something else than it says.
  const { offence } = verdict
  if (offence.origin !== hub || offence.id !== id) return reject('other-offence')
  // [IGNORE] what a log has to be laid beside: each city reads the others' logs and meets it by itself.
  if (offence.beside !== null && !scene.isOwn) return ignore('for-stewards')
  // [IGNORE] of a hub that has the same name and is another.
  return equalBytes(offence.hubId, scene.hubIdOf(hub)!) ? { verdict: 'accept', text, offence } : ignore('unknown-hub')
}

const reject = (because: EvidenceRejected): EvidenceJudgement => ({ verdict: 'reject', because })
const ignore = (because: EvidenceIgnored): EvidenceJudgement => ({ verdict: 'ignore', because })
