/**
 * What members have told the stewards of somebody. A letter that was shown is opened here with the key that came with it,
 * and stands here only when it is what its sender signed; so nobody can put words into another's mouth.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ReportView } from '#protocol/api.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { wordsReported } from '../../hub/letters.ts'
import { to } from '../../router.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { Button, LinkButton, LoadingPage, Page, Refused, useLoaded, useNameOf, useTexts, When } from '../../parts/view.tsx'

export function Reports(): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const { value, problem, again } = useLoaded(hub.reports, 'reports')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={f.letters.reportsTitle} lead={f.letters.reportsLead} test="reports">
      {value.length === 0 && <p class="note" data-test="no-reports">{f.letters.noReports}</p>}
      <div class="stack">
        {value.map((one) => (
          <Report key={one.id} report={one} again={again} />
        ))}
      </div>
      <LinkButton test="to-cases" href={to.cases}>
        {f.letters.toCases}
      </LinkButton>
      <LinkButton test="to-steward" kind="quiet" href={to.steward}>
        {t.nav.steward}
      </LinkButton>
    </Page>
  )
}

function Report({ report: { id, by, about, words, ts, letters }, again }: { report: ReportView; again: () => void }): JSX.Element {
  const f = useForms()
  const named = useNameOf()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const close = async (): Promise<void> => {
    const answer = await hub.closeReport(id)
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) again()
  }
  return (
    <article class="card" data-test="report">
      <h2>{f.letters.reportOf(named(by), named(about))}</h2>
      <p class="note">
        <When ts={ts} />
      </p>
      <blockquote>{words}</blockquote>
      {letters.map((one) => (
        <blockquote key={one.key} class="letter" data-test="reported-letter">
          {wordsReported(one) ?? f.letters.notProved}
        </blockquote>
      ))}
      <Refused trouble={trouble} />
      <Button test="report-done" onPress={close}>
        {f.letters.reportDone}
      </Button>
    </article>
  )
}
