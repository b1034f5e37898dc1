/** Coming from another city with the file one brought: read here, opened by its password, and then one is new like everybody. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { hubView, me } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { arrive, type MovingFile, readMovingFile } from '../../hub/moving.ts'
import { usePaperTexts } from '../../parts/paper.tsx'
import { Button, Field, Form, LoadingPage, Page, Part, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { go, to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { charterInWords } from './join.tsx'

export function Arrive(): JSX.Element {
  const t = useTexts('arriving')
  const words = usePaperTexts()
  const view = useStore(hubView)!
  const mine = useStore(me)
  const [file, setFile] = useState<MovingFile | null>(null)
  const [fault, setFault] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [pin, setPin] = useState('')
  const [name, setName] = useState('')
  if (words === null) return <LoadingPage />
  const w = words.arrive

  const read = async (chosen: File | undefined): Promise<void> => {
    const found = chosen === undefined ? null : readMovingFile(await chosen.text())
    const isElsewhere = found !== null && found.destination !== view.origin
    setFault(found === null ? w.badFile : isElsewhere ? w.elsewhere(found.destination) : '')
    setFile(found === null || isElsewhere ? null : found)
    if (found !== null) setName(found.name)
  }
  const enter = async (): Promise<void> => {
    if (file === null || name.trim() === '') return
    const done = await arrive(file, pin, name)
    setFault(done === 'bad-pin' ? w.badPin : '')
    if (done === 'bad-pin') return
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) go(to.join)
  }
  // Beside what has to be done otherwise: the file, or the password.
  const why = fault !== '' && <p class="refused" role="alert" data-test="arrive-fault">{fault}</p>
  return (
    <Page title={w.title} lead={w.lead} test="arrive">
      <Form test="arrive-form" onSend={() => void enter()}>
        <Field label={w.file}>
          {(ids) => <input {...ids} type="file" accept="application/json,.json" data-test="arrive-file" onChange={(event) => void read(event.currentTarget.files?.[0])} />}
        </Field>
        {file === null && why}
        {file !== null && (
          <>
            <TextField type="pin" label={w.pin} value={pin} onChange={setPin} test="arrive-pin" />
            <TextField label={w.name} value={name} onChange={setName} test="arrive-name" maxLength={40} />
            <Part title={t.join.charterTitle} test="charter">
              <ul class="plain">
                {charterInWords(view, t).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Part>
            {why}
            <Refused trouble={trouble} />
            <Button test="arrive-agree" kind="main" disabled={pin === '' || name.trim() === '' || mine !== null} onPress={enter}>
              {w.agree}
            </Button>
          </>
        )}
      </Form>
    </Page>
  )
}
