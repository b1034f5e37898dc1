import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { encodeCharter, type Preset } from '#ledger/charter/charter.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { digestOf as stateDigestOf } from '#ledger/state/digest.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { ACTION_LIFE_SECONDS, apply, check, found, isMatter, openingKinds, replay } from '#ledger/ledger.ts'
import { Tree } from '#ledger/merkle.ts'
import { presets } from '#ledger/charter/presets.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import type { State } from '#ledger/state/state.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { digestOf, mattersOf } from '#test/support/digest.ts'
import { everyKind } from '#test/support/every-kind.ts'
import {
  agree, aHelp, altered, anAgreement, anOpening, aTownOfNeighbours, codeOf, commit, completed, decline, type Grade, grades,
  helpOnce, HOUR, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import {
  admit, aMember, aPerson, type Asked, aTown, CV, DAY, draft, federate, hexFor, idFor, openChains, pass,
  type Person, PLAIN_TRUST, recorded, type Town,
} from '#test/support/towns.ts'

// What is asked here is what the rules say, of many records; the portable arithmetic has its own tests.
beforeAll(() => void installNativeCrypto())
afterAll(uninstallNativeCrypto)

const bytesOf = (town: Town): Uint8Array[] => town.entries.map((entry) => entry.bytes)

function replayed(records: Uint8Array[]): State {
  const answer = replay(records)
  if ('refusal' in answer) throw new Error(`${answer.seq}: ${answer.refusal.code}`)
  return answer.state
}

/** A day in the life of a town: help in both forms, a guest-free week of ratings, something called off. */
function aLivelyTown(preset: Preset = 'city') {
  const neighbours = aTownOfNeighbours({ preset })
  const { town, mei, bo, li } = neighbours
  helpOnce(town, bo, mei, { minutes: 300 })
  rateBoth(town, completed(town, mei, bo), [bo, grades.fair], [mei, grades.good])
  report(town, agree(town, li, bo), li)
  pass([town], 2)
  commit(town, completed(town, mei, li), li, grades.poor)
  decline(town, ((id) => (report(town, id, bo), id))(agree(town, bo, li)), li)
  recorded(town, aHelp(town, mei, li), [mei])
  return neighbours
}

describe('the chain', () => {
  const next = (town: Town) => draft(town, { kind: 'help.confirmed', help: idFor('none') }, [town.steward])
  const { town } = aTownOfNeighbours()
  const last = town.entries.at(-1)!

  test('malformed: bytes that are no record end a replay where they stand', () => {
    expect(replay([...bytesOf(town), Uint8Array.of(1)]))
      .toEqual({ seq: town.entries.length, refusal: { code: 'malformed' } })
    expect(replay([new Uint8Array()])).toEqual({ seq: 0, refusal: { code: 'malformed' } })
  })

  test('malformed: a record from the end of time', () => {
    expect(check(town.state, draft(town, { kind: 'tick' }, [], 2 ** 33))).toEqual({ code: 'malformed' })
    expect(check(town.state, draft(town, { kind: 'tick' }, [], Number.MAX_SAFE_INTEGER - DAY)))
      .toEqual({ code: 'malformed' })
    expect(check(town.state, draft(town, { kind: 'tick' }, [], 2 ** 33 - 1))).toBe(null)
  })

  test('foreign-log, wrong-sequence, broken-chain, time-went-back', () => {
    const origin = 'cv.barcelona-00000000/log'
    expect(check(town.state, altered(next(town), { origin }))).toEqual({ code: 'foreign-log', origin })
    for (const seq of [0, last.seq, last.seq + 2]) {
      expect(check(town.state, altered(next(town), { seq })))
        .toEqual({ code: 'wrong-sequence', expected: last.seq + 1 })
    }
    expect(check(town.state, altered(next(town), { prev: last.prev }))).toEqual({ code: 'broken-chain' })
    expect(check(town.state, altered(next(town), { ts: last.ts - 1 })))
      .toEqual({ code: 'time-went-back', last: last.ts })
  })

  test('tick-missing, tick-twice: a tick opens every day, once', () => {
    expect(check(town.state, altered(next(town), { ts: last.ts + DAY }))).toEqual({ code: 'tick-missing' })
    expect(check(town.state, draft(town, { kind: 'tick' }))).toEqual({ code: 'tick-twice' })
    expect(check(town.state, draft(town, { kind: 'tick' }, [], last.ts + DAY))).toBe(null)
  })

  test('already-founded: a hub is founded once', () => {
    const founding = town.entries[0]!
    const { seq, prev } = next(town)
    expect(check(town.state, altered(founding, { seq, prev, ts: last.ts })))
      .toEqual({ code: 'already-founded' })
  })

  test('after a refusal nothing has changed', () => {
    const before = digestOf(town.state)
    for (const changes of [{ seq: 0 }, { ts: last.ts + DAY }, { prev: last.prev }]) {
      expect(check(town.state, altered(next(town), changes))).not.toBe(null)
    }
    check(town.state, next(town))
    expect(digestOf(town.state)).toBe(before)
  })
})

describe('who signs', () => {
  const asked: Asked = { kind: 'help.confirmed', help: idFor('none') }

  test('wrong-signature: another key under the same name, or other bytes', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const entry = draft(town, asked, [mei])
    const other = draft(town, asked, [mei])
    const forged = altered(entry, { auth: [{ keyId: entry.auth[0]!.keyId, signature: other.auth[0]!.signature }] })
    expect(check(town.state, forged)).toEqual({ code: 'wrong-signature' })
    const { signature } = draft(town, { ...asked, acct: mei.acct }, [bo]).auth[0]!
    const byBo = altered(entry, { auth: [{ keyId: entry.auth[0]!.keyId, signature }] })
    expect(check(town.state, byBo)).toEqual({ code: 'wrong-signature' })
  })

  test('wrong-signature: two must sign an agreement, each for themselves', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const made = anAgreement(town, mei, bo)
    expect(codeOf(town, made, [mei])).toBe('wrong-signature')
    expect(codeOf(town, { ...made, acct: mei.acct }, [bo, mei])).toBe('unknown-device')
    expect(codeOf(town, made, [mei, mei])).toBe('unknown-device')
    expect(codeOf(town, made, [mei, bo])).toBe(null)
  })

  test('wrong-signature: the hub’s records are the log key’s', () => {
    const { town, mei } = aTownOfNeighbours()
    const opening = anOpening(idFor('agreement'), mei, grades.good)
    expect(codeOf(town, { ...opening, acct: toHex(town.id) }, [mei])).toBe('wrong-signature')
    expect(codeOf(town, { ...opening, acct: mei.acct })).toBe('unknown-member')
  })

  test('wrong-signature: a newcomer signs with the key they bring', () => {
    const { town } = aTownOfNeighbours()
    const [ana, bea] = [aPerson('ana'), aPerson('bea')]
    const charter = toHex(sha256(encodeCharter(presets.city)))
    expect(codeOf(town, { kind: 'member.joined', device: ana.device, profile: hexFor('profile'), charter, invitation: null }, [bea]))
      .toBe('wrong-signature')
  })

  test('wrong-signature: what was signed in one hub says nothing in another', () => {
    const { town, mei } = aTownOfNeighbours()
    const elsewhere = aTownOfNeighbours({ name: 'kunming' })
    const entry = draft(town, asked, [mei])
    const there = draft(elsewhere.town, { ...asked, acct: mei.acct }, [mei])
    expect(check(town.state, altered(entry, { body: there.body, auth: there.auth }))).not.toBe(null)
    expect(entry.auth[0]!.keyId).toEqual(there.auth[0]!.keyId)
    const moved = altered(entry, { auth: there.auth })
    expect(check(town.state, moved)).toEqual({ code: 'wrong-signature' })
  })

  test('unknown-member, unknown-device, not-attested, not-a-steward', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const stranger = aPerson('stranger')
    expect(refusalOf(town, asked, [stranger])).toEqual({ code: 'unknown-member', member: stranger.acct })
    expect(codeOf(town, { ...asked, acct: mei.acct }, [bo])).toBe('unknown-device')
    const charter = toHex(sha256(encodeCharter(presets.city)))
    recorded(town, { kind: 'member.joined', device: stranger.device, profile: hexFor('profile'), charter, invitation: null }, [stranger])
    expect(refusalOf(town, asked, [stranger])).toEqual({ code: 'not-attested', member: stranger.acct })
    expect(refusalOf(town, anAgreement(town, mei, stranger), [mei, stranger]))
      .toEqual({ code: 'not-attested', member: stranger.acct })
    expect(codeOf(town, { kind: 'member.attested', member: stranger.acct, identity: hexFor('paper') }, [mei]))
      .toBe('not-a-steward')
  })

  test('not-for-guests: who is at home elsewhere agrees, is there, says so and rates, and nothing else', () => {
    const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')]
    federate([chengdu, barcelona])
    openChains([chengdu, barcelona])
    const ana = aMember(barcelona, 'ana')
    const mei = aMember(chengdu, 'mei')
    admit(chengdu, barcelona, ana)
    for (const kind of ['cv.converted', 'help.recorded', 'help.confirmed', 'x.req', 'member.attested', 'trust.set'] as const) {
      const wishes: Record<typeof kind, Asked> = {
        'cv.converted': { kind: 'cv.converted', amountMilli: 1n },
        'help.recorded': aHelp(chengdu, ana, mei),
        'help.confirmed': asked,
        'x.req': {
          kind: 'x.req', source: 0, to: mei.acct, destination: barcelona.card.origin, amount: 1n, agreement: idFor('agreement'),
          awardMilli: 0n, memo: hexFor('memo'), expDay: 1,
        },
        'member.attested': { kind: 'member.attested', member: mei.acct, identity: hexFor('paper') },
        'trust.set': { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, exposureMilli: 1n, transferMaxMilli: 1n },
      }
      expect(refusalOf(chengdu, wishes[kind], [ana])).toEqual({ code: 'not-for-guests', kind })
    }
    const id = agree(chengdu, ana, mei)
    recorded(chengdu, { kind: 'checkin.made', agreement: id }, [ana])
    report(chengdu, id, ana)
    decline(chengdu, id, mei)
    recorded(chengdu, { kind: 'agreement.cancelled', agreement: id }, [ana])
  })
})

