/**
 * Moving to another city: what is taken along and what stays, where to, and the file to bring there, which holds the key behind
 * a password. Whoever has moved and lost the file makes it once more from here, as long as this device keeps the key.
 */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { MovingView } from '#protocol/matters.ts'
import { hubView, say } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { type MovingFile, movingFile } from '../../hub/moving.ts'
import { PIN_LENGTH_MIN } from '../../hub/session.ts'
import { saveFile, usePaperTexts } from '../../parts/paper.tsx'
import { SignedForm } from '../../parts/signed-form.tsx'
import { Button, Facts, LoadingPage, Page, Part, Select, TextField, useLoaded, useMoney } from '../../parts/view.tsx'
import { useStore } from '../../store.ts'
import type { PaperTexts } from '../../text/zh/papers.ts'

type Words = PaperTexts['moving']

export function Moving(): JSX.Element {
  const words = usePaperTexts()
  const { value: view, problem, again } = useLoaded(hub.moving, 'moving')
  if (view === null || words === null) return <LoadingPage problem={problem} again={again} />
  const w = words.moving
  return (
    <Page title={w.title} lead={w.lead} test="moving">
      {view.moved === null ? <Leave view={view} w={w} again={again} /> : <TakeFile view={view} moved={view.moved} w={w} />}
    </Page>
  )
}

function Leave({ view, w, again }: { view: MovingView; w: Words; again: () => void }): JSX.Element {
  const money = useMoney()
  const { showsAmounts } = useStore(hubView)!
  const [to, setTo] = useState(view.cities[0]?.origin ?? '')
  const city = view.cities.find(({ origin }) => origin === to)?.city ?? ''
  if (view.cities.length === 0) return <p class="card calm">{w.nowhere}</p>
  return (
    <>
      <Part title={w.takes} test="moving-takes">
        <Facts
          rows={[
            ...(showsAmounts ? [[w.lifetime, money.local(view.lifetimeMilli)] as [string, string]] : []),
            [w.times, String(view.contributions)],
            ...(showsAmounts ? [[w.reserve, money.local(view.reserveMilli)] as [string, string]] : []),
          ]}
        />
        <p class="note">{w.stays}</p>
      </Part>
      <SignedForm
        test="move"
        says={w.says(city)}
        button={w.button}
        done={w.done}
        onDone={again}
        asked={() => ({
          kind: 'member.moved', destination: to, lifetimeMilli: BigInt(view.lifetimeMilli), contributions: view.contributions, reserveMilli: BigInt(view.reserveMilli),
        })}
      >
        <Select label={w.where} value={to} test="move-where" onChange={setTo} options={view.cities.map((one) => ({ value: one.origin, label: one.city }))} />
      </SignedForm>
    </>
  )
}

function TakeFile({ view, moved, w }: { view: MovingView; moved: NonNullable<MovingView['moved']>; w: Words }): JSX.Element {
  const [pin, setPin] = useState('')
  const [file, setFile] = useState<MovingFile | 'waiting' | null>(null)
  const isOver = useRef(false)
  useEffect(() => () => void (isOver.current = true), [])
  const city = view.cities.find(({ origin }) => origin === moved.destination)?.city ?? moved.destination
  const make = async (): Promise<void> => {
    setFile('waiting')
    setFile(await movingFile(moved.seq, moved.destination, pin, () => isOver.current))
  }
  const save = (made: MovingFile): void => {
    saveFile('moving.json', JSON.stringify(made), 'application/json')
    say(w.saved)
  }
  return (
    <Part title={w.fileTitle} test="moving-file">
      <p>{w.fileNote(city)}</p>
      {file === null && (
        <>
          <TextField type="pin" label={w.pin} note={w.pinNote} value={pin} onChange={setPin} test="moving-pin" />
          <Button test="moving-make" kind="main" disabled={pin.length < PIN_LENGTH_MIN} onPress={make}>
            {w.make}
          </Button>
        </>
      )}
      {file === 'waiting' && (
        <p role="status" data-test="moving-waits">
          {w.waiting}
        </p>
      )}
      {file !== null && file !== 'waiting' && (
        <Button test="moving-save" kind="main" onPress={() => save(file)}>
          {w.file}
        </Button>
      )}
    </Part>
  )
}
