/**
 * How we are doing: the community's month in figures, what is counted with the rows of the record behind it. About all
 * together and nobody alone: there is no list of people here, and no first place.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { FigureName, FiguresView, Indicators } from '#protocol/api.ts'
import { hubView } from '../../hub/app.ts'
import { monthName } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import type { Texts } from '../../text/catalogue.ts'
import { useStore } from '../../store.ts'
import { Facts, LinkButton, Loading, Page, Part, Select, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'

/** What the first phase of the seed aims at for one city: people who take part, and what is on its board. */
const ACTIVE_AIM = 50
const LISTINGS_AIM = 100

export function FiguresPage(): JSX.Element {
  const t = useTexts('public')
  const [month, setMonth] = useState<number | null>(null)
  const { value, problem, again } = useLoaded(() => hub.figures(month), `figures ${month ?? 'now'}`)
  return (
    <Page title={t.nav.figures} lead={t.figures.lead} test="figures">
      {value === null ? (
        <Loading problem={problem} again={again} />
      ) : (
        <>
          {value.months.length > 1 && (
            <Select
              label={t.figures.month}
              value={String(value.month)}
              options={value.months.toReversed().map((one) => ({ value: String(one), label: monthName(one, t.language) }))}
              onChange={(chosen) => setMonth(Number(chosen))}
              test="figures-month"
            />
          )}
          <Together view={value} />
          <Value view={value} />
          <Shared view={value} />
          <Board view={value} />
          <Cities view={value} />
          <p class="note">{t.figures.why}</p>
          <LinkButton test="figures-audit" kind="quiet" href={to.audit}>
            {t.nav.audit}
          </LinkButton>
        </>
      )}
    </Page>
  )
}

function Together({ view }: { view: FiguresView }): JSX.Element {
  const t = useTexts('public')
  const listed = view.board.needs + view.board.offers
  const isOnTheWay = view.isPresent && (view.active < ACTIVE_AIM || listed < LISTINGS_AIM)
  const counted = (figure: keyof typeof t.figures.named, said: (n: number) => string): JSX.Element =>
    <Counted month={view.month} figure={figure} label={t.figures.named[figure]} of={view[figure]} value={said(view[figure])} />
  return (
    <Part title={t.figures.together} test="figures-together">
      {counted('active', t.figures.people)}
      {counted('joined', t.figures.people)}
      {counted('members', t.figures.people)}
      {isOnTheWay && <p class="note" data-test="figures-aim">{t.figures.aim(view.active, ACTIVE_AIM, listed, LISTINGS_AIM)}</p>}
      {counted('contributions', t.figures.times)}
      {counted('ties', t.figures.pairs)}
      {view.ties > 0 && <p class="note">{t.figures.repeated(percent(view.repeatedPerMille))}</p>}
      {counted('kept', t.figures.times)}
      {counted('fallenThrough', t.figures.times)}
      <p class="note">{t.figures.counts}</p>
    </Part>
  )
}

/** A figure, and behind it the rows it was summed from, fetched when somebody asks. */
function Counted({ month, figure, label, of, value }: { month: number; figure: FigureName; label: string; of: number | string; value: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-test={`figures-${figure}`} data-value={of}>
        {label} <strong>{value}</strong>
      </summary>
      {isOpen && <Rows month={month} figure={figure} />}
    </details>
  )
}

function Rows({ month, figure }: { month: number; figure: FigureName }): JSX.Element {
  const t = useTexts('public')
  const money = useMoney()
  const { value, problem, again } = useLoaded(() => hub.figureRows(month, figure), `rows ${month} ${figure}`)
  if (value === null) return <Loading problem={problem} again={again} />
  if (value.length === 0) return <p class="note">{t.figures.noRows}</p>
  return (
    <>
      <p class="note">{t.figures.rowsNote}</p>
      <ul class="plain" data-test="figures-rows">
        {value.map(({ entries, milli }, i) => (
          <li key={i}>
            {t.figures.entries(entries)}
            {milli !== null && <> · {money.local(milli)}</>}
          </li>
        ))}
      </ul>
    </>
  )
}

