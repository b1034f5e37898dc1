/**
 * 两边的收获: when it is over, both are asked what they got out of it, for both sides gain [S0:446, 645-656].
 *
 * What one says goes to the other as a letter about this agreement, sealed for the two of them: it is no rating, stands in no
 * record and counts for nothing. A mark at its beginning, the same in every language, tells it from other letters.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { AgreementView } from '#protocol/api.ts'
import { isSame } from '#protocol/letter.ts'
import { me, news } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import type { ShownLetter } from '../../hub/letters.ts'
import { otherOf } from '../../hub/waiting.ts'
import { useStore } from '../../store.ts'
import { Button, Form, Part, Refused, TextField, useNameOf, useTexts } from '../../parts/view.tsx'

const MARK = '❀ '
const WORDS_MAX = 200
const isOver = ({ phase }: AgreementView): boolean => phase === 'confirmed' || phase === 'settled'

export function Gains({ agreement }: { agreement: AgreementView }): JSX.Element | null {
  const t = useTexts('dealing')
  const named = useNameOf()
  const mine = useStore(me)!
  const [said, setSaid] = useState<ShownLetter[] | null>(null)
  const [words, setWords] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const heard = useStore(news)
  // Once it is open, what the other says comes by itself.
  useEffect(() => void (said !== null && look()), [heard])
  if (!isOver(agreement)) return null
  const other = otherOf(agreement, mine.acct)
  const about = { what: 'agreement' as const, hub: agreement.hub, id: agreement.id }

  // Letters are fetched, and a PIN is asked for, only from who wants to read or say something.
  const look = async (): Promise<void> => {
    const letters = await import('../../hub/letters.ts')
    const done = await letters.openBox()
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) setSaid(saidIn(letters))
  }
  const saidIn = ({ box, conversationsIn }: typeof import('../../hub/letters.ts')): ShownLetter[] =>
    conversationsIn(box.get()!)
      .filter((one) => isSame(one.other, other) && one.about.what === 'agreement' && one.about.id === agreement.id)
      .flatMap(({ letters }) => letters.filter((letter) => letter.words?.startsWith(MARK)))
  const tell = async (): Promise<void> => {
    if (words.trim() === '') return
    const recipient = await hub.recipient(other.hub, other.acct)
    if (!recipient.ok) return setTrouble(recipient.problem)
    const letters = await import('../../hub/letters.ts')
    const done = await letters.write(recipient.value, about, `${MARK}${words.trim()}`)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    setWords('')
    setSaid(saidIn(letters))
  }

  return (
    <Part title={t.gains.title} test="gains">
      {said === null && (
        <Button test="gains-open" onPress={look}>
          {t.gains.open}
        </Button>
      )}
      {said?.map((one) => (
        <p key={one.id} data-test="gain" data-mine={one.isMine}>
          <strong>{one.isMine ? t.gains.mine : t.gains.theirs(named(other))}</strong> {one.words!.slice(MARK.length)}
        </p>
      ))}
      {said !== null && !said.some(({ isMine }) => isMine) && (
        <Form test="gains-form" onSend={() => void tell()}>
          <TextField type="area" label={t.gains.ask} note={t.gains.note} value={words} onChange={setWords} test="gains-words" maxLength={WORDS_MAX} />
          <Button test="gains-send" kind="main" disabled={words.trim() === ''} onPress={tell}>
            {t.gains.send(named(other))}
          </Button>
        </Form>
      )}
      {said !== null && said.every(({ isMine }) => isMine) && said.length > 0 && <p class="note">{t.gains.waits(named(other))}</p>}
      <Refused trouble={trouble} />
    </Part>
  )
}
