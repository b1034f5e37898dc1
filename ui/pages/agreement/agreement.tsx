/**
 * An agreement between two people: where it stands, the one next step, what it is worth and why,
 * and what happened so far with who said it. It may stand in another city's record; then everything
 * is asked of and signed for that city's hub.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AbroadView, AgreementView } from '#protocol/api.ts'
import { gradeTexts } from '#protocol/commitment.ts'
import { abroad, hubView, me, say } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import { sumOf, termsOf } from '../../text/explain.ts'
import { moment, ratioOf } from '../../text/format.ts'
import { Otherwise } from './agreement-otherwise.tsx'
import { FrozenCity } from '../../parts/frozen.tsx'
import { type Answer, hub } from '../../hub/hub-client.ts'
import { RecordedLine } from '../../parts/recorded.tsx'
import { to } from '../../router.ts'
import { act, type Trouble } from '../../hub/session.ts'
import { useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import { Gains } from './gains.tsx'
import { StayPart } from './stay.tsx'
import { useStore } from '../../store.ts'
import {
  Button,
  Chip,
  Facts,
  Form,
  LinkButton,
  Loading,
  Missing,
  Page,
  Part,
  Refused,
  Stepper,
  useLoaded,
  useMoney,
  useNameOf,
  useTexts,
  When,
} from '../../parts/view.tsx'
import { Why } from '../../parts/why.tsx'
import { type NextStep, nextStep, otherOf } from '../../hub/waiting.ts'

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
        {t.agreement.plan(moment(agreement.begins, t.language), moment(agreement.ends, t.language))}
      </p>
      {agreement.words !== null && <p class="words" data-test="agreement-words">{agreement.words}</p>}
      {agreement.returned !== null && (
        <p data-test="came-back">
          {f.use.backAt(moment(agreement.returned.ts, t.language))}
          {agreement.returned.late > 0 && ` · ${f.use.late(t.duration(Math.ceil(agreement.returned.late / 60)))}`}
        </p>
      )}
      <Next agreement={agreement} at={at} again={again} />
      <Worth agreement={agreement} isAbroad={origin !== null} />
      <StayPart agreement={agreement} origin={origin} />
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

/** The single next step, as a button; or whom or what it waits for. */
function Next({
  agreement,
  at,
  again,
}: {
  agreement: AgreementView
  at: AbroadView | undefined
  again: () => void
}): JSX.Element {
  const t = useTexts('dealing', 'names')
  const f = useForms()
  const view = useStore(hubView)!
  const mine = useStore(me)!
  const named = useNameOf()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [reporting, setReporting] = useState(false)
  const [minutes, setMinutes] = useState(agreement.minutes)
  const [sure, setSure] = useState(false)
  const other = named(otherOf(agreement, mine.acct))
  const now = Date.now() / 1000
  const step = mayStillRate(agreement, mine.acct, view.ratingDays, now)
    ? 'rate'
    : nextStep(agreement, mine.acct, now)
  const reported = agreement.report?.minutes ?? agreement.minutes

  const send = async (asked: Asked, blobs?: string[]): Promise<void> => {
    const done = await act(asked, {
      ...(blobs === undefined ? {} : { blobs }),
      ...(at === undefined ? {} : { at }),
    })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    setReporting(false)
    say(t.steps[asked.kind], done.value.seq)
    again()
  }
  const rate = (grade: 'good' | 'fair' | 'poor'): Promise<void> => {
    const { commitment, blob } = commit(gradeTexts[grade])
    return send({ kind: 'rating.committed', agreement: agreement.id, commitment }, [blob])
  }
  const report = (): Promise<void> =>
    send({ kind: 'completion.reported', agreement: agreement.id, minutes })
  return (
    <Part title={t.agreement.nextTitle} test="next">
      <div class="stack" data-test="next-step" data-step={step}>
        {step === 'check-in' && !reporting && (
          <div class="buttons">
            <Button
              test="check-in"
              kind="main"
              onPress={() => send({ kind: 'checkin.made', agreement: agreement.id })}
            >
              {agreement.use === null ? t.agreement.checkin : f.use.handOver}
            </Button>
            <Button test="report-instead" kind="quiet" onPress={() => setReporting(true)}>
              {agreement.use === null ? t.agreement.reportInstead : f.use.report}
            </Button>
          </div>
        )}
        {(step === 'report' || (step === 'check-in' && reporting)) && (
          <Form test="report-form" onSend={() => void report()}>
            {step === 'report' && <p class="note">{t.agreement.wait.report}</p>}
            <Stepper
              label={t.agreement.reportLength}
              minutes={minutes}
              most={agreement.minutes}
              onChange={setMinutes}
              test="report-minutes"
            />
            <Button test="report" kind="main" onPress={report}>
              {t.agreement.reportSend}
            </Button>
          </Form>
        )}
        {step === 'confirm' && (
          <>
            <p>
              {agreement.report?.minutes === 0
                ? t.agreement.otherwise.said(other, agreement.report.absent === null ? null : agreement.report.absent === mine.acct)
                : t.agreement.reported(other, t.duration(reported))}
            </p>
            <div class="buttons">
              <Button
                test="confirm"
                kind="main"
                onPress={() =>
                  send({ kind: 'completion.confirmed', agreement: agreement.id, minutes: reported })
                }
              >
                {reported === 0 ? t.agreement.otherwise.agreed : t.agreement.confirm(t.duration(reported))}
              </Button>
              <Button
                test="decline"
                kind="quiet"
                onPress={() =>
                  send({ kind: 'completion.declined', agreement: agreement.id, minutes: reported })
                }
              >
                {t.agreement.decline}
              </Button>
            </div>
            <p class="note">{t.agreement.declineNote}</p>
          </>
        )}
        {step === 'rate' && (
          <>
            <p>{t.agreement.rateTitle}</p>
            <div class="buttons">
              {(['good', 'fair', 'poor'] as const).map((grade) => (
                <Button
                  key={grade}
                  test={`rate-${grade}`}
                  kind={grade === 'good' ? 'main' : 'plain'}
                  onPress={() => rate(grade)}
                >
                  {t.grades[grade]}
                </Button>
              ))}
            </div>
            <p class="note">{t.agreement.rateNote}</p>
          </>
        )}
        <Waits step={step} agreement={agreement} other={other} />
        <Refused trouble={trouble} />
        <Otherwise agreement={agreement} send={send} />
        {agreement.phase === 'agreed' &&
          (sure ? (
            <div class="buttons quiet-end">
              <Button
                test="cancel-yes"
                onPress={() => send({ kind: 'agreement.cancelled', agreement: agreement.id })}
              >
                {t.agreement.cancelYes}
              </Button>
              <Button test="cancel-no" kind="quiet" onPress={() => setSure(false)}>
                {t.common.back}
              </Button>
              <span class="note">{t.agreement.cancelSure}</span>
            </div>
          ) : (
            <div class="quiet-end">
              <Button test="cancel" kind="quiet" onPress={() => setSure(true)}>
                {t.agreement.cancel}
              </Button>
            </div>
          ))}
      </div>
    </Part>
  )
}

