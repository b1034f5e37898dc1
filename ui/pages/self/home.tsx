/**
 * Home: what waits for me, what I can begin, what my contribution lets me do. Others' waiting comes
 * first, and what can be answered with one tap is answered here.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { HelpView, MeView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { abroad, hubView, me, say, transfers } from '../../hub/app.ts'
import { DeviceNotices } from '../../parts/devices.tsx'
import { Outbox } from '../../parts/outbox.tsx'
import { OwnCases } from '../../parts/case-rows.tsx'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { moment, utcDate } from '../../text/format.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import {
  Button,
  Icon,
  LinkButton,
  Loading,
  nextLevelIn,
  NotYetMet,
  Page,
  Part,
  Refused,
  useFirst,
  useLoaded,
  useMoney,
  useNameOf,
  useTexts,
} from '../../parts/view.tsx'
import { agreementOn, otherOf, type Waiting, waitingFor } from '../../hub/waiting.ts'
import { CircleNews } from '../../parts/circle-rows.tsx'
import { Card } from '../../parts/listing-card.tsx'
import { useQueue } from '../../parts/queue.ts'
import { SearchNews } from '../../parts/match-rows.tsx'

const CARDS = 3
const NEEDS = 3

export function Home(): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)!
  const elsewhere = useStore(abroad)
  const sent = useStore(transfers)
  const waiting = waitingFor(mine, elsewhere, hubNow(), sent)
  const [shown, more] = useFirst(waiting, CARDS, 'waiting-more')
  const { queue: asked, problem, again } = useQueue()
  const isMember = mine.attested && mine.movedTo === null
  const queue = asked?.filter(({ waitsFor }) => waitsFor === 'me').length ?? 0
  return (
    <Page title={t.home.hello(mine.name ?? t.common.unnamed)} test="home">
      <DeviceNotices />
      <Outbox />
      {mine.movedTo !== null && (
        <div class="card calm" data-test="moved">
          <p>{t.home.moved(mine.movedTo)}</p>
          <LinkButton test="moved-file" href={to.moving}>
            {t.home.movedDo}
          </LinkButton>
        </div>
      )}
      {!mine.attested && <NotYetMet acct={mine.acct} />}
      <OwnCases />
      <Ending />
      {isMember && <CircleNews />}
      {isMember && <SearchNews />}
      {(waiting.length > 0 || isMember) && (
        <Part title={t.home.waitingTitle} test="waiting">
          {queue > 0 && (
            <div class="card waiting" data-test="waiting-steward">
              <p>{t.home.card.steward(queue)}</p>
              <LinkButton test="waiting-steward-open" href={to.steward}>
                {t.home.card.stewardDo}
              </LinkButton>
            </div>
          )}
          {waiting.length === 0 && queue === 0 && (mine.steward && asked === null ? <Loading problem={problem} again={again} /> : <p class="note">{t.home.nothing}</p>)}
          {shown.map((one) => (
            <WaitingCard key={keyOf(one)} one={one} mine={mine} />
          ))}
          {more}
        </Part>
      )}
      {isMember && (
        <div class="begin">
          <a class="tile strong" href={to.record} data-test="home-record">
            <Icon name="pencil" />
            <strong>{t.home.record}</strong>
          </a>
          <a class="tile" href={to.post('need')} data-test="home-need">
            <Icon name="hand" />
            <strong>{t.home.need}</strong>
          </a>
          <a class="tile" href={to.post('offer')} data-test="home-offer">
            <Icon name="heart" />
            <strong>{t.home.offer}</strong>
          </a>
        </div>
      )}
      {isMember && <Value mine={mine} />}
      <RecentNeeds />
    </Page>
  )
}

function keyOf(one: Waiting): string {
  switch (one.what) {
    case 'sign':
      return `sign ${one.draft.id}`
    case 'confirm-help':
      return `help ${one.help.id}`
    case 'application':
      return `application ${one.application.id}`
    case 'stay':
      return `stay ${one.agreement.id}`
    case 'agreement':
      return `${one.step} ${one.agreement.id}`
  }
}

function WaitingCard({ one, mine }: { one: Waiting; mine: MeView }): JSX.Element {
  const t = useTexts()
  const named = useNameOf()
  const words = t.home.card
  switch (one.what) {
    case 'confirm-help':
      return <HelpCard help={one.help} mine={mine} />
    case 'sign':
      return (
        <Waits
          test="waiting-sign"
          id={one.draft.id}
          says={words.sign(named(one.draft.from))}
          does={words.signDo}
          href={to.draft(one.draft.id, one.abroad ? one.draft.hub : null)}
        />
      )
    case 'application': {
      const { application } = one
      return (
        <Waits
          test="waiting-application"
          id={application.id}
          href={to.listing(application.listing)}
          does={words.applicationDo}
          says={words.application(named(application.by), application.title)}
          note={application.message}
        />
      )
    }
    case 'stay': {
      const { agreement } = one
      return (
        <Waits
          test="waiting-stay"
          id={agreement.id}
          href={to.agreement(agreement.id, agreement.hub)}
          does={words.stayDo}
          says={words.stay(agreement.title ?? t.common.with(named(otherOf(agreement, mine.acct))))}
        />
      )
    }
    case 'agreement': {
      const { agreement, step } = one
      const other = named(otherOf(agreement, mine.acct))
      const title = agreement.title ?? t.common.with(other)
      const href = to.agreement(agreement.id, one.abroad ? agreement.hub : null)
      switch (step) {
        case 'confirm':
          return (
            <Waits
              test="waiting-confirm"
              id={agreement.id}
              href={href}
              does={words.confirmDo}
              says={words.confirm(
                other,
                t.duration(agreement.report?.minutes ?? agreement.minutes),
              )}
              note={
                agreement.confirmsItself === null
                  ? undefined
                  : t.home.itself(moment(agreement.confirmsItself, t.language))
              }
            />
          )
        case 'check-in':
          return (
            <Waits
              test="waiting-check-in"
              id={agreement.id}
              href={href}
              does={words.checkinDo}
              says={words.checkin(title)}
              note={t.common.with(other)}
            />
          )
        case 'report':
          return (
            <Waits
              test="waiting-report"
              id={agreement.id}
              href={href}
              does={words.reportDo}
              says={words.report(title)}
              note={t.common.with(other)}
            />
          )
        case 'rate':
          return (
            <Waits
              test="waiting-rate"
              id={agreement.id}
              href={href}
              does={words.rateDo}
              says={words.rate(other)}
              note={title}
            />
          )
      }
    }
  }
}

const Waits = ({
  test,
  id,
  says,
  note,
  does,
  href,
}: {
  test: string
  id: string
  says: string
  note?: string | undefined
  does: string
  href: string
}): JSX.Element => (
  <div class="card waiting" data-test={test} data-id={id}>
    <div>
      <p>{says}</p>
      {note !== undefined && note !== '' && <p class="note">{note}</p>}
    </div>
    <LinkButton test={`${test}-open`} kind="main" href={href}>
      {does}
    </LinkButton>
  </div>
)

/** A city that will close says so to its members while they can still take along what they have. */
function Ending(): JSX.Element | null {
  const t = useTexts()
  const ends = useStore(hubView)!.federation?.ends ?? null
  return ends && (
    <div class="card calm" data-test="ending" data-at={ends.at}>
      <p>{(hubNow() < ends.at ? t.home.ending : t.home.ended)(utcDate(ends.at / 86_400, t.language), ends.heir)}</p>
      <LinkButton test="ending-open" href={to.moving}>
        {t.home.endingDo}
      </LinkButton>
    </div>
  )
}

