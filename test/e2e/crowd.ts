/**
 * More neighbours than a play has browsers: they ask the same hub by the same doors, with keys of their own. What
 * matters in a play is done by people with a page; a crowd makes up the numbers.
 */
import { fromHex } from '#ledger/bytes.ts'
import { type Fetch, MemberClient, type Told } from '#test/support/member-client.ts'
import { deviceIn } from './listed.ts'
import type { Person } from './person.ts'
import type { City } from './story.ts'

const askAt = ({ hub }: City): Fetch => (path, init) => fetch(`${hub.url}${path}`, init)

/** What somebody at a browser could do from a second window: signs with the key that their browser keeps. */
export async function secondWindowOf(city: City, person: Person): Promise<MemberClient> {
  const { acct, seed } = await deviceIn(person)
  const client = new MemberClient(person.name, askAt(city), { acct, secret: fromHex(seed)! })
  await client.login()
  return client
}

/** So many join by these names and are met by the city's steward; each has a session. */
export async function aCrowd(city: City, ...names: string[]): Promise<MemberClient[]> {
  const steward = await secondWindowOf(city, city.steward)
  const crowd: MemberClient[] = []
  for (const name of names) {
    const member = new MemberClient(name, askAt(city))
    taken(await member.join())
    await steward.attest(member)
    await member.login()
    crowd.push(member)
  }
  return crowd
}

/** The answer, when what was asked is on record; a play goes on from nothing else. */
export function taken<T>(told: Told<T>): T {
  if (told.status !== 200) throw new Error(`not taken: ${told.status} ${JSON.stringify(told.body)}`)
  return told.body
}
