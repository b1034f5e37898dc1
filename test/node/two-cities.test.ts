/**
 * Cities that meet: the drivers of `node/` over one bus and disks in memory, from the founding of a
 * federation to value that went and came back, with hubs that die on the way.
 */
import { afterEach, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { fromBase64 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import {
  encodeDocument, encodeOrder, encodeReport, parseOrder, parseReport, parseSignedCard, placeOf,
  signOrder, xidOf,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { gathered } from '#ledger/rules/federation.ts'
import { auditorOf } from '#ledger/cosigner.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { successorOf } from '#protocol/successor.ts'
import { services } from '#protocol/limits.ts'
import { helloAnswers, helloRequests, settleAnswers, settleRequests } from '#protocol/message.ts'
import { answersNeeded } from '#node/cities/restoring/fence.ts'
import { type Network, NetworkError } from '#node/wire/network.ts'
import {
  act, admitGuest, aMemberOf, approveIssue, cardOf, certified, type City, federate, help,
  openChains, payAward, start, stateOf, until, versionOf,
} from '#test/support/cities.ts'
import { cities, expectSoundBooks, stopAll } from '#test/support/federations.ts'
import { CV, PLAIN_TRUST } from '#test/support/towns.ts'

afterEach(stopAll)

test('a newcomer that waits to be admitted consents to nothing that a stranger sends', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  expect(await chengdu.hub!.federation.found()).toEqual({ ok: true })
  expect(await barcelona.hub!.federation.join(cardOf(chengdu))).toEqual({ ok: true })

  const { document, hash } = stateOf(chengdu).federation!.documents[0]!
  const { card, addresses } = parseSignedCard(fromBase64(cardOf(barcelona))!)!
  const proposal = encodeDocument(successorOf({ document, hash }, { card, addresses }))
  const request = helloRequests.encode({ type: 'proposal', step: 'sign', federation: hash, document: proposal, signatures: [] })
  const { protocol, answerBytesMax, timeoutMs } = services.hello
  const askedBy = async (network: Network) => helloAnswers.parse(
    await network.request(barcelona.hub!.network.self, protocol, request, { answerBytesMax, timeoutMs }))

  const stranger = barcelona.bus.attach({ name: 'stranger' })
  await stranger.reach(barcelona.hub!.network.addresses(), timeoutMs)
  expect(await askedBy(stranger)).toEqual({ type: 'not-willing', because: 'not-asked' })
  expect((await askedBy(chengdu.hub!.network))?.type).toBe('signature')
})

test('two cities meet by a short code, and no other hub that answers there is taken for the one that was meant', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  expect(await chengdu.hub!.federation.found()).toEqual({ ok: true })
  const code = chengdu.hub!.federation.view().code!
  expect(code.length).toBeLessThan(120)
  const other = code.replace(/^cv1:./, (start) => `cv1:${start.endsWith('0') ? '1' : '0'}`)
  expect(await barcelona.hub!.federation.join(other)).toEqual({ ok: false, door: { code: 'other-card' } })
  expect(await barcelona.hub!.federation.join(code.replace(/@.*$/, '@/memory/nobody')))
    .toEqual({ ok: false, door: { code: 'hub-unreachable', hub: '/memory/nobody' } })
  expect(await barcelona.hub!.federation.join(code)).toEqual({ ok: true })
  await until('it asks to be let in', () => chengdu.hub!.federation.view().asking.length === 1)
  expect(await chengdu.hub!.federation.admit(barcelona.hub!.federation.view().code!)).toEqual({ ok: true })
  await until('both are in', () => [chengdu, barcelona].every((city) => versionOf(city) === 2))
})

/** Help given by a guest from `home` at `host`, to be paid by the pool of `host`. */
async function anAwardDue(host: City, home: City) {
  const guest = await aMemberOf(home, 'mei')
  const { person: neighbour } = await aMemberOf(host, 'ana')
  await admitGuest(host, home, guest)
  const agreement = await help(host, guest.person, neighbour, 90)
  return { guest: guest.person, neighbour, agreement }
}

test('a lone hub founds a federation, certifies its own keys, and waits for nobody', async () => {
  const [chengdu] = await cities('chengdu')
  await federate(chengdu)
  await openChains(chengdu)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the issue is in the pool', () => stateOf(chengdu).books.pool === 1_000n * CV)
  expectSoundBooks(chengdu)
})

test('an award is ordered, certified by both, credited, acknowledged, and counts at home', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => stateOf(chengdu).books.pool > 0n)
  const { guest, agreement } = await anAwardDue(chengdu, barcelona)

  const request = await payAward(chengdu, agreement)
  const xid = xidOf(stateOf(chengdu).federation!.id, request.leaf)
  await until(
    'the request is credited',
    () => stateOf(chengdu).requests.get(xid)?.phase === 'credited',
  )
  expect(stateOf(barcelona).members.get(guest.acct)!.account.global).toBeGreaterThan(0n)
  await until('it counts as a contribution abroad', () => stateOf(barcelona).abroad.has(xid))
  expect(stateOf(barcelona).members.get(guest.acct)!.lifetimeMilli).toBe(90n * CV)
  expectSoundBooks(chengdu, barcelona)

  const { checkpointer } = chengdu.hub!
  await until(
    'barcelona has audited all of it',
    () => checkpointer.witnessed()?.size === stateOf(chengdu).tree.size,
  )
  const card = currentDocument(stateOf(chengdu).federation!).members[1]!.card
  const { hub } = stateOf(chengdu)
  const opened = openCheckpoint(checkpointer.witnessed()!.note, hub.origin, hub.logKey, [
    auditorOf(card),
  ])
  expect(opened?.cosigners.map(({ name }) => name)).toEqual([`${card.origin}/audit`])
})

