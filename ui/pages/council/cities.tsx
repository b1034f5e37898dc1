/**
 * How we stand with each other city, both ways, in words: what we take in from there, what they take in from us,
 * how much of it is used. Every member sees it; a steward adjusts our side, and what that says is signed.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { BetweenView, LimitsView } from '#protocol/api.ts'
import { me, say } from '../../hub/app.ts'
import { date, nightsOf, parseAmount } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, Form, Loading, Page, Part, Refused, Select, TextField, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'

export function Cities(): JSX.Element {
  const t = useTexts('between')
  const { value, problem, again } = useLoaded(hub.cities, 'cities')
  const isSteward = useStore(me)?.steward === true
  return (
    <Page title={t.between.title} lead={t.between.lead} test="cities">
      {value === null && <Loading problem={problem} again={again} />}
      {value?.length === 0 && <p class="note">{t.between.none}</p>}
      {value?.map((one) => (
        <City key={one.origin} one={one} others={value} mayAdjust={isSteward && !one.isFrozen} again={again} />
      ))}
    </Page>
  )
}

type CityProps = { one: BetweenView; others: BetweenView[]; mayAdjust: boolean; again: () => void }

function City({ one, others, mayAdjust, again }: CityProps): JSX.Element {
  const t = useTexts('between', 'frozen')
  const [open, setOpen] = useState(false)
  return (
    <Part title={one.city} test="between">
      <div class="card" data-test="between-city" data-origin={one.origin}>
        <FrozenCity hub={one.origin} />
        {one.doubts.map((id) => (
          <p key={id} class="card calm" role="status" data-test="doubt">
            {t.frozen.doubt(one.city)} <a href={to.frozen(id)}>{t.frozen.why}</a>
          </p>
        ))}
        <h3>{t.between.from(one.city)}</h3>
        <Limits limits={one.takes} isOurs />
        {open ? (
          <Adjust one={one} others={others} close={() => setOpen(false)} again={again} />
        ) : (
          mayAdjust && (
            <Button test="trust-edit" kind="quiet" onPress={() => setOpen(true)}>
              {t.between.edit}
            </Button>
          )
        )}
        <h3>{t.between.to(one.city)}</h3>
        {one.given === null ? <p class="note">{t.between.unread}</p> : <Limits limits={one.given} isOurs={false} />}
      </div>
    </Part>
  )
}

function Limits({ limits, isOurs }: { limits: LimitsView; isOurs: boolean }): JSX.Element {
  const t = useTexts('between')
  const money = useMoney()
  const { exposureMilli, usedMilli, transferMaxMilli, approvalAboveMilli, dailyMax, creditedToday, levelMax, witnesses, witnessesNeeded } = limits
  if (exposureMilli === '0') return <p data-test="takes-nothing">{t.between.nothing}</p>
  const used = BigInt(usedMilli)
  const ahead = isOurs ? t.between.ahead : t.between.aheadThere
  const named = witnesses.map(({ city }) => city).join(t.language === 'zh' ? '、' : ', ')
  return (
    <div data-test={isOurs ? 'takes' : 'given'} data-milli={exposureMilli} data-used={usedMilli}>
      <p>{t.between.limit(money.global(exposureMilli), nightsOf(exposureMilli))}</p>
      {used > 0n && <meter min={0} max={1000} value={perMille(used, exposureMilli)} aria-hidden="true" />}
      <p class="note">
        {used > 0n ? t.between.used(money.global(usedMilli)) : used < 0n ? ahead(money.global(String(-used))) : t.between.unused}
      </p>
      {limits.isNearlyUsed && (
        <p class="card calm" role="status" data-test="nearly-used">
          {t.between.nearly}
        </p>
      )}
      <ul class="plain">
        {transferMaxMilli !== exposureMilli && <li>{t.between.most(money.global(transferMaxMilli))}</li>}
        {approvalAboveMilli !== null && <li>{t.between.approval(money.global(approvalAboveMilli))}</li>}
        {dailyMax !== null && <li>{t.between.daily(dailyMax, creditedToday)}</li>}
        {witnessesNeeded > 0 && <li>{t.between.witnesses(witnessesNeeded, named)}</li>}
        <li>{isOurs ? t.between.level(levelMax) : t.between.levelThere(levelMax)}</li>
      </ul>
    </div>
  )
}

/** Our side of it, as a steward signs it: all of it anew. */
function Adjust({ one, others, close, again }: Omit<CityProps, 'mayAdjust'> & { close: () => void }): JSX.Element {
  const t = useTexts('between')
  const money = useMoney()
  const { takes, mostMilli, growsAgain } = one
  const [limit, setLimit] = useState(plainCv(takes.exposureMilli))
  const [most, setMost] = useState(plainCv(takes.transferMaxMilli))
  const [approval, setApproval] = useState(takes.approvalAboveMilli === null ? '' : plainCv(takes.approvalAboveMilli))
  const [daily, setDaily] = useState(takes.dailyMax === null ? '' : String(takes.dailyMax))
  const [level, setLevel] = useState(String(takes.levelMax))
  const [needed, setNeeded] = useState(String(takes.witnessesNeeded))
  const [named, setNamed] = useState<string[]>(takes.witnesses.map(({ origin }) => origin))
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const candidates = others.filter(({ origin }) => origin !== one.origin)
  const set = {
    exposureMilli: milliIn(limit), transferMaxMilli: milliIn(most),
    approvalAboveMilli: approval.trim() === '' ? null : milliIn(approval), dailyMax: countIn(daily),
  }
  const isSound = set.exposureMilli !== undefined && set.transferMaxMilli !== undefined &&
    set.approvalAboveMilli !== undefined && set.dailyMax !== undefined
  const save = async (): Promise<void> => {
    const { exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax } = set
    if (exposureMilli === undefined || transferMaxMilli === undefined) return
    if (approvalAboveMilli === undefined || dailyMax === undefined) return
    const done = await act({
      kind: 'trust.set', peer: one.origin, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax,
      levelMax: Number(level), witnesses: named, witnessesNeeded: Number(needed),
    })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.between.saved, done.value.seq)
    close()
    again()
  }
  const grows = growsAgain === null ? '' : ` · ${t.between.growsAgain(date(growsAgain, t.language))}`
  return (
    <Form test="trust-form" onSend={() => void save()}>
      <TextField
        type="amount" label={t.between.formLimit} value={limit} onChange={setLimit} test="trust-limit"
        note={set.exposureMilli === undefined ? t.between.bad : `${t.between.formLimitNote(money.global(mostMilli))}${grows}`}
      />
      <TextField type="amount" label={t.between.formTransfer} value={most} onChange={setMost} test="trust-transfer" />
      <TextField
        type="amount" label={t.between.formApproval} note={t.between.formApprovalNote} value={approval} onChange={setApproval}
        test="trust-approval"
      />
      <TextField type="amount" label={t.between.formDaily} note={t.between.formDailyNote} value={daily} onChange={setDaily} test="trust-daily" />
      <Select
        label={t.between.formLevel} value={level} onChange={setLevel} test="trust-level"
        options={[1, 2, 3, 4, 5].map((n) => ({ value: String(n), label: t.between.formLevels(n) }))}
      />
      {candidates.length > 0 && (
        <>
          <Select
            label={t.between.formWitnesses} note={t.between.formWitnessesNote} value={needed} onChange={setNeeded} test="trust-witnesses"
            options={[...Array(candidates.length + 1).keys()].map((n) => ({
              value: String(n), label: n === 0 ? t.between.noWitnesses : t.between.someWitnesses(n),
            }))}
          />
          {needed !== '0' && (
            <fieldset class="choice">
              <legend>{t.between.formWitness}</legend>
              {candidates.map(({ origin, city }) => (
                <label key={origin} data-test="trust-witness">
                  <input
                    type="checkbox" checked={named.includes(origin)}
                    onChange={() => setNamed(named.includes(origin) ? named.filter((other) => other !== origin) : [...named, origin])}
                  />{' '}
                  {city}
                </label>
              ))}
            </fieldset>
          )}
        </>
      )}
      <Refused trouble={trouble} />
      <div class="buttons">
        <Button test="trust-save" kind="main" disabled={!isSound} onPress={save}>
          {t.between.save}
        </Button>
        <Button test="trust-cancel" kind="quiet" onPress={close}>
          {t.common.cancel}
        </Button>
      </div>
    </Form>
  )
}

/** Milli as a person would type it. */
const plainCv = (milli: string): string => String(BigInt(milli) / 1000n)

/** What somebody typed as CV, nothing included; undefined for what is no amount. */
function milliIn(text: string): bigint | undefined {
  if (/^0+$/.test(text.trim())) return 0n
  const milli = parseAmount(text)
  return milli === null ? undefined : BigInt(milli)
}

/** A count, null where nothing is typed, undefined for what is none. */
function countIn(text: string): number | null | undefined {
  if (text.trim() === '') return null
  return /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : undefined
}

const perMille = (used: bigint, limit: string): number => Number((used * 1000n) / BigInt(limit))
