/**
 * What `verify.html` checks with: the ledger's own audit, judgement and comparison, fed from files, in a worker or in
 * the page.
 *
 * Nothing is decided here. Signatures are handed to the browser's Ed25519 where there is one, a page of them at a
 * time and behind the ledger's own prechecks (`webcrypto.ts`); the replay goes on meanwhile as if they held. If one
 * does not, the log is read again by an audit that is told so, which is then the verdict, entry and all.
 */
import { type Auditing, auditTogether, openAudit, type Verdict } from '#ledger/audit/audit.ts'
import { fromHex } from '#ledger/bytes.ts'
import { messageOf, notingIn, type SignatureClaim } from '#ledger/claims.ts'
import { compare, type Comparison, keeping, type Kept, nothingKept, type Side } from '#ledger/audit/comparison.ts'
import {
  BEGINNING_BYTES, exhibitText, type ExhibitKind, type Finding, judgeCheckpoint, judgeEvidence, judgeProof, type Known, type LogsAtHand, recordsAmong,
  knownFrom, knownFromKey, knownFromPolicy, recognise, together,
} from '#ledger/audit/exhibit.ts'
import { type Piece, readExport } from '#ledger/audit/export.ts'
import { exportOfLines } from '#ledger/audit/json-lines.ts'
import { type Json, jsonOf, type VerdictJson, verdictJson } from '#ledger/audit/verdict-json.ts'
import { type CredentialFault, verifyCredential } from '#protocol/credential.ts'
import { verifyByWebCrypto } from '../device/webcrypto.ts'

/** Something to be checked; `id` names it in every answer. */
export type Asked = { id: number; file: Blob }

export type Told =
  | { tell: 'kind'; id: number; kind: ExhibitKind }
  | { tell: 'progress'; id: number; bytes: number; total: number; entries: number; seconds: number }
  /** Told again for earlier ones when more is known, as are the next two. */
  | { tell: 'log'; id: number; verdict: VerdictJson; seconds: number }
  | { tell: 'finding'; id: number; finding: Json<Finding> }
  | { tell: 'compared'; pairs: { one: number; other: number; comparison: Json<Comparison> }[] }
  | { tell: 'credential'; id: number; credential: Shown }
  /** A policy or key that was read, or could not be. */
  | { tell: 'known'; id: number; readable: boolean }
  /** Our own fault: in words for whoever mends it. */
  | { tell: 'failed'; id: number; message: string }

/** A certificate that other programs verify too: whether it holds, and what it says. It is laid beside nothing else. */
export type Shown = { what: 'credential'; fault: CredentialFault | null; issuer: string | null; city: string | null; subject: string[]; said: string | null; from: string | null }

/** What was brought so far. */
type Brought =
  | { what: 'log'; id: number; verdict: Verdict; seconds: number; side: Side }
  | { what: 'text'; id: number; kind: 'checkpoint' | 'proof' | 'evidence'; text: string }
  | { what: 'known'; id: number; known: Known }

/** Takes what is asked, one after the other, and tells what comes of it. */
export function openEngine(tell: (told: Told) => void): (asked: Asked) => void {
  const brought: Brought[] = []
  let last: Promise<void> = Promise.resolve()

  async function answer({ id, file }: Asked): Promise<void> {
    const kind = recognise(await bytesOf(file.slice(0, BEGINNING_BYTES)))
    const credential = kind === null || kind === 'lines' ? await credentialIn(file) : null
    if (credential !== null) return tell({ tell: 'credential', id, credential })
    if (kind !== null) tell({ tell: 'kind', id, kind })
    // What begins like nothing of ours is read as an export, whose audit says at which byte it is none.
    if (kind === null || kind === 'export' || kind === 'lines') brought.push(await logIn(id, file, kind === 'lines'))
    else {
      const one = smallIn(id, kind, await bytesOf(file))
      if (one === null) return tell({ tell: 'known', id, readable: false })
      brought.push(one)
    }
    tellAll()
  }

  async function logIn(id: number, file: Blob, isLines: boolean): Promise<Brought> {
    const began = performance.now()
    const seconds = (): number => (performance.now() - began) / 1000
    let told = 0
    const kept = nothingKept()
    const read = await readerOf(file, isLines)
    const verdict = await auditLog(read, kept, (bytes, entries) => {
      if (seconds() - told < PROGRESS_SECONDS) return
      told = seconds()
      tell({ tell: 'progress', id, bytes, total: file.size, entries, seconds: told })
    })
    const pieces = (): Iterable<Piece> => read(() => {})
    return { what: 'log', id, verdict, seconds: seconds(), side: { side: 'log', verdict, kept, pieces } }
  }

  /** Everything once more, in the light of everything; what came last is told last. */
  function tellAll(): void {
    const verdicts = auditTogether(brought.flatMap((one) => (one.what === 'log' ? [one.verdict] : [])))
    const known = together(brought.map(knownBy))
    tell({ tell: 'compared', pairs: pairsOf(brought, known) })
    for (const one of brought) {
      if (one.what === 'log') tell({ tell: 'log', id: one.id, verdict: verdictJson(verdicts.shift()!), seconds: one.seconds })
      if (one.what === 'text') tell({ tell: 'finding', id: one.id, finding: jsonOf(judged(one, known, logsAtHand(brought))) })
      if (one.what === 'known') tell({ tell: 'known', id: one.id, readable: true })
    }
  }

  return (asked) => {
    last = last.then(() => answer(asked)).catch((problem: unknown) => {
      tell({ tell: 'failed', id: asked.id, message: problem instanceof Error ? problem.message : String(problem) })
    })
  }
}

