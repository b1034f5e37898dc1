/**
 * The small parts that pages are made of. Native elements first: a button is a button, a choice is
 * a set of radio inputs, a fold is `<details>`; so keyboards, screen readers and large text work
 * without our help. Every interactive part takes `test`, its stable name for tests (`README.md`
 * lists them).
 */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { DoorRefusal, MeView, Milli, MissingView, PersonView } from '#protocol/api.ts'
import type { RefusalCode } from '#ledger/refusal.ts'
import { hubView, me, news, texts } from '../hub/app.ts'
import { preference } from '../device/cabinet.ts'
import { type Term } from '../text/explain.ts'
import { ago, amount, date, factor, isTime, moment, numberOf, utcDate } from '../text/format.ts'
import type { Answer, Problem } from '../hub/hub-client.ts'
import { to } from '../router.ts'
import type { Trouble } from '../hub/session.ts'
import { useStore } from '../store.ts'
import type { Told, Words } from '../text/words.ts'
import type { Texts } from '../text/zh.ts'

/** The words; pages are drawn only once there are any. */
export const useTexts = (): Texts => useStore(texts)!

/** `typed`: the unit of what a person types, which is minutes where amounts are shown as hours. */
export type Money = { local(milli: Milli): string; global(milli: Milli): string; unit: string; typed: string }

/** Amounts with their unit, as this hub shows them. */
export function useMoney(): Money {
  const t = useTexts()
  const hub = useStore(hubView)
  return moneyOf(t, hub?.showsHours ?? false, hub?.currencyName ?? '')
}

export function moneyOf(t: Texts, showsHours: boolean, currencyName: string): Money {
  const unit = t.amounts.unit(showsHours, currencyName)
  return {
    unit,
    typed: showsHours ? t.common.inMinutes : unit,
    local: (milli) => t.amounts.local(amount(milli, t.language, showsHours), unit),
    global: (milli) => t.amounts.global(amount(milli, t.language)),
  }
}

/** A person's name for the reader: "you", their name, or that they left none. */
export function useNameOf(): (person: PersonView) => string {
  const t = useTexts()
  const mine = useStore(me)
  return (person) =>
    person.acct !== '' && person.acct === mine?.acct ? t.common.you : nameOf(person, t)
}

export const nameOf = (person: PersonView, t: Texts): string =>
  person.name ??
  (person.acct === ''
    ? t.board.from(person.city)
    : `${t.common.unnamed} ${person.acct.slice(0, 4)}`)

export type Loaded<T> = { value: T | null; problem: Problem | null; again(): void }

/**
 * Loads, and loads again whenever the hub has news or `key` changes; shows the old until the new is
 * there.
 */
export function useLoaded<T>(load: () => Promise<Answer<T>>, key: string): Loaded<T> {
  const [found, setFound] = useState<{ key: string; value: T | null; problem: Problem | null }>({
    key,
    value: null,
    problem: null,
  })
  const [turn, setTurn] = useState(0)
  const heard = useStore(news)
  useEffect(() => {
    let current = true
    void load().then((answer) => {
      if (!current) return
      setFound((before) =>
        answer.ok
          ? { key, value: answer.value, problem: null }
          : { key, value: before.key === key ? before.value : null, problem: answer.problem },
      )
    })
    return () => void (current = false)
  }, [key, turn, heard])
  const stale = found.key !== key
  return {
    value: stale ? null : found.value,
    problem: stale ? null : found.problem,
    again: () => setTurn(turn + 1),
  }
}

export function Page({
  title,
  lead,
  children,
  test,
}: {
  title: string
  lead?: string
  children: ComponentChildren
  test: string
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null)
  const t = useTexts()
  const hub = useStore(hubView)
  useEffect(() => {
    document.title = `${title} · ${hub?.founded === true ? hub.city : t.brand}`
  }, [title, hub, t])
  // A new page is announced by its title, as a page load would be.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [test])
  return (
    <main id="content" class="page" data-test={`page-${test}`}>
      <h1 ref={heading} tabIndex={-1}>
        {phrasesOf(title).map((phrase) => (
          <span key={phrase}>{phrase}</span>
        ))}
      </h1>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </main>
  )
}

