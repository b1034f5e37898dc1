/**
 * New terms of the federation: which ones stewards here have agreed on, to be proposed to the others, who sign none but those that
 * their own stewards have agreed on (ledger, `rules/terms.ts`).
 */
import { yearOfDay } from '#ledger/calendar.ts'
import type { FederationDocument } from '#ledger/federation/federation.ts'
import { big, decodeAs, encodeAs, fields, type Infer, listOf, uint } from '#ledger/schema.ts'
import { globalDay } from '#ledger/state/state.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { type Agreed, type InForce, successorAgreeing } from '#protocol/successor.ts'
import type { Clock, Writer } from '../../ports.ts'
import type { Table } from '../../store.ts'

const rowSchema = fields({
  globalDecayPerMille: uint, conversion: fields({ numerator: uint, denominator: uint }), issueYearlyMaxMilli: big, termsFrom: uint,
})
const TAKEN_BACK_MAX = 16
const takenBackSchema = fields({ terms: listOf(rowSchema, TAKEN_BACK_MAX) })

/** Rows: `terms`, what stewards here have agreed on; `terms-taken-back`, what they had agreed on before. */
export type TermsPorts = { writer: Pick<Writer, 'state'>; table: Table; clock: Pick<Clock, 'now'> }

export type TermsDesk = {
  /** Keeps the terms that stewards here agree on; null takes them back. */
  agree(terms: Agreed | null): Promise<void>
  /** What is agreed on here and not in force. */
  agreed(): Agreed | null
  /** The next document with those terms; null while there are none, or their year has begun. */
  proposal(inForce: InForce): FederationDocument | null
  /**
   * These are the ones. Whether their year has begun is asked when stewards agree and when a hub proposes, not here: what
   * some have signed before it began, the rest must be able to sign after, or nobody can ever sign anything else.
   */
  agreesOn(terms: Agreed): boolean
  /**
   * Stewards here agree on these or did, when there was time. Another city may have signed since, relying on it, so they
   * may agree on just these again, whatever year it is.
   */
  hasAgreedOn(terms: Agreed): boolean
}

export async function openTerms({ writer, table, clock }: TermsPorts): Promise<TermsDesk> {
  const kept = table.get('terms')
  let word: Infer<typeof rowSchema> | null = kept === undefined ? null : decodeAs(rowSchema, kept)
  const keptBack = table.get('terms-taken-back')
  let takenBack = keptBack === undefined ? [] : (decodeAs(takenBackSchema, keptBack)?.terms ?? [])

  const isToCome = ({ termsFrom }: Agreed): boolean => {
    const { federation } = writer.state
    return federation !== null && termsFrom > yearOfDay(globalDay(federation, clock.now()))
  }
  /** Document 1 is for ever; only its numbers are compared. */
  const isIn = (terms: Agreed, document: FederationDocument): boolean => hasSameTerms({ ...document, ...terms }, document)

  function agreed(): Agreed | null {
    const document = writer.state.federation?.documents.at(-1)?.document
    return word === null || document === undefined || isIn(word, document) ? null : word
  }

  function isSame(a: Agreed, b: Agreed): boolean {
    const document = writer.state.federation?.documents.at(-1)?.document
    return document !== undefined && hasSameTerms({ ...document, ...a }, { ...document, ...b })
  }

  return {
    async agree(terms) {
      const before = word
      if (before !== null && (terms === null || !isSame(before, terms))) {
        takenBack = [before, ...takenBack.filter((one) => !isSame(one, before))].slice(0, TAKEN_BACK_MAX)
        await table.put('terms-taken-back', encodeAs(takenBackSchema, { terms: takenBack }))
      }
      if (terms === null) await table.del('terms')
      else await table.put('terms', encodeAs(rowSchema, terms))
      word = terms
    },
    agreed,
    proposal(inForce) {
      const terms = agreed()
      return terms === null || !isToCome(terms) || terms.termsFrom < inForce.document.termsFrom ? null : successorAgreeing(inForce, terms)
    },
    agreesOn: (terms) => word !== null && isSame(word, terms),
    hasAgreedOn: (terms) => [word, ...takenBack].some((one) => one !== null && isSame(one, terms)),
  }
}