test('a city whose own state has still to be recomputed orders and credits nothing out of it, and votes for others', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  chengdu.disk.isProved = false
  barcelona.disk.isProved = false
  await approveIssue(chengdu, 1_000n * CV)
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(stateOf(chengdu).chain.slots.length).toBe(1)
  chengdu.disk.isProved = true
  await until('the pool is filled with the vote of barcelona', () => stateOf(chengdu).books.pool > 0n)

  const { agreement } = await anAwardDue(chengdu, barcelona)
  const request = await payAward(chengdu, agreement)
  const xid = xidOf(stateOf(chengdu).federation!.id, request.leaf)
  await until('the request is certified', () => stateOf(chengdu).requests.get(xid)?.phase === 'certified')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(stateOf(barcelona).arrivals.size).toBe(0)
  barcelona.disk.isProved = true
  await until('it is credited', () => stateOf(chengdu).requests.get(xid)?.phase === 'credited')
  expectSoundBooks(chengdu, barcelona)
})

test('what is over the limit waits, goes back, and is in the pool that sent it', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => certified(chengdu) === 2)
  const peer = stateOf(chengdu).hub.origin
  await act(
    barcelona,
    { kind: 'trust.set', ...PLAIN_TRUST, peer, exposureMilli: 50n * CV, transferMaxMilli: 50n * CV },
    [barcelona.town.steward],
  )
  const { guest, neighbour, agreement } = await anAwardDue(chengdu, barcelona)
  await payAward(chengdu, agreement)
  await until('the first is credited', () =>
    [...stateOf(chengdu).requests.values()].every(({ phase }) => phase === 'credited'),
  )

  const pool = stateOf(chengdu).books.pool
  const request = await payAward(chengdu, await help(chengdu, guest, neighbour, 90))
  const xid = xidOf(stateOf(chengdu).federation!.id, request.leaf)
  await until(
    'the second is suspended',
    () => stateOf(chengdu).requests.get(xid)?.phase === 'suspended',
  )
  expect(stateOf(barcelona).arrivals.get(xid)?.disposition).toBe('limit')

  await act(barcelona, { kind: 'x.back', xid }, [barcelona.town.steward])
  await until('it is back', () => stateOf(chengdu).requests.get(xid)?.phase === 'returned')
  expect(stateOf(chengdu).books.pool).toBe(pool)
  await until(
    'and acknowledged',
    () => stateOf(barcelona).chain.slots.at(-1)!.acknowledged.size === 1,
  )
  expectSoundBooks(chengdu, barcelona)
})

