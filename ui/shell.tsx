/** What stands around every page: the city's name, the line to the hub, the bar of places, what was just done, the PIN. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { HubView } from '#protocol/api.ts'
import { hubNow } from './clock.ts'
import { abroad, hubView, lettersRead, me, notice, online, say, speak, speakFor, transfers } from './hub/app.ts'
import { readAt } from './hub/hub-client.ts'
import { pinAsked } from './hub/kept-key.ts'
import { unsent, waitingIn } from './hub/outbox.ts'
import { voice } from './hub/voice.ts'
import { waitingFor } from './hub/waiting.ts'
import { Unfounded } from './pages/arriving/welcome.tsx'
import { Accused } from './parts/frozen.tsx'
import { Button, Form, Icon, type IconName, Loading, Mark, TextField, useTexts, WithBooks } from './parts/view.tsx'
import { type Route, route, to } from './router.ts'
import { Screen } from './screens.tsx'
import { useStore } from './store.ts'
import { date, type Language, languageNames, languages, moment, tagOf } from './text/format.ts'

export function Shell({ enter }: { enter(): void }): JSX.Element {
  const t = useTexts()
  const at = useStore(route)
  const view = useStore(hubView)
  const mine = useStore(me)
  const waits = waitingIn(useStore(unsent)).length
  const since = useStore(readAt)
  // A line that broke may not know it yet; a question that was not answered does.
  const connected = useStore(online) && since === null
  const founding = view?.founded !== true
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
            <span class={waits > 0 ? undefined : 'word'}>{waits > 0 ? t.outbox.waiting(waits) : connected ? t.common.online : t.common.offline}</span>
          </span>
        )}
        {view?.founded === true && view.unconfirmed && (
          <button type="button" class="button quiet checking" data-test="unconfirmed" onClick={() => say(t.common.unconfirmedWhy)}>
            <span class="chip">{t.common.unconfirmed}</span>
          </button>
        )}
        <select
          class="language"
          aria-label={t.common.language}
          data-test="switch-language"
          value={t.language}
          onChange={({ currentTarget }) => void speak(currentTarget.value as Language)}
        >
          {languages.map((one) => (
            <option key={one} value={one} lang={tagOf(one)}>
              {languageNames[one]}
            </option>
          ))}
        </select>
      </header>
      {!founding && <Navigation at={at} steward={mine?.steward ?? false} member={mine !== null} />}
      <div class="middle">
        {view?.founded === true && view.readOnly !== null && (
          view.restoring === null ? <ReadOnly says={t.readOnly[view.readOnly]} /> : <Restoring restoring={view.restoring} />
        )}
        {view?.founded === true && view.restores[0] !== undefined && <Restored by={view.restores[0]} />}
        {since !== null && (
          <p class="banner" role="status" data-test="read-at">
            {t.outbox.readAt(moment(since, t.language))}
          </p>
        )}
        <SpeaksFor />
        {view?.founded === true && <Accused />}
        {view === null ? (
          <NoHub enter={enter} />
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

const ReadOnly = ({ says }: { says: string }): JSX.Element => <p class="banner" role="status" data-test="read-only">{says}</p>

/** Where a hub is on its way back from a backup, in a sentence for everybody; nothing until that is there. */
const Restoring = ({ restoring }: { restoring: NonNullable<HubView['restoring']> }): JSX.Element => (
  <WithBooks books={['restore']}>
    <RestoringWords restoring={restoring} />
  </WithBooks>
)

function RestoringWords({ restoring }: { restoring: NonNullable<HubView['restoring']> }): JSX.Element {
  const t = useTexts('restore')
  const { step, size, fetched, silent, withheld, withoutFrom } = restoring
  const until = step === 'ready' || withoutFrom === null ? null : moment(withoutFrom, t.language)
  const held = withheld.map(({ city, entries }) => t.restore.withheld(city, entries, until)).join('')
  switch (step) {
    case 'asking':
      return <ReadOnly says={t.restore.asking(silent.join(t.language === 'zh' ? '、' : ', ')) + held} />
    case 'fetching':
      return <ReadOnly says={t.restore.fetching(fetched) + held} />
    case 'ready':
      return <ReadOnly says={t.restore.ready(size) + held} />
    case 'stopped':
      return <ReadOnly says={t.restore.stopped} />
  }
}

/** That the record came back from a backup, and what was lost with it. */
const Restored = ({ by }: { by: HubView['restores'][number] }): JSX.Element => (
  <WithBooks books={['restore']}>
    <RestoredLine by={by} />
  </WithBooks>
)

function RestoredLine({ by: { ts, generation, lost } }: { by: HubView['restores'][number] }): JSX.Element {
  const t = useTexts('restore')
  return (
    <p class="banner" data-test="restored" data-generation={generation}>
      {t.restore.done(date(ts, t.language), lost)}
    </p>
  )
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
  const sent = useStore(transfers)
  const readUpTo = useStore(lettersRead.upTo)
  const waiting = mine === null ? 0 : waitingFor(mine, elsewhere, hubNow(), sent).length
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
    <dialog ref={dialog} aria-label={t.pin.ask} onCancel={() => void answer?.(null)}>
      <Form test="pin-form" onSend={() => void open()}>
        <TextField
          label={t.pin.ask}
          note={t.pin.why}
          type="pin"
          value={pin}
          onChange={setPin}
          test="pin"
        />
        {wrong && (
          <p class="refused" role="alert">
            {t.pin.wrong}
          </p>
        )}
        <div class="buttons">
          <Button test="pin-open" kind="main" onPress={open}>
            {t.pin.open}
          </Button>
          <Button test="pin-cancel" kind="quiet" onPress={() => answer?.(null)}>
            {t.common.cancel}
          </Button>
        </div>
      </Form>
    </dialog>
  )
}

const AGAIN_MS = 5_000

/** The hub does not answer at all; asked again until it does. */
function NoHub({ enter }: { enter(): void }): JSX.Element {
  useEffect(() => {
    const timer = setInterval(enter, AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <main class="page" id="content">
      <Loading problem={{ from: 'network' }} again={enter} />
    </main>
  )
}
