/**
 * A visitor's use in another city, and the Global value for it: the visitor sends it from home, sees how far it has come and
 * may take it back until the order is written; whoever hosts sees that it waits for the end of the stay.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AgreementView, OwnTransferView } from '#protocol/api.ts'
import { me, refreshAbroad, say } from '../../hub/app.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { act, type Trouble } from '../../hub/session.ts'
import { isOver, missingFor } from '../../hub/waiting.ts'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import { Button, Part, Refused, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'

/** Days in which a steward may agree and an order carry it; after that it is the sender's again. */
const APPROVAL_DAYS = 3
const NO_MEMO = '00'.repeat(32)

export function StayPart({ agreement, origin }: { agreement: AgreementView; origin: string | null }): JSX.Element | null {
  const mine = useStore(me)
  if (agreement.stay === null) return null
  const isVisitor = origin !== null && mine?.acct === agreement.receiver.acct
  return isVisitor ? <Visitor agreement={agreement} stay={agreement.stay} origin={origin} /> : <Host stay={agreement.stay} />
}

type Stay = NonNullable<AgreementView['stay']>

function Host({ stay }: { stay: Stay }): JSX.Element {
  const t = useTexts('between')
  const money = useMoney()
  return (
    <Part title={t.between.stayTitle} test="stay-host">
      <p>{t.between.stayDue(money.global(stay.dueMilli))}</p>
      {stay.waitingMilli !== '0' && <p class="note">{t.between.stayWaits(money.global(stay.waitingMilli))}</p>}
      {stay.paidMilli !== '0' && <p class="note">{t.between.stayCame(money.global(stay.paidMilli))}</p>}
    </Part>
  )
}

function Visitor({ agreement, stay, origin }: { agreement: AgreementView; stay: Stay; origin: string }): JSX.Element {
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
  return (
    <Part title={t.between.stayTitle} test="stay">
      <p data-test="stay-due" data-milli={stay.dueMilli}>
        {t.between.youGive(money.global(stay.dueMilli))}
      </p>
      <p class="note">{t.between.stayRule}</p>
      {own.map((one) => (
        <Stages key={one.xid} transfer={one} cancel={() => sign({ kind: 'x.cancel', xid: one.xid }, t.between.cancelled)} />
      ))}
      <Refused trouble={trouble} />
      {missing > 0n && (
        <>
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
    [isThere && end === 'credited', isThere ? t.between.ends[end] : t.between.stepEnd],
  ]
  const next = steps.findIndex(([isDone]) => !isDone)
  return (
    <div class="card" data-test="stay-transfer" data-stage={stage} data-arrived={arrived ?? ''}>
      <p>
        <strong>{money.global(transfer.milli)}</strong> {isOver(transfer) && t.stages[stage]}
      </p>
      {!isOver(transfer) && (
        <ol class="plain" data-test="stay-steps">
          {steps.map(([isDone, words], i) => (
            <li key={words} data-done={isDone} aria-current={i === next ? 'step' : undefined}>
              {isDone ? '✓ ' : i === next ? '→ ' : ''}
              {words}
              {i === next && <span class="note"> {t.between.waits[i]!(date(lapses, t.language))}</span>}
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
