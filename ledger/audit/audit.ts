/**
 * The audit: a log in, a verdict out, with the first thing in it that is not as it must be.
 *
 * It asks what the hub itself asked when it wrote (`check` and `apply`, the same functions), and what only
 * somebody from outside asks: whether the seals cover every record and the checkpoint is the root of exactly
 * these, who cosigned it, and whether the books add up. What it says is true of the bytes it was given and
 * needs nobody's word; what it cannot say from them (another city's log, a clock) it calls not checked.
 *
 * Blame. A changed record is found by its own signature, its rule, its seal, or by the record after it, whose
 * `prev` it no longer has. In that last case the earlier of the two is named unless a seal had already
 * vouched for it: the chain says that they do not belong together, and not which of them was changed.
 *
 * `auditTogether` lays the logs of several cities side by side: what one says about another must stand there,
 * and over all of them value must be conserved.
 */
import type { Action, ForeignRecord, Hex, Kind, Origin, Signer } from '../action.ts'
import { kinds, partiesTo } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { parseCheckpoint } from '../checkpoint.ts'
import { type ConservationFault, faultsOf, federationFaultsOf } from './conservation.ts'
import { CLOCK_TOLERANCE, cosignersOf } from '../cosigner.ts'
import { type Entry, openSeal, parseRecord } from '../entry.ts'
import { type Break, type ExportHeader, judgeNote, type Piece } from './export.ts'
import { orderIdOf, parseOrder } from '../federation/federation.ts'
import { keyIdOf, type Verifier, verifyIn } from '../keys.ts'
import { apply, check, found, isRefusal } from '../ledger.ts'
import { rootOf } from '../merkle.ts'
import { type NoteKey, openNote, SIGNATURE } from '../note.ts'
import type { Refusal, RefusalCode } from '../refusal.ts'
import { generationOf, type State } from '../state/state.ts'

export const rowNames = [
  'signatures', 'chain', 'tree', 'seals', 'checkpoints', 'cosignatures', 'rules', 'digests', 'balances', 'equations',
] as const
export type RowName = (typeof rowNames)[number]

/** Why a row, or the rest of it, was not checked. */
export type NotChecked =
  | 'stopped' | 'no-seals' | 'no-checkpoint' | 'no-cosignature' | 'no-digest' | 'asked-alone' | 'no-federation'
  | 'logs-missing' | 'different-moments'

/** `count` things were checked and well; `failed` means that the next one was not. */
export type Row =
  | { outcome: 'ok' | 'failed'; count: number }
  | { outcome: 'not-checked'; count: number; because: NotChecked; missing: Origin[] }

/** What an entry says about another log: that the record at `index` there is this one, or a slot this order. */
export type Claim =
  | { by: Place; on: Origin; index: number; leaf: Uint8Array }
  | { by: Place; on: Origin; slot: number; orderId: Hex }

/** An entry, as far as a verdict has to name it. */
export type Place = { seq: number; kind: Kind | null; signedBy: SignedBy | null }
/** Accounts (a cosigner's name, for a cosignature) and the ids of the keys that signed for them. */
export type SignedBy = { signer: Signer | 'cosigner'; accounts: string[]; keys: Hex[] }

export type OffenceCode =
  | RefusalCode
  | Break['because']
  | ConservationFault['code']
  // header and seal
  | 'other-log' | 'bad-seal' | 'wrong-range' | 'wrong-root' | 'wrong-generation'
  // checkpoint and cosignature
  | 'unsigned' | 'beyond-the-log' | 'unknown-line' | 'before-the-record'
  // several logs
  | 'two-histories' | 'not-in-their-log' | 'other-order' | 'other-document'

/**
 * The first thing that is wrong. `seq`: the entry, or for all else the number of entries before it that were
 * well. `about`: the refusal, the fault of the books, or the place in a file or another log, as data.
 */
export type Offence = Place & {
  where: 'header' | 'entry' | 'seal' | 'checkpoint' | 'cosignature' | 'balances' | 'equations'
  code: OffenceCode
  about: Refusal | ConservationFault | Break | Claim | { origin: Origin } | { first: number; last: number } | null
}