test('a destination that asks for the word of a city gets it, though a quorum was there before', async () => {
  const [chengdu, barcelona, kyoto, lisboa] = await cities('chengdu', 'barcelona', 'kyoto', 'lisboa')
  await federate(chengdu, barcelona, kyoto, lisboa)
  await openChains(chengdu, barcelona, kyoto, lisboa)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => certified(chengdu) === 2)
  const [peer, witness] = [chengdu, kyoto].map((city) => stateOf(city).hub.origin)
  await act(barcelona, {
    kind: 'trust.set', ...PLAIN_TRUST, peer: peer!, exposureMilli: 100n * CV, transferMaxMilli: 100n * CV, witnesses: [witness!], witnessesNeeded: 1,
  }, [barcelona.town.steward])
  const { guest, neighbour, agreement } = await anAwardDue(chengdu, barcelona)
  await until('chengdu has read that', () => chengdu.hub!.replicas.of(stateOf(barcelona).hub.origin)?.state?.trust.get(peer!)?.witnessesNeeded === 1)

  const [here, there] = [chengdu.hub!.network.self, kyoto.hub!.network.self]
  const sent = async (agreed: Hex) => xidOf(stateOf(chengdu).federation!.id, (await payAward(chengdu, agreed)).leaf)
  const votes = () => chengdu.hub!.settler.gathering()?.got
  chengdu.bus.cut(here, there)
  const first = await sent(agreement)
  await until('all others have voted', () => votes() === 3)
  chengdu.bus.heal(here, there)
  await until('it is credited', () => stateOf(chengdu).requests.get(first)?.phase === 'credited')

  // A city that is gone holds nobody up: what it would have vouched for waits for a steward.
  const again = await help(chengdu, guest, neighbour, 30)
  chengdu.bus.cut(here, there)
  const second = await sent(again)
  await until('it waits', () => stateOf(chengdu).requests.get(second)?.phase === 'suspended')
  expect(stateOf(barcelona).arrivals.get(second)?.disposition).toBe('witnesses')
  expectSoundBooks(chengdu, barcelona, kyoto, lisboa)
})

test('a third city joins by document 3, votes from then on, and follows both logs', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  expect(await kyoto.hub!.federation.join(cardOf(chengdu))).toEqual({ ok: true })
  await chengdu.hub!.federation.admit(cardOf(kyoto))
  await until(
    'barcelona sees that kyoto asks',
    () => barcelona.hub!.federation.view().asking.length === 1,
  )
  expect(versionOf(kyoto)).toBe(0) // one admission of two is not enough
  await barcelona.hub!.federation.admit(barcelona.hub!.federation.view().asking[0]!.card)
  await until('document 3 is in force everywhere', () =>
    [chengdu, barcelona, kyoto].every((city) => versionOf(city) === 3),
  )

  await approveIssue(chengdu, 500n * CV)
  await openChains(kyoto)
  await until('slot 1 has its certificate of three', () => certified(chengdu) === 2)
  const slot = stateOf(chengdu).chain.slots[1]!
  const { action } = chengdu.hub!.writer.entryAt(slot.certifiedSeq!)
  expect(
    action.kind === 'x.cert' && [action.epoch, action.votes.map(({ voter }) => voter)],
  ).toEqual([3, [0, 1, 2]])
  await until(
    'kyoto has read it',
    () =>
      kyoto.hub!.replicas.of(stateOf(chengdu).hub.origin)?.state?.chain.slots[1]?.certified ===
      true,
  )
  expectSoundBooks(chengdu, barcelona, kyoto)
})

test('two members admit two cities at the same moment, and both get in', async () => {
  const [chengdu, barcelona, kyoto, lagos] = await cities('chengdu', 'barcelona', 'kyoto', 'lagos')
  await federate(chengdu, barcelona)
  await Promise.all([
    kyoto.hub!.federation.join(cardOf(chengdu)),
    lagos.hub!.federation.join(cardOf(barcelona)),
  ])
  await Promise.all([
    chengdu.hub!.federation.admit(cardOf(kyoto)),
    barcelona.hub!.federation.admit(cardOf(lagos)),
    chengdu.hub!.federation.admit(cardOf(lagos)),
    barcelona.hub!.federation.admit(cardOf(kyoto)),
  ])
  // Document 4 needs the third member's steward too, whichever city that is.
  await until('one of them is in', () => versionOf(chengdu) === 3)
  const [third, fourth] =
    currentDocument(stateOf(chengdu).federation!).members[2]!.card.city === 'kyoto'
      ? [kyoto, lagos]
      : [lagos, kyoto]
  await until('the third has recorded it', () => versionOf(third) === 3)
  await third.hub!.federation.admit(cardOf(fourth))
  await until('all are in', () =>
    [chengdu, barcelona, kyoto, lagos].every((city) => versionOf(city) === 4),
  )
})

