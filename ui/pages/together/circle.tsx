/**
 * The room of a circle or a project: what its members tell each other, who does what by when, its gatherings, who is in it.
 * What comes of it is recorded by the forms that there are for it: a help, what was done for everybody, a gathering.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type CircleRequest, type CircleTask, type CircleView, NOTICE_LENGTH_MAX, type PersonView, TASK_LENGTH_MAX } from '#protocol/api.ts'
import { abroad, hubView, me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import type { Asked } from '../../device/signing.ts'
import { propose } from '../../hub/session.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import {
  Button, Chip, Fold, Form, LinkButton, LoadingPage, Missing, Page, Part, Refused, Stepper, TextField, useLoaded, useNameOf, useTexts, When,
} from '../../parts/view.tsx'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { dayFrom, utcDate } from '../../text/format.ts'
import { SessionRows } from './sessions.tsx'

const DAY = 86_400

/** Those one is in. */
export function Circles(): JSX.Element {
  const c = useForms().circles
  const { value, problem, again } = useLoaded(hub.circles, 'circles')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={c.title} lead={c.lead} test="circles">
      {value.length === 0 && <p class="note">{c.none}</p>}
      <ul class="rows">
        {value.map(({ id, title, members, news }) => (
          <li key={id}>
            <a class="row link" href={to.circle(id)} data-test="circle-row" data-id={id}>
              <span class="row-main">
                {title} <span class="note">{c.members(members)}</span>
              </span>
              {news > 0 && <Chip tone="good">{c.news(news)}</Chip>}
            </a>
          </li>
        ))}
      </ul>
      <LinkButton test="to-board" kind="quiet" href={to.board}>
        {c.find}
      </LinkButton>
    </Page>
  )
}

/** Does something in the room; answers whether it was done. */
type Deed = (request: CircleRequest) => Promise<boolean>

export function CirclePage({ id }: { id: string }): JSX.Element {
  const c = useForms().circles
  const { value: view, problem, again, told } = useLoaded(() => hub.circle(id), `circle ${id}`)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // Whoever has it open has read it.
  useEffect(() => void (view?.isMember && hub.inCircle(id, { do: 'look' })), [view?.isMember, view?.news])
  if (view === null) return problem === null ? <LoadingPage /> : <Missing problem={problem} again={again} />
  const deed: Deed = async (request) => {
    const answer = await hub.inCircle(id, request)
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) told(answer.value)
    return answer.ok
  }
  return (
    <Page title={view.title} test="circle">
      <p class="chips">
        <Chip>{c.members(view.members)}</Chip>
      </p>
      <Refused trouble={trouble} />
      {view.isMember ? <Inside view={view} deed={deed} /> : <p data-test="not-in-circle">{c.outside}</p>}
      <LinkButton test="to-listing" kind="quiet" href={to.listing(id)}>
        {c.toListing}
      </LinkButton>
    </Page>
  )
}

