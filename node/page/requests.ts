/** The forms of the bodies that the HTTP interface takes (`protocol/api.ts` has them as types). */
import { z } from 'zod'
import { fromBase64, fromHex } from '#ledger/bytes.ts'
import { isSlug, regions } from '#ledger/entry.ts'
import { EVIDENCE_BYTES_MAX } from '#ledger/evidence/evidence.ts'
import { presets } from '#ledger/charter/presets.ts'
import { type CircleRequest, type ComeRequest, hubLanguages, NOTICE_LENGTH_MAX, TASK_LENGTH_MAX } from '#protocol/api.ts'
import { listedResources, listingCategories, listingKinds, returns, SLOTS_MAX, TAG_BYTES_MAX } from '#protocol/listing.ts'
import { PICTURE_BYTES_MAX } from '#protocol/picture.ts'
import { SIGNED_LETTER_BYTES_MAX } from '#protocol/letter.ts'
import { isCell } from '#protocol/place.ts'

const hexText = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))
const hex = (bytes: number) => hexText(bytes).transform((text) => fromHex(text)!)
const base64 = (bytesMax: number) =>
  z.string().max(Math.ceil(bytesMax / 3) * 4).meta({ contentEncoding: 'base64' }).refine((text) => fromBase64(text) !== null).transform((text) => fromBase64(text)!)

const auth = z.strictObject({ keyId: hex(8), signature: hex(64) })

/** Text that has UTF-8 bytes: JSON can spell half a character, and such words could not be kept. */
const words = (max: number) => z.string().max(max).refine((text) => text.isWellFormed())

const seconds = z.number().int().min(0).max(2 ** 40)

/** A salted text is small; nobody's words need more in one action. */
const BLOB_BYTES_MAX = 4_096

export const actForm = z.strictObject({
  body: base64(65_535),
  auth: z.array(auth).min(1).max(2),
  blobs: z.array(base64(BLOB_BYTES_MAX)).max(4).optional(),
})

export const sessionForm = z.strictObject({ payload: base64(1_024), acct: hexText(32), keyId: hexText(8), signature: hex(64) })

export const newDeviceForm = z.strictObject({ account: hexText(32), device: hex(32), proof: hex(64) })

export const listForm = z.strictObject({
  listing: base64(1_536), device: hex(32), signature: hex(64), body: words(2_048).nullable(),
})

/** A letter with its signature (`protocol/letter.ts`). */
const signedLetter = base64(SIGNED_LETTER_BYTES_MAX)
const correspondent = { hub: words(64), acct: hexText(32) }

export const letterForm = z.strictObject({ signed: signedLetter })
export const blockForm = z.strictObject({ ...correspondent, blocked: z.boolean() })
export const reportForm = z.strictObject({
  ...correspondent,
  words: words(1_000).refine((text) => text.trim() !== ''),
  letters: z.array(z.strictObject({ signed: signedLetter, key: hex(32) })).max(10),
})

export const wishForm = z.strictObject({
  text: words(120),
  kinds: z.array(z.enum(listingKinds)).max(listingKinds.length),
  category: z.enum(listingCategories).nullable(),
  hub: words(64).nullable(),
  resource: z.enum(listedResources).nullable(),
  returns: z.array(z.enum(returns)).max(returns.length),
  level: z.number().int().min(1).max(5).nullable(),
  from: seconds.nullable(),
  to: seconds.nullable(),
})

/** A keyword, as listings have them. */
const tag = words(TAG_BYTES_MAX).refine((text) => text.trim() === text && text !== '')

export const pictureForm = z.strictObject({ picture: base64(PICTURE_BYTES_MAX) })

export const offeringForm = z.strictObject({
  skills: z.array(tag).max(10),
  interests: z.array(tag).max(10),
  languages: z.array(words(12)).max(8),
  cell: z.strictObject({ row: z.number().int().min(0), column: z.number().int().min(0) }).refine(isCell).nullable(),
  free: z.array(z.strictObject({ from: seconds, to: seconds }).refine(({ from, to }) => from < to)).max(SLOTS_MAX),
  shown: z.boolean(),
})

const cellForm = z.string().regex(/^\d{1,4},\d{1,4}$/).transform((text) => {
  const [row, column] = text.split(',').map(Number)
  return { row: row!, column: column! }
}).refine(isCell)

/** A query string: what is looked for stands in it as JSON, so that it has the form it is saved in. */
export const searchForm = z.strictObject({
  wish: z.string().max(1_024).transform((text, context) => {
    const found = wishForm.safeParse(jsonIn(text))
    if (found.success) return found.data
    context.addIssue('no wish')
    return z.NEVER
  }),
  sort: z.enum(['relevance', 'freshness', 'distance']),
  near: cellForm.optional(),
})

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const said = (max: number) => words(max).refine((text) => text.trim() !== '')
export const circleForm: z.ZodType<CircleRequest> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.enum(['let-in', 'send-away']), who: hexText(32) }),
  z.strictObject({ do: z.enum(['leave', 'look']) }),
  z.strictObject({ do: z.literal('write'), words: said(NOTICE_LENGTH_MAX) }),
  z.strictObject({ do: z.literal('take-back'), notice: hexText(16) }),
  z.strictObject({ do: z.literal('ask'), words: said(TASK_LENGTH_MAX), until: seconds.nullable() }),
  z.strictObject({ do: z.enum(['take', 'give-back', 'finish', 'drop']), task: hexText(16) }),
])

export const comeForm: z.ZodType<ComeRequest> = z.strictObject({ session: hexText(16), comes: z.boolean() })
export const visitForm = z.strictObject({ listing: hexText(16) })
export const applyForm = z.strictObject({ message: words(500) })

/** A bundle of evidence: as many characters as it may have bytes. */
export const evidenceForm = z.strictObject({ text: words(EVIDENCE_BYTES_MAX) })

export const cardForm = z.strictObject({ card: words(8_192) })
export const boxForm = z.strictObject({ isBox: z.boolean() })
const originText = words(64)
export const termsForm = z.strictObject({
  terms: z.strictObject({
    globalDecayPerMille: z.int().nonnegative(),
    conversion: z.strictObject({ numerator: z.int().nonnegative(), denominator: z.int().positive() }),
    issueYearlyMaxMilli: z.string().regex(/^\d{1,19}$/).transform(BigInt),
    fromYear: z.int().nonnegative(),
  }).nullable(),
})
export const closingForm = z.strictObject({ hub: originText })
export const willForm = z.strictObject({ heir: originText.nullable(), endsAt: z.int().nonnegative().nullable() })

export const restoreForm = z.strictObject({ steward: hexText(32), keyId: hex(8), signature: hex(64) })

/** An absolute path on this machine: the command line knows where it stands, the hub stands elsewhere. */
export const backupForm = z.strictObject({ to: words(4_096).refine((path) => path.startsWith('/')), withKeys: z.boolean() })

export const issueForm = z.strictObject({ milli: z.string().regex(/^[1-9]\d{0,18}$/).transform(BigInt) })

export const setupForm = z.strictObject({
  token: words(128),
  language: z.enum(hubLanguages),
  name: z.string().refine(isSlug),
  city: words(32).refine((text) => text.trim() !== ''),
  region: z.enum(regions),
  preset: z.enum(Object.keys(presets) as (keyof typeof presets)[]),
  steward: z.strictObject({ acct: hex(32), device: hex(32), name: words(40).refine((text) => text.trim() !== '') }),
})
export type SetupForm = z.infer<typeof setupForm>