test('a document that the first city keeps to itself comes from another', { timeout: 300_000 }, async () => {
  const [chengdu, barcelona, lagos, tokyo, kyoto] = await cities('chengdu', 'barcelona', 'lagos', 'tokyo', 'kyoto')
  await federate(chengdu, barcelona, lagos, tokyo)
  const [first, last] = [chengdu.hub!.network.self, tokyo.hub!.network.self]
  // Nobody brings it to tokyo, and chengdu, the first in the document, does not answer.
  chengdu.bus.drop(({ from, to, name }) => name === services.hello.protocol && (to === last || (from === last && to === first)))
  await kyoto.hub!.federation.join(cardOf(chengdu))
  for (const city of [chengdu, barcelona, lagos]) await city.hub!.federation.admit(cardOf(kyoto))
  await until('kyoto is in', () => versionOf(kyoto) === 5, 120_000)
  await until('tokyo has the document', () => versionOf(tokyo) === 5, 120_000)
})

test('a city that was away when it was let in is a member on its return, though the federation has grown again', async () => {
  const [first, second, third, fourth, kyoto, lagos] = await cities(
    'chengdu', 'barcelona', 'lisbon', 'porto', 'kyoto', 'lagos',
  )
  const members = [first, second, third, fourth]
  await federate(first, second, third, fourth)
  // It consents, and dies before it can record what it is now a member of.
  const { writer } = kyoto.hub!
  const { promise: told, resolve } = Promise.withResolvers<void>()
  writer.record = () => {
    resolve()
    return new Promise(() => {})
  }
  for (const [newcomer, version] of [[kyoto, 5], [lagos, 6]] as const) {
    expect(await newcomer.hub!.federation.join(cardOf(first))).toEqual({ ok: true })
    for (const member of members) await member.hub!.federation.admit(cardOf(newcomer))
    await until(`document ${version} is in force`, () =>
      members.every((city) => versionOf(city) === version))
    if (newcomer !== kyoto) continue
    await told
    kyoto.hub!.die()
  }
  await start(kyoto)
  await until('it has recorded them all', () => versionOf(kyoto) === 6)
})

test('documents that nobody here agreed to are not taken in', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu)
  await barcelona.hub!.network.reach(chengdu.hub!.network.addresses(), 1_000)
  await chengdu.hub!.federation.admit(cardOf(barcelona))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(versionOf(barcelona)).toBe(0)
  expect(versionOf(chengdu)).toBe(1)
})

/**
 * A hub dies as soon as its disk holds a record of this kind, or a vote, or just before that, and is started again on
 * that disk.
 */
const deaths: { who: 'source' | 'destination'; when: 'before' | 'after'; at: string }[] = [
  { who: 'source', when: 'after', at: 'x.req' },
  { who: 'source', when: 'before', at: 'x.out' },
  { who: 'source', when: 'after', at: 'x.out' },
  { who: 'source', when: 'before', at: 'x.cert' },
  { who: 'source', when: 'after', at: 'x.cert' },
  { who: 'source', when: 'before', at: 'x.ack' },
  { who: 'source', when: 'after', at: 'x.ack' },
  { who: 'destination', when: 'before', at: 'vote' },
  { who: 'destination', when: 'after', at: 'vote' },
  { who: 'destination', when: 'before', at: 'x.in' },
  { who: 'destination', when: 'after', at: 'x.in' },
]
for (const { who, when, at } of deaths) {
  test(`the ${who} dies right ${when} ${at} is on its disk, and the award is credited once`, async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await openChains(chengdu, barcelona)
    await approveIssue(chengdu, 1_000n * CV)
    await until('the pool is filled', () => certified(chengdu) === 2)
    const { guest, agreement } = await anAwardDue(chengdu, barcelona)
    const dying = who === 'source' ? chengdu : barcelona
    const { disk } = dying
    let dead = false
    const frames = at === 'vote' ? disk.votes : disk.ledger
    const push = frames.push.bind(frames)
    frames.push = (...added) => {
      const { writer } = dying.hub ?? {}
      const found =
        at === 'vote'
          ? true
          : writer !== undefined &&
            added.some(({ type }, i) => type === 0x52 && kindAt(dying, i, added.length) === at)
      const isTime = found && !dead
      const length = isTime && when === 'before' ? frames.length : push(...added)
      if (isTime) {
        dead = true
        dying.hub!.die()
      }
      return length
    }
    const amount = stateOf(chengdu).agreements.get(agreement)!.guestDue!.amount
    // Of a hub that dies meanwhile nobody hears whether it was taken.
    void payAward(chengdu, agreement).catch(() => {})
    await until(`it died`, () => dead)
    frames.push = push
    await start(dying)

    await until('the transfer is acknowledged', () =>
      [...stateOf(chengdu).requests.values()].every(({ phase }) => phase === 'credited'),
    )
    await until('the fence has passed', () => dying.hub!.fence.phase === 'passed')
    expect(stateOf(barcelona).members.get(guest.acct)!.account.global).toBe(amount)
    expectSoundBooks(chengdu, barcelona)
    expect([...chengdu.errors, ...barcelona.errors]).toEqual([])
  })
}

