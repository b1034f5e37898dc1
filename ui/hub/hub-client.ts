/**
 * The hub over HTTP: one typed function a route (`protocol/api.ts`), and one way of failing.
 *
 * Nothing throws: a hub that says no, a hub that cannot be reached and an answer that is no JSON
 * are all ordinary answers with a problem in them, and every page can say what the problem was.
 */
import type {
  AbroadView,
  AccountAnswer,
  ActAnswer,
  ActRequest,
  AgendaView,
  AgreementView,
  ApplyRequest,
  BalanceView,
  BetweenView,
  BlockRequest,
  CasesView,
  CaseView,
  ChallengeAnswer,
  CircleRequest,
  CircleRow,
  CircleView,
  ComeRequest,
  CouncilView,
  DevicesView,
  DraftRequest,
  EvidenceView,
  FigureName,
  FigureRow,
  FiguresView,
  GatheringsAbroad,
  HubView,
  LetterRequest,
  LettersView,
  ListingView,
  ListRequest,
  MatchesView,
  MeView,
  OrganisationView,
  NewDeviceAnswer,
  NewDeviceRequest,
  Offering,
  OwnTransfersView,
  PersonMatch,
  PersonView,
  QuoteView,
  RecipientView,
  ReportRequest,
  ReportView,
  RestoreAnswer,
  RestoreRequest,
  RestoreView,
  SavedSearchView,
  SearchAnswer,
  SeenView,
  SessionAnswer,
  SessionRequest,
  SetupRequest,
  Sorting,
  StewardDevicesView,
  StewardView,
  Wish,
  TermsRequest,
  VisitRequest,
} from '#protocol/api.ts'
import type { Cell } from '#protocol/place.ts'
import { hubSays } from '../clock.ts'
import { newStore } from '../store.ts'
import { keepReading, lastReading } from './reading.ts'
import type { CertificateView, DecideView, MoneyView, MovingView, PersonPage, ProjectsView, ProjectView, SeasonsView, ServicesView, SessionView, UseView, WorkView } from '#protocol/matters.ts'

/** Why an answer is none. `data` holds the code's own fields, as they came. */
export type Problem =
  | { from: 'record'; code: string; data: Record<string, unknown> }
  | { from: 'door'; code: string; data: Record<string, unknown> }
  | { from: 'network' }

/** `since`: the hub did not answer, and this is what it said then; seconds, by this device's clock. */
export type Answer<T> = { ok: true; value: T; since?: number } | { ok: false; problem: Problem }

/** Since when what is shown is no longer what the hub says now, because it does not answer; null while it does. */
export const readAt = newStore<number | null>(null)

const encoded = encodeURIComponent

