/**
 * The records of another log, page by page, with what is known of their signatures before their turn comes.
 *
 *   page → signatures (other cores) → [check → apply]… → mirror (fdatasync)
 *
 * While one page is judged the signatures of the next are verified, and the one after that is fetched.
 */
import { type Hex, kinds } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { type SignatureClaim, verifierFrom } from '#ledger/claims.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import type { Card } from '#ledger/federation/federation.ts'
import { keyIdOf, signHead, type Verifier } from '#ledger/keys.ts'
import { claimsOf } from '#ledger/ledger.ts'
import type { State } from '#ledger/state/state.ts'
import { RECORDS_PER_TURN } from '#protocol/limits.ts'
import type { LogAnswer, LogRequest } from '#protocol/message.ts'
import type { Follower } from './replica.ts'

/** A record as it came; null for bytes that are none. */
type Asked = { bytes: Uint8Array; entry: Entry | null }
/** Records with what is known of their signatures. */
export type Page = (Asked & { verifier: Verifier })[]

export type PagePorts = {
  /** Asks that log's hub; null for an answer that is none. Rejects when it cannot be reached. */
  ask(card: Card, request: LogRequest): Promise<LogAnswer | null>
  /** Verifies signatures elsewhere, in the order asked. Without it each is verified in its turn. */
  verify: ((claims: SignatureClaim[]) => Promise<boolean[]>) | undefined
  /** Gives other work of the hub its turn. */
  breathe(): Promise<void>
}

export type Pages = {
  /** Ends early when the other hub has no more to give. */
  pagesOf(follower: Follower, end: number): AsyncGenerator<Page, undefined>
  /** Null when the other hub has none to give. */
  recordsFrom(card: Card, from: number): Promise<Uint8Array[] | null>
}

/** Nothing is fetched before it is asked for. */
export function openPages({ ask, verify, breathe }: PagePorts): Pages {
  /**
   * The records from where the follower is up to `end`, page by page. While one page is taken, the signatures of the
   * next are being verified and the one after that is on its way. Ends early when the other hub has no more to give.
   */
  async function* pagesOf(follower: Follower, end: number): AsyncGenerator<Page, undefined> {
    let from = follower.size
    let coming = recordsFrom(follower.card, from)
    let judged: Promise<Page> | null = null
    for (;;) {
      const records = (await coming)?.slice(0, end - from)
      if (records === undefined || records.length === 0) break
      if (from === 0) {
        // Nothing is known before the first record, so none behind it could be verified elsewhere.
        records.length = 1
        yield await judge(follower, records)
      }
      from += records.length
      coming = from < end ? heard(recordsFrom(follower.card, from)) : Promise.resolve(null)
      if (from === 1) continue
      const judging = heard(judge(follower, records))
      if (judged !== null) yield await judged
      judged = judging
    }
    if (judged !== null) yield await judged
  }

  /** What is looked at in its turn, or never, when what came before it is the end. */
  function heard<T>(coming: Promise<T>): Promise<T> {
    coming.catch(() => {})
    return coming
  }

  /** Null when the other hub has none to give. */
  async function recordsFrom(card: Card, from: number): Promise<Uint8Array[] | null> {
    const answer = await ask(card, { type: 'records', from })
    return answer?.type === 'records' ? answer.records : null
  }

  /**
   * Records read as far as they can be and their signatures verified as far as it is known now by whom they have to
   * be; the rest is verified in its turn.
   */
  async function judge(follower: Follower, records: Uint8Array[]): Promise<Page> {
    const read: (Asked & { claims: SignatureClaim[] })[] = []
    for (const bytes of records) {
      const entry = parseRecord(bytes)
      const { state } = follower
      const isForeseen = entry !== null && state !== null && verify !== undefined
      read.push({ bytes, entry, claims: isForeseen ? claimsAhead(state, entry, follower.introduced) : [] })
      if (read.length % RECORDS_PER_TURN === 0) await breathe()
    }
    const verdicts = await verify?.(read.flatMap(({ claims }) => claims)) ?? []
    let at = 0
    return read.map(({ bytes, entry, claims }) =>
      ({ bytes, entry, verifier: verifierFrom(claims, verdicts.slice(at, at += claims.length)) }))
  }

  return { pagesOf, recordsFrom }
}

/**
 * As `claimsOf`, also about people whose joining is still on its way here: their keys stand in records that came
 * before. `introduced`: those keys by their ids, to which this entry's is added.
 */
function claimsAhead(state: State, entry: Entry, introduced: Map<Hex, Uint8Array>): SignatureClaim[] {
  const { action, auth, body } = entry
  const brings =
    action.kind === 'member.joined' || action.kind === 'member.arrived' || action.kind === 'device.added' ||
    action.kind === 'recovery.proposed'
  if (brings) introduced.set(toHex(keyIdOf(action.device)), action.device)
  const claims = claimsOf(state, entry)
  if (claims.length === auth.length) return claims
  const head = signHead(kinds[action.kind].context, state.hub.id)
  return auth.flatMap(({ keyId, signature }) => {
    const key = introduced.get(toHex(keyId))
    return key === undefined ? [] : [{ key, head, body, signature }]
  })
}