export type Verdict = {
  origin: Origin | null
  hubId: Hex | null
  /** Entries that were found valid. */
  entries: number
  /** The root of the tree over them. */
  root: Hex | null
  checkpoint: { size: number; root: Hex; cosigners: { name: string; time: bigint }[] } | null
  rows: Record<RowName, Row>
  /** Null: everything that was checked is as it must be. */
  offence: Offence | null
  /** What `auditTogether` lays side by side. */
  state: State | null
  claims: Claim[]
}

const ENTRIES_PER_PROGRESS = 1024

/**
 * Audits one log. Reads `source` once and stops at the first offence; never throws of itself. `onProgress`
 * hears the number of entries now and then, so that a long audit can be watched.
 */
export function audit(
  source: Iterable<Piece>, onProgress?: (entries: number) => void, verify: Verifier = verifyIn,
): Verdict {
  const auditing = openAudit(verify)
  for (const piece of source) {
    if (!auditing.take(piece)) break
    if (piece.type === 'record' && auditing.entries % ENTRIES_PER_PROGRESS === 0) onProgress?.(auditing.entries)
  }
  const verdict = auditing.verdict()
  onProgress?.(auditing.entries)
  return verdict
}

/** An audit that is fed by hand, for whoever has to wait between the pieces. */
export type Auditing = {
  /** Entries found valid so far. */
  readonly entries: number
  /** False: there is an offence, and no further piece is wanted. */
  take(piece: Piece): boolean
  /** What is found, once there are no more pieces or no more are wanted. */
  verdict(): Verdict
}

/**
 * `verify` is asked about the signatures of entries and seals. Whoever hands in one that answers true before it
 * knows (`notingIn` of `claims.ts`) has a verdict only when all of them have turned out true; else the same pieces
 * go through an audit whose verifier says no to the first that did not.
 */
export function openAudit(verify: Verifier = verifyIn): Auditing {
  const run = newRun(verify)
  let offence: Offence | null = null
  let verdict: Verdict | null = null
  return {
    get entries() {
      return run.entries
    },
    take(piece) {
      offence ??= take(run, piece)
      return offence === null
    },
    verdict() {
      verdict ??= verdictOf(run, offence ?? finish(run))
      return verdict
    },
  }
}

/** Everything an audit has learned so far. */
type Run = {
  verify: Verifier
  header: ExportHeader | null
  state: State | null
  entries: number
  signatures: number
  /** False where the source carries none. */
  hasSeals: boolean
  seals: number
  digests: number
  balances: number
  /** The last valid entry: the next one may show that it was changed. */
  last: Entry | null
  lastTs: number[]
  /** Leaves since the last seal. */
  group: Uint8Array[]
  /** The generation of that group: as it was after its first record. */
  generation: number
  note: string | null
  checkpoint: Verdict['checkpoint']
  cosignatures: number
  claims: Claim[]
}

const newRun = (verify: Verifier): Run => ({
  verify, header: null, state: null, entries: 0, signatures: 0, hasSeals: true, seals: 0, digests: 0, balances: 0, last: null,
  lastTs: [], group: [], generation: 0, note: null, checkpoint: null, cosignatures: 0, claims: [],
})

function take(run: Run, piece: Piece): Offence | null {
  switch (piece.type) {
    case 'header':
      run.header = piece
      return null
    case 'record':
      return takeRecord(run, piece.bytes)
    case 'seal':
      return takeSeal(run, piece.bytes)
    case 'checkpoint':
      run.note = piece.note
      return null
    case 'no-seals':
      run.hasSeals = false
      return null
    case 'break':
      return { ...nowhere(run), where: piece.expected, code: piece.because, about: piece }
  }
}

