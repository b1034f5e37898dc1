/**
 * What waits for a steward, as one queue (`hub/queue.ts` says in which order). Each card says what it is and until when it
 * waits, shows what is known of it, and carries its one or two buttons with the reason that they ask for.
 */
import type { JSX } from 'preact'
import type { StewardView } from '#protocol/api.ts'
import { hubView } from '../../hub/app.ts'
import type { Queued } from '../../hub/queue.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { moment, numberOf } from '../../text/format.ts'
import { CaseRows } from '../../parts/case-rows.tsx'
import { Invite } from '../../parts/invite.tsx'
import { useQueue } from '../../parts/queue.ts'
import { Chip, LinkButton, Loading, Missing, Page, Part, useNameOf, useTexts, When } from '../../parts/view.tsx'
import { CareCard, DisputeCard, TogetherCard } from './decisions.tsx'
import { Will } from './going-on.tsx'
import { AgreedTerms } from './terms.tsx'
import { Asking, Chain, Cities, Keys } from './steward-cities.tsx'
import { Announced, Recognise } from './steward-devices.tsx'
import { Item } from './steward-item.tsx'
import { Attest } from './steward-people.tsx'
import { Losses, Restore } from './steward-restore.tsx'
import { Approve, Due, Suspended, TransferWords } from './steward-transfers.tsx'

export function Steward(): JSX.Element {
  const t = useTexts('steward')
  const { queue, heard: { steward, cases }, problem, again } = useQueue()
  const isRestoring = useStore(hubView)?.restoring?.step === 'ready'
  if (queue === null && problem !== null) return <Missing problem={problem} again={again} />
  if (queue === null || steward === null)
    return (
      <Page title={t.steward.title} test="steward">
        <Loading />
      </Page>
    )
  const forMe = queue.filter(({ waitsFor }) => waitsFor === 'me')
  const forOthers = queue.filter(({ waitsFor }) => waitsFor === 'others')
  const { federation } = steward
  // Between cities something may be waiting; the people come first only where nothing else is.
  const isAlone = federation.state === 'alone'
  return (
    <Page title={t.steward.title} test="steward">
      <Restore />
      {forMe.length === 0 && !isRestoring && (
        <p class="note" data-test="steward-idle">
          {t.steward.empty}
        </p>
      )}
      {forMe.map((one) => (
        <Waits key={`${one.what} ${one.key}`} one={one} view={steward} again={again} />
      ))}
      {forOthers.length > 0 && (
        <Part title={t.steward.queue.others} test="queue-others">
          {forOthers.map((one) => (
            <Waits key={`${one.what} ${one.key}`} one={one} view={steward} again={again} />
          ))}
        </Part>
      )}
      <div class="buttons">
        <LinkButton test="to-cases" kind="quiet" href={to.cases}>
          {t.steward.queue.cases(cases?.flags.length ?? 0)}
        </LinkButton>
        <LinkButton test="to-papers" kind="quiet" href={to.papers}>
          {t.nav.forTheWall}
        </LinkButton>
        <LinkButton test="to-reports" kind="quiet" href={to.reports}>
          {t.steward.reports}
        </LinkButton>
      </div>
      <Losses lost={steward.lost} />
      {isAlone && <People members={steward.members} />}
      {federation.state === 'founded' && <Chain view={steward} />}
      <Cities federation={federation} again={again} />
      {federation.state === 'founded' && <Will federation={federation} again={again} />}
      {federation.state === 'founded' && <AgreedTerms federation={federation} again={again} />}
      <UnderWay transfers={steward.transfers.filter(({ stage }) => stage !== 'asked')} />
      {!isAlone && <People members={steward.members} />}
    </Page>
  )
}

type InQueue = { one: Queued; view: StewardView; again: () => void }

/** One thing to decide, under what it is and by when. */
function Waits(given: InQueue): JSX.Element {
  const t = useTexts('steward')
  const { one: { what, until, since } } = given
  return (
    <section class="stack" data-test="queue-item" data-what={what} data-until={until ?? undefined}>
      <h2>
        {t.steward.queue.what[what]}{' '}
        <span class="note">
          {until !== null ? t.steward.queue.until(moment(until, t.language)) : since !== null && <When ts={since} relative />}
        </span>
      </h2>
      <Known {...given} />
    </section>
  )
}

