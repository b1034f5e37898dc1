/**
 * The why sheet: a number that can be tapped, and from below comes the sum behind it, in plain words, with
 * who said what of it, what is left of it today and where it stands in the record.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useId, useRef } from 'preact/hooks'
import type { AwardFactor, GivenView, Milli } from '#protocol/api.ts'
import { hubView } from '../hub/app.ts'
import { sumOf, type Term, termsOf } from '../text/explain.ts'
import { date } from '../text/format.ts'
import { useStore } from '../store.ts'
import { Button, Facts, nameOf, useMoney, useTexts } from './view.tsx'

export type Explained = {
  milli: Milli
  factors: AwardFactor[]
  /** In the value of all cities, and not in this city's own. */
  isGlobal?: boolean
  /** False while it is only what it would be. */
  final: boolean
  /** What is left of it today; null where that is not known here. */
  today: Milli | null
  /** Where it stands in the record; null before it does. */
  recorded: { seq: number; ts: number } | null
}

/** `children` is what is tapped; `after` stands below the sum, to go on from there. */
export function Why({
  of,
  test,
  children,
  after,
}: {
  of: Explained
  test: string
  children: ComponentChildren
  after?: ComponentChildren
}): JSX.Element {
  const t = useTexts('why')
  const sheet = useRef<HTMLDialogElement>(null)
  const title = useId()
  const close = (): void => sheet.current?.close()
  return (
    <>
      <button type="button" class="why" data-test={test} aria-haspopup="dialog" onClick={() => sheet.current?.showModal()}>
        {children}
        <span class="note">{t.why.ask}</span>
      </button>
      <dialog
        ref={sheet}
        class="why-sheet"
        aria-labelledby={title}
        data-test={`${test}-sheet`}
        onClick={(event) => event.target === sheet.current && close()}
      >
        <div class="why-inside">
          <Reason of={of} title={title} />
          {after}
          <Button kind="quiet" test={`${test}-close`} onPress={close}>
            {t.why.close}
          </Button>
        </div>
      </dialog>
    </>
  )
}

/** What a receiver gives: why it is so much, and what of it the commons adds. */
export function Given({ of: { milli, factors, own, commons, final }, children }: { of: GivenView; children: ComponentChildren }): JSX.Element {
  const t = useTexts('why')
  const money = useMoney()
  return (
    <Why
      test="given-why"
      of={{ milli, factors, final, today: null, recorded: null }}
      after={commons !== '0' && <p data-test="given-commons">{t.why.commonsAdds(money.local(own), money.local(commons))}</p>}
    >
      <span class="row-main">{children}</span>
    </Why>
  )
}

function Reason({ of, title }: { of: Explained; title: string }): JSX.Element {
  const t = useTexts('names', 'why')
  const money = useMoney()
  const showsHours = useStore(hubView)?.showsHours ?? false
  const total = of.isGlobal ? money.global(of.milli) : money.local(of.milli)
  const terms = termsOf(of.factors, of.final, showsHours, t)
  const facts: [string, string, string][] = []
  if (of.today !== null && of.today !== of.milli)
    facts.push([t.why.today, t.why.left(money.local(of.today)), 'why-today'])
  if (of.recorded !== null)
    facts.push([t.why.recorded, t.why.at(of.recorded.seq, date(of.recorded.ts, t.language)), 'why-recorded'])
  return (
    <>
      <h2 id={title}>{of.final ? t.why.title(total) : t.why.would(total)}</h2>
      {terms.length === 0 ? (
        <p class="note">{t.factors.abroad}</p>
      ) : (
        <>
          <p class="sum-line">{sumOf(terms, total, t)}</p>
          <Sum terms={terms} total={total} />
          <p class="note">{t.factors.roundedDown}</p>
        </>
      )}
      {facts.length > 0 && <Facts rows={facts} />}
    </>
  )
}

/** An award as a sum on paper: one factor a line, the result under the line. */
function Sum({ terms, total }: { terms: Term[]; total: string }): JSX.Element {
  const t = useTexts('why')
  return (
    <table class="sum" data-test="sum">
      <tbody>
        {terms.map((term, i) => (
          <tr key={i}>
            <td class="sign">{i === 0 ? '' : t.factors.times}</td>
            <td class="number">{term.number}</td>
            <td>
              {term.meaning}
              {term.set !== undefined && (
                <span class="note said">{t.why.said(nameOf(term.set.by, t), date(term.set.ts, t.language))}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td class="sign">{t.factors.equals}</td>
          <td class="number" data-test="sum-total">
            {total}
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  )
}
