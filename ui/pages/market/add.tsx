/** The four things a member can begin: a need, an offer, a help to record, an event. */
import type { JSX } from 'preact'
import { me } from '../../hub/app.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Icon, type IconName, LinkButton, NotYetMet, Page, useTexts } from '../../parts/view.tsx'

export function Add(): JSX.Element {
  const t = useTexts('listings')
  const mine = useStore(me)!
  if (!mine.attested)
    return (
      <Page title={t.add.title} test="add">
        <NotYetMet acct={mine.acct} />
      </Page>
    )
  return (
    <Page title={t.add.title} test="add">
      <div class="tiles">
        <Tile
          test="add-record"
          href={to.record}
          icon="pencil"
          title={t.home.record}
          words={t.add.record}
        />
        <Tile
          test="add-need"
          href={to.post('need')}
          icon="hand"
          title={t.home.need}
          words={t.add.need}
        />
        <Tile
          test="add-offer"
          href={to.post('offer')}
          icon="heart"
          title={t.home.offer}
          words={t.add.offer}
        />
        <Tile
          test="add-event"
          href={to.post('event')}
          icon="calendar"
          title={t.market.titles.event}
          words={t.add.event}
        />
      </div>
      <LinkButton test="add-more" kind="quiet" href={to.more}>
        {t.nav.more}
      </LinkButton>
    </Page>
  )
}

const Tile = ({
  test,
  href,
  icon,
  title,
  words,
}: {
  test: string
  href: string
  icon: IconName
  title: string
  words: string
}): JSX.Element => (
  <a class="tile" href={href} data-test={test}>
    <Icon name={icon} />
    <span>
      <strong>{title}</strong>
      <span class="note">{words}</span>
    </span>
  </a>
)
