/**
 * What waits for a steward, as one queue, the most human first: people to meet, guests to be paid,
 * then what passes between cities. Each card says what it is and carries its one or two buttons.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromBase64 } from '#ledger/bytes.ts'
import type { ArrivalView, FederationView, StewardView, TransferView } from '#protocol/api.ts'
import { hubView, refresh, say } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import { date, nightsOf, numberOf, parseAmount } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { Box, Gone, Release, Will } from './going-on.tsx'
import { type Answer, hub } from '../../hub/hub-client.ts'
import { MeetingCode } from './meeting-code.tsx'
import { to } from '../../router.ts'
import { confirmRestore } from '../../hub/acting.ts'
import { act, type Trouble } from '../../hub/session.ts'
import type { Asked } from '../../device/signing.ts'
import { StewardDevices } from './steward-devices.tsx'
import { useStore } from '../../store.ts'
import { Invite } from '../../parts/invite.tsx'
import {
  Button,
  Chip,
  Copied,
  Form,
  LinkButton,
  Loading,
  Missing,
  nameOf,
  Page,
  Part,
  Refused,
  TextField,
  useLoaded,
  useMoney,
  useTexts,
  When,
} from '../../parts/view.tsx'

const NO_MEMO = '00'.repeat(32)
/** A payment to a guest that no city has answered in two weeks goes back to the pool. */
const PAYMENT_DAYS = 14

