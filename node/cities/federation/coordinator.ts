/**
 * Coordinating hand-overs (`protocol/handover.ts`): begins one for whatever the stewards here have agreed to and is not in
 * force yet, carries on the one that this hub is bound to, and drops what nobody will sign any more.
 */
import { equalBytes, toHex } from '#ledger/bytes.ts'
import { documentHash, encodeDocument, type FederationDocument, parseDocument } from '#ledger/federation/federation.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { cardOf } from '#ledger/state/state.ts'
import { begin, type Handover, type HandoverEffect, type HandoverInput, step } from '#protocol/handover.ts'
import { successorOf, successorRenewing } from '#protocol/successor.ts'
import { DOCUMENT_BYTES_MAX, VOTERS_MAX } from '#protocol/limits.ts'
import type { ClosingDesk } from './closing.ts'
import type { Fence } from '../restoring/fence.ts'
import type { NextVoteKey } from '../../disk/keystore.ts'
import type { ReleasingDesk } from './releasing.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'
import { type Documents, inForceIn, isMember, versionIn } from './documents.ts'
import type { Hello } from './hello.ts'
import type { OwnCard } from './own-card.ts'
import type { PastedCards } from './pasted-cards.ts'
import type { TermsDesk } from './terms.ts'

export type CoordinatorPorts = {
  writer: Writer
  votes: Votes
  fence: Fence
  closings: ClosingDesk
  releasing: ReleasingDesk
  terms: TermsDesk
  nextVoteKey: Pick<NextVoteKey, 'held'>
  own: OwnCard
  pasted: PastedCards
  documents: Documents
  hello: Hello
  clock: Clock
  log: Log
  /** The table's pauses, for a hub that was given other ones. */
  scaled(ms: number): number
}

export type Coordinator = {
  /** What is agreed to here, or signed, may have changed. */
  coordinate(): void
  /** Ends what a document in force has overtaken. */
  dropOld(): void
  stop(): void
}

/**
 * One proposal being coordinated here. `tokens`: the question each hub was asked last; older
 * answers are void.
 */
type Running = { handover: Handover; tokens: Map<number, symbol>; cancels: Map<number, () => void> }

