/**
 * Meeting other cities: the hand-over of protocol/handover.ts, driven, and the doors a steward
 * opens.
 *
 * A steward *founds* a federation of this hub alone, *joins* one by pasting the card of any member,
 * *admits* a hub by pasting its card, or agrees to *close* one that is gone (`closing.ts`), to end a freeze
 * (`releasing.ts`), to vote with a new key, or on new terms (`terms.ts`). Pasting is the whole of human consent here: a
 * member signs a document only when each newcomer's card was pasted at its own hub, a newcomer only when it pasted one of
 * theirs. Everything after that happens by itself (`coordinator.ts`, `answers.ts`, `documents.ts`) and is tried until it
 * is done.
 *
 * The pasted cards and the hubs that ask are in the store; what has been signed and reported is in
 * the votes journal; the documents in force are in the ledger. So a start finds everything it needs
 * to go on.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, toBase64 } from '#ledger/bytes.ts'
import {
  documentHash, encodeCard, encodeDocument, type FederationDocument, isRenewed, parseDocument, parseSignedCard, type SignedCard,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { isClosed } from '#ledger/rules/closing.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { renewalsMax } from '#ledger/rules/renewal.ts'
import { cardOf, globalDay, ownCard } from '#ledger/state/state.ts'
import type { DoorRefusal, FederationView } from '#protocol/api.ts'
import { type Agreed, firstTermsYear, foundingDocument, successorAgreeing } from '#protocol/successor.ts'
import { DOCUMENTS_EVERY_MS, retryAfterMs, services } from '#protocol/limits.ts'
import { codeOf } from '#protocol/meeting-code.ts'
import { helloAnswers, helloRequests } from '#protocol/message.ts'
import { membershipOf, neighboursOf, peerOf } from '../cities.ts'
import type { ClosingDesk } from './closing.ts'
import type { Fence } from '../restoring/fence.ts'
import type { Recall } from '../restoring/recall.ts'
import type { HubKeys, NextVoteKey } from '../../disk/keystore.ts'
import type { ReleasingDesk } from './releasing.ts'
import type { Network } from '../../wire/network.ts'
import type { Answer, Clock, Log, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Store } from '../../store.ts'
import { openTerms } from './terms.ts'
import type { Votes } from '../settlement/votes.ts'
import { inForceIn, openDocuments, versionIn } from './documents.ts'
import { openHello } from './hello.ts'
import { openNewcomer } from './newcomer.ts'
import { openOwnCard } from './own-card.ts'
import { isRenewal, openPastedCards, signedBytes } from './pasted-cards.ts'
import { openCoordinator } from './coordinator.ts'
import { openAnswers } from './answers.ts'
import { openReporting } from './reporting.ts'
import { openCardReader } from './card-reader.ts'

const DAY = 86_400

export type FederationPorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  votes: Votes
  fence: Fence
  recall: Pick<Recall, 'memory'>
  closings: ClosingDesk
  releasing: ReleasingDesk
  store: Store
  /** `vote` changes with the document that renews it. */
  keys: HubKeys
  nextVoteKey: NextVoteKey
  clock: Clock
  log: Log
  /** How often a missed document is asked for, and an unfinished hand-over looked at. */
  everyMs?: number
  /** First pause before asking again; it doubles from there. */
  retryMs?: number
  /** Asks or admissions changed; the page of a steward shows them. */
  onChange?: () => void
}

export type FederationAnswer =
  { ok: true } | { ok: false; door: DoorRefusal } | { ok: false; answer: Answer }