/** The kind of one of the newest records, before anybody has been told of them. */
function kindAt(city: City, i: number, added: number): string {
  const { writer } = city.hub!
  const records = added - 1 // the last frame is the seal
  return writer.entryAt(writer.state.tree.size - records + i).action.kind
}

/** Nothing of settlement gets from this city to others until the result is called. */
function gagged(city: City): () => void {
  const { network } = city.hub!
  const request = network.request.bind(network)
  network.request = async (peer, protocol, body, limits) => {
    if (protocol === services.settle.protocol)
      throw new NetworkError('broken', 'gagged by the test')
    return await request(peer, protocol, body, limits)
  }
  return () => {
    network.request = request
  }
}

test('an order that is voted on when its epoch ends is certified in the next, and no other in its place', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const speak = gagged(chengdu)
  await approveIssue(chengdu, 500n * CV)
  await until(
    'chengdu has voted for its own slot 1',
    () => chengdu.hub!.votes.lastOf(stateOf(chengdu).hub.origin)?.slot === 1,
  )
  await kyoto.hub!.federation.join(cardOf(chengdu))
  for (const member of [chengdu, barcelona]) await member.hub!.federation.admit(cardOf(kyoto))
  await until('document 3 is in force', () =>
    [chengdu, barcelona, kyoto].every((city) => versionOf(city) === 3),
  )

  const { orderId, order } = stateOf(chengdu).chain.slots[1]!
  for (const city of [chengdu, barcelona, kyoto]) {
    const frontier = stateOf(city).federation!.documents[2]!.frontiers.get(order.hub)
    expect(frontier).toEqual({
      certified: { slot: 0, order: stateOf(chengdu).chain.slots[0]!.orderId },
      locked: { slot: 1, order: orderId },
    })
  }
  speak()
  await until('the slot is certified by three', () => certified(chengdu) === 2)
  expectSoundBooks(chengdu, barcelona, kyoto)
})