/** A recorded help is answered here, with one tap. */
function HelpCard({ help, mine }: { help: HelpView; mine: MeView }): JSX.Element {
  const t = useTexts()
  const named = useNameOf()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const answer = async (kind: 'help.confirmed' | 'help.declined'): Promise<void> => {
    const done = await act({ kind, help: help.id })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(kind === 'help.confirmed' ? t.home.confirmed : t.home.declined, done.value.seq)
  }
  const other = named(otherOf(help, mine.acct))
  return (
    <div class="card waiting" data-test="waiting-confirm-help" data-id={help.id}>
      <div>
        <p>
          {t.home.card.confirmHelp(other, t.duration(help.minutes), help.helper.acct === mine.acct)}
        </p>
        {help.note !== null && help.note !== '' && (
          <p class="note">{t.home.card.noted(help.note)}</p>
        )}
        <p class="note">{t.home.lapses(moment(help.lapses, t.language))}</p>
        <Refused trouble={trouble} />
      </div>
      <div class="buttons">
        <Button test="help-confirm" kind="main" onPress={() => answer('help.confirmed')}>
          {t.home.yes}
        </Button>
        <Button test="help-decline" kind="quiet" onPress={() => answer('help.declined')}>
          {t.home.notQuite}
        </Button>
      </div>
    </div>
  )
}

