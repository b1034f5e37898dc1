/**
 * Me: the story before the numbers, then the numbers with what they mean, each award with why, the
 * receipts this device keeps, and the device itself.
 */
import type { JSX } from 'preact'
import type { MeView } from '#protocol/api.ts'
import { abroad, hubView, me } from '../../hub/app.ts'
import { DeviceNotices, Devices } from '../../parts/devices.tsx'
import { about } from '../../text/format.ts'
import { FrozenCities } from '../../parts/frozen.tsx'
import { InviteSomebody, Leaving } from './leaving.tsx'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { LinkButton, nameOf, nextLevelIn, NotYetMet, Page, Part, useMoney, useTexts } from '../../parts/view.tsx'
import { storyOf } from '../../hub/waiting.ts'
import { DevicePart } from './me-device.tsx'
import { Awards, Convert, Together } from './me-matters.tsx'
import { LostPart, Receipts } from './me-receipts.tsx'

const NAMES_SHOWN = 3

export function Me(): JSX.Element {
  const t = useTexts('self')
  const mine = useStore(me)!
  const view = useStore(hubView)!
  return (
    <Page title={mine.name ?? t.me.title} test="me">
      <DeviceNotices />
      <Story mine={mine} />
      <FrozenCities />
      {!mine.attested && <NotYetMet acct={mine.acct} />}
      {mine.attested && <Values mine={mine} />}
      {mine.attested && (
        <LinkButton test="to-more" href={to.more}>
          {t.nav.more}
        </LinkButton>
      )}
      <LinkButton test="to-papers" kind="quiet" href={to.papers}>
        {t.nav.papers}
      </LinkButton>
      {mine.attested && view.showsAmounts && <Awards mine={mine} />}
      {mine.attested && <Together mine={mine} />}
      {mine.attested && view.federation !== null && <Convert mine={mine} />}
      {view.federation !== null && (
        <LinkButton test="to-cities" kind="quiet" href={to.cities}>
          {t.nav.cities}
        </LinkButton>
      )}
      <LostPart />
      <Receipts />
      {mine.attested && <Devices />}
      <InviteSomebody mine={mine} />
      <DevicePart />
      {mine.attested && <Leaving />}
    </Page>
  )
}

function Story({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const story = storyOf(mine, useStore(abroad))
  const names = (people: typeof story.helped): string =>
    t.list(
      people.slice(0, NAMES_SHOWN).map((one) => nameOf(one, t)),
      people.length,
    )
  return (
    <div class="story" data-test="story">
      {story.times === 0 ? (
        <p>{t.me.story.none}</p>
      ) : (
        <>
          <p>{t.me.story.tookPart(story.times)}</p>
          {story.helped.length > 0 && <p>{t.me.story.helped(names(story.helped))}</p>}
          {story.minutes > 0 && <p>{t.me.story.gave(t.duration(story.minutes))}</p>}
          {story.helpedBy.length > 0 && <p>{t.me.story.wasHelped(names(story.helpedBy))}</p>}
        </>
      )}
    </div>
  )
}

function Values({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const view = useStore(hubView)!
  const money = useMoney()
  const { standing, next } = mine
  const hasCities = view.federation !== null
  return (
    <Part title={t.me.valueTitle} test="values">
      <div class="grid">
        <div class="card value">
          {view.showsAmounts ? (
            <>
              {hasCities && <p class="note">{t.me.local}</p>}
              <p class="figure" data-test="domain" data-milli={mine.domain}>
                {money.local(mine.domain)}
              </p>
            </>
          ) : (
            <p data-test="no-amounts">{t.balance.noAmounts}</p>
          )}
          {view.showsAmounts && mine.domain !== '0' && (
            <p class="note" data-test="domain-in-a-year" data-milli={mine.domainInAYear}>
              {t.me.inAYear(money.local(about(mine.domainInAYear)))}
            </p>
          )}
          {view.showsAmounts && mine.held !== '0' && (
            <p class="note" data-test="held">
              {t.me.held(money.local(mine.held))}
            </p>
          )}
          <LinkButton test="to-balance" kind="quiet" href={to.balance}>
            {t.balance.link}
          </LinkButton>
        </div>
        {hasCities && view.showsAmounts && (
          <div class="card value">
            <p class="note">{t.me.global}</p>
            <p class="figure" data-test="global" data-milli={mine.global}>
              {money.global(mine.global)}
            </p>
            <p class="note">{t.me.globalNote}</p>
          </div>
        )}
        <div class="card value">
          <p class="note">{t.me.levelTitle}</p>
          <p class="figure" data-test="level" data-level={mine.level}>
            {t.home.level(mine.level)}
          </p>
          <p class="note">
            {nextLevelIn(next, t, money, view.showsAmounts)}
          </p>
          {view.showsAmounts && mine.lifetime !== '0' && (
            <p class="note" data-test="lifetime" data-milli={mine.lifetime}>
              {t.me.lifetime(money.local(mine.lifetime))}
            </p>
          )}
        </div>
        <div class="card value">
          <p class="note">{t.me.standingTitle}</p>
          <p class="figure" data-test="standing" data-band={standing.band}>
            {t.me.standing[standing.band]}
          </p>
          <p class="note">
            {standing.isNew || standing.perMille === null
              ? t.me.isNew
              : t.me.points(String(standing.perMille))}
          </p>
          <p class="note">{t.me.standingNote}</p>
          <LinkButton test="to-level" kind="quiet" href={to.level}>
            {t.nav.level}
          </LinkButton>
        </div>
      </div>
    </Part>
  )
}
