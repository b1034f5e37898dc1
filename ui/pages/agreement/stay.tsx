/**
 * What a visitor uses or is helped with in another city, and the Global value for it: the visitor sends it from home, sees
 * how far it has come and may take it back until the order is written; whoever hosts sees that it waits for the end of the
 * stay.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AgreementView, OwnTransferView } from '#protocol/api.ts'
import { refreshAbroad, say } from '../../hub/app.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { act } from '../../hub/session.ts'
import { isOver, missingFor } from '../../hub/waiting.ts'
import type { Asked } from '../../device/signing.ts'
import { Button, Part, Refused, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'

/** Days in which a steward may agree and an order carry it; after that it is the sender's again. */
const APPROVAL_DAYS = 3
const NO_MEMO = '00'.repeat(32)

/** For whoever shares: what the visitor sends, and whether it is there. */
export function Visited({ agreement: { stay } }: { agreement: AgreementView }): JSX.Element | null {
  const t = useTexts('between')
  const money = useMoney()
  return stay && (
    <Part title={t.between.stayTitle} test="stay-host">
      <p>{t.between.stayDue(money.sent(stay.dueMilli))}</p>
      {stay.waitingMilli !== '0' && <p class="note">{t.between.stayWaits(money.sent(stay.waitingMilli))}</p>}
      {stay.paidMilli !== '0' && <p class="note">{t.between.stayCame(money.sent(stay.paidMilli))}</p>}
    </Part>
  )
}

/** For the visitor: what is to be sent, and how far it has come. */
export function Visit({ agreement, origin }: { agreement: AgreementView; origin: string }): JSX.Element | null {
  const { stay } = agreement
  const t = useTexts('between')
  const money = useMoney()
  const { value, again } = useLoaded(hub.transfers, `transfers ${agreement.id}`)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const own = value?.transfers.filter((one) => one.agreement === agreement.id && one.destination === origin) ?? []
  const missing = value === null ? 0n : missingFor(agreement, value.transfers)
  const sign = async (asked: Asked, said: string): Promise<void> => {
    const done = await act(asked)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(said, done.value.seq)
    again()
    void refreshAbroad()
  }
  const send = (): Promise<void> => sign({
    kind: 'x.req', source: 0, to: agreement.helper.acct, destination: origin, amount: missing, agreement: agreement.id,
    awardMilli: 0n, memo: NO_MEMO, expDay: value!.today + APPROVAL_DAYS,
  }, t.between.sendAsked)
  if (stay === null || (own.length === 0 && missing === 0n)) return null
  return (
    <Part title={t.between.visitTitle} test="stay">
      {own.map((one) => (
        <Stages key={one.xid} transfer={one} cancel={() => sign({ kind: 'x.cancel', xid: one.xid }, t.between.cancelled)} />
      ))}
      <Refused trouble={trouble} />
      {missing > 0n && (
        <>
          <p data-test="stay-due" data-milli={stay.dueMilli}>
            {t.between.youGive(money.sent(stay.dueMilli))}
          </p>
          <p class="note">{t.between.stayRule}</p>
          <Quoted origin={origin} to={agreement.helper.acct} amount={missing} agreement={agreement.id} />
          <Button test="stay-send" kind="main" onPress={send}>
            {t.between.send}
          </Button>
        </>
      )}
    </Part>
  )
}

/** What the other city says it would do with it now; nothing while it does not answer. */
function Quoted({ origin, to, amount, agreement }: { origin: string; to: string; amount: bigint; agreement: string }): JSX.Element | null {
  const t = useTexts('between')
  const { value } = useLoaded(() => hub.quote(origin, to, amount, agreement), `quote ${agreement} ${amount}`)
  if (value === null) return null
  const { disposition } = value
  const words = disposition === 'credit' || disposition === 'booking' || disposition === 'recipient' ? t.between.quote[disposition] : t.between.quote.wait
  return (
    <p class="note" data-test="stay-quote" data-disposition={disposition}>
      {words}
    </p>
  )
}

/** How far one transfer has come: what is done, what is next, and how long that usually takes. */
function Stages({ transfer, cancel }: { transfer: OwnTransferView; cancel: () => Promise<void> }): JSX.Element {
  const t = useTexts('names', 'between')
  const money = useMoney()
  const { stage, approvals, votes, arrived, lapses } = transfer
  const isOut = !['asked', 'cancelled', 'expired'].includes(stage)
  const isChecked = isOut && stage !== 'ordered'
  const isThere = arrived !== null || stage === 'credited' || stage === 'suspended'
  const end = arrived ?? (stage === 'credited' ? 'credited' : 'suspended')
  const steps: [isDone: boolean, words: string][] = [
    [isOut, t.between.stepStewards(approvals.got, approvals.needed)],
    [isChecked, votes === null ? t.between.stepCities : t.between.stepVotes(votes.got, votes.needed)],
    [isThere, t.between.stepArrived],
    [isThere && (end === 'credited' || end === 'returned'), isThere ? t.between.ends[end] : t.between.stepEnd],
  ]
  const next = steps.findIndex(([isDone]) => !isDone)
  // What does not wait for the use to be over says itself what it waits for.
  const saysWait = !isThere || end === 'bound'
  return (
    <div class="card" data-test="stay-transfer" data-stage={stage} data-arrived={arrived ?? ''}>
      <p>
        <strong>{money.sent(transfer.milli)}</strong> {isOver(transfer) && t.stages[stage]}
      </p>
      {!isOver(transfer) && (
        <ol class="plain" data-test="stay-steps">
          {steps.map(([isDone, words], i) => (
            <li key={words} data-done={isDone} aria-current={i === next ? 'step' : undefined}>
              {isDone ? '✓ ' : i === next ? '→ ' : ''}
              {words}
              {i === next && saysWait && <span class="note"> {t.between.waits[i]!(date(lapses, t.language))}</span>}
            </li>
          ))}
        </ol>
      )}
      {stage === 'asked' && (
        <Button test="stay-cancel" kind="quiet" onPress={cancel}>
          {t.between.takeBack}
        </Button>
      )}
    </div>
  )
}
