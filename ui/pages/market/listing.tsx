/**
 * One listing: what, who, how it is counted with this one's numbers filled in, and the one thing to
 * do: to answer it, or, for its author, to agree with somebody who did.
 */
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ApplicationView, DraftView, HubView, ListingView, MeView } from '#protocol/api.ts'
import { unsaid } from '#protocol/listing.ts'
import { abroad, hubView, me, refresh, say } from '../../hub/app.ts'
import { commit, spoken } from '../../device/commit.ts'
import { date, factor, fromLocalInput, globalFor, product, ratioOf, toLocalInput } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { hub } from '../../hub/hub-client.ts'
import { askedOf, widerKinds } from './listing-draft.ts'
import { to } from '../../router.ts'
import { unlock } from '../../hub/acting.ts'
import { propose, type Trouble } from '../../hub/session.ts'
import { signedListing } from '../../device/signing.ts'
import { factsOf, WhatUsingTakes } from '../../parts/listing-facts.tsx'
import { PeopleFor } from '../../parts/match-rows.tsx'
import { useStore } from '../../store.ts'
import {
  type AwardCategory,
  Button,
  CategoryChoice,
  Chip,
  Facts,
  Form,
  LinkButton,
  Loading,
  Missing,
  nameOf,
  NotYetMet,
  Page,
  Part,
  Refused,
  Stepper,
  TextField,
  useLoaded,
  useMoney,
  useTexts,
  When,
} from '../../parts/view.tsx'
import { agreementOn, otherOf, proposalTo } from '../../hub/waiting.ts'

const HOUR_MINUTES = 60
const MESSAGE_MAX = 500
const SECRET_MAX = 200

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
      {isMine ? <Own listing={listing} /> : <Answer listing={listing} />}
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
  const isCounted = listing.kind === 'resource' || askedOf[listing.kind].includes('length')
  if (!view.showsAmounts || !isCounted) return null
  if (!listing.own) {
    return (
      <Part title={t.listing.howTitle} test="how-counted">
        <p>{how.abroad(listing.city, ratioOf(view.conversion))}</p>
        <p class="sum-line">
          {how.abroadSum(t.minutes(minutes), money.global(globalFor(product(minutes), view.conversion)))}
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
          money.local(product(minutes, basic)),
        )}
      </p>
      {special.length > 0 && (
        <p class="note">
          {how.specialist(
            special
              .map(
                (row) =>
                  `${t.awardCategories[row.category as AwardCategory]} × ${factor(row.perMille)} = ${money.local(product(minutes, row.perMille))}`,
              )
              .join(t.language === 'zh' ? '；' : '; '),
          )}
        </p>
      )}
      <p class="note">{view.helpPrice === 'none' ? how.priceNone : how.priceHour}</p>
    </Part>
  )
}

/** Answering somebody else's listing. */
function Answer({ listing }: { listing: ListingView }): JSX.Element {
  const t = useTexts('listings')
  const mine = useStore(me)
  const elsewhere = useStore(abroad)
  const [open, setOpen] = useState(false)
  const [sent, setSent] = useState(false)
  const isNeed = listing.kind === 'need'
  const [message, setMessage] = useState(
    isNeed ? t.listing.messageHelp : isWider(listing) ? t.market.wider.message : t.listing.messageWant,
  )
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const form = useRef<HTMLDivElement>(null)
  // What a press has opened must not lie below the bar.
  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), [open])
  if (listing.state === 'closed') return <p class="note">{t.listing.closedNote}</p>
  if (mine === null) {
    return (
      <div>
        <p>{t.listing.joinFirst}</p>
        <LinkButton test="join" kind="main" href={to.join}>
          {t.welcome.join}
        </LinkButton>
      </div>
    )
  }
  if (!mine.attested) return <NotYetMet acct={mine.acct} />
  if (!listing.own && !isNeed)
    return (
      <p class="card calm" data-test="offer-abroad">
        {t.listing.abroadOffer(listing.city)}
      </p>
    )
  const agreement = agreementOn(listing.id, mine, elsewhere)
  if (agreement !== undefined) {
    return (
      <div class="card calm">
        <p>{t.listing.agreedWith(nameOf(otherOf(agreement, mine.acct), t))}</p>
        <LinkButton test="to-agreement" href={to.agreement(agreement.id, listing.own ? null : listing.hub)}>
          {t.listing.seeAgreement}
        </LinkButton>
      </div>
    )
  }
  if (listing.kind === 'event' && listing.own) {
    return (
      <LinkButton test="to-sessions" kind="main" href={to.sessions}>
        {t.listing.gatherings}
      </LinkButton>
    )
  }
  if (listing.kind === 'resource' && listing.own) {
    return (
      <LinkButton test="to-use" kind="main" href={to.use(listing.id)}>
        {t.listing.want}
      </LinkButton>
    )
  }
  if (sent)
    return (
      <p class="card calm" data-test="application-sent">
        {t.listing.sent}
      </p>
    )
  const isEmpty = spoken(message) === ''
  const send = async (): Promise<void> => {
    if (isEmpty) return
    const answer = await hub.apply(listing.id, { message: spoken(message) })
    setTrouble(answer.ok ? null : answer.problem)
    setSent(answer.ok)
  }
  if (!open) {
    return (
      <div class="buttons">
        <Button test="help" kind="main" onPress={() => setOpen(true)}>
          {isNeed ? t.listing.help : isWider(listing) ? t.market.wider.join : t.listing.want}
        </Button>
      </div>
    )
  }
  return (
    <div ref={form} class="opened">
      <Form test="application-form" onSend={() => void send()}>
        <TextField
          type="area"
          label={t.listing.message}
          note={t.listing.messageHint}
          value={message}
          onChange={setMessage}
          test="application-message"
          maxLength={MESSAGE_MAX}
        />
        <Refused trouble={trouble} />
        <div class="buttons">
          <Button test="application-send" kind="main" disabled={isEmpty} onPress={send}>
            {t.listing.send}
          </Button>
          <Button test="application-cancel" kind="quiet" onPress={() => setOpen(false)}>
            {t.common.cancel}
          </Button>
        </div>
      </Form>
    </div>
  )
}

