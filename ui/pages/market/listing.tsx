/**
 * One listing: what, who, how it is counted with this one's numbers filled in, and the one thing to
 * do: to answer it, or, for its author, to agree with somebody who did.
 */
import type { JSX } from 'preact'
import type { HubView, ListingView } from '#protocol/api.ts'
import { hubView, me } from '../../hub/app.ts'
import { date, factor, globalFor, product, ratioOf } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { hub } from '../../hub/hub-client.ts'
import { askedOf, gathersAbroad, hasRoom } from './listing-draft.ts'
import { to } from '../../router.ts'
import { RoomDoor } from '../../parts/circle-rows.tsx'
import { factsOf, WhatUsingTakes } from '../../parts/listing-facts.tsx'
import { useStore } from '../../store.ts'
import {
  type AwardCategory, Chip, Facts, LinkButton, Loading, Missing, nameOf, Page, Part, useLoaded, useMoney, useTexts, When,
} from '../../parts/view.tsx'
import { GatheringsAbroad } from './gatherings-abroad.tsx'
import { Answer } from './listing-answer.tsx'
import { Own } from './listing-own.tsx'

const HOUR_MINUTES = 60

export function ListingPage({ id }: { id: string }): JSX.Element {
  const t = useTexts('listings')
  const view = useStore(hubView)!
  const mine = useStore(me)
  const { value: listing, problem, again } = useLoaded(() => hub.listing(id), id)
  if (listing === null && problem !== null) return <Missing problem={problem} again={again} />
  if (listing === null)
    return (
      <main class="page" id="content">
        <Loading />
      </main>
    )
  const isMine = listing.own && listing.author.acct === mine?.acct
  const answer = isMine ? <Own listing={listing} /> : <Answer listing={listing} />
  return (
    <Page title={listing.title} test="listing">
      <p class="chips">
        <Chip tone={listing.kind === 'need' ? 'need' : 'offer'}>{t.kinds[listing.kind]}</Chip>
        <Chip>{t.categories[listing.category]}</Chip>
        {!listing.own && (
          <Chip tone="city" test="city-chip">
            {t.board.from(listing.city)}
          </Chip>
        )}
        {listing.state === 'closed' && <Chip test="closed">{t.board.closed}</Chip>}
      </p>
      <FrozenCity hub={listing.hub} />
      {listing.body !== null && (
        <p class="words" data-test="listing-words">
          {listing.body}
        </p>
      )}
      {listing.images.length > 0 && (
        <div class="pictures" data-test="listing-pictures">
          {listing.images.map((hash) => (
            <img key={hash} src={`/api/pictures/${hash}`} alt={t.market.picture.alt} loading="lazy" />
          ))}
        </div>
      )}
      <Facts
        rows={[
          ...factsOf(listing, t),
          [t.listing.who, listing.own ? nameOf(listing.author, t) : t.board.from(listing.city)],
          ...(!askedOf[listing.kind].includes('length')
            ? []
            : [[t.listing.length, listing.minutes === 0 ? t.board.anyLength : t.board.minutes(t.duration(listing.minutes))] as [string, string]]),
          [t.listing.when, <When ts={listing.own ? listing.from : listing.heardTs} relative />],
          [t.listing.validUntil, date(listing.expiresAt, t.language)],
          ...(isMine && view.federation !== null
            ? [[t.post.scope, t.scopes[listing.scope]] as [string, string]]
            : []),
        ]}
      />
      <HowCounted listing={listing} view={view} />
      {hasRoom(listing) && mine?.attested === true ? <RoomDoor id={id}>{answer}</RoomDoor> : answer}
      {gathersAbroad(listing) && mine?.attested === true && <GatheringsAbroad listing={listing} />}
      {!isMine && mine?.attested === true && (
        <LinkButton test="write-to" kind="quiet" href={to.conversation({ what: 'listing', hub: listing.hub, id: listing.id })}>
          {t.listing.write}
        </LinkButton>
      )}
    </Page>
  )
}

/**
 * The formula with this listing's minutes; for another city only what is known here, and whose
 * charter decides.
 */
function HowCounted({ listing, view }: { listing: ListingView; view: HubView }): JSX.Element | null {
  const t = useTexts('listings')
  const money = useMoney()
  const minutes = listing.minutes === 0 ? HOUR_MINUTES : listing.minutes
  const how = t.listing.how
  // What somebody shares in another city has its price there, for a time that is not chosen yet (`use.tsx`).
  const isCounted = listing.kind === 'resource' || listing.kind === 'event' ? listing.own : askedOf[listing.kind].includes('length')
  if (!view.showsAmounts || !isCounted) return null
  if (!listing.own) {
    return (
      <Part title={t.listing.howTitle} test="how-counted">
        <p>{(listing.kind === 'need' ? how.abroad : how.visitor)(listing.city, ratioOf(view.conversion))}</p>
        <p class="sum-line">
          {how.abroadSum(t.minutes(minutes), money.global(globalFor(product(minutes, view.minutesPerCv), view.conversion)))}
        </p>
      </Part>
    )
  }
  if (listing.kind === 'resource') return <WhatUsingTakes listing={listing} view={view} />
  const basic = view.categories.find((row) => row.category === 1)?.perMille ?? 1000
  const special = view.categories.filter((row) => row.perMille !== basic)
  return (
    <Part title={t.listing.howTitle} test="how-counted">
      {listing.minutes === 0 && <p>{how.noLength}</p>}
      <p class="sum-line" data-test="how-sum">
        {how.sum(
          view.showsHours ? t.duration(minutes) : t.minutes(minutes),
          factor(basic),
          money.local(product(minutes, view.minutesPerCv, basic)),
        )}
      </p>
      {special.length > 0 && (
        <p class="note">
          {how.specialist(
            special
              .map(
                (row) =>
                  `${t.awardCategories[row.category as AwardCategory]} × ${factor(row.perMille)} = ${money.local(product(minutes, view.minutesPerCv, row.perMille))}`,
              )
              .join(t.language === 'zh' ? '；' : '; '),
          )}
        </p>
      )}
      <p class="note">{view.helpPrice === 'none' ? how.priceNone : how.priceHour}</p>
    </Part>
  )
}
