/**
 * The people in the bottle: members who join, ask to send value to another city, change their mind; stewards who approve,
 * release, send back, issue, set limits, and confirm a restore. Each is a client of one hub: it reads what the hub shows,
 * signs, and sends; it may send the same twice, or give up. What they do is chosen by chance; whether it may be done the
 * hub says.
 */
import type { Action, ActionOf, Kind } from '#ledger/action.ts'
import { encodeAction, kinds } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import type { Auth, Entry } from '#ledger/entry.ts'
import { encodeIssueArgument, xidOf } from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { ownKeysArgument } from '#ledger/rules/order.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import { charterOf, globalDay, type State } from '#ledger/state/state.ts'
import { utf8 } from '#ledger/bytes.ts'
import { membershipOf } from '#node/cities/cities.ts'
import type { Answer } from '#node/ports.ts'
import type { Chance } from '#test/support/faults/chance.ts'
import { PLAIN_TRUST } from '#test/support/towns.ts'
import { aPerson, type Identity, type Person, type Running, secretFor } from './machine.ts'

const DAY = 86_400
const CV = 1000n

/** Fields of an action without its head. */
export type Asked<K extends Kind = Kind> = K extends Kind ? { kind: K } & Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'> & { id?: string } : never

/** One hub as its people meet it. */
export type Town = { identity: Identity; running: Running | null; members: Person[]; now(): number }

/** What the world is told of what people did. */
export type Heard = {
  asked(kind: Kind): void
  /** The hub has promised that this record stands in its log. */
  promised(town: Town, kind: Kind, seq: number, leaf: string): void
}

export type Signed = { body: Uint8Array; auth: Auth[] }

export class People {
  readonly #chance: Chance
  readonly #heard: Heard
  readonly #later: (ms: number, call: () => void) => void
  #names = 0

  constructor(chance: Chance, heard: Heard, later: (ms: number, call: () => void) => void) {
    this.#chance = chance
    this.#heard = heard
    this.#later = later
  }

