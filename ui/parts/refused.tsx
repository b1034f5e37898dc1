/**
 * Why something was not done: what, why, what to do, and the code to read out on the telephone. The words come with the
 * first refusal: most visits need none of them.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { RefusalCode } from '#ledger/refusal.ts'
import type { DoorRefusal } from '#protocol/api.ts'
import { hubView } from '../hub/app.ts'
import type { Problem } from '../hub/hub-client.ts'
import type { Trouble } from '../hub/kept-key.ts'
import { useStore } from '../store.ts'
import type { Texts } from '../text/catalogue.ts'
import { factor, moment, utcDate } from '../text/format.ts'
import type { Told as Telling, Words } from '../text/words.ts'
import { moneyOf, useTexts, WithBooks } from './texts.tsx'

/** `reading`: nothing was asked but to look, so the page does again by itself what can be done. */
export function Refused({ trouble, reading = false }: { trouble: Trouble | null; reading?: boolean }): JSX.Element | null {
  const t = useTexts()
  if (trouble === null || trouble.from === 'unready') return null
  if (trouble.from === 'kept') {
    return (
      <p class="card calm" role="status" data-test="kept">
        {t.outbox.kept}
      </p>
    )
  }
  if (trouble.from === 'login') {
    return (
      <Alert trouble={trouble} code={trouble.fault}>
        <p>{t.loginFaults[trouble.fault]}</p>
      </Alert>
    )
  }
  if (trouble.from === 'network') {
    const words = { what: t.common.offlineWhat, why: t.common.offlineWhy, todo: reading ? t.common.offlineTodo : t.common.offlineAgain }
    return (
      <Alert trouble={trouble} code="network">
        <Told words={words} />
      </Alert>
    )
  }
  return (
    <Alert trouble={trouble} code={trouble.code}>
      <WithBooks books={['refusals']}>
        <InWords problem={trouble} />
      </WithBooks>
      <p class="note">
        {t.common.code} <code>{trouble.code}</code>
      </p>
    </Alert>
  )
}

function Alert({ trouble, code, children }: { trouble: Trouble; code: string; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  // On a small screen the button that was pressed may have nothing but the bar below it.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [trouble])
  return (
    <div ref={box} class="refused" role="alert" data-test="refused" data-code={code}>
      {children}
    </div>
  )
}

function Told({ words: { what, why, todo } }: { words: Words }): JSX.Element {
  const { sentence } = useTexts().common
  return (
    <>
      <p>
        <strong>{what}</strong>
      </p>
      <p>{sentence(why)}</p>
      <p>{sentence(todo)}</p>
    </>
  )
}

function InWords({ problem }: { problem: Refusing }): JSX.Element {
  const t = useTexts('refusals')
  const { showsHours, currencyName } = useStore(hubView) ?? { showsHours: false, currencyName: '' }
  return <Told words={wordsOf(problem, t, showsHours, currencyName)} />
}

/** Somebody said no, with a code: the record's rules, or the hub's door. */
export type Refusing = Exclude<Problem, { from: 'network' }>

const MINUTE_SECONDS = 60

/**
 * The words of a problem with its own numbers filled in. A code that is unknown here came from a
 * newer hub.
 */
export function wordsOf(problem: Refusing, t: Texts<'refusals'>, showsHours: boolean, currencyName: string): Words {
  const told: Telling | undefined =
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
    has: (name) => data[name] !== undefined,
    raw: (name) => (data[name] === undefined ? '…' : String(data[name])),
    cv: (name) => (/^\d+$/.test(String(data[name])) ? money.local(String(data[name])) : '…'),
    factor: (name) => spelled(name, factor),
    percent: (name) => spelled(name, (perMille) => `${perMille / 10}%`),
    moment: (name) => spelled(name, (ts) => moment(ts, t.language)),
    day: (name) => spelled(name, (day) => utcDate(day, t.language)),
    first: () => (number('earliest') === null ? spelled('oldest', (day) => utcDate(day, t.language)) : spelled('earliest', (ts) => moment(ts, t.language))),
    duration: (name) => spelled(name, t.duration),
    wait: (name) =>
      spelled(name, (n) =>
        n < MINUTE_SECONDS ? t.seconds(n) : t.duration(Math.ceil(n / MINUTE_SECONDS)),
      ),
  })
}