function takeRecord(run: Run, bytes: Uint8Array): Offence | null {
  const entry = parseRecord(bytes)
  if (entry === null) return refused(nowhere(run), { code: 'malformed' })
  const { state } = run
  if (state === null) {
    const founded = found(entry)
    if (isRefusal(founded)) return refused({ ...placeOf(entry), seq: 0 }, founded)
    run.state = founded
  } else {
    if (entry.action.kind === 'tick') {
      const unbalanced = takeBalances(run, state)
      if (unbalanced !== null) return unbalanced
    }
    const refusal = check(state, entry, run.verify)
    if (refusal?.code === 'broken-chain' && run.group.length > 0) return refused(placeOf(run.last!), refusal)
    if (refusal !== null) return refused({ ...placeOf(entry), seq: run.entries }, refusal)
    apply(state, entry)
  }
  run.last = entry
  run.entries++
  if (entry.action.kind === 'state.digest') run.digests++
  run.signatures += entry.auth.length
  run.lastTs.push(entry.ts)
  run.group.push(entry.leaf)
  if (run.group.length === 1) run.generation = generationOf(run.state!)
  noteClaims(run, entry)
  return state === null ? checkHeader(run, run.state!) : null
}

/** Once entry 0 says which log this is, the header has to say the same. */
function checkHeader({ header }: Run, { hub }: State): Offence | null {
  if (header === null || (header.origin === hub.origin && equalBytes(header.hubId, hub.id))) return null
  return { where: 'header', seq: 0, kind: null, signedBy: null, code: 'other-log', about: { origin: header.origin } }
}

function takeSeal(run: Run, bytes: Uint8Array): Offence | null {
  const { state, entries, group } = run
  const first = entries - group.length
  const offence = (code: OffenceCode): Offence => ({
    where: 'seal', seq: first, kind: null, signedBy: state === null ? null : byHub(state), code,
    about: { first, last: entries - 1 },
  })
  if (state === null) return offence('wrong-range')
  const seal = openSeal(bytes, state.hub.logKey, state.hub.id, run.verify)
  if (seal === null) return offence('bad-seal')
  if (seal.origin !== state.hub.origin) return offence('other-log')
  if (seal.first !== first || seal.last !== entries - 1) return offence('wrong-range')
  if (!equalBytes(seal.root, rootOf(group))) return offence('wrong-root')
  // A recorded restore raises the generation, and a group must be of one: the restore begins it.
  if (seal.generation !== run.generation || run.generation !== generationOf(state)) return offence('wrong-generation')
  run.seals++
  run.group = []
  return null
}

/** The equations of the books as they stand now; asked before every tick and at the end. */
function takeBalances(run: Run, state: State): Offence | null {
  const [fault] = faultsOf(state)
  if (fault !== undefined) return { ...placeOf(run.last!), where: 'balances', code: fault.code, about: fault }
  run.balances++
  return null
}

function finish(run: Run): Offence | null {
  const { state, entries, group } = run
  if (state === null) return { ...nowhere(run), where: 'entry', code: 'missing', about: null }
  if (group.length > 0 && run.hasSeals) {
    return {
      where: 'seal', seq: entries - group.length, kind: null, signedBy: byHub(state), code: 'missing',
      about: { first: entries - group.length, last: entries - 1 },
    }
  }
  return takeCheckpoint(run, state) ?? takeBalances(run, state)
}

/**
 * The newest checkpoint against the tree, and its cosigners. In an export every line has to be somebody's; in
 * a hub's own journal lines of witnesses that stand in no document are passed over, as in any signed note.
 */
function takeCheckpoint(run: Run, state: State): Offence | null {
  const { note, header } = run
  const { hub, tree } = state
  const offence = (code: OffenceCode): Offence =>
    ({ where: 'checkpoint', seq: run.entries, kind: null, signedBy: byHub(state), code, about: null })
  if (note === null) return header === null ? null : offence('missing')

  const log: NoteKey = { name: hub.origin, type: SIGNATURE, publicKey: hub.logKey }
  const documents = state.federation?.documents ?? []
  const cosigners = documents.flatMap(({ document }) => cosignersOf(document))
  const judged = judgeNote(note, log, cosigners)
  if (judged === null) return offence('unsigned')
  const checkpoint = parseCheckpoint(judged.body)
  if (checkpoint === null) return offence('unreadable')
  if (checkpoint.origin !== hub.origin) return offence('other-log')
  if (checkpoint.size > BigInt(run.entries)) return offence('beyond-the-log')
  const size = Number(checkpoint.size)
  run.checkpoint = { size, root: toHex(checkpoint.root), cosigners: [] }
  if (!equalBytes(checkpoint.root, tree.root(size))) return offence('wrong-root')

  for (const { line, by } of judged.lines) {
    const name = line.split(' ')[1] ?? ''
    const blame = (code: OffenceCode): Offence => ({
      ...offence(code), where: 'cosignature', signedBy: { signer: 'cosigner', accounts: [name], keys: [] },
    })
    if (by === null) {
      if (header !== null || openNote(note, [log, ...cosigners]) === null) return blame('unknown-line')
      continue
    }
    if (by.time === undefined) continue
    const isAuditor = documents.some(({ document }) =>
      document.members.some(({ card }) => equalBytes(card.auditorKey, by.publicKey)))
    // Who replayed a log has seen the time of its last record, and may not have signed long before it.
    if (isAuditor && size > 0 && by.time + BigInt(CLOCK_TOLERANCE) < BigInt(run.lastTs[size - 1]!)) {
      return blame('before-the-record')
    }
    run.checkpoint.cosigners.push({ name: by.name, time: by.time })
    run.cosignatures++
  }
  return null
}

