/**
 * Letters 消息: the conversations somebody has, each about a listing or an agreement, and one of them opened. Only the two
 * people's devices can read them, and the page says so where they are written.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { PersonView, RecipientView } from '#protocol/api.ts'
import { isSame, LETTER_WORDS_BYTES_MAX, type LetterAbout } from '#protocol/letter.ts'
import { utf8 } from '#ledger/bytes.ts'
import { hubView, lettersRead, me, news, say } from '../../hub/app.ts'
import { type Answer, hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { useKept } from '../../device/kept-form.ts'
import { box, type Conversation, conversationsIn, openBox, report, safetyWith, type ShownLetter, write } from '../../hub/letters.ts'
import { to } from '../../router.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Button, Form, LinkButton, Loading, LoadingPage, Missing, nameOf, Page, Part, Refused, TextField, useLoaded, useTexts, When } from '../../parts/view.tsx'

/** Opens the box, and again with every news of the hub; null until then. */
function useBox(): { trouble: Trouble | null; again(): void } {
  const heard = useStore(news)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => void openBox().then((done) => setTrouble(done.ok ? null : done.trouble)), [heard, turn])
  return { trouble, again: () => setTurn(turn + 1) }
}

export function Messages(): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const { trouble, again } = useBox()
  const opened = useStore(box)
  const conversations = opened === null ? [] : conversationsIn(opened)
  const newest = Math.max(0, ...conversations.map(({ letters }) => letters.at(-1)!.since))
  useEffect(() => void (newest > 0 && lettersRead.seen(newest)), [newest])
  return (
    <Page title={f.letters.title} lead={f.letters.lead} test="messages">
      <Refused trouble={trouble} />
      {trouble !== null && (
        <Button test="messages-again" onPress={again}>
          {f.letters.open}
        </Button>
      )}
      {opened === null && trouble === null && <Loading />}
      {opened !== null && conversations.length === 0 && (
        <>
          <p class="note" data-test="no-messages">{f.letters.none}</p>
          <LinkButton test="see-board" href={to.board}>{t.home.seeBoard}</LinkButton>
        </>
      )}
      <div class="stack">
        {conversations.map((one) => (
          <Row key={one.key} conversation={one} />
        ))}
      </div>
    </Page>
  )
}

function Row({ conversation: { other, about, letters, isBlocked } }: { conversation: Conversation }): JSX.Element {
  const f = useForms()
  const last = letters.at(-1)!
  return (
    <a class="card" href={to.conversation(about, other)} data-test="conversation" data-with={other.acct}>
      <p class="between">
        <strong>{useNameFrom(other)}</strong>
        <When ts={last.since} relative />
      </p>
      <p class="clip">{last.isMine ? f.letters.mine(wordsOf(last, f.letters.unreadable)) : wordsOf(last, f.letters.unreadable)}</p>
      {isBlocked && <p class="note">{f.letters.isBlocked}</p>}
    </a>
  )
}

const wordsOf = ({ words }: ShownLetter, unreadable: string): string => words ?? unreadable

/** A name, with the city of somebody who lives in another. */
function useNameFrom(person: PersonView): string {
  const t = useTexts()
  const home = useStore(hubView)?.origin
  if (person.hub === home) return nameOf(person, t)
  return person.name === null ? t.board.from(person.city) : `${person.name} · ${person.city}`
}

/** `who`: the other, or null for whoever wrote the listing. */
export function ConversationPage({ about, who }: { about: LetterAbout; who: { hub: string; acct: string } | null }): JSX.Element {
  const { value, problem, again } = useLoaded(
    (): Promise<Answer<RecipientView>> => (who === null ? hub.authorOf(about.id) : hub.recipient(who.hub, who.acct)),
    `conversation ${about.id} ${who?.acct}`,
  )
  if (value === null && problem !== null) return <Missing problem={problem} again={again} />
  return value === null ? <LoadingPage /> : <Opened about={about} recipient={value} again={again} />
}

function Opened({ about, recipient, again }: { about: LetterAbout; recipient: RecipientView; again: () => void }): JSX.Element {
  const f = useForms()
  const { trouble } = useBox()
  const opened = useStore(box)
  const { person } = recipient
  const name = useNameFrom(person)
  const letters = opened === null ? [] : (conversationsIn(opened).find((one) =>
    isSame(one.other, person) && one.about.id === about.id && one.about.what === about.what)?.letters ?? [])
  const newest = letters.at(-1)?.since ?? 0
  useEffect(() => void (newest > 0 && lettersRead.seen(newest)), [newest])
  return (
    <Page title={f.letters.with(name)} test="conversation">
      <Topic about={about} />
      <ol class="letters" aria-live="polite">
        {letters.map((one) => (
          <Said key={one.id} one={one} name={name} />
        ))}
      </ol>
      <Refused trouble={trouble} />
      {recipient.blocked ? <p class="note">{f.letters.isBlocked}</p> : <Write about={about} recipient={recipient} />}
      <Safety recipient={recipient} name={name} />
      <Unwelcome recipient={recipient} name={name} letters={letters.filter(({ isMine, contentKey }) => !isMine && contentKey !== null)} again={again} />
      <LinkButton test="to-messages" kind="quiet" href={to.messages}>
        {f.letters.all}
      </LinkButton>
    </Page>
  )
}