function Value({ view }: { view: FiguresView }): JSX.Element | null {
  const t = useTexts('public')
  const money = useMoney()
  const { showsAmounts } = useStore(hubView)!
  if (!showsAmounts) return null
  const counted = (figure: FigureName, label: string, milli: string): JSX.Element =>
    <Counted key={figure} month={view.month} figure={figure} label={label} of={milli} value={money.local(milli)} />
  const kinds = (['skill', 'resource', 'project', 'community'] as const).filter((kind) => view.byFormula[kind] !== '0')
  return (
    <Part title={t.figures.value} test="figures-value">
      <Facts areSums rows={[[t.figures.opening, money.local(view.opening)]]} />
      {counted('issued', t.figures.issued, view.issued)}
      {kinds.map((kind) => counted(kind, t.figures.formula[kind], view.byFormula[kind]))}
      {counted('redeemed', t.figures.redeemed, view.redeemed)}
      {counted('otherwise', t.figures.otherwise, view.otherwise)}
      <Facts
        areSums
        rows={[
          [t.figures.decayed, money.local(view.decayed), 'figures-decayed'],
          [view.isPresent ? t.figures.now : t.figures.closing, money.local(view.closing), 'figures-closing'],
        ]}
      />
      {view.isPresent && (
        <>
          {(['held', 'commons', 'reserve'] as const).map((stock) => counted(stock, t.figures[stock], view[stock]))}
          <Facts areSums rows={[[t.figures.gini, percent(view.giniPerMille)]]} />
        </>
      )}
      <p class="note">{t.figures.noEntries}</p>
    </Part>
  )
}

type Row = [label: string, value: string, test: string]

/** How much there is to use, how much of it is used, and how much of that across cities. */
function Shared({ view: { month, shared, isPresent } }: { view: FiguresView }): JSX.Element {
  const t = useTexts('public')
  const { uses, byGuests } = shared
  const { federation } = useStore(hubView)!
  return (
    <Part title={t.figures.shared} test="figures-shared">
      {isPresent && <Facts areSums rows={stockRows(shared, t.figures.sharedNow, t)} />}
      <Counted month={month} figure="uses" label={t.figures.uses} of={uses} value={t.figures.times(uses)} />
      {federation !== null && uses > 0 && (
        <Counted month={month} figure="byGuests" label={t.figures.byGuests} of={byGuests} value={t.figures.times(byGuests) + shareOf(byGuests, uses)} />
      )}
    </Part>
  )
}

const stockRows = ({ count, used }: Indicators['shared'], now: string, { figures }: Texts<'public'>): Row[] => [
  [now, figures.listed(count), 'figures-sharedNow'],
  [figures.used, figures.listed(used) + shareOf(used, count), 'figures-used'],
]

function Board({ view: { board, isPresent } }: { view: FiguresView }): JSX.Element | null {
  const t = useTexts('public')
  if (!isPresent) return null
  return (
    <Part title={t.figures.board} test="figures-board">
      <Facts
        areSums
        rows={[
          ...needRows(board, t),
          [t.figures.offers, t.figures.listed(board.offers)],
          [t.figures.elsewhere, t.figures.listed(board.elsewhere)],
        ]}
      />
      <p class="note">{t.figures.noListings}</p>
    </Part>
  )
}

/** Behind a part its share of the whole, where there is one. */
const shareOf = (part: number, whole: number): string => (whole === 0 ? '' : ` (${percent(Math.round((part * 1000) / whole))})`)

const needRows = ({ needs, met, meanHours }: Indicators['board'], { figures }: Texts<'public'>): Row[] => [
  [figures.needs, figures.listed(needs), 'figures-needs'],
  [figures.met, figures.listed(met), 'figures-met'],
  ...(meanHours === null ? [] : [[figures.response, figures.hours(meanHours), 'figures-response'] as Row]),
]

/** The nine figures of all cities together and of each; nothing where this city is in no federation. */
function Cities({ view }: { view: FiguresView }): JSX.Element | null {
  const t = useTexts('public')
  const { figures } = t
  if (view.federation === null) return null
  const { cities, together } = view.federation
  return (
    <Part title={figures.cities} test="figures-cities">
      {[{ ...together, origin: '', city: figures.allCities }, ...cities].map((one) => (
        <details key={one.origin} class="fold" data-test="figures-city" data-origin={one.origin}>
          <summary>{one.city}</summary>
          <Facts
            areSums
            rows={[
              [figures.named.active, figures.people(one.active)],
              [figures.named.ties, figures.pairs(one.ties)],
              [figures.again, percent(one.repeatedPerMille)],
              ...unnamed(view.isPresent ? stockRows(one.shared, figures.shared, t) : []),
              [figures.uses, figures.times(one.shared.uses)],
              [figures.byGuests, figures.times(one.shared.byGuests) + shareOf(one.shared.byGuests, one.shared.uses)],
              ...unnamed(view.isPresent ? needRows(one.board, t) : []),
            ]}
          />
        </details>
      ))}
      <p class="note">{figures.citiesNote}</p>
    </Part>
  )
}

/** Without the names by which tests find them, which are of this city's rows. */
const unnamed = (rows: Row[]): [string, string][] => rows.map(([label, value]) => [label, value])

/** 625 → "62.5%". */
const percent = (perMille: number): string => `${perMille % 10 === 0 ? perMille / 10 : (perMille / 10).toFixed(1)}%`
