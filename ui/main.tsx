/**
 * The door: a page that members of a city community open on their phone.
 *
 * It reads in this order: this file (shell and start), `hub/app.ts` (what pages share), `hub/session.ts`
 * (the member's key and what it signs), `hub/hub-client.ts` (HTTP), `parts/view.tsx` (small parts), then one
 * file a page. Pages that few people open are chunks of their own and load when they are opened.
 */
import { type ComponentType, type JSX, render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import {
  abroad,
  askNowAndThen,
  firstLanguage,
  hubView,
  lettersRead,
  listen,
  listenAbroad,
  me,
  needFormTexts,
  notice,
  online,
  say,
  speak,
  speakFor,
  texts,
} from './hub/app.ts'
import type { HubView } from '#protocol/api.ts'
import { preference } from './device/cabinet.ts'
import { date, moment } from './text/format.ts'
import { Accused } from './parts/frozen.tsx'
import { hub } from './hub/hub-client.ts'
import { Add } from './pages/market/add.tsx'
import { Board } from './pages/market/board.tsx'
import { Home } from './pages/self/home.tsx'
import { ListingPage } from './pages/market/listing.tsx'
import { SignIn, Unfounded, Welcome } from './pages/arriving/welcome.tsx'
import { type Route, route, startRouter, to } from './router.ts'
import { kept, pinAsked, startSession } from './hub/session.ts'
import { voice } from './hub/voice.ts'
import { useStore } from './store.ts'
import type { Texts } from './text/zh.ts'
import {
  Button,
  Form,
  Icon,
  type IconName,
  LinkButton,
  Loading,
  LoadingPage,
  Mark,
  Page,
  TextField,
  useTexts,
} from './parts/view.tsx'
import { waitingFor } from './hub/waiting.ts'

type Module<P> = Promise<{ page: ComponentType<P> }>

/** A page in a chunk of its own; what is on the screen stays until it is there. */
function Later<P extends object>({
  load,
  given,
}: {
  load: () => Module<P>
  given: P
}): JSX.Element {
  const [page, setPage] = useState<ComponentType<P> | null>(null)
  useEffect(() => void load().then((module) => setPage(() => module.page)), [load])
  if (page === null) return <LoadingPage />
  const Loaded = page
  return <Loaded {...given} />
}

/** With the words of the forms, which come in a chunk of their own. */
async function withForms<M>(page: Promise<M>): Promise<M> {
  const [module] = await Promise.all([page, needFormTexts()])
  return module
}

const later = {
  setup: () => import('./pages/arriving/setup.tsx').then((m) => ({ page: m.Setup })),
  device: () => import('./pages/arriving/device.tsx').then((m) => ({ page: m.NewDevice })),
  join: () => import('./pages/arriving/join.tsx').then((m) => ({ page: m.Join })),
  post: () => import('./pages/market/post.tsx').then((m) => ({ page: m.Post })),
  trip: () => import('./pages/market/trip.tsx').then((m) => ({ page: m.Trip })),
  free: () => import('./pages/market/free.tsx').then((m) => ({ page: m.Free })),
  record: () => import('./pages/agreement/record.tsx').then((m) => ({ page: m.RecordHelp })),
  agreement: () => withForms(import('./pages/agreement/agreement.tsx').then((m) => ({ page: m.AgreementPage }))),
  draft: () => withForms(import('./pages/agreement/draft.tsx').then((m) => ({ page: m.DraftPage }))),
  use: () => withForms(import('./pages/market/use.tsx').then((m) => ({ page: m.UsePage }))),
  more: () => withForms(import('./pages/together/more.tsx').then((m) => ({ page: m.More }))),
  messages: () => withForms(import('./pages/letters/messages.tsx').then((m) => ({ page: m.Messages }))),
  conversation: () => withForms(import('./pages/letters/messages.tsx').then((m) => ({ page: m.ConversationPage }))),
  reports: () => withForms(import('./pages/letters/reports.tsx').then((m) => ({ page: m.Reports }))),
  sessions: () => withForms(import('./pages/together/sessions.tsx').then((m) => ({ page: m.Sessions }))),
  session: () => withForms(import('./pages/together/session.tsx').then((m) => ({ page: m.SessionPage }))),
  decide: () => withForms(import('./pages/council/decide.tsx').then((m) => ({ page: m.Decide }))),
  projects: () => withForms(import('./pages/together/projects.tsx').then((m) => ({ page: m.Projects }))),
  project: () => withForms(import('./pages/together/project.tsx').then((m) => ({ page: m.ProjectPage }))),
  works: () => withForms(import('./pages/together/works.tsx').then((m) => ({ page: m.Works }))),
  services: () => withForms(import('./pages/together/services.tsx').then((m) => ({ page: m.Services }))),
  organisations: () => withForms(import('./pages/together/organisations.tsx').then((m) => ({ page: m.Organisations }))),
  people: () => withForms(import('./pages/together/people.tsx').then((m) => ({ page: m.People }))),
  person: () => withForms(import('./pages/together/person.tsx').then((m) => ({ page: m.PersonPage }))),
  me: () => import('./pages/self/me.tsx').then((m) => ({ page: m.Me })),
  balance: () => import('./pages/self/balance.tsx').then((m) => ({ page: m.Balance })),
  level: () => import('./pages/self/level.tsx').then((m) => ({ page: m.LevelPage })),
  charter: () => withForms(import('./pages/council/charter.tsx').then((m) => ({ page: m.CharterPage }))),
  steward: () => import('./pages/council/steward.tsx').then((m) => ({ page: m.Steward })),
  cases: () => import('./pages/council/cases.tsx').then((m) => ({ page: m.Cases })),
  cities: () => import('./pages/council/cities.tsx').then((m) => ({ page: m.Cities })),
  case: () => withForms(import('./pages/council/case.tsx').then((m) => ({ page: m.CasePage }))),
  frozen: () => import('./pages/public/frozen.tsx').then((m) => ({ page: m.Frozen })),
  figures: () => import('./pages/public/figures.tsx').then((m) => ({ page: m.FiguresPage })),
  audit: () => import('./pages/public/audit.tsx').then((m) => ({ page: m.Audit })),
  guide: () => import('./pages/public/guide.tsx').then((m) => ({ page: m.GuidePage })),
  certificate: () => import('./pages/papers/certificate.tsx').then((m) => ({ page: m.Certificate })),
  papers: () => import('./pages/papers/papers.tsx').then((m) => ({ page: m.Papers })),
  statement: () => import('./pages/papers/statement.tsx').then((m) => ({ page: m.Statement })),
  moving: () => withForms(import('./pages/papers/moving.tsx').then((m) => ({ page: m.Moving }))),
  arrive: () => import('./pages/arriving/arrive.tsx').then((m) => ({ page: m.Arrive })),
  money: () => withForms(import('./pages/papers/money.tsx').then((m) => ({ page: m.Money }))),
  posters: () => import('./pages/papers/posters.tsx').then((m) => ({ page: m.Posters })),
  wall: () => import('./pages/public/wall.tsx').then((m) => ({ page: m.Wall })),
}

function Screen({ at }: { at: Route }): JSX.Element {
  const mine = useStore(me)
  switch (at.page) {
    case 'home':
      return mine === null ? <Welcome /> : <Home />
    case 'board':
      return <Board />
    case 'listing':
      return <ListingPage key={at.id} id={at.id} />
    case 'frozen':
      return <Later key={at.id} load={later.frozen} given={{ id: at.id }} />
    case 'wall':
      return <Later key="wall" load={later.wall} given={{}} />
    case 'arrive':
      return <Later key="arrive" load={later.arrive} given={{}} />
    case 'guide':
      return <Later key={at.name} load={later.guide} given={{ name: at.name }} />
    case 'figures':
      return <Later key="figures" load={later.figures} given={{}} />
    case 'audit':
      return <Later key="audit" load={later.audit} given={{}} />
    case 'join':
      return <Later key="join" load={later.join} given={{ code: at.code }} />
    case 'device':
      return <Later key="device" load={later.device} given={{ account: at.account }} />
    case 'setup':
      return <Later key="setup" load={later.setup} given={{}} />
    case 'unknown':
      return <NotFound />
  }
  if (mine === null) return <SignInFirst />
  switch (at.page) {
    case 'add':
      return <Add />
    case 'post':
      return <Later key="post" load={later.post} given={{}} />
    case 'record':
      return <Later key="record" load={later.record} given={{}} />
    case 'trip':
      return <Later key="trip" load={later.trip} given={{}} />
    case 'free':
      return <Later key="free" load={later.free} given={{}} />
    case 'agreement':
      return <Later key={at.id} load={later.agreement} given={{ id: at.id, hub: at.hub }} />
    case 'draft':
      return <Later key={at.id} load={later.draft} given={{ id: at.id, hub: at.hub }} />
    case 'me':
      return <Later key="me" load={later.me} given={{}} />
    case 'level':
      return <Later key="level" load={later.level} given={{}} />
    case 'charter':
      return <Later key="charter" load={later.charter} given={{}} />
    case 'balance':
      return <Later key="balance" load={later.balance} given={{}} />
    case 'papers':
      return <Later key="papers" load={later.papers} given={{}} />
    case 'statement':
      return <Later key="statement" load={later.statement} given={{}} />
    case 'moving':
      return <Later key="moving" load={later.moving} given={{}} />
    case 'money':
      return <Later key="money" load={later.money} given={{}} />
    case 'posters':
      return <Later key="posters" load={later.posters} given={{}} />
    case 'certificate':
      return <Later key="certificate" load={later.certificate} given={{}} />
    case 'cases':
      return <Later key="cases" load={later.cases} given={{}} />
    case 'cities':
      return <Later key="cities" load={later.cities} given={{}} />
    case 'case':
      return <Later key={at.id} load={later.case} given={{ id: at.id }} />
    case 'use':
      return <Later key={at.id} load={later.use} given={{ id: at.id }} />
    case 'more':
      return <Later key="more" load={later.more} given={{}} />
    case 'messages':
      return <Later key="messages" load={later.messages} given={{}} />
    case 'reports':
      return <Later key="reports" load={later.reports} given={{}} />
    case 'conversation':
      return <Later key={`${at.about.id} ${at.who?.acct}`} load={later.conversation} given={{ about: at.about, who: at.who }} />
    case 'sessions':
      return <Later key="sessions" load={later.sessions} given={{}} />
    case 'session':
      return <Later key={at.id} load={later.session} given={{ id: at.id, code: at.code }} />
    case 'decide':
      return <Later key="decide" load={later.decide} given={{}} />
    case 'projects':
      return <Later key="projects" load={later.projects} given={{}} />
    case 'project':
      return <Later key={at.id} load={later.project} given={{ id: at.id }} />
    case 'works':
      return <Later key="works" load={later.works} given={{}} />
    case 'services':
      return <Later key="services" load={later.services} given={{}} />
    case 'organisations':
      return <Later key="organisations" load={later.organisations} given={{}} />
    case 'people':
      return <Later key="people" load={later.people} given={{}} />
    case 'person':
      return <Later key={at.id} load={later.person} given={{ id: at.id }} />
    case 'steward':
      return <Later key="steward" load={later.steward} given={{}} />
  }
}

function Shell(): JSX.Element {
  const t = useTexts()
  const at = useStore(route)
  const view = useStore(hubView)
  const mine = useStore(me)
  const connected = useStore(online)
  const founding = view?.founded !== true
  const toOther = t.language === 'zh' ? 'en' : 'zh'
  return (
    <div class={founding ? 'shell bare' : 'shell'}>
      <a class="skip" href="#content">
        {t.common.skip}
      </a>
      <header class="top">
        <a class="brand" href={to.home} data-test="brand">
          <Mark />
          <span>{founding ? t.brand : view.city}</span>
        </a>
        {!founding && (
          <span class={connected ? 'line on' : 'line'} role="status" data-test="line">
            <span class="dot" aria-hidden="true" />
            {connected ? t.common.online : t.common.offline}
          </span>
        )}
        {view?.founded === true && view.unconfirmed && (
          <button type="button" class="button quiet checking" data-test="unconfirmed" onClick={() => say(t.common.unconfirmedWhy)}>
            <span class="chip">{t.common.unconfirmed}</span>
          </button>
        )}
        <button
          type="button"
          class="button quiet language"
          lang={toOther === 'zh' ? 'zh-CN' : 'en'}
          data-test="switch-language"
          onClick={() => void speak(toOther)}
        >
          {t.otherLanguage}
        </button>
      </header>
      {!founding && <Navigation at={at} steward={mine?.steward ?? false} member={mine !== null} />}
      <div class="middle">
        {view?.founded === true && view.readOnly !== null && (
          <p class="banner" role="status" data-test="read-only">
            {view.restoring === null ? t.readOnly[view.readOnly] : restoringWords(view.restoring, t)}
          </p>
        )}
        {view?.founded === true && view.restores[0] !== undefined && (
          <p class="banner" data-test="restored" data-generation={view.restores[0].generation}>
            {t.restore.done(date(view.restores[0].ts, t.language), view.restores[0].lost)}
          </p>
        )}
        <SpeaksFor />
        {view?.founded === true && <Accused />}
        {view === null ? (
          <NoHub />
        ) : founding ? (
          at.page === 'setup' ? (
            <Screen at={at} />
          ) : (
            <Unfounded />
          )
        ) : (
          <Screen at={at} />
        )}
        <Notice />
      </div>
      <PinDialog />
    </div>
  )
}

/** Said on every page while it speaks for somebody else. */
function SpeaksFor(): JSX.Element | null {
  const t = useTexts()
  const who = useStore(voice)
  if (who === null) return null
  return (
    <p class="banner" role="status" data-test="speaks-for">
      {t.common.speaksFor(who.name)}{' '}
      <Button test="speak-for-myself" kind="quiet" onPress={() => speakFor(null)}>
        {t.common.speakForMyself}
      </Button>
    </p>
  )
}

/** Where a hub is on its way back from a backup, in a sentence for everybody. */
function restoringWords(restoring: NonNullable<HubView['restoring']>, t: Texts): string {
  const { step, size, fetched, silent, withheld, withoutFrom } = restoring
  const until = step === 'ready' || withoutFrom === null ? null : moment(withoutFrom, t.language)
  const kept = withheld.map(({ city, entries }) => t.restore.withheld(city, entries, until)).join('')
  switch (step) {
    case 'asking':
      return t.restore.asking(silent.join(t.language === 'zh' ? '、' : ', ')) + kept
    case 'fetching':
      return t.restore.fetching(fetched) + kept
    case 'ready':
      return t.restore.ready(size) + kept
    case 'stopped':
      return t.restore.stopped
  }
}

function Navigation({
  at,
  steward,
  member,
}: {
  at: Route
  steward: boolean
  member: boolean
}): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)
  const elsewhere = useStore(abroad)
  const readUpTo = useStore(lettersRead.upTo)
  const waiting = mine === null ? 0 : waitingFor(mine, elsewhere, Date.now() / 1000).length
  const places: {
    page: Route['page']
    href: string
    icon: IconName
    label: string
    count?: number
    isNew?: boolean
  }[] = [
    { page: 'home', href: to.home, icon: 'home', label: t.nav.home, count: waiting },
    { page: 'board', href: to.board, icon: 'board', label: t.nav.board },
    ...(member
      ? [
          { page: 'add', href: to.add, icon: 'add', label: t.nav.add } as const,
          { page: 'messages', href: to.messages, icon: 'letter', label: t.nav.messages, isNew: (mine?.latestLetter ?? 0) > readUpTo } as const,
          { page: 'me', href: to.me, icon: 'me', label: t.nav.me } as const,
        ]
      : []),
    ...(steward
      ? [{ page: 'steward', href: to.steward, icon: 'steward', label: t.nav.steward } as const]
      : []),
  ]
  return (
    <nav class="places" aria-label={t.nav.label}>
      {places.map(({ page, href, icon, label, count = 0, isNew = false }) => (
        <a
          key={page}
          href={href}
          class={page === 'add' ? 'place add' : 'place'}
          data-test={`nav-${page}`}
          aria-current={at.page === page ? 'page' : undefined}
        >
          <Icon name={icon} />
          <span>{label}</span>
          {isNew && (
            <span class="count new" data-test={`nav-${page}-new`}>
              <span class="hidden">{t.nav.newLetters}</span>
            </span>
          )}
          {count > 0 && (
            <span class="count" data-test={`nav-${page}-count`}>
              {count}
            </span>
          )}
        </a>
      ))}
      <a
        class="place audit"
        href={to.audit}
        data-test="nav-audit"
        aria-current={at.page === 'audit' ? 'page' : undefined}
      >
        {t.nav.audit}
      </a>
    </nav>
  )
}