test('a voter that reports an order that never was is left out, and bars no honest city', async () => {
  const [chengdu, barcelona, lisbon, osaka, kyoto] = await cities(
    'chengdu', 'barcelona', 'lisbon', 'osaka', 'kyoto',
  )
  const members = [chengdu, barcelona, lisbon, osaka]
  await federate(chengdu, barcelona, lisbon, osaka)
  await openChains(...members)
  const { origin } = stateOf(chengdu).hub
  const { id } = stateOf(chengdu).federation!
  const readAll = (city: City): boolean =>
    members.every((other) => {
      const replica = city.hub!.replicas.of(stateOf(other).hub.origin)
      return other === city || replica?.state?.chain.slots[0]?.certified === true
    })
  await until('everybody has read every chain', () => members.every(readAll))

  const junk = { slot: 1, order: new Uint8Array(32).fill(9) }
  const { votes } = lisbon.hub!
  const bindReport = votes.bindReport.bind(votes)
  const { promise: lied, resolve: lie } = Promise.withResolvers<void>()
  votes.bindReport = (version, make) =>
    bindReport(version, () => {
      lie()
      const honest = make()
      const read = parseReport(honest.report)!
      const hubs = read.hubs.map((hub) => (hub.origin === origin ? { ...hub, locked: junk } : hub))
      const report = encodeReport({ ...read, hubs })
      const place = { origin, ...junk }
      // The best it can do for a proof: its own order key in the place of chengdu's.
      const row = { ...place, signature: signOrder(lisbon.keys.order.secret, id, place) }
      return {
        ...honest,
        report,
        signature: sign(lisbon.keys.vote.secret, 'front', id, report),
        evidence: gathered([honest.evidence, [{ ...row, epoch: null, votes: [] }]]),
      }
    })

  // Without osaka there is no quorum but with the lie.
  const slow = osaka.hub!.votes
  const report = slow.bindReport.bind(slow)
  slow.bindReport = async (...args) => {
    const bound = await report(...args)
    await lied
    return bound
  }

  expect(await kyoto.hub!.federation.join(cardOf(chengdu))).toEqual({ ok: true })
  for (const member of members) await member.hub!.federation.admit(cardOf(kyoto))
  const all = [...members, kyoto]
  await until('document 5 is in force', () => all.every((city) => versionOf(city) === 5))
  for (const city of all) {
    const { writer } = city.hub!
    const records = Array.from({ length: writer.state.tree.size }, (_, seq) => writer.entryAt(seq))
    const adopted = records.map(({ action }) => action).findLast(({ kind }) => kind === 'fed.adopted')
    if (adopted?.kind !== 'fed.adopted') throw new Error('a document in force is in the record')
    const voters = adopted.reports.map(({ report }) => parseReport(report)!.voter)
    expect(voters).toEqual([0, 1, 3])
    const { frontiers } = stateOf(city).federation!.documents[4]!
    expect(frontiers.get(origin)).toMatchObject({ certified: { slot: 0 }, locked: null })
  }
  await approveIssue(chengdu, 500n * CV)
  await until('chengdu orders on, and is certified', () => certified(chengdu) === 2)
  expectSoundBooks(...all)
})

test('a voter that has lost its copy of a log reports when it has read again what it voted on, and not before', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('two slots are certified', () => certified(chengdu) === 2)
  const { origin } = stateOf(chengdu).hub
  barcelona.hub!.die()
  barcelona.disk.mirrors.delete(origin)
  const { writer } = chengdu.hub!
  const { read } = writer
  writer.read = () => []
  await start(barcelona)
  await until('its fence has passed', () => barcelona.hub!.fence.phase === 'passed')

  await kyoto.hub!.federation.join(cardOf(chengdu))
  for (const member of [chengdu, barcelona]) await member.hub!.federation.admit(cardOf(kyoto))
  const { votes, replicas } = barcelona.hub!
  await until('both have signed', () => votes.signedFor(3)?.signatures.length === 3)
  await until('chengdu has reported', () => chengdu.hub!.votes.reportedFor(3) !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect([replicas.of(origin)!.size, votes.reportedFor(3)]).toEqual([0, undefined])

  writer.read = read
  await until('document 3 is in force', () =>
    [chengdu, barcelona, kyoto].every((city) => versionOf(city) === 3),
  )
  const frontier = stateOf(kyoto).federation!.documents[2]!.frontiers.get(origin)
  expect(frontier).toMatchObject({ certified: { slot: 1 }, locked: null })
})

test('a certificate of an ended epoch still arrives when the reports saw it', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => certified(chengdu) === 2)
  const { agreement } = await anAwardDue(chengdu, barcelona)
  // The vote comes back, the certificate does not get out.
  const { network } = chengdu.hub!
  const request = network.request.bind(network)
  let deaf = true
  network.request = async (peer, protocol, body, limits) => {
    if (
      deaf &&
      protocol === services.settle.protocol &&
      settleRequests.parse(body)?.type === 'deliver'
    ) {
      throw new NetworkError('broken', 'lost by the test')
    }
    return await request(peer, protocol, body, limits)
  }
  await payAward(chengdu, agreement)
  await until('the order is certified in epoch 2', () => certified(chengdu) === 3)
  await until(
    'barcelona has read that',
    () =>
      barcelona.hub!.replicas.of(stateOf(chengdu).hub.origin)!.state!.chain.slots[2]?.certified ===
      true,
  )
  await kyoto.hub!.federation.join(cardOf(chengdu))
  for (const member of [chengdu, barcelona]) await member.hub!.federation.admit(cardOf(kyoto))
  await until('document 3 is in force', () =>
    [chengdu, barcelona, kyoto].every((city) => versionOf(city) === 3),
  )
  deaf = false
  await until('it is credited', () =>
    [...stateOf(chengdu).requests.values()].every(({ phase }) => phase === 'credited'),
  )
  expectSoundBooks(chengdu, barcelona, kyoto)
})

