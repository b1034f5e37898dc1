/**
 * My value over time: what it is today, what becomes of it for who goes on taking part and for who stays away, what is
 * set aside and until when, how near the yearly cap is, and the time reserve. Where the charter shows no amounts there
 * are none here, and what counts is said in words.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { BalanceView, HoldView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView, say } from '../../hub/app.ts'
import { about, date, parseAmount } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import {
  Button, Facts, Form, LinkButton, LoadingPage, Page, Part, Refused, TextField, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'
import { Why } from '../../parts/why.tsx'

const DAY = 86_400
/** Where the years stand in a forecast of quarters. */
const years = [0, 4, 8, 12]

export function Balance(): JSX.Element {
  const t = useTexts('self')
  const { showsAmounts } = useStore(hubView)!
  const { value, problem, again } = useLoaded(hub.balance, 'balance')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={t.balance.title} test="balance">
      {showsAmounts ? <Forecast view={value} /> : <p class="card calm">{t.balance.noAmounts}</p>}
      <Away view={value} />
      {value.holds.length > 0 && <Holds view={value} />}
      {showsAmounts && <Cap view={value} />}
      {showsAmounts && (value.reserve.isOpen || value.reserve.milli !== '0') && <Reserve view={value} />}
      <LinkButton test="to-me" kind="quiet" href={to.me}>
        {t.nav.me}
      </LinkButton>
    </Page>
  )
}

