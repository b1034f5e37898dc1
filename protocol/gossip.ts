/**
 * A listing on its way: `[envelope, body or null]`, the same bytes on a topic and in an answer of `sync.ts`.
 *
 * The envelope is carried as the bytes that were received and never encoded again, so one listing has one
 * message and is heard once. The body travels beside it, because it is named by its hash and can be erased
 * without touching what was signed.
 */
import { bytesUpTo, decodeAs, encodeAs, fields, type Infer, nullable } from '#ledger/schema.ts'
import { BODY_BYTES_MAX } from './listing.ts'

/** A listing of 1,536 bytes, its device, two signatures, and their heads. */
export const ENVELOPE_BYTES_MAX = 1_792
/** Envelope, body and their heads: far below what a topic may carry. */
export const LISTING_MESSAGE_BYTES_MAX = ENVELOPE_BYTES_MAX + BODY_BYTES_MAX + 16

const messageSchema = fields({
  envelope: bytesUpTo(ENVELOPE_BYTES_MAX),
  body: nullable(bytesUpTo(BODY_BYTES_MAX)),
})
export type ListingMessage = Infer<typeof messageSchema>

export const encodeListingMessage = (message: ListingMessage): Uint8Array => encodeAs(messageSchema, message)

/** Null for anything but the one spelling of a message. */
export const parseListingMessage = (bytes: Uint8Array): ListingMessage | null => decodeAs(messageSchema, bytes)
