/**
 * What every page shares: the reader's words, the hub, the member, and the line to the hub.
 *
 * The hub tells over server-sent events that something was recorded; what is on the screen is then
 * asked for again. Events carry no data that a page would trust, so a missed one costs nothing but
 * a moment.
 */
import type { Hex } from '#ledger/action.ts'
import type { AbroadView, HubView, MeView, OwnTransferView } from '#protocol/api.ts'
import { preference } from '../device/cabinet.ts'
import { isLanguage, type Language, tagOf } from '../text/format.ts'
import { type Answer, hub, isNoSession } from './hub-client.ts'
import { newStore } from '../store.ts'
import { type AllTexts, type Book, loadBooks } from '../text/catalogue.ts'
import { voice } from './voice.ts'

/** The words that are here: what every page may show, and the books of the pages that have been opened. */
export const texts = newStore<Partial<AllTexts> | null>(null)
const openBooks = new Set<Book>(['always'])
export const hubView = newStore<HubView | null>(null)
/** Null without a session. */
export const me = newStore<MeView | null>(null)
/** What the member has going on in other cities; empty for a lone hub. */
export const abroad = newStore<AbroadView[]>([])
/** What the member has asked to send there, while something of theirs there takes it; null before that is known. */
export const transfers = newStore<OwnTransferView[] | null>(null)
/** Whether the hub's events reach this page. */
export const online = newStore(true)
/** Counts the hub's news: whatever a page shows is loaded again when it changes. */
export const news = newStore(0)
/** Up to when the newest letter that somebody has looked at here came, seconds: what came later is new. */
export const lettersRead = {
  upTo: newStore(Number(preference.get('letters') ?? 0)),
  seen(since: number): void {
    if (since <= lettersRead.upTo.get()) return
    preference.set('letters', String(since))
    lettersRead.upTo.set(since)
  },
}
/** The last thing that was done, said once for everybody and for screen readers. */
export const notice = newStore<{ text: string; seq: number | null } | null>(null)

/** What the hub tells of; its signs of life between them are not news. */
const HAPPENINGS = ['entry', 'board', 'cities', 'inbox']
const GATHER_MS = 250
const RECONNECT_MS = 5_000
const STALE_MS = 30_000
/** Other cities do not send their events here, so they are asked now and then. */
const ABROAD_MS = 5_000

/** Switches every word on the screen; the choice is remembered on this device. Throws, with nothing changed, when the words cannot be had. */
export async function speak(language: Language): Promise<void> {
  const spoken = texts.get()?.language
  preference.set('language', language)
  try {
    let known
    let loaded
    // A page that is still coming may bring more of them meanwhile, in the language before.
    do {
      known = openBooks.size
      loaded = await loadBooks(language, openBooks)
    } while (openBooks.size > known)
    texts.set(loaded)
  } catch (problem) {
    if (spoken !== undefined) preference.set('language', spoken)
    throw problem
  }
  document.documentElement.lang = tagOf(language)
}

/** Brings the words of these books in the language that is spoken; throws when they cannot be had. */
export async function needBooks(...books: Book[]): Promise<void> {
  for (;;) {
    const [language, missing] = [texts.get()!.language!, books.filter((book) => !openBooks.has(book))]
    if (missing.length === 0) return
    const more = await loadBooks(language, missing)
    // Another language may have been chosen meanwhile.
    if (texts.get()!.language !== language) continue
    for (const book of missing) openBooks.add(book)
    texts.set({ ...texts.get(), ...more })
  }
}

export const isOpen = (book: Book): boolean => openBooks.has(book)

/** The reader's choice, else their browser's language; null where neither is one of ours. */
export function readersLanguage(): Language | null {
  const chosen = preference.get('language')
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? null
}

/** Loads the hub, the member and what they have elsewhere, once more. */
export async function refresh(): Promise<void> {
  const who = me.get()?.acct
  const [view, mine] = await Promise.all([hub.view(), who === undefined ? null : ownOrTheirs()])
  if (view.ok) hubView.set(view.value)
  // An answer that was on its way brings nobody back who has signed out meanwhile, and signs nobody out who came after.
  if (mine !== null && me.get()?.acct === who) {
    if (mine.ok) me.set(mine.value)
    else if (isNoSession(mine.problem)) me.set(null)
  }
  news.set(news.get() + 1)
}

