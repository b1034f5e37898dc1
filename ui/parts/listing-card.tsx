/** One listing as a card: on the board, under what fits, and in the preview of one's own. */
import type { JSX } from 'preact'
import type { ListingView } from '#protocol/api.ts'
import { hubView, me } from '../hub/app.ts'
import { to } from '../router.ts'
import { useStore } from '../store.ts'
import { ago, date } from '../text/format.ts'
import { slotIn } from '../text/format.ts'
import { Chip, nameOf, useTexts } from './view.tsx'

/** What it is, who, how long, and where it comes from when that is elsewhere. */
export function Card({ listing }: { listing: ListingView }): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)
  const isMine = listing.own && listing.author.acct === mine?.acct
  const cities = useStore(hubView)?.federation?.cities ?? []
  const isFrozen = cities.some(({ origin, frozen }) => origin === listing.hub && frozen !== null)
  return (
    <a
      class="card listing"
      href={to.listing(listing.id)}
      data-test="listing-card"
      data-id={listing.id}
    >
      <span class="chips">
        <Chip tone={listing.kind === 'need' ? 'need' : 'offer'}>{t.kinds[listing.kind]}</Chip>
        <Chip>{t.categories[listing.category]}</Chip>
        {!listing.own && (
          <Chip tone="city" test="city-chip">
            {t.board.from(listing.city)}
          </Chip>
        )}
        {listing.resource !== null && <Chip>{t.resources[listing.resource]}</Chip>}
        {isFrozen && <Chip test="frozen-chip">{t.board.frozen}</Chip>}
        {isMine && <Chip tone="good">{t.board.mine}</Chip>}
      </span>
      <strong class="subject">{listing.title}</strong>
      {listing.body !== null && <span class="excerpt">{listing.body}</span>}
      {(listing.slots.length > 0 || listing.place !== null) && (
        <span class="note meta">
          {listing.slots[0] !== undefined && <span>{slotIn(listing.slots[0], t.language)}</span>}
          {listing.place !== null && listing.place.name !== '' && <span>{listing.place.name}</span>}
          {listing.online && <span>{t.board.online}</span>}
        </span>
      )}
      <span class="note meta">
        {listing.own && <span>{nameOf(listing.author, t)}</span>}
        {(listing.kind === 'need' || listing.kind === 'skill') && (
          <span>{listing.minutes === 0 ? t.board.anyLength : t.board.minutes(t.duration(listing.minutes))}</span>
        )}
        <span>
          {listing.own
            ? t.board.until(date(listing.expiresAt, t.language))
            : t.board.heard(ago(listing.heardTs, t.language), listing.city)}
        </span>
      </span>
    </a>
  )
}