export function Steward(): JSX.Element {
  const t = useTexts('names', 'cases', 'steward')
  const { value, problem, again } = useLoaded(hub.steward, 'steward')
  const { value: devices } = useLoaded(hub.stewardDevices, 'steward-devices')
  const isRestoring = useStore(hubView)?.restoring?.step === 'ready'
  if (value === null && problem !== null) return <Missing problem={problem} again={again} />
  if (value === null)
    return (
      <Page title={t.steward.title} test="steward">
        <Loading />
      </Page>
    )
  const asked = value.transfers.filter((one) => one.stage === 'asked')
  const under = value.transfers.filter((one) => one.stage !== 'asked')
  const suspended = value.arrivals.filter((one) => one.phase === 'suspended')
  const idle =
    value.toAttest.length +
      value.awardsDue.length +
      value.toDecide +
      asked.length +
      suspended.length +
      value.federation.asking.length +
      (devices === null ? 0 : devices.waiting.length + devices.recoveries.length) ===
      0 && value.federation.chain.needs === null
  // Between cities something may be waiting; the people come first only where nothing else is.
  const isAlone = value.federation.state === 'alone'
  const people = (
    <>
      <Invite />
      <Part title={t.steward.membersTitle} test="members">
        <ul class="rows">
          {value.members.map((one) => (
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
  return (
    <Page title={t.steward.title} test="steward">
      <Restore />
      {idle && !isRestoring && (
        <p class="note" data-test="steward-idle">
          {t.steward.empty}
        </p>
      )}
      {devices !== null && <StewardDevices view={devices} />}
      <LinkButton test="to-decide" kind={value.toDecide > 0 ? 'main' : 'quiet'} href={to.decide}>
        {t.steward.decide(value.toDecide)}
      </LinkButton>
      <LinkButton test="to-cases" kind="quiet" href={to.cases}>
        {t.cases.link}
      </LinkButton>
<LinkButton test="to-papers" kind="quiet" href={to.papers}>
        {t.nav.forTheWall}
      </LinkButton>
      <LinkButton test="to-reports" kind="quiet" href={to.reports}>
        {t.steward.reports}
      </LinkButton>
      <Losses lost={value.lost} />
      {value.toAttest.length > 0 && (
        <Part title={t.steward.attestTitle} test="to-attest">
          {value.toAttest.map((one) => (
            <Attest key={one.acct} one={one} />
          ))}
        </Part>
      )}
      {value.awardsDue.length > 0 && (
        <Part title={t.steward.dueTitle} test="awards-due">
          {value.awardsDue.map((one) => (
            <Due key={one.agreement} one={one} />
          ))}
        </Part>
      )}
      {asked.length > 0 && (
        <Part title={t.steward.transfersTitle} test="to-approve">
          {asked.map((one) => (
            <Approve key={one.xid} transfer={one} />
          ))}
        </Part>
      )}
      {suspended.length > 0 && (
        <Part title={t.steward.arrivalsTitle} test="suspended">
          {suspended.map((one) => (
            <Suspended key={one.xid} arrival={one} />
          ))}
        </Part>
      )}
      {isAlone && people}
      {value.federation.state === 'founded' && <Chain view={value} />}
      <Cities federation={value.federation} again={again} />
      {value.federation.state === 'founded' && <Will federation={value.federation} again={again} />}
      {under.length > 0 && (
        <Part title={t.steward.transfersTitle} test="transfers">
          <ul class="rows">
            {under.map((one) => (
              <li key={one.xid} class="row" data-test="transfer" data-stage={one.stage}>
                <span class="row-main">
                  <TransferWords transfer={one} />
                </span>
                <Chip tone={one.stage === 'credited' ? 'good' : 'plain'}>
                  {t.stages[one.stage]}
                </Chip>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {!isAlone && people}
    </Page>
  )
}

/** Signs, says what was done, and shows why not where it was asked. */
function useAct(): {
  trouble: Trouble | null
  send(asked: Asked, said: string, blobs?: string[]): Promise<boolean>
  setTrouble(trouble: Trouble | null): void
} {
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  return {
    trouble,
    setTrouble,
    async send(asked, said, blobs) {
      const done = await act(asked, blobs === undefined ? {} : { blobs })
      setTrouble(done.ok ? null : done.trouble)
      if (done.ok) say(said, done.value.seq)
      return done.ok
    },
  }
}

const Item = ({
  test,
  id,
  children,
}: {
  test: string
  id: string
  children: ComponentChildren
}): JSX.Element => (
  <div class="card waiting" data-test={test} data-id={id}>
    {children}
  </div>
)

/** The computer went back to a backup: what came back, who is silent or withholds, and the steward's yes. */
function Restore(): JSX.Element | null {
  const t = useTexts('restore')
  const restoring = useStore(hubView)?.restoring ?? null
  const hasCities = useStore(hubView)?.federation !== null
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (restoring === null || restoring.step !== 'ready') return null
  const { size, from, silent, withheld, approvals } = restoring
  const listed = (cities: string[]): string => cities.join(t.language === 'zh' ? '、' : ', ')
  const confirm = async (): Promise<void> => {
    const done = await confirmRestore(restoring)
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.restore.afterYes[done.value])
  }
  return (
    <Part title={t.restore.title} test="restore">
      <Item test="restore-item" id={String(size)}>
        <div>
          <p>{t.restore.what(size, listed(from))}</p>
          {!hasCities && <p>{t.restore.alone}</p>}
          {silent.length > 0 && <p data-test="restore-silent">{t.restore.silent(listed(silent))}</p>}
          {withheld.map(({ city, entries }) => (
            <p key={city} data-test="restore-without">
              <strong>{t.restore.without(city, entries)}</strong>
            </p>
          ))}
          <p>{t.restore.note}</p>
          <p class="note">{t.restore.approvals(approvals.got, approvals.needed)}</p>
          <Refused trouble={trouble} />
        </div>
        <Button test="restore-confirm" kind="main" onPress={confirm}>
          {t.restore.confirm}
        </Button>
      </Item>
    </Part>
  )
}

/** What members say a restore has lost, as far as the record tells. */
function Losses({ lost }: { lost: StewardView['lost'] }): JSX.Element | null {
  const t = useTexts('restore')
  if (lost.length === 0) return null
  return (
    <Part title={t.restore.claimsTitle} test="lost-claims">
      <p class="note">{t.restore.claimsNote}</p>
      <ul class="rows">
        {lost.map((one) => (
          <li key={`${one.acct} ${one.seq}`} class="row" data-test="lost-claimed" data-acct={one.acct} data-seq={one.seq}>
            <span class="row-main">
              <strong>{one.name ?? t.common.unnamed}</strong>{' '}
              <span class="note">
                <code>{numberOf(one.acct)}</code> {t.restore.claimsOne(one.seq, date(one.restoredTs, t.language))}
              </span>
            </span>
            <span class="note">
              <When ts={one.ts} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/**
 * Met in person, number compared. How they know each other is committed to and stays out of the
 * record.
 */
function Attest({ one }: { one: StewardView['toAttest'][number] }): JSX.Element {
  const t = useTexts('steward')
  const { trouble, send } = useAct()
  const [evidence, setEvidence] = useState('')
  const [sure, setSure] = useState(false)
  const attest = async (): Promise<void> => {
    const { commitment, blob } = commit(evidence)
    await send(
      { kind: 'member.attested', member: one.acct, identity: commitment },
      t.steward.attested,
      [blob],
    )
  }
  const decline = async (): Promise<void> => {
    const { commitment, blob } = commit(evidence)
    await send({ kind: 'member.declined', member: one.acct, reason: commitment }, t.steward.declined, [blob])
  }
  return (
    <Item test="attest-item" id={one.acct}>
      <div>
        <p>
          <strong>{one.name ?? t.common.unnamed}</strong>{' '}
          <span class="note">{t.steward.joined(date(one.joinedTs, t.language))}</span>
        </p>
        <p class="number-card small">
          <output data-test="attest-number">{numberOf(one.acct)}</output>
        </p>
        <p class="note">{t.steward.attestNote}</p>
        <TextField
          label={t.steward.evidence}
          value={evidence}
          onChange={setEvidence}
          test="attest-evidence"
          maxLength={200}
        />
        <Refused trouble={trouble} />
      </div>
      <div class="buttons">
        <Button test="attest" kind="main" onPress={attest}>
          {t.steward.attest}
        </Button>
        <Button test="attest-decline" kind="quiet" onPress={() => (sure ? decline() : setSure(true))}>
          {sure ? t.steward.declineYes : t.steward.decline}
        </Button>
      </div>
    </Item>
  )
}

function Due({ one }: { one: StewardView['awardsDue'][number] }): JSX.Element {
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

function TransferWords({ transfer }: { transfer: TransferView }): JSX.Element {
  const t = useTexts('steward')
  const money = useMoney()
  const from = transfer.from === 'pool' ? t.steward.pool : nameOf(transfer.from, t)
  return (
    <>
      {t.steward.transfer(from, money.global(transfer.milli), transfer.city)}{' '}
      <span class="note">
        <When ts={transfer.ts} relative /> ·{' '}
        {t.steward.approvals(transfer.approvals.got, transfer.approvals.needed)}
        {transfer.votes !== null &&
          ` · ${t.steward.votes(transfer.votes.got, transfer.votes.needed)}`}
      </span>
    </>
  )
}

function Approve({ transfer }: { transfer: TransferView }): JSX.Element {
  const t = useTexts('steward')
  const { trouble, send } = useAct()
  const { xid, destination, to: recipient, amount, expDay } = transfer
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
      <Button test="approve" kind="main" onPress={approve}>
        {t.steward.approve}
      </Button>
    </Item>
  )
}

function Suspended({ arrival }: { arrival: ArrivalView }): JSX.Element {
  const t = useTexts('names', 'steward')
  const money = useMoney()
  const { trouble, send } = useAct()
  return (
    <Item test="suspended-item" id={arrival.xid}>
      <div>
        <p>
          {t.steward.arrival(money.global(arrival.leftMilli), arrival.city, nameOf(arrival.to, t))}
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

/**
 * What the hub itself does between cities: being known to them, and the value it may pay guests
 * with.
 */
function Chain({ view }: { view: StewardView }): JSX.Element {
  const t = useTexts('steward')
  const money = useMoney()
  const { trouble, send, setTrouble } = useAct()
  const [text, setText] = useState('')
  const { chain, issueLeftMilli, burnMilli } = view.federation
  const milli = parseAmount(text)
  const said = { keys: t.steward.approved, issue: t.steward.issued, burn: t.steward.burnt }
  const approve = async (order: 'keys' | 'issue' | 'burn', argument: Uint8Array | null): Promise<boolean> =>
    argument !== null &&
    send({ kind: 'order.approved', slot: chain.slots, order, argument }, said[order])
  const burn = async (): Promise<void> => {
    const answer = await hub.burnArgument()
    if (!answer.ok) return setTrouble(answer.problem)
    await approve('burn', fromBase64(answer.value.argument))
  }
  const issue = async (): Promise<void> => {
    if (milli === null) return
    const answer = await hub.issueArgument(milli)
    if (!answer.ok) return setTrouble(answer.problem)
    if (await approve('issue', fromBase64(answer.value.argument))) setText('')
  }
  return (
    <Part title={t.steward.chainTitle} test="chain">
      <p data-test="pool" data-milli={view.books.pool}>
        {t.steward.poolIs(money.global(view.books.pool))}
      </p>
      <p class="note">{t.steward.positionIs(money.global(view.books.position))}</p>
      {chain.votes !== null && (
        <p class="note" data-test="chain-votes">
          {t.steward.chainVotes(chain.votes.got, chain.votes.needed)}
        </p>
      )}
      {chain.needs === 'keys' && chain.keysArgument !== null ? (
        <Item test="keys-item" id="keys">
          <div>
            <p>{t.steward.keys}</p>
            <p class="note">{t.steward.keysNote}</p>
          </div>
          <Button
            test="approve-keys"
            kind="main"
            onPress={() => approve('keys', fromBase64(chain.keysArgument!))}
          >
            {t.steward.keysDo}
          </Button>
        </Item>
      ) : (
        <Form test="issue-form" onSend={() => void issue()}>
          <h3>{t.steward.issueTitle}</h3>
          <TextField
            type="amount"
            label={t.steward.issueAmount}
            note={t.steward.issueNote(money.global(issueLeftMilli))}
            value={text}
            onChange={setText}
            test="issue-amount"
          />
          <Button test="issue" disabled={milli === null} onPress={issue}>
            {t.steward.issueDo}
          </Button>
        </Form>
      )}
      {chain.needs === null && burnMilli !== '0' && (
        <Item test="burn-item" id="burn">
          <div>
            <p>{t.steward.burn(money.global(burnMilli))}</p>
            <p class="note">{t.steward.burnNote}</p>
          </div>
          <Button test="burn" kind="quiet" onPress={burn}>
            {t.steward.burnDo}
          </Button>
        </Item>
      )}
      <Refused trouble={trouble} />
    </Part>
  )
}

function Cities({
  federation,
  again,
}: {
  federation: FederationView
  again: () => void
}): JSX.Element {
  const t = useTexts('steward')
  const [card, setCard] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const pasted = card.replaceAll(/\s/g, '')
  const ask = async (answer: Answer<unknown>, said: string): Promise<void> => {
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(said)
    setCard('')
    await refresh()
    again()
  }
  const others = federation.cities.filter((one) => !one.own)
  return (
    <Part title={t.steward.citiesTitle} test="cities">
      <p
        data-test="federation-state"
        data-state={federation.state}
        data-version={federation.version}
      >
        {federation.state === 'founded' && others.length === 0
          ? t.steward.firstCity
          : t.steward.cityState[federation.state]}
        {federation.version > 0 && (
          <span class="note"> {t.steward.version(federation.version)}</span>
        )}
      </p>
      {federation.asking.map((one) => (
        <Item key={one.origin} test="asking-item" id={one.origin}>
          <p>{t.steward.asking(one.city)}</p>
          <Button
            test="admit-asking"
            kind="main"
            onPress={async () => ask(await hub.admit(one.card), t.steward.admitDone)}
          >
            {t.steward.admitAsking}
          </Button>
        </Item>
      ))}
      {others.map((one) => (
        <div key={one.origin} class="stack">
          <City city={one} />
          {one.frozen !== null && <Release federation={federation} origin={one.origin} again={again} />}
          <Gone federation={federation} origin={one.origin} again={again} />
        </div>
      ))}
      {others.length > 0 && (
        <LinkButton test="to-cities" kind="quiet" href={to.cities}>
          {t.nav.cities}
        </LinkButton>
      )}
      {federation.admitted
        .filter((one) => !federation.cities.some((city) => city.origin === one.origin))
        .map((one) => (
          <p key={one.origin} class="note" data-test="admitted">
            {t.steward.admitted(one.city)}
          </p>
        ))}
      {federation.state === 'alone' && (
        <ol class="plain">
          {t.steward.meeting.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      )}
      <Box federation={federation} again={again} />
      {federation.code !== null && federation.state !== 'closed' && <MeetingCode code={federation.code} />}
      <Copied
        label={t.steward.ourCard}
        text={federation.card}
        rows={3}
        note={t.steward.ourCardNote}
        test="our-card"
        copyTest="copy-card"
      />
      {federation.state === 'alone' && (
        <div class="stack">
          <Button
            test="found-federation"
            onPress={async () => ask(await hub.found(), t.steward.foundDone)}
          >
            {t.steward.found}
          </Button>
        </div>
      )}
      <Form test="card-form" onSend={() => {}}>
        <TextField
          type="area"
          label={t.steward.theirCard}
          note={t.steward.paste}
          value={card}
          onChange={setCard}
          test="their-card"
        />
        <Refused trouble={trouble} />
        <div class="buttons">
          {federation.state === 'founded' ? (
            <Button
              test="admit"
              disabled={pasted === ''}
              onPress={async () => ask(await hub.admit(pasted), t.steward.admitDone)}
            >
              {t.steward.admit}
            </Button>
          ) : (
            <Button
              test="join-federation"
              disabled={pasted === ''}
              onPress={async () => ask(await hub.join(pasted), t.steward.joinDone)}
            >
              {t.steward.join}
            </Button>
          )}
        </div>
      </Form>
    </Part>
  )
}

/** One other city in a sentence; all of it stands on a page of its own, which every member sees. */
function City({ city }: { city: FederationView['cities'][number] }): JSX.Element {
  const t = useTexts('between', 'steward')
  return (
    <div class="card" data-test="city" data-origin={city.origin} data-connected={city.connected}>
      <p>
        <strong>{city.city}</strong>{' '}
        <Chip tone={city.connected ? 'good' : 'plain'}>
          {city.connected ? t.steward.connected : t.steward.notConnected}
        </Chip>{' '}
        {city.isBox && <Chip tone="plain">{t.goingOn.boxChip}</Chip>}
      </p>
      <FrozenCity hub={city.origin} />
      <p data-test="trust" data-milli={city.exposureMilli}>
        {t.steward.trust(nightsOf(city.exposureMilli))}
      </p>
      {city.isNearlyUsed && <p class="note">{t.between.nearly}</p>}
    </div>
  )
}