/** What is the reader's own, or that of whom they speak for, as long as they do. */
async function ownOrTheirs(): Promise<Answer<MeView>> {
  const who = voice.get()
  if (who === null) return hub.me()
  const theirs = await hub.organisation(who.acct)
  if (theirs.ok || theirs.problem.from === 'network') return theirs
  voice.set(null)
  return hub.me()
}

/** Speaks for an organisation from now on, or with null for oneself. */
export async function speakFor(who: { acct: Hex; name: string } | null): Promise<void> {
  voice.set(who)
  await refresh()
}

/** A city that does not answer keeps what it said last; the others are not held up by it. */
export async function refreshAbroad(): Promise<void> {
  const cities =
    me.get() === null ? [] : (hubView.get()?.federation?.cities ?? []).filter((city) => !city.own)
  if (cities.length === 0) return abroad.set([])
  const who = me.get()?.acct
  const answers = await Promise.all(cities.map((city) => hub.abroad(city.origin)))
  if (me.get() === null) return abroad.set([])
  const before = abroad.get()
  const after = answers.flatMap((answer, i) =>
    answer.ok ? [answer.value] : before.filter((one) => one.hub === cities[i]!.origin),
  )
  const isVisit = after.some(({ agreements }) => agreements.some(({ stay }) => stay !== null))
  const sent = isVisit ? await hub.transfers() : null
  // Whoever has signed out meanwhile leaves nothing of this to the next one.
  if (me.get()?.acct !== who) return
  const isNews = happenings(after) !== happenings(before)
  abroad.set(after)
  if (sent?.ok === true) transfers.set(sent.value.transfers)
  if (isNews) news.set(news.get() + 1)
}

/**
 * What a page could show differently: the rest of a view is the other hub's clock and the length of
 * its log.
 */
const happenings = (views: AbroadView[]): string =>
  JSON.stringify(views.map(({ drafts, agreements }) => [drafts, agreements]))

let gathering: ReturnType<typeof setTimeout> | null = null

/** A burst of records is one refresh. */
function heard(): void {
  gathering ??= setTimeout(() => {
    gathering = null
    void refresh()
  }, GATHER_MS)
}

let line: EventSource | null = null

/** Opens the line to the hub and keeps it open; an older line is given up. What happened since the page asked first is told on it. */
export function listen(): void {
  line?.close()
  const view = hubView.get()
  const events = new EventSource(view?.founded === true ? `/api/events?since=${view.position}` : '/api/events')
  line = events
  events.onopen = () => {
    // What happened while the line was down is not told again.
    if (!online.get()) heard()
    online.set(true)
  }
  for (const name of HAPPENINGS) events.addEventListener(name, heard)
  events.onerror = () => {
    online.set(false)
    // The browser retries a broken line by itself but gives up after an error status.
    if (events.readyState === EventSource.CLOSED && line === events)
      setTimeout(listen, RECONNECT_MS)
  }
}

/**
 * A line can be dead without either side having noticed, so a page that is looked at asks now and
 * then.
 */
export function askNowAndThen(): void {
  const ask = (): void => {
    if (document.visibilityState === 'visible') heard()
  }
  setInterval(ask, STALE_MS)
  document.addEventListener('visibilitychange', ask)
}

/** Asks other cities now and then, while somebody is looking. */
export function listenAbroad(): void {
  setInterval(() => {
    if (document.visibilityState === 'visible') void refreshAbroad()
  }, ABROAD_MS)
  let citiesSeen = ''
  const whenCitiesChange = (): void => {
    const seen = `${me.get()?.acct} ${hubView.get()?.federation?.version}`
    if (seen === citiesSeen) return
    citiesSeen = seen
    void refreshAbroad()
  }
  hubView.watch(whenCitiesChange)
  me.watch(whenCitiesChange)
}

/** Says what was done; `seq` is the record's number when it made one. */
export const say = (text: string, seq: number | null = null): void => notice.set({ text, seq })
