/** The fields of the posting form that are more than one line: what is lent, what in return, and what may be left out. */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { type ListedResource, listedResources, type Listing, returns } from '#protocol/listing.ts'
import { askedOf, cellOf, type ListingDraft } from './listing-draft.ts'
import { Button, Select, TextField, useTexts } from '../../parts/view.tsx'
import { PictureField } from './picture-field.tsx'

type Given = { draft: ListingDraft; put(some: Partial<ListingDraft>): void }

const PLACES_MAX = 500
/** Languages people are likely to speak with each other; any other can be among the keywords. */
const LANGUAGES = ['zh', 'en', 'es', 'ca', 'pt', 'fr', 'de', 'it', 'ja', 'ko', 'th', 'vi', 'ar', 'hi', 'ru']

export function ResourceField({ draft, put }: Given): JSX.Element {
  const t = useTexts('listings')
  const { resources } = t
  const { form } = t.market
  return (
    <Select
      label={draft.kind === 'resource' ? form.resource : form.resourceNeed}
      value={draft.resource ?? ''}
      test="post-resource"
      onChange={(value) => put({ resource: value === '' ? null : (value as ListedResource) })}
      options={[
        ...listedResources.map((one) => ({ value: one, label: resources[one] })),
        { value: '', label: draft.kind === 'resource' ? form.other : form.none },
      ]}
    />
  )
}

export function ReturnsField({ draft, put }: Given): JSX.Element {
  const t = useTexts('listings')
  const { form } = t.market
  return (
    <Several
      label={draft.kind === 'need' ? form.returns : form.returnsOffer}
      note={form.returnsNote}
      test="post-return"
      values={draft.returns}
      onChange={(next) => put({ returns: next })}
      options={returns.map((one) => [one, t.market.returns[one]])}
    />
  )
}

export function PlacesField({ draft, put }: Given): JSX.Element {
  const { form } = useTexts('listings').market
  return (
    <TextField
      type="amount"
      label={draft.kind === 'partnerOffer' ? form.portions : form.places}
      note={form.placesNote}
      value={String(draft.places)}
      onChange={(text) => put({ places: Math.min(PLACES_MAX, Number(/^\d+$/.exec(text.trim())?.[0] ?? 0)) })}
      test="post-places"
    />
  )
}

/** As many of a few as one likes: boxes that look like the choice of one. */
function Several<V extends string>({ label, note, values, options, onChange, test }: {
  label: string
  note?: string
  values: V[]
  options: [value: V, label: string][]
  onChange: (values: V[]) => void
  test: string
}): JSX.Element {
  return (
    <fieldset class="choice" data-test={test}>
      <legend>{label}</legend>
      <div class="options">
        {options.map(([value, words]) => (
          <label key={value} data-test={`${test}-${value}`}>
            <input
              type="checkbox"
              checked={values.includes(value)}
              onChange={(event) => onChange(event.currentTarget.checked ? [...values, value] : values.filter((one) => one !== value))}
            />
            <span class="option">{words}</span>
          </label>
        ))}
      </div>
      {note !== undefined && <p class="note">{note}</p>}
    </fieldset>
  )
}

/** Folded away: a listing is whole without them. `children` stand first. */
export function MoreFields({ draft, put, children }: Given & { children: ComponentChildren }): JSX.Element {
  const t = useTexts('listings')
  const { form } = t.market
  const asked = askedOf[draft.kind]
  const isFar = draft.coordinates.trim() !== '' && cellOf(draft.coordinates) === null
  const names = new Intl.DisplayNames([t.language], { type: 'language' })
  return (
    <details class="fold" data-test="post-more">
      <summary>{form.more}</summary>
      <div class="form">
        {children}
        {!asked.includes('begins') && (
          <TextField
            type="moment"
            label={form.when}
            note={form.whenNote}
            value={draft.begins}
            onChange={(begins) => put({ begins })}
            test="post-begins"
          />
        )}
        <PictureField draft={draft} put={put} />
        {draft.kind === 'need' && <ResourceField draft={draft} put={put} />}
        <TextField label={form.tags} note={form.tagsNote} value={draft.tags} onChange={(tags) => put({ tags })} test="post-tags" />
        <Several
          label={form.languages}
          test="post-language"
          values={draft.languages}
          onChange={(languages) => put({ languages: languages.slice(0, 8) })}
          options={[...new Set([...LANGUAGES, ...draft.languages])].map((one) => [one, names.of(one) ?? one])}
        />
        <TextField
          label={form.place}
          note={form.placeNote}
          value={draft.placeName}
          onChange={(placeName) => put({ placeName })}
          test="post-place"
          maxLength={20}
        />
        <TextField
          label={form.coordinates}
          note={isFar ? form.coordinatesWrong : form.coordinatesNote}
          value={draft.coordinates}
          onChange={(coordinates) => put({ coordinates })}
          test="post-coordinates"
        />
        <Here onFound={(coordinates) => put({ coordinates })} />
        {!asked.includes('places') && <PlacesField draft={draft} put={put} />}
        <Select
          label={form.level}
          value={String(draft.level)}
          test="post-level"
          onChange={(value) => put({ level: Number(value) as Listing['level'] })}
          options={[1, 2, 3, 4, 5].map((level) => ({
            value: String(level), label: level === 1 ? form.anyLevel : t.market.facts.levelFrom(level),
          }))}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={draft.online}
            data-test="post-online"
            onChange={(event) => put({ online: event.currentTarget.checked })}
          />
          <span>{form.online}</span>
        </label>
      </div>
    </details>
  )
}

/** Where the device is, in browsers that say so: only over https or on the machine itself. */
function Here({ onFound }: { onFound: (coordinates: string) => void }): JSX.Element | null {
  const { form } = useTexts('listings').market
  const [failed, setFailed] = useState(false)
  if (!isSecureContext || !('geolocation' in navigator)) return null
  const ask = (): void =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onFound(`${coords.latitude.toFixed(3)}, ${coords.longitude.toFixed(3)}`),
      () => setFailed(true),
    )
  return failed ? (
    <p class="note">{form.hereFailed}</p>
  ) : (
    <Button test="post-here" onPress={ask}>
      {form.here}
    </Button>
  )
}