function Forecast({ view }: { view: BalanceView }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const later = view.forecast[years[1]!]!
  return (
    <Part title={t.balance.forecastTitle} test="forecast">
      <Why test="balance-why" of={{ milli: view.domain, factors: view.factors, final: true, today: null, recorded: null }}>
        <span class="figure" data-test="balance-today" data-milli={view.domain}>
          {money.local(view.domain)}
        </span>
      </Why>
      <p data-test="balance-in-a-year" data-milli={later.active}>
        {t.balance.inAYear(money.local(about(later.active)))}
      </p>
      {view.global !== null && view.global !== '0' && <p class="note">{t.balance.global(money.global(view.global))}</p>}
      {view.domain !== '0' && (
        <>
          <Curve forecast={view.forecast} />
          <table class="forecast">
            <thead>
              <tr>
                <th scope="col">{t.balance.when}</th>
                <th scope="col">
                  <i class="key" aria-hidden="true" /> {t.balance.active}
                </th>
                <th scope="col">
                  <i class="key away" aria-hidden="true" /> {t.balance.away}
                </th>
              </tr>
            </thead>
            <tbody>
              {years.map((quarter, year) => (
                <tr key={year}>
                  <th scope="row">{t.balance.years[year]}</th>
                  <td>{money.local(about(view.forecast[quarter]!.active))}</td>
                  <td>{money.local(about(view.forecast[quarter]!.away))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p class="note">{t.balance.decay(String(view.decayPerMille / 10))}</p>
    </Part>
  )
}

const WIDTH = 320
const HEIGHT = 96

/** Both lines over three years. The table beside it says the same to who cannot see it. */
function Curve({ forecast }: { forecast: BalanceView['forecast'] }): JSX.Element {
  const most = Number(forecast[0]!.active) || 1
  const line = (which: 'active' | 'away'): string =>
    forecast
      .map((point, i) => {
        const x = (WIDTH * i) / (forecast.length - 1)
        const y = HEIGHT - (HEIGHT * Number(point[which])) / most
        return `${x.toFixed(1)},${y.toFixed(1)}`
      })
      .join(' ')
  return (
    <svg class="curve" viewBox={`-4 -6 ${WIDTH + 8} ${HEIGHT + 12}`} aria-hidden="true" data-test="curve">
      <line class="ground" x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
      {[1, 2].map((year) => (
        <line key={year} class="ground faint" x1={(WIDTH * year) / 3} y1="0" x2={(WIDTH * year) / 3} y2={HEIGHT} />
      ))}
      <polyline class="line-away" points={line('away')} />
      <polyline class="line-active" points={line('active')} />
    </svg>
  )
}

function Away({ view: { dormancy } }: { view: BalanceView }): JSX.Element {
  const t = useTexts('self')
  const { from, zero, isDormant, isExempt, notices } = dormancy
  const days = Math.max(0, Math.ceil((from - hubNow()) / DAY))
  const [begins, ends] = [date(from, t.language), date(zero, t.language)]
  const words = isExempt
    ? t.balance.exempt
    : isDormant
      ? t.balance.dormant(begins, ends)
      : t.balance.notDormant(begins, days, ends)
  return (
    <Part title={t.balance.awayTitle} test="dormancy">
      <p class={!isExempt && notices > 0 ? 'card calm' : ''} data-test="dormancy-words" data-notices={notices} data-dormant={isDormant}>
        {words}
      </p>
      {!isExempt && <p class="note">{t.balance.awayNote}</p>}
    </Part>
  )
}

function Holds({ view }: { view: BalanceView }): JSX.Element {
  const t = useTexts('self')
  const { showsAmounts } = useStore(hubView)!
  return (
    <Part title={t.balance.holdsTitle} test="holds">
      <ul class="rows">
        {view.holds.map((hold) => (
          <li key={hold.id} class="row" data-test="hold" data-what={hold.what} data-milli={hold.milli}>
            <HoldLine hold={hold} showsAmounts={showsAmounts} />
          </li>
        ))}
      </ul>
    </Part>
  )
}

function HoldLine({ hold, showsAmounts }: { hold: HoldView; showsAmounts: boolean }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const named = useNameOf()
  const { what, id, until } = hold
  return (
    <>
      <span class="row-main">
        {what === 'agreement' ? (
          <a href={to.agreement(id, null)}>{t.balance.holdAgreement(named(hold.with!))}</a>
        ) : (
          t.balance.holds[what]
        )}{' '}
        <span class="note">{until === null ? t.balance.untilYouCome : t.balance.until(date(until, t.language))}</span>
      </span>
      {showsAmounts && <strong>{hold.isGlobal ? money.global(hold.milli) : money.local(hold.milli)}</strong>}
    </>
  )
}

function Cap({ view: { cap } }: { view: BalanceView }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  return (
    <Part title={t.balance.capTitle} test="cap">
      <p data-test="cap-words" data-near={cap.isNear}>
        {t.balance.cap(money.local(cap.earned), money.local(cap.year))}
      </p>
      <progress class="cap" max={Number(cap.year)} value={Number(cap.earned)} aria-label={t.balance.capTitle} />
      {cap.isNear && <p class="card calm">{t.balance.capNear}</p>}
      {cap.toCommons !== '0' && <p>{t.balance.toCommons(money.local(cap.toCommons))}</p>}
      <p class="note">{t.balance.capLeft(money.local(cap.left), date(cap.renews, t.language))}</p>
    </Part>
  )
}

function Reserve({ view: { reserve, domain } }: { view: BalanceView }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const { because } = reserve
  return (
    <Part title={t.balance.reserveTitle} test="reserve">
      <Facts
        rows={[
          [t.balance.reserveHas, money.local(reserve.milli), 'reserve-has'],
          [t.balance.reserveMost, money.local(reserve.cap)],
        ]}
      />
      <p class="note">{t.balance.reserveNote}</p>
      <p class="note" data-test="reserve-open" data-because={because}>
        {because === null ? t.balance.reserveLocked(reserve.ageMin) : t.balance.reserveOpen[because]}
      </p>
      {reserve.isOpen && domain !== '0' && <Move kind="reserve.locked" test="reserve-lock" words={t.balance.putAside} />}
      {because !== null && reserve.milli !== '0' && (
        <Move kind="reserve.released" test="reserve-release" words={t.balance.takeOut} />
      )}
    </Part>
  )
}

function Move({
  kind,
  test,
  words,
}: {
  kind: 'reserve.locked' | 'reserve.released'
  test: string
  words: { label: string; send: string; done: string }
}): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const milli = parseAmount(text)
  const send = async (): Promise<void> => {
    if (milli === null) return
    const done = await act({ kind, amountMilli: BigInt(milli) })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(words.done, done.value.seq)
    setText('')
  }
  return (
    <Form test={`${test}-form`} onSend={() => void send()}>
      <TextField
        type="amount"
        label={t.common.counted(words.label, money.typed)}
        value={text}
        onChange={setText}
        test={`${test}-amount`}
        note={text !== '' && milli === null ? t.me.badAmount : undefined}
      />
      <Refused trouble={trouble} />
      <Button test={`${test}-send`} disabled={milli === null} onPress={send}>
        {words.send}
      </Button>
    </Form>
  )
}
