/** Value that passes between cities, on the steward's page: what a guest is due, what is asked for, what has arrived and waits. */
import type { JSX } from 'preact'
import type { ArrivalView, StewardView, TransferView } from '#protocol/api.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Button, nameOf, Refused, useMoney, useTexts, When } from '../../parts/view.tsx'
import { Item, useAct } from './steward-item.tsx'

const NO_MEMO = '00'.repeat(32)
/** A payment to a guest that no city has answered in two weeks goes back to the pool. */
const PAYMENT_DAYS = 14

export function Due({ one }: { one: StewardView['awardsDue'][number] }): JSX.Element {
  const t = useTexts('steward')
  const money = useMoney()
  const { trouble, send, setTrouble } = useAct()
  const pay = async (): Promise<void> => {
    const seen = await hub.seen()
    if (!seen.ok) return setTrouble(seen.problem)
    await send(
      {
        kind: 'x.req',
        source: 1,
        to: one.guest.acct,
        destination: one.destination,
        amount: BigInt(one.amount),
        agreement: one.agreement,
        awardMilli: BigInt(one.awardMilli),
        memo: NO_MEMO,
        expDay: (seen.value.globalDay ?? 0) + PAYMENT_DAYS,
      },
      t.steward.paid,
    )
  }
  return (
    <Item test="due-item" id={one.agreement}>
      <div>
        <p>{t.steward.due(nameOf(one.guest, t), money.global(one.milli))}</p>
        <p class="note">
          <a href={to.agreement(one.agreement, null)} data-test="due-agreement">
            {t.steward.agreementOf}
          </a>
        </p>
        <Refused trouble={trouble} />
      </div>
      <Button test="pay" kind="main" onPress={pay}>
        {t.steward.pay}
      </Button>
    </Item>
  )
}

export function TransferWords({ transfer }: { transfer: TransferView }): JSX.Element {
  const t = useTexts('steward')
  const money = useMoney()
  const from = transfer.from === 'pool' ? t.steward.pool : nameOf(transfer.from, t)
  return (
    <>
      {t.steward.transfer(from, money.sent(transfer.milli), transfer.city)}{' '}
      <span class="note">
        <When ts={transfer.ts} relative /> ·{' '}
        {t.steward.approvals(transfer.approvals.got, transfer.approvals.needed)}
        {transfer.votes !== null &&
          ` · ${t.steward.votes(transfer.votes.got, transfer.votes.needed)}`}
      </span>
    </>
  )
}

export function Approve({ transfer }: { transfer: TransferView }): JSX.Element {
  const t = useTexts('steward')
  const { trouble, send } = useAct()
  const own = useStore(me)!.acct
  const { xid, destination, to: recipient, amount, expDay, approvals } = transfer
  const approve = (): Promise<boolean> =>
    send(
      { kind: 'x.appr', xid, destination, to: recipient, amount: BigInt(amount), expDay },
      t.steward.approved,
    )
  return (
    <Item test="approve-item" id={xid}>
      <div>
        <p>
          <TransferWords transfer={transfer} />
        </p>
        <Refused trouble={trouble} />
      </div>
      {!approvals.by.includes(own) && (
        <Button test="approve" kind="main" onPress={approve}>
          {t.steward.approve}
        </Button>
      )}
    </Item>
  )
}

export function Suspended({ arrival }: { arrival: ArrivalView }): JSX.Element {
  const t = useTexts('names', 'steward')
  const money = useMoney()
  const { trouble, send } = useAct()
  return (
    <Item test="suspended-item" id={arrival.xid}>
      <div>
        <p>
          {t.steward.arrival(money.sent(arrival.leftMilli), arrival.city, nameOf(arrival.to, t))}
        </p>
        {arrival.because === 'frozen' && <FrozenCity hub={arrival.from} />}
        <p class="note">
          {t.arrivalPhases[arrival.phase]}
          {arrival.because !== null && ` · ${t.arrivalReasons[arrival.because]}`}
        </p>
        <Refused trouble={trouble} />
      </div>
      <div class="buttons">
        <Button
          test="release"
          kind="main"
          onPress={() =>
            send(
              { kind: 'x.rel', xid: arrival.xid, amount: BigInt(arrival.left) },
              t.steward.released,
            )
          }
        >
          {t.steward.release}
        </Button>
        <Button
          test="send-back"
          kind="quiet"
          onPress={() => send({ kind: 'x.back', xid: arrival.xid }, t.steward.sentBack)}
        >
          {t.steward.sendBack}
        </Button>
      </div>
    </Item>
  )
}
