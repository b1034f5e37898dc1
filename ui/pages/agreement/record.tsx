/**
 * 记一次帮助: who, what and how long, done. Three taps when it was an hour of everyday help today: the
 * page, the person, the button. The other side confirms from their home page with one.
 */
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { MeView, PersonView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, say } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import { product, utcDate } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import {
  type AwardCategory,
  Button,
  CategoryChoice,
  Choice,
  Form,
  LinkButton,
  Loading,
  nameOf,
  NotYetMet,
  Page,
  Refused,
  Select,
  Stepper,
  TextField,
  useLoaded,
  useMoney,
  useTexts,
} from '../../parts/view.tsx'
import { otherOf } from '../../hub/waiting.ts'

const DAY_SECONDS = 86_400
const DAYS_BACK = 7
const USUAL_MINUTES = 60
const MINUTES_MAX = 4 * 60
/** From this many people on, finding a name is quicker by typing. */
const MANY = 8

export function RecordHelp(): JSX.Element {
  const t = useTexts('dealing')
  const mine = useStore(me)!
  const [person, setPerson] = useState<PersonView | null>(null)
  const [done, setDone] = useState<PersonView | null>(null)
  // Whoever comes from what they have done for somebody finds both filled in, and may still choose otherwise.
  const [asked, setAsked] = useState(() => new URLSearchParams(location.search))
  const change = (): void => {
    setPerson(null)
    setAsked(new URLSearchParams())
  }
  if (!mine.attested)
    return (
      <Page title={t.record.title} test="record">
        <NotYetMet acct={mine.acct} />
      </Page>
    )
  if (done !== null) {
    return (
      <Page title={t.record.doneTitle} lead={t.record.done(nameOf(done, t))} test="record-done">
        <div class="buttons">
          <LinkButton test="to-home" kind="main" href={to.home}>
            {t.common.toHome}
          </LinkButton>
          <Button
            test="record-again"
            onPress={() => {
              setDone(null)
              change()
            }}
          >
            {t.record.again}
          </Button>
        </div>
      </Page>
    )
  }
  return (
    <Page title={t.record.title} test="record">
      {person === null ? (
        <WhoPart mine={mine} asked={asked.get('with')} onChoose={setPerson} />
      ) : (
        <WhatPart
          mine={mine}
          person={person}
          about={asked.get('note') ?? ''}
          onChange={change}
          onDone={() => setDone(person)}
        />
      )}
    </Page>
  )
}

