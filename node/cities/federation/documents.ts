/**
 * The federation's documents: those in force, with what made them binding, kept aside so that a start need not search the
 * record; those that others bring, taken in one after the other; those that this hub has brought about, told to everybody
 * they concern.
 */
import type { ActionOf, Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import { type Card, documentHash, encodeCard, parseDocument, signersOf, verifyDocumentSignature } from '#ledger/federation/federation.ts'
import type { InForce } from '#protocol/successor.ts'
import { ACTIVATIONS_MAX, retryAfterMs } from '#protocol/limits.ts'
import { type Activation, helloAnswers } from '#protocol/message.ts'
import { membershipOf, peerOf } from '../cities.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Hello } from './hello.ts'
import type { OwnCard } from './own-card.ts'
import type { Table } from '../../store.ts'
import { cardOf, currentDocument, type State } from '#ledger/state/state.ts'

/** Documents sent in one message so that it stays below what a stranger may be sent. */
const ACTIVATION_BYTES_PER_MESSAGE = 192 * 1024

export type DocumentPorts = {
  writer: Writer
  network: Network
  /** Rows `document/<version>`. */
  table: Table
  own: OwnCard
  hello: Hello
  clock: Clock
  log: Log
  /** The table's pauses, for a hub that was given other ones. */
  scaled(ms: number): number
}

export type Documents = {
  /** As many as one message holds, from this version on. */
  documentsSince(from: number): Activation[]
  /** Asks a hub for the same. */
  documentsFrom(card: Card, addresses: string[], from: number): Promise<Activation[]>
  /** Takes in documents in order; what is missing between is fetched. */
  adopt(given: Activation[], fetch: (from: number) => Promise<Activation[]>): Promise<void>
  /** Asks another member for documents this hub may have missed. */
  askDocuments(): void
  /** A new document, to everybody it concerns, until they have heard. */
  spread(activation: Activation): void
  /** One that has been recorded here. */
  keep(recorded: ActionOf<'fed.adopted'>): void
  stop(): Promise<void>
}

/** Reads what is in force. */
export async function openDocuments(ports: DocumentPorts): Promise<Documents> {
  const { writer, network, table, own, hello, clock, log } = ports
  const activations = await keptAside(table)
  const telling = new Map<Origin, () => void>()
  /** How often documents were asked for where nobody is connected: each in turn. */
  let asked = 0
  let adopting: Promise<void> = Promise.resolve()
  let stopped = false
  readDocuments()

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

  async function documentsFrom(
    card: Card,
    addresses: string[],
    from: number,
  ): Promise<Activation[]> {
    const answer = await hello(card, addresses, { type: 'documents', from })
    return answer?.type === 'documents' ? answer.activations : []
  }

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
    for (let missing = versionIn(writer.state) + 1; missing <= last; missing++) {
      if (!next.has(missing)) gather(await fetch(missing))
      if (!next.has(missing)) return
    }
    next = new Map([...next].filter(([at]) => at > versionIn(writer.state)).sort(([a], [b]) => a - b))
    if (next.size === 0 || (membershipOf(writer.state) === null && !agreedTo([...next.values()])))
      return
    for (const [at, activation] of next) {
      if (at !== versionIn(writer.state) + 1) return
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
      const before = i > 0 ? parseDocument(documents[i - 1]!.document) : (inForceIn(writer.state)?.document ?? null)
      const place = signersOf(document, before).findIndex(({ card }) =>
        equalBytes(encodeCard(card), own.bytes()),
      )
      const ours = signatures.find((one) => one.hub === place)
      return (
        ours !== undefined &&
        verifyDocumentSignature(own.card().voteKey, first, documentHash(bytes), ours.signature)
      )
    })
  }

  function askDocuments(): void {
    const membership = membershipOf(writer.state)
    const connected = new Set(network.connected())
    const others = (membership?.document.members ?? []).filter(({ card }) => card.origin !== own.card().origin)
    // To those who have closed this hub it is a stranger: they do not keep a connection, but they answer.
    const near = others.filter(({ card }) => connected.has(peerOf(card)))
    // In turn: one that keeps documents to itself keeps nobody else from giving them.
    const asking = near.length > 0 ? near : others
    const other = asking[asked++ % Math.max(1, asking.length)]
    if (other === undefined) return
    const { card, addresses } = other
    void documentsFrom(card, addresses, versionIn(writer.state) + 1).then((found) =>
      adopt(found, (from) => documentsFrom(card, addresses, from)),
    )
  }

  /** The newest documents, to everybody they concern, until they have heard. */
  function spread(activation: Activation): void {
    const document = parseDocument(activation.document)!
    for (const { card, addresses } of document.members) {
      if (card.origin !== own.card().origin) tell(card, addresses, activation, document.version, 0)
    }
  }

  function tell(
    card: Card,
    addresses: string[],
    activation: Activation,
    of: number,
    tries: number,
  ): void {
    if (stopped || versionIn(writer.state) > of || tries > 8) return
    void hello(card, addresses, { type: 'adopted', activations: [activation] }).then((answer) => {
      // Whoever stays away asks for it on its return.
      if (answer?.type === 'ok' || stopped) return
      telling.get(card.origin)?.()
      telling.set(
        card.origin,
        clock.after(ports.scaled(retryAfterMs(tries)), () => tell(card, addresses, activation, of, tries + 1)),
      )
    })
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

  return {
    documentsSince,
    documentsFrom,
    adopt,
    askDocuments,
    spread,
    keep: (recorded) => keepDocument(activationOf(recorded)),
    async stop() {
      stopped = true
      for (const cancel of telling.values()) cancel()
      await adopting
    },
  }
}

/** The documents kept aside, by their versions. */
async function keptAside(table: Table): Promise<Map<number, Activation>> {
  const activations = new Map<number, Activation>()
  for await (const [key, bytes] of table.entries()) {
    const kept = key.startsWith('document/') ? helloAnswers.parse(bytes) : null
    if (kept?.type === 'documents') activations.set(Number(key.slice('document/'.length)), kept.activations[0]!)
  }
  return activations
}

/** All of `fed.adopted` that other hubs need to record it too. */
const activationOf = ({ document, signatures, reports, evidence, wills }: ActionOf<'fed.adopted'>): Activation =>
  ({ document, signatures, reports, evidence, wills })

/** The document in force with all before it; null in no federation. */
export function inForceIn({ federation }: State): InForce | null {
  if (federation === null) return null
  const documents = federation.documents.map((one) => one.document)
  const { document, hash } = federation.documents.at(-1)!
  return { federation: federation.id, documents, document, hash }
}

/** Whether a hub stands in it. */
export const isMember = ({ federation }: State, { origin }: Card): boolean =>
  federation !== null && cardOf(currentDocument(federation), origin) !== undefined

/** Its version; 0 in no federation. */
export const versionIn = ({ federation }: State): number => federation?.documents.length ?? 0