export type FederationDriver = {
  /** This hub's card as base64 text, with the addresses it can be reached at now. */
  card(): string
  found(): Promise<FederationAnswer>
  join(cardText: string): Promise<FederationAnswer>
  admit(cardText: string): Promise<FederationAnswer>
  /** This hub is to be a witness box, or a city; before it is in a federation. */
  beBox(isBox: boolean): Promise<FederationAnswer>
  close(origin: Origin): Promise<FederationAnswer>
  /** A steward agrees that the freeze of a city ends, or of this one; takes effect when those of all cities have. */
  release(origin: Origin): Promise<FederationAnswer>
  /**
   * This hub is to vote with a new key: makes it. From then on its card shows that key, which a steward of every other
   * city pastes (`admit`); it counts once all have signed.
   */
  renew(): Promise<FederationAnswer>
  /**
   * The stewards here agree on these terms, or take back what they agreed on; they hold once all of a quorum have.
   * `bad-terms` from a year that begins within 30 days, but for terms that they had agreed on before.
   */
  agreeOn(terms: Agreed | null): Promise<FederationAnswer>
  /**
   * Takes back what `close`, `release` or, for this hub, `renew` said, as long as nothing is signed: the new key itself
   * signs as soon as the first of the others has pasted its card.
   */
  keep(origin: Origin): Promise<FederationAnswer>
  view(): Pick<FederationView, 'card' | 'code' | 'state' | 'version' | 'admitted' | 'asking' | 'isBox' | 'closing' | 'releasing' | 'renewing' | 'mustRenew'> & { agreed: Agreed | null }
  /** The card of a member as its log key has signed it: as it was pasted, or as its hub shows it now. */
  signedCard(origin: Origin): Promise<SignedCard | null>
  /** Asks another member for documents this hub may have missed. */
  askDocuments(): void
  stop(): Promise<void>
}

/** Whether a document closes that hub, ends its freeze or gives it a new vote key. */
const isAbout = (document: FederationDocument | null, origin: Origin): boolean =>
  [...(document?.closings ?? []), ...(document?.releases ?? []), ...(document?.renewals ?? [])].some((one) => one.origin === origin)

/**
 * Serves `/cv/hello/1`, names the known peers to the network, and carries on what was under way.
 */