/** Everybody here, those of the last times first. */
function WhoPart({
  mine,
  asked,
  onChoose,
}: {
  mine: MeView
  asked: string | null
  onChoose: (person: PersonView) => void
}): JSX.Element {
  const t = useTexts('dealing')
  const [text, setText] = useState('')
  const { value, problem, again } = useLoaded(hub.people, 'people')
  const chosen = value?.find(({ acct }) => acct === asked && acct !== mine.acct)
  useEffect(() => void (chosen && onChoose(chosen)), [chosen])
  if (value === null) return <Loading problem={problem} again={again} />
  const recent = [...mine.helps, ...mine.agreements].map((one) => otherOf(one, mine.acct).acct)
  const rank = (one: PersonView): number => {
    const at = recent.indexOf(one.acct)
    return at === -1 ? recent.length : at
  }
  const people = value
    .filter(
      (one) =>
        one.acct !== mine.acct && nameOf(one, t).toLowerCase().includes(text.trim().toLowerCase()),
    )
    .sort((a, b) => rank(a) - rank(b))
  return (
    <>
      <h2>{t.record.who}</h2>
      {value.length > MANY && (
        <TextField
          type="search"
          label={t.record.search}
          value={text}
          onChange={setText}
          test="record-search"
        />
      )}
      {value.length < 2 && (
        <>
          <p class="note">{t.record.nobody}</p>
          <LinkButton test="to-home" href={to.home}>
            {t.common.toHome}
          </LinkButton>
        </>
      )}
      <ul class="people">
        {people.map((one) => (
          <li key={one.acct}>
            <button
              type="button"
              class="person"
              data-test="record-person"
              data-acct={one.acct}
              onClick={() => onChoose(one)}
            >
              <Face name={nameOf(one, t)} />
              {nameOf(one, t)}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

/** The first character of a name, as a seal. */
const Face = ({ name }: { name: string }): JSX.Element => (
  <span class="face" aria-hidden="true">
    {[...name][0]}
  </span>
)

/** The reader's own calendar day, counted like the record's. */
const localDay = (now: number): number =>
  Math.floor((now / 1000 - new Date(now).getTimezoneOffset() * 60) / DAY_SECONDS)

/**
 * The record counts days in UTC and takes none that has not begun there; nobody is offered a day
 * that has not begun for themselves.
 */
const newestDay = (now: number): number =>
  Math.min(localDay(now), Math.floor(now / 1000 / DAY_SECONDS))

function WhatPart({
  mine,
  person,
  about,
  onChange,
  onDone,
}: {
  mine: MeView
  person: PersonView
  about: string
  onChange: () => void
  onDone: () => void
}): JSX.Element {
  const t = useTexts('dealing')
  const view = useStore(hubView)!
  const money = useMoney()
  const today = newestDay(hubNow() * 1000)
  const [helped, setHelped] = useState<'i' | 'they'>('i')
  const [category, setCategory] = useState<AwardCategory>(1)
  const [minutes, setMinutes] = useState(USUAL_MINUTES)
  const [day, setDay] = useState(today)
  const [note, setNote] = useState(about)
  // Committed to once: pressing again after a broken line is the same question (`session.ts`).
  const words = useMemo(() => commit(note), [note])
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const coefficient = view.categories.find((row) => row.category === category)?.perMille ?? 1000
  const dayName = (day: number): string => {
    const ago = localDay(hubNow() * 1000) - day
    return ago === 0 ? t.record.today : ago === 1 ? t.record.yesterday : utcDate(day, t.language)
  }

  const send = async (): Promise<void> => {
    const [helper, receiver] = helped === 'i' ? [mine.acct, person.acct] : [person.acct, mine.acct]
    const answer = await act(
      { kind: 'help.recorded', helper, receiver, category, minutes, day, note: words.commitment },
      { blobs: [words.blob] },
    )
    setTrouble(answer.ok ? null : answer.trouble)
    if (!answer.ok) return
    say(t.record.doneTitle, answer.value.seq)
    onDone()
  }
  return (
    <Form test="record-form" onSend={() => void send()}>
      <p class="chosen">
        <Face name={nameOf(person, t)} />
        <strong>{nameOf(person, t)}</strong>
        <Button test="record-change" kind="quiet" onPress={onChange}>
          {t.record.change}
        </Button>
      </p>
      <Choice
        hidden
        label={t.record.direction}
        value={helped}
        test="record-direction"
        onChange={(value) => setHelped(value as 'i' | 'they')}
        options={[
          { value: 'i', label: t.record.iHelped(nameOf(person, t)) },
          { value: 'they', label: t.record.helpedMe(nameOf(person, t)) },
        ]}
      />
      <Stepper
        label={t.record.length}
        minutes={minutes}
        most={MINUTES_MAX}
        onChange={setMinutes}
        test="record-minutes"
      />
      <CategoryChoice
        label={t.record.what}
        value={category}
        onChange={setCategory}
        test="record-category"
      />
      <Refused trouble={trouble} />
      <div class="send-line">
        <Button test="record-send" kind="main" onPress={send}>
          {t.record.send}
        </Button>
        {view.showsAmounts && (
          <p class="note" data-test="record-about">
            {t.record.about(
              helped === 'i' ? t.common.you : nameOf(person, t),
              money.local(product(minutes, view.minutesPerCv, coefficient)),
            )}
          </p>
        )}
        <p class="note">{t.record.next(nameOf(person, t))}</p>
      </div>
      <details class="fold" open={about !== ''}>
        <summary data-test="record-more">{t.record.more}</summary>
        <Select
          label={t.record.day}
          value={String(day)}
          test="record-day"
          onChange={(value) => setDay(Number(value))}
          options={Array.from({ length: DAYS_BACK }, (_, back) => ({
            value: String(today - back),
            label: dayName(today - back),
          }))}
        />
        <TextField
          label={t.record.note}
          value={note}
          onChange={setNote}
          test="record-note"
          maxLength={200}
        />
      </details>
    </Form>
  )
}