describe('the head of an action', () => {
  test('id-taken: the same action again changes nothing', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    const before = digestOf(town.state)
    expect(codeOf(town, help, [mei])).toBe('id-taken')
    expect(digestOf(town.state)).toBe(before)
  })

  test('id-taken: an agreement’s and a help’s id for ever, also when the action is long forgotten', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const [agreement, help] = [agree(town, mei, bo), helpOnce(town, mei, bo)]
    sleep(town, 40)
    expect(town.state.ids.has(agreement)).toBe(false)
    expect(codeOf(town, { ...aHelp(town, mei, bo), id: agreement }, [mei])).toBe('id-taken')
    expect(codeOf(town, { ...anAgreement(town, mei, bo), id: help }, [mei, bo])).toBe('id-taken')
  })

  test('id-taken: whatever opens something is asked whether its id was ever one', () => {
    const [first, ...entries] = everyKind().chengdu.entries
    const state = found(first!) as State
    const opening = entries.filter((entry) => {
      apply(state, entry)
      return isMatter(state, entry.action.id)
    })
    expect(new Set(opening.map(({ action }) => action.kind))).toEqual(openingKinds)
  })

  test('expired: an id that was forgotten is of no use, because its action is out of date by then', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const exp = town.now + 2 * DAY
    const vote: Asked = { kind: 'help.declined', id: idFor('once'), exp, help: helpedBy(town, mei, bo) }
    const first = recorded(town, vote, [bo])
    const again = () => altered(draft(town, vote, [bo]), { body: first.body, auth: first.auth })
    pass([town], 31)
    // Past its last second and not yet forgotten: remembering is longer than living.
    expect(check(town.state, again())).toEqual({ code: 'id-taken' })
    pass([town], 1)
    expect(town.state.ids.has(idFor('once'))).toBe(false)
    expect(check(town.state, again())).toEqual({ code: 'expired', expired: exp })
  })

  test('expired a second after its last, and expires-too-late beyond thirty days', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const wish = (exp: number): Asked => ({ ...aHelp(town, mei, bo), exp })
    expect(refusalOf(town, wish(town.now - 1), [mei])).toEqual({ code: 'expired', expired: town.now - 1 })
    expect(codeOf(town, wish(town.now), [mei])).toBe(null)
    const latest = town.now + ACTION_LIFE_SECONDS
    expect(codeOf(town, wish(latest), [mei])).toBe(null)
    expect(refusalOf(town, wish(latest + 1), [mei])).toEqual({ code: 'expires-too-late', latest })
  })

  test('unseen-branch: what somebody saw here is here, or their action belongs to another history', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const wish = (size: number, leaf: Hex): Asked => ({ ...aHelp(town, mei, bo), seen: { size, leaf } })
    const { length } = town.entries
    const leafAt = (i: number) => toHex(town.entries[i]!.leaf)
    expect(codeOf(town, wish(length, leafAt(length - 2)), [mei])).toBe('unseen-branch')
    expect(codeOf(town, wish(length + 1, leafAt(length - 1)), [mei])).toBe('unseen-branch')
    expect(codeOf(town, wish(0, leafAt(0)), [mei])).toBe('unseen-branch')
    expect(codeOf(town, wish(0, toHex(town.id)), [mei])).toBe(null)
    expect(codeOf(town, wish(3, leafAt(2)), [mei])).toBe(null)
  })

  test('unseen-branch: who saw one branch of a fork is a witness against the other', () => {
    const [here, there] = [aTownOfNeighbours(), aTownOfNeighbours()]
    helpOnce(here.town, here.mei, here.bo)
    helpOnce(there.town, there.mei, there.li)
    const seen = { size: there.town.entries.length, leaf: toHex(there.town.entries.at(-1)!.leaf) }
    expect(here.town.id).toEqual(there.town.id)
    expect(codeOf(here.town, { ...aHelp(here.town, here.mei, here.bo), seen }, [here.mei]))
      .toBe('unseen-branch')
  })
})

