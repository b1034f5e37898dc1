/**
 * One address per screen, from the History API; links stay links, so they can be opened in a tab,
 * copied and read out. Ids in addresses are hex and origins are percent-encoded.
 */
import type { LetterAbout } from '#protocol/letter.ts'
import type { ListingKind } from '#protocol/listing.ts'
import { newStore } from './store.ts'

/** Whom there is a guide for. */
export const guideNames = ['member', 'steward', 'operator', 'auditor'] as const
export type GuideName = (typeof guideNames)[number]

/** Pages whose address is their name. */
const plainPages = [
  'setup', 'board', 'add', 'post', 'record', 'free', 'trip', 'me', 'balance', 'level', 'charter', 'steward', 'audit',
  'figures', 'cases', 'people', 'more', 'messages', 'reports', 'cities', 'sessions', 'projects', 'circles', 'works',
  'services', 'organisations', 'certificate', 'papers', 'card', 'statement', 'moving', 'arrive', 'money', 'seasons',
  'posters', 'wall',
] as const

export type Route =
  | { page: 'home' | 'unknown' | (typeof plainPages)[number] }
  /** `code`: of the invitation in whose link somebody came, 32 hex digits. */
  | { page: 'join'; code: string | null }
  /** `account`: whose device it is to become, when somebody came by a link. */
  | { page: 'device'; account: string | null }
  | { page: 'listing' | 'use'; id: string }
  /** `who` is null for whoever wrote the listing. */
  | { page: 'conversation'; about: LetterAbout; who: { hub: string; acct: string } | null }
  | { page: 'person' | 'project' | 'circle'; id: string }
  /** `code`: what is shown in the room, when somebody came by scanning it. */
  | { page: 'session'; id: string; code: string | null }
  | { page: 'frozen'; id: string }
  | { page: 'guide'; name: GuideName }
  | { page: 'case'; id: string }
  | { page: 'draft'; id: string; hub: string | null }
  | { page: 'agreement'; id: string; hub: string | null }

export const to = {
  home: '/',
  setup: '/setup',
  join: '/join',
  device: (account: string | null): string => `/device${account === null ? '' : `?for=${account}`}`,
  invitation: (code: string): string => `/join?code=${code}`,
  board: '/board',
  /** The board, looking for what somebody looks for. */
  wish: (wish: string): string => `/board?wish=${encodeURIComponent(wish)}`,
  add: '/add',
  record: '/record',
  /** 记一次帮助, with whom and for what filled in. */
  recordFor: (acct: string, note: string): string => `/record?${new URLSearchParams({ with: acct, note })}`,
  /** What fits whoever has time. */
  free: '/free',
  trip: '/trip',
  me: '/me',
  balance: '/balance',
  certificate: '/certificate',
  papers: '/papers',
  card: '/card',
  statement: '/statement',
  moving: '/moving',
  /** Where one joins who comes from another city. */
  arrive: '/arrive',
  money: '/money',
  /** When shared things are more sought after. */
  seasons: '/seasons',
  posters: '/posters',
  /** The screen at the door. */
  wall: '/wall',
  guide: (name: GuideName): string => `/guide/${name}`,
  level: '/level',
  charter: '/charter',
  steward: '/steward',
  audit: '/audit',
  figures: '/figures',
  cases: '/cases',
  cities: '/cities',
  case: (id: string): string => `/case/${id}`,
  post: (kind: 'offer' | ListingKind): string => `/post?kind=${kind}`,
  postTitled: (title: string, begins: string): string => `/post?kind=need&title=${encodeURIComponent(title)}&begins=${encodeURIComponent(begins)}`,
  /** The form, filled in with what a listing of one's own says. */
  change: (listing: string): string => `/post?change=${listing}`,
  listing: (id: string): string => `/listing/${id}`,
  /** Asking to use what a listing shares. */
  use: (listing: string): string => `/use/${listing}`,
  messages: '/messages',
  reports: '/reports',
  /** What two people write about something; without `who` with whoever wrote the listing. */
  conversation: ({ what, hub, id }: LetterAbout, who?: { hub: string; acct: string }): string =>
    `/conversation/${id}?${new URLSearchParams({ what, at: hub, ...(who === undefined ? {} : { hub: who.hub, with: who.acct }) })}`,
  sessions: '/sessions',
  /** Leading one of what a listing announces. */
  lead: (listing: string): string => `/sessions?listing=${listing}`,
  session: (id: string): string => `/session/${id}`,
  checkIn: (id: string, code: string): string => `/session/${id}?code=${code}`,
  projects: '/projects',
  project: (id: string): string => `/project/${id}`,
  circles: '/circles',
  /** The room of a circle or a project, by its listing. */
  circle: (listing: string): string => `/circle/${listing}`,
  works: '/works',
  /** Publishing what one has done for everybody, its words filled in. */
  publish: (words: string): string => `/works?${new URLSearchParams({ words })}`,
  services: '/services',
  organisations: '/organisations',
  /** What stewards decide. */
  people: '/people',
  /** Everything else that can be begun. */
  more: '/more',
  person: (acct: string): string => `/person/${acct}`,
  /** Why a city is frozen; the id is the evidence's. */
  frozen: (id: string): string => `/frozen/${id}`,
  /** `hub`: the other city's origin when the agreement stands there, else null. */
  agreement: (id: string, hub: string | null): string => `/agreement/${id}${at(hub)}`,
  draft: (id: string, hub: string | null): string => `/draft/${id}${at(hub)}`,
}

