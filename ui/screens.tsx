/**
 * Which screen an address shows. What is seen first comes with the start; every other page is a chunk of its own that
 * comes when it is opened, with the books of words that stand on it. Once something is shown, the rest is fetched while
 * nobody waits, so that no page is missing when the hub does not answer.
 */
import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { isOpen, me, needBooks, texts } from './hub/app.ts'
import { kept } from './hub/kept-key.ts'
import { theActing } from './hub/session.ts'
import { SignIn, Welcome } from './pages/arriving/welcome.tsx'
import { Home } from './pages/self/home.tsx'
import { LinkButton, LoadingPage, Page, useTexts } from './parts/view.tsx'
import { type Route, to } from './router.ts'
import { useStore } from './store.ts'
import { allBooks, type Book, loadBooks } from './text/catalogue.ts'

/** A page in a chunk of its own, and the books that it needs. */
type LaterPage<P> = {
  books: Book[]
  /** As soon as it has been fetched. */
  here: ComponentType<P> | null
  fetch(): Promise<ComponentType<P>>
}

function page<P>(load: () => Promise<ComponentType<P>>, ...books: Book[]): LaterPage<P> {
  const self: LaterPage<P> = { books, here: null, fetch: async () => (self.here ??= await load()) }
  return self
}

/** Every page that comes later; `test/ui/books.test.ts` sees that each brings the words of all that stands on it. */
const later = {
  setup: page(() => import('./pages/arriving/setup.tsx').then((m) => m.Setup), 'arriving'),
  device: page(() => import('./pages/arriving/device.tsx').then((m) => m.NewDevice), 'arriving', 'devices'),
  join: page(() => import('./pages/arriving/join.tsx').then((m) => m.Join), 'arriving'),
  board: page(() => import('./pages/market/board.tsx').then((m) => m.Board), 'listings'),
  listing: page(() => import('./pages/market/listing.tsx').then((m) => m.ListingPage), 'forms', 'listings', 'names'),
  add: page(() => import('./pages/market/add.tsx').then((m) => m.Add), 'listings'),
  post: page(() => import('./pages/market/post.tsx').then((m) => m.Post), 'listings'),
  trip: page(() => import('./pages/market/trip.tsx').then((m) => m.Trip), 'listings'),
  free: page(() => import('./pages/market/free.tsx').then((m) => m.Free), 'listings'),
  use: page(() => import('./pages/market/use.tsx').then((m) => m.UsePage), 'forms', 'listings', 'names', 'why'),
  record: page(() => import('./pages/agreement/record.tsx').then((m) => m.RecordHelp), 'dealing'),
  agreement: page(
    () => import('./pages/agreement/agreement.tsx').then((m) => m.AgreementPage),
    'between', 'dealing', 'forms', 'frozen', 'listings', 'names', 'public', 'self', 'why',
  ),
  draft: page(() => import('./pages/agreement/draft.tsx').then((m) => m.DraftPage), 'dealing', 'forms'),
  messages: page(() => import('./pages/letters/messages.tsx').then((m) => m.Messages), 'forms'),
  conversation: page(() => import('./pages/letters/messages.tsx').then((m) => m.ConversationPage), 'forms'),
  reports: page(() => import('./pages/letters/reports.tsx').then((m) => m.Reports), 'forms'),
  more: page(() => import('./pages/together/more.tsx').then((m) => m.More), 'forms', 'listings'),
  sessions: page(() => import('./pages/together/sessions.tsx').then((m) => m.Sessions), 'forms', 'listings'),
  session: page(() => import('./pages/together/session.tsx').then((m) => m.SessionPage), 'forms', 'listings', 'names', 'why'),
  projects: page(() => import('./pages/together/projects.tsx').then((m) => m.Projects), 'forms'),
  project: page(() => import('./pages/together/project.tsx').then((m) => m.ProjectPage), 'forms'),
  circles: page(() => import('./pages/together/circle.tsx').then((m) => m.Circles), 'forms', 'listings'),
  circle: page(() => import('./pages/together/circle.tsx').then((m) => m.CirclePage), 'forms', 'listings'),
  works: page(() => import('./pages/together/works.tsx').then((m) => m.Works), 'forms', 'names', 'why'),
  services: page(() => import('./pages/together/services.tsx').then((m) => m.Services), 'forms'),
  organisations: page(() => import('./pages/together/organisations.tsx').then((m) => m.Organisations), 'forms'),
  people: page(() => import('./pages/together/people.tsx').then((m) => m.People), 'forms'),
  person: page(() => import('./pages/together/person.tsx').then((m) => m.PersonPage), 'council', 'forms', 'listings'),
  me: page(
    () => import('./pages/self/me.tsx').then((m) => m.Me),
    'devices', 'frozen', 'names', 'public', 'restore', 'self', 'why',
  ),
  balance: page(() => import('./pages/self/balance.tsx').then((m) => m.Balance), 'names', 'self', 'why'),
  level: page(() => import('./pages/self/level.tsx').then((m) => m.LevelPage), 'council', 'self'),
  charter: page(() => import('./pages/council/charter.tsx').then((m) => m.CharterPage), 'council', 'forms', 'why'),
  steward: page(
    () => import('./pages/council/steward.tsx').then((m) => m.Steward),
    'arriving', 'between', 'cases', 'devices', 'forms', 'frozen', 'names', 'restore', 'steward',
  ),
  seasons: page(() => import('./pages/council/seasons.tsx').then((m) => m.Seasons), 'forms'),
  cases: page(() => import('./pages/council/cases.tsx').then((m) => m.Cases), 'cases', 'names'),
  case: page(() => import('./pages/council/case.tsx').then((m) => m.CasePage), 'cases', 'forms', 'names'),
  cities: page(() => import('./pages/council/cities.tsx').then((m) => m.Cities), 'between', 'frozen'),
  frozen: page(() => import('./pages/public/frozen.tsx').then((m) => m.Frozen), 'frozen'),
  figures: page(() => import('./pages/public/figures.tsx').then((m) => m.FiguresPage), 'public'),
  audit: page(() => import('./pages/public/audit.tsx').then((m) => m.Audit), 'frozen', 'public', 'self'),
  guide: page(() => import('./pages/public/guide.tsx').then((m) => m.GuidePage), 'guides'),
  certificate: page(() => import('./pages/papers/certificate.tsx').then((m) => m.Certificate), 'papers'),
  papers: page(() => import('./pages/papers/papers.tsx').then((m) => m.Papers), 'papers'),
  card: page(() => import('./pages/papers/card.tsx').then((m) => m.MemberCard), 'papers'),
  statement: page(() => import('./pages/papers/statement.tsx').then((m) => m.Statement), 'papers', 'self'),
  moving: page(() => import('./pages/papers/moving.tsx').then((m) => m.Moving), 'forms', 'papers'),
  arrive: page(() => import('./pages/arriving/arrive.tsx').then((m) => m.Arrive), 'arriving', 'papers'),
  money: page(() => import('./pages/papers/money.tsx').then((m) => m.Money), 'forms', 'papers'),
  posters: page(() => import('./pages/papers/posters.tsx').then((m) => m.Posters), 'papers'),
  wall: page(() => import('./pages/public/wall.tsx').then((m) => m.Wall), 'papers'),
}

