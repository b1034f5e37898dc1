/** The frame of a page and what stands in it: parts, buttons, rows of facts, pictures. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { hubView } from '../hub/app.ts'
import { useStore } from '../store.ts'
import { ago, isTime, moment } from '../text/format.ts'
import { useTexts } from './texts.tsx'

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

/** What one opens when it is wanted; `open`: as long as there is nothing more important on the page. */
export const Fold = ({
  title,
  test,
  open = false,
  onOpen,
  children,
}: {
  title: string
  test: string
  open?: boolean
  onOpen?: () => unknown
  children: ComponentChildren
}): JSX.Element => (
  <details class="fold" data-test={test} open={open} onToggle={(event) => void (event.currentTarget.open && onOpen?.())}>
    <summary>{title}</summary>
    {children}
  </details>
)

/** The first `count` of a long list, and a button that brings the others; null when there are none. */
export function useFirst<T>(all: readonly T[], count: number, test: string): [shown: readonly T[], more: JSX.Element | null] {
  const t = useTexts()
  const [isWhole, setWhole] = useState(false)
  if (isWhole || all.length <= count) return [all, null]
  return [
    all.slice(0, count),
    <Button test={test} kind="quiet" onPress={() => setWhole(true)}>{`${t.common.more} (${all.length - count})`}</Button>,
  ]
}

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

/** Label and value in two columns that become one on a narrow screen. */
export const Facts = ({
  rows,
  areSums = false,
}: {
  rows: [label: ComponentChildren, value: ComponentChildren, test?: string][]
  /** Numbers under one another: long labels, short values at the right. */
  areSums?: boolean
}): JSX.Element => (
  <dl class={areSums ? 'facts sums' : 'facts'}>
    {rows.map(([label, value, test], i) => (
      <div key={i}>
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