/** What this entry says about other logs, to be asked when they are at hand. */
function noteClaims(run: Run, entry: Entry): void {
  const { action } = entry
  if (action.kind === 'x.in') {
    const { hub, slot } = parseOrder(action.order)!
    run.claims.push({ by: placeOf(entry), on: hub, slot, orderId: toHex(orderIdOf(action.order)) })
  }
  for (const { record } of foreignRecordsOf(action)) {
    const shown = parseRecord(record)!
    run.claims.push({ by: placeOf(entry), on: shown.origin, index: shown.seq, leaf: shown.leaf })
  }
}

/** The records of other logs that an entry shows; its rule has read each and found its proof sound. */
function foreignRecordsOf(action: Action): ForeignRecord[] {
  switch (action.kind) {
    case 'x.ack': return [action.arrival]
    case 'contribution.abroad': return [action.request]
    case 'guest.admitted': return action.evidence
    default: return []
  }
}

const refused = (place: Place, refusal: Refusal): Offence =>
  ({ ...place, where: 'entry', code: refusal.code, about: refusal })

const nowhere = ({ entries }: Run): Place => ({ seq: entries, kind: null, signedBy: null })

/** `seq` is what the entry says of itself: for one that was refused, its place is counted instead. */
function placeOf({ seq, action, auth }: Entry): Place {
  const parties = partiesTo(action)
  const accounts = parties === null
    ? [action.acct]
    : [action.acct, action.acct === parties.provider ? parties.receiver : parties.provider]
  const keys = auth.map(({ keyId }) => toHex(keyId))
  return { seq, kind: action.kind, signedBy: { signer: kinds[action.kind].signer, accounts, keys } }
}

const byHub = ({ hub }: State): SignedBy =>
  ({ signer: 'hub', accounts: [toHex(hub.id)], keys: [toHex(keyIdOf(hub.logKey))] })

/** Refusals that the chain makes, those of a digest, and those that a signature makes; all others are a rule's. */
const ofChain: ReadonlySet<OffenceCode> = new Set<OffenceCode>([
  'malformed', 'foreign-log', 'wrong-sequence', 'broken-chain', 'time-went-back', 'tick-missing', 'tick-twice',
  'not-founded', 'already-founded', 'bad-genesis', 'unseen-branch', 'missing', 'unreadable', 'damaged',
])
const ofDigests: ReadonlySet<OffenceCode> = new Set<OffenceCode>(['digest-misplaced', 'wrong-digest'])
const ofSignatures: ReadonlySet<OffenceCode> = new Set<OffenceCode>(['wrong-signature', 'unknown-device', 'bad-key'])

function rowOf({ where, code }: Offence): RowName {
  switch (where) {
    case 'header': return 'chain'
    case 'entry':
      if (ofChain.has(code)) return 'chain'
      if (ofSignatures.has(code)) return 'signatures'
      return ofDigests.has(code) ? 'digests' : 'rules'
    case 'seal': return 'seals'
    case 'checkpoint': return code === 'wrong-root' ? 'tree' : 'checkpoints'
    case 'cosignature': return 'cosignatures'
    case 'balances': return 'balances'
    case 'equations': return 'equations'
  }
}

