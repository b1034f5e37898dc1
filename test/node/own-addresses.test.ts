import { beforeEach, describe, expect, test } from 'vitest'
import { type Heard, judge, outerAddressOf, OwnAddresses } from '#node/wire/own-addresses.ts'

const HERE = '/ip4/9.9.0.1/tcp/8461'
const SETTINGS = { triedByMax: 7, triedAgainMs: 10_000, triedEveryMs: 900_000 }

/** What each member would say; who asks when, and what is concluded. */
let says: Map<string, Heard>
let asked: string[]
let found: [string, boolean][]
let own: OwnAddresses
beforeEach(() => {
  says = new Map()
  asked = []
  found = []
  own = new OwnAddresses({
    settings: SETTINGS,
    async askToCome(peer, address) {
      asked.push(`${peer} ${address}`)
      return says.get(peer) ?? 'nothing'
    },
    onFound: (address, leadsHere) => found.push([address, leadsHere]),
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
async function round(now: number, addresses = [HERE]): Promise<boolean | null> {
  own.tend(now, addresses, [...says.keys()])
  await settled()
  return own.leadsHere(HERE)
}
const members = (...heard: Heard[]): void => heard.forEach((one, i) => says.set(`member ${i}`, one))

describe('an address', () => {
  test('leads here as soon as one has come to it', async () => {
    members('could-not', 'could-not', 'could-not', 'came')
    expect(await round(0)).toBe(true)
    expect(found).toEqual([[HERE, true]])
  })

  test('is given up when three could not come and nobody did', async () => {
    members('could-not', 'could-not', 'could-not', 'nothing')
    expect(await round(0)).toBe(false)
  })

  test('of which two say that they could not is what it was', async () => {
    members('could-not', 'could-not')
    expect(await round(0)).toBe(null)
    expect(found).toEqual([])
  })

  test('that was given up counts again when somebody comes, and the other way round', async () => {
    members('could-not', 'could-not', 'could-not')
    await round(0)
    members('could-not', 'could-not', 'came')
    expect(await round(SETTINGS.triedEveryMs)).toBe(true)
    members('could-not', 'could-not', 'could-not')
    expect(await round(2 * SETTINGS.triedEveryMs)).toBe(false)
  })
})

describe('a member', () => {
  test('that lies alone, either way, changes nothing that the others show', () => {
    // That it came, and did not, is `nothing` before it gets here.
    expect(judge(['nothing', 'could-not', 'could-not', 'could-not'])).toBe(false)
    expect(judge(['could-not', 'came', 'came'])).toBe(true)
    expect(judge(['could-not'])).toBe(null)
    expect(judge([])).toBe(null)
  })

  test('alone does not say by which number this hub is seen', () => {
    expect(outerAddressOf(['9.9.1.1', '6.6.6.6', '9.9.1.1'])).toBe('9.9.1.1')
    expect(outerAddressOf(['9.9.1.1', '6.6.6.6'])).toBe(null)
    expect(outerAddressOf([])).toBe(null)
  })
})

describe('rounds', () => {
  test('follow each other in pauses that double while nothing is known, and then seldom', async () => {
    members('nothing')
    const at: number[] = []
    for (let now = 0; now <= 200_000; now += 1_000) {
      const before = asked.length
      await round(now)
      if (asked.length > before) at.push(now)
    }
    expect(at).toEqual([0, 10_000, 30_000, 70_000, 150_000])
    members('came')
    await round(400_000)
    const rounds = asked.length
    await round(400_000 + SETTINGS.triedEveryMs - 1)
    expect(asked.length).toBe(rounds)
    await round(400_000 + SETTINGS.triedEveryMs)
    expect(asked.length).toBe(rounds + 1)
  })

  test('ask no more members than are needed, and about one address after the other', async () => {
    members(...Array<Heard>(20).fill('could-not'))
    await round(0, [HERE, '/ip4/9.9.0.2/tcp/8461'])
    expect(asked.length).toBe(2 * SETTINGS.triedByMax)
    expect(asked.slice(0, SETTINGS.triedByMax).every((one) => one.endsWith(HERE))).toBe(true)
  })

  test('wait for the one before', async () => {
    members('came')
    own.tend(0, [HERE], ['member 0'])
    own.tend(1_000_000, [HERE], ['member 0'])
    await settled()
    expect(asked).toEqual([`member 0 ${HERE}`])
  })
})
