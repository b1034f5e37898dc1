/** One project: what it is and for whom, who takes part, where it stands, what happens next, and what the reader may do. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { PersonView } from '#protocol/api.ts'
import type { ProjectView } from '#protocol/matters.ts'
import { hubView } from '../../hub/app.ts'
import { date, parseAmount, utcDate } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import {
  Chip, Choice, Facts, LinkButton, LoadingPage, Missing, Page, Part, TextField, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'
import { titleOf } from './projects.tsx'

export function ProjectPage({ id }: { id: string }): JSX.Element {
  const t = useTexts()
  const p = useForms().projects
  const money = useMoney()
  const named = useNameOf()
  const { showsAmounts } = useStore(hubView)!
  const { value: view, problem, again } = useLoaded(() => hub.project(id), `project ${id}`)
  if (view === null && problem !== null) return <Missing problem={problem} again={again} />
  if (view === null) return <LoadingPage />
  const { phase, may, next, chosen, words, contested } = view
  return (
    <Page title={titleOf(words ?? p.title)} test="project">
      <p class="chips">
        <Chip tone={phase === 'open' || phase === 'awarded' ? 'good' : 'plain'} test="project-phase">
          <span data-phase={phase}>{p.phases[phase]}</span>
        </Chip>
      </p>
      <p>{p.by(named(view.organiser), named(view.requester))}</p>
      {words !== null && <p class="words">{words}</p>}
      {next !== null && phase in p.nextAt && <p class="card calm">{p.nextAt[phase as keyof typeof p.nextAt](date(next, t.language))}</p>}
      <Facts
        rows={[
          [p.facts.size, p.sizes[view.size] ?? ''],
          ...(view.core.length > 0 ? [[p.facts.core, view.core.map(named).join(' · ')] as [string, string]] : []),
          [p.facts.places, String(view.places)],
          ...(phase === 'open' ? [[p.facts.applied, String(view.applied)] as [string, string]] : []),
          [p.facts.until, utcDate(view.applyUntil, t.language)],
          [p.facts.ends, utcDate(view.endsDay, t.language)],
          [p.facts.choice, p.choices[view.choice] ?? ''],
          [p.facts.gate, view.gateLevel === 0 ? p.anyLevel : p.level(view.gateLevel)],
        ]}
      />
      {chosen.length > 0 && (
        <Part title={p.takePart} test="project-people">
          <ul class="plain">
            {chosen.map((one) => (
              <li key={one.acct}>{named(one)}</li>
            ))}
          </ul>
        </Part>
      )}
      {may.includes('apply') && <Apply view={view} />}
      {may.includes('withdraw') && (
        <TwoSteps test="withdraw" open={p.withdraw} says={p.withdrawSays} done={p.withdrawn} asked={() => ({ kind: 'project.withdrawn', project: id })} />
      )}
      {view.report !== null && <Reported view={view} report={view.report} />}
      {may.includes('report') && (
        <Part title={p.reportTitle} test="project-report">
          <Shares
            view={view} test="report" then={p.reportThen} button={p.report} done={p.reported}
            asked={({ shares, reach, completion }) => ({ kind: 'project.reported', project: id, shares, reach, completion })}
          />
        </Part>
      )}
      {may.includes('answer') && view.report !== null && <Answer id={id} report={view.report.id} />}
      {may.includes('contest') && <Contest id={id} />}
      {contested !== null && (
        <>
          <p>{p.contestedBy(named(contested.by))}</p>
          <blockquote>{contested.words}</blockquote>
        </>
      )}
      {may.includes('decide') && (
        <Part title={p.decideTitle} test="project-decide">
          <Shares
            view={view} test="decide-project" then={p.decideThen} button={p.decide} done={p.decided}
            asked={({ shares, reach, completion }) => ({ kind: 'project.decided', project: id, shares, reach, completion })}
          />
        </Part>
      )}
      {view.awards.length > 0 && showsAmounts && (
        <ul class="plain" data-test="project-awards">
          {view.awards.map((one) => (
            <li key={one.person.acct}>{p.got(named(one.person), money.local(one.milli))}</li>
          ))}
        </ul>
      )}
      {may.includes('cancel') && (
        <TwoSteps test="cancel-project" open={p.cancel} says={p.cancelSays} button={p.cancel} done={p.cancelled} asked={() => ({ kind: 'project.cancelled', project: id })} />
      )}
      <LinkButton test="to-projects" kind="quiet" href={to.projects}>
        {p.title}
      </LinkButton>
    </Page>
  )
}

function Apply({ view }: { view: ProjectView }): JSX.Element {
  const t = useTexts()
  const p = useForms().projects
  const money = useMoney()
  const [text, setText] = useState('')
  const isAuction = view.choice === 2
  const milli = text === '' ? '0' : parseAmount(text)
  const says = milli === null ? p.badBid : [...p.applySays(titleOf(view.words ?? p.title)), ...(milli === '0' ? [] : [p.bidSays(money.local(milli))])]
  return (
    <Part title={p.apply} test="project-apply">
      <SignedForm
        test="apply" says={says} button={p.apply} done={p.applied}
        asked={() => ({ kind: 'project.applied', project: view.id, bidMilli: BigInt(milli ?? 0) })}
      >
        {isAuction && <TextField type="amount" label={t.common.counted(p.bid, money.typed)} value={text} onChange={setText} test="apply-bid" />}
      </SignedForm>
    </Part>
  )
}

type Told = { shares: { member: string; perMille: number }[]; reach: number; completion: 0 | 1 }

/** Everybody's part in percent, how many it reached, and whether it is complete; `then` is what comes of saying so. */
function Shares({ view, test, then, button, done, asked }: {
  view: ProjectView
  test: string
  then: string
  button: string
  done: string
  asked: (told: Told) => Asked
}): JSX.Element {
  const t = useTexts()
  const p = useForms().projects
  const named = useNameOf()
  const people = [view.organiser, ...view.chosen]
  const before = (one: PersonView): string => {
    const share = view.report?.shares.find(({ person }) => person.acct === one.acct)
    return share === undefined ? (view.report === null ? '' : '0') : String(share.perMille / 10)
  }
  const [percents, setPercents] = useState<Record<string, string>>(() => Object.fromEntries(people.map((one) => [one.acct, before(one)])))
  const [reachText, setReach] = useState(String(view.report?.reach ?? ''))
  const [isWhole, setWhole] = useState(view.report?.isWhole ?? true)
  const isCore = (acct: string): boolean => acct === view.organiser.acct || view.core.some((one) => one.acct === acct)
  const all = people.map((one) => ({ person: one, member: one.acct, perMille: perMilleIn(percents[one.acct] ?? '') }))
  const isRight = all.every(({ member, perMille }) => perMille !== null && perMille <= (isCore(member) ? view.coreMaxPerMille : view.participantMaxPerMille))
  const shares = all.flatMap(({ person, member, perMille }) => (perMille === null || perMille === 0 ? [] : [{ person, member, perMille }]))
  const sum = shares.reduce((total, { perMille }) => total + perMille, 0)
  const reach = /^\d{1,6}$/.test(reachText) ? Number(reachText) : null
  const percent = (perMille: number): string => `${perMille / 10}%`
  const says =
    !isRight || sum > 1000 || shares.length === 0
      ? p.badShares(percent(view.coreMaxPerMille), percent(view.participantMaxPerMille))
      : reach === null
        ? p.badReach
        : [...p.reportSays(
            shares.map(({ person, perMille }) => `${named(person)} ${percent(perMille)}`).join(t.language === 'zh' ? '、' : ', '),
            reach, isWhole ? p.isWhole : p.isPart,
          ), then]
  return (
    <SignedForm
      test={test} says={says} button={button} done={done}
      asked={() => asked({ shares: shares.map(({ member, perMille }) => ({ member, perMille })), reach: reach ?? 0, completion: isWhole ? 1 : 0 })}
    >
      {people.map((one) => (
        <TextField
          key={one.acct} type="amount" label={p.share(named(one))} value={percents[one.acct] ?? ''} test={`${test}-share`}
          onChange={(text) => setPercents({ ...percents, [one.acct]: text })}
        />
      ))}
      <TextField type="amount" label={p.reach} value={reachText} onChange={setReach} test={`${test}-reach`} />
      <Choice
        label={p.whole} value={isWhole ? 'whole' : 'part'} test={`${test}-whole`} onChange={(chosen) => setWhole(chosen === 'whole')}
        options={[{ value: 'whole', label: p.isWhole }, { value: 'part', label: p.isPart }]}
      />
    </SignedForm>
  )
}

