/** Answering somebody else's listing: a word to them, using what they share, or writing to them first. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListingView } from '#protocol/api.ts'
import { abroad, me } from '../../hub/app.ts'
import { spoken } from '../../device/commit.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { widerKinds } from './listing-draft.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Button, Form, LinkButton, nameOf, NotYetMet, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { agreementOn, otherOf } from '../../hub/waiting.ts'

const MESSAGE_MAX = 500

/** Answering somebody else's listing. */
export function Answer({ listing }: { listing: ListingView }): JSX.Element | null {
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
  // One signs up for its gatherings, below.
  if (!listing.own && listing.kind === 'event') return null
  if (!listing.own && !['need', 'skill', 'resource', 'circle', 'project'].includes(listing.kind))
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
  if (listing.kind === 'resource') {
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