export const hub = {
  view: () => get<HubView>('/api/hub'),
  seen: () => get<SeenView>('/api/seen'),
  genesis: () => get<{ genesis: string }>('/api/genesis'),
  setup: (request: SetupRequest) => post<{ origin: string }>('/api/setup', request),
  challenge: (acct: string) => post<ChallengeAnswer>('/api/session/challenge', { acct }),
  login: (request: SessionRequest) => post<SessionAnswer>('/api/session', request),
  logout: () => send<null>('DELETE', '/api/session'),
  me: () => get<MeView>('/api/me'),
  balance: () => get<BalanceView>('/api/me/balance'),
  moving: () => get<MovingView>('/api/me/moving'),
  money: () => get<MoneyView>('/api/money'),
  seasons: () => get<SeasonsView>('/api/seasons'),
  certificate: () => get<CertificateView>('/api/me/certificate'),
  council: () => get<CouncilView>('/api/council'),
  /** Just after logging in: a session that is gone again is not opened a second time. */
  meOnce: () => sendOnce<MeView>('GET', '/api/me'),
  people: () => get<PersonView[]>('/api/people'),
  act: (request: ActRequest) => post<ActAnswer>('/api/actions', request),
  draft: (request: DraftRequest) => post<unknown>('/api/drafts', request),
  dropDraft: (id: string) => send<null>('DELETE', `/api/drafts/${encoded(id)}`),
  listings: () => get<ListingView[]>('/api/listings'),
  search: (wish: Wish, sort: Sorting, near: Cell | null) =>
    get<SearchAnswer>(
      `/api/search?wish=${encoded(JSON.stringify(wish))}&sort=${sort}${near === null ? '' : `&near=${near.row},${near.column}`}`,
    ),
  keepPicture: (picture: string) => post<{ hash: string }>('/api/pictures', { picture }),
  offering: () => get<Offering>('/api/offering'),
  offer: (offering: Offering) => post<Offering>('/api/offering', offering),
  matches: () => get<MatchesView>('/api/matches'),
  peopleFor: (listing: string) => get<PersonMatch[]>(`/api/listings/${encoded(listing)}/people`),
  searches: () => get<SavedSearchView[]>('/api/searches'),
  saveSearch: (wish: Wish) => post<{ id: string }>('/api/searches', wish),
  seenSearch: (id: string) => post<unknown>(`/api/searches/${encoded(id)}/seen`, {}),
  dropSearch: (id: string) => send<unknown>('DELETE', `/api/searches/${encoded(id)}`),
  agenda: () => ask<AgendaView>('/api/agenda'),
  newCalendarAddress: () => post<{ calendar: string }>('/api/agenda/address', {}),
  listing: (id: string) => get<ListingView>(`/api/listings/${encoded(id)}`),
  list: (request: ListRequest) => post<{ id: string }>('/api/listings', request),
  apply: (listing: string, request: ApplyRequest) =>
    post<unknown>(`/api/listings/${encoded(listing)}/applications`, request),
  person: (acct: string) => get<PersonPage>(`/api/people/${encoded(acct)}`),
  sessions: () => get<SessionView[]>('/api/sessions'),
  session: (id: string) => get<SessionView>(`/api/sessions/${encoded(id)}`),
  projects: () => get<ProjectsView>('/api/projects'),
  project: (id: string) => get<ProjectView>(`/api/projects/${encoded(id)}`),
  circles: () => get<CircleRow[]>('/api/circles'),
  circle: (id: string) => get<CircleView>(`/api/circles/${encoded(id)}`),
  inCircle: (id: string, request: CircleRequest) => post<CircleView>(`/api/circles/${encoded(id)}`, request),
  works: () => get<WorkView[]>('/api/works'),
  services: () => get<ServicesView>('/api/services'),
  organisations: () => get<OrganisationView[]>('/api/organisations'),
  organisation: (acct: string) => get<MeView>(`/api/organisations/${encoded(acct)}`),
  decide: () => get<DecideView>('/api/steward/decide'),
  use: (listing: string, resource: number, begins: number, ends: number) =>
    get<UseView>(`/api/listings/${encoded(listing)}/use?resource=${resource}&begins=${begins}&ends=${ends}`),
  agreement: (id: string) => get<AgreementView>(`/api/agreements/${encoded(id)}`),
  abroad: (origin: string) => get<AbroadView>(`/api/abroad/${encoded(origin)}`),
  actAbroad: (origin: string, request: ActRequest) =>
    post<ActAnswer>(`/api/abroad/${encoded(origin)}/actions`, request),
  draftAbroad: (origin: string, request: DraftRequest) => post<unknown>(`/api/abroad/${encoded(origin)}/drafts`, request),
  dropDraftAbroad: (origin: string, id: string) => send<null>('DELETE', `/api/abroad/${encoded(origin)}/drafts/${encoded(id)}`),
  gatheringsAbroad: (origin: string, listing: string) => get<GatheringsAbroad>(`/api/abroad/${encoded(origin)}/gatherings/${encoded(listing)}`),
  comeAbroad: (origin: string, request: ComeRequest) => post<GatheringsAbroad>(`/api/abroad/${encoded(origin)}/gatherings`, request),
  visit: (origin: string, request: VisitRequest) => post<AbroadView>(`/api/abroad/${encoded(origin)}/visits`, request),
  quote: (origin: string, to: string, amount: bigint, agreement: string) =>
    get<QuoteView>(`/api/abroad/${encoded(origin)}/quote?to=${to}&amount=${amount}&agreement=${agreement}`),
  cases: () => get<CasesView>('/api/cases'),
  cities: () => get<BetweenView[]>('/api/cities'),
  transfers: () => get<OwnTransfersView>('/api/transfers'),
  case: (id: string) => get<CaseView>(`/api/cases/${encoded(id)}`),
  steward: () => get<StewardView>('/api/steward'),
  devices: () => get<DevicesView>('/api/devices'),
  stewardDevices: () => get<StewardDevicesView>('/api/steward/devices'),
  account: (number: string) => ask<AccountAnswer>(`/api/accounts/${encoded(number)}`),
  askIn: (request: NewDeviceRequest) => post<NewDeviceAnswer>('/api/devices', request),
  restore: () => ask<RestoreView | null>('/api/restore'),
  confirmRestore: (request: RestoreRequest) => post<RestoreAnswer>('/api/restore', request),
  found: () => post<unknown>('/api/federation/found', {}),
  join: (card: string) => post<unknown>('/api/federation/join', { card }),
  admit: (card: string) => post<unknown>('/api/federation/admit', { card }),
  beBox: (isBox: boolean) => post<unknown>('/api/federation/box', { isBox }),
  closeCity: (hub: string) => post<unknown>('/api/federation/close', { hub }),
  agreeOnTerms: (terms: TermsRequest['terms']) => post<unknown>('/api/federation/terms', { terms }),
  renewVoteKey: () => post<unknown>('/api/federation/renew', {}),
  releaseCity: (hub: string) => post<unknown>('/api/federation/release', { hub }),
  keepCity: (hub: string) => post<unknown>('/api/federation/keep', { hub }),
  willArgument: (heir: string | null, endsAt: number | null) =>
    post<{ argument: string; slot: number }>('/api/federation/will-argument', { heir, endsAt }),
  burnArgument: () => post<{ argument: string; amount: string }>('/api/federation/burn-argument', {}),
  issueArgument: (milli: string) =>
    post<{ argument: string }>('/api/federation/issue-argument', { milli }),
  figures: (month: number | null) =>
    get<FiguresView>(`/api/figures${month === null ? '' : `?month=${month}`}`),
  figureRows: (month: number, figure: FigureName) =>
    get<FigureRow[]>(`/api/figures/${month}/${figure}`),
  letters: (since: number) => get<LettersView>(`/api/letters?since=${since}`),
  recipient: (origin: string, acct: string) => get<RecipientView>(`/api/letters/to/${encoded(origin)}/${encoded(acct)}`),
  authorOf: (listing: string) => get<RecipientView>(`/api/letters/about/${encoded(listing)}`),
  sendLetter: (request: LetterRequest) => post<{ id: string }>('/api/letters', request),
  block: (request: BlockRequest) => post<null>('/api/blocks', request),
  report: (request: ReportRequest) => post<null>('/api/reports', request),
  reports: () => ask<ReportView[]>('/api/steward/reports'),
  closeReport: (id: string) => send<null>('DELETE', `/api/steward/reports/${encoded(id)}`),
  checkpoint: () => text('/checkpoint'),
  evidence: () => get<EvidenceView[]>('/api/evidence'),
  proof: (seq: number) => text(`/api/proof/${seq}`),
  policy: () => text('/policy'),
}

