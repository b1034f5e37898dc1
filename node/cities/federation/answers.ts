/**
 * What this hub answers on `/cv/hello/1`: its card to anybody, a newcomer that asks to be let in, and, to members and to
 * those it wants to join, proposals (`protocol/consent.ts`), reports and documents.
 */
import { type FederationDocument, parseDocument, parseSignedCard } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { agree } from '#protocol/consent.ts'
import type { Activation, HelloAnswer, HelloRequest } from '#protocol/message.ts'
import { membershipOf, neighbourAt, peerOf } from '../cities.ts'
import type { ClosingDesk } from './closing.ts'
import type { HubKeys, NextVoteKey } from '../../disk/keystore.ts'
import type { ReleasingDesk } from './releasing.ts'
import type { Network, PeerKey } from '../../wire/network.ts'
import { bucketsOf } from '../../bucket.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'
import { type Documents, inForceIn, isMember } from './documents.ts'
import type { Newcomer } from './newcomer.ts'
import type { OwnCard } from './own-card.ts'
import type { PastedCards } from './pasted-cards.ts'
import type { Reporting } from './reporting.ts'
import type { TermsDesk } from './terms.ts'

/** What one city's proposals may put into the log of this hub's operator. */
const SAYS_NEWER = { most: 1, perHour: 1 }

export type AnswerPorts = {
  writer: Writer
  network: Pick<Network, 'self'>
  clock: Clock
  log: Log
  votes: Votes
  closings: ClosingDesk
  releasing: ReleasingDesk
  terms: TermsDesk
  keys: Pick<HubKeys, 'vote'>
  nextVoteKey: Pick<NextVoteKey, 'held'>
  own: OwnCard
  pasted: PastedCards
  documents: Documents
  newcomer: Pick<Newcomer, 'isHost'>
  reporting: Reporting
  /** A hub that has forgotten what it signed signs nothing but that it votes with a new key. */
  maySign(document: FederationDocument | null): boolean
  coordinate(): void
  onChange(): void
}

/** It answers whoever asks. */
export function openAnswers(ports: AnswerPorts): (peer: PeerKey, request: HelloRequest) => Promise<HelloAnswer> {
  const { writer, network, clock, log, votes, closings, releasing, terms, keys, nextVoteKey, own, pasted, documents, newcomer, reporting, maySign } = ports

  const saysNewer = bucketsOf(SAYS_NEWER, clock)

  /**
   * Whose proposals, reports and documents are looked at at all: a member's by members, those of
   * the federation it has asked to join by a newcomer. Reading a document costs as much as a
   * thousand signatures, and anybody can send one.
   */
  function hears(peer: PeerKey): boolean {
    if (peer === network.self) return true
    if (membershipOf(writer.state) !== null) return neighbourAt(writer.state, peer) !== undefined
    const sponsor = pasted.sponsor()
    return sponsor !== null && (peerOf(sponsor.card) === peer || newcomer.isHost(peer))
  }

  async function answer(peer: PeerKey, request: HelloRequest): Promise<HelloAnswer> {
    const isOpen =
      request.type === 'card' || request.type === 'join' || request.type === 'documents'
    if (!isOpen && !hears(peer)) return { type: 'not-willing', because: 'not-asked' }
    switch (request.type) {
      case 'card':
        return { type: 'card', card: own.text() }
      case 'join':
        return await answerJoin(peer, request.card)
      case 'proposal':
        return await answerProposal(peer, request)
      case 'report':
        return await reporting.answerReport(request)
      case 'adopted':
        return answerAdopted(peer, request.activations)
      case 'documents':
        return { type: 'documents', activations: documents.documentsSince(request.from) }
    }
  }

  async function answerJoin(peer: PeerKey, bytes: Uint8Array): Promise<HelloAnswer> {
    const card = parseSignedCard(bytes)
    // Only a hub itself asks for itself: its peer key is in its card.
    if (card === null || peerOf(card.card) !== peer) return { type: 'waiting' }
    if (isMember(writer.state, card.card) || pasted.admits(card.card)) {
      if (pasted.admits(card.card)) {
        // It knows best where it is now: the pasted text may be from before it moved to its public address.
        await pasted.keep(card)
        ports.coordinate()
      }
      return { type: 'admitted' }
    }
    await pasted.noteAsking(card)
    ports.onChange()
    return { type: 'waiting' }
  }

  async function answerProposal(
    peer: PeerKey,
    asked: Extract<HelloRequest, { type: 'proposal' }>,
  ): Promise<HelloAnswer> {
    if (!maySign(parseDocument(asked.document))) return { type: 'not-willing', because: 'restoring' }
    const agreement = agree(asked, {
      own: own.card(),
      renewed: own.renewed()?.card ?? null,
      agreesOn: terms.agreesOn,
      inForce: inForceIn(writer.state),
      admits: pasted.admits,
      objectionTo: (closing, document) => closings.objectionTo(closing, document),
      objectionToRelease: (one) => releasing.objectionTo(one),
      signedFor: (at) => votes.signedFor(at),
    })
    if (agreement.type === 'not-willing' && agreement.because === 'other-rules' && saysNewer.take(peer)) {
      const hub = neighbourAt(writer.state, peer)?.origin ?? peer
      log.error('a city proposes a document by rules that this program does not know: a newer one is needed here', { hub })
    }
    if (agreement.type === 'sign') {
      const { version: at, hash, place, key } = agreement
      const { secret } = key === 'new' ? nextVoteKey.held()! : keys.vote
      const signature = sign(secret, 'fed', asked.federation, hash)
      const signatures = [
        ...asked.signatures.filter((one) => one.hub !== place),
        { hub: place, signature },
      ]
      // Like a newcomer's: it binds this hub to nothing, or whoever renews first could join nobody else's renewal.
      if (key === 'new') {
        await votes.noteRenewal(nextVoteKey.held()!.publicKey)
        return { type: 'signature', signature }
      }
      // Bound before it is said, like a vote.
      await votes.bindDocument(at, { document: asked.document, signatures })
      return { type: 'signature', signature }
    }
    if (agreement.type === 'consent') {
      return {
        type: 'signature',
        signature: sign(keys.vote.secret, 'fed', asked.federation, agreement.hash),
      }
    }
    return agreement
  }

  function answerAdopted(peer: PeerKey, given: Activation[]): HelloAnswer {
    const members = given.flatMap((one) => parseDocument(one.document)?.members ?? [])
    const sender = members.find(({ card }) => peerOf(card) === peer)
    // Answered at once: whoever sends must not wait while we fetch from them what came before.
    if (sender !== undefined)
      void documents.adopt(given, (at) => documents.documentsFrom(sender.card, sender.addresses, at))
    return { type: 'ok' }
  }

  return answer
}
