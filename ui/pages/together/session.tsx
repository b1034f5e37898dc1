/**
 * One gathering. Who comes signs up, and is there by the code that hangs in the room: scanned with the phone's own camera,
 * photographed from here, or typed. Who leads shows that code, brings the codes of those whose phone would not, and says
 * how long it was; then those who came say how it was.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromHex } from '#ledger/bytes.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { gradeTexts } from '#protocol/commitment.ts'
import type { SessionView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { hubView } from '../../hub/app.ts'
import { moment } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { QR, ReadQR } from '../../parts/qr.tsx'
import { to } from '../../router.ts'
import { unlock } from '../../hub/acting.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { bytesOfCode, ownCode, readCode, spaced } from '../../device/spoken-code.ts'
import { useStore } from '../../store.ts'
import {
  Chip, LinkButton, LoadingPage, Missing, Page, Part, Stepper, TextField, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'
import { Why } from '../../parts/why.tsx'
import { roomPurpose } from './sessions.tsx'

const HOUR = 3_600

export function SessionPage({ id, code }: { id: string; code: string | null }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const money = useMoney()
  const named = useNameOf()
  const { showsAmounts } = useStore(hubView)!
  const { value: view, problem, again } = useLoaded(() => hub.session(id), `session ${id}`)
  if (view === null && problem !== null) return <Missing problem={problem} again={again} />
  if (view === null) return <LoadingPage />
  const { title, begins, ends, phase, organiser, signedUp, places, award, isOrganiser } = view
  return (
    <Page title={title === '' ? f.sessions.untitled : title} test="session">
      <p class="chips">
        <Chip tone={phase === 'open' || phase === 'settled' ? 'good' : 'plain'} test="session-phase">
          <span data-phase={phase}>{f.sessions.phases[phase]}</span>
        </Chip>
        <Chip>{f.sessions.places(signedUp, places)}</Chip>
      </p>
      <p>{f.sessions.when(moment(begins, t.language), moment(ends, t.language), named(organiser))}</p>
      {phase === 'open' && (isOrganiser ? <Leading view={view} /> : <Coming view={view} scanned={code} />)}
      {phase === 'closed' && view.mine?.came === true && <Grade view={view} />}
      {phase === 'closed' && view.finalBy !== null && <p class="note">{f.sessions.final(moment(view.finalBy, t.language))}</p>}
      {showsAmounts && isOrganiser && (phase === 'open' || phase === 'closed' || phase === 'settled') && (
        <div class="card" data-test="session-award" data-milli={award.milli} data-final={award.final}>
          <Why test="session-why" of={{ ...award, today: null, recorded: null }}>
            <span class="row-main">{(award.final ? f.sessions.was : f.sessions.would)(money.local(award.milli))}</span>
          </Why>
        </div>
      )}
      <LinkButton test="to-sessions" kind="quiet" href={to.sessions}>
        {f.sessions.title}
      </LinkButton>
    </Page>
  )
}

/** Signing up; then being there. */
function Coming({ view, scanned }: { view: SessionView; scanned: string | null }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const now = hubNow()
  if (view.mine === null) {
    if (now >= view.ends) return <p class="note">{f.sessions.over}</p>
    return (
      <Part title={f.sessions.joinTitle} test="join-session">
        <TwoSteps
          test="join" open={f.sessions.join} kind="main" says={f.sessions.joinSays(view.title, moment(view.begins, t.language))}
          done={f.sessions.joined} button={f.sessions.join}
          asked={async () => {
            const device = await unlock()
            if (device === null) return null
            return { kind: 'session.joined', session: view.id, code: presenceHash(fromHex(bytesOfCode(ownCode(device.secret, view.id)))!) }
          }}
        />
      </Part>
    )
  }
  if (view.mine.came) return <p class="card calm" data-test="was-there">{f.sessions.wasThere}</p>
  return (
    <Part title={f.sessions.thereTitle} test="check-in-session">
      {now < view.begins - HOUR ? <p>{f.sessions.signedUp(moment(view.begins - HOUR, t.language))}</p> : <CheckIn id={view.id} scanned={scanned} />}
      <OwnCode purpose={view.id} open={f.sessions.showMine} note={f.sessions.mineNote} />
    </Part>
  )
}

function CheckIn({ id, scanned }: { id: string; scanned: string | null }): JSX.Element {
  const f = useForms()
  const [text, setText] = useState(scanned === null || readCode(scanned) === null ? '' : spaced(readCode(scanned)!))
  const code = readCode(text)
  /** A picture of the room's code is an address with the code in it. */
  const take = (read: string | null): void => {
    const found = readCode(read?.match(/code=([0-9A-Za-z]+)/)?.[1] ?? read ?? '')
    setText(found === null ? f.sessions.unread : spaced(found))
  }
  return (
    <SignedForm
      test="there" says={code === null ? (text === '' ? '' : f.sessions.badCode) : f.sessions.thereSays} button={f.sessions.there} done={f.sessions.checkedIn}
      asked={() => ({ kind: 'session.checkedin', session: id, code: bytesOfCode(code ?? '') })}
    >
      <p class="note">{f.sessions.thereNote}</p>
      <ReadQR label={f.sessions.photograph} test="there-photo" onRead={take} />
      <TextField label={f.sessions.typed} value={text} onChange={setText} test="there-code" maxLength={20} />
    </SignedForm>
  )
}