/** Fetches what has not been opened yet, one after the other; a hub that does not answer is asked again another time. */
export async function fetchAhead(): Promise<void> {
  const language = texts.get()?.language
  const pages: { fetch(): Promise<unknown> }[] = Object.values(later)
  try {
    for (const one of pages) await one.fetch()
    // Without it nothing can be signed while the line is away.
    await theActing()
    if (language !== undefined) await loadBooks(language, allBooks)
  } catch {
    // Not today: what is opened then is fetched then.
  }
}

/** Shows a page as soon as it and its words are here, at once where they are. */
function Later<P extends object>({ page, given }: { page: LaterPage<P>; given: P }): JSX.Element {
  const [, setArrived] = useState(0)
  const [isOut, setIsOut] = useState(false)
  const isHere = page.here !== null && page.books.every(isOpen)
  const bring = (): void => {
    setIsOut(false)
    Promise.all([page.fetch(), needBooks(...page.books)]).then(() => setArrived((n) => n + 1), () => setIsOut(true))
  }
  useEffect(() => void (isHere || bring()), [page])
  if (!isHere) return isOut ? <LoadingPage problem={{ from: 'network' }} again={bring} /> : <LoadingPage />
  const Here = page.here!
  return <Here {...given} />
}

export function Screen({ at }: { at: Route }): JSX.Element {
  const mine = useStore(me)
  switch (at.page) {
    case 'home':
      return mine === null ? <Welcome /> : <Home />
    case 'board':
      return <Later key="board" page={later.board} given={{}} />
    case 'listing':
      return <Later key={at.id} page={later.listing} given={{ id: at.id }} />
    case 'frozen':
      return <Later key={at.id} page={later.frozen} given={{ id: at.id }} />
    case 'guide':
      return <Later key={at.name} page={later.guide} given={{ name: at.name }} />
    case 'wall':
    case 'arrive':
    case 'figures':
    case 'audit':
    case 'setup':
      return <Later key={at.page} page={later[at.page]} given={{}} />
    case 'join':
      return <Later key="join" page={later.join} given={{ code: at.code }} />
    case 'device':
      return <Later key="device" page={later.device} given={{ account: at.account }} />
    case 'unknown':
      return <NotFound />
  }
  if (mine === null) return <SignInFirst />
  switch (at.page) {
    case 'agreement':
    case 'draft':
      return <Later key={at.id} page={later[at.page]} given={{ id: at.id, hub: at.hub }} />
    case 'case':
    case 'use':
    case 'person':
    case 'circle':
    case 'project':
      return <Later key={at.id} page={later[at.page]} given={{ id: at.id }} />
    case 'session':
      return <Later key={at.id} page={later.session} given={{ id: at.id, code: at.code }} />
    case 'conversation':
      return <Later key={`${at.about.id} ${at.who?.acct}`} page={later.conversation} given={{ about: at.about, who: at.who }} />
    default:
      return <Later key={at.page} page={later[at.page]} given={{}} />
  }
}

function NotFound(): JSX.Element {
  const t = useTexts()
  return (
    <Page title={t.common.notFoundTitle} lead={t.common.notFound} test="not-found">
      <LinkButton test="to-home" href={to.home}>
        {t.common.toHome}
      </LinkButton>
    </Page>
  )
}

/** A page for members, opened without a session: sign in here, or join first. */
function SignInFirst(): JSX.Element {
  const t = useTexts()
  const device = useStore(kept)
  return device === null ? (
    <Welcome />
  ) : (
    <Page title={t.welcome.in} test="sign-in">
      <SignIn />
    </Page>
  )
}