const at = (hub: string | null): string => (hub === null ? '' : `?hub=${encodeURIComponent(hub)}`)

/** The screen of an address; `unknown` for anything else. */
export function routeOf(path: string, query: string): Route {
  const [, first = '', id = '', more] = path.split('/')
  if (more !== undefined) return { page: 'unknown' }
  const hub = new URLSearchParams(query).get('hub')
  switch (first) {
    case 'listing':
    case 'project':
    case 'circle':
    case 'use':
      return /^[0-9a-f]{32}$/.test(id) ? { page: first, id } : { page: 'unknown' }
    case 'session':
      return /^[0-9a-f]{32}$/.test(id) ? { page: 'session', id, code: new URLSearchParams(query).get('code') } : { page: 'unknown' }
    case 'person':
      return /^[0-9a-f]{64}$/.test(id) ? { page: 'person', id } : { page: 'unknown' }
    case 'case':
      return /^[0-9a-f]{32}$/.test(id) ? { page: 'case', id } : { page: 'unknown' }
    case 'guide': {
      const name = guideNames.find((known) => known === id)
      return name === undefined ? { page: 'unknown' } : { page: 'guide', name }
    }
    case 'frozen':
      return /^[0-9a-f]{64}$/.test(id) ? { page: 'frozen', id } : { page: 'unknown' }
    case 'conversation':
      return conversationOf(id, new URLSearchParams(query)) ?? { page: 'unknown' }
    case 'draft':
      return /^[0-9a-f]+$/.test(id) ? { page: 'draft', id, hub } : { page: 'unknown' }
    case 'agreement':
      return /^[0-9a-f]{32}$/.test(id) ? { page: 'agreement', id, hub } : { page: 'unknown' }
  }
  if (id !== '') return { page: 'unknown' }
  switch (first) {
    case '':
      return { page: 'home' }
    case 'join': {
      const code = new URLSearchParams(query).get('code') ?? ''
      return { page: 'join', code: /^[0-9a-f]{32}$/.test(code) ? code : null }
    }
    case 'device': {
      const account = new URLSearchParams(query).get('for') ?? ''
      return { page: 'device', account: /^[0-9a-f]{64}$/.test(account) ? account : null }
    }
  }
  const page = plainPages.find((known) => known === first)
  return page === undefined ? { page: 'unknown' } : { page }
}

function conversationOf(id: string, query: URLSearchParams): Route | null {
  const [what, at, acct, hub] = [query.get('what'), query.get('at') ?? '', query.get('with'), query.get('hub')]
  if (!/^[0-9a-f]{32}$/.test(id) || at === '' || (what !== 'listing' && what !== 'agreement')) return null
  if (acct === null || hub === null) return what === 'listing' ? { page: 'conversation', about: { what, hub: at, id }, who: null } : null
  return /^[0-9a-f]{64}$/.test(acct) ? { page: 'conversation', about: { what, hub: at, id }, who: { hub, acct } } : null
}

export const route = newStore<Route>({ page: 'home' })

/** Goes to an address of this page and begins at its top. */
export function go(address: string): void {
  history.pushState(null, '', address)
  arrive()
  scrollTo(0, 0)
}

/** Follows the address bar, the back button and every plain link to this origin. */
export function startRouter(): void {
  addEventListener('popstate', arrive)
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (
      link === null ||
      link.origin !== location.origin ||
      link.target !== '' ||
      link.hasAttribute('download')
    )
      return
    if (routeOf(link.pathname, link.search).page === 'unknown') return
    event.preventDefault()
    go(link.pathname + link.search + link.hash)
  })
  arrive()
}

function arrive(): void {
  route.set(routeOf(location.pathname, location.search))
}
