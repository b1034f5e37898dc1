/** What the cities have agreed on together, and how stewards agree on other numbers, from a year to come. (protocol README, "New terms".) */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { FederationView, TermsView } from '#protocol/api.ts'
import { refresh, say } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { date, parseAmount } from '../../text/format.ts'
import { Button, Fold, Form, Part, Refused, TextField, useMoney, useTexts } from '../../parts/view.tsx'

/** Global for one Domain is one part of so many. */
const partsOf = ({ conversion: { numerator, denominator } }: TermsView): string =>
  numerator === 0 ? '' : String(Math.round((denominator / numerator) * 100) / 100)

/** 1 of three, not 100 of 300: all cities must write the same. */
function ratioOf(hundredths: number): { numerator: number; denominator: number } {
  let [a, b] = [hundredths, 100]
  while (b !== 0) [a, b] = [b, a % b]
  return { numerator: 100 / a, denominator: hundredths / a }
}

export function AgreedTerms({ federation, again }: { federation: FederationView; again: () => void }): JSX.Element {
  const texts = useTexts('steward')
  const t = texts.terms
  const money = useMoney()
  const { terms, agreedTerms, termsFromYear, cities } = federation
  const [decay, setDecay] = useState(String((terms?.globalDecayPerMille ?? 0) / 10))
  const [parts, setParts] = useState(terms === null ? '' : partsOf(terms))
  const [issue, setIssue] = useState(terms === null ? '' : String(Number(terms.issueYearlyMaxMilli) / 1_000))
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (terms === null || cities.length < 2) return <></>

  const perMille = Math.round(Number(decay.replace(',', '.')) * 10)
  const denominator = Math.round(Number(parts.replace(',', '.')) * 100)
  const milli = parseAmount(issue)
  const isWhole = Number.isInteger(perMille) && decay !== '' && denominator > 0 && milli !== null

  const send = async (wanted: Omit<TermsView, 'fromTs'> | null): Promise<void> => {
    const answer = await hub.agreeOnTerms(wanted)
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(wanted === null ? t.withdrawn : t.agreed)
    await refresh()
    again()
  }
  const told = (one: TermsView): string =>
    t.say(one.globalDecayPerMille / 10, partsOf(one), money.global(one.issueYearlyMaxMilli))
  return (
    <Part title={t.title} test="terms">
      <p data-test="terms-now" data-from={terms.fromYear}>{told(terms)}</p>
      {terms.fromYear >= termsFromYear && <p class="note">{t.from(date(terms.fromTs, texts.language))}</p>}
      {agreedTerms !== null ? (
        <>
          <p data-test="terms-agreed">{t.waiting(told(agreedTerms), date(agreedTerms.fromTs, texts.language))}</p>
          <Button test="terms-withdraw" kind="quiet" onPress={async () => send(null)}>{t.withdraw}</Button>
        </>
      ) : (
        <Fold title={t.change} test="terms-open">
          <p class="note">{t.note}</p>
          <Form test="terms-form" onSend={() => {}}>
            <TextField type="amount" label={t.decay} value={decay} onChange={setDecay} test="terms-decay" />
            <TextField type="amount" label={t.parts} value={parts} onChange={setParts} test="terms-parts" />
            <TextField type="amount" label={t.issue} value={issue} onChange={setIssue} test="terms-issue" />
            <Button
              test="terms-agree"
              disabled={!isWhole}
              onPress={async () => send({
                globalDecayPerMille: perMille, conversion: ratioOf(denominator), issueYearlyMaxMilli: String(milli), fromYear: termsFromYear,
              })}
            >
              {t.agree}
            </Button>
          </Form>
        </Fold>
      )}
      <Refused trouble={trouble} />
    </Part>
  )
}
