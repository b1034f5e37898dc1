/**
 * What is worth a look: for stewards the flags of today in plain words, each with its evidence and with what would show that
 * all is well; a complaint that somebody brought; and the cases in which whoever reads has a part.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromBase64 } from '#ledger/bytes.ts'
import type { CasesView, FlagView, MatterView, PersonView } from '#protocol/api.ts'
import { me, say } from '../../hub/app.ts'
import { CaseRows } from '../../parts/case-rows.tsx'
import { commit } from '../../device/commit.ts'
import { date, moment } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import {
  Button, Chip, Fold, Form, Loading, Page, Part, Refused, Select, TextField, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'

/** A record names no more. */
const MATTERS_MAX = 64

export function Cases(): JSX.Element {
  const t = useTexts('cases')
  const isSteward = useStore(me)!.steward
  const { value, problem, again } = useLoaded(hub.cases, 'cases')
  return (
    <Page title={t.cases.title} lead={t.cases.lead} test="cases">
      {value === null ? (
        <Loading problem={problem} again={again} />
      ) : (
        <>
          {isSteward && <Flags view={value} />}
          <Part title={t.cases.casesTitle} test="case-rows">
            {value.cases.length === 0 ? <p class="note">{t.cases.noCases}</p> : <CaseRows cases={value.cases} />}
          </Part>
          {isSteward && <Complaint people={value.people} />}
        </>
      )}
    </Page>
  )
}

function Flags({ view }: { view: CasesView }): JSX.Element {
  const t = useTexts('cases')
  return (
    <Part title={t.cases.flagsTitle} test="flags">
      {view.flags.length === 0 && <p class="note" data-test="no-flags">{t.cases.noFlags}</p>}
      {view.flags.map((flag) => (
        <article key={flag.bytes} class="card" data-test="flag" data-rule={flag.rule}>
          <FlagWords flag={flag} />
          <OpenCase flag={flag} />
        </article>
      ))}
    </Part>
  )
}

/** A flag in words: what, whom, why, what would clear it, and every help behind it. `advises`: with what only helps who decides. */
export function FlagWords({ flag, advises = true }: { flag: FlagView; advises?: boolean }): JSX.Element {
  const t = useTexts('cases')
  const money = useMoney()
  const nameOf = useNameOf()
  const words = t.cases.rules[flag.rule as keyof typeof t.cases.rules]
  return (
    <>
      <h3>{words.what}</h3>
      <p data-test="flag-subjects">{flag.subjects.map(nameOf).join(t.language === 'zh' ? '、' : ', ')}</p>
      <p>
        <strong>{t.cases.why}</strong> <span data-test="flag-why">{words.why(flag.computed)}</span>
      </p>
      <p>
        <strong>{t.cases.clears}</strong> {words.clears}
      </p>
      {flag.matters.length > 0 && <Matters matters={flag.matters} title={t.cases.evidence(flag.matters.length)} />}
      {advises && <p class="note">{t.cases.bound(money.local(flag.earnedMilli), money.local(flag.boundMilli))}</p>}
      {!flag.mayHold && <p class="note">{t.cases.holdsNothing}</p>}
    </>
  )
}

export function Matters({ matters, title }: { matters: MatterView[]; title: string }): JSX.Element {
  const t = useTexts('names', 'cases')
  const money = useMoney()
  const nameOf = useNameOf()
  return (
    <Fold title={title} test="matters">
      <ul class="rows">
        {matters.map((one) => (
          <li key={one.id} class="row" data-test="matter" data-id={one.id}>
            <div class="row-main">
              <p>{t.cases.exchange(nameOf(one.giver), nameOf(one.receiver), (one.isAgreement ? moment : date)(one.ts, t.language))}</p>
              <p class="note">
                {one.isAgreement ? <a href={to.agreement(one.id, null)}>{t.steps['agreement.made']}</a> : t.steps['help.recorded']}
                {one.seq !== null && ` · ${t.cases.entry(one.seq)}`}
              </p>
            </div>
            <span>{money.local(one.milli)}</span>
          </li>
        ))}
      </ul>
    </Fold>
  )
}

function OpenCase({ flag }: { flag: FlagView }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  const free = flag.subjects.filter(({ acct }) => !flag.open.includes(acct))
  const [accused, setAccused] = useState(free[0]?.acct ?? '')
  const [hold, setHold] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const whom = free.some(({ acct }) => acct === accused) ? accused : (free[0]?.acct ?? '')
  if (whom === '') return <Chip>{t.cases.pending}</Chip>
  const open = async (): Promise<void> => {
    const matters = flag.matters.filter(({ giver }) => giver.acct === whom).map(({ id }) => id).slice(0, MATTERS_MAX)
    const done = await act({
      kind: 'case.opened', accused: whom, flag: fromBase64(flag.bytes)!, complaint: null, complainant: null, matters,
      hold: hold && flag.mayHold,
    })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.cases.opened, done.value.seq)
  }
  return (
    <>
      {free.length > 1 && (
        <Select
          label={t.cases.openWhom} value={whom} onChange={setAccused} test="open-whom"
          options={free.map((person) => ({ value: person.acct, label: nameOf(person) }))}
        />
      )}
      {flag.mayHold && (
        <label class="check">
          <input type="checkbox" checked={hold} onChange={() => setHold(!hold)} data-test="open-hold" /> {t.cases.hold}
        </label>
      )}
      <Refused trouble={trouble} />
      <Button test="open-case" kind="quiet" onPress={open}>
        {t.cases.open}
      </Button>
    </>
  )
}

/** Somebody came to a steward: their words stay with this hub, and are shown to those who decide and to whom they are about. */
function Complaint({ people }: { people: PersonView[] }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  const [accused, setAccused] = useState('')
  const [complainant, setComplainant] = useState('')
  const [words, setWords] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const options = [{ value: '', label: t.cases.choose }, ...people.map((person) => ({ value: person.acct, label: nameOf(person) }))]
  const open = async (): Promise<void> => {
    if (accused === '' || complainant === '' || words.trim() === '') return
    const { commitment, blob } = commit(words)
    const done = await act(
      { kind: 'case.opened', accused, flag: null, complaint: commitment, complainant, matters: [], hold: false }, { blobs: [blob] },
    )
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.cases.opened, done.value.seq)
    setWords('')
  }
  return (
    <Part title={t.cases.complainTitle} test="complaint">
      <Form test="complaint-form" onSend={() => void open()}>
        <Select label={t.cases.complainWhom} value={accused} options={options} onChange={setAccused} test="complaint-whom" />
        <Select label={t.cases.complainBy} value={complainant} options={options} onChange={setComplainant} test="complaint-by" />
        <TextField label={t.cases.complainWords} value={words} onChange={setWords} test="complaint-words" type="area" maxLength={500} />
        <Refused trouble={trouble} />
        <Button test="complaint-send" kind="main" onPress={open}>
          {t.cases.open}
        </Button>
      </Form>
    </Part>
  )
}
