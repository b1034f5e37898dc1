/** The way into the room of a circle or a project: told on the home page, and shown on its listing. */
import type { ComponentChildren, JSX } from 'preact'
import type { CircleRow } from '#protocol/api.ts'
import { hub } from '../hub/hub-client.ts'
import { to } from '../router.ts'
import { Chip, LinkButton, useLoaded, useTexts, WithBooks } from './view.tsx'

/** On the home page: rooms one has been let into, or in which others have written since. */
export function CircleNews(): JSX.Element | null {
  const { value } = useLoaded(hub.circles, 'circles')
  const fresh = (value ?? []).filter(({ news, isNew }) => news > 0 || isNew)
  return fresh.length === 0 ? null : (
    <WithBooks books={['forms']}>
      {fresh.map((one) => (
        <News key={one.id} room={one} />
      ))}
    </WithBooks>
  )
}

function News({ room: { id, title, news, isNew } }: { room: CircleRow }): JSX.Element {
  const c = useTexts('forms').forms.circles
  return (
    <div class="card waiting" data-test="circle-news" data-id={id}>
      <p>{isNew ? c.letIn(title) : c.said(title, news)}</p>
      <LinkButton test="circle-open" kind="main" href={to.circle(id)}>
        {c.open}
      </LinkButton>
    </div>
  )
}

/** On a listing that has a room: how many are in it, the way in, and `children` for whoever may still ask to be let in. */
export function RoomDoor({ id, children }: { id: string; children: ComponentChildren }): JSX.Element {
  const c = useTexts('forms').forms.circles
  const { value } = useLoaded(() => hub.circle(id), `circle ${id}`)
  return (
    <>
      {value !== null && (
        <p>
          <Chip>{c.members(value.members)}</Chip>
        </p>
      )}
      {value?.isMember && (
        <LinkButton test="to-circle" kind="main" href={to.circle(id)}>
          {c.open}
        </LinkButton>
      )}
      {value?.isMember && !value.isKeeper ? null : children}
    </>
  )
}
