/**
 * New terms of the federation: which ones stewards here have agreed on, to be proposed to the others, who sign none but those that
 * their own stewards have agreed on (ledger, `rules/terms.ts`).
 */
import { yearOfDay } from '#ledger/calendar.ts'
import type { FederationDocument } from '#ledger/federation/federation.ts'
import { big, decodeAs, encodeAs, fields, type Infer, uint } from '#ledger/schema.ts'
import { globalDay } from '#ledger/state/state.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { type Agreed, type InForce, successorAgreeing } from '#protocol/handover.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Table } from '../store.ts'

const rowSchema = fields({
  globalDecayPerMille: uint, conversion: fields({ numerator: uint, denominator: uint }), issueYearlyMaxMilli: big, termsFrom: uint,
})

/** Rows: `terms`, what stewards here have agreed on. */
export type TermsPorts = { writer: Pick<Writer, 'state'>; table: Table; clock: Pick<Clock, 'now'> }

export type TermsDesk = {
  /** Keeps the terms that stewards here agree on; null takes them back. */
  agree(terms: Agreed | null): Promise<void>
  /** What is agreed on here and not in force. */
  agreed(): Agreed | null
  /** The next document with those terms; null while there are none, or their year has begun. */
  proposal(inForce: InForce): FederationDocument | null
  /** These are the ones, and the year from which they hold has not begun. */
  agreesOn(terms: Agreed): boolean
}

export async function openTerms({ writer, table, clock }: TermsPorts): Promise<TermsDesk> {
  const kept = table.get('terms')
  let word: Infer<typeof rowSchema> | null = kept === undefined ? null : decodeAs(rowSchema, kept)

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

  return {
    async agree(terms) {
      if (terms === null) await table.del('terms')
      else await table.put('terms', encodeAs(rowSchema, terms))
      word = terms
    },
    agreed,
    proposal(inForce) {
      const terms = agreed()
      return terms === null || !isToCome(terms) || terms.termsFrom < inForce.document.termsFrom ? null : successorAgreeing(inForce, terms)
    },
    agreesOn(terms) {
      const document = writer.state.federation?.documents.at(-1)?.document
      return word !== null && document !== undefined && isToCome(terms) && hasSameTerms({ ...document, ...word }, { ...document, ...terms })
    },
  }
}
