/** How this city stands with others, on the steward's page: being known to them, the value it may pay guests with, and meeting one more. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromBase64 } from '#ledger/bytes.ts'
import type { FederationView, StewardView } from '#protocol/api.ts'
import { refresh, say } from '../../hub/app.ts'
import { type Answer, hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { nightsOf, parseAmount } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { to } from '../../router.ts'
import { Button, Chip, Copied, Fold, Form, LinkButton, Part, Refused, TextField, useMoney, useTexts } from '../../parts/view.tsx'
import { Box, Gone, Release, Renewal } from './going-on.tsx'
import { MeetingCode } from './meeting-code.tsx'
import { Item, useAct } from './steward-item.tsx'

/** What the hub itself does between cities: the value it may pay guests with, and what nobody owns any more. */
export function Chain({ view }: { view: StewardView }): JSX.Element {
  const t = useTexts('steward')
  const money = useMoney()
  const { trouble, send, setTrouble } = useAct()
  const [text, setText] = useState('')
  const { chain, issueLeftMilli, burnMilli } = view.federation
  const milli = parseAmount(text)
  const said = { issue: t.steward.issued, burn: t.steward.burnt }
  const approve = async (order: 'issue' | 'burn', argument: Uint8Array | null): Promise<boolean> =>
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
      {chain.needs === null && (
        <Fold title={t.steward.issueTitle} test="issue-open">
        <Form test="issue-form" onSend={() => void issue()}>
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
        </Fold>
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

/** A city has asked to exchange with this one. */
export function Asking({ one, again }: { one: FederationView['asking'][number]; again: () => void }): JSX.Element {
  const t = useTexts('steward')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const admit = async (): Promise<void> => {
    const answer = await hub.admit(one.card)
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(t.steward.admitDone)
    await refresh()
    again()
  }
  return (
    <Item test="asking-item" id={one.origin}>
      <div>
        <p>{t.steward.asking(one.city)}</p>
        <p class="note">{one.origin}</p>
        <Refused trouble={trouble} />
      </div>
      <Button test="admit-asking" kind="main" onPress={admit}>
        {t.steward.admitAsking}
      </Button>
    </Item>
  )
}

/** The first order of this city's chain, without which it can send nothing. */
export function Keys({ view: { federation: { chain } } }: { view: StewardView }): JSX.Element {
  const t = useTexts('steward')
  const { trouble, send } = useAct()
  const approve = (): Promise<boolean> =>
    send({ kind: 'order.approved', slot: chain.slots, order: 'keys', argument: fromBase64(chain.keysArgument!)! }, t.steward.approved)
  return (
    <Item test="keys-item" id="keys">
      <div>
        <p>{t.steward.keys}</p>
        <p class="note">{t.steward.keysNote}</p>
        <Refused trouble={trouble} />
      </div>
      <Button test="approve-keys" kind="main" onPress={approve}>
        {t.steward.keysDo}
      </Button>
    </Item>
  )
}

export function Cities({
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
      <Fold title={t.steward.meet} test="meet" open={others.length === 0}>
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
      </Fold>
      <Box federation={federation} again={again} />
      <Renewal federation={federation} again={again} />
    </Part>
  )
}

/** One other city in a sentence; all of it stands on a page of its own, which every member sees. */
function City({ city }: { city: FederationView['cities'][number] }): JSX.Element {
  const t = useTexts('between', 'steward')
  const money = useMoney()
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
        {city.exposureMilli === '0' ? t.between.nothing : t.between.limit(money.global(city.exposureMilli), nightsOf(city.exposureMilli))}
      </p>
      {city.isNearlyUsed && city.exposureMilli !== '0' && <p class="note">{t.between.nearly}</p>}
    </div>
  )
}
