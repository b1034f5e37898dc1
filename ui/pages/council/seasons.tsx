/** 旺季与淡季: on which days shared things are more sought after, and on which less; stewards say it, everybody may read it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { type Resource, resources } from '#ledger/charter/charter.ts'
import type { SeasonsView } from '#protocol/matters.ts'
import { me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import { Chip, Choice, LoadingPage, Page, Part, Select, TextField, useLoaded, useNameOf, useTexts } from '../../parts/view.tsx'
import { useStore } from '../../store.ts'
import { date, dayFrom, factor, utcDate } from '../../text/format.ts'

type Given = { view: SeasonsView; again: () => void }

export function Seasons(): JSX.Element {
  const s = useForms().seasons
  const mine = useStore(me)!
  const { value: view, problem, again } = useLoaded(hub.seasons, 'seasons')
  if (view === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={s.title} lead={s.lead} test="seasons">
      {view.seasons.length === 0 && <p class="note">{s.none}</p>}
      {view.seasons.map((one) => (
        <Season key={`${one.ts} ${one.resource} ${one.fromDay}`} season={one} today={view.today} />
      ))}
      {mine.steward && <Say view={view} again={again} />}
    </Page>
  )
}

function Season({ season, today }: { season: SeasonsView['seasons'][number]; today: number }): JSX.Element {
  const t = useTexts()
  const { seasons: s, use } = useForms()
  const named = useNameOf()
  const { resource, fromDay, untilDay, perMille, by, ts } = season
  return (
    <article class="card" data-test="season" data-resource={resource} data-per-mille={perMille}>
      <p>
        <strong>{s.season(use.kinds[resource]!, factor(perMille))}</strong> {fromDay <= today && <Chip tone="good">{s.now}</Chip>}
      </p>
      <p>{s.days(utcDate(fromDay, t.language), utcDate(untilDay, t.language))}</p>
      <p class="note">{s.by(named(by), date(ts, t.language))}</p>
    </article>
  )
}

function Say({ view, again }: Given): JSX.Element {
  const t = useTexts()
  const { seasons: s, use } = useForms()
  const [resource, setResource] = useState(String(resources.room))
  const [kind, setKind] = useState<keyof typeof s.kinds>('busy')
  const [[from, until], setDays] = useState(['', ''] as [string, string])
  const perMille = { busy: view.busyPerMille, plain: 1000, quiet: view.quietPerMille }[kind]
  const [fromDay, untilDay] = [dayFrom(from), dayFrom(until)]
  const isSpan = fromDay !== null && untilDay !== null && untilDay >= fromDay && untilDay >= view.today
  return (
    <Part title={s.sayTitle} test="say-season">
      <SignedForm
        test="season"
        says={isSpan ? [s.says(use.kinds[Number(resource)]!, s.days(utcDate(fromDay, t.language), utcDate(untilDay, t.language)), factor(perMille)), s.saysRest] : s.missing}
        button={s.send}
        done={s.done}
        onDone={() => {
          setDays(['', ''])
          again()
        }}
        asked={() => ({ kind: 'demand.set', resource: Number(resource) as Resource, fromDay: fromDay!, untilDay: untilDay!, perMille })}
      >
        <Select
          label={s.what} value={resource} test="season-what" onChange={setResource}
          options={Object.entries(use.kinds).map(([value, label]) => ({ value, label }))}
        />
        <Choice
          label={s.how} value={kind} test="season-kind" onChange={(chosen) => setKind(chosen as typeof kind)}
          options={[
            { value: 'busy', label: `${s.kinds.busy} ${s.times(factor(view.busyPerMille))}` },
            { value: 'plain', label: `${s.kinds.plain} ${s.times(factor(1000))}` },
            { value: 'quiet', label: `${s.kinds.quiet} ${s.times(factor(view.quietPerMille))}` },
          ]}
        />
        <TextField type="day" label={s.from} value={from} onChange={(day) => setDays([day, until])} test="season-from" />
        <TextField type="day" label={s.until} value={until} onChange={(day) => setDays([from, day])} test="season-until" />
      </SignedForm>
    </Part>
  )
}