function Inside({ view, deed }: { view: CircleView; deed: Deed }): JSX.Element {
  const c = useForms().circles
  const named = useNamedIn(view)
  const [notice, setNotice] = useState('')
  const isHere = view.hub === useStore(hubView)!.origin
  const write = async (): Promise<void> => {
    if (notice.trim() !== '' && (await deed({ do: 'write', words: notice }))) setNotice('')
  }
  return (
    <>
      <Part title={c.notices} test="notices">
        {view.notices.length === 0 && <p class="note">{c.noNotices}</p>}
        {view.notices.map(({ id, by, words, ts, isMine }) => (
          <article key={id} class="card" data-test="notice-card" data-id={id}>
            <p class="words">{words}</p>
            <p class="note">
              {named(by)} · <When ts={ts} relative />
            </p>
            {isMine && (
              <Button test="notice-take-back" kind="quiet" onPress={() => deed({ do: 'take-back', notice: id })}>
                {c.takeBack}
              </Button>
            )}
          </article>
        ))}
        <Form test="notice-form" onSend={() => void write()}>
          <TextField type="area" label={c.write} value={notice} onChange={setNotice} test="notice-words" maxLength={NOTICE_LENGTH_MAX} />
          <Button test="notice-send" disabled={notice.trim() === ''} onPress={write}>
            {c.send}
          </Button>
        </Form>
      </Part>
      <Part title={c.tasks} test="tasks">
        {view.tasks.length === 0 && <p class="note">{c.noTasks}</p>}
        {view.tasks.map((one) => (
          <Task key={one.id} task={one} view={view} deed={deed} />
        ))}
        {isHere && <Ask deed={deed} />}
      </Part>
      {isHere && <Gatherings view={view} />}
      <Fold title={c.people} test="circle-people">
        <ul class="rows">
          {view.people.map((one) => (
            <li key={one.acct} class="row" data-test="circle-person">
              <span class="row-main">
                {named(one)} {one.acct === view.keeper.acct && <span class="note">{c.keeps}</span>}
              </span>
              {view.isKeeper && one.acct !== view.keeper.acct && (
                <Button test="circle-send-away" kind="quiet" onPress={() => deed({ do: 'send-away', who: one.acct })}>
                  {c.sendAway}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {!view.isKeeper && (
          <Button test="circle-leave" kind="quiet" onPress={() => deed({ do: 'leave' })}>
            {c.leave}
          </Button>
        )}
      </Fold>
      <p class="note">{c.ends}</p>
    </>
  )
}

function Task({ task, view, deed }: { task: CircleTask; view: CircleView; deed: Deed }): JSX.Element {
  const t = useTexts()
  const c = useForms().circles
  const named = useNamedIn(view)
  const mine = useStore(me)!
  const isHere = view.hub === useStore(hubView)!.origin
  const { id, by, words, until, taker, done, isMine } = task
  const isTaker = taker?.acct === mine.acct
  const state = done !== null ? 'done' : taker === null ? 'open' : 'taken'
  return (
    <article class="card" data-test="task" data-id={id} data-state={state}>
      <p>
        <strong>{words}</strong> {taker !== null && <Chip tone={done === null ? 'plain' : 'good'}>{done === null ? c.takenBy(named(taker)) : c.doneBy(named(taker))}</Chip>}
      </p>
      <p class="note">
        {c.askedBy(named(by))}
        {until !== null && ` · ${c.until(utcDate(until / DAY, t.language))}`}
      </p>
      <div class="buttons">
        {taker === null && (
          <Button test="task-take" kind="main" onPress={() => deed({ do: 'take', task: id })}>
            {c.take}
          </Button>
        )}
        {isTaker && done === null && (
          <>
            <Button test="task-done" kind="main" onPress={() => deed({ do: 'finish', task: id })}>
              {c.finish}
            </Button>
            <Button test="task-give-back" kind="quiet" onPress={() => deed({ do: 'give-back', task: id })}>
              {c.giveBack}
            </Button>
          </>
        )}
        {isTaker && done !== null && isHere && (
          <>
            {by.acct !== mine.acct && (
              <LinkButton test="task-record" kind="main" href={to.recordFor(by.acct, words)}>
                {t.home.record}
              </LinkButton>
            )}
            <LinkButton test="task-publish" href={to.publish(words)}>
              {c.forAll}
            </LinkButton>
          </>
        )}
        {isMine && (
          <Button test="task-drop" kind="quiet" onPress={() => deed({ do: 'drop', task: id })}>
            {c.takeBack}
          </Button>
        )}
      </div>
      {isTaker && done !== null && !isHere && <Count task={task} done={done} view={view} />}
    </article>
  )
}

/** What somebody did in another city becomes an agreement there: they sign first, whoever asked for it says yes on their own page. */
function Count({ task: { by, words }, done, view }: { task: CircleTask; done: number; view: CircleView }): JSX.Element | null {
  const t = useTexts()
  const c = useForms().circles
  const mine = useStore(me)!
  const named = useNamedIn(view)
  const at = useStore(abroad).find(({ hub: city }) => city === view.hub)
  const [minutes, setMinutes] = useState(60)
  if (at === undefined) return null
  return (
    <Fold title={c.count} test="task-count">
      <SignedForm
        test="count" says={[c.countSays(named(by), t.duration(minutes))]} done={c.counted} words={words}
        asked={(terms) => ({
          kind: 'agreement.made', listing: view.id, helper: mine.acct, receiver: by.acct, category: 1, minutes,
          begins: done - minutes * 60, ends: done, terms, charter: at.charterVersion,
        })}
        bring={(asked, blobs) => propose(asked as Extract<Asked, { kind: 'agreement.made' }>, blobs, at)}
      >
        <Stepper label={c.long} minutes={minutes} onChange={setMinutes} test="count-minutes" />
      </SignedForm>
    </Fold>
  )
}

/** What people are called, with their city where it is not the room’s. */
function useNamedIn({ hub: city }: CircleView): (one: PersonView) => string {
  const named = useNameOf()
  const mine = useStore(me)
  return (one) => (one.hub === city || one.acct === mine?.acct ? named(one) : `${named(one)} (${one.city})`)
}

function Ask({ deed }: { deed: Deed }): JSX.Element {
  const c = useForms().circles
  const [words, setWords] = useState('')
  const [day, setDay] = useState('')
  const until = dayFrom(day)
  const ask = async (): Promise<void> => {
    if (words.trim() === '' || !(await deed({ do: 'ask', words, until: until === null ? null : until * DAY }))) return
    setWords('')
    setDay('')
  }
  return (
    <Fold title={c.ask} test="task-fold">
      <Form test="task-form" onSend={() => void ask()}>
        <TextField label={c.what} value={words} onChange={setWords} test="task-words" maxLength={TASK_LENGTH_MAX} />
        <TextField type="day" label={c.byWhen} value={day} onChange={setDay} test="task-day" />
        <Button test="task-ask" disabled={words.trim() === ''} onPress={ask}>
          {c.send}
        </Button>
      </Form>
    </Fold>
  )
}

/** Of this listing; signing up, being there and what it comes to stand on the page of each. */
function Gatherings({ view: { id, kind, isKeeper } }: { view: CircleView }): JSX.Element {
  const f = useForms()
  const { value } = useLoaded(hub.sessions, 'sessions')
  return (
    <Part title={f.sessions.title} test="circle-sessions">
      {value !== null && <SessionRows sessions={value.filter(({ listing }) => listing === id)} />}
      {isKeeper && (
        <LinkButton test="to-lead" href={to.lead(id)}>
          {f.sessions.leadTitle}
        </LinkButton>
      )}
      {kind === 'project' && (
        <LinkButton test="to-projects" href={to.projects}>
          {f.circles.toProjects}
        </LinkButton>
      )}
    </Part>
  )
}