/** What is known of it, and what can be done. */
function Known({ one, view, again }: InQueue): JSX.Element {
  switch (one.what) {
    case 'attest':
      return <Attest one={one.one} />
    case 'recognise':
      return <Recognise one={one.one} />
    case 'recovery':
      return <Announced recovery={one.one} />
    case 'dispute':
      return <DisputeCard dispute={one.one} />
    case 'care':
      return <CareCard plan={one.one} />
    case 'together':
      return <TogetherCard one={one.one} />
    case 'project':
      return <Contested one={one.one} />
    case 'case':
      return <CaseRows cases={[one.one]} />
    case 'report':
      return <Reported one={one.one} />
    case 'due':
      return <Due one={one.one} />
    case 'transfer':
      return <Approve transfer={one.one} />
    case 'arrival':
      return <Suspended arrival={one.one} />
    case 'asking':
      return <Asking one={one.one} again={again} />
    case 'keys':
      return <Keys view={view} />
  }
}

/** Somebody objects to how a project was shared out; it is decided on its own page, beside its report. */
function Contested({ one: { id, words, contested } }: Pick<Extract<Queued, { what: 'project' }>, 'one'>): JSX.Element {
  const t = useTexts('steward')
  const named = useNameOf()
  return (
    <Item test="contested-item" id={id}>
      <div>
        <p>{words ?? t.steward.queue.what.project}</p>
        {contested !== null && <p>{named(contested.by)}</p>}
        {contested?.words != null && <blockquote>{contested.words}</blockquote>}
      </div>
      <LinkButton test="contested-open" href={to.project(id)}>
        {t.steward.queue.look}
      </LinkButton>
    </Item>
  )
}

/** What somebody told of somebody; the letters they chose to show are opened on their own page. */
function Reported({ one: { id, by, about, words } }: Pick<Extract<Queued, { what: 'report' }>, 'one'>): JSX.Element {
  const t = useTexts('steward')
  const named = useNameOf()
  return (
    <Item test="report-item" id={id}>
      <div>
        <p>{t.steward.queue.told(named(by), named(about))}</p>
        <blockquote>{words}</blockquote>
      </div>
      <LinkButton test="report-open" href={to.reports}>
        {t.steward.queue.look}
      </LinkButton>
    </Item>
  )
}

function People({ members }: { members: StewardView['members'] }): JSX.Element {
  const t = useTexts('steward')
  return (
    <>
      <Invite />
      <Part title={t.steward.membersTitle} test="members">
        <ul class="rows">
          {members.map((one) => (
            <li key={one.acct} class="row" data-test="member" data-acct={one.acct}>
              <span class="row-main">
                {one.name ?? t.common.unnamed}{' '}
                <span class="note">
                  <code>{numberOf(one.acct)}</code>
                </span>
              </span>
              {one.steward && <Chip tone="good">{t.steward.isSteward}</Chip>}
              <Chip>{one.attested ? t.steward.member(one.level) : t.steward.notAttested}</Chip>
            </li>
          ))}
        </ul>
      </Part>
    </>
  )
}

/** What has been agreed to and goes its way by itself. */
function UnderWay({ transfers }: { transfers: StewardView['transfers'] }): JSX.Element | null {
  const t = useTexts('names', 'steward')
  if (transfers.length === 0) return null
  return (
    <Part title={t.steward.transfersTitle} test="transfers">
      <ul class="rows">
        {transfers.map((one) => (
          <li key={one.xid} class="row" data-test="transfer" data-stage={one.stage}>
            <span class="row-main">
              <TransferWords transfer={one} />
            </span>
            <Chip tone={one.stage === 'credited' ? 'good' : 'plain'}>{t.stages[one.stage]}</Chip>
          </li>
        ))}
      </ul>
    </Part>
  )
}
