/** The pictures of a listing that is written: chosen, drawn anew in this browser, shown as others will see them. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { IMAGES_MAX } from '#protocol/listing.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import type { ListingDraft } from './listing-draft.ts'
import { drawnAnew } from '../../device/picture.ts'
import { Button, Field, Refused, useTexts } from '../../parts/view.tsx'

export function PictureField({ draft, put }: { draft: ListingDraft; put(some: Partial<ListingDraft>): void }): JSX.Element {
  const t = useTexts('listings')
  const { picture } = t.market
  const [unread, setUnread] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const add = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    const bytes = await drawnAnew(file)
    setUnread(bytes === null)
    if (bytes === null) return
    const kept = await hub.keepPicture(bytes)
    setTrouble(kept.ok ? null : kept.problem)
    if (kept.ok && !draft.images.includes(kept.value.hash)) put({ images: [...draft.images, kept.value.hash] })
  }
  return (
    <div class="stack">
      {draft.images.length < IMAGES_MAX && (
        <Field label={picture.label} note={unread ? picture.unread : picture.note}>
          {(ids) => (
            <input
              {...ids}
              type="file"
              accept="image/*"
              data-test="post-picture"
              onChange={(event) => {
                const { files } = event.currentTarget
                void add(files?.[0])
                event.currentTarget.value = ''
              }}
            />
          )}
        </Field>
      )}
      {draft.images.map((hash) => (
        <figure key={hash} class="picture" data-test="post-picture-kept">
          <img src={`/api/pictures/${hash}`} alt={picture.alt} />
          <Button test="post-picture-drop" kind="quiet" onPress={() => put({ images: draft.images.filter((one) => one !== hash) })}>
            {picture.drop}
          </Button>
        </figure>
      ))}
      <Refused trouble={trouble} />
    </div>
  )
}
