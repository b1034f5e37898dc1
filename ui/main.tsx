/**
 * The door: a page that members of a city community open on their phone.
 *
 * It reads in this order: this file (start), `shell.tsx` (what stands around every page), `screens.tsx` (which page),
 * `hub/app.ts` (what pages share), `hub/session.ts` (the member's key and what it signs), `hub/hub-client.ts` (HTTP),
 * `parts/view.tsx` (small parts), then one file a page.
 */
import { render } from 'preact'
import type { HubView } from '#protocol/api.ts'
import { preference } from './device/cabinet.ts'
import { startWorker } from './device/put-worker.ts'
import { askNowAndThen, hubView, listen, listenAbroad, me, online, readersLanguage, speak } from './hub/app.ts'
import { type Answer, hub } from './hub/hub-client.ts'
import { closeSession, sendUnsent, startSession } from './hub/session.ts'
import { startRouter } from './router.ts'
import { fetchAhead } from './screens.tsx'
import { Shell } from './shell.tsx'

let listening = false

/**
 * Learns who is here, then listens. Also called when a hub that was away, or not yet founded, is
 * there.
 */
async function enter(view: Answer<HubView>): Promise<void> {
  if (!view.ok) return
  hubView.set(view.value)
  if (!view.value.founded || listening) return
  listening = true
  listen()
  askNowAndThen()
  listenAbroad()
  await startSession()
  sendWhenItAnswers()
}

/** What waits, and a sign-out the hub has not heard of, goes out when the line is back, and is tried now and then where nobody noticed that it had been away. */
function sendWhenItAnswers(): void {
  const send = (): void => {
    if (!online.get()) return
    if (me.get() === null) void closeSession()
    void sendUnsent()
  }
  online.watch(send)
  setInterval(send, SEND_AGAIN_MS)
  send()
}

const SEND_AGAIN_MS = 15_000

const enterAgain = async (): Promise<void> => enter(await hub.view())

/** After what is shown first has been shown; whoever pays by the byte keeps what they did not ask for. */
const AHEAD_AFTER_MS = 3_000
const savesData = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true

async function start(): Promise<void> {
  if (preference.get('text') === 'large') document.documentElement.classList.add('large')
  // The words come while the hub is asked, which the document has begun already (`index.html`).
  const own = readersLanguage()
  const [first] = await Promise.all([hub.view(), own === null ? null : speak(own)])
  const language = own ?? (first.ok && first.value.founded ? first.value.language : 'zh')
  if (own === null) await speak(language)
  startRouter()
  const entering = enter(first)
  // Whoever has been signed in here sees at once what is theirs; nobody else waits for what this device may keep.
  if (preference.get('signed-out') !== null) await entering
  // A hub that is founded in this very tab begins to be listened to at that moment.
  hubView.watch(() => void (hubView.get()?.founded === true && !listening && enterAgain()))
  render(<Shell enter={() => void enterAgain()} />, document.getElementById('door')!)
  if (savesData()) return
  setTimeout(() => {
    void fetchAhead()
    startWorker(language)
  }, AHEAD_AFTER_MS)
}

void start()