/** What the member's value lets them do, before how much it is. */
function Value({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts()
  const view = useStore(hubView)!
  const money = useMoney()
  const minutes = Number(BigInt(mine.domain) / 1000n)
  const isFree = view.helpPrice === 'none'
  return (
    <Part title={t.home.valueTitle} test="value">
      <a class="card value" href={to.me} data-test="value-open">
        {view.showsAmounts && (
          <p class="figure" data-test="balance" data-milli={mine.domain}>
            {money.local(mine.domain)}
          </p>
        )}
        {view.showsAmounts && minutes > 0 && (
          <p>{isFree ? t.home.worth(t.duration(minutes)) : t.home.canAsk(t.duration(minutes))}</p>
        )}
        <p>{isFree ? t.home.askFree : minutes === 0 ? t.home.canAskEmpty : ''}</p>
        {view.showsAmounts && view.federation !== null && mine.global !== '0' && (
          <p data-test="balance-global" data-milli={mine.global}>
            {t.home.global(money.global(mine.global))}
          </p>
        )}
        <p class="note" data-test="level" data-level={mine.level}>
          <strong>{t.home.level(mine.level)}</strong>{' '}
          {nextLevelIn(mine.next, t, money, view.showsAmounts)}
        </p>
      </a>
    </Part>
  )
}

function RecentNeeds(): JSX.Element | null {
  const t = useTexts()
  const { value } = useLoaded(hub.listings, 'listings')
  const mine = useStore(me)
  const elsewhere = useStore(abroad)
  const now = hubNow()
  const needs = (value ?? [])
    .filter(
      (one) =>
        one.kind === 'need' &&
        one.state === 'open' &&
        one.expiresAt > now &&
        !(one.own && one.author.acct === mine?.acct) &&
        // What one has agreed on already stands among one's own things.
        (mine === null || agreementOn(one.id, mine, elsewhere) === undefined),
    )
    .sort((a, b) => b.heardTs - a.heardTs)
    .slice(0, NEEDS)
  if (value === null) return null
  if (needs.length === 0) {
    return (
      <Part title={t.home.emptyTitle}>
        <p>{t.home.empty}</p>
        <div class="buttons">
          <LinkButton test="see-board" href={to.board}>
            {t.home.seeBoard}
          </LinkButton>
          {mine?.attested === true && (
            <LinkButton test="post-first" href={to.post('need')}>
              {t.home.postFirst}
            </LinkButton>
          )}
        </div>
      </Part>
    )
  }
  return (
    <Part title={t.home.boardTitle} test="recent-needs">
      <div class="grid">
        {needs.map((one) => (
          <Card key={one.id} listing={one} />
        ))}
      </div>
      <LinkButton test="see-all" kind="quiet" href={to.board}>
        {t.home.seeAll}
      </LinkButton>
    </Part>
  )
}
