/** The gatherings of another city's listing: when they are, how many come, and coming oneself, which that city is told of at once. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { GatheringAbroad, ListingView } from '#protocol/api.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { Button, Chip, Part, Refused, useLoaded, useTexts } from '../../parts/view.tsx'
import { moment } from '../../text/format.ts'

export function GatheringsAbroad({ listing: { id, kind, hub: city } }: { listing: ListingView }): JSX.Element | null {
  const f = useForms()
  const { value: shown, problem, told } = useLoaded(() => hub.gatheringsAbroad(city, id), `gatherings ${id}`)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (shown === null && problem === null) return null
  if (shown?.gatherings.length === 0 && kind !== 'event') return null
  const come = async (session: string, comes: boolean): Promise<void> => {
    const answer = await hub.comeAbroad(city, { session, comes })
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) told(answer.value)
  }
  return (
    <Part title={f.sessions.title} test="gatherings-abroad">
      <Refused trouble={trouble ?? (shown === null ? problem : null)} />
      {shown?.gatherings.length === 0 && <p class="note">{f.sessions.none}</p>}
      {shown?.gatherings.map((one) => (
        <Row key={one.id} gathering={one} come={come} />
      ))}
      {shown !== null && shown.gatherings.length > 0 && <p class="note">{f.sessions.abroad}</p>}
    </Part>
  )
}

function Row({ gathering: { id, begins, ends, places, signedUp, isMine }, come }: { gathering: GatheringAbroad; come(session: string, comes: boolean): Promise<void> }): JSX.Element {
  const t = useTexts()
  const { sessions } = useForms()
  return (
    <div class="card" data-test="gathering-abroad" data-id={id} data-mine={isMine}>
      <p>
        {moment(begins, t.language)} – {moment(ends, t.language)} <Chip tone={isMine ? 'good' : 'plain'}>{sessions.places(signedUp, places)}</Chip>
      </p>
      {isMine && <p>{sessions.joined}</p>}
      {isMine ? (
        <Button test="abroad-stay-away" kind="quiet" onPress={() => come(id, false)}>
          {sessions.stayAway}
        </Button>
      ) : (
        signedUp < places && (
          <Button test="abroad-come" kind="main" onPress={() => come(id, true)}>
            {sessions.join}
          </Button>
        )
      )}
    </div>
  )
}
