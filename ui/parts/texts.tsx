/** What is said on a page: words, amounts and people, as the reader has them. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Milli, PersonView } from '#protocol/api.ts'
import { hubView, isOpen, me, needBooks, texts } from '../hub/app.ts'
import { useStore } from '../store.ts'
import type { Book, Texts } from '../text/catalogue.ts'
import { amount, given } from '../text/format.ts'

/**
 * The words that every page may show, and those of the books that are named; whoever opens a page has brought its books
 * (`main.tsx`).
 */
export function useTexts<B extends Book = never>(...books: B[]): Texts<B> {
  const t = useStore(texts)
  const closed = books.find((book) => !isOpen(book))
  if (t === null || closed !== undefined) throw new Error(`the words of ${closed ?? 'every page'} were not brought`)
  return t as Texts<B>
}

/**
 * For what is seldom shown on a page and brings its words itself: nothing until they are here, and `without` where they
 * cannot be had.
 */
export function WithBooks({ books, children, without = null }: {
  books: Book[]
  children: ComponentChildren
  without?: ComponentChildren
}): JSX.Element {
  const [isGone, setIsGone] = useState(false)
  useStore(texts)
  const isHere = books.every(isOpen)
  useEffect(() => {
    if (!isHere) needBooks(...books).catch(() => setIsGone(true))
  }, [isHere])
  return <>{isHere ? children : isGone ? without : null}</>
}

/** `sent`: Global value that somebody gives; `typed`: the unit of what a person types, which is minutes where amounts are shown as hours. */
export type Money = { local(milli: Milli): string; global(milli: Milli): string; sent(milli: Milli): string; unit: string; typed: string }

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
    sent: (milli) => t.amounts.global(amount(given(milli), t.language)),
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