export async function startFederation(ports: FederationPorts): Promise<FederationDriver> {
  const { writer, network, replicas, votes, fence, closings, releasing, keys, nextVoteKey, clock } = ports
  const table = ports.store.table('federation')
  const terms = await openTerms({ writer, table, clock })
  const pasted = await openPastedCards(table)
  const scaled = (ms: number): number => ports.retryMs === undefined ? ms : (ms / retryAfterMs(0)) * ports.retryMs
  const onChange = (): void => ports.onChange?.()
  const own = openOwnCard({ ...ports, table })
  const cardIn = openCardReader(network, own.card().origin)
  const hello = openHello({ ...ports, own: own.card().origin, pasted, answer: (request) => answer(network.self, request) })
  const parts = { ...ports, table, terms, own, pasted, hello, scaled, maySign, onChange }
  const documents = await openDocuments(parts)
  const newcomer = openNewcomer({ own, hello, documents })
  const coordinator = openCoordinator({ ...parts, documents })
  const reporting = openReporting(parts)
  const answer = openAnswers({ ...parts, documents, newcomer, reporting, coordinate: coordinator.coordinate })
  let stopped = false
  let cancelTick = (): void => {}

  /** A hub that has forgotten what it signed signs nothing but that it votes with a new key. */
  function maySign(document: FederationDocument | null): boolean {
    return fence.mayVote() || (fence.phase === 'passed' && document !== null && nextVoteKey.held() !== null && isRenewed(document, own.card().origin))
  }

  /** Whether the others have gone on without this hub: it does not come back under this name. */
  const wasClosed = (): boolean =>
    writer.state.federation !== null && isClosed(writer.state.federation, own.card().origin)

  /**
   * The members may have changed: who is known to the network, whose logs are followed, who is to
   * be admitted.
   */
  function refresh(): void {
    const membership = membershipOf(writer.state)
    const members = membership?.document.members ?? []
    network.setKnownPeers(
      members
        .filter(({ card }) => card.origin !== own.card().origin)
        .map(({ card, addresses }) => ({ peer: peerOf(card), addresses })),
    )
    replicas.refresh()
    coordinator.dropOld()
    coordinator.coordinate()
    onChange()
  }

  async function found(): Promise<FederationAnswer> {
    if (writer.state.federation !== null) return { ok: false, door: { code: 'already-federated' } }
    const now = clock.now()
    const document = encodeDocument(
      foundingDocument(
        { card: own.card(), addresses: network.addresses().slice(0, 8) },
        now - (now % DAY),
      ),
    )
    const hash = documentHash(document)
    const signature = sign(keys.vote.secret, 'fed', hash, hash)
    const answer = await writer.record('fed.adopted', {
      document,
      signatures: [{ hub: 0, signature }],
      reports: [],
      evidence: [],
      wills: [],
    })
    await pasted.setSponsor(null)
    return answer.ok ? { ok: true } : { ok: false, answer }
  }

  async function join(text: string): Promise<FederationAnswer> {
    const card = await cardIn(text)
    if ('code' in card) return { ok: false, door: card }
    if (membershipOf(writer.state) !== null)
      return { ok: false, door: { code: 'already-federated' } }
    await pasted.keep(card)
    await pasted.setSponsor(card)
    onChange()
    const reached = await newcomer.introduce(card)
    // The wish is kept and tried again; but whoever pasted a card wants to know whether anybody is
    // there.
    return reached
      ? { ok: true }
      : { ok: false, door: { code: 'hub-unreachable', hub: card.card.origin } }
  }

  async function admit(text: string): Promise<FederationAnswer> {
    const card = await cardIn(text)
    if ('code' in card) return { ok: false, door: card }
    const membership = membershipOf(writer.state)
    if (membership === null) return { ok: false, door: { code: 'no-federation' } }
    const known = cardOf(membership.document, card.card.origin)
    if (known !== undefined && equalBytes(encodeCard(known), card.bytes)) return { ok: true }
    if (known !== undefined && !isRenewal(card, inForceIn(writer.state)!)) return { ok: false, door: { code: 'member-already' } }
    await pasted.keep(card)
    await pasted.dropAsking(card.card.origin)
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function beBox(isBox: boolean): Promise<FederationAnswer> {
    if (writer.state.federation !== null || pasted.sponsor() !== null) return { ok: false, door: { code: 'already-federated' } }
    await own.beBox(isBox)
    onChange()
    return { ok: true }
  }

  async function close(origin: Origin): Promise<FederationAnswer> {
    if (membershipOf(writer.state) === null) return { ok: false, door: { code: 'no-federation' } }
    const door = await closings.agree(origin)
    if (door !== null) return { ok: false, door }
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function release(origin: Origin): Promise<FederationAnswer> {
    if (membershipOf(writer.state) === null) return { ok: false, door: { code: 'no-federation' } }
    if (!(await releasing.agree(origin))) return { ok: false, door: { code: 'not-found' } }
    if (origin === own.card().origin) fence.forgive()
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function agreeOn(wanted: Agreed | null): Promise<FederationAnswer> {
    const now = inForceIn(writer.state)
    if (now === null || ownCard(writer.state) === undefined) return { ok: false, door: { code: 'no-federation' } }
    const fromYear = firstTermsYear(now.document, globalDay(writer.state.federation!, clock.now()))
    const isInTime = wanted === null || wanted.termsFrom >= fromYear || terms.hasAgreedOn(wanted)
    const isSound = wanted === null || (isInTime && parseDocument(encodeDocument(successorAgreeing(now, wanted))) !== null)
    if (!isSound) return { ok: false, door: { code: 'bad-terms', fromYear } }
    const bound = votes.signedFor(now.document.version + 1)
    const document = bound === undefined ? null : parseDocument(bound.document)
    if (document !== null && !hasSameTerms(document, now.document)) return { ok: false, door: { code: 'already-signed', hub: own.card().origin } }
    await terms.agree(wanted)
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function renew(): Promise<FederationAnswer> {
    if (ownCard(writer.state) === undefined) return { ok: false, door: { code: 'no-federation' } }
    nextVoteKey.make()
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function keep(origin: Origin): Promise<FederationAnswer> {
    const now = inForceIn(writer.state)
    const bound = now === null ? undefined : votes.signedFor(now.document.version + 1)
    const isBound = bound !== undefined && isAbout(parseDocument(bound.document), origin)
    const next = origin === own.card().origin ? nextVoteKey.held() : null
    // Its consent is with a coordinator: without the key this hub could be given one that nobody has.
    const isPromised = next !== null && votes.hasPromised(next.publicKey)
    if (isBound || (isPromised && !releasing.hasAgreed(origin))) return { ok: false, door: { code: 'already-signed', hub: origin } }
    await closings.withdraw(origin)
    await releasing.withdraw(origin)
    if (origin === own.card().origin && !isPromised) nextVoteKey.discard()
    onChange()
    coordinator.coordinate()
    return { ok: true }
  }

  async function signedCard(origin: Origin): Promise<SignedCard | null> {
    const member = membershipOf(writer.state)?.document.members.find(({ card }) => card.origin === origin)
    if (member === undefined) return null
    const wanted = encodeCard(member.card)
    if (equalBytes(wanted, own.bytes())) return own.signed()
    const known = [pasted.of(origin), pasted.isAsking(origin), pasted.sponsor()]
    const held = known.find((one) => one != null && equalBytes(one.bytes, wanted))
    if (held != null) return held
    const answer = await hello(member.card, member.addresses, { type: 'card' })
    const shown = answer?.type === 'card' ? parseSignedCard(answer.card) : null
    return shown !== null && equalBytes(shown.bytes, wanted) ? shown : null
  }

  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.hello
  await network.serve(protocol, {
    async handler(peer, body) {
      const request = helloRequests.parse(body)
      return helloAnswers.encode(
        request === null ? { type: 'waiting' } : await answer(peer, request),
      )
    },
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: true,
  })
  writer.onRecorded(({ action }) => {
    if (stopped || action.kind !== 'fed.adopted') return
    documents.keep(action)
    own.takeUpNext()
    for (const { origin } of parseDocument(action.document)!.releases) void releasing.withdraw(origin)
    refresh()
  })
  network.onConnected(() => {
    if (!stopped) documents.askDocuments()
  })
  fence.onChange(() => coordinator.coordinate())
  function tick(): void {
    cancelTick = clock.after(ports.everyMs ?? DOCUMENTS_EVERY_MS, () => {
      const sponsor = pasted.sponsor()
      if (membershipOf(writer.state) === null && sponsor !== null && !wasClosed()) void newcomer.introduce(sponsor)
      else documents.askDocuments()
      coordinator.coordinate()
      tick()
    })
  }
  refresh()
  tick()

  return {
    card: () => toBase64(own.text()),
    found,
    join,
    admit,
    beBox,
    close,
    release,
    renew,
    agreeOn,
    keep,
    view() {
      const now = inForceIn(writer.state)
      const member = membershipOf(writer.state) !== null
      const renewing = now === null ? [] : pasted.renewals(now, own.renewed()).map(({ card }) => card.origin)
      const isNew = (card: SignedCard): boolean =>
        now === null || cardOf(now.document, card.card.origin) === undefined
      return {
        card: toBase64(own.text()),
        code: codeOf(own.shown().bytes, network.addresses()),
        state: member ? 'founded' : wasClosed() ? 'closed' : pasted.sponsor() === null ? 'alone' : 'joining',
        version: versionIn(writer.state),
        isBox: !own.card().community,
        closing: neighboursOf(writer.state).map(({ origin }) => ({ origin, ...closings.stateOf(origin) })),
        releasing: releasing.agreed(),
        agreed: terms.agreed(),
        renewing,
        mustRenew: now !== null && (ports.recall.memory() === 'stuck' || (renewing.length > renewalsMax(now.document.members.length) && !renewing.includes(own.card().origin))),
        admitted: member
          ? pasted.all().filter(isNew).map(({ card }) => ({ origin: card.origin, city: card.city }))
          : [],
        asking: pasted.asking().filter(isNew).map((one) => ({
          origin: one.card.origin,
          city: one.card.city,
          card: toBase64(signedBytes(one)),
        })),
      }
    },
    signedCard,
    askDocuments: documents.askDocuments,
    async stop() {
      stopped = true
      cancelTick()
      newcomer.stop()
      coordinator.stop()
      await documents.stop()
    },
  }
}
