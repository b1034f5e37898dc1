/** What was done while the community could not be reached: what waits to be sent, and what was then refused, with the reason. */
import type { JSX } from 'preact'
import type { Unsent } from '../device/cabinet.ts'
import { letGo, unsent, waitingIn } from '../hub/outbox.ts'
import { useStore } from '../store.ts'
import { Button, Part, Refused, useTexts, When, WithBooks } from './view.tsx'

export function Outbox(): JSX.Element | null {
  const all = useStore(unsent)
  if (all.length === 0) return null
  return (
    <WithBooks books={['names']}>
      <Kept all={all} />
    </WithBooks>
  )
}

/** Of what waits, and of what went out again only when its time was over, the first answer may have been lost. */
const mayHaveArrived = ({ refused }: Unsent): boolean => refused === null || refused.code === 'expired'

function Kept({ all }: { all: Unsent[] }): JSX.Element {
  const t = useTexts('names')
  const waits = waitingIn(all).length > 0
  return (
    <Part title={waits ? t.outbox.title : t.outbox.refusedTitle} test="outbox">
      {all.map((one) => (
        <div key={one.id} class="card waiting" data-test={one.refused === null ? 'unsent' : 'unsent-refused'} data-kind={one.kind}>
          <div>
            <p>
              {one.refused !== null && `${t.outbox.refused} · `}
              {t.steps[one.kind]}
            </p>
            <p class="note">
              <When ts={one.ts} />
              {mayHaveArrived(one) && ` · ${t.outbox.dropNote}`}
            </p>
            <Refused trouble={one.refused} />
          </div>
          <Button test={one.refused === null ? 'unsent-drop' : 'unsent-read'} kind="quiet" onPress={() => letGo(one.id)}>
            {one.refused === null ? t.outbox.drop : t.outbox.read}
          </Button>
        </div>
      ))}
      {waits && <p class="note">{t.outbox.note}</p>}
    </Part>
  )
}