/** What was read once stays readable (`reading.ts`): a hub that does not answer is answered for by what it said last. */
async function get<T>(path: string): Promise<Answer<T>> {
  const answer = await send<T>('GET', path)
  if (answer.ok) {
    readAt.set(null)
    keepReading(path, answer.value)
    return answer
  }
  if (answer.problem.from !== 'network') return answer
  const read = await lastReading(path)
  if (read === null) return answer
  readAt.set(read.ts)
  return { ok: true, value: read.value as T, since: read.ts }
}
/** Of what opens something to whoever has it, or may only be true now: asked, and never kept. */
const ask = <T>(path: string): Promise<Answer<T>> => send<T>('GET', path)
const post = <T>(path: string, body: unknown): Promise<Answer<T>> => send<T>('POST', path, body)

export const isNoSession = (problem: Problem): boolean =>
  problem.from === 'door' && problem.code === 'no-session'

let reopen: () => Promise<boolean> = async () => false

/** Who opens the session again when the hub no longer knows it; answers whether it is open. */
export function reopenSessionBy(way: () => Promise<boolean>): void {
  reopen = way
}

/**
 * A hub that was restarted has forgotten its sessions: they are opened again and the question
 * repeated, once.
 */
async function send<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const answer = await sendOnce<T>(method, path, body)
  if (answer.ok || !isNoSession(answer.problem)) return answer
  return (await reopen()) ? sendOnce<T>(method, path, body) : answer
}

async function sendOnce<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      ...(body === undefined ? {} : json),
    })
    hubSays(response.headers.get('hub-time'))
    const said = await response.text()
    const value: unknown = said === '' ? null : JSON.parse(said)
    return response.ok ? { ok: true, value: value as T } : { ok: false, problem: problemIn(value) }
  } catch {
    return { ok: false, problem: { from: 'network' } }
  }
}

async function text(path: string): Promise<Answer<string>> {
  try {
    const response = await fetch(path, { cache: 'no-store' })
    const said = await response.text()
    return response.ok
      ? { ok: true, value: said }
      : { ok: false, problem: problemIn(JSON.parse(said)) }
  } catch {
    return { ok: false, problem: { from: 'network' } }
  }
}

/**
 * The named reason in an error answer. An answer without one did not come from a hub: a proxy, say.
 */
export function problemIn(answer: unknown): Problem {
  if (typeof answer !== 'object' || answer === null) return { from: 'network' }
  const { refusal, door } = answer as Record<string, unknown>
  return coded('record', refusal) ?? coded('door', door) ?? { from: 'network' }
}

function coded(from: 'record' | 'door', found: unknown): Problem | null {
  if (typeof found !== 'object' || found === null) return null
  const data = found as Record<string, unknown>
  return typeof data.code === 'string' ? { from, code: data.code, data } : null
}