test('a voter that has reported its frontier votes no more until the next document is in force', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const federation = stateOf(chengdu).federation!
  const report = {
    document: new Uint8Array(8),
    signatures: [],
    report: new Uint8Array(8),
    signature: new Uint8Array(64),
    evidence: [],
  }
  await barcelona.hub!.votes.bindReport(federation.documents.length + 1, () => report)
  await approveIssue(chengdu, 500n * CV)
  await until('it is asked in vain', () => chengdu.hub!.settler.gathering()?.got === 1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(certified(chengdu)).toBe(1)
  expect(barcelona.hub!.votes.lockOf(stateOf(chengdu).hub.origin, 1)).toBeUndefined()
})

test('no vote leaves the house before it is on the disk', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const { promise, resolve } = Promise.withResolvers<void>()
  barcelona.disk.votesHang = promise
  await approveIssue(chengdu, 500n * CV)
  const { origin } = stateOf(chengdu).hub
  await until(
    'barcelona is bound in memory',
    () => barcelona.hub!.votes.lockOf(origin, 1) !== undefined,
  )
  await new Promise((wait) => setTimeout(wait, 300))
  expect(chengdu.hub!.settler.gathering()?.got).toBe(1)
  resolve()
  await until('the vote is given', () => certified(chengdu) === 2)
})

test('a source that signs two orders for one slot is shown both, and is frozen by the proof of it', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const slot = stateOf(chengdu).chain.slots[0]!
  const federation = stateOf(chengdu).federation!
  const other = encodeOrder({ ...parseOrder(slot.bytes)!, day: slot.order.day + 1 })
  const place = placeOf(parseOrder(other)!, other)
  const signature = signOrder(chengdu.keys.order.secret, federation.id, place)
  const { protocol, answerBytesMax } = services.settle
  const request = settleRequests.encode({
    type: 'propose',
    epoch: 2,
    order: other,
    signature,
    seq: slot.seq,
  })
  const answer = settleAnswers.parse(
    await chengdu.hub!.network.request(barcelona.hub!.network.self, protocol, request, {
      answerBytesMax,
      timeoutMs: 5_000,
    }),
  )
  expect(answer).toEqual({ type: 'conflict', order: slot.bytes, signature: slot.signature })
  expect(barcelona.hub!.votes.evidence()).toEqual([
    { hub: stateOf(chengdu).hub.origin, what: 'orders' },
  ])
  const { origin } = stateOf(chengdu).hub
  await until('barcelona has frozen chengdu', () => stateOf(barcelona).frozen.get(origin)?.kind === 'E5')
})

test('a city that stays away is caught up with when it comes back', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  barcelona.hub!.die()
  await approveIssue(chengdu, 1_000n * CV)
  await aMemberOf(chengdu, 'bo')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(certified(chengdu)).toBe(1)
  await start(barcelona)
  await until('the slot is certified', () => certified(chengdu) === 2)
  expect(kyoto.hub!.fence.phase).toBe('passed')
})

test('a log that shows what its rules refuse is not followed, and gets no vote and no word', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  const { hub } = stateOf(chengdu)
  // The cheat serves a record of its own log with one byte changed.
  const cheated = chengdu.hub!.writer.read.bind(chengdu.hub!.writer)
  chengdu.hub!.writer.read = (...args) =>
    cheated(...args).map((bytes) => {
      const copy = bytes.slice()
      copy[copy.length - 1]! ^= 1
      return copy
    })
  await aMemberOf(chengdu, 'bo')
  await until(
    'barcelona has stopped',
    () => barcelona.hub!.replicas.of(hub.origin)?.halted !== null,
  )
  expect(barcelona.hub!.replicas.of(hub.origin)!.halted).toContain('wrong-signature')
  const size = stateOf(chengdu).tree.size
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(barcelona.hub!.witness.auditedSize(hub.origin)).toBeLessThan(size)
})

test('without one of the members asked no quorum can have been formed', () => {
  const table = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => answersNeeded(n))
  expect(table).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 4, 4])
})