const helpedBy = (town: Town, helper: Person, receiver: Person): Hex => {
  const help = aHelp(town, helper, receiver)
  recorded(town, help, [helper])
  return help.id!
}

describe('replay', () => {
  test.each(['city', 'time-bank'] as const)('%s: the same records give the same state', (preset) => {
    const { town } = aLivelyTown(preset)
    expect(digestOf(replayed(bytesOf(town)))).toBe(digestOf(town.state))
  })

  test('a reader of a part is where the writer was', () => {
    const { town } = aLivelyTown()
    const half = bytesOf(town).slice(0, 12)
    const state = replayed(half)
    expect(state.tree.size).toBe(12)
    for (const entry of town.entries.slice(12)) {
      expect(check(state, entry)).toBe(null)
      apply(state, entry)
    }
    expect(digestOf(state)).toBe(digestOf(town.state))
  })

  test('the first refused record ends it, by its number', () => {
    const { town } = aLivelyTown()
    const records = bytesOf(town)
    ;[records[5], records[6]] = [records[6]!, records[5]!]
    expect(replay(records)).toEqual({ seq: 5, refusal: { code: 'wrong-sequence', expected: 5 } })
  })

  test('an entry is not left out, not repeated and not replaced', () => {
    const { town } = aLivelyTown()
    const records = bytesOf(town)
    expect(replay(records.toSpliced(4, 1))).toMatchObject({ seq: 4, refusal: { code: 'wrong-sequence' } })
    expect(replay(records.toSpliced(4, 0, records[3]!)))
      .toMatchObject({ seq: 4, refusal: { code: 'wrong-sequence' } })
    const other = altered(town.entries[4]!, { ts: town.entries[4]!.ts + 1 }).bytes
    expect(replay(records.with(4, other))).toHaveProperty('refusal')
  })
})

