/** An award and any other reckoning as part of a row: what was counted, every factor, what it came to. */
import { coded, fields, hexOf, type Infer, integer, listOf, nullable, uint } from '../schema.ts'
import { factorCodes, formulaCodes, type Reckoning } from '../value/reckoning.ts'
import type { Award } from '../state/matters.ts'

const FACTORS_MAX = 8

export const settingFields = fields({ by: hexOf(32), ts: uint })
const factor = fields({ factor: coded(factorCodes), perMille: uint, of: nullable(uint), set: nullable(settingFields) })
const inputs = { quantity: uint, unitMilli: integer, per: uint, factors: listOf(factor, FACTORS_MAX), milli: integer }

export const reckoningFields = fields(inputs)
export const awardFields = fields({ formula: coded(formulaCodes), what: uint, ...inputs, day: uint, seq: uint })

/** What a row says, as an award. Which codes `what` may be follows from the formula that wrote it. */
export const awardFrom = (row: Infer<typeof awardFields> | null): Award | null => row as Award | null
export const reckoningFrom = (row: Infer<typeof reckoningFields> | null): Reckoning | null => row
