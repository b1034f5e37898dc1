/** What I have done with others, on my page: each award with why, agreements and recorded helps, and exchanging some for another city. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AwardView, MeView } from '#protocol/api.ts'
import { abroad, hubView, say } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { date, globalFor, parseAmount, ratioOf, utcDate } from '../../text/format.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, Chip, Facts, Form, LinkButton, Part, Refused, TextField, useFirst, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'
import { otherOf } from '../../hub/waiting.ts'
import { Given, Why } from '../../parts/why.tsx'

/** So many of each sort, until one asks for the others: what one can set on this page stands below them. */
const SHOWN = 5

export function Awards({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const [shown, more] = useFirst(mine.awards, SHOWN, 'awards-more')
  return (
    <Part title={t.me.awardsTitle} test="awards">
      {mine.awards.length === 0 && <p class="note">{t.me.noAwards}</p>}
      {shown.map((one) => (
        <AwardLine key={one.seq} award={one} />
      ))}
      {more}
    </Part>
  )
}

function AwardLine({ award }: { award: AwardView }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const named = useNameOf()
  const { kind, seq, ts, milli, today, factors } = award
  const whom = award.with === null ? [] : [t.me.awardWith(named(award.with))]
  return (
    <div class="row" data-test="award" data-milli={milli} data-kind={kind}>
      <Why
        test="award-why"
        of={{ milli, factors, final: true, today, recorded: kind === 'abroad' ? null : { seq, ts } }}
        after={
          kind === 'agreement' && (
            <LinkButton test="award-agreement" kind="quiet" href={to.agreement(award.agreement, null)}>
              {t.nav.agreement}
            </LinkButton>
          )
        }
      >
        <span class="row-main">
          <strong>+{money.local(milli)}</strong>{' '}
          <span class="note">
            {[t.me.awardKinds[kind], ...whom, date(ts, t.language)].join(' · ')}
          </span>
        </span>
      </Why>
    </div>
  )
}

export function Together({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('names', 'self', 'why')
  const named = useNameOf()
  const money = useMoney()
  const { showsAmounts } = useStore(hubView)!
  const elsewhere = useStore(abroad)
  const agreements = [
    ...elsewhere.flatMap((city) =>
      city.agreements.map((one) => ({ one, hub: city.hub as string | null })),
    ),
    ...mine.agreements
      .filter((one) => !elsewhere.some((city) => city.hub === one.hub))
      .map((one) => ({ one, hub: null })),
  ]
  const [shown, moreAgreements] = useFirst(agreements, SHOWN, 'agreements-more')
  const [helps, moreHelps] = useFirst(mine.helps, SHOWN, 'helps-more')
  return (
    <>
      <Part title={t.me.agreementsTitle} test="agreements">
        {agreements.length === 0 && <p class="note">{t.me.noAgreements}</p>}
        <ul class="rows">
          {shown.map(({ one, hub }) => (
            <li key={one.id}>
              <a
                class="row link"
                href={to.agreement(one.id, hub)}
                data-test="agreement-row"
                data-id={one.id}
                data-phase={one.phase}
              >
                <span class="row-main">
                  {one.title ?? t.common.with(named(otherOf(one, mine.acct)))}{' '}
                  <span class="note">
                    {t.common.helps(named(one.helper), named(one.receiver))}
                  </span>
                </span>
                <Chip
                  tone={one.phase === 'settled' || one.phase === 'confirmed' ? 'good' : 'plain'}
                >
                  {t.agreementPhases[one.phase]}
                </Chip>
              </a>
            </li>
          ))}
        </ul>
        {moreAgreements}
      </Part>
      <Part title={t.me.helpsTitle} test="helps">
        {mine.helps.length === 0 && <p class="note">{t.me.noHelps}</p>}
        <ul class="rows">
          {helps.map((one) => (
            <li
              key={one.id}
              class="row"
              data-test="help-row"
              data-id={one.id}
              data-phase={one.phase}
            >
              <span class="row-main">
                {t.common.helpLine(named(one.helper), named(one.receiver), t.duration(one.minutes))}{' '}
                <span class="note">
                  {utcDate(one.day, t.language)}
                  {one.note !== null && one.note !== '' && ` · ${one.note}`}
                </span>
              </span>
              {one.given && showsAmounts && one.receiver.acct === mine.acct && (
                <Given of={one.given}>{t.why.gives(named(one.receiver), money.local(one.given.milli))}</Given>
              )}
              <Chip tone={one.phase === 'confirmed' ? 'good' : 'plain'}>
                {t.helpPhases[one.phase]}
              </Chip>
            </li>
          ))}
        </ul>
        {moreHelps}
      </Part>
    </>
  )
}

export function Convert({ mine: { convertible } }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const { conversion } = useStore(hubView)!
  const money = useMoney()
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const milli = parseAmount(text)
  const send = async (): Promise<void> => {
    if (milli === null) return
    const done = await act({ kind: 'cv.converted', amountMilli: BigInt(milli) })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.me.converted, done.value.seq)
    setText('')
  }
  return (
    <Part title={t.me.convertTitle} test="convert">
      <Form test="convert-form" onSend={() => void send()}>
        <p class="note">{t.me.convertNote(ratioOf(conversion), conversion.levelMin)}</p>
        <TextField
          type="amount"
          label={t.me.convertAmount}
          value={text}
          onChange={setText}
          test="convert-amount"
          note={text !== '' && milli === null ? t.me.badAmount : undefined}
        />
        {milli !== null && convertible && (
          <Why
            test="convert-why"
            of={{
              milli: globalFor(milli, conversion), isGlobal: true, final: false, today: null, recorded: null,
              factors: [{ factor: 'amount', milli }, { factor: 'ratio', ...conversion }],
            }}
            after={
              <Facts
                rows={(['quarter', 'year', 'pool'] as const).map((one) => [t.me.convertLeft[one], money.global(convertible[`${one}Milli`]), `convert-${one}`])}
              />
            }
          >
            <span class="row-main">{t.me.convertGets(money.global(globalFor(milli, conversion)))}</span>
          </Why>
        )}
        <Refused trouble={trouble} />
        <Button test="convert-send" disabled={milli === null} onPress={send}>
          {t.me.convertSend}
        </Button>
      </Form>
    </Part>
  )
}