/** Percent with at most one decimal, per mille; null for anything else. */
function perMilleIn(text: string): number | null {
  const found = /^(\d{1,3})(?:\.(\d))?$/.exec(text.trim().replace('%', ''))
  return found === null ? null : Number(found[1]) * 10 + Number(found[2] ?? 0)
}

function Reported({ view, report }: { view: ProjectView; report: NonNullable<ProjectView['report']> }): JSX.Element {
  const t = useTexts()
  const p = useForms().projects
  const named = useNameOf()
  const shares = report.shares.map(({ person, perMille }) => `${named(person)} ${perMille / 10}%`).join(t.language === 'zh' ? '、' : ', ')
  return (
    <Part title={p.reportIs} test="project-reported">
      {p.reportSays(shares, report.reach, report.isWhole ? p.isWhole : p.isPart).map((line) => (
        <p key={line} data-id={view.id}>
          {line}
        </p>
      ))}
    </Part>
  )
}

function Answer({ id, report }: { id: string; report: string }): JSX.Element {
  const p = useForms().projects
  return (
    <Part title={p.answerTitle} test="project-answer">
      <div class="stack">
        <TwoSteps
          test="confirm-project" kind="main" open={p.confirm} says={p.confirmSays} button={p.confirm} done={p.confirmed}
          asked={() => ({ kind: 'project.confirmed', project: id, report })}
        />
        <TwoSteps test="decline-project" open={p.decline} says={p.declineSays} button={p.decline} done={p.declined} asked={() => ({ kind: 'project.declined', project: id, report })} />
      </div>
    </Part>
  )
}

function Contest({ id }: { id: string }): JSX.Element {
  const p = useForms().projects
  const [why, setWhy] = useState('')
  return (
    <details class="fold" data-test="project-contest">
      <summary>{p.contestTitle}</summary>
      <SignedForm
        test="contest" words={why} says={why.trim() === '' ? p.needWhy : p.contestSays} button={p.contest} done={p.contestDone}
        asked={(reason) => ({ kind: 'project.contested', project: id, reason })}
      >
        <TextField type="area" label={p.contestWhy} value={why} onChange={setWhy} test="contest-why" maxLength={400} />
      </SignedForm>
    </details>
  )
}
