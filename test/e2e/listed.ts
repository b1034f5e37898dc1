/**
 * Something on the board by somebody who sits at a browser, in fewer steps than their form has: signed with the key that
 * their browser keeps, as their page would. The forms of the board have plays of their own.
 */
import { fromHex } from '#ledger/bytes.ts'
import type { HubView } from '#protocol/api.ts'
import { type Listing, unsaid } from '#protocol/listing.ts'
import { deviceOf, signedListing } from '#ui/device/signing.ts'
import { randomBytes } from 'node:crypto'
import type { Person } from './person.ts'

/** Its id. */
export async function listed(
  person: Person, hubUrl: string, header: Partial<Listing> & Pick<Listing, 'kind' | 'title'>, words: string,
): Promise<string> {
  const { acct, seed } = await deviceIn(person)
  const view = (await (await fetch(`${hubUrl}/api/hub`)).json()) as HubView
  const now = Math.floor(Date.now() / 1000)
  const id = randomBytes(16).toString('hex')
  const signed = signedListing(deviceOf(header.author ?? acct, fromHex(seed)!), view.hubId, {
    id, hub: view.origin, rev: 0, region: 'as', category: 'everyday', scope: 'hub', languages: ['zh'], minutes: 0, ...unsaid(),
    from: now, expiresAt: now + 30 * 86_400, state: 'open', ...header,
  }, words)
  const answer = await fetch(`${hubUrl}/api/listings`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(signed),
  })
  if (!answer.ok) throw new Error(`not listed: ${await answer.text()}`)
  return id
}

/** The account and the seed, hex, as `ui/device/cabinet.ts` keeps them. */
export const deviceIn = ({ page }: Person): Promise<{ acct: string; seed: string }> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('tongyi')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const asked = opening.result.transaction('device').objectStore('device').getAll()
      asked.onsuccess = () => {
        const { acct, seed } = asked.result[0]
        opening.result.close()
        resolve({ acct, seed: Array.from(seed, (byte) => byte.toString(16).padStart(2, '0')).join('') })
      }
    }
  })`)
