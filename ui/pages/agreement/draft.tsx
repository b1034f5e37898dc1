/**
 * Somebody proposes an agreement: everything it says, read from the very bytes that will be signed,
 * and two buttons. What the hub says about it beside those bytes is used for names only.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { abroad, me, refresh, refreshAbroad, say } from '../../hub/app.ts'
import { factor, moment } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { go, to } from '../../router.ts'
import { acceptDraft } from '../../hub/session.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { type ForTwo, readDraft } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import {
  Button,
  Facts,
  LinkButton,
  nameOf,
  Page,
  Refused,
  useLoaded,
  useMoney,
  useTexts,
} from '../../parts/view.tsx'

export function DraftPage({ id, hub: origin }: { id: string; hub: string | null }): JSX.Element {
  const t = useTexts('dealing')
  const mine = useStore(me)!
  const at = useStore(abroad).find((city) => city.hub === origin)
  const f = useForms()
  const money = useMoney()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const draft = (origin === null ? mine.drafts : (at?.drafts ?? [])).find((one) => one.id === id)
  if (draft === undefined) {
    return (
      <Page title={t.common.missingTitle} test="draft-gone">
        <p>{t.sign.gone}</p>
        <LinkButton test="to-home" href={to.home}>
          {t.common.toHome}
        </LinkButton>
      </Page>
    )
  }
  const terms = readDraft(draft.body, mine.acct)
  if (terms === null)
    return (
      <Page title={t.common.missingTitle} test="draft-unreadable">
        <p>{t.sign.unreadable}</p>
        <LinkButton test="to-home" href={to.home}>
          {t.common.toHome}
        </LinkButton>
      </Page>
    )

  const other = nameOf(draft.from, t)
  const { visitorMilli } = draft
  const priced: [string, string, string][] =
    visitorMilli === null ? [] : [[f.use.priceTitle, (terms.kind === 'agreement.made' && terms.receiver === mine.acct ? t.sign.youSend : f.use.priceVisitor)(money.sent(visitorMilli)), 'draft-price']]
  const sign = async (): Promise<void> => {
    const done = await acceptDraft(draft, at)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.sign.done, done.value.seq)
    go(to.agreement(terms.id, origin))
  }
  const refuse = async (): Promise<void> => {
    const answer = await (origin === null ? hub.dropDraft(draft.id) : hub.dropDraftAbroad(origin, draft.id))
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    await Promise.all([refresh(), refreshAbroad()])
    say(t.sign.refused)
    go(to.home)
  }
  return (
    <Page title={t.sign.title} test="draft">
      {terms.kind === 'booking.made' ? (
        <OfUse terms={terms} own={mine.acct} other={other} isVisit={origin === null && draft.from.hub !== draft.hub} />
      ) : (
        <Facts
          rows={[
            [t.sign.about, <About listing={draft.listing} />],
            [t.sign.with, other],
            [t.sign.helper, terms.helper === mine.acct ? t.common.you : other],
            [t.sign.receiver, terms.receiver === mine.acct ? t.common.you : other],
            [t.sign.length, t.duration(terms.minutes), 'draft-minutes'],
            [t.sign.begins, moment(terms.begins, t.language)],
            [t.sign.ends, moment(terms.ends, t.language)],
            [t.sign.what, t.awardCategories[terms.category]],
            ...priced,
          ]}
        />
      )}
      {draft.words !== null && <p class="words" data-test="draft-words">{draft.words}</p>}
      <p>{origin === null ? t.sign.note : t.sign.noteAbroad}</p>
      <Refused trouble={trouble} />
      <div class="buttons">
        <Button test="draft-sign" kind="main" onPress={sign}>
          {t.sign.yes}
        </Button>
        <Button test="draft-refuse" kind="quiet" onPress={refuse}>
          {t.sign.no}
        </Button>
      </div>
    </Page>
  )
}

/** The use of something: what, from when to when; its price follows from what is signed, and the hub reckons it. */
function OfUse({ terms, own, other, isVisit }: {
  terms: Extract<ForTwo, { kind: 'booking.made' }>
  own: string
  other: string
  /** Somebody from another city, who gives Global value for it. */
  isVisit: boolean
}): JSX.Element {
  const t = useTexts('dealing')
  const f = useForms()
  const money = useMoney()
  const { listing, resource, begins, ends, provider, receiver } = terms
  const { value } = useLoaded(() => hub.use(listing, resource, begins, ends), `${terms.id} use`)
  return (
    <Facts
      rows={[
        [t.sign.about, <About listing={listing} />],
        [f.use.draft.what, f.use.kinds[resource] ?? '…', 'draft-use'],
        [f.use.draft.provider, provider === own ? t.common.you : other],
        [f.use.draft.user, receiver === own ? t.common.you : other],
        [t.sign.begins, moment(begins, t.language)],
        [f.use.ends, moment(ends, t.language)],
        [f.use.draft.price, `× ${factor(terms.demandPerMille)}`],
        [f.use.priceTitle, value === null ? '…' : isVisit ? f.use.priceVisitor(money.sent(value.visitorMilli ?? '0')) : money.local(value.price), 'draft-price'],
      ]}
    />
  )
}

/** What it is about, for the reader: the words stand on the board and not in what is signed. */
function About({ listing }: { listing: string }): JSX.Element {
  const { value } = useLoaded(() => hub.listing(listing), listing)
  return value === null ? <>…</> : <a href={to.listing(listing)}>{value.title}</a>
}
