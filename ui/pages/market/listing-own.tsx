/** A listing to its author: who answered, agreeing with one of them, what has come of it, and closing it. */
import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { ApplicationView, DraftView, ListingView, MeView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, refresh, say } from '../../hub/app.ts'
import { unsaid } from '#protocol/listing.ts'
import { commit, spoken } from '../../device/commit.ts'
import { fromLocalInput, globalFor, product, toLocalInput } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import { unlock } from '../../hub/acting.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { propose } from '../../hub/session.ts'
import { signedListing } from '../../device/signing.ts'
import { hasRoom } from './listing-draft.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { PeopleFor } from '../../parts/match-rows.tsx'
import { useStore } from '../../store.ts'
import {
  type AwardCategory, Button, CategoryChoice, Chip, Form, LinkButton, nameOf, Part, Refused, Stepper, TextField, useMoney,
  useTexts, When,
} from '../../parts/view.tsx'
import { otherOf, proposalTo } from '../../hub/waiting.ts'

const HOUR_MINUTES = 60
const SECRET_MAX = 200

/** The author's side: who answered, agreeing with one of them, closing. */
export function Own({ listing }: { listing: ListingView }): JSX.Element {
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
              <strong>{nameOf(one.by, t)}</strong>{' '}
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
              listing.state === 'open' && (hasRoom(listing) ? (
                <LetIn application={one} />
              ) : (
                <Button test="application-agree" kind="main" onPress={() => setAgreeing(one.id)}>
                  {t.listing.agree}
                </Button>
              ))
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

/** Into the room of a circle or a project, also somebody of another city. */
function LetIn({ application: { listing, by } }: { application: ApplicationView }): JSX.Element {
  const t = useTexts('listings')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const letIn = async (): Promise<void> => {
    const answer = await hub.inCircle(listing, { do: 'let-in', who: by.acct })
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) await refresh()
  }
  return (
    <>
      <Refused trouble={trouble} />
      <Button test="application-let-in" kind="main" onPress={letIn}>
        {t.market.wider.letIn}
      </Button>
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
  const f = useForms()
  const [minutes, setMinutes] = useState(listing.minutes === 0 ? HOUR_MINUTES : listing.minutes)
  const [begins, setBegins] = useState(() => toLocalInput(Math.floor(hubNow())))
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
      {!isNeed && application.by.hub !== listing.hub ? (
        <p class="note" data-test="agree-visitor">{f.use.priceVisitor(money.global(globalFor(product(minutes, view.minutesPerCv), view.conversion)))}</p>
      ) : (
        view.showsAmounts && <p class="note">{t.listing.will(money.local(product(minutes, view.minutesPerCv, coefficient)))}</p>
      )}
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
