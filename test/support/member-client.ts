/**
 * A member with a device, as the hub's door sees one: signs, posts, reads. The page does the same with more
 * words; tests that are not about the page speak for themselves.
 */
import { randomBytes } from 'node:crypto'
import { type Action, type ActionOf, encodeAction, type Hex, type Kind, kinds } from '#ledger/action.ts'
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import type { ActAnswer, AgreementView, AuthJson, DraftView, HubView, ListingView, MeView, SeenView, StewardView } from '#protocol/api.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import { bodyHashOf, encodeListing, type Listing, signListing, unsaid } from '#protocol/listing.ts'
import { signChallenge } from '#protocol/login.ts'

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** The status and the JSON of an answer. */
export type Told<T> = { status: number; body: T }

const DAY = 86_400
export const zeros = '0'.repeat(64)
const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes))

type Own<K extends Kind> = Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>

export class MemberClient {
  readonly acct: Hex
  readonly secret: Uint8Array
  readonly device: Uint8Array
  readonly name: string
  private readonly fetch: Fetch
  private cookie = ''

  /** `key`: of an account that is there already; without it a new one. */
  constructor(name: string, fetch: Fetch, key: { acct: Hex; secret: Uint8Array } = { acct: toHex(random(32)), secret: random(32) }) {
    this.name = name
    this.fetch = fetch
    this.acct = key.acct
    this.secret = key.secret
    this.device = publicKeyOf(key.secret)
  }

  /** The cookie of the session that is open, as a browser would send it. */
  get session(): string {
    return this.cookie
  }

  async get<T>(path: string): Promise<Told<T>> {
    const response = await this.fetch(path, { headers: { cookie: this.cookie } })
    return { status: response.status, body: (await response.json()) as T }
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Told<T>> {
    const response = await this.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.cookie, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const cookie = response.headers.get('set-cookie')
    if (cookie !== null) this.cookie = cookie.split(';')[0]!
    const text = await response.text()
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T }
  }

  hub = async (): Promise<HubView> => (await this.get<HubView>('/api/hub')).body
  me = async (): Promise<MeView> => (await this.get<MeView>('/api/me')).body
  steward = async (): Promise<StewardView> => (await this.get<StewardView>('/api/steward')).body
  listings = async (): Promise<ListingView[]> => (await this.get<ListingView[]>('/api/listings')).body
  agreement = async (id: Hex): Promise<AgreementView> => (await this.get<AgreementView>(`/api/agreements/${id}`)).body

  /** An action of this member with its head filled in; anything can be said otherwise by `over`. */
  async action<K extends Kind>(kind: K, own: Own<K>, over: Record<string, unknown> = {}, at = '/api/seen'): Promise<ActionOf<K>> {
    const { body } = await this.get<SeenView & { seen?: SeenView }>(at)
    const seen = body.seen ?? body
    return {
      kind, id: toHex(random(16)), acct: this.acct, exp: seen.now + DAY, seen: { size: seen.size, leaf: seen.leaf }, ...own, ...over,
    } as unknown as ActionOf<K>
  }

  signed(action: Action, hubId: Hex): { body: Uint8Array; auth: AuthJson } {
    const body = encodeAction(action)
    const signature = sign(this.secret, kinds[action.kind].context, fromHex(hubId)!, body)
    return { body, auth: { keyId: toHex(keyIdOf(this.device)), signature: toHex(signature) } }
  }

  async act<K extends Kind>(kind: K, own: Own<K>, blobs: Uint8Array[] = []): Promise<Told<ActAnswer & Record<string, unknown>>> {
    const action = await this.action(kind, own)
    return this.submit(action as Action, blobs)
  }

  async submit(action: Action, blobs: Uint8Array[] = []): Promise<Told<ActAnswer & Record<string, unknown>>> {
    const { body, auth } = this.signed(action, (await this.hub()).hubId)
    return this.post('/api/actions', { body: toBase64(body), auth: [auth], blobs: blobs.map(toBase64) })
  }

  async join(): Promise<Told<ActAnswer & Record<string, unknown>>> {
    const { charterHash } = await this.hub()
    const words = salted(this.name)
    return this.act('member.joined', { device: this.device, profile: words.commitment, charter: charterHash, invitation: null }, [words.blob])
  }

  async login(): Promise<void> {
    const { body } = await this.post<{ payload: string }>('/api/session/challenge', {})
    const payload = fromBase64(body.payload)!
    const signature = signChallenge(payload, this.secret, fromHex((await this.hub()).hubId)!)
    const told = await this.post('/api/session', {
      payload: body.payload, acct: this.acct, keyId: toHex(keyIdOf(this.device)), signature: toHex(signature),
    })
    if (told.status !== 200) throw new Error(`${this.name} could not log in: ${JSON.stringify(told.body)}`)
  }

  async attest(member: MemberClient): Promise<void> {
    const told = await this.act('member.attested', { member: member.acct, identity: toHex(random(32)) })
    if (told.status !== 200) throw new Error(`not attested: ${JSON.stringify(told.body)}`)
  }

  async list(over: Partial<Listing> = {}, words: string | null = 'words'): Promise<Told<{ id: Hex }>> {
    const { hubId, origin, region } = await this.hub()
    const { body: seen } = await this.get<SeenView>('/api/seen')
    const body = words === null ? null : utf8(words)
    const bytes = encodeListing({
      format: 1, id: toHex(random(16)), hub: origin, author: this.acct, rev: 0, kind: 'need', region, category: 'everyday',
      title: '修水龙头', scope: 'federation', languages: ['zh'], minutes: 90, ...unsaid(),
      bodyHash: body === null ? null : bodyHashOf(body), bodyBytes: body?.length ?? 0,
      from: seen.now, expiresAt: seen.now + 14 * DAY, state: 'open', ...over,
    })
    const signature = signListing(bytes, this.secret, fromHex(hubId)!)
    return this.post('/api/listings', { listing: toBase64(bytes), device: toHex(this.device), signature: toHex(signature), body: words })
  }

  /** Proposes an agreement; the other signs it by `countersign`. */
  async propose(own: Own<'agreement.made'>, blobs: Uint8Array[] = []): Promise<Told<{ id: Hex }>> {
    const action = await this.action('agreement.made', own)
    const { body, auth } = this.signed(action, (await this.hub()).hubId)
    return this.post('/api/drafts', { body: toBase64(body), auth: [auth], blobs: blobs.map(toBase64) })
  }

  async countersign(draft: DraftView, hubId: Hex, path = '/api/actions'): Promise<Told<ActAnswer & Record<string, unknown>>> {
    const signature = sign(this.secret, 'entry', fromHex(hubId)!, fromBase64(draft.body)!)
    return this.post(path, {
      body: draft.body, auth: [...draft.auth, { keyId: toHex(keyIdOf(this.device)), signature: toHex(signature) }],
    })
  }

  async rate(agreement: Hex, grade: 0 | 1 | 2): Promise<Told<ActAnswer & Record<string, unknown>>> {
    const words = salted(String(grade))
    return this.act('rating.committed', { agreement, commitment: words.commitment }, [words.blob])
  }
}

export function salted(text: string): { commitment: Hex; blob: Uint8Array } {
  const salt = random(32)
  return { commitment: toHex(commitmentOf(salt, utf8(text))), blob: concat(salt, utf8(text)) }
}
