/** 成员卡: a card to print, with which one comes in without a telephone of one's own. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { hubView, me } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { CARD_PIN_LENGTH_MIN, makeCard } from '../../hub/member-card.ts'
import { PrintButton, usePaperTexts } from '../../parts/paper.tsx'
import { QR } from '../../parts/qr.tsx'
import { Button, Form, Page, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { useStore } from '../../store.ts'
import { numberOf } from '../../text/format.ts'

export function MemberCard(): JSX.Element {
  const t = useTexts()
  const words = usePaperTexts()
  const w = words.card
  const mine = useStore(me)!
  const view = useStore(hubView)!
  const [pin, setPin] = useState('')
  const [card, setCard] = useState<{ text: string; publicKey: string; waits: boolean } | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const isLong = [...pin].length >= CARD_PIN_LENGTH_MIN
  const make = async (): Promise<void> => {
    if (!isLong) return
    const done = await makeCard(pin)
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) setCard(done.value)
  }
  if (card === null)
    return (
      <Page title={w.title} lead={w.lead} test="card">
        <Form test="card-make-form" onSend={() => void make()}>
          {/* Seen while it is chosen: one finds out that it was mistyped on the day the telephone is gone. */}
          <TextField label={w.pin(CARD_PIN_LENGTH_MIN)} note={w.pinNote} value={pin} onChange={setPin} test="card-pin" />
          <Refused trouble={trouble} />
          <Button test="card-make" kind="main" disabled={!isLong} onPress={make}>
            {w.make}
          </Button>
        </Form>
      </Page>
    )
  return (
    <Page title={w.title} test="card-made">
      <section class="card paper" data-test="card-sheet" data-card={card.text}>
        <h2>{mine.name ?? t.common.unnamed}</h2>
        <p>{view.city}</p>
        <QR text={card.text} label={w.picture} />
        <p>{w.use}</p>
        <p class="note">{w.lost(numberOf(card.publicKey))}</p>
      </section>
      <PrintButton words={words} />
      <p class="note">{w.once}</p>
      {card.waits && <p class="note" data-test="card-waits">{w.waits}</p>}
    </Page>
  )
}