test('every byte of a record counts: changed, it or the record after it is refused', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  recorded(town, anAgreement(town, mei, bo), [mei, bo])
  recorded(town, aHelp(town, mei, bo), [mei])
  const records = bytesOf(town)
  const place = records.length - 2
  const before = replayed(records.slice(0, place))
  expect(check(before, town.entries[place]!)).toBe(null)
  const refusedAt = { decoder: 0, itself: 0, next: 0 }
  for (let i = 0; i < records[place]!.length; i++) {
    for (const bit of [1, 128]) {
      const bytes = records[place]!.slice()
      bytes[i]! ^= bit
      const entry = parseRecord(bytes)
      if (entry === null) refusedAt.decoder++
      else if (check(before, entry) !== null) refusedAt.itself++
      else {
        // Only the time it was recorded at is the hub's own word; the chain holds it.
        expect({ ...entry, bytes: null, leaf: null, ts: 0 })
          .toEqual({ ...town.entries[place]!, bytes: null, leaf: null, ts: 0 })
        expect(replay(records.with(place, bytes)))
          .toEqual({ seq: place + 1, refusal: { code: 'broken-chain' } })
        refusedAt.next++
      }
    }
  }
  expect(refusedAt.itself).toBeGreaterThan(0)
  expect(refusedAt.next).toBeGreaterThan(0)
})

