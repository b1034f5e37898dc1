/**
 * 年度对账单: one year of mine, award by award, what is there today, and what becomes of it by decay alone. To print, to open in a
 * spreadsheet, and with everything else of mine to take along in one file.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AwardView, BalanceView, MeView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, say } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { ownReceipts } from '../../hub/receipts.ts'
import { saveAllOfMine } from '../../hub/takeout.ts'
import { PrintButton, saveFile, usePaperTexts } from '../../parts/paper.tsx'
import { Button, Facts, LoadingPage, Page, Part, Select, useLoaded, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'
import { useStore } from '../../store.ts'
import { about, date } from '../../text/format.ts'
import type { PaperTexts } from '../../text/zh/papers.ts'

type Words = PaperTexts['statement']

/** Where the years stand in a forecast of quarters. */
const years = [4, 8, 12]
const yearOf = ({ ts }: AwardView): number => new Date(ts * 1000).getFullYear()

export function Statement(): JSX.Element {
  const words = usePaperTexts()
  const mine = useStore(me)!
  const { value: balance, problem, again } = useLoaded(hub.balance, 'statement')
  const known = [...new Set([new Date(hubNow() * 1000).getFullYear(), ...mine.awards.map(yearOf)])].sort((a, b) => b - a)
  const [year, setYear] = useState(String(known[0]))
  if (balance === null || words === null) return <LoadingPage problem={problem} again={again} />
  const w = words.statement
  const awards = mine.awards.filter((award) => String(yearOf(award)) === year)
  return (
    <Page title={w.title(year)} lead={w.lead} test="statement">
      {known.length > 1 && (
        <Select label={w.year} value={year} test="statement-year" onChange={setYear} options={known.map((one) => ({ value: String(one), label: String(one) }))} />
      )}
      <Sheet mine={mine} awards={awards} balance={balance} w={w} />
      <div class="buttons">
        <PrintButton words={words} />
        <Button test="statement-save" onPress={() => saveTable(awards, year, w)}>
          {w.table}
        </Button>
      </div>
      <TakeAll w={w} />
    </Page>
  )
}

function Sheet({ mine, awards, balance, w }: { mine: MeView; awards: AwardView[]; balance: BalanceView; w: Words }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const named = useNameOf()
  const view = useStore(hubView)!
  const sum = awards.reduce((all, { milli }) => all + BigInt(milli), 0n)
  return (
    <section class="card paper" data-test="statement-sheet" data-milli={String(sum)}>
      <Facts rows={[[w.who, mine.name ?? ''], [w.where, view.city], [w.day, date(hubNow(), t.language)]]} />
      <h2>{w.gave}</h2>
      {awards.length === 0 && <p class="note">{w.nothing}</p>}
      {view.showsAmounts ? (
        <Facts areSums rows={[...awards.map((one): [JSX.Element, string] => [lineOf(one), money.local(one.milli)]), [<>{w.sum}</>, <strong>{money.local(String(sum))}</strong>]]} />
      ) : (
        <ul class="plain">
          {awards.map((one) => (
            <li key={one.seq}>{lineOf(one)}</li>
          ))}
        </ul>
      )}
      {view.showsAmounts && (
        <>
          <h2>{w.now}</h2>
          <Facts
            areSums
            rows={[
              [w.today, money.local(balance.domain)],
              ...years.map((quarter, i): [string, string] => [w.later[i]!, money.local(about(balance.forecast[quarter]!.active))]),
              [w.reserve, money.local(balance.reserve.milli)],
              ...(balance.global === null ? [] : [[w.global, money.global(balance.global)] as [string, string]]),
            ]}
          />
          <p class="note">{t.balance.decay(String(balance.decayPerMille / 10))}</p>
        </>
      )}
    </section>
  )

  function lineOf(one: AwardView): JSX.Element {
    const whom = one.with === null ? [] : [named(one.with)]
    return (
      <>
        {date(one.ts, t.language)} <span class="whole">{[t.me.awardKinds[one.kind], ...whom].join(' · ')}</span>
      </>
    )
  }
}

/** A table that a spreadsheet reads in any language: UTF-8 with a mark, the first row its titles. */
function saveTable(awards: AwardView[], year: string, w: Words): void {
  const rows = awards.map(({ ts, kind, with: whom, milli, seq }) => [new Date(ts * 1000).toISOString(), kind, whom?.name ?? '', String(Number(milli) / 1000), String(seq)])
  const lines = [w.columns, ...rows].map((row) => row.map(cell).join(','))
  saveFile(`${year}.csv`, `\uFEFF${lines.join('\r\n')}\r\n`, 'text/csv')
}

/** What a spreadsheet would take for a formula is kept from being one. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

function TakeAll({ w }: { w: Words }): JSX.Element {
  const take = async (): Promise<void> => {
    const saved = await saveAllOfMine(await ownReceipts(), w.readMe)
    say(saved ? w.taken : w.notTaken)
  }
  return (
    <Part title={w.takeTitle} test="take-all">
      <p>{w.take}</p>
      <Button test="take-all-save" onPress={take}>
        {w.takeButton}
      </Button>
    </Part>
  )
}