/** A code that only this device knows, shown when asked for: a PIN may stand before it. */
function OwnCode({ purpose, open, note, address }: { purpose: string; open: string; note: string; address?: (code: string) => string }): JSX.Element {
  const f = useForms()
  const [code, setCode] = useState<string | null>(null)
  const show = async (): Promise<void> => {
    const device = await unlock()
    if (device !== null) setCode(ownCode(device.secret, purpose))
  }
  return (
    <details class="fold" data-test="own-code" onToggle={(event) => void (event.currentTarget.open && show())}>
      <summary data-test="own-code-open">{open}</summary>
      {code !== null && (
        <div class="number-card" data-test="own-code-card" data-code={code}>
          <QR text={address === undefined ? code : address(code)} label={f.sessions.codeIs(spaced(code))} />
          <output>{spaced(code)}</output>
          <p class="note">{note}</p>
        </div>
      )}
    </details>
  )
}

function Leading({ view }: { view: SessionView }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const hasBegun = hubNow() >= view.begins
  return (
    <Part title={f.sessions.roomTitle} test="room">
      <OwnCode
        purpose={roomPurpose(view.listing, view.begins)} open={f.sessions.showRoom} note={f.sessions.roomNote}
        address={(code) => location.origin + to.checkIn(view.id, code)}
      />
      <ul class="rows">
        {view.people.map(({ person, came }) => (
          <li key={person.acct} class="row" data-test="attendee" data-came={came}>
            <span class="row-main">{named(person)}</span>
            <Chip tone={came ? 'good' : 'plain'}>{came ? f.sessions.here : f.sessions.notYet}</Chip>
          </li>
        ))}
      </ul>
      {view.guests.length > 0 && (
        <p data-test="expected-guests">
          {f.sessions.fromAbroad} {t.list(view.guests.map((one) => `${named(one)} (${one.city})`), view.guests.length)}
        </p>
      )}
      {view.signedUp === 0 && <p class="note">{f.sessions.nobody}</p>}
      {hasBegun ? (
        <Close view={view} />
      ) : (
        <TwoSteps
          test="call-off" open={f.sessions.cancel} button={f.sessions.cancel} says={f.sessions.cancelSays(view.signedUp)} done={f.sessions.cancelled}
          asked={() => ({ kind: 'session.cancelled', session: view.id })}
        />
      )}
    </Part>
  )
}

/** How long it was, and the codes of those who are not checked in. */
function Close({ view }: { view: SessionView }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const most = Math.floor((view.ends - view.begins) / 60)
  const [minutes, setMinutes] = useState(most)
  const [codes, setCodes] = useState<Record<string, string>>({})
  const absent = view.people.filter(({ came }) => !came)
  const brought = absent.flatMap(({ person }) => {
    const code = readCode(codes[person.acct] ?? '')
    return code === null ? [] : [{ person, code }]
  })
  const isHalf = absent.some(({ person: { acct } }) => (codes[acct] ?? '') !== '' && readCode(codes[acct]!) === null)
  const came = view.came + brought.length
  return (
    <SignedForm
      test="close-session" says={isHalf ? f.sessions.badCode : f.sessions.closeSays(t.duration(minutes), came, view.people.length - came)}
      button={f.sessions.close} done={f.sessions.closed}
      asked={() => ({
        kind: 'session.closed', session: view.id, minutes,
        roster: brought.map(({ person, code }) => ({ member: person.acct, code: bytesOfCode(code) })),
      })}
    >
      <Stepper label={f.sessions.length} minutes={minutes} most={most} onChange={setMinutes} test="close-session-minutes" />
      {absent.map(({ person }) => (
        <TextField
          key={person.acct} label={f.sessions.codeOf(named(person))} value={codes[person.acct] ?? ''} test="roster-code" maxLength={20}
          onChange={(text) => setCodes({ ...codes, [person.acct]: text })}
        />
      ))}
    </SignedForm>
  )
}

function Grade({ view }: { view: SessionView }): JSX.Element {
  const t = useTexts('names')
  const f = useForms()
  if (view.mine!.graded) return <p class="card calm" data-test="graded">{f.sessions.graded}</p>
  return (
    <Part title={f.sessions.gradeTitle} test="grade-session">
      {(['good', 'fair', 'poor'] as const).map((grade) => (
        <TwoSteps
          key={grade} test={`grade-${grade}`} open={t.grades[grade]} kind="plain" says={f.sessions.gradeSays(t.grades[grade])} done={f.sessions.gradedNow}
          words={gradeTexts[grade]} asked={(commitment) => ({ kind: 'grade.committed', session: view.id, commitment })}
        />
      ))}
    </Part>
  )
}
