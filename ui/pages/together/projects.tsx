/** Projects that are open or that one has a part in, and starting one. */
import type { JSX } from 'preact'
import type { ProjectSize } from '#ledger/charter/charter.ts'
import type { ProjectsView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { me } from '../../hub/app.ts'
import { dayFrom, utcDate } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { to } from '../../router.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Chip, LoadingPage, Page, Part, Select, TextField, useLoaded, useNameOf, useTexts } from '../../parts/view.tsx'

const DAY = 86_400
const YEAR_DAYS = 365
const PLACES_MAX = 200
const TITLE_SHOWN = 40

export function Projects(): JSX.Element {
  const f = useForms()
  const named = useNameOf()
  const { value: view, problem, again } = useLoaded(hub.projects, 'projects')
  if (view === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={f.projects.title} lead={f.projects.lead} test="projects">
      {view.projects.length === 0 && <p class="note">{f.projects.none}</p>}
      <ul class="rows">
        {view.projects.map((one) => (
          <li key={one.id}>
            <a class="row link" href={to.project(one.id)} data-test="project-row" data-id={one.id} data-phase={one.phase}>
              <span class="row-main">
                {titleOf(one.words ?? f.projects.title)} <span class="note">{named(one.organiser)}</span>
              </span>
              <Chip tone={one.phase === 'open' ? 'good' : 'plain'}>{f.projects.phases[one.phase]}</Chip>
            </a>
          </li>
        ))}
      </ul>
      <Part title={f.projects.openTitle} test="open-project">
        {view.mayOpen ? <Open view={view} /> : <p class="note">{f.projects.mayNot(view.levelNeeded)}</p>}
      </Part>
    </Page>
  )
}

/** The first line of what it is, as a name for it. */
export const titleOf = (words: string): string => [...words.split('\n')[0]!].slice(0, TITLE_SHOWN).join('')

const later = (days: number): string => new Date((hubNow() + days * DAY) * 1000).toISOString().slice(0, 10)

function Open({ view }: { view: ProjectsView }): JSX.Element | null {
  const t = useTexts()
  const f = useForms()
  const p = f.projects
  const named = useNameOf()
  const mine = useStore(me)!
  const { value: people } = useLoaded(hub.people, 'people')
  const kept = useKept('project', {
    words: '', requester: '', places: '3', applyUntil: later(7), ends: later(37), size: '1', core: '', choice: '0', gateLevel: '0',
  })
  const { fields, put } = kept
  const others = people?.filter(({ acct }) => acct !== mine.acct) ?? []
  const requester = others.find(({ acct }) => acct === fields.requester) ?? others[0]
  if (requester === undefined) return null
  const core = others.find(({ acct }) => acct === fields.core && acct !== requester.acct)
  const places = /^\d{1,3}$/.test(fields.places) ? Number(fields.places) : -1
  const [applyUntil, ends] = [dayFrom(fields.applyUntil), dayFrom(fields.ends)]
  const today = Math.floor(hubNow() / DAY)
  const isTime = applyUntil !== null && ends !== null && applyUntil >= today && ends >= applyUntil && ends <= today + YEAR_DAYS
  const says =
    fields.words.trim() === ''
      ? p.needWhat
      : places < 0 || places > PLACES_MAX
        ? p.badPlaces
        : isTime
          ? p.says(titleOf(fields.words), named(requester), places, utcDate(applyUntil, t.language), utcDate(ends, t.language))
          : p.badDays
  const choices = [0, ...(view.lottery ? [1] : []), ...(view.auction ? [2] : [])]
  return (
    <SignedForm
      test="project" says={says} words={fields.words} button={p.open} done={p.opened} onDone={kept.clear}
      asked={(terms) => ({
        kind: 'project.opened', size: Number(fields.size) as ProjectSize, requester: requester.acct, core: core === undefined ? [] : [core.acct],
        places, gateMilli: 0n, gateLevel: Number(fields.gateLevel), choice: Number(fields.choice) as 0 | 1 | 2, applyUntil: applyUntil!, endsDay: ends!, terms,
      })}
    >
      <TextField type="area" label={p.what} value={fields.words} onChange={(text) => put({ words: text })} test="project-words" maxLength={1_000} />
      <Select
        label={p.forWhom} value={requester.acct} test="project-requester" onChange={(chosen) => put({ requester: chosen })}
        options={others.map((one) => ({ value: one.acct, label: named(one) }))}
      />
      <TextField type="amount" label={p.places} value={fields.places} onChange={(text) => put({ places: text })} test="project-places" />
      <TextField type="day" label={p.applyUntil} value={fields.applyUntil} onChange={(text) => put({ applyUntil: text })} test="project-until" />
      <TextField type="day" label={p.ends} value={fields.ends} onChange={(text) => put({ ends: text })} test="project-ends" />
      <details class="fold">
        <summary>{p.more}</summary>
        <div class="stack">
          <Select label={p.size} value={fields.size} test="project-size" onChange={(chosen) => put({ size: chosen })} options={optionsOf(p.sizes, [1, 2])} />
          <Select
            label={p.core} value={core?.acct ?? ''} test="project-core" onChange={(chosen) => put({ core: chosen })}
            options={[{ value: '', label: p.nobodyElse }, ...others.filter((one) => one !== requester).map((one) => ({ value: one.acct, label: named(one) }))]}
          />
          <Select label={p.choice} value={fields.choice} test="project-choice" onChange={(chosen) => put({ choice: chosen })} options={optionsOf(p.choices, choices)} />
          <Select
            label={p.gateLevel} value={fields.gateLevel} test="project-level" onChange={(chosen) => put({ gateLevel: chosen })}
            options={[0, 2, 3, 4, 5].map((level) => ({ value: String(level), label: level === 0 ? p.anyLevel : p.level(level) }))}
          />
        </div>
      </details>
    </SignedForm>
  )
}

const optionsOf = (names: Record<number, string>, codes: number[]): { value: string; label: string }[] =>
  codes.map((code) => ({ value: String(code), label: names[code]! }))
