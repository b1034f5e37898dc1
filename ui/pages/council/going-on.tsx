/**
 * What stewards say beforehand for the day on which a machine is gone for good, and what they do
 * about a city that is: who takes over, closing, and witness boxes. (ledger README, "Closing".)
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromBase64 } from '#ledger/bytes.ts'
import type { FederationView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { refresh, say } from '../../hub/app.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { act } from '../../hub/session.ts'
import { Button, Fold, Form, Part, Refused, Select, useTexts } from '../../parts/view.tsx'

/** The announced end is so far ahead that as many stewards as needed can sign until then. */
const ENDS_IN_DAYS = 97
const DAY_SECONDS = 86_400

type Ports = { federation: FederationView; again: () => void }

/** Says a thing to the hub and shows what came of it. */
function useTelling(again: () => void) {
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const tell = async (answer: { ok: true } | { ok: false; problem: Trouble }, said: string): Promise<void> => {
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(said)
    await refresh()
    again()
  }
  return { trouble, setTrouble, tell }
}

/** Who takes over when this city is gone. */
export function Will({ federation, again }: Ports): JSX.Element {
  const texts = useTexts('steward')
  const t = texts.goingOn
  const { will, cities } = federation
  const others = cities.filter(({ own, isBox }) => !own && !isBox)
  const [heir, setHeir] = useState(will.heir ?? '')
  const [ends, setEnds] = useState(will.endsAt !== null)
  const { trouble, setTrouble, tell } = useTelling(again)
  if (federation.isBox || others.length === 0) return <></>
  const sign = async (): Promise<void> => {
    const today = Math.floor(hubNow() / DAY_SECONDS) * DAY_SECONDS
    const endsAt = !ends || heir === '' ? null : (will.endsAt ?? today + ENDS_IN_DAYS * DAY_SECONDS)
    const answer = await hub.willArgument(heir === '' ? null : heir, endsAt)
    if (!answer.ok) return setTrouble(answer.problem)
    const { argument, slot } = answer.value
    const done = await act({ kind: 'order.approved', slot, order: 'keys', argument: fromBase64(argument)! })
    await tell(done.ok ? done : { ok: false, problem: done.trouble }, t.saved)
  }
  const named = others.find(({ origin }) => origin === will.heir)
  return (
    <Part title={t.title} test="will">
      <p class="note">{t.why}</p>
      <p data-test="will-now" data-heir={will.heir ?? ''}>
        {named === undefined ? t.noHeir : t.heir(named.city)}
      </p>
      {will.endsAt !== null && <p data-test="will-ends">{t.announced(date(will.endsAt, texts.language))}</p>}
      <Fold title={t.change} test="will-open">
      <Form test="will-form" onSend={() => void sign()}>
        <Select
          label={t.choose}
          value={heir}
          options={[{ value: '', label: t.nobody }, ...others.map(({ origin, city }) => ({ value: origin, label: city }))]}
          onChange={setHeir}
          test="heir"
        />
        <label class="check">
          <input type="checkbox" checked={ends} onChange={(event) => setEnds(event.currentTarget.checked)} data-test="announce" />
          {t.announce}
        </label>
        <p class="note">{t.risk}</p>
        <Refused trouble={trouble} />
        <Button test="sign-will" onPress={sign}>{t.save}</Button>
      </Form>
      </Fold>
    </Part>
  )
}

/** Under each city that is gone, or about to be closed. */
export function Gone({ federation, origin, again }: Ports & { origin: string }): JSX.Element {
  const t = useTexts('steward').goingOn
  const { trouble, tell } = useTelling(again)
  const closing = federation.closing.find((one) => one.origin === origin)
  const name = federation.cities.find((one) => one.origin === origin)?.city ?? origin
  if (closing === undefined || closing.state === 'cannot') return <></>
  return (
    <div data-test="gone" data-state={closing.state}>
      {closing.state === 'closing' ? (
        <>
          <p>{t.closing(name)}</p>
          <Button test="keep-city" kind="quiet" onPress={async () => tell(await hub.keepCity(origin), t.kept)}>
            {t.keep}
          </Button>
        </>
      ) : (
        <>
          <p>{t.canClose(name)}</p>
          <p class="note">{t.closeRisk}</p>
          <Button test="close-city" onPress={async () => tell(await hub.closeCity(origin), t.closed)}>
            {t.close}
          </Button>
        </>
      )}
      <Refused trouble={trouble} />
    </div>
  )
}

