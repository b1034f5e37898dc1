/**
 * Random histories of three towns that post, revise, take back and let expire, while topics lose what they
 * carry and towns are away for days: when all have compared boards, all hold the same, and just what the members
 * last said.
 */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { countChange, emptyBoard, find, type Kept, live, merge, sweep } from '#protocol/board.ts'
import { encodeListing, listingHash, supersedes } from '#protocol/listing.ts'
import { fingerprintOf, WHOLE } from '#protocol/range-tree.ts'
import { verdictOn } from '#protocol/verdict.ts'
import { compare, type Side } from '#test/support/compared-boards.ts'
import { aListing, allOn, messageOf } from '#test/support/listings.ts'
import { aPerson, aTown, DAY, idFor, NOON } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const towns = ['chengdu', 'berlin', 'lisbon'].map((name) => aTown(name))
const people = [aPerson('mei'), aPerson('ana')]
const hubOf = (origin: string) => towns.find((town) => town.card.origin === origin)?.card

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({
    does: fc.constant('says' as const), town: fc.nat(2), who: fc.nat(1), what: fc.nat(3), rev: fc.integer({ min: 1, max: 4 }),
    closes: fc.boolean(), days: fc.integer({ min: 1, max: 6 }), scope: fc.constantFrom('federation' as const, 'peers' as const, 'hub' as const),
    /** Which towns the topic reaches. */
    hears: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('compares' as const), town: fc.nat(2), other: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('passes' as const), hours: fc.constantFrom(1, 5, 24, 72) }) },
)

test('hubs that compare boards hold the same in the end, whatever was lost, crossed, taken back or expired', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    let now = NOON
    const sides = towns.map((town): Side & { known: Map<string, number> } =>
      ({ origin: town.card.origin, board: emptyBoard(), now, hubOf, known: new Map() }))
    const last = new Map<string, Kept>()
    const ask = (asker: (typeof sides)[number], other: (typeof sides)[number]) => {
      asker.missed = now - (asker.known.get(other.origin) ?? NOON)
      const told = compare(asker, other)
      if (told.end === 'complete') asker.known.set(other.origin, now)
      return told
    }
    for (const each of steps) {
      if (each.does === 'passes') {
        now += each.hours * 3_600
        for (const side of sides) {
          side.now = now
          sweep(side.board, now)
        }
      }
      if (each.does === 'compares' && each.town !== each.other) ask(sides[each.town]!, sides[each.other]!)
      if (each.does !== 'says') continue
      const { scope } = each
      const [town, author] = [towns[each.town]!, people[each.who]!]
      const listing = aListing(town, author, {
        id: idFor(`${each.town} ${each.who} ${each.what} ${scope}`), rev: each.rev, scope,
        state: each.closes ? 'closed' : 'open', title: `Tea, ${each.days}`, from: NOON - 9,
        // A later revision never ends sooner: what each home sees to.
        expiresAt: NOON + 4 * DAY + each.rev * DAY,
      })
      const message = messageOf(town, author, listing)
      for (const [i, { board }] of sides.entries()) {
        const own = i === each.town
        if (!own && (scope !== 'federation' || !each.hears[i])) continue
        const scene = { board, now, hubOf, membersOf: () => null, isFrozen: () => false }
        const told = verdictOn(message, own ? { by: 'member' } : { by: 'gossip', region: listing.region }, scene)
        // What its own hub does not take is said to nobody.
        if (own && told.verdict !== 'accept') break
        if (told.verdict !== 'accept') continue
        merge(board, told.kept)
        countChange(board, listing, now)
        const before = last.get(listing.id)
        const is = { rev: listing.rev, hash: listingHash(encodeListing(listing)) }
        if (before === undefined || supersedes(is, { rev: before.listing.rev, hash: before.hash })) last.set(listing.id, told.kept)
      }
    }
    // Twice around, each with each: what one town alone has reaches the third by the second.
    for (let round = 0; round < 2; round++) {
      for (const asker of sides) for (const other of sides) if (asker !== other) expect(ask(asker, other).end).toBe('complete')
    }
    const prints = sides.map(({ board }) => fingerprintOf(board.offered.federation, WHOLE))
    for (const print of prints) expect(print).toEqual(prints[0])
    for (const { board } of sides) {
      const said = [...last.values()].filter(({ listing }) => listing.scope === 'federation')
      const open = said.filter(({ listing }) => listing.state === 'open' && listing.expiresAt > now)
      const shown = live(board, now).filter(({ listing }) => listing.scope === 'federation')
      expect(shown.map(({ hash }) => hash).sort()).toEqual(open.map(({ hash }) => hash).sort())
      for (const { listing } of shown) expect(find(board, listing)?.hasBody).toBe(true)
    }
    for (const [i, { board }] of sides.entries()) {
      const foreign = allOn(board).filter(({ listing }) => listing.hub !== towns[i]!.card.origin)
      expect(foreign.filter(({ listing }) => listing.scope === 'hub')).toEqual([])
    }
  }), { numRuns: 60 })
})

test('a hub that was off for three days takes in what all members of another changed meanwhile', () => {
  const [chengdu, berlin] = towns as [(typeof towns)[number], (typeof towns)[number]]
  const sideOf = (town: typeof chengdu): Side => ({ origin: town.card.origin, board: emptyBoard(), now: NOON, hubOf })
  const [home, away] = [sideOf(chengdu), sideOf(berlin)]
  const say = (rev: number): void => {
    for (let i = 0; i < 150; i++) {
      const author = { ...chengdu.steward, acct: people[i % 2]!.acct }
      const listing = aListing(chengdu, author, { id: idFor(`three days ${i}`), rev, author: idFor(`${i}`).repeat(2) })
      const message = messageOf(chengdu, author, listing)
      const scene = { board: home.board, now: home.now, hubOf, membersOf: () => null, isFrozen: () => false }
      const told = verdictOn(message, { by: 'sync', from: chengdu.card.origin, missed: 3 * DAY }, scene)
      if (told.verdict === 'accept') merge(home.board, told.kept)
    }
  }
  say(1)
  compare(away, home)
  say(2)
  home.now = away.now = NOON + 3 * DAY
  compare({ ...away, missed: 0 }, home)
  expect(allOn(away.board).filter(({ listing }) => listing.rev === 2).length).toBeLessThan(150)
  compare({ ...away, missed: 3 * DAY }, home)
  expect(allOn(away.board).map(({ hash }) => hash)).toEqual(allOn(home.board).map(({ hash }) => hash))
})
