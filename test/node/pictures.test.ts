/** Pictures of listings between hubs: kept at home, fetched by hash when somebody looks, and believed only as what they are. */
import { beforeAll, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { type Pictures, startPictures } from '#node/cities/pictures.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import type { Listing } from '#protocol/listing.ts'
import { PICTURE_BYTES_MAX, PICTURE_PROTOCOL } from '#protocol/picture.ts'
import { aListing } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aPicture } from '#test/support/pictures.ts'
import { aListeningLog, aSteeredClock, rest, writerOf } from '#test/support/town-writer.ts'
import { aTown, federate, idFor, NOON, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const HOUR = 3_600
const picture = aPicture()
const hash = toHex(sha256(picture))

type City = { town: Town; network: Network; pictures: Pictures; board: { listing: Listing }[]; log: ReturnType<typeof aListeningLog> }

async function cities(...names: string[]) {
  const clock = aSteeredClock(NOON)
  const bus = new MemoryBus(clock.after)
  const towns = names.map((name) => aTown(name))
  const networks = towns.map((town) => attach(bus, town))
  federate(towns)
  introduce(networks)
  const opened = await Promise.all(towns.map(async (town, i): Promise<City> => {
    const [board, log, network] = [[] as { listing: Listing }[], aListeningLog(), networks[i]!]
    const pictures = await startPictures({ writer: writerOf(town), store: aMemoryStore(), network, listings: () => board, clock, log, fetchedBytesMax: 10_000 })
    return { town, network, pictures, board, log }
  }))
  await rest()
  return { clock, opened: opened as [City, City, ...City[]] }
}

const showing = ({ town }: City, images: Uint8Array[], own: Partial<Listing> = {}): { listing: Listing } =>
  ({ listing: aListing(town, town.steward, { images, ...own }) })

test('a picture is kept at its own hub and fetched by another that looks at the listing', async () => {
  const { opened: [chengdu, barcelona] } = await cities('chengdu', 'barcelona')
  expect(await chengdu.pictures.keep('mei', picture)).toEqual({ ok: true, hash })
  expect(await barcelona.pictures.find(hash)).toBeNull()
  const listed = showing(chengdu, [sha256(picture)])
  chengdu.board.push(listed)
  barcelona.board.push(listed)
  expect(await barcelona.pictures.find(hash)).toEqual(picture)
  // It is held: whoever looks next does not ask again.
  chengdu.board.length = 0
  expect(await barcelona.pictures.find(hash)).toEqual(picture)
})

test('what is for this community alone is given to nobody else, whoever knows its hash', async () => {
  const { opened: [chengdu, barcelona] } = await cities('chengdu', 'barcelona')
  await chengdu.pictures.keep('mei', picture)
  chengdu.board.push(showing(chengdu, [sha256(picture)], { scope: 'hub' }))
  barcelona.board.push(showing(chengdu, [sha256(picture)]))
  expect(await barcelona.pictures.find(hash)).toBeNull()
})

test('what another city answers counts only when it is the picture that was asked for', async () => {
  const { opened: [chengdu, barcelona] } = await cities('chengdu', 'barcelona')
  const hidden = utf8('no picture at all')
  const answers = [aPicture({ width: 641 }), hidden, aPicture({ width: 9_999, height: 9_999 })]
  for (const answer of answers) {
    await chengdu.network.serve(PICTURE_PROTOCOL, { handler: async () => answer, requestBytesMax: 32, answerBytesMax: PICTURE_BYTES_MAX, streamsPerPeerMax: 4, openToStrangers: false })
    for (const asked of [sha256(picture), sha256(answer)]) {
      barcelona.board.splice(0, 1, showing(chengdu, [asked]))
      const found = await barcelona.pictures.find(toHex(asked))
      if (answer === answers[0] && toHex(asked) === toHex(sha256(answer))) expect(found).toEqual(answer)
      else expect(found).toBeNull()
    }
  }
})

test('nobody makes a hub fetch what no listing names, and a question that is none is answered with nothing', async () => {
  const { opened: [chengdu, barcelona] } = await cities('chengdu', 'barcelona')
  await chengdu.pictures.keep('mei', picture)
  chengdu.board.push(showing(chengdu, [sha256(picture)]))
  expect(await barcelona.pictures.find(hash)).toBeNull()
  const peer = barcelona.network.connected()[0]!
  for (const question of [new Uint8Array(), new Uint8Array(31), new Uint8Array(32)]) {
    expect((await barcelona.network.request(peer, PICTURE_PROTOCOL, question, { answerBytesMax: PICTURE_BYTES_MAX, timeoutMs: 1_000 })).length).toBe(0)
  }
})

test('what no open listing names goes in time, and what one names stays', async () => {
  const { clock, opened: [chengdu] } = await cities('chengdu', 'barcelona')
  const other = aPicture({ width: 320 })
  await chengdu.pictures.keep('mei', picture)
  await chengdu.pictures.keep('mei', other)
  chengdu.board.push(showing(chengdu, [sha256(picture)], { id: idFor('kept') }))
  await clock.pass(49 * HOUR)
  expect(await chengdu.pictures.find(hash)).toEqual(picture)
  expect(await chengdu.pictures.find(toHex(sha256(other)))).toBeNull()
})

test('one member fills no disk: two dozen pictures, then two an hour; and bytes that are no picture are none', async () => {
  const { clock, opened: [chengdu] } = await cities('chengdu', 'barcelona')
  for (let i = 0; i < 24; i++) expect((await chengdu.pictures.keep('mei', aPicture({ width: 10 + i }))).ok).toBe(true)
  expect(await chengdu.pictures.keep('mei', aPicture({ width: 50 }))).toEqual({ ok: false, because: 'too-many-pictures' })
  expect((await chengdu.pictures.keep('bo', aPicture({ width: 50 }))).ok).toBe(true)
  await clock.pass(HOUR)
  expect((await chengdu.pictures.keep('mei', aPicture({ width: 51 }))).ok).toBe(true)
  expect(await chengdu.pictures.keep('mei', utf8('<svg/>'))).toEqual({ ok: false, because: 'not-a-picture' })
})

test('other cities’ pictures take a bounded part of the memory, the longest held making room', async () => {
  const { opened: [chengdu, barcelona] } = await cities('chengdu', 'barcelona')
  const many = Array.from({ length: 14 }, (_, i) => aPicture({ width: 100 + i, scan: Array.from({ length: 900 }, () => 1) }))
  let asked = 0
  await chengdu.network.serve(PICTURE_PROTOCOL, {
    handler: async (_, request) => {
      asked += 1
      return many.find((one) => toHex(sha256(one)) === toHex(request)) ?? new Uint8Array()
    },
    requestBytesMax: 32, answerBytesMax: PICTURE_BYTES_MAX, streamsPerPeerMax: 4, openToStrangers: false,
  })
  const hashes = many.map((one) => sha256(one))
  for (const one of hashes) {
    barcelona.board.splice(0, 1, showing(chengdu, [one]))
    expect(await barcelona.pictures.find(toHex(one))).not.toBeNull()
  }
  expect(asked).toBe(many.length)
  await barcelona.pictures.find(toHex(hashes.at(-1)!))
  expect(asked).toBe(many.length)
  barcelona.board.splice(0, 1, showing(chengdu, [hashes[0]!]))
  await barcelona.pictures.find(toHex(hashes[0]!))
  expect(asked).toBe(many.length + 1)
})