/** A Chinese title breaks at its own punctuation first, and not in the middle of a word. */
const phrasesOf = (title: string): string[] => title.split(/(?<=[，：；])/)

/** A titled part of a page. */
export const Part = ({
  title,
  children,
  test,
}: {
  title: string
  children: ComponentChildren
  test?: string
}): JSX.Element => (
  <section class="part" data-test={test}>
    <h2>{title}</h2>
    {children}
  </section>
)

export function Button({
  test,
  onPress,
  children,
  kind = 'plain',
  disabled = false,
  pressed,
}: {
  test: string
  onPress: () => void | Promise<unknown>
  children: ComponentChildren
  kind?: 'main' | 'plain' | 'quiet'
  disabled?: boolean
  pressed?: boolean
}): JSX.Element {
  const [busy, setBusy] = useState(false)
  const here = useRef(true)
  useEffect(() => () => void (here.current = false), [])
  // Busy rather than disabled: a disabled button loses the keyboard's place.
  const press = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    try {
      await onPress()
    } finally {
      if (here.current) setBusy(false)
    }
  }
  return (
    <button
      type="button"
      class={`button ${kind}`}
      data-test={test}
      aria-busy={busy}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={() => void press()}
    >
      {children}
    </button>
  )
}

export const LinkButton = ({
  test,
  href,
  children,
  kind = 'plain',
}: {
  test: string
  href: string
  children: ComponentChildren
  kind?: 'main' | 'plain' | 'quiet'
}): JSX.Element => (
  <a class={`button ${kind}`} href={href} data-test={test}>
    {children}
  </a>
)

/** A form that is sent with Enter or its button, and never by the browser itself. */
export const Form = ({
  onSend,
  children,
  test,
}: {
  onSend: () => void
  children: ComponentChildren
  test: string
}): JSX.Element => (
  <form
    class="form"
    data-test={test}
    noValidate
    onSubmit={(event) => {
      event.preventDefault()
      onSend()
    }}
  >
    {children}
  </form>
)

export function Field({
  label,
  note,
  children,
}: {
  label: string
  note?: string | undefined
  children: (ids: { 'id': string; 'aria-describedby': string | undefined }) => ComponentChildren
}): JSX.Element {
  const id = useId()
  const noteId = note === undefined ? undefined : `${id}-note`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': noteId })}
      {note !== undefined && (
        <p class="note" id={noteId}>
          {note}
        </p>
      )}
    </div>
  )
}

export function TextField({
  label,
  note,
  value,
  onChange,
  test,
  type = 'text',
  maxLength,
  placeholder,
}: {
  label: string
  note?: string | undefined
  value: string
  onChange: (value: string) => void
  test: string
  type?: 'text' | 'area' | 'amount' | 'pin' | 'moment' | 'day' | 'search'
  maxLength?: number
  placeholder?: string
}): JSX.Element {
  // As an attribute: the property of that name, taken away from an input that is used again, would allow no letter at all.
  const shared = { 'data-test': test, value, 'maxlength': maxLength, placeholder, 'autoComplete': 'off' }
  const onInput = (event: { currentTarget: { value: string } }): void =>
    onChange(event.currentTarget.value)
  return (
    <Field label={label} note={note}>
      {(ids) => {
        switch (type) {
          case 'area':
            return <textarea {...ids} {...shared} rows={4} onInput={onInput} />
          case 'amount':
            return <input {...ids} {...shared} type="text" inputMode="decimal" onInput={onInput} />
          case 'pin':
            return <input {...ids} {...shared} type="password" onInput={onInput} />
          case 'moment':
            return <input {...ids} {...shared} type="datetime-local" onInput={onInput} />
          case 'day':
            return <input {...ids} {...shared} type="date" onInput={onInput} />
          case 'search':
            return <input {...ids} {...shared} type="search" onInput={onInput} />
          case 'text':
            return <input {...ids} {...shared} type="text" onInput={onInput} />
        }
      }}
    </Field>
  )
}