function verdictOf(run: Run, offence: Offence | null): Verdict {
  const { state, entries, signatures, seals, digests, balances, checkpoint, cosignatures, claims } = run
  const failed = offence === null ? null : rowOf(offence)
  const stopped = offence !== null && offence.where !== 'checkpoint' && offence.where !== 'cosignature'
  const row = (name: RowName, count: number, because: NotChecked | null): Row => {
    if (name === failed) return { outcome: 'failed', count }
    // Whatever stands behind the first offence was not read.
    if (stopped) return notChecked(count, 'stopped')
    return because === null ? { outcome: 'ok', count } : notChecked(count, because)
  }
  const none: NotChecked | null = run.note === null ? 'no-checkpoint' : checkpoint === null ? 'stopped' : null
  return {
    origin: state?.hub.origin ?? null,
    hubId: state === null ? null : toHex(state.hub.id),
    entries,
    root: state === null ? null : toHex(state.tree.root()),
    checkpoint,
    rows: {
      signatures: row('signatures', signatures, null),
      chain: row('chain', entries, null),
      tree: row('tree', checkpoint?.size ?? 0, none),
      seals: row('seals', seals, run.hasSeals ? null : 'no-seals'),
      checkpoints: row('checkpoints', checkpoint === null ? 0 : 1, none),
      cosignatures: row('cosignatures', cosignatures, none ?? (cosignatures === 0 ? 'no-cosignature' : null)),
      rules: row('rules', entries, null),
      digests: row('digests', digests, digests === 0 ? 'no-digest' : null),
      balances: row('balances', balances, offence === null ? null : 'stopped'),
      equations: row('equations', 0, offence === null ? 'asked-alone' : 'stopped'),
    },
    offence,
    state,
    claims,
  }
}

const notChecked = (count: number, because: NotChecked, missing: Origin[] = []): Row =>
  ({ outcome: 'not-checked', count, because, missing })

/**
 * Lays several logs side by side and fills in what `audit` had to leave open: that two copies of one log agree,
 * that what one log says about another stands there, that all adopted the same documents, and that value is
 * conserved over a whole federation. Verdicts that already carry an offence are passed on as they are.
 */
export function auditTogether(verdicts: readonly Verdict[]): Verdict[] {
  const sound = verdicts.filter(isSound)
  return verdicts.map((verdict) => (isSound(verdict) ? withEquations(verdict, sound) : verdict))
}

type Sound = Verdict & { state: State; offence: null }
const isSound = (verdict: Verdict): verdict is Sound => verdict.offence === null && verdict.state !== null

function withEquations(verdict: Sound, all: readonly Sound[]): Verdict {
  const { state, claims } = verdict
  const failed = (offence: Offence, count: number): Verdict =>
    ({ ...verdict, offence, rows: { ...verdict.rows, equations: { outcome: 'failed', count } } })
  const so = (row: Row): Verdict => ({ ...verdict, rows: { ...verdict.rows, equations: row } })

  let count = 0
  for (const copy of all) {
    if (copy === verdict || copy.state.hub.origin !== state.hub.origin) continue
    const parted = partingOf(state, copy.state)
    const isKnown = parted !== null && (isRestored(verdict, copy, parted) || isRestored(copy, verdict, parted))
    if (parted !== null && !isKnown) return failed(sideBySide(parted, 'two-histories', { origin: state.hub.origin }), count)
    count++
  }
  const { federation } = state
  if (federation === null) return so(count > 0 ? { outcome: 'ok', count } : notChecked(0, 'no-federation'))

  // Of several copies of one log the newest generation says most, and of that the longest.
  const others = new Map<Origin, State>([[state.hub.origin, state]])
  for (const { state: other } of all) {
    if (other.federation === null || !equalBytes(other.federation.id, federation.id)) continue
    const known = others.get(other.hub.origin)
    if (known === undefined || isNewer(other, known)) others.set(other.hub.origin, other)
  }
  const missing = new Set<Origin>()
  for (const claim of claims) {
    const other = others.get(claim.on)
    if (other === undefined) {
      missing.add(claim.on)
      continue
    }
    const answer = stands(claim, other)
    if (answer === 'not-yet') continue
    if (answer !== null) return failed({ ...claim.by, where: 'entry', code: answer, about: claim }, count)
    count++
  }
  for (const [origin, other] of others) {
    for (const [i, { hash }] of federation.documents.entries()) {
      const theirs = other.federation?.documents[i]?.hash
      if (theirs !== undefined && !equalBytes(theirs, hash)) {
        return failed(sideBySide(verdict.entries, 'other-document', { origin }), count)
      }
    }
  }
  const newest = [...others.values()].map((other) => other.federation!.documents)
    .reduce((one, other) => (other.length > one.length ? other : one)).map(({ document }) => document)
  const members = newest.at(-1)!.members.map(({ card }) => card.origin)
  // What a hub that was closed had issued is still about.
  const closed = newest.flatMap(({ closings }) => closings.map(({ origin }) => origin))
  for (const origin of [...members, ...closed]) if (!others.has(origin)) missing.add(origin)
  if (missing.size > 0) return so(notChecked(count, 'logs-missing', [...missing]))
  if (isAnyBehind(all, others)) return so(notChecked(count, 'different-moments'))

  const fault = federationFaultsOf([...others.values()]).find(({ code }) => code === 'federation-sum')
  if (fault !== undefined) return failed({ ...sideBySide(verdict.entries, fault.code, null), about: fault }, count)
  return so({ outcome: 'ok', count: count + 1 })
}

