/** Towns that are gone: wills, and the document by which the others go on without them. */
import { closingBytes } from '#ledger/federation/closing.ts'
import {
  type Certificate, type Closing, documentHash, encodeDocument, type FederationDocument, parseOrder,
} from '#ledger/federation/federation.ts'
import { dispositionsOf } from '#ledger/rules/arrival.ts'
import { ownKeysArgument, willOf } from '#ledger/rules/order.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { adoption, type Asked, dayIn, recorded, reportOf, settle, tick, type Town } from './towns.ts'

/** The stewards of a town say who takes over, and from which Global day if it announces its end. */
export function bequeath(town: Town, heir: Town, voters: Town[], ends: number | null = null): void {
  tick(town)
  const argument = ownKeysArgument(town.state, { heir: heir.card.origin, ends })!
  const slot = town.state.chain.slots.length
  recorded(town, { kind: 'order.approved', slot, order: 'keys', argument }, [town.steward])
  settle(town, voters)
}

/** How `gone` is closed by those who are left, as all of them would reckon it. */
export function closingOf(gone: Town, living: Town[], change: Partial<Closing> = {}): Closing {
  const { heir } = willOf(gone.state)
  const order = closingBytes({ closed: gone.state, living: living.map(({ state }) => state), heir, day: dayIn(living[0]!) })
  if (typeof order === 'string') throw new Error(`${gone.name} cannot be closed: ${order}`)
  return { origin: gone.card.origin, heir, lastSeen: gone.state.lastTs, order, ...change }
}

const keysOf = ({ state: { chain } }: Town) => (chain.keys === null ? undefined : chain.slots[chain.keys]!)

/** The certified order in which a town says who takes over. */
export function certifiedWill(town: Town): Certificate {
  const { bytes, signature, certifiedSeq } = keysOf(town)!
  const { action } = town.entries[certifiedSeq!]!
  if (action.kind !== 'x.cert') throw new Error('a certified slot names its certificate')
  return { epoch: action.epoch, order: bytes, signature, votes: action.votes }
}

/** The document without these towns, with the reports and the signatures of all others. */
export function withoutThem(
  living: Town[], closings: Closing[], terms: Partial<FederationDocument> = {},
): FederationDocument {
  const { documents } = living[0]!.state.federation!
  const { document, hash } = documents.at(-1)!
  const members = document.members.filter(({ card }) => !closings.some(({ origin }) => origin === card.origin))
  return { ...document, version: documents.length + 1, previous: hash, members, closings, ...terms }
}

/** `fed.adopted` of that document. `all`: the living and the gone, whose chains prove what is reported. */
export function closing(living: Town[], gone: Town[], document: FederationDocument): Asked<'fed.adopted'> {
  const federation = living[0]!.state.federation!
  const before = currentDocument(federation)
  const proposal = documentHash(encodeDocument(document))
  const all = [...living, ...gone]
  const reports = living.map((town) => ({ town, report: reportOf(town, before, proposal, all) }))
  const adopted = adoption(document, living, reports, federation.id, all)
  return { ...adopted, wills: gone.filter((town) => willOf(town.state).heir !== null).map(certifiedWill) }
}

/** All who are left close these towns; what each of them recorded. */
export function close(living: Town[], gone: Town[]): Asked<'fed.adopted'> {
  const document = withoutThem(living, gone.map((town) => closingOf(town, living)))
  const adopted = closing(living, gone, document)
  for (const town of living) {
    tick(town)
    recorded(town, adopted)
  }
  return adopted
}

/** What a closed town's last order leaves to a town is taken in there. */
export function takeLeft(from: Town, to: Town): void {
  const { documents } = to.state.federation!
  const epoch = documents.findIndex(({ document }) => document.closings.some(({ origin }) => origin === from.card.origin)) + 1
  const { order } = documents[epoch - 1]!.document.closings.find(({ origin }) => origin === from.card.origin)!
  recorded(to, leftBy(to, epoch, order))
}

/** `x.in` of a closing order. */
export function leftBy(to: Town, epoch: number, order: Uint8Array): Asked<'x.in'> {
  const dispositions = dispositionsOf(to.state, parseOrder(order)!, { epoch, votes: [] }, to.now)
  return { kind: 'x.in', epoch, order, signature: new Uint8Array(64), votes: [], dispositions }
}