describe('the clock', () => {
  // Two days have passed: a report waits for its eighth, ratings for their fifteenth, an unopened grade for one more.
  test.each([['city', 0, 7], ['city', 10, 7], ['city', 0, 60], ['time-bank', 0, 7], ['time-bank', 0, 60]] as const)(
    '%s, after %i days: ticking once after %i more is ticking daily', (preset, before, days) => {
      const { town } = aLivelyTown(preset)
      pass([town], before)
      const [daily, late] = [twin(town), twin(town)]
      pass([daily], days)
      sleep(late, days)
      expect(late.entries.length).toBe(town.entries.length + 1)
      expect(mattersOf(late.state)).toBe(mattersOf(daily.state))
      expect(mattersOf(late.state)).not.toBe(mattersOf(town.state))
    },
  )

  const twin = (town: Town): Town => ({ ...town, state: replayed(bytesOf(town)), entries: [...town.entries] })
})

describe('whatever people do', () => {
  // A matter is named by how many came after it, so that most acts are about something recent; a person by their
  // part in it (0 helps, 1 is helped, 2 has nothing to do with it).
  type Act =
    | { do: 'help'; from: number; to: number; minutes: number; by: number }
    | { do: 'answer help'; back: number; part: number; yes: boolean }
    | { do: 'agree'; from: number; to: number; minutes: number; inHours: number }
    | { do: 'cancel' | 'check in'; back: number; part: number }
    | { do: 'report'; back: number; part: number; minutes: number }
    | { do: 'answer'; back: number; part: number; yes: boolean; wrong: number }
    | { do: 'commit' | 'open'; back: number; part: number; grade: Grade }
    | { do: 'convert'; by: number; amount: number }
    | { do: 'sleep'; hours: number }
  /** An act in the matter of an agreement. */
  type Step = Exclude<Extract<Act, { back: number }>, { do: 'answer help' }>
  /** Whatever would come next in a matter if everybody got on with it. */
  type Impulse = Act | { do: 'go on'; back: number; part: number; grade: Grade }

  const person = fc.nat(2)
  const back = fc.constantFrom(0, 0, 0, 1, 2)
  const part = fc.constantFrom(0, 0, 1, 1, 2)
  const minutes = fc.constantFrom(0, 30, 60, 90)
  const grade = fc.constantFrom<Grade>(0, 1, 2)
  const impulse: fc.Arbitrary<Impulse> = fc.oneof(
    { weight: 16, arbitrary: fc.record({ do: fc.constant('go on' as const), back, part, grade }) },
    { weight: 2, arbitrary: fc.record({
      do: fc.constant('help' as const), from: person, to: person, minutes, by: person,
    }) },
    { weight: 2, arbitrary: fc.record({
      do: fc.constant('answer help' as const), back, part, yes: fc.boolean(),
    }) },
    { weight: 3, arbitrary: fc.record({
      do: fc.constant('agree' as const), from: person, to: person, minutes, inHours: fc.nat(3),
    }) },
    { weight: 1, arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'check in' as const), back, part,
    }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('report' as const), back, part, minutes }) },
    { weight: 3, arbitrary: fc.record({
      do: fc.constant('answer' as const), back, part, yes: fc.constantFrom(true, true, false), wrong: fc.constantFrom(0, 0, 0, 1),
    }) },
    { weight: 3, arbitrary: fc.record({
      do: fc.constantFrom('commit' as const, 'open' as const), back, part, grade,
    }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('convert' as const), by: person, amount: fc.nat(5) }) },
    { weight: 4, arbitrary: fc.record({
      do: fc.constant('sleep' as const), hours: fc.constantFrom(1, 2, 3, 12, 24, 24 * 7, 24 * 15, 24 * 40),
    }) },
  )

  /** What the model knows of one agreement or help: whose turn it is, by its own reckoning. */
  type Matter = {
    helper: number; receiver: number; minutes: number; begins: number; lapses: number
    phase: 'agreed' | 'reported' | 'confirmed' | 'settled' | 'cancelled' | 'lapsed'
    reporter: number; reported: number; silent: number; closes: number; confirmedAt: number | null; checked: Set<number>
    committed: Map<number, Grade>; opened: Map<number, Grade>
  }
  type Helped = { helper: number; receiver: number; writer: number; minutes: number; open: boolean; lapses: number }

  /** Who has this part in a matter. */
  function whoOf({ helper, receiver }: { helper: number; receiver: number }, part: number): number {
    return part === 0 ? helper : part === 1 ? receiver : 3 - helper - receiver
  }

  const midnight = (ts: number) => Math.ceil(ts / DAY) * DAY

  /** The rules told a second time, in nominal CV and without a ledger: who may do what, and what it was worth. */
  class Model {
    readonly matters: Matter[] = []
    readonly helps: Helped[] = []
    /** Nominal CV ever awarded, and contributions, by person. */
    readonly earned = [0, 0, 0]
    readonly contributions = [0, 0, 0]
    readonly movesAward: boolean

    constructor(preset: Preset) {
      this.movesAward = preset === 'city'
    }

    /** Everything that has come due by a midnight, whichever came first. */
    tick(now: number): void {
      for (const help of this.helps) if (help.open && help.lapses <= now) help.open = false
      for (const matter of this.matters) {
        if (matter.phase === 'reported' && matter.silent <= now) this.confirm(matter, matter.silent)
        if (matter.phase === 'agreed' && matter.lapses <= now) matter.phase = 'lapsed'
        if (matter.phase !== 'confirmed' || matter.closes > now) continue
        const unopened = matter.committed.size > matter.opened.size
        if (!unopened || matter.closes + DAY <= now) this.settle(matter)
      }
    }

    confirm(matter: Matter, ts: number): void {
      matter.phase = 'confirmed'
      matter.confirmedAt = ts
      matter.closes = midnight(ts + 14 * DAY)
      this.contributions[matter.helper]! += 1
      if (!this.movesAward) this.settle(matter)
    }

    settle(matter: Matter): void {
      matter.phase = 'settled'
      const factor = this.movesAward ? [3, 7, 10][matter.opened.get(matter.receiver) ?? 2]! : 10
      this.earned[matter.helper]! += (matter.reported * factor) / 10
    }

    /** Whether an act is in order; and if it is, what it changes here. */
    takes(a: Act, now: number): boolean {
      if (a.do === 'help') {
        if (a.from === a.to || (a.by !== a.from && a.by !== a.to) || a.minutes === 0) return false
        const lapses = midnight(now + 7 * DAY)
        this.helps.push({ helper: a.from, receiver: a.to, writer: a.by, minutes: a.minutes, open: true, lapses })
        return true
      }
      if (a.do === 'answer help') {
        const help = this.helps.at(-1 - a.back)
        if (help === undefined || !help.open || a.part === 2 || whoOf(help, a.part) === help.writer) {
          return false
        }
        help.open = false
        if (a.yes) {
          this.earned[help.helper]! += help.minutes
          this.contributions[help.helper]! += 1
        }
        return true
      }
      if (a.do === 'agree') {
        if (a.from === a.to || a.minutes === 0) return false
        const begins = now + a.inHours * HOUR
        this.matters.push({
          helper: a.from, receiver: a.to, minutes: a.minutes, begins, lapses: midnight(begins + a.minutes * 60 + 30 * DAY),
          phase: 'agreed', reporter: -1, reported: 0, silent: 0, closes: 0, confirmedAt: null, checked: new Set(),
          committed: new Map(), opened: new Map(),
        })
        return true
      }
      // Nobody here is in a federation.
      if (a.do === 'convert' || a.do === 'sleep') return false
      const matter = this.matters.at(-1 - a.back)
      return matter !== undefined && a.part !== 2 && this.goesOn(matter, a, whoOf(matter, a.part), now)
    }

    goesOn(matter: Matter, a: Step, by: number, now: number): boolean {
      const { phase } = matter
      if (a.do === 'cancel') {
        if (phase !== 'agreed') return false
        matter.phase = 'cancelled'
      } else if (a.do === 'check in') {
        if ((phase !== 'agreed' && phase !== 'reported') || now < matter.begins - HOUR || matter.checked.has(by)) {
          return false
        }
        matter.checked.add(by)
      } else if (a.do === 'report') {
        if (phase !== 'agreed' || now < matter.begins - HOUR || a.minutes === 0 || a.minutes > matter.minutes) {
          return false
        }
        Object.assign(matter, { phase: 'reported', reporter: by, reported: a.minutes, silent: midnight(now + 7 * DAY) })
      } else if (a.do === 'answer') {
        if (phase !== 'reported' || by === matter.reporter || a.wrong !== 0) return false
        if (a.yes) this.confirm(matter, now)
        else Object.assign(matter, { phase: 'agreed', lapses: matter.lapses > now ? matter.lapses : midnight(now + 30 * DAY) })
      } else if (a.do === 'commit') {
        if (matter.confirmedAt === null || matter.committed.has(by) || now >= matter.closes) return false
        matter.committed.set(by, a.grade)
      } else if (a.do === 'open') {
        if (matter.committed.get(by) !== a.grade || matter.opened.has(by)) return false
        if (matter.committed.size < 2 && now < matter.closes) return false
        matter.opened.set(by, a.grade)
        if (matter.phase === 'confirmed' && matter.opened.size === matter.committed.size) this.settle(matter)
      }
      return true
    }
  }

  function actOf(impulse: Impulse, model: Model): Act {
    if (impulse.do !== 'go on') return impulse
    const { back, part, grade } = impulse
    const matter = model.matters.at(-1 - back)
    if (matter === undefined) return { do: 'answer help', back, part, yes: true }
    if (matter.phase === 'agreed') return { do: 'report', back, part, minutes: matter.minutes }
    if (matter.phase === 'reported') {
      return { do: 'answer', back, part: matter.reporter === matter.helper ? 1 : 0, yes: true, wrong: 0 }
    }
    const committed = matter.committed.get(whoOf(matter, part))
    return committed === undefined ? { do: 'commit', back, part, grade } : { do: 'open', back, part, grade: committed }
  }

  /** The act as an action, with who signs it. */
  function asking(
    town: Town, people: Person[], a: Act, model: Model, ids: { helps: Hex[]; agreements: Hex[] },
  ): [Asked, Person[]] | null {
    if (a.do === 'sleep') return null
    if (a.do === 'convert') {
      return [{ kind: 'cv.converted', amountMilli: BigInt(a.amount) * CV }, [people[a.by]!]]
    }
    if (a.do === 'help') {
      return [aHelp(town, people[a.from]!, people[a.to]!, { minutes: a.minutes }), [people[a.by]!]]
    }
    if (a.do === 'agree') {
      const parties = [people[a.from]!, people[a.to]!] as const
      return [anAgreement(town, ...parties, { minutes: a.minutes, begins: town.now + a.inHours * HOUR }), [...parties]]
    }
    const matter = (a.do === 'answer help' ? model.helps : model.matters).at(-1 - a.back)
    const by = people[matter === undefined ? a.part : whoOf(matter, a.part)]!
    if (a.do === 'answer help') {
      return [{ kind: a.yes ? 'help.confirmed' : 'help.declined', help: ids.helps.at(-1 - a.back) ?? idFor('no help') }, [by]]
    }
    const agreement = ids.agreements.at(-1 - a.back) ?? idFor('no agreement')
    const opening = 'grade' in a ? anOpening(agreement, by, a.grade) : null
    switch (a.do) {
      case 'cancel': return [{ kind: 'agreement.cancelled', agreement }, [by]]
      case 'check in': return [{ kind: 'checkin.made', agreement }, [by]]
      case 'report': return [{ kind: 'completion.reported', agreement, minutes: a.minutes }, [by]]
      case 'answer': {
        const said = model.matters.at(-1 - a.back)?.reported ?? 0
        return [{ kind: a.yes ? 'completion.confirmed' : 'completion.declined', agreement, minutes: said + a.wrong }, [by]]
      }
      case 'commit':
        return [{ kind: 'rating.committed', agreement, commitment: toHex(gradeCommitment(opening!.salt, a.grade)) }, [by]]
      case 'open': return [opening!, []]
    }
  }

  const homes = { city: aTownOfNeighbours(), 'time-bank': aTownOfNeighbours({ preset: 'time-bank' }) }

  function live(preset: keyof typeof homes, impulses: Impulse[]): void {
    const { town: home, mei, bo, li } = homes[preset]
    const town = { ...home, state: replayed(bytesOf(home)), entries: [...home.entries] }
    const people = [mei, bo, li]
    const model = new Model(preset)
    const ids = { helps: [] as Hex[], agreements: [] as Hex[] }
    for (const impulse of impulses) {
      const a = actOf(impulse, model)
      if (a.do === 'sleep') town.now += a.hours * HOUR
      if (utcDayOf(town.now) !== town.state.tickDay) expect(take(town, { kind: 'tick' }, [])).toBe(true)
      model.tick(town.now)
      const asked = asking(town, people, a, model, ids)
      if (asked === null) continue
      const [action, signers] = asked
      expect(take(town, action, signers), JSON.stringify(a)).toBe(model.takes(a, town.now))
      if (ids.helps.length < model.helps.length) ids.helps.push((action as Asked<'help.recorded'>).id!)
      if (ids.agreements.length < model.matters.length) ids.agreements.push((action as Asked<'agreement.made'>).id!)
      const members = people.map(({ acct }) => town.state.members.get(acct)!)
      expect(members.map((member) => member.lifetimeMilli)).toEqual(model.earned.map((cv) => BigInt(cv) * CV))
      expect(members.map((member) => member.contributions)).toEqual(model.contributions)
    }
    expect(ids.agreements.map((id) => town.state.agreements.get(id)!.phase))
      .toEqual(model.matters.map(({ phase }) => phase))
    expect(digestOf(replayed(bytesOf(town)))).toBe(digestOf(town.state))
  }

  /** Whether the ledger takes it; if so it is recorded, and the books must add up. */
  function take(town: Town, asked: Asked, signers: Person[]): boolean {
    const entry: Entry = draft(town, asked, signers)
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    const refusal = check(town.state, entry)
    expect(check(twin, entry)).toEqual(refusal)
    if (refusal !== null) return false
    apply(town.state, entry)
    // What was made of rows kept no hash of one; and it comes to the same.
    twin.tree = new Tree()
    apply(twin, entry)
    twin.tree = town.state.tree
    expect(toHex(stateDigestOf(twin))).toBe(toHex(stateDigestOf(town.state)))
    town.entries.push(entry)
    expect(faultsOf(town.state)).toEqual([])
    return true
  }

  test.each(['city', 'time-bank'] as const)(
    '%s: the ledger takes what a second telling of its rules takes, nobody is below zero and every replay agrees',
    (preset) => {
      fc.assert(
        fc.property(fc.array(impulse, { minLength: 20, maxLength: 60, size: 'max' }), (impulses) => live(preset, impulses)),
        { numRuns: 100, seed: 20260101 },
      )
    },
    120_000,
  )
})