/** What it is about, as a link where there is a page of it here. */
function Topic({ about }: { about: LetterAbout }): JSX.Element {
  const f = useForms()
  const home = useStore(hubView)?.origin
  const { value } = useLoaded(() => hub.listing(about.id), `topic ${about.id}`)
  if (about.what === 'agreement') return <p><a href={to.agreement(about.id, about.hub === home ? null : about.hub)}>{f.letters.agreement}</a></p>
  return value === null ? <p class="note">{f.letters.listingGone}</p> : <p><a href={to.listing(about.id)}>{f.letters.about(value.title)}</a></p>
}

function Said({ one, name }: { one: ShownLetter; name: string }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const way = one.isMine ? f.letters.ways[one.way] : undefined
  return (
    <li class={one.isMine ? 'letter mine' : 'letter'} data-test="letter" data-way={one.way}>
      <span class="hidden">{one.isMine ? t.common.you : name}</span>
      <p>{wordsOf(one, f.letters.unreadable)}</p>
      <p class="note">
        <When ts={one.letter.ts} /> {way}
      </p>
    </li>
  )
}

function Write({ about, recipient }: { about: LetterAbout; recipient: RecipientView }): JSX.Element {
  const f = useForms()
  const { fields, put, clear } = useKept(`letter ${about.id} ${recipient.person.acct}`, { words: '' })
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const left = LETTER_WORDS_BYTES_MAX - utf8(fields.words.trim().toWellFormed()).length
  const isReady = fields.words.trim() !== '' && left >= 0
  const send = async (): Promise<void> => {
    if (!isReady) return
    const done = await write(recipient, about, fields.words)
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) clear()
  }
  return (
    <Form test="letter-form" onSend={() => void send()}>
      <TextField label={f.letters.label} note={left < 0 ? f.letters.tooLong : f.letters.sealed} type="area" value={fields.words} onChange={(words) => put({ words })} test="letter-words" />
      <Refused trouble={trouble} />
      <Button test="letter-send" kind="main" disabled={!isReady} onPress={send}>
        {f.letters.send}
      </Button>
    </Form>
  )
}

function Safety({ recipient, name }: { recipient: RecipientView; name: string }): JSX.Element {
  const f = useForms()
  const [number, setNumber] = useState<string | null>(null)
  return (
    <details class="fold" data-test="safety" onToggle={() => void safetyWith(recipient).then(setNumber)}>
      <summary>{f.letters.safetyTitle}</summary>
      <p class="figure" data-test="safety-number">{number ?? '…'}</p>
      <p class="note">{f.letters.safety(name)}</p>
    </details>
  )
}

/** Not wanting to hear from somebody, and telling the stewards. */
function Unwelcome({ recipient: { person, blocked }, name, letters, again }: { recipient: RecipientView; name: string; letters: ShownLetter[]; again: () => void }): JSX.Element {
  const f = useForms()
  const isSteward = useStore(me)!.steward
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [words, setWords] = useState('')
  const [shown, setShown] = useState<readonly string[]>([])
  const block = async (): Promise<void> => {
    const answer = await hub.block({ hub: person.hub, acct: person.acct, blocked: !blocked })
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) again()
  }
  const tell = async (): Promise<void> => {
    const done = await report(person, words, letters.filter(({ id }) => shown.includes(id)))
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    setWords('')
    setShown([])
    say(f.letters.reported)
  }
  return (
    <details class="fold" data-test="unwelcome">
      <summary>{f.letters.unwelcomeTitle}</summary>
      <p>{blocked ? f.letters.unblockNote(name) : f.letters.blockNote(name)}</p>
      <Button test="block" onPress={block}>
        {blocked ? f.letters.unblock : f.letters.block}
      </Button>
      <Refused trouble={trouble} />
      <Part title={f.letters.reportTitle} test="report">
        <Form test="report-form" onSend={() => void (words.trim() !== '' && tell())}>
          <TextField label={f.letters.reportLabel} note={f.letters.reportNote} type="area" value={words} onChange={setWords} test="report-words" maxLength={600} />
          {letters.length > 0 && (
            <fieldset class="field">
              <legend>{f.letters.reportShow}</legend>
              {letters.slice(-10).map(({ id, words: said }) => (
                <label key={id} class="tick">
                  <input type="checkbox" data-test="report-show" checked={shown.includes(id)} onChange={() => setShown(shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id])} />
                  <span class="clip">{said}</span>
                </label>
              ))}
            </fieldset>
          )}
          <Button test="report-send" disabled={words.trim() === ''} onPress={tell}>
            {f.letters.reportSend}
          </Button>
        </Form>
      </Part>
      {isSteward && <LinkButton test="to-reports" kind="quiet" href={to.reports}>{f.letters.reportsTitle}</LinkButton>}
    </details>
  )
}