/**
 * Where a rating does not move the award, the award is final at once and rating stays open for its
 * days.
 */
function mayStillRate(
  agreement: AgreementView,
  acct: string,
  ratingDays: number,
  now: number,
): boolean {
  if (
    agreement.phase !== 'settled' ||
    agreement.rated.includes(acct) ||
    agreement.grades.length > 0
  )
    return false
  const confirmed = agreement.steps.findLast(
    (one) => one.what === 'completion.confirmed' || one.what === 'silent-confirm' || one.what === 'dispute.decided',
  )
  return confirmed !== undefined && now < confirmed.ts + ratingDays * 86_400
}

function Waits({
  step,
  agreement,
  other,
}: {
  step: NextStep
  agreement: AgreementView
  other: string
}): JSX.Element | null {
  const t = useTexts('dealing', 'why')
  const words = t.agreement.wait
  const on = (ts: number): string => moment(ts, t.language)
  switch (step) {
    case 'wait-begins':
      return <p>{words.begins(on(agreement.begins))}</p>
    case 'wait-confirm':
      return (
        <>
          <p>{words.confirm(other)}</p>
          {agreement.confirmsItself !== null && (
            <p class="note">{words.itself(on(agreement.confirmsItself))}</p>
          )}
        </>
      )
    case 'confirm':
      return agreement.confirmsItself === null ? null : (
        <p class="note">{words.itself(on(agreement.confirmsItself))}</p>
      )
    case 'wait-rating':
      return (
        <>
          <p>{words.rating(other)}</p>
          {agreement.finalBy !== null && <p class="note">{words.final(on(agreement.finalBy))}</p>}
        </>
      )
    case 'wait-final':
      return agreement.finalBy === null ? null : <p>{words.final(on(agreement.finalBy))}</p>
    case 'rate':
      return agreement.finalBy === null ? null : (
        <p class="note">{words.final(on(agreement.finalBy))}</p>
      )
    case 'over':
      return (
        <p>
          {words.ended[agreement.phase as keyof typeof words.ended] ?? words.none}
        </p>
      )
    case 'wait-stewards':
      return (
        <>
          <p>{words.stewards}</p>
          {agreement.dispute?.words != null && <blockquote data-test="dispute-words">{agreement.dispute.words}</blockquote>}
        </>
      )
    case 'check-in':
    case 'report':
      return null
  }
}

/** What it is worth, and the sum behind the number. */
function Worth({
  agreement,
  isAbroad,
}: {
  agreement: AgreementView
  isAbroad: boolean
}): JSX.Element | null {
  const t = useTexts('listings', 'dealing', 'names', 'why')
  const { conversion } = useStore(hubView)!
  const money = useMoney()
  const named = useNameOf()
  const { showsHours, showsAmounts } = useStore(hubView)!
  if (!showsAmounts || agreement.phase in t.agreement.wait.ended) return null
  const { award } = agreement
  // A guest is counted by this charter and paid in another value.
  const isGuest = agreement.helper.hub !== agreement.hub
  const total = money.local(award.milli)
  const terms = termsOf(award.factors, award.final, showsHours, t)
  return (
    <Part title={
        award.final
          ? t.agreement.why(total)
          : isGuest
            ? t.agreement.wouldCount(total)
            : t.agreement.would(named(agreement.helper), total)
      } test="award">
      <div class="sum-line" data-test="award-sum" data-milli={award.milli} data-final={award.final}>
        <Why test="award-why" of={{ ...award, today: null, recorded: null }}>
          <span class="row-main">{sumOf(terms, total, t)}</span>
        </Why>
      </div>
      {agreement.held !== '0' && (
        <p class="note">{t.agreement.held(money.local(agreement.held))}</p>
      )}
      {agreement.abroad !== null && (
        <Facts
          rows={[
            [
              t.agreement.abroadTitle,
              <span data-stage={agreement.abroad.stage}>
                {t.agreement.abroad(
                  money.global(agreement.abroad.globalMilli),
                  t.stages[agreement.abroad.stage],
                )}
              </span>,
              'abroad-stage',
            ],
          ]}
        />
      )}
      {isAbroad && agreement.abroad === null && (
        <p class="note">{t.listing.how.abroad(agreement.receiver.city, ratioOf(conversion))}</p>
      )}
    </Part>
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