const isNewer = (one: State, other: State): boolean =>
  generationOf(one) === generationOf(other) ? one.tree.size > other.tree.size : generationOf(one) > generationOf(other)

/** The first index at which two logs of one origin differ; null when one is the beginning of the other. */
export function partingOf(one: State, other: State): number | null {
  const shared = Math.min(one.tree.size, other.tree.size)
  if (equalBytes(one.tree.root(shared), other.tree.root(shared))) return null
  for (let seq = 0; seq < shared; seq++) if (!equalBytes(one.tree.leafAt(seq), other.tree.leafAt(seq))) return seq
  return null
}

/** Those of other cities. */
const witnessesOf = ({ origin, checkpoint }: Verdict): { time: bigint }[] =>
  (checkpoint?.cosigners ?? []).filter(({ name }) => !name.startsWith(`${origin}/`))

/** So many of its records another city has cosigned: what it says there it says to others too. */
export const witnessedSize = (verdict: Verdict): number => (witnessesOf(verdict).length > 0 ? verdict.checkpoint!.size : 0)

/**
 * Whether `one` says that it was restored where it parts from `other`, an older copy. Whoever parts its log could as
 * well write that, so it counts once another city has cosigned it, at its own time, and only against what was cosigned
 * before it.
 */
function isRestored(one: Sound, other: Sound, parted: number): boolean {
  if (witnessedSize(one) <= parted) return false
  return one.state.restores.some(({ size, ts }) => {
    const isBefore = ({ time }: { time: bigint }): boolean => time + BigInt(CLOCK_TOLERANCE) < BigInt(ts)
    return size === parted && !witnessesOf(one).some(isBefore)
      && (witnessedSize(other) <= parted || witnessesOf(other).every(isBefore))
  })
}

/** Null when it stands there; `not-yet` when that log, as we have it, ends before it. */
function stands(claim: Claim, other: State): OffenceCode | 'not-yet' | null {
  if ('slot' in claim) {
    const slot = other.chain.slots[claim.slot]
    if (slot === undefined) return 'not-yet'
    return slot.orderId === claim.orderId ? null : 'other-order'
  }
  if (claim.index >= other.tree.size) return 'not-yet'
  return equalBytes(other.tree.leafAt(claim.index), claim.leaf) ? null : 'not-in-their-log'
}

/** A log that ends before what another has seen of it cannot be added up with that one. */
function isAnyBehind(all: readonly Sound[], others: ReadonlyMap<Origin, State>): boolean {
  const laid = all.filter(({ state }) => others.get(state.hub.origin) === state)
  return laid.some(({ claims }) => claims.some((claim) => stands(claim, others.get(claim.on)!) === 'not-yet'))
}

const sideBySide = (seq: number, code: OffenceCode, about: Offence['about']): Offence =>
  ({ where: 'equations', seq, kind: null, signedBy: null, code, about })