const NOTICE_MS = 4_500

/** What was just done, said once; it goes away by itself and never takes the focus. */
function Notice(): JSX.Element {
  const t = useTexts()
  const said = useStore(notice)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => notice.set(null), NOTICE_MS)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <div class="notices" role="status" aria-live="polite">
      {said !== null && (
        <p class="notice" data-test="notice">
          {said.text}
          {said.seq !== null && (
            <span class="note" data-test="notice-seq" data-seq={said.seq}>
              {t.common.recorded(said.seq)}
            </span>
          )}
        </p>
      )}
    </div>
  )
}

function PinDialog(): JSX.Element {
  const t = useTexts()
  const answer = useStore(pinAsked)
  const dialog = useRef<HTMLDialogElement>(null)
  const [pin, setPin] = useState('')
  const [wrong, setWrong] = useState(false)
  useEffect(() => {
    setPin('')
    setWrong(false)
    if (answer === null) dialog.current?.close()
    else dialog.current?.showModal()
  }, [answer])
  const open = async (): Promise<void> => {
    if (answer !== null) setWrong(!(await answer(pin)))
  }
  return (
    <dialog ref={dialog} aria-label={t.me.pinAsk} onCancel={() => void answer?.(null)}>
      <Form test="pin-form" onSend={() => void open()}>
        <TextField
          label={t.me.pinAsk}
          note={t.me.pinWhy}
          type="pin"
          value={pin}
          onChange={setPin}
          test="pin"
        />
        {wrong && (
          <p class="refused" role="alert">
            {t.me.pinWrong}
          </p>
        )}
        <div class="buttons">
          <Button test="pin-open" kind="main" onPress={open}>
            {t.me.pinOpen}
          </Button>
          <Button test="pin-cancel" kind="quiet" onPress={() => answer?.(null)}>
            {t.common.cancel}
          </Button>
        </div>
      </Form>
    </dialog>
  )
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
    <Page title={t.me.in} test="sign-in">
      <SignIn />
    </Page>
  )
}

/** The hub does not answer at all; asked again until it does. */
function NoHub(): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => void enter(), 5_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <main class="page" id="content">
      <Loading problem={{ from: 'network' }} again={() => void enter()} />
    </main>
  )
}

let listening = false

/**
 * Learns who is here, then listens. Also called when a hub that was away, or not yet founded, is
 * there.
 */
async function enter(): Promise<void> {
  const view = await hub.view()
  if (!view.ok) return
  hubView.set(view.value)
  if (!view.value.founded || listening) return
  listening = true
  listen()
  askNowAndThen()
  listenAbroad()
  await startSession()
}

async function start(): Promise<void> {
  if (preference.get('text') === 'large') document.documentElement.classList.add('large')
  const first = await hub.view()
  await speak(firstLanguage(first.ok && first.value.founded ? first.value.language : null))
  startRouter()
  await enter()
  // A hub that is founded in this very tab begins to be listened to at that moment.
  hubView.watch(() => void (hubView.get()?.founded === true && !listening && enter()))
  if (texts.get() !== null) render(<Shell />, document.getElementById('door')!)
}

void start()
