/** *Record* and *Validity* of the README: a record in words, and what is asked of it before its rule is. */
import { demand, type Hex, sizeOf } from './bytes.ts'
import { decode } from './codec.ts'
import { demandPresent } from './city.ts'
import { DAY } from './genesis.ts'
import { leafOf } from './notes.ts'
import { read, valueIn } from './shapes.ts'
import { keyIdOf, messageIn } from './signatures.ts'
import { guestKinds, type Kind, kinds, leftKinds, openingKinds, organisationKinds, restrictedKinds, shape } from './specification.ts'
import type { City, Guest, Member } from './state.ts'

type Auth = { keyId: Hex; signature: Hex }
type Head = { kind: bigint; id: Hex; acct: Hex; exp: bigint; seen: { size: bigint; leaf: Hex } }
type Outer = { origin: string; seq: bigint; prev: Hex; ts: bigint; body: Hex; auth: Auth[] }
export type Read = Outer & { kind: Kind; head: Head; fields: Record<string, unknown>; leaf: Hex }

const HEAD = shape('[kind uint, id id16, acct id32, exp uint, seen [size uint, leaf id32]]')
const RECORD = shape('Record')
const HEAD_FIELDS = 5

/** A record of a known kind, within its limits. @throws Refused `malformed` */
export function readRecord(bytes: Hex): Read {
  demand(sizeOf(bytes) <= 65_535, 'malformed')
  const outer = read<Outer>(RECORD, bytes)
  const body = decode(outer.body)
  demand(Array.isArray(body), 'malformed')
  const head = valueIn(HEAD, body.slice(0, HEAD_FIELDS)) as Head | undefined
  const kind = kinds.find(({ number }) => number === head?.kind)
  demand(head !== undefined && kind !== undefined && sizeOf(outer.body) <= kind.largest, 'malformed')
  const fields = valueIn(kind.fields, body.slice(HEAD_FIELDS)) as Record<string, unknown> | undefined
  demand(fields !== undefined, 'malformed')
  demand(outer.auth.length >= 1 && outer.auth.length <= (kind.signer === 'parties' ? 2 : 1), 'malformed')
  return { ...outer, kind, head, fields, leaf: leafOf(bytes) }
}

export function demandChain(city: City, { origin, seq, prev, ts, kind }: Read): void {
  demand(ts < 1n << 33n, 'malformed')
  demand(origin === city.hub.origin, 'foreign-log')
  demand(seq === BigInt(city.leaves.length), 'wrong-sequence')
  demand(prev === city.leaves.at(-1), 'broken-chain')
  demand(ts >= city.lastTs, 'time-went-back')
  const opened = ts / DAY === city.tickDay
  demand(opened || kind.name === 'tick' || kind.name === 'hub.restored', 'tick-missing')
  demand(!opened || kind.name !== 'tick', 'tick-twice')
  demand(kind.number !== 0n, 'already-founded')
}

/** The members who signed it themselves. */
export function demandSigners(city: City, { kind, head, fields, body, auth }: Read): Member[] {
  const isBy = (key: Hex, { signature }: Auth) => city.verify(key, messageIn(kind.context, city.hub.id, body), signature)
  if (kind.signer === 'hub' || kind.signer === 'newcomer') {
    demand(kind.signer === 'newcomer' || head.acct === city.hub.id, 'unknown-member')
    const key = kind.signer === 'hub' ? city.hub.logKey : (fields.device as Hex)
    demand(auth[0]!.keyId === keyIdOf(key) && isBy(key, auth[0]!), 'wrong-signature')
    return []
  }
  const accounts = kind.signer === 'parties' ? partiesOf(head.acct, fields as Parties) : [head.acct]
  demand(auth.length === accounts.length, 'wrong-signature')
  return accounts.flatMap((acct, i) => {
    const member = city.members.get(acct)
    const known: Member | Guest | undefined = member ?? city.guests.get(acct)
    demand(known, 'unknown-member')
    const speakers = speakersFor(city, known)
    const speaker = speakers.find(({ devices }) => devices.some((key) => keyIdOf(key) === auth[i]!.keyId))
    demand(speaker, 'unknown-device')
    demand(isBy(speaker.devices.find((key) => keyIdOf(key) === auth[i]!.keyId)!, auth[i]!), 'wrong-signature')
    demand(member !== undefined || guestKinds.includes(kind.number), 'not-for-guests')
    if (member === undefined) return []
    demandStanding(member, kind)
    if (member.form !== 'person') demandSpeaker(city, kind, fields, member, speaker as Member)
    demand(kind.signer !== 'steward' || member.steward, 'not-a-steward')
    return [member]
  })
}

/** Whose devices sign for an account: their own, or the signers’ of an organisation or group. */
const speakersFor = (city: City, known: Member | Guest): (Member | Guest)[] =>
  city.organisations.get(known.acct)?.signers.map((signer) => city.members.get(signer)!) ?? [known]

/** What is asked besides of who signs for an organisation or a group. */
function demandSpeaker(city: City, kind: Kind, fields: Record<string, unknown>, { acct }: Member, speaker: Member): void {
  demandStatus(speaker, kind)
  demand(organisationKinds.includes(kind.number), 'persons-only')
  const matter = city.agreements.get(fields.agreement as Hex) ?? city.helps.get(fields.help as Hex) ?? city.projects.get(fields.project as Hex) ?? fields
  const { provider, helper, receiver, organiser, requester } = matter as Record<string, Hex | undefined>
  // Who takes part in a project says nothing for whom it is made for.
  const parts = requester === acct ? (matter as { chosen?: Hex[] }).chosen ?? [] : []
  const others = [provider, helper, receiver, organiser, requester, ...parts].filter((party) => party !== undefined && party !== acct) as Hex[]
  demand(!others.some((other) => [other, ...(city.organisations.get(other)?.signers ?? [])].includes(speaker.acct)), 'same-person')
}

function demandStanding(member: Member, kind: Kind): void {
  demand(member.attested, 'not-attested')
  demandStatus(member, kind)
}

function demandStatus(member: Member, { number }: Kind): void {
  // To be heard, and to be forgotten, is left to whoever is shut out or has gone.
  if (leftKinds.includes(number)) return
  demand(member.status !== 'restricted' || !restrictedKinds.includes(number), 'restricted')
  demandPresent(member)
}

/** Who signs an agreement: its proposer first. */
function partiesOf(acct: Hex, { helper, provider = helper, receiver }: Parties): Hex[] {
  demand(acct === provider || acct === receiver, 'not-a-party')
  return acct === provider ? [provider!, receiver] : [receiver, provider!]
}
type Parties = { helper?: Hex; provider?: Hex; receiver: Hex }

export function demandHead(city: City, { kind, head: { id, exp, seen }, ts }: Read): void {
  demand(!city.ids.some(({ ids }) => ids.includes(id)), 'id-taken')
  const matters = [city.agreements, city.helps, city.projects, city.works, city.sessions, city.carePlans, city.proposals]
  const opens = openingKinds.includes(kind.number)
  demand(!opens || !matters.some((one) => one.has(id)), 'id-taken')
  demand(exp >= ts, 'expired')
  demand(exp <= ts + 30n * DAY, 'expires-too-late')
  demand(seen.leaf === (seen.size === 0n ? city.hub.id : city.leaves[Number(seen.size) - 1]), 'unseen-branch')
}
