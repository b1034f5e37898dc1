/** What a listing says about itself, in rows and chips; and, of something lent, what using it takes. */
import type { JSX } from 'preact'
import type { HubView, ListingView } from '#protocol/api.ts'
import { slotIn } from '../text/format.ts'
import type { Texts } from '../text/catalogue.ts'
import { Part, useMoney, useTexts } from './view.tsx'

/** Rows for `Facts`, of what is said; nothing for what is left open. */
export function factsOf(listing: ListingView, t: Texts<'listings'>): [string, string][] {
  const { resources } = t
  const { facts, returns } = t.market
  const { slots, place, resource, level, places, tags } = listing
  const names = new Intl.DisplayNames([t.language], { type: 'language' })
  const rows: [string, string | null][] = [
    [facts.resource, resource === null ? null : resources[resource]],
    [facts.slots, slots.length === 0 ? null : slots.map((slot) => slotIn(slot, t.language)).join(t.language === 'zh' ? '；' : '; ')],
    [facts.place, place === null ? null : placeIn(place.name, t)],
    [t.board.online, listing.online ? '✓' : null],
    [facts.returns, listing.returns.length === 0 ? null : listOf(listing.returns.map((one) => returns[one]), t)],
    [facts.places, places === 0 ? null : facts.placesUpTo(places)],
    [facts.level, level === 1 ? null : facts.levelFrom(level)],
    [facts.languages, listing.languages.length === 0 ? null : listOf(listing.languages.map((one) => nameIn(names, one)), t)],
    [facts.tags, tags.length === 0 ? null : tags.join(' · ')],
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null)
}

const placeIn = (name: string, t: Texts<'listings'>): string =>
  `${name === '' ? t.market.facts.cell : `${name}${t.language === 'zh' ? '，' : ', '}${t.market.facts.cell}`}${t.language === 'zh' ? '。' : '. '}${t.market.facts.placeNote}`

const listOf = (words: string[], t: Texts): string => words.join(t.language === 'zh' ? '、' : ', ')

/** A language as the reader calls it; whoever posts may write anything there. */
function nameIn(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}

export function WhatUsingTakes({ listing, view }: { listing: ListingView; view: HubView }): JSX.Element {
  const t = useTexts('listings')
  const money = useMoney()
  const { use, units } = t.market
  const { resource } = listing
  const row = view.prices.find((one) => one.resource === resource)
  return (
    <Part title={use.title} test="how-counted">
      {resource === null || row === undefined ? (
        <p>{use.unlisted}</p>
      ) : (
        <>
          <p class="sum-line" data-test="use-sum">
            {use.one(units[resource](1), money.local(row.milli))}
          </p>
          {view.longStay.map(({ fromUnits, perMille }) => (
            <p key={fromUnits} class="note">
              {use.longStay(units[resource](fromUnits), perMille / 10)}
            </p>
          ))}
          <p class="note">{use.note}</p>
        </>
      )}
    </Part>
  )
}