/** Certificates are some kilobytes; a longer file is something else. */
const CREDENTIAL_BYTES_MAX = 65_536

/** Null for a file that does not even claim to be one. */
async function credentialIn(file: Blob): Promise<Shown | null> {
  const value = file.size > CREDENTIAL_BYTES_MAX ? null : jsonIn(await file.text())
  if (!isObject(value) || !isObject(value['proof']) || value['@context'] === undefined) return null
  const verdict = verifyCredential(value)
  const [issuer, subject] = [value['issuer'], value['credentialSubject']]
  const identifiers = isObject(subject) && Array.isArray(subject['identifier']) ? (subject['identifier'] as unknown[]) : []
  return {
    what: 'credential', fault: verdict.ok ? null : verdict.fault, issuer: textIn(isObject(issuer) ? issuer['id'] : issuer),
    city: isObject(issuer) ? textIn(issuer['name']) : null,
    subject: identifiers.flatMap((one) => (isObject(one) ? (textIn(one['identityHash']) ?? []) : [])),
    said: isObject(subject) ? textIn(subject['narrative']) : null, from: textIn(value['validFrom']),
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const textIn = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function smallIn(id: number, kind: Exclude<ExhibitKind, 'export' | 'lines'>, bytes: Uint8Array): Brought | null {
  const text = exhibitText(bytes)
  if (text === null) return null
  if (kind !== 'policy' && kind !== 'key') return { what: 'text', id, kind, text }
  const known = kind === 'key' ? knownFromKey(text) : knownFromPolicy(bytes)
  return known === null || 'because' in known ? null : { what: 'known', id, known }
}

function knownBy(one: Brought): Known {
  if (one.what === 'known') return one.known
  const state = one.what === 'log' ? one.verdict.state : null
  return state === null ? together([]) : knownFrom(state)
}

const judged = ({ kind, text }: Extract<Brought, { what: 'text' }>, known: Known, logs: LogsAtHand): Finding =>
  kind === 'evidence' ? judgeEvidence(text, logs) : ({ checkpoint: judgeCheckpoint, proof: judgeProof })[kind](text, known)

/** The records of every log that was brought. */
const logsAtHand = (brought: readonly Brought[]): LogsAtHand => new Map(brought.flatMap((one) =>
  one.what === 'log' && one.verdict.hubId !== null && one.side.side === 'log'
    ? [[one.verdict.hubId, recordsOf(one.side.pieces)] as const] : []))

const recordsOf = (pieces: () => Iterable<Piece>) => (): Iterable<Uint8Array> => recordsAmong(pieces())

/** Every two that can be laid side by side and say that they are of one log. */
function pairsOf(brought: readonly Brought[], known: Known): { one: number; other: number; comparison: Json<Comparison> }[] {
  const sides = brought.flatMap((one): { id: number; side: Side }[] => {
    if (one.what === 'log') return [{ id: one.id, side: one.side }]
    return one.what === 'text' && one.kind === 'checkpoint' ? [{ id: one.id, side: { side: 'checkpoint', note: one.text } }] : []
  })
  const pairs = sides.flatMap((one, i) => sides.slice(i + 1).map((other) => ({ one, other })))
  return pairs.map(({ one, other }) => ({ one: one.id, other: other.id, comparison: jsonOf(compare(one.side, other.side, known)) }))
    .filter(({ comparison }) => sides.length === 2 || comparison.answer !== 'cannot-say' || comparison.because !== 'other-log')
}

const PROGRESS_SECONDS = 0.1
/** So many signatures are verified at once, while the next so many entries are replayed. */
const PAGE = 512
/** Without a worker, the page is let through after so many pieces. */
const PIECES_PER_TURN = 64
const CHUNK_BYTES = 1024 * 1024

type OnProgress = (bytes: number, entries: number) => void

/** The verdict that `audit` gives on the same bytes. */
async function auditLog(read: Reader, kept: Kept, onProgress: OnProgress): Promise<Verdict> {
  const keptBy: Reader = (onBytes) => keeping(read(onBytes), kept)
  if (!(await hasWebCrypto())) return await auditInTurns(openAudit(), keptBy, onProgress)
  const ahead = await auditAhead(keptBy, onProgress)
  if (typeof ahead !== 'number') return ahead
  let asked = 0
  return await auditInTurns(openAudit(() => asked++ !== ahead), keptBy, onProgress)
}

async function auditInTurns(auditing: Auditing, read: Reader, onProgress: OnProgress): Promise<Verdict> {
  let bytes = 0
  let turn = 0
  for (const piece of read((length) => (bytes += length))) {
    if (!auditing.take(piece)) break
    onProgress(bytes, auditing.entries)
    if (isPage && ++turn % PIECES_PER_TURN === 0) await nextTurn()
  }
  return auditing.verdict()
}

/** The verdict, or the number of the first signature that turned out false. */
async function auditAhead(read: Reader, onProgress: OnProgress): Promise<Verdict | number> {
  let claims: SignatureClaim[] = []
  let settled = 0
  let underWay: Promise<number> = Promise.resolve(-1)
  const auditing = openAudit((...asked) => notingIn(claims)(...asked))
  /** Sends off this page and waits for the one before: the first that was false in it, or -1. */
  const turnPage = async (): Promise<number> => {
    const before = underWay
    const page = claims
    const from = settled
    claims = []
    settled += page.length
    underWay = firstFalseIn(page).then((i) => (i < 0 ? -1 : from + i))
    return await before
  }
  let bytes = 0
  for (const piece of read((length) => (bytes += length))) {
    const goesOn = auditing.take(piece)
    onProgress(bytes, auditing.entries)
    if (claims.length >= PAGE) {
      const wrong = await turnPage()
      if (wrong >= 0) return wrong
    }
    if (!goesOn) break
  }
  for (const page of [await turnPage(), await turnPage()]) if (page >= 0) return page
  return auditing.verdict()
}

async function firstFalseIn(claims: readonly SignatureClaim[]): Promise<number> {
  const verdicts = await Promise.all(claims.map((claim) => verifyByWebCrypto(claim.key, messageOf(claim), claim.signature)))
  return verdicts.indexOf(false)
}

/** Asked with a signature that every Ed25519 knows: RFC 8032, 7.1, test 1. */
const hasWebCrypto = async (): Promise<boolean> =>
  (await verifyByWebCrypto(KNOWN.key, new Uint8Array(0), KNOWN.signature)) === true

const KNOWN = {
  key: fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')!,
  signature: fromHex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  )!,
}

/** The pieces of a file from its beginning; hears how many bytes each chunk had. */
type Reader = (onBytes: (length: number) => void) => Iterable<Piece>

/** In a worker a file of any size is read as it is needed; a page has to have it whole. */
async function readerOf(file: Blob, isLines: boolean): Promise<Reader> {
  const piecesOf = (chunks: Iterable<Uint8Array>): Iterable<Piece> =>
    readExport(isLines ? exportOfLines(chunks, () => {}) : chunks)
  if (!isPage) return (onBytes) => piecesOf(chunksOf(file, onBytes))
  const whole = await bytesOf(file)
  return (onBytes) => {
    onBytes(whole.length)
    return piecesOf([whole])
  }
}

function* chunksOf(file: Blob, onBytes: (length: number) => void): Generator<Uint8Array> {
  const reader = new FileReaderSync()
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const chunk = new Uint8Array(reader.readAsArrayBuffer(file.slice(at, at + CHUNK_BYTES)))
    onBytes(chunk.length)
    yield chunk
  }
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

/** Of the types of workers, what is used here. */
declare class FileReaderSync {
  readAsArrayBuffer(file: Blob): ArrayBuffer
}

const isPage = typeof document !== 'undefined'
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
