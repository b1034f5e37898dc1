/**
 * An agreement between two people: where it stands, the one next step, what it is worth and why,
 * and what happened so far with who said it. It may stand in another city's record; then everything
 * is asked of and signed for that city's hub.
 */
import type { JSX } from 'preact'
import type { AgreementView } from '#protocol/api.ts'
import { abroad, me } from '../../hub/app.ts'
import { moment, slotIn } from '../../text/format.ts'
import { FrozenCity } from '../../parts/frozen.tsx'
import { type Answer, hub } from '../../hub/hub-client.ts'
import { RecordedLine } from '../../parts/recorded.tsx'
import { to } from '../../router.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { Gains } from './gains.tsx'
import { Visit, Visited } from './stay.tsx'
import { useStore } from '../../store.ts'
import { Chip, LinkButton, Loading, Missing, Page, Part, useLoaded, useNameOf, useTexts, When } from '../../parts/view.tsx'
import { otherOf } from '../../hub/waiting.ts'
import { Next } from './agreement-next.tsx'
import { Worth } from './agreement-worth.tsx'

export function AgreementPage({
  id,
  hub: origin,
}: {
  id: string
  hub: string | null
}): JSX.Element {
  const elsewhere = useStore(abroad)
  const { value, problem, again } = useLoaded(() => load(id, origin), `${id} ${elsewhere.length}`)
  if (value === null && problem !== null) return <Missing problem={problem} again={again} />
  if (value === null)
    return (
      <main class="page" id="content">
        <Loading />
      </main>
    )
  return <Shown agreement={value} origin={origin} again={again} />
}

async function load(id: string, origin: string | null): Promise<Answer<AgreementView>> {
  if (origin === null) return hub.agreement(id)
  const city = await hub.abroad(origin)
  if (!city.ok) return city
  const found = city.value.agreements.find((one) => one.id === id)
  return found === undefined
    ? { ok: false, problem: { from: 'door', code: 'not-found', data: {} } }
    : { ok: true, value: found }
}

function Shown({
  agreement,
  origin,
  again,
}: {
  agreement: AgreementView
  origin: string | null
  again: () => void
}): JSX.Element {
  const t = useTexts('dealing', 'names')
  const f = useForms()
  const mine = useStore(me)!
  const named = useNameOf()
  const at = useStore(abroad).find((city) => city.hub === origin)
  const other = named(otherOf(agreement, mine.acct))
  // A visitor has to send something before anything else.
  const isVisitor = origin !== null && agreement.receiver.acct === mine.acct
  const grades = agreement.grades.map((one) =>
    t.agreement.grade(
      named(one.by === agreement.helper.acct ? agreement.helper : agreement.receiver),
      t.grades[one.grade],
    ),
  )
  return (
    <Page title={agreement.title ?? t.common.with(other)} test="agreement">
      <p class="chips">
        <Chip
          tone={agreement.phase === 'settled' || agreement.phase === 'confirmed' ? 'good' : 'plain'}
          test="phase"
        >
          <span data-phase={agreement.phase}>{t.agreementPhases[agreement.phase]}</span>
        </Chip>
        {origin !== null && (
          <Chip tone="city">{t.board.from(otherOf(agreement, mine.acct).city)}</Chip>
        )}
      </p>
      <FrozenCity hub={otherOf(agreement, mine.acct).hub} />
      <p data-test="planned">
        {agreement.use !== null
          ? f.use.planned(named(agreement.receiver), named(agreement.helper), f.use.kinds[agreement.use.resource] ?? '')
          : t.agreement.plannedHelp(
              named(agreement.helper),
              named(agreement.receiver),
              t.duration(agreement.minutes),
            )}
      </p>
      <p class="note">
        {slotIn({ from: agreement.begins, to: agreement.ends }, t.language)}
      </p>
      {agreement.words !== null && <p class="words" data-test="agreement-words">{agreement.words}</p>}
      {agreement.returned !== null && (
        <p data-test="came-back">
          {f.use.backAt(moment(agreement.returned.ts, t.language))}
          {agreement.returned.late > 0 && ` · ${f.use.late(t.duration(Math.ceil(agreement.returned.late / 60)))}`}
        </p>
      )}
      {isVisitor && <Visit agreement={agreement} origin={origin} />}
      <Next agreement={agreement} at={at} again={again} />
      {!isVisitor && <Visited agreement={agreement} />}
      <Worth agreement={agreement} isAbroad={origin !== null} />
      <Gains agreement={agreement} />
      {grades.length > 0 && (
        <Part title={t.agreement.gradesTitle} test="grades">
          <ul class="plain">
            {grades.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Part>
      )}
      <Timeline agreement={agreement} isAbroad={origin !== null} />
      <LinkButton test="write-to" kind="quiet" href={to.conversation({ what: 'agreement', hub: agreement.hub, id: agreement.id }, otherOf(agreement, mine.acct))}>
        {f.letters.write}
      </LinkButton>
    </Page>
  )
}

function Timeline({ agreement, isAbroad }: { agreement: AgreementView; isAbroad: boolean }): JSX.Element {
  const t = useTexts('dealing', 'names', 'self')
  const named = useNameOf()
  const who = (acct: string): string | null =>
    acct === agreement.helper.acct
      ? named(agreement.helper)
      : acct === agreement.receiver.acct
        ? named(agreement.receiver)
        : null
  return (
    <Part title={t.agreement.timeline} test="timeline">
      <ol class="timeline">
        {agreement.steps.map((step, i) => {
          const by = step.by === null ? null : who(step.by)
          return (
            <li key={i} data-test="step" data-what={step.what}>
              <span>
                {t.steps[step.what]}
                {by !== null && <span class="note"> · {by}</span>}
              </span>
              <span class="note">
                <When ts={step.ts} />
                {step.seq !== null && ` · ${t.me.receipt(step.seq)}`}
              </span>
              {step.seq !== null && !isAbroad && <RecordedLine seq={step.seq} />}
            </li>
          )
        })}
        {agreement.coming.map(({ what, ts }) => (
          <li key={what} class="coming" data-test="coming" data-what={what}>
            <span>{t.agreement.coming[what]}</span>
            <span class="note">{moment(ts, t.language)}</span>
          </li>
        ))}
      </ol>
    </Part>
  )
}
