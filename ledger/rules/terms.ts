/**
 * New terms, agreed on by a document: the yearly rate of Global decay, what a hub may issue in a year, and what a conversion
 * gives at most.
 *
 * What a day takes and what a year allows must be the same for all, whenever each of them has recorded the document. So rate and yearly
 * issue hold from the Global year that it names (`termsFrom`); until then those of the documents before do. The ratio holds from
 * the record on: it bounds what one hub does for itself. Nothing that was recorded is reckoned anew.
 */
import { type FederationDocument } from '../federation/federation.ts'

/** Whether two documents say the same of all this. */
export function hasSameTerms(a: FederationDocument, b: FederationDocument): boolean {
  return a.termsFrom === b.termsFrom && a.globalDecayPerMille === b.globalDecayPerMille && a.issueYearlyMaxMilli === b.issueYearlyMaxMilli
    && a.conversion.numerator === b.conversion.numerator && a.conversion.denominator === b.conversion.denominator
}

/**
 * Whether a document may follow `before` by its terms: the same; or others, and then nothing else, from a year that is not before the
 * one that was named last. That there is time until then, stewards see to when they agree; a document that some signed in time is valid
 * also when the last to sign does so after its year began, or none could follow it.
 */
export function areTermsSound(document: FederationDocument, before: FederationDocument): boolean {
  if (hasSameTerms(document, before)) return true
  const { closings, releases, renewals, members, termsFrom } = document
  return closings.length + releases.length + renewals.length === 0 && members.length === before.members.length && termsFrom >= before.termsFrom
}