/** Begins nothing before it is told to. */
export function openCoordinator(ports: CoordinatorPorts): Coordinator {
  const { writer, votes, fence, closings, releasing, terms, nextVoteKey, own, pasted, documents, hello, clock, log } = ports
  const running = new Map<string, Running>()
  let stopped = false

  /**
   * Begins a hand-over for everybody our steward has admitted, and carries on the one we are bound
   * to.
   */
  function coordinate(): void {
    const now = inForceIn(writer.state)
    if (
      stopped ||
      now === null ||
      !(fence.mayVote() || (fence.phase === 'passed' && nextVoteKey.held() !== null)) ||
      cardOf(now.document, own.card().origin) === undefined
    )
      return
    const bound = votes.signedFor(now.document.version + 1)
    // Logs go on growing: what is being asked already, and nobody here objects to, is not asked anew for that.
    const asked = [...running.values()].map(({ handover }) => handover.document).find(isRelease)
    const cards = pasted.renewals(now, own.renewed())
    // Only our own: those who have pasted the card propose it; nothing is signed before, so it can be taken back.
    const isForOthers = now.document.members.length > 1 && cards.every(({ card }) => card.origin === own.card().origin)
    const renewing = cards.length === 0 || isForOthers ? null : successorRenewing(now, cards)
    const closing = closings.proposal(now) ?? asked ?? releasing.proposal(now) ?? renewing ?? terms.proposal(now)
    const standing = bound?.document ?? (closing === null ? null : encodeDocument(closing))
    // What was reckoned from older copies of the logs nobody will agree to any more.
    for (const [name, { handover }] of running) {
      const isOld = standing === null || !equalBytes(handover.proposal, standing)
      const { closings, releases, renewals } = handover.document
      const isOwnKind = closings.length + releases.length + renewals.length > 0 || !hasSameTerms(handover.document, now.document)
      if (isOwnKind && isOld) drop(name)
    }
    if (bound !== undefined) return run(bound.document)
    if (standing !== null) run(standing)
    if (now.document.members.length >= VOTERS_MAX)
      return log.warn('the federation is full', { members: VOTERS_MAX })
    const candidates = pasted.all()
      .filter(({ card }) => cardOf(now.document, card.origin) === undefined)
      .sort((a, b) => (toHex(a.card.hubId) < toHex(b.card.hubId) ? -1 : 1))
    for (const { card, addresses } of candidates)
      run(encodeDocument(successorOf(now, { card, addresses })))
  }

  function run(proposal: Uint8Array): void {
    if (proposal.length > DOCUMENT_BYTES_MAX)
      return log.warn('the federation’s document is full', { bytes: proposal.length })
    const name = toHex(documentHash(proposal))
    const now = inForceIn(writer.state)
    const document = parseDocument(proposal)
    const wills = document === null ? null : closings.willsFor(document)
    const begun = running.has(name) || now === null || wills === null ? null : begin(now, proposal, wills)
    if (begun === null) return
    const [handover, effects] = begun
    running.set(name, { handover, tokens: new Map(), cancels: new Map() })
    for (const effect of effects) perform(name, effect)
  }

  function drop(name: string): void {
    for (const cancel of running.get(name)?.cancels.values() ?? []) cancel()
    running.delete(name)
  }

  function take(name: string, input: HandoverInput): void {
    const one = running.get(name)
    if (one === undefined || stopped) return
    const [next, effects] = step(one.handover, input)
    one.handover = next
    for (const effect of effects) perform(name, effect)
  }

  function perform(name: string, effect: HandoverEffect): void {
    switch (effect.type) {
      case 'call':
        return call(name, effect)
      case 'adopt': {
        drop(name)
        const { activation } = effect
        void documents.adopt([activation], async () => []).then(() => documents.spread(activation))
        return
      }
      case 'refused':
        return log.warn('a member’s report on the orders it saw is not taken', {
          hub: running.get(name)?.handover.signers[effect.hub]?.card.origin,
          because: effect.because,
        })
      case 'yield': {
        drop(name)
        const other = parseDocument(effect.document)
        if (other !== null && isWanted(other)) run(effect.document)
      }
    }
  }

  /** Nobody comes in, and nobody is closed, whom this hub has not agreed to. */
  const isWanted = (document: FederationDocument): boolean =>
    document.members.every(({ card }) => isMember(writer.state, card) || pasted.admits(card)) &&
    (hasSameTerms(document, inForceIn(writer.state)!.document) || terms.agreesOn(document)) &&
    document.renewals.every(({ origin }) => origin === own.card().origin ? nextVoteKey.held() !== null : pasted.admits(cardOf(document, origin)!)) &&
    document.closings.every((closing) => closings.objectionTo(closing, document) === null) &&
    document.releases.every((one) => releasing.objectionTo(one) === null)

  const isRelease = ({ version: at, releases }: FederationDocument): boolean =>
    at === versionIn(writer.state) + 1 && releases.length > 0 && releases.every((one) => releasing.objectionTo(one) === null)

  function call(
    name: string,
    { hub: place, request, afterMs }: Extract<HandoverEffect, { type: 'call' }>,
  ): void {
    const one = running.get(name)!
    const token = Symbol(name)
    const { card, addresses } = one.handover.signers[place]!
    one.tokens.set(place, token)
    one.cancels.get(place)?.()
    one.cancels.set(
      place,
      clock.after(afterMs === 0 ? 0 : ports.scaled(afterMs), () => {
        void hello(card, addresses, request).then((answer) => {
          if (running.get(name)?.tokens.get(place) !== token) return
          take(
            name,
            answer === null
              ? { type: 'failed', hub: place }
              : { type: 'answered', hub: place, answer },
          )
        })
      }),
    )
  }

  return {
    coordinate,
    dropOld() {
      for (const [name, { handover }] of running) if (handover.document.version <= versionIn(writer.state)) drop(name)
    },
    stop() {
      stopped = true
      for (const name of [...running.keys()]) drop(name)
    },
  }
}

