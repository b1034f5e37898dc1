/** What a card of the steward's queue is made of: its frame, and one press that signs and says what was done, or why not. */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { say } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { act } from '../../hub/session.ts'
import type { Asked } from '../../device/signing.ts'

/** Signs, says what was done, and shows why not where it was asked. */
export function useAct(): {
  trouble: Trouble | null
  send(asked: Asked, said: string, blobs?: string[]): Promise<boolean>
  setTrouble(trouble: Trouble | null): void
} {
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  return {
    trouble,
    setTrouble,
    async send(asked, said, blobs) {
      const done = await act(asked, blobs === undefined ? {} : { blobs })
      setTrouble(done.ok ? null : done.trouble)
      if (done.ok) say(said, done.value.seq)
      return done.ok
    },
  }
}

export const Item = ({
  test,
  id,
  children,
}: {
  test: string
  id: string
  children: ComponentChildren
}): JSX.Element => (
  <div class="card waiting" data-test={test} data-id={id}>
    {children}
  </div>
)
