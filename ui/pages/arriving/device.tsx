/**
 * A new phone or computer for an account that is there: it makes a key of its own, shows a number,
 * and waits until the member lets it in on another device, or stewards give it to whoever has none. Who has
 * a member's card comes in with that, also on a tablet that is not theirs.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { me, news } from '../../hub/app.ts'
import { type Card, cardIn } from '../../device/card-code.ts'
import { numberOf } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { kept, type Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { askIn, signIn } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, Form, LinkButton, Page, Part, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { inWeChat, OpenElsewhere } from './welcome.tsx'

export function NewDevice({ account }: { account: string | null }): JSX.Element {
  const t = useTexts('arriving', 'devices')
  const mine = useStore(me)
  const [typed, setTyped] = useState('')
  const [waits, setWaits] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [card, setCard] = useState(() => {
    const shown = cardIn(location.hash)
    // On a tablet for everybody it is not left in the address and behind the button that goes back.
    if (shown !== null) history.replaceState(history.state, '', location.pathname + location.search)
    return shown
  })
  const [isNone, setNone] = useState(false)
  const [reader, setReader] = useState<JSX.Element | null>(null)
  // What reads a picture is large, and comes by itself.
  useEffect(() => void import('../../parts/qr.tsx').then(({ ReadQR }) => setReader(
    <ReadQR label={t.devices.cardPhoto} test="card-photo" onRead={(text) => {
      const read = text === null ? null : cardIn(text)
      setCard(read)
      setNone(read === null)
    }} />,
  )), [t])
  if (mine !== null) return <IsIn />
  if (inWeChat()) return <OpenElsewhere />
  if (waits) return <Waits />
  if (card !== null) return <WithCard card={card} />

  const number = typed.replace(/\s/g, '').toLowerCase()
  const isWhole = account !== null || /^[0-9a-f]{8}$/.test(number)
  const ask = async (): Promise<void> => {
    const found = account === null ? await hub.account(number) : null
    if (found?.ok === false) return setTrouble(found.problem)
    const done = await askIn(account ?? found!.value.acct)
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) setWaits(true)
  }
  return (
    <Page title={t.devices.newTitle} lead={t.devices.newLead} test="device">
      <Form test="device-form" onSend={() => void ask()}>
        {account === null && (
          <TextField
            label={t.devices.accountNumber}
            note={t.devices.accountNote}
            value={typed}
            onChange={setTyped}
            test="device-account"
            maxLength={10}
          />
        )}
        <p class="note">{t.join.keyNote}</p>
        <Refused trouble={trouble} />
        <Button test="device-ask" kind="main" disabled={!isWhole} onPress={ask}>
          {t.devices.ask}
        </Button>
      </Form>
      <Part title={t.devices.card} test="with-card">
        <p>{t.devices.cardNote}</p>
        {reader}
        {isNone && <p class="refused" role="alert">{t.devices.cardNone}</p>}
      </Part>
    </Page>
  )
}

/** A card was shown; whose device this is decides whether its key stays. */
function WithCard({ card }: { card: Card }): JSX.Element {
  const t = useTexts('arriving', 'devices')
  const [isOwn, setOwn] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | 'taken' | null>(null)
  const enter = async (): Promise<void> => {
    const done = await (await import('../../hub/member-card.ts')).enterWithCard(card, isOwn)
    setTrouble(done === 'taken' ? done : done.ok ? null : done.trouble)
  }
  return (
    <Page title={t.devices.card} lead={t.devices.cardLead} test="device-card">
      <label class="check">
        <input type="checkbox" checked={isOwn} onChange={(event) => setOwn(event.currentTarget.checked)} data-test="card-own" />
        {t.devices.cardOwn}
      </label>
      {trouble === 'taken' ? <p class="refused" role="alert">{t.devices.cardTaken}</p> : <Refused trouble={trouble} />}
      <Button test="card-enter" kind="main" onPress={enter}>
        {t.devices.cardEnter}
      </Button>
    </Page>
  )
}

function Waits(): JSX.Element {
  const t = useTexts('devices')
  const device = useStore(kept)
  const heard = useStore(news)
  // Whatever is recorded may be that this device was let in; until it is, the hub knows no such key.
  useEffect(() => void signIn(), [heard])
  return (
    <Page title={t.devices.waitTitle} lead={t.devices.wait} test="device-waiting">
      <p class="number-card">
        <span class="note">{t.devices.thisNumber}</span>
        <output data-test="device-number">{numberOf(device?.publicKey ?? '')}</output>
      </p>
      <p>{t.devices.noneLeft}</p>
    </Page>
  )
}

function IsIn(): JSX.Element {
  const t = useTexts('arriving', 'devices')
  return (
    <Page title={t.devices.inTitle} lead={t.devices.inLead} test="device-in">
      <LinkButton test="to-home" kind="main" href={to.home}>
        {t.setup.toHome}
      </LinkButton>
    </Page>
  )
}