const isWider = ({ kind }: ListingView): boolean => widerKinds.some((one) => one === kind)

/** The author's side: who answered, agreeing with one of them, closing. */
function Own({ listing }: { listing: ListingView }): JSX.Element {
  const t = useTexts('listings')
  const mine = useStore(me)!
  const [agreeing, setAgreeing] = useState<string | null>(null)
  const answers = mine.applications.filter((one) => one.listing === listing.id)
  return (
    <>
      {listing.kind === 'event' && listing.state === 'open' && (
        <LinkButton test="to-lead" kind="main" href={to.lead(listing.id)}>
          {t.listing.lead}
        </LinkButton>
      )}
      {listing.kind === 'project' && listing.state === 'open' && (
        <LinkButton test="to-projects" href={to.projects}>
          {t.market.wider.open}
        </LinkButton>
      )}
      <Part title={t.listing.applicationsTitle} test="applications">
        {answers.length === 0 && (
          <p class="note">
            {listing.state === 'open' ? t.listing.noApplications : t.listing.closedNote}
          </p>
        )}
        {answers.map((one) => (
          <div key={one.id} class="card" data-test="application" data-id={one.id}>
            <p>
              <strong>{nameOf(one.by, t)}</strong>
              {one.by.hub !== listing.hub && (
                <Chip tone="city">{t.board.from(one.by.city)}</Chip>
              )}{' '}
              <span class="note">
                <When ts={one.ts} relative />
              </span>
            </p>
            {one.message !== '' && <p class="words">{one.message}</p>}
            {one.agreed ? (
              <AgreedWith application={one} mine={mine} />
            ) : proposalTo(mine, one) !== null ? (
              <Proposed draft={proposalTo(mine, one)!} />
            ) : agreeing === one.id ? (
              <Agree listing={listing} application={one} onDone={() => setAgreeing(null)} />
            ) : (
              listing.state === 'open' && (
                <Button test="application-agree" kind="main" onPress={() => setAgreeing(one.id)}>
                  {t.listing.agree}
                </Button>
              )
            )}
          </div>
        ))}
      </Part>
      {listing.state === 'open' && listing.kind === 'need' && <PeopleFor listing={listing.id} />}
      {listing.state === 'open' && (
        <LinkButton test="change" href={to.change(listing.id)}>
          {t.market.form.change}
        </LinkButton>
      )}
      {listing.state === 'open' && <Close listing={listing} />}
    </>
  )
}

/** Agreed and signed by both: how far it has come, and the way there. */
function AgreedWith({
  application,
  mine,
}: {
  application: ApplicationView
  mine: MeView
}): JSX.Element {
  const t = useTexts('listings', 'names')
  const agreement = mine.agreements.find(
    (one) =>
      one.listing === application.listing && otherOf(one, mine.acct).acct === application.by.acct,
  )
  if (agreement === undefined)
    return (
      <p class="note" data-test="application-agreed">
        {t.agreementPhases.agreed}
      </p>
    )
  return (
    <>
      <p class="note" data-test="application-agreed">
        {t.agreementPhases[agreement.phase]}
      </p>
      <LinkButton test="to-agreement" href={to.agreement(agreement.id, null)}>
        {t.listing.seeAgreement}
      </LinkButton>
    </>
  )
}

/** Proposed and not answered: whose turn it is, and how to take it back. */
function Proposed({ draft }: { draft: DraftView }): JSX.Element {
  const t = useTexts('listings')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const withdraw = async (): Promise<void> => {
    const answer = await hub.dropDraft(draft.id)
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) await refresh()
  }
  return (
    <>
      <p class="note" data-test="application-proposed">
        {t.listing.agreed}
      </p>
      <Refused trouble={trouble} />
      <Button test="application-withdraw" kind="quiet" onPress={withdraw}>
        {t.listing.withdraw}
      </Button>
    </>
  )
}