export type Option = { value: string; label: string; note?: string }

export function Select({
  label,
  note,
  value,
  options,
  onChange,
  test,
}: {
  label: string
  note?: string
  value: string
  options: Option[]
  onChange: (value: string) => void
  test: string
}): JSX.Element {
  return (
    <Field label={label} note={note}>
      {(ids) => (
        <select
          {...ids}
          data-test={test}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/**
 * One of a few, all visible: radio inputs that look like a row of buttons, or like cards when they
 * carry notes.
 */
export function Choice({
  label,
  hidden = false,
  value,
  options,
  onChange,
  test,
}: {
  label: string
  hidden?: boolean
  value: string
  options: Option[]
  onChange: (value: string) => void
  test: string
}): JSX.Element {
  const name = useId()
  const asCards = options.some((one) => one.note !== undefined)
  return (
    <fieldset class={asCards ? 'choice cards' : 'choice'} data-test={test}>
      <legend class={hidden ? 'unseen' : undefined}>{label}</legend>
      <div class="options">
        {options.map((one) => (
          <label key={one.value} data-test={`${test}-${one.value}`}>
            <input
              type="radio"
              name={name}
              value={one.value}
              checked={one.value === value}
              onChange={() => onChange(one.value)}
            />
            <span class="option">
              <span>{one.label}</span>
              {one.note !== undefined && <span class="note">{one.note}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export type AwardCategory = 1 | 2 | 3

/** Which kind of help it is, as this hub's charter weighs it; nothing where every kind weighs the same. */
export function CategoryChoice({
  label,
  value,
  onChange,
  test,
}: {
  label: string
  value: AwardCategory
  onChange: (value: AwardCategory) => void
  test: string
}): JSX.Element | null {
  const t = useTexts()
  const { categories } = useStore(hubView)!
  if (categories.every((row) => row.perMille === 1000)) return null
  return (
    <Choice
      label={label}
      value={String(value)}
      test={test}
      onChange={(chosen) => onChange(Number(chosen) as AwardCategory)}
      options={categories.map((row) => {
        const name = t.awardCategories[row.category as AwardCategory]
        return {
          value: String(row.category),
          label: row.perMille === 1000 ? name : `${name} × ${factor(row.perMille)}`,
        }
      })}
    />
  )
}

const QUARTER = 15

/** Minutes in quarters of an hour. `most` is where adding ends. */
export function Stepper({
  label,
  minutes,
  most = 12 * 60,
  onChange,
  test,
}: {
  label: string
  minutes: number
  most?: number
  onChange: (minutes: number) => void
  test: string
}): JSX.Element {
  const t = useTexts()
  const id = useId()
  const less = minutes % QUARTER === 0 ? minutes - QUARTER : minutes - (minutes % QUARTER)
  const more = Math.min(most, minutes - (minutes % QUARTER) + QUARTER)
  return (
    <div class="field">
      <span id={id} class="label">
        {label}
      </span>
      <div class="stepper" role="group" aria-labelledby={id}>
        <button
          type="button"
          class="button plain"
          data-test={`${test}-less`}
          aria-label={t.record.shorter}
          disabled={less < 1}
          onClick={() => onChange(less)}
        >
          −
        </button>
        <output data-test={test} data-minutes={minutes} aria-live="polite">
          {t.duration(minutes)}
        </output>
        <button
          type="button"
          class="button plain"
          data-test={`${test}-more`}
          aria-label={t.record.longer}
          disabled={minutes >= most}
          onClick={() => onChange(more)}
        >
          +
        </button>
      </div>
    </div>
  )
}

export const Chip = ({
  children,
  tone = 'plain',
  test,
}: {
  children: ComponentChildren
  tone?: 'plain' | 'need' | 'offer' | 'city' | 'good'
  test?: string
}): JSX.Element => (
  <span class={`chip ${tone}`} data-test={test}>
    {children}
  </span>
)

/** A time in words, and exactly when it is pointed at or read by a machine. */
export function When({ ts, relative = false }: { ts: number; relative?: boolean }): JSX.Element {
  const { language } = useTexts()
  const exact = moment(ts, language)
  return (
    <time dateTime={isTime(ts) ? new Date(ts * 1000).toISOString() : undefined} title={exact}>
      {relative ? ago(ts, language) : exact}
    </time>
  )
}

/** A page whose one thing could not be had: why not, and the way back. */
export function Missing({ problem, again }: { problem: Problem; again: () => void }): JSX.Element {
  const t = useTexts()
  return (
    <Page title={t.common.missingTitle} test="missing">
      <Loading problem={problem} again={isFinal(problem) ? undefined : again} />
      <LinkButton test="to-home" href={to.home}>
        {t.common.toHome}
      </LinkButton>
    </Page>
  )
}

/** What asking again would not change. */
const isFinal = (problem: Problem): boolean =>
  problem.from === 'door' && (problem.code === 'not-found' || problem.code === 'not-a-steward')

/** Said while something is loading, but only when it takes long enough to be noticed. */
export function Loading({
  problem,
  again,
}: {
  problem?: Problem | null
  again?: (() => void) | undefined
}): JSX.Element {
  const t = useTexts()
  if (problem === null || problem === undefined)
    return (
      <p class="loading" role="status">
        {t.common.loading}
      </p>
    )
  return (
    <>
      <Refused trouble={problem} reading />
      {again !== undefined && (
        <Button test="try-again" onPress={again}>
          {t.common.refresh}
        </Button>
      )}
    </>
  )
}

/** A page that has nothing to show until it has been loaded. */
export const LoadingPage = (given: Parameters<typeof Loading>[0]): JSX.Element => (
  <main class="page">
    <Loading {...given} />
  </main>
)

/**
 * Why something was not done: what, why, what to do, and the code to read out on the telephone.
 * `reading`: nothing was asked but to look, so the page does again by itself what can be done.
 */
export function Refused({
  trouble,
  reading = false,
}: {
  trouble: Trouble | null
  reading?: boolean
}): JSX.Element | null {
  const t = useTexts()
  const hub = useStore(hubView)
  const box = useRef<HTMLDivElement>(null)
  // On a small screen the button that was pressed may have nothing but the bar below it.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [trouble])
  if (trouble === null || trouble.from === 'unready') return null
  if (trouble.from === 'login') {
    return (
      <div ref={box} class="refused" role="alert" data-test="refused" data-code={trouble.fault}>
        <p>{t.loginFaults[trouble.fault]}</p>
      </div>
    )
  }
  const { what, why, todo } = wordsOf(trouble, t, hub?.showsHours ?? false, hub?.currencyName ?? '')
  const code = trouble.from === 'network' ? null : trouble.code
  const isUnsent = trouble.from === 'network' && !reading
  return (
    <div
      ref={box}
      class="refused"
      role="alert"
      data-test="refused"
      data-code={code ?? 'network'}
    >
      <p>
        <strong>{what}</strong>
      </p>
      <p>{t.common.sentence(why)}</p>
      <p>{t.common.sentence(isUnsent ? t.common.offlineAgain : todo)}</p>
      {code !== null && (
        <p class="note">
          {t.common.code} <code>{code}</code>
        </p>
      )}
    </div>
  )
}

const MINUTE_SECONDS = 60

/**
 * The words of a problem with its own numbers filled in. A code that is unknown here came from a
 * newer hub.
 */
export function wordsOf(
  problem: Problem,
  t: Texts,
  showsHours: boolean,
  currencyName: string,
): Words {
  if (problem.from === 'network')
    return { what: t.common.offlineWhat, why: t.common.offlineWhy, todo: t.common.offlineTodo }
  const told: Told | undefined =
    problem.from === 'record'
      ? t.refusals[problem.code as RefusalCode]
      : t.door[problem.code as DoorRefusal['code']]
  if (told === undefined)
    return wordsOf({ ...problem, from: 'record', code: 'malformed' }, t, showsHours, currencyName)
  if (typeof told !== 'function') return told
  const { data } = problem
  const money = moneyOf(t, showsHours, currencyName)
  const number = (name: string): number | null => {
    const value = Number(data[name])
    return Number.isSafeInteger(value) ? value : null
  }
  const spelled = (name: string, spell: (n: number) => string): string => {
    const n = number(name)
    return n === null ? '…' : spell(n)
  }
  return told({
    raw: (name) => (data[name] === undefined ? '…' : String(data[name])),
    cv: (name) => (/^\d+$/.test(String(data[name])) ? money.local(String(data[name])) : '…'),
    factor: (name) => spelled(name, factor),
    percent: (name) => spelled(name, (perMille) => `${perMille / 10}%`),
    moment: (name) => spelled(name, (ts) => moment(ts, t.language)),
    day: (name) => spelled(name, (day) => utcDate(day, t.language)),
    duration: (name) => spelled(name, t.duration),
    wait: (name) =>
      spelled(name, (n) =>
        n < MINUTE_SECONDS ? t.seconds(n) : t.duration(Math.ceil(n / MINUTE_SECONDS)),
      ),
  })
}

/** Somebody who has joined and not met a steward yet: the number to show, and what it opens. */
export function NotYetMet({ acct }: { acct: string }): JSX.Element {
  const t = useTexts()
  return (
    <a class="card calm" href={to.join} data-test="not-yet-met">
      <strong>{t.me.waiting}</strong>
      <span>{t.me.awaiting(numberOf(acct))}</span>
      <span class="note">{t.me.awaitingThen}</span>
    </a>
  )
}

/** How neighbours get here: the address to tell them, and what they do there. */
export function Invite(): JSX.Element {
  const t = useTexts()
  const address = `${location.origin}${to.join}`
  return (
    <Part title={t.steward.inviteTitle} test="invite">
      <p>{t.steward.invite}</p>
      <Copied
        label={t.steward.inviteAddress}
        text={address}
        rows={2}
        test="invite-address"
        copyTest="copy-address"
      />
      {isOnlyHere(location.hostname) && <p class="note">{t.steward.inviteOnlyHere}</p>}
    </Part>
  )
}

/** Addresses of the computer itself: no other device can open them. */
const isOnlyHere = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.')

/** Text to hand out. Plain http has no clipboard, so it can always be selected by hand. */
export function Copied({
  label,
  text,
  rows,
  note,
  test,
  copyTest,
}: {
  label: string
  text: string
  rows: number
  note?: string
  test: string
  copyTest: string
}): JSX.Element {
  const t = useTexts()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [done, setDone] = useState<string | null>(null)
  const copy = async (): Promise<void> => {
    area.current?.select()
    try {
      await navigator.clipboard.writeText(text)
      setDone(t.common.copied)
    } catch {
      setDone(t.common.selectAll)
    }
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        ref={area}
        id={id}
        class="code"
        rows={rows}
        readOnly
        value={text}
        data-test={test}
      />
      <div class="buttons">
        <Button test={copyTest} onPress={copy}>
          {t.common.copy}
        </Button>
        <span class="note" role="status">
          {done ?? note}
        </span>
      </div>
    </div>
  )
}

/** Larger letters on every page; remembered on this device. */
export function TextSize(): JSX.Element {
  const t = useTexts()
  const root = document.documentElement.classList
  const [large, setLarge] = useState(root.contains('large'))
  const size = (value: string): void => {
    preference.set('text', value)
    root.toggle('large', value === 'large')
    setLarge(value === 'large')
  }
  return (
    <Choice
      label={t.me.textSize}
      value={large ? 'large' : 'normal'}
      test="text-size"
      onChange={size}
      options={[
        { value: 'normal', label: t.me.textNormal },
        { value: 'large', label: t.me.textLarge },
      ]}
    />
  )
}

/** The first thing that would raise the level, as a sentence; nothing where it would be an amount and none are shown. */
export function nextLevelIn(next: MeView['next'], t: Texts, money: Money, showsAmounts: boolean): string {
  const missing = next?.missing[0]
  if (missing?.what === 'lifetime' && !showsAmounts) return ''
  return next === null || missing === undefined ? t.home.top : missingIn(next.level, missing, t, money)
}

export const missingIn = (level: number, missing: MissingView, t: Texts, money: Money): string =>
  missing.what === 'lifetime'
    ? t.home.nextLevel.lifetime(level, money.local(missing.milli))
    : t.home.nextLevel[missing.what](level, missing.count)

/** An award as a sum on paper: one factor a line, the result under the line. */
export function Sum({ terms, total }: { terms: Term[]; total: string }): JSX.Element {
  const t = useTexts()
  return (
    <table class="sum" data-test="sum">
      <tbody>
        {terms.map((term, i) => (
          <tr key={i}>
            <td class="sign">{i === 0 ? '' : t.factors.times}</td>
            <td class="number">{term.number}</td>
            <td>
              {term.meaning}
              {term.set !== undefined && (
                <span class="note said">{t.why.said(nameOf(term.set.by, t), date(term.set.ts, t.language))}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td class="sign">{t.factors.equals}</td>
          <td class="number" data-test="sum-total">
            {total}
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  )
}

/** Label and value in two columns that become one on a narrow screen. */
export const Facts = ({
  rows,
  areSums = false,
}: {
  rows: [label: string, value: ComponentChildren, test?: string][]
  /** Numbers under one another: long labels, short values at the right. */
  areSums?: boolean
}): JSX.Element => (
  <dl class={areSums ? 'facts sums' : 'facts'}>
    {rows.map(([label, value, test]) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd data-test={test}>{value}</dd>
      </div>
    ))}
  </dl>
)

export type IconName =
  'home' | 'board' | 'add' | 'letter' | 'me' | 'steward' | 'hand' | 'heart' | 'pencil' | 'calendar' | 'back'

const shapes: Record<IconName, string> = {
  home: 'M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z',
  board: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm3.8 4.7-2 5.6-5.6 2 2-5.6z',
  add: 'M12 5v14M5 12h14',
  letter: 'M4 6.5h16v11.5H4zM4 7.5l8 6 8-6',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c.8-4 3.9-6 7.5-6s6.7 2 7.5 6',
  steward: 'M12 3.5 19 6v6c0 4.2-3 7-7 8.5-4-1.5-7-4.3-7-8.5V6zM9 12l2.2 2.2L15.2 10',
  hand: 'M7 12V6.5a1.5 1.5 0 0 1 3 0V11m0-5.5v-1a1.5 1.5 0 0 1 3 0V11m0-5a1.5 1.5 0 0 1 3 0v5.5m0-3a1.5 1.5 0 0 1 3 0V15c0 3.5-2.5 6-6 6-3 0-4.5-1-6-3.5l-3-5c-.5-1 .8-2.3 2-1.3L7 12.5',
  heart: 'M12 20s-7.5-4.5-7.5-10A4.2 4.2 0 0 1 12 7.5 4.2 4.2 0 0 1 19.5 10c0 5.5-7.5 10-7.5 10Z',
  pencil: 'M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5zM14 6.5l3.5 3.5',
  calendar: 'M5 6.5h14v13H5zM5 10.5h14M8.5 4v4M15.5 4v4',
  back: 'M14.5 5.5 8 12l6.5 6.5',
}

export const Icon = ({ name }: { name: IconName }): JSX.Element => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={shapes[name]} />
  </svg>
)

/** The mark of the house: two circles that share one line. */
export const Mark = (): JSX.Element => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <circle cx="12" cy="16" r="8.5" />
    <circle cx="20" cy="16" r="8.5" />
    <path d="M9 16h14" />
  </svg>
)
