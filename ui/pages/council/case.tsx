/**
 * One case. Whoever it is about reads what is said, what it means, how to answer and to appeal, and by when; whoever decides
 * reads the same, the answer, and what each decision would come to; whoever was drawn says whether it stands.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { CaseView, Measure } from '#protocol/api.ts'
import { say } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import { date, moment } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import {
  Button, Chip, Choice, Form, LinkButton, Loading, Page, Part, Refused, TextField, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'
import { FlagWords, Matters } from './cases.tsx'

export function CasePage({ id }: { id: string }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  const { value: view, problem, again } = useLoaded(() => hub.case(id), `case ${id}`)
  if (view === null) {
    return (
      <Page title={t.cases.title} test="case">
        <Loading problem={problem} again={again} />
      </Page>
    )
  }
  const isAccused = view.mine === 'answer' || view.mine === 'appeal' || view.mine === 'accused'
  return (
    <Page title={isAccused ? t.cases.yourTitle : t.cases.about(nameOf(view.accused))} test="case">
      <p data-test="case-phase" data-phase={view.phase}>
        <Chip tone={view.phase === 'dismissed' || view.phase === 'reversed' ? 'good' : 'plain'}>{t.cases.phases[view.phase]}</Chip>
      </p>
      <Said view={view} />
      {isAccused && view.phase === 'open' && <Means view={view} />}
      <Answer view={view} />
      <Panel view={view} />
      {view.mine === 'find' && <Find view={view} />}
      {view.found !== null && <Found view={view} found={view.found} isAccused={isAccused} />}
      {view.jurors.length > 0 && <Jurors view={view} />}
      {view.mayReverse && <Reverse view={view} />}
      <LinkButton test="to-cases" kind="quiet" href={to.cases}>
        {t.cases.back}
      </LinkButton>
    </Page>
  )
}

function Said({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  const money = useMoney()
  const nameOf = useNameOf()
  return (
    <Part title={t.cases.saidTitle} test="case-said">
      {view.flag !== null && <FlagWords flag={view.flag} advises={view.isSteward} />}
      {view.complainant !== null && (
        <>
          <p>{t.cases.complaintBy(nameOf(view.complainant))}</p>
          <blockquote data-test="case-complaint">{view.complaint ?? t.cases.erased}</blockquote>
        </>
      )}
      {view.matters.length > 0 && <Matters matters={view.matters} title={`${t.cases.matters} (${view.matters.length})`} />}
      {view.heldMilli !== '0' && <p data-test="case-held">{t.cases.heldNow(money.local(view.heldMilli))}</p>}
      {view.takenMilli !== null && <p data-test="case-taken">{t.cases.takenWhat(money.local(view.takenMilli))}</p>}
    </Part>
  )
}

function Means({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  return (
    <Part title={t.cases.meansTitle} test="case-means">
      <p>{t.cases.means(date(view.lapses, t.language))}</p>
      <p class="note">{t.cases.steps}</p>
    </Part>
  )
}

function Answer({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  if (view.mine === 'answer') {
    return (
      <Part title={t.cases.answerTitle} test="case-answer">
        <Speak
          test="answer" label={t.cases.answerLabel} note={t.cases.answerNote(moment(view.noticeEnds, t.language))}
          button={t.cases.answerSend} said={t.cases.answered}
          ask={(statement) => ({ kind: 'case.answered', case: view.id, statement })}
        />
      </Part>
    )
  }
  return (
    <Part title={t.cases.theirAnswer} test="case-answer">
      {view.answer === null ? (
        <p class="note">{t.cases.noAnswerYet(moment(view.noticeEnds, t.language))}</p>
      ) : (
        <blockquote data-test="their-answer">{view.answer.text ?? t.cases.erased}</blockquote>
      )}
    </Part>
  )
}

function Panel({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  return (
    <Part title={t.cases.panelTitle} test="case-panel">
      <p class="note">{view.panel.length === 0 ? t.cases.noPanel : t.cases.panelNote(view.needed)}</p>
      <ul class="rows">
        {view.panel.map(({ person, measure, reason }) => (
          <Voice key={person.acct} name={nameOf(person)} said={measure === null ? null : t.cases.measures[measure]!} reason={reason} />
        ))}
      </ul>
      {view.isSteward && view.isInvolved && <p class="note">{t.cases.notYou}</p>}
    </Part>
  )
}

function Voice({ name, said, reason }: { name: string; said: string | null; reason: string | null }): JSX.Element {
  const t = useTexts('cases')
  return (
    <li class="row" data-test="voice">
      <div class="row-main">
        <p>{name}</p>
        {reason !== null && <p class="note">{reason}</p>}
      </div>
      <span class={said === null ? 'note' : undefined}>{said ?? t.cases.notSaid}</span>
    </li>
  )
}

function Find({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  const f = useForms()
  const nameOf = useNameOf()
  const [measure, setMeasure] = useState<Measure>(view.again ?? 0)
  const [words, setWords] = useState('')
  const takes = view.takesAll ? t.cases.takes.all : t.cases.takes.tainted
  const options = [
    { value: '0', label: t.cases.measures[0]!, note: t.cases.lets },
    { value: '1', label: t.cases.measures[1]!, note: t.cases.consequence(takes, t.cases.statuses[view.next.upheld]) },
    { value: '2', label: t.cases.measures[2]!, note: t.cases.consequence(t.cases.takes.all, t.cases.statuses[view.next.severe]) },
  ]
  return (
    <Part title={t.cases.measureLabel} test="case-find">
      {view.again !== null && <p class="note">{f.decide.again}</p>}
      {!view.mayFind && <p class="card calm">{t.cases.findWait(moment(view.noticeEnds, t.language))}</p>}
      <Choice
        label={t.cases.measureLabel} hidden value={String(measure)} onChange={(chosen) => setMeasure(Number(chosen) as Measure)} test="measure"
        options={options.filter((_, i) => (view.again === null ? view.mayFind || i === 0 : i === view.again))}
      />
      <SignedForm
        test="find" words={words} button={t.cases.findSend} done={t.cases.findSaid}
        says={words.trim() === '' ? f.decide.needReason : [f.decide.find(nameOf(view.accused)), `${options[measure]!.label}${t.language === 'zh' ? '：' : ': '}${options[measure]!.note}`, f.decide.findThen]}
        asked={(reason) => ({ kind: 'case.found', case: view.id, measure, reason })}
      >
        <TextField label={t.cases.reasonLabel} value={words} onChange={setWords} test="find-words" type="area" maxLength={1_000} />
      </SignedForm>
    </Part>
  )
}

function Found({ view, found, isAccused }: { view: CaseView; found: NonNullable<CaseView['found']>; isAccused: boolean }): JSX.Element {
  const t = useTexts('cases')
  const ends = moment(found.appealEnds, t.language)
  return (
    <Part title={t.cases.foundTitle} test="case-found">
      <p data-test="found-what">{view.phase === 'found' ? t.cases.foundWhat(t.cases.measures[found.measure]!, ends) : t.cases.measures[found.measure]}</p>
      {isAccused && view.phase === 'found' && (
        <Speak
          test="appeal" label={t.cases.appealLabel} note={t.cases.appealNote(ends)} button={t.cases.appealSend} said={t.cases.appealSaid}
          ask={(statement) => ({ kind: 'case.appealed', case: view.id, statement })}
        />
      )}
      {view.appeal !== null && (
        <>
          <p>{t.cases.theirAppeal}</p>
          <blockquote data-test="their-appeal">{view.appeal.text ?? t.cases.erased}</blockquote>
        </>
      )}
    </Part>
  )
}

function Jurors({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  const [confirmed, setConfirmed] = useState(true)
  return (
    <Part title={t.cases.jurorsTitle} test="case-jurors">
      <ul class="rows">
        {view.jurors.map(({ person, confirmed: said, reason }) => (
          <Voice
            key={person.acct} name={nameOf(person)} reason={reason}
            said={said === null ? null : said ? t.cases.verdicts.yes : t.cases.verdicts.no}
          />
        ))}
      </ul>
      {view.mine === 'judge' && (
        <>
          <Choice
            label={t.cases.judgeLabel} value={confirmed ? 'yes' : 'no'} onChange={(chosen) => setConfirmed(chosen === 'yes')} test="verdict"
            options={[{ value: 'yes', label: t.cases.verdicts.yes }, { value: 'no', label: t.cases.verdicts.no }]}
          />
          <Speak
            test="judge" label={t.cases.reasonLabel} button={t.cases.judgeSend} said={t.cases.judgeSaid}
            ask={(reason) => ({ kind: 'case.judged', case: view.id, confirmed, reason })}
          />
        </>
      )}
    </Part>
  )
}

function Reverse({ view }: { view: CaseView }): JSX.Element {
  const t = useTexts('cases')
  return (
    <Part title={t.cases.reverseTitle} test="case-reverse">
      <p class="note">{t.cases.reverseNote}</p>
      <Speak
        test="reverse" label={t.cases.reasonLabel} button={t.cases.reverseSend} said={t.cases.reverseSaid}
        ask={(reason) => ({ kind: 'case.reversed', case: view.id, reason })}
      />
    </Part>
  )
}

/** Words of one's own and what they are signed under: every act in a case is both. */
function Speak({ test, label, note, button, said, ask }: {
  test: string
  label: string
  note?: string
  button: ComponentChildren
  said: string
  ask: (commitment: string) => Asked
}): JSX.Element {
  const [words, setWords] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const send = async (): Promise<void> => {
    if (words.trim() === '') return
    const { commitment, blob } = commit(words)
    const done = await act(ask(commitment), { blobs: [blob] })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(said, done.value.seq)
  }
  return (
    <Form test={`${test}-form`} onSend={() => void send()}>
      <TextField label={label} note={note} value={words} onChange={setWords} test={`${test}-words`} type="area" maxLength={1_000} />
      <Refused trouble={trouble} />
      <Button test={`${test}-send`} kind="main" onPress={send}>
        {button}
      </Button>
    </Form>
  )
}