/** When and how long: the agreement that both will sign. Its words stay out of the record. */
function Agree({
  listing,
  application,
  onDone,
}: {
  listing: ListingView
  application: ApplicationView
  onDone: () => void
}): JSX.Element {
  const t = useTexts('listings')
  const view = useStore(hubView)!
  const mine = useStore(me)!
  const money = useMoney()
  const [minutes, setMinutes] = useState(listing.minutes === 0 ? HOUR_MINUTES : listing.minutes)
  const [begins, setBegins] = useState(() => toLocalInput(Math.floor(Date.now() / 1000)))
  const [ends, setEnds] = useState<string | null>(null)
  const [category, setCategory] = useState<AwardCategory>(1)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [secret, setSecret] = useState('')
  // Committed to once: pressing again after a broken line is the same question (`session.ts`).
  const terms = useMemo(() => {
    const about = t.listing.words(listing.title, application.message)
    return commit(spoken(secret) === '' ? about : `${about}\n${t.market.secret.line(spoken(secret))}`)
  }, [listing.title, application.message, secret, t])
  const start = fromLocalInput(begins)
  const end = ends === null ? (start === null ? null : start + minutes * 60) : fromLocalInput(ends)
  const coefficient = view.categories.find((row) => row.category === category)?.perMille ?? 1000
  const isNeed = listing.kind === 'need'

  const send = async (): Promise<void> => {
    if (start === null || end === null)
      return setTrouble({ from: 'record', code: 'bad-interval', data: {} })
    const [helper, receiver] = isNeed
      ? [application.by.acct, mine.acct]
      : [mine.acct, application.by.acct]
    const done = await propose(
      {
        kind: 'agreement.made',
        listing: listing.id,
        helper,
        receiver,
        category,
        minutes,
        begins: start,
        ends: end,
        terms: terms.commitment,
        charter: view.charterVersion,
      },
      [terms.blob],
    )
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.listing.proposed)
    onDone()
  }
  return (
    <Form test="agree-form" onSend={() => void send()}>
      <h3>{t.listing.agreeTitle(nameOf(application.by, t))}</h3>
      <Stepper
        label={t.listing.length}
        minutes={minutes}
        onChange={setMinutes}
        test="agree-minutes"
      />
      <TextField
        type="moment"
        label={t.listing.begins}
        value={begins}
        onChange={setBegins}
        test="agree-begins"
      />
      <TextField
        type="moment"
        label={t.listing.ends}
        value={end === null ? '' : (ends ?? toLocalInput(end))}
        onChange={setEnds}
        test="agree-ends"
      />
      <CategoryChoice
        label={t.listing.what}
        value={category}
        onChange={setCategory}
        test="agree-category"
      />
      <TextField
        type="area"
        label={t.market.secret.label}
        note={t.market.secret.note}
        value={secret}
        onChange={setSecret}
        test="agree-secret"
        maxLength={SECRET_MAX}
      />
      {view.showsAmounts && <p class="note">{t.listing.will(money.local(product(minutes, coefficient)))}</p>}
      <Refused trouble={trouble} />
      <div class="buttons">
        <Button test="agree-send" kind="main" onPress={send}>
          {t.listing.propose}
        </Button>
        <Button test="agree-cancel" kind="quiet" onPress={onDone}>
          {t.common.cancel}
        </Button>
      </div>
    </Form>
  )
}

/**
 * Closing is a last revision without words: what was written goes, that there was something stays
 * for a while.
 */
function Close({ listing }: { listing: ListingView }): JSX.Element {
  const t = useTexts('listings')
  const view = useStore(hubView)!
  const [sure, setSure] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const close = async (): Promise<void> => {
    const device = await unlock()
    if (device === null) return
    const { id, hub: origin, rev, kind, category, title, scope, languages, minutes, from, expiresAt } = listing
    const answer = await hub.list(
      signedListing(
        device,
        view.hubId,
        {
          id,
          hub: origin,
          rev: rev + 1,
          kind,
          region: view.region,
          category,
          title,
          scope,
          languages,
          minutes,
          ...unsaid(),
          from,
          expiresAt,
          state: 'closed',
        },
        null,
      ),
    )
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(t.listing.closedDone)
    await refresh()
  }
  return (
    <div class="quiet-end">
      {sure ? (
        <>
          <p class="note">{t.listing.closeSure}</p>
          <div class="buttons">
            <Button test="close-yes" onPress={close}>
              {t.listing.closeYes}
            </Button>
            <Button test="close-no" kind="quiet" onPress={() => setSure(false)}>
              {t.common.cancel}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p class="note">{t.listing.closeWhen}</p>
          <Button test="close" kind="quiet" onPress={() => setSure(true)}>
            {t.listing.close}
          </Button>
        </>
      )}
      <Refused trouble={trouble} />
    </div>
  )
}
