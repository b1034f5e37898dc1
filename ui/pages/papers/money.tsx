/**
 * 收支: money that stewards noted, year by year and by where it came from, beside what the commons gave. Money is a note here and
 * never value, and the two are never added up. Everybody who was met may read it; stewards note.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Plan } from '#ledger/charter/charter.ts'
import type { MoneyView } from '#protocol/matters.ts'
import { me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { PrintButton, saveFile, usePaperTexts } from '../../parts/paper.tsx'
import { SignedForm } from '../../parts/signed-form.tsx'
import { Button, Facts, LoadingPage, Page, Part, Select, TextField, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'
import { useStore } from '../../store.ts'
import { parseAmount } from '../../text/format.ts'
import type { PaperTexts } from '../../text/zh/papers.ts'

type Words = PaperTexts['money']
type Source = MoneyView['noted'][number]['source']

/** Smallest units of a currency as people write them: 1250 → 12.50. No sign of a currency stands beside a number here. */
const inUnits = (minor: string | number, currency: string): string => {
  const text = String(minor).padStart(3, '0')
  return `${text.slice(0, -2)}.${text.slice(-2)} ${currency}`
}

/** The amount somebody typed in smallest units; null unless it has at most two places. */
function minorIn(text: string): number | null {
  const milli = parseAmount(text)
  const minor = milli === null ? null : Number(milli) / 10
  return minor === null || !Number.isSafeInteger(minor) || minor === 0 ? null : minor
}

export function Money(): JSX.Element {
  const words = usePaperTexts()
  const mine = useStore(me)!
  const { value: view, problem, again } = useLoaded(hub.money, 'money')
  if (view === null || words === null) return <LoadingPage problem={problem} again={again} />
  const w = words.money
  return (
    <Page title={w.title} lead={w.lead} test="money">
      <Noted view={view} w={w} />
      <Given view={view} w={w} />
      <div class="buttons">
        <PrintButton words={words} />
        <Button test="money-save" onPress={() => saveTable(view, w)}>
          {w.table}
        </Button>
      </div>
      {mine.steward && <Note view={view} w={w} again={again} />}
    </Page>
  )
}

function Noted({ view, w }: { view: MoneyView; w: Words }): JSX.Element {
  const t = useTexts()
  const years = [...new Set(view.noted.map(({ year }) => year))].sort((a, b) => b - a)
  return (
    <Part title={w.notedTitle} test="money-noted">
      {years.length === 0 && <p class="note">{w.none}</p>}
      {years.map((year) => {
        const rows = view.noted.filter((one) => one.year === year)
        return (
          <div key={year} class="card" data-test="money-year" data-year={year}>
            <h3>{year === view.year ? w.thisYear : w.year(year + 1)}</h3>
            <Facts
              areSums
              rows={rows.map(({ source, plan, count, minor, currency }): [string, JSX.Element] => [
                [w.sources[source], ...(plan === null ? [] : [w.plans[plan]!])].join(t.language === 'zh' ? '：' : ': '),
                <>
                  {inUnits(minor, currency)} <span class="note">{w.row(count)}</span>
                </>,
              ])}
            />
            <Shares rows={rows} w={w} />
          </div>
        )
      })}
      <p class="note">{w.shareNote}</p>
    </Part>
  )
}

/** How much of what was noted in one currency came from commissions and from plans. */
function Shares({ rows, w }: { rows: MoneyView['noted']; w: Words }): JSX.Element | null {
  if (new Set(rows.map(({ currency }) => currency)).size !== 1) return null
  const sumOf = (some: MoneyView['noted']): number => some.reduce((sum, { minor }) => sum + Number(minor), 0)
  const all = sumOf(rows)
  const plans = sumOf(rows.filter(({ source }) => source === 'plan'))
  const percent = (part: number): string => w.share(`${Math.round((100 * part) / all)}%`)
  return <Facts areSums rows={[[w.shareTitle, ''], [w.commissions, percent(all - plans)], [w.sources.plan, percent(plans)]]} />
}

function Given({ view, w }: { view: MoneyView; w: Words }): JSX.Element {
  const money = useMoney()
  const { newcomer, vulnerable } = view.granted
  return (
    <Part title={w.givenTitle} test="money-given">
      <Facts
        areSums
        rows={[
          [w.newcomer, `${money.local(newcomer.milli)} · ${w.people(newcomer.people)}`],
          [w.vulnerable, `${money.local(vulnerable.milli)} · ${w.people(vulnerable.people)}`],
          [w.commons, money.local(view.commons), 'money-commons'],
          ...(view.pool === null ? [] : [[w.pool, money.global(view.pool)] as [string, string]]),
        ]}
      />
    </Part>
  )
}

function Note({ view, w, again }: { view: MoneyView; w: Words; again: () => void }): JSX.Element {
  const [source, setSource] = useState<Source>('plan')
  const [plan, setPlan] = useState(String(view.plans[0]?.plan ?? ''))
  const [deal, setDeal] = useState('')
  const [share, setShare] = useState('')
  const [remark, setRemark] = useState('')
  const isPlan = source === 'plan'
  const minor = isPlan ? (view.plans.find((one) => String(one.plan) === plan)?.minor ?? null) : minorIn(share)
  const ofMinor = isPlan ? 0 : minorIn(deal)
  const bounds = view.shares.find((one) => one.source === source)
  const percent = (perMille: number): string => `${perMille / 10}%`
  return (
    <Part title={w.note} test="money-note">
      <SignedForm
        test="income"
        says={minor === null || ofMinor === null ? w.bad : [w.says(inUnits(minor, view.currency), w.sources[source]), w.saysNothing]}
        words={remark}
        button={w.send}
        done={w.done}
        onDone={() => {
          setDeal('')
          setShare('')
          setRemark('')
          again()
        }}
        asked={(note) => ({ kind: 'income.noted', source, plan: isPlan ? (Number(plan) as Plan) : null, ofMinor: ofMinor!, minor: minor!, note })}
      >
        <Select
          label={w.source} value={source} test="income-source" onChange={(chosen) => setSource(chosen as Source)}
          options={(Object.keys(w.sources) as Source[]).map((one) => ({ value: one, label: w.sources[one] }))}
        />
        {isPlan ? (
          <Select
            label={w.plan} value={plan} test="income-plan" onChange={setPlan}
            options={view.plans.map((one) => ({ value: String(one.plan), label: w.planOption(w.plans[one.plan]!, inUnits(one.minor, view.currency)) }))}
          />
        ) : (
          <>
            <TextField type="amount" label={`${w.of} (${view.currency})`} value={deal} onChange={setDeal} test="income-of" />
            <TextField
              type="amount" label={`${w.amount} (${view.currency})`} value={share} onChange={setShare} test="income-amount"
              note={bounds === undefined ? undefined : w.range(percent(bounds.leastPerMille), percent(bounds.mostPerMille))}
            />
          </>
        )}
        <TextField label={w.words} value={remark} onChange={setRemark} test="income-words" maxLength={120} />
      </SignedForm>
    </Part>
  )
}

/** UTF-8 with a mark, which spreadsheets need to read Chinese. */
function saveTable({ noted }: MoneyView, w: Words): void {
  const lines = [w.columns, ...noted.map(({ year, source, plan, count, minor, currency }) => [year, source, plan ?? '', count, (Number(minor) / 100).toFixed(2), currency])]
  saveFile('income.csv', `\uFEFF${lines.map((row) => row.join(',')).join('\r\n')}\r\n`, 'text/csv')
}