/** Under each city whose freeze could end, and for this one when others have frozen it. */
export function Release({ federation, origin, again }: Ports & { origin: string }): JSX.Element {
  const t = useTexts('steward').goingOn
  const { trouble, tell } = useTelling(again)
  const isAgreed = federation.releasing.includes(origin)
  const city = federation.cities.find((one) => one.origin === origin)
  const isOwn = city?.own === true
  return (
    <div class="stack" data-test="release" data-agreed={isAgreed}>
      <p>{isAgreed ? t.releasing : isOwn ? t.ownRelease : t.canRelease(city?.city ?? origin)}</p>
      {isAgreed ? (
        <Button test="keep-frozen" kind="quiet" onPress={async () => tell(await hub.keepCity(origin), t.kept)}>
          {t.keep}
        </Button>
      ) : (
        <>
          <p class="note">{t.releaseNote}</p>
          <Button test="release-city" onPress={async () => tell(await hub.releaseCity(origin), t.closed)}>
            {t.release}
          </Button>
        </>
      )}
      <Refused trouble={trouble} />
    </div>
  )
}

/** This city, and others that stewards here agreed to, get a new vote key (protocol README, "New vote keys"). */
export function Renewal({ federation, again }: Ports): JSX.Element {
  const t = useTexts('steward').goingOn
  const { trouble, tell } = useTelling(again)
  const own = federation.cities.find((city) => city.own)
  if (federation.state !== 'founded' || own === undefined) return <></>
  const isRenewing = federation.renewing.includes(own.origin)
  const others = federation.cities.filter((city) => !city.own && federation.renewing.includes(city.origin))
  return (
    <div class="stack" data-test="renewal" data-renewing={isRenewing}>
      {others.map(({ origin, city }) => <p key={origin} data-test="renewing-city" data-origin={origin}>{t.renewingOther(city)}</p>)}
      {federation.mustRenew && !isRenewing && <p class="card waiting" data-test="must-renew">{t.mustRenew}</p>}
      {isRenewing ? (
        <>
          <p>{t.renewingOwn}</p>
          <Button test="stop-renewing" kind="quiet" onPress={async () => tell(await hub.keepCity(own.origin), t.kept)}>{t.stopRenewing}</Button>
        </>
      ) : (
        <Fold title={t.renewTitle} test="renew-open">
          <p>{t.renewNote}</p>
          <p class="note">{t.renewRisk}</p>
          <Button test="renew" kind="quiet" onPress={async () => tell(await hub.renewVoteKey(), t.renewSaved)}>{t.renew}</Button>
        </Fold>
      )}
      <Refused trouble={trouble} />
    </div>
  )
}

/** A hub that is in no federation yet may be a witness box. */
export function Box({ federation, again }: Ports): JSX.Element {
  const t = useTexts('steward').goingOn
  const { trouble, tell } = useTelling(again)
  if (federation.state !== 'alone') return federation.isBox ? <p class="note" data-test="is-box">{t.isBox}</p> : <></>
  const { isBox } = federation
  return (
    <Fold title={t.box} test="box">
      <p class="note">{isBox ? t.isBox : t.boxNote}</p>
      <Button test="be-box" kind="quiet" onPress={async () => tell(await hub.beBox(!isBox), t.boxSaved)}>
        {isBox ? t.beCity : t.beBox}
      </Button>
      <Refused trouble={trouble} />
    </Fold>
  )
}