  #id(): string {
    return toHex(Uint8Array.from({ length: 16 }, () => this.#chance.below(256)))
  }

  /** An action as its signers' devices send it; null while there is nobody to ask what the log is. */
  signed({ identity, running, now }: Town, { kind, ...own }: Asked, signers: Person[]): Signed | null {
    const state = running?.writer.state
    if (state === undefined) return null
    const size = state.tree.size
    const action = {
      kind, id: this.#id(), acct: signers[0]!.acct, exp: Math.max(now(), state.lastTs) + DAY,
      seen: { size, leaf: toHex(state.tree.leafAt(size - 1)) }, ...own,
    } as unknown as Action
    const body = encodeAction(action)
    const { context } = kinds[kind]
    const auth = signers.map(({ device, secret }) => ({ keyId: keyIdOf(device), signature: sign(secret, context, identity.hubId, body) }))
    return { body, auth }
  }

  /** Sends it; the entry, or null when the hub does not take it. Never comes back from a hub that dies meanwhile. */
  async act(town: Town, asked: Asked, signers: Person[]): Promise<Entry | null> {
    const signed = this.signed(town, asked, signers)
    return signed === null ? null : await this.send(town, asked.kind, signed)
  }

  async send(town: Town, kind: Kind, { body, auth }: Signed): Promise<Entry | null> {
    const running = town.running
    if (running === null) return null
    this.#heard.asked(kind)
    const sending = running.writer.submit(body, auth)
    // An impatient finger, and a device that did not hear the answer and asks again when it has a connection.
    if (this.#chance.below(12) === 0) void running.writer.submit(body, auth)
    if (this.#chance.below(4) === 0) this.#later(5_000 + this.#chance.below(40_000), () => void town.running?.writer.submit(body, auth))
    return this.#taken(town, running, kind, await sending)
  }

  #taken(town: Town, { writer }: Running, kind: Kind, answer: Answer): Entry | null {
    if (!answer.ok) return null
    const entry = writer.entryAt(answer.seq)
    this.#heard.promised(town, kind, answer.seq, toHex(entry.leaf))
    return entry
  }

  // Members

  /** Somebody joins and is attested; the records of it, for another city to see. */
  async join(town: Town): Promise<{ person: Person; evidence: Entry[] } | null> {
    const { running, identity } = town
    if (running === null) return null
    const person = aPerson(`${identity.name} member ${this.#names++} ${this.#id()}`)
    const joined = await this.#joinAs(town, running, person)
    const attested = joined === null ? null : await this.#attest(town, person)
    if (joined === null || attested === null) return null
    town.members.push(person)
    return { person, evidence: [joined, attested] }
  }

  /** Whose joining a restore has voided still holds the device: joins again as the same person, and is attested. */
  async joinAgain(town: Town): Promise<void> {
    const { running, members } = town
    if (running === null) return
    for (const person of members) {
      const known = running.writer.state.members.get(person.acct)
      if (known?.attested === true) continue
      if (known === undefined && (await this.#joinAs(town, running, person)) === null) continue
      await this.#attest(town, person)
    }
  }

  async #joinAs(town: Town, { writer }: Running, person: Person): Promise<Entry | null> {
    const charter = toHex(sha256(encodeCharter(charterOf(writer.state))))
    return await this.act(town, { kind: 'member.joined', device: person.device, profile: toHex(secretFor('a name')), charter, invitation: null }, [person])
  }

  async #attest(town: Town, { acct }: Person): Promise<Entry | null> {
    return await this.act(town, { kind: 'member.attested', member: acct, identity: toHex(secretFor('a paper')) }, [town.identity.steward])
  }

  // Between cities

  /** A member asks to send some of what they have to a member of another city, and a steward approves it or lets it lie. */
  async transfer(from: Town, to: Town, milli: bigint, later: (ms: number) => Promise<void>): Promise<void> {
    const state = from.running?.writer.state
    if (state === undefined || state.federation === null) return
    const rich = from.members.filter(({ acct }) => (state.members.get(acct)?.account.global ?? 0n) > 0n)
    if (rich.length === 0 || to.members.length === 0) return
    const sender = this.#chance.pick(rich)
    const receiver = this.#chance.pick(to.members)
    const has = state.members.get(sender.acct)!.account.global
    const amount = milli < has ? milli : has
    const terms = {
      to: receiver.acct, destination: to.identity.origin, amount, expDay: globalDay(state.federation, Math.max(from.now(), state.lastTs)) + this.#chance.below(5),
    }
    const asking = { kind: 'x.req', source: 0, ...terms, agreement: this.#id(), awardMilli: 0n, memo: toHex(secretFor('a greeting')) } as const
    const asked = await this.act(from, asking, [sender])
    if (asked === null) return
    await later(this.#chance.below(8_000))
    const xid = xidOf(state.federation.id, asked.leaf)
    const mood = this.#chance.below(10)
    if (mood < 8) await this.act(from, { kind: 'x.appr', xid, ...terms }, [from.identity.steward])
    // With both it is a race, which the order may have won by then.
    if (mood === 7) await later(this.#chance.below(1_500))
    if (mood >= 7) await this.act(from, { kind: 'x.cancel', xid }, [sender])
  }

  /** A guest from `home` has helped here for so many minutes; what the pool owes them is asked for. */
  async helpBy(host: Town, home: Town, guest: { person: Person; evidence: Entry[] }, minutes: number, wait: (seconds: number) => Promise<void>): Promise<void> {
    const { identity: { steward }, running } = host
    const shown = guest.evidence.map((entry) => shownBy(home, entry))
    await running!.writer.record('guest.admitted', {
      guest: guest.person.acct, home: home.identity.origin, device: guest.person.device, evidence: shown,
    })
    const receiver = host.members[0]!
    const id = this.#id()
    const state = (): State => host.running!.writer.state
    const begins = Math.max(host.now(), state().lastTs) + 60
    const ends = begins + minutes * 60
    await this.act(host, {
      kind: 'agreement.made', id, listing: this.#id(), helper: guest.person.acct, receiver: receiver.acct, category: 1, minutes,
      begins, ends, terms: toHex(secretFor('terms')), charter: 0,
    }, [guest.person, receiver])
    await wait(ends - begins + 120)
    await this.act(host, { kind: 'completion.reported', agreement: id, minutes }, [guest.person])
    await this.act(host, { kind: 'completion.confirmed', agreement: id, minutes }, [receiver])
    const salt = secretFor('salt')
    const commitment = toHex(gradeCommitment(salt, 2))
    for (const rater of [guest.person, receiver]) await this.act(host, { kind: 'rating.committed', agreement: id, commitment }, [rater])
    for (const rater of [guest.person, receiver]) {
      await running!.writer.record('rating.opened', { agreement: id, rater: rater.acct, grade: 2, salt })
    }
    const { award, guestDue } = state().agreements.get(id)!
    await this.act(host, {
      kind: 'x.req', source: 1, to: guest.person.acct, destination: home.identity.origin, amount: guestDue!.amount, agreement: id,
      awardMilli: award!.milli, memo: toHex(secretFor('thanks')), expDay: globalDay(state().federation!, Math.max(host.now(), state().lastTs)) + 7,
    }, [steward])
  }

  // Stewards

  async approveKeys(town: Town): Promise<void> {
    const argument = ownKeysArgument(town.running!.writer.state)
    if (argument !== null) await this.act(town, { kind: 'order.approved', slot: 0, order: 'keys', argument }, [town.identity.steward])
  }

  async issue(town: Town, cv: bigint): Promise<void> {
    const state = town.running?.writer.state
    if (state === undefined || state.chain.slots.length === 0) return
    const approving = { kind: 'order.approved', slot: state.chain.slots.length, order: 'issue', argument: encodeIssueArgument(cv * CV) } as const
    await this.act(town, approving, [town.identity.steward])
  }

  async setTrust(town: Town, peer: Town, exposureMilli: bigint, transferMaxMilli: bigint): Promise<void> {
    await this.act(town, { kind: 'trust.set', ...PLAIN_TRUST, peer: peer.identity.origin, exposureMilli, transferMaxMilli }, [town.identity.steward])
  }

  /** What waits in suspense is released, or goes back. */
  async decideSuspense(town: Town, most: number): Promise<void> {
    const state = town.running?.writer.state
    if (state === undefined) return
    const waiting = [...state.arrivals.values()].filter(({ phase, left }) => phase === 'suspended' && left > 0n).slice(0, most)
    for (const { xid, left } of waiting) {
      const goes = this.#chance.below(2) === 0
      await this.act(town, goes ? { kind: 'x.back', xid } : { kind: 'x.rel', xid, amount: left }, [town.identity.steward])
    }
  }

  /** A steward signs that the hub goes on from its backup, when the hub says that it is time. */
  async confirmRestore({ identity, running }: Town): Promise<boolean> {
    const status = running?.recovery.status() ?? null
    if (running === null || status === null || status.step !== 'ready') return false
    const { acct, device, secret } = identity.steward
    const signature = sign(secret, 'appr', identity.hubId, status.payload)
    const answer = await running.recovery.approve({ steward: acct, keyId: keyIdOf(device), signature })
    return answer !== null && 'ok' in answer && answer.ok
  }
}

/** A record with the proof that it stands in its hub's log, as the page of that hub shows it. */
function shownBy({ identity: { origin, keys }, running }: Town, entry: Entry): { record: Uint8Array; proof: Uint8Array } {
  const { tree } = running!.writer.state
  const body = encodeCheckpoint({ origin, size: BigInt(tree.size), root: tree.root() })
  const checkpoint = signNote(body, origin, keys.log.secret)
  const proof = encodeProof({ index: BigInt(entry.seq), hashes: proveInclusion(tree, entry.seq, tree.size), checkpoint })
  return { record: entry.bytes, proof: utf8(proof) }
}

/** Whether a hub is a member of a federation by its own record. */
export const isMember = ({ running }: Town): boolean => running !== null && membershipOf(running.writer.state) !== null
