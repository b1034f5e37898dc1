/** What people did for the community itself: publishing it, saying that it was of use, and a steward's word on it. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Work } from '#ledger/charter/charter.ts'
import type { WorkView } from '#protocol/matters.ts'
import { hubView } from '../../hub/app.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Chip, Choice, LoadingPage, Page, Part, Select, TextField, useLoaded, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'
import { Why } from '../../parts/why.tsx'

export function Works(): JSX.Element {
  const w = useForms().works
  const { value: works, problem, again } = useLoaded(hub.works, 'works')
  if (works === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={w.title} lead={w.lead} test="works">
      {works.length === 0 && <p class="note">{w.none}</p>}
      {works.map((one) => (
        <WorkCard key={one.id} work={one} />
      ))}
      <Publish />
    </Page>
  )
}

function WorkCard({ work }: { work: WorkView }): JSX.Element {
  const t = useTexts()
  const w = useForms().works
  const money = useMoney()
  const named = useNameOf()
  const { showsAmounts } = useStore(hubView)!
  const { id, author, words, valued, phase, judged, award, mayValue, mayJudge, ends } = work
  return (
    <article class="card" data-test="work" data-id={id} data-valued={valued} data-phase={phase}>
      <p>
        <strong>{w.kinds[work.work]}</strong> · {named(author)} <Chip tone={phase === 'awarded' ? 'good' : 'plain'}>{w.phases[phase]}</Chip>
      </p>
      {words !== null && <p class="words">{words}</p>}
      <p class="note">
        {w.useful(valued)} {phase === 'open' && `· ${w.counts(date(ends, t.language))}`}
      </p>
      {judged !== null && <p class="note">{w.judgedBy(named(judged.by), judged.lasting ? w.lastingYes : w.lastingNo, w.qualities[judged.quality]!)}</p>}
      {award !== null && showsAmounts && (
        <Why test="work-why" of={{ milli: award.milli, factors: award.factors, final: true, today: null, recorded: null }}>
          <strong>+{money.local(award.milli)}</strong>
        </Why>
      )}
      {mayValue && (
        <TwoSteps test="value" open={w.value} kind="plain" says={w.valueSays(named(author))} button={w.value} done={w.valued} asked={() => ({ kind: 'work.valued', work: id })} />
      )}
      {mayJudge && <Judge id={id} />}
    </article>
  )
}

function Judge({ id }: { id: string }): JSX.Element {
  const w = useForms().works
  const [lasting, setLasting] = useState(false)
  const [quality, setQuality] = useState<0 | 1 | 2>(1)
  return (
    <details class="fold" data-test="judge-work">
      <summary>{w.judgeTitle}</summary>
      <SignedForm
        test="judge-work" says={w.judgeSays(lasting ? w.lastingYes : w.lastingNo, w.qualities[quality]!)} button={w.judge} done={w.judged}
        asked={() => ({ kind: 'work.judged', work: id, lasting, quality })}
      >
        <Choice
          label={w.lasting} value={lasting ? 'yes' : 'no'} test="work-lasting" onChange={(chosen) => setLasting(chosen === 'yes')}
          options={[{ value: 'no', label: w.lastingNo }, { value: 'yes', label: w.lastingYes }]}
        />
        <Choice
          label={w.quality} value={String(quality)} test="work-quality" onChange={(chosen) => setQuality(Number(chosen) as 0 | 1 | 2)}
          options={w.qualities.map((label, value) => ({ value: String(value), label }))}
        />
      </SignedForm>
    </details>
  )
}

function Publish(): JSX.Element {
  const w = useForms().works
  const kept = useKept('work', { kind: '1', words: '' })
  const { kind, words } = kept.fields
  useEffect(() => {
    const asked = new URLSearchParams(location.search).get('words')
    // What somebody had begun to write is theirs.
    if (asked !== null && words.trim() === '') kept.put({ words: asked })
  }, [])
  return (
    <Part title={w.publishTitle} test="publish">
      <SignedForm
        test="publish" words={words} says={words.trim() === '' ? w.needWords : w.says(w.kinds[Number(kind)]!)} button={w.publish} done={w.published}
        onDone={kept.clear} asked={(content) => ({ kind: 'work.published', work: Number(kind) as Work, content })}
      >
        <Select
          label={w.kind} value={kind} test="publish-kind" onChange={(chosen) => kept.put({ kind: chosen })}
          options={Object.entries(w.kinds).map(([value, label]) => ({ value, label }))}
        />
        <TextField type="area" label={w.words} value={words} onChange={(text) => kept.put({ words: text })} test="publish-words" maxLength={1_000} />
      </SignedForm>
    </Part>
  )
}
