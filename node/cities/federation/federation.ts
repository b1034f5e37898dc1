/**
 * Meeting other cities: the hand-over of protocol/handover.ts, driven, and the doors a steward
 * opens.
 *
 * A steward *founds* a federation of this hub alone, *joins* one by pasting the card of any member,
 * *admits* a hub by pasting its card, or agrees to *close* one that is gone (`closing.ts`). Pasting is the whole of human consent here: a member signs
 * a document only when each newcomer's card was pasted at its own hub, a newcomer only when it
 * pasted one of theirs. Everything after that happens by itself and is tried until it is done.
 *
 * The pasted cards and the hubs that ask are in the store; what has been signed and reported is in
 * the votes journal; the documents in force are in the ledger. So a start finds everything it needs
 * to go on.
 */
import type { ActionOf, Origin } from '#ledger/action.ts'
import { equalBytes, fromBase64, toBase64, toHex } from '#ledger/bytes.ts'
import {
  type Card, type Certificate, documentHash, encodeCard, encodeDocument, encodeReport, encodeSignedCard,
  type FederationDocument, isRenewed, parseDocument, parseSignedCard, type SignedCard, signersOf, verifyDocumentSignature,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { isClosed } from '#ledger/rules/closing.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { cardOf, globalDay, ownCard, type Slot } from '#ledger/state/state.ts'
import type { DoorRefusal, FederationView } from '#protocol/api.ts'
import { agree } from '#protocol/consent.ts'
import { type ChainSeen, endsEpoch, reportOf } from '#protocol/frontier.ts'
import { begin, type Handover, type HandoverEffect, type HandoverInput, step } from '#protocol/handover.ts'
import {
  type Agreed, changeOf, firstTermsYear, foundingDocument, type InForce, successorAgreeing, successorOf, successorRenewing,
} from '#protocol/successor.ts'
import {
  ACTIVATIONS_MAX, ASKING_MAX, DOCUMENT_BYTES_MAX, DOCUMENTS_EVERY_MS, retryAfterMs, services,
  VOTERS_MAX,
} from '#protocol/limits.ts'
import { codeOf, fingerprintOf, parseCode } from '#protocol/meeting-code.ts'
import {
  type Activation, helloAnswers, type HelloAnswer, helloRequests, type HelloRequest,
} from '#protocol/message.ts'
import { membershipOf, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import { certificateOf, certificateOfArrival } from '../settlement/certificates.ts'
import type { ClosingDesk } from './closing.ts'
import type { Fence } from '../restoring/fence.ts'
import type { HubKeys, NextVoteKey } from '../../disk/keystore.ts'
import type { ReleasingDesk } from './releasing.ts'
import type { Network, PeerKey } from '../../wire/network.ts'
import type { Answer, Clock, Log, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Store } from '../../store.ts'
import { openTerms } from './terms.ts'
import type { Votes } from '../settlement/votes.ts'

const DAY = 86_400
/** Documents sent in one message so that it stays below what a stranger may be sent. */
const ACTIVATION_BYTES_PER_MESSAGE = 192 * 1024

export type FederationPorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  votes: Votes
  fence: Fence
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
  view(): Pick<FederationView, 'card' | 'code' | 'state' | 'version' | 'admitted' | 'asking' | 'isBox' | 'closing' | 'releasing' | 'renewing'> & { agreed: Agreed | null }
  /** The card of a member as its log key has signed it: as it was pasted, or as its hub shows it now. */
  signedCard(origin: Origin): Promise<SignedCard | null>
  /** Asks another member for documents this hub may have missed. */
  askDocuments(): void
  stop(): Promise<void>
}

/** All of `fed.adopted` that other hubs need to record it too. */
const activationOf = ({ document, signatures, reports, evidence, wills }: ActionOf<'fed.adopted'>): Activation =>
  ({ document, signatures, reports, evidence, wills })

/** Whether a document closes that hub, ends its freeze or gives it a new vote key. */
const isAbout = (document: FederationDocument | null, origin: Origin): boolean =>
  [...(document?.closings ?? []), ...(document?.releases ?? []), ...(document?.renewals ?? [])].some((one) => one.origin === origin)

/**
 * One proposal being coordinated here. `tokens`: the question each hub was asked last; older
 * answers are void.
 */
type Running = { handover: Handover; tokens: Map<number, symbol>; cancels: Map<number, () => void> }

/**
 * Serves `/cv/hello/1`, names the known peers to the network, and carries on what was under way.
 */
export async function startFederation(ports: FederationPorts): Promise<FederationDriver> {
  const { writer, network, replicas, votes, fence, closings, releasing, keys, nextVoteKey, clock, log } = ports
  const table = ports.store.table('federation')
  const terms = await openTerms({ writer, table, clock })
  const { hub } = writer.state
  let own: Card = {
    format: 1,
    hubId: hub.id,
    origin: hub.origin,
    city: hub.city,
    region: hub.region,
    logKey: hub.logKey,
    cosignerKey: keys.cosigner.publicKey,
    auditorKey: keys.auditor.publicKey,
    orderKey: hub.orderKey,
    voteKey: keys.vote.publicKey,
    peerKey: keys.peer.publicKey,
    community: table.get('box') === undefined,
  }
  takeUpNext()
  let cardBytes = encodeCard(own)
  let cardSignature = sign(keys.log.secret, 'card', hub.id, cardBytes)
  const pasted = new Map<Origin, SignedCard>()
  const asking = new Map<Origin, SignedCard>()
  const activations = new Map<number, Activation>()
  const running = new Map<string, Running>()
  const telling = new Map<Origin, () => void>()
  let sponsor: SignedCard | null = null
  /** The members of the newest document that the sponsor has shown: any of them may coordinate. */
  let hosts: ReadonlySet<PeerKey> = new Set()
  /** How often documents were asked for where nobody is connected: each in turn. */
  let asked = 0
  let stopped = false
  let cancelTick = (): void => {}
  let adopting: Promise<void> = Promise.resolve()

  for await (const [key, bytes] of table.entries()) {
    if (key.startsWith('document/')) {
      const kept = helloAnswers.parse(bytes)
      if (kept?.type === 'documents')
        activations.set(Number(key.slice('document/'.length)), kept.activations[0]!)
      continue
    }
    const card = parseSignedCard(bytes)
    if (card === null) continue
    if (key.startsWith('pasted/')) pasted.set(card.card.origin, card)
    if (key.startsWith('asking/')) asking.set(card.card.origin, card)
    if (key === 'sponsor') sponsor = card
  }
  readDocuments()

  // ---- this hub's own vote key

  /** The key that a document in force gives this hub is the one it signs with. */
  function takeUpNext(): void {
    const inForce = ownCard(writer.state)?.voteKey
    const next = nextVoteKey.held()
    if (next !== null && inForce !== undefined && equalBytes(next.publicKey, inForce)) nextVoteKey.takeUp()
    own = { ...own, voteKey: keys.vote.publicKey }
    if (inForce !== undefined && !equalBytes(inForce, own.voteKey)) {
      log.error('keys/vote is not the vote key of this hub in its federation; it votes for nothing. Give it a new one: federation renew')
    }
  }

  /** The card of this hub as it would be with its next vote key; null while it is to have none. */
  function renewedCard(): SignedCard | null {
    const next = nextVoteKey.held()
    if (next === null) return null
    const card = { ...(ownCard(writer.state) ?? own), voteKey: next.publicKey }
    const bytes = encodeCard(card)
    return { card, bytes, signature: sign(keys.log.secret, 'card', hub.id, bytes), addresses: [] }
  }

  /** New vote keys of members that stewards here agree to, this hub's own among them. */
  function renewals(now: InForce): SignedCard[] {
    const own = renewedCard()
    return [...pasted.values(), ...(own === null ? [] : [own])].filter((one) => isRenewal(one, now))
  }

  const isRenewal = ({ card, signature }: SignedCard, now: InForce): boolean =>
    cardOf(now.document, card.origin) !== undefined &&
    changeOf(successorRenewing(now, [{ card, signature }]), now)?.renewed.length === 1

  /** A hub that has forgotten what it signed signs nothing but that it votes with a new key. */
  const maySign = (document: FederationDocument | null): boolean =>
    fence.mayVote() || (fence.phase === 'passed' && document !== null && nextVoteKey.held() !== null && isRenewed(document, own.origin))

  // ---- what the record says

  /**
   * The documents in force with what made them binding. The record has them; the store only spares
   * a start the search, so what it lacks, or holds of a document that is not in force, is read
   * again.
   */
  function readDocuments(): void {
    const documents = writer.state.federation?.documents ?? []
    const isKept = (at: number): boolean => {
      const kept = activations.get(at + 1)
      return kept !== undefined && equalBytes(documentHash(kept.document), documents[at]!.hash)
    }
    if (documents.every((_, at) => isKept(at))) return
    activations.clear()
    for (let seq = 0; activations.size < documents.length; seq++) {
      const { action } = writer.entryAt(seq)
      if (action.kind !== 'fed.adopted') continue
      keepDocument(activationOf(action))
    }
  }

  function keepDocument(activation: Activation): void {
    const at = parseDocument(activation.document)!.version
    activations.set(at, activation)
    const row = helloAnswers.encode({ type: 'documents', activations: [activation] })
    table
      .put(`document/${at}`, row)
      .catch((error: unknown) =>
        log.warn('a document was not kept aside', { error: String(error) }),
      )
  }

  function inForce(): InForce | null {
    const { federation } = writer.state
    if (federation === null) return null
    const documents = federation.documents.map((one) => one.document)
    const { document, hash } = federation.documents.at(-1)!
    return { federation: federation.id, documents, document, hash }
  }

  /** Whether the others have gone on without this hub: it does not come back under this name. */
  const wasClosed = (): boolean =>
    writer.state.federation !== null && isClosed(writer.state.federation, own.origin)

  const version = (): number => writer.state.federation?.documents.length ?? 0

  /**
   * The members may have changed: who is known to the network, whose logs are followed, who is to
   * be admitted.
   */
  function refresh(): void {
    const membership = membershipOf(writer.state)
    const members = membership?.document.members ?? []
    network.setKnownPeers(
      members
        .filter(({ card }) => card.origin !== own.origin)
        .map(({ card, addresses }) => ({ peer: peerOf(card), addresses })),
    )
    replicas.refresh()
    for (const [name, { handover }] of running) {
      if (handover.document.version <= version()) drop(name)
    }
    coordinate()
    ports.onChange?.()
  }

  // ---- what stewards ask

  /** As this hub is, or as it is to be. */
  const shownCard = () => renewedCard() ?? { bytes: cardBytes, signature: cardSignature }

  function cardText(): Uint8Array {
    const { bytes, signature } = shownCard()
    return encodeSignedCard(bytes, signature, network.addresses().slice(0, 8))
  }

  /** A card as pasted, or the one that the hub named by a code shows when it is asked. */
  async function cardIn(text: string): Promise<SignedCard | DoorRefusal> {
    const code = parseCode(text)
    if (code === null) return readCard(text)
    const answer = await askAt(code.addresses, { type: 'card' })
    if (answer === null) return { code: 'hub-unreachable', hub: code.addresses[0]! }
    const card = answer.type === 'card' ? readCard(toBase64(answer.card)) : null
    // Whoever answers there: only the card that was meant is taken.
    if (card === null || ('bytes' in card && fingerprintOf(card.bytes) !== code.fingerprint)) return { code: 'other-card' }
    return card
  }

  /** One question to whoever answers at these addresses; null when nobody does. */
  async function askAt(addresses: string[], request: HelloRequest): Promise<HelloAnswer | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.hello
    try {
      const peer = await network.reach(addresses, timeoutMs)
      return helloAnswers.parse(await network.request(peer, protocol, helloRequests.encode(request), { answerBytesMax, timeoutMs }))
    } catch {
      return null
    }
  }

  function readCard(text: string): SignedCard | DoorRefusal {
    const bytes = fromBase64(text.trim())
    const card = bytes === null ? null : parseSignedCard(bytes)
    if (card === null) return { code: 'bad-card' }
    return card.card.origin === own.origin ? { code: 'own-card' } : card
  }

  async function found(): Promise<FederationAnswer> {
    if (writer.state.federation !== null) return { ok: false, door: { code: 'already-federated' } }
    const now = clock.now()
    const document = encodeDocument(
      foundingDocument(
        { card: own, addresses: network.addresses().slice(0, 8) },
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
    sponsor = null
    await table.del('sponsor')
    return answer.ok ? { ok: true } : { ok: false, answer }
  }

  async function join(text: string): Promise<FederationAnswer> {
    const card = await cardIn(text)
    if ('code' in card) return { ok: false, door: card }
    if (membershipOf(writer.state) !== null)
      return { ok: false, door: { code: 'already-federated' } }
    await keepPasted(card)
    await table.put('sponsor', signedBytes(card))
    sponsor = card
    ports.onChange?.()
    const reached = await introduce(card)
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
    if (known !== undefined && !isRenewal(card, inForce()!)) return { ok: false, door: { code: 'member-already' } }
    await keepPasted(card)
    asking.delete(card.card.origin)
    await table.del(`asking/${card.card.origin}`)
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function beBox(isBox: boolean): Promise<FederationAnswer> {
    if (writer.state.federation !== null || sponsor !== null) return { ok: false, door: { code: 'already-federated' } }
    await (isBox ? table.put('box', Uint8Array.of(1)) : table.del('box'))
    own = { ...own, community: !isBox }
    cardBytes = encodeCard(own)
    cardSignature = sign(keys.log.secret, 'card', hub.id, cardBytes)
    ports.onChange?.()
    return { ok: true }
  }

  async function close(origin: Origin): Promise<FederationAnswer> {
    if (membershipOf(writer.state) === null) return { ok: false, door: { code: 'no-federation' } }
    const door = await closings.agree(origin)
    if (door !== null) return { ok: false, door }
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function release(origin: Origin): Promise<FederationAnswer> {
    if (membershipOf(writer.state) === null) return { ok: false, door: { code: 'no-federation' } }
    if (!(await releasing.agree(origin))) return { ok: false, door: { code: 'not-found' } }
    if (origin === own.origin) fence.forgive()
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function agreeOn(wanted: Agreed | null): Promise<FederationAnswer> {
    const now = inForce()
    if (now === null || ownCard(writer.state) === undefined) return { ok: false, door: { code: 'no-federation' } }
    const fromYear = firstTermsYear(now.document, globalDay(writer.state.federation!, clock.now()))
    const isInTime = wanted === null || wanted.termsFrom >= fromYear || terms.hasAgreedOn(wanted)
    const isSound = wanted === null || (isInTime && parseDocument(encodeDocument(successorAgreeing(now, wanted))) !== null)
    if (!isSound) return { ok: false, door: { code: 'bad-terms', fromYear } }
    const bound = votes.signedFor(now.document.version + 1)
    const document = bound === undefined ? null : parseDocument(bound.document)
    if (document !== null && !hasSameTerms(document, now.document)) return { ok: false, door: { code: 'already-signed', hub: own.origin } }
    await terms.agree(wanted)
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function renew(): Promise<FederationAnswer> {
    if (ownCard(writer.state) === undefined) return { ok: false, door: { code: 'no-federation' } }
    nextVoteKey.make()
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function keep(origin: Origin): Promise<FederationAnswer> {
    const now = inForce()
    const bound = now === null ? undefined : votes.signedFor(now.document.version + 1)
    const isBound = bound !== undefined && isAbout(parseDocument(bound.document), origin)
    const next = origin === own.origin ? nextVoteKey.held() : null
    // Its consent is with a coordinator: without the key this hub could be given one that nobody has.
    const isPromised = next !== null && votes.hasPromised(next.publicKey)
    if (isBound || (isPromised && !releasing.hasAgreed(origin))) return { ok: false, door: { code: 'already-signed', hub: origin } }
    await closings.withdraw(origin)
    await releasing.withdraw(origin)
    if (origin === own.origin && !isPromised) nextVoteKey.discard()
    ports.onChange?.()
    coordinate()
    return { ok: true }
  }

  async function keepPasted(card: SignedCard): Promise<void> {
    await table.put(`pasted/${card.card.origin}`, signedBytes(card))
    pasted.set(card.card.origin, card)
  }

  const signedBytes = ({ bytes, signature, addresses }: SignedCard): Uint8Array =>
    encodeSignedCard(bytes, signature, addresses)

  /** True when our steward has pasted exactly this card. */
  function admits(card: Card): boolean {
    const known = pasted.get(card.origin)
    return known !== undefined && equalBytes(known.bytes, encodeCard(card))
  }

  // ---- a newcomer

  /** Says who we are to a member, and learns whom else to tell. True when it could be reached. */
  async function introduce({ card, addresses }: SignedCard): Promise<boolean> {
    const answer = await hello(card, addresses, { type: 'join', card: cardText() })
    if (answer === null) return false
    const known: Activation[] = []
    for (let from = 1; !stopped && from <= VOTERS_MAX; from = known.length + 1) {
      const more = await documentsFrom(card, addresses, from)
      if (more.length === 0) break
      known.push(...more)
    }
    await adopt(known, (from) => documentsFrom(card, addresses, from))
    const newest = known.at(-1)
    const members =
      newest === undefined ? [] : (parseDocument(newest.document)?.members ?? [])
    hosts = new Set(members.map((member) => peerOf(member.card)))
    for (const member of members) {
      // Each member's own steward has to admit us; their hubs show our card to them.
      if (member.card.origin === own.origin || member.card.origin === card.origin) continue
      await hello(member.card, member.addresses, { type: 'join', card: cardText() })
    }
    return true
  }

  async function documentsFrom(
    card: Card,
    addresses: string[],
    from: number,
  ): Promise<Activation[]> {
    const answer = await hello(card, addresses, { type: 'documents', from })
    return answer?.type === 'documents' ? answer.activations : []
  }

  // ---- documents

  /**
   * Takes in documents in order; one after the other, because two coordinators may bring the same.
   */
  function adopt(
    given: Activation[],
    fetch: (from: number) => Promise<Activation[]>,
  ): Promise<void> {
    adopting = adopting
      .then(() => adoptAll(given, fetch))
      .catch((error: unknown) => {
        log.warn('documents could not be taken in', { error: String(error) })
      })
    return adopting
  }

  async function adoptAll(
    given: Activation[],
    fetch: (from: number) => Promise<Activation[]>,
  ): Promise<void> {
    let next = new Map<number, Activation>()
    const gather = (list: Activation[]): void => {
      for (const one of list) {
        const parsed = parseDocument(one.document)
        if (parsed !== null) next.set(parsed.version, one)
      }
    }
    gather(given)
    const last = Math.max(0, ...next.keys())
    for (let missing = version() + 1; missing <= last; missing++) {
      if (!next.has(missing)) gather(await fetch(missing))
      if (!next.has(missing)) return
    }
    next = new Map([...next].filter(([at]) => at > version()).sort(([a], [b]) => a - b))
    if (next.size === 0 || (membershipOf(writer.state) === null && !agreedTo([...next.values()])))
      return
    for (const [at, activation] of next) {
      if (at !== version() + 1) return
      const answer = await writer.record('fed.adopted', activation)
      if (answer.ok) continue
      log.warn('a document of the federation was not taken in', {
        version: at,
        because: JSON.stringify(answer),
      })
      return
    }
  }

  /**
   * A lone hub takes in a federation's whole history and only when one of its documents bears our
   * own consent: anybody can send us a federation of their own, and what is recorded stays. Not
   * only the last one: a federation may have grown again while we were away.
   */
  function agreedTo(documents: Activation[]): boolean {
    const first = writer.state.federation?.id ?? documentHash(documents[0]!.document)
    return documents.some(({ document: bytes, signatures }, i) => {
      const document = parseDocument(bytes)!
      const before = i > 0 ? parseDocument(documents[i - 1]!.document) : (inForce()?.document ?? null)
      const place = signersOf(document, before).findIndex(({ card }) =>
        equalBytes(encodeCard(card), cardBytes),
      )
      const ours = signatures.find((one) => one.hub === place)
      return (
        ours !== undefined &&
        verifyDocumentSignature(own.voteKey, first, documentHash(bytes), ours.signature)
      )
    })
  }

  function askDocuments(): void {
    const membership = membershipOf(writer.state)
    const connected = new Set(network.connected())
    const others = (membership?.document.members ?? []).filter(({ card }) => card.origin !== own.origin)
    // To those who have closed this hub it is a stranger: they do not keep a connection, but they answer.
    const other = others.find(({ card }) => connected.has(peerOf(card))) ?? others[asked++ % Math.max(1, others.length)]
    if (other === undefined) return
    const { card, addresses } = other
    void documentsFrom(card, addresses, version() + 1).then((found) =>
      adopt(found, (from) => documentsFrom(card, addresses, from)),
    )
  }

  /** The newest documents, to everybody they concern, until they have heard. */
  function spread(activation: Activation): void {
    const document = parseDocument(activation.document)!
    for (const { card, addresses } of document.members) {
      if (card.origin !== own.origin) tell(card, addresses, activation, document.version, 0)
    }
  }

  function tell(
    card: Card,
    addresses: string[],
    activation: Activation,
    of: number,
    tries: number,
  ): void {
    if (stopped || version() > of || tries > 8) return
    void hello(card, addresses, { type: 'adopted', activations: [activation] }).then((answer) => {
      // Whoever stays away asks for it on its return.
      if (answer?.type === 'ok' || stopped) return
      telling.get(card.origin)?.()
      telling.set(
        card.origin,
        clock.after(scaled(tries), () => tell(card, addresses, activation, of, tries + 1)),
      )
    })
  }

  // ---- coordinating

  /**
   * Begins a hand-over for everybody our steward has admitted, and carries on the one we are bound
   * to.
   */
  function coordinate(): void {
    const now = inForce()
    if (
      stopped ||
      now === null ||
      !(fence.mayVote() || (fence.phase === 'passed' && nextVoteKey.held() !== null)) ||
      cardOf(now.document, own.origin) === undefined
    )
      return
    const bound = votes.signedFor(now.document.version + 1)
    // Logs go on growing: what is being asked already, and nobody here objects to, is not asked anew for that.
    const asked = [...running.values()].map(({ handover }) => handover.document).find(isRelease)
    const cards = renewals(now)
    // Only our own: those who have pasted the card propose it; nothing is signed before, so it can be taken back.
    const isForOthers = now.document.members.length > 1 && cards.every(({ card }) => card.origin === own.origin)
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
    const candidates = [...pasted.values()]
      .filter(({ card }) => cardOf(now.document, card.origin) === undefined)
      .sort((a, b) => (toHex(a.card.hubId) < toHex(b.card.hubId) ? -1 : 1))
    for (const { card, addresses } of candidates)
      run(encodeDocument(successorOf(now, { card, addresses })))
  }

  function run(proposal: Uint8Array): void {
    if (proposal.length > DOCUMENT_BYTES_MAX)
      return log.warn('the federation’s document is full', { bytes: proposal.length })
    const name = toHex(documentHash(proposal))
    const now = inForce()
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
        void adopt([activation], async () => []).then(() => spread(activation))
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
    document.members.every(({ card }) => isMember(card) || admits(card)) &&
    (hasSameTerms(document, inForce()!.document) || terms.agreesOn(document)) &&
    document.renewals.every(({ origin }) => origin === own.origin ? nextVoteKey.held() !== null : admits(cardOf(document, origin)!)) &&
    document.closings.every((closing) => closings.objectionTo(closing, document) === null) &&
    document.releases.every((one) => releasing.objectionTo(one) === null)

  const isRelease = ({ version: at, releases }: FederationDocument): boolean =>
    at === version() + 1 && releases.length > 0 && releases.every((one) => releasing.objectionTo(one) === null)

  const isMember = (card: Card): boolean => {
    const now = inForce()
    return now !== null && cardOf(now.document, card.origin) !== undefined
  }

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
      clock.after(afterMs === 0 ? 0 : scaledMs(afterMs), () => {
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

  const scaledMs = (ms: number): number =>
    ports.retryMs === undefined ? ms : (ms / retryAfterMs(0)) * ports.retryMs
  const scaled = (tries: number): number => scaledMs(retryAfterMs(tries))

  // ---- talking

  /**
   * One question on `/cv/hello/1`; ourselves we ask without a wire. Null when there was no answer.
   */
  async function hello(
    card: Card,
    addresses: string[],
    request: HelloRequest,
  ): Promise<HelloAnswer | null> {
    if (card.origin === own.origin) {
      return await answer(network.self, request).catch((error: unknown) => {
        // Our own disk would not take the promise down: then nothing was promised, and it is asked again.
        log.error('this hub could not answer itself', { asked: request.type, error: String(error) })
        return null
      })
    }
    const { protocol, answerBytesMax, timeoutMs } = services.hello
    const peer = peerOf(card)
    try {
      if (
        !network.connected().includes(peer) &&
        (await network.reach(addressesOf(card, addresses), timeoutMs)) !== peer
      )
        return null
      const bytes = await network.request(peer, protocol, helloRequests.encode(request), {
        answerBytesMax,
        timeoutMs,
      })
      return helloAnswers.parse(bytes)
    } catch {
      return null
    }
  }

  async function signedCard(origin: Origin): Promise<SignedCard | null> {
    const member = membershipOf(writer.state)?.document.members.find(({ card }) => card.origin === origin)
    if (member === undefined) return null
    const wanted = encodeCard(member.card)
    if (equalBytes(wanted, cardBytes)) return { card: own, bytes: cardBytes, signature: cardSignature, addresses: [] }
    const known = [pasted.get(origin), asking.get(origin), sponsor]
    const held = known.find((one) => one != null && equalBytes(one.bytes, wanted))
    if (held != null) return held
    const answer = await hello(member.card, member.addresses, { type: 'card' })
    const shown = answer?.type === 'card' ? parseSignedCard(answer.card) : null
    return shown !== null && equalBytes(shown.bytes, wanted) ? shown : null
  }

  /** A card that was pasted or sent later may know better where its hub is. */
  function addressesOf({ origin }: Card, addresses: string[]): string[] {
    const others = [
      ...(pasted.get(origin)?.addresses ?? []),
      ...(asking.get(origin)?.addresses ?? []),
    ]
    return [...new Set([...addresses, ...others])]
  }

  /**
   * Whose proposals, reports and documents are looked at at all: a member's by members, those of
   * the federation it has asked to join by a newcomer. Reading a document costs as much as a
   * thousand signatures, and anybody can send one.
   */
  function hears(peer: PeerKey): boolean {
    if (peer === network.self) return true
    if (membershipOf(writer.state) !== null) return neighbourAt(writer.state, peer) !== undefined
    return sponsor !== null && (peerOf(sponsor.card) === peer || hosts.has(peer))
  }

  async function answer(peer: PeerKey, request: HelloRequest): Promise<HelloAnswer> {
    const isOpen =
      request.type === 'card' || request.type === 'join' || request.type === 'documents'
    if (!isOpen && !hears(peer)) return { type: 'not-willing', because: 'not-asked' }
    switch (request.type) {
      case 'card':
        return { type: 'card', card: cardText() }
      case 'join':
        return await answerJoin(peer, request.card)
      case 'proposal':
        return await answerProposal(request)
      case 'report':
        return await answerReport(request)
      case 'adopted':
        return answerAdopted(peer, request.activations)
      case 'documents':
        return { type: 'documents', activations: documentsSince(request.from) }
    }
  }

  async function answerJoin(peer: PeerKey, bytes: Uint8Array): Promise<HelloAnswer> {
    const card = parseSignedCard(bytes)
    // Only a hub itself asks for itself: its peer key is in its card.
    if (card === null || peerOf(card.card) !== peer) return { type: 'waiting' }
    if (isMember(card.card) || admits(card.card)) {
      if (admits(card.card)) {
        // It knows best where it is now: the pasted text may be from before it moved to its public address.
        await keepPasted(card)
        coordinate()
      }
      return { type: 'admitted' }
    }
    const { origin } = card.card
    if (!asking.has(origin) && asking.size >= ASKING_MAX) {
      const [oldest] = asking.keys()
      asking.delete(oldest!)
      await table.del(`asking/${oldest!}`)
    }
    asking.set(origin, card)
    await table.put(`asking/${origin}`, bytes)
    ports.onChange?.()
    return { type: 'waiting' }
  }

  async function answerProposal(
    asked: Extract<HelloRequest, { type: 'proposal' }>,
  ): Promise<HelloAnswer> {
    if (!maySign(parseDocument(asked.document))) return { type: 'not-willing', because: 'restoring' }
    const agreement = agree(asked, {
      own,
      renewed: renewedCard()?.card ?? null,
      agreesOn: terms.agreesOn,
      inForce: inForce(),
      admits,
      objectionTo: (closing, document) => closings.objectionTo(closing, document),
      objectionToRelease: (one) => releasing.objectionTo(one),
      signedFor: (at) => votes.signedFor(at),
    })
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

  async function answerReport({
    document,
    signatures,
  }: Extract<HelloRequest, { type: 'report' }>): Promise<HelloAnswer> {
    const now = inForce()
    if (!maySign(parseDocument(document))) return { type: 'not-willing', because: 'restoring' }
    const ends = now === null ? null : endsEpoch(document, signatures, now, own.origin)
    if (now === null || ends === null) return { type: 'not-a-voter' }
    const before = votes.reportedFor(ends.version)
    if (before !== undefined && !equalBytes(before.document, document)) {
      return { type: 'conflict', document: before.document, signatures: before.signatures }
    }
    // The report is made in the same turn in which this hub stops voting: no vote can be missing in
    // it.
    const chains = now.document.members.map(({ card }) => chainSeen(card.origin))
    const made = before === undefined ? reportOf(now, ends.hash, ends.voter, chains) : null
    if (before === undefined && made === null) return { type: 'not-willing', because: 'restoring' }
    const { report, signature, evidence } = await votes.bindReport(ends.version, () => {
      const report = encodeReport(made!.report)
      return {
        document,
        signatures,
        report,
        signature: sign(keys.vote.secret, 'front', now.federation, report),
        evidence: made!.evidence,
      }
    })
    return { type: 'report', report, signature, evidence }
  }

  function chainSeen(origin: Origin): ChainSeen {
    const last = votes.lastOf(origin)
    if (origin === own.origin) {
      const { slots } = writer.state.chain
      return { origin, slots, certificate: ownCertificate(slots), last }
    }
    const { state, certificate } = replicas.of(origin) ?? { state: null, certificate: null }
    return takenInOf(origin, { origin, slots: state?.chain.slots ?? [], certificate, last })
  }

  /**
   * What this hub has taken in is certain, though the log it came from may not say so: its hub can have died
   * between giving the certificate away and showing it.
   */
  function takenInOf(origin: Origin, seen: ChainSeen): ChainSeen {
    const last = writer.state.inbound.get(origin)?.last ?? -1
    const shown = seen.slots.findLast(({ certified }) => certified)?.order.slot ?? -1
    const certificate = last > shown ? certificateOfArrival(writer, origin, last) : null
    if (certificate === null) return seen
    const slots = seen.slots.map((slot) => slot.order.slot <= last && !slot.certified ? { ...slot, certified: true } : slot)
    return { ...seen, slots, certificate }
  }

  /** The certificate of our own last certified slot, from the record that seals it. */
  function ownCertificate(slots: readonly Slot[]): Certificate | null {
    const slot = slots.findLast(({ certified }) => certified)
    return slot === undefined ? null : certificateOf(slot, writer)
  }

  function answerAdopted(peer: PeerKey, given: Activation[]): HelloAnswer {
    const members = given.flatMap((one) => parseDocument(one.document)?.members ?? [])
    const sender = members.find(({ card }) => peerOf(card) === peer)
    // Answered at once: whoever sends must not wait while we fetch from them what came before.
    if (sender !== undefined)
      void adopt(given, (at) => documentsFrom(sender.card, sender.addresses, at))
    return { type: 'ok' }
  }

  function documentsSince(from: number): Activation[] {
    const list: Activation[] = []
    let bytes = 0
    for (let at = Math.max(1, from); activations.has(at) && list.length < ACTIVATIONS_MAX; at++) {
      const one = activations.get(at)!
      bytes +=
        one.document.length +
        one.signatures.length * 80 +
        one.reports.reduce((sum, { report }) => sum + report.length + 80, 0) +
        one.evidence.reduce((sum, { votes }) => sum + votes.length * 80 + 256, 0)
      if (list.length > 0 && bytes > ACTIVATION_BYTES_PER_MESSAGE) break
      list.push(one)
    }
    return list
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
    keepDocument(activationOf(action))
    takeUpNext()
    cardBytes = encodeCard(own)
    cardSignature = sign(keys.log.secret, 'card', hub.id, cardBytes)
    for (const { origin } of parseDocument(action.document)!.releases) void releasing.withdraw(origin)
    refresh()
  })
  network.onConnected(() => {
    if (!stopped) askDocuments()
  })
  fence.onChange(() => coordinate())
  function tick(): void {
    cancelTick = clock.after(ports.everyMs ?? DOCUMENTS_EVERY_MS, () => {
      if (membershipOf(writer.state) === null && sponsor !== null && !wasClosed()) void introduce(sponsor)
      else askDocuments()
      coordinate()
      tick()
    })
  }
  refresh()
  tick()

  return {
    card: () => toBase64(cardText()),
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
      const now = inForce()
      const member = membershipOf(writer.state) !== null
      const isNew = (card: SignedCard): boolean =>
        now === null || cardOf(now.document, card.card.origin) === undefined
      return {
        card: toBase64(cardText()),
        code: codeOf(shownCard().bytes, network.addresses()),
        state: member ? 'founded' : wasClosed() ? 'closed' : sponsor === null ? 'alone' : 'joining',
        version: version(),
        isBox: !own.community,
        closing: neighboursOf(writer.state).map(({ origin }) => ({ origin, ...closings.stateOf(origin) })),
        releasing: releasing.agreed(),
        agreed: terms.agreed(),
        renewing: now === null ? [] : renewals(now).map(({ card }) => card.origin),
        admitted: member
          ? [...pasted.values()]
              .filter(isNew)
              .map(({ card }) => ({ origin: card.origin, city: card.city }))
          : [],
        asking: [...asking.values()].filter(isNew).map((one) => ({
          origin: one.card.origin,
          city: one.card.city,
          card: toBase64(signedBytes(one)),
        })),
      }
    },
    signedCard,
    askDocuments,
    async stop() {
      stopped = true
      cancelTick()
      for (const name of [...running.keys()]) drop(name)
      for (const cancel of telling.values()) cancel()
      await adopting
    },
  }
}
