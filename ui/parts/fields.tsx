/** Forms and what is filled in: native elements, so that keyboards, screen readers and large text work without our help. */
import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { hubView } from '../hub/app.ts'
import { useStore } from '../store.ts'
import { factor } from '../text/format.ts'
import { useTexts } from './texts.tsx'

/** A form that is sent with Enter or its button, and never by the browser itself. */
export const Form = ({
  onSend,
  children,
  test,
}: {
  onSend: () => void
  children: ComponentChildren
  test: string
}): JSX.Element => (
  <form
    class="form"
    data-test={test}
    noValidate
    onSubmit={(event) => {
      event.preventDefault()
      onSend()
    }}
  >
    {children}
  </form>
)

export function Field({
  label,
  note,
  children,
}: {
  label: string
  note?: string | undefined
  children: (ids: { 'id': string; 'aria-describedby': string | undefined }) => ComponentChildren
}): JSX.Element {
  const id = useId()
  const noteId = note === undefined ? undefined : `${id}-note`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': noteId })}
      {note !== undefined && (
        <p class="note" id={noteId}>
          {note}
        </p>
      )}
    </div>
  )
}

export function TextField({
  label,
  note,
  value,
  onChange,
  test,
  type = 'text',
  min,
  maxLength,
  placeholder,
}: {
  label: string
  note?: string | undefined
  value: string
  onChange: (value: string) => void
  test: string
  /** Of a moment, the earliest that the browser offers. */
  min?: string
  type?: 'text' | 'area' | 'amount' | 'pin' | 'moment' | 'day' | 'search'
  maxLength?: number
  placeholder?: string
}): JSX.Element {
  // As an attribute: the property of that name, taken away from an input that is used again, would allow no letter at all.
  const shared = { 'data-test': test, value, 'maxlength': maxLength, placeholder, 'autoComplete': 'off' }
  const onInput = (event: { currentTarget: { value: string } }): void =>
    onChange(event.currentTarget.value)
  return (
    <Field label={label} note={note}>
      {(ids) => {
        switch (type) {
          case 'area':
            return <textarea {...ids} {...shared} rows={4} onInput={onInput} />
          case 'amount':
            return <input {...ids} {...shared} type="text" inputMode="decimal" onInput={onInput} />
          case 'pin':
            return <input {...ids} {...shared} type="password" onInput={onInput} />
          case 'moment':
            return <input {...ids} {...shared} type="datetime-local" min={min} onInput={onInput} />
          case 'day':
            return <input {...ids} {...shared} type="date" onInput={onInput} />
          case 'search':
            return <input {...ids} {...shared} type="search" onInput={onInput} />
          case 'text':
            return <input {...ids} {...shared} type="text" onInput={onInput} />
        }
      }}
    </Field>
  )
}

export type Option = { value: string; label: string; note?: string }

export function Select({
  label,
  note,
  value,
  options,
  onChange,
  test,
}: {
  label: string
  note?: string
  value: string
  options: Option[]
  onChange: (value: string) => void
  test: string
}): JSX.Element {
  return (
    <Field label={label} note={note}>
      {(ids) => (
        <select
          {...ids}
          data-test={test}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/**
 * One of a few, all visible: radio inputs that look like a row of buttons, or like cards when they
 * carry notes.
 */
export function Choice({
  label,
  hidden = false,
  value,
  options,
  onChange,
  test,
}: {
  label: string
  hidden?: boolean
  value: string
  options: Option[]
  onChange: (value: string) => void
  test: string
}): JSX.Element {
  const name = useId()
  const asCards = options.some((one) => one.note !== undefined)
  return (
    <fieldset class={asCards ? 'choice cards' : 'choice'} data-test={test}>
      <legend class={hidden ? 'unseen' : undefined}>{label}</legend>
      <div class="options">
        {options.map((one) => (
          <label key={one.value} data-test={`${test}-${one.value}`}>
            <input
              type="radio"
              name={name}
              value={one.value}
              checked={one.value === value}
              onChange={() => onChange(one.value)}
            />
            <span class="option">
              <span>{one.label}</span>
              {one.note !== undefined && <span class="note">{one.note}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export type AwardCategory = 1 | 2 | 3

/** Which kind of help it is, as this hub's charter weighs it; nothing where every kind weighs the same. */
export function CategoryChoice({
  label,
  value,
  onChange,
  test,
}: {
  label: string
  value: AwardCategory
  onChange: (value: AwardCategory) => void
  test: string
}): JSX.Element | null {
  const t = useTexts()
  const { categories } = useStore(hubView)!
  if (categories.every((row) => row.perMille === 1000)) return null
  return (
    <Choice
      label={label}
      value={String(value)}
      test={test}
      onChange={(chosen) => onChange(Number(chosen) as AwardCategory)}
      options={categories.map((row) => {
        const name = t.awardCategories[row.category as AwardCategory]
        return {
          value: String(row.category),
          label: row.perMille === 1000 ? name : `${name} × ${factor(row.perMille)}`,
        }
      })}
    />
  )
}

const QUARTER = 15

/** Minutes in quarters of an hour. `most` is where adding ends. */
export function Stepper({
  label,
  minutes,
  most = 12 * 60,
  onChange,
  test,
}: {
  label: string
  minutes: number
  most?: number
  onChange: (minutes: number) => void
  test: string
}): JSX.Element {
  const t = useTexts()
  const id = useId()
  const less = minutes % QUARTER === 0 ? minutes - QUARTER : minutes - (minutes % QUARTER)
  const more = Math.min(most, minutes - (minutes % QUARTER) + QUARTER)
  return (
    <div class="field">
      <span id={id} class="label">
        {label}
      </span>
      <div class="stepper" role="group" aria-labelledby={id}>
        <button
          type="button"
          class="button plain"
          data-test={`${test}-less`}
          aria-label={t.common.shorter}
          disabled={less < 1}
          onClick={() => onChange(less)}
        >
          −
        </button>
        <output data-test={test} data-minutes={minutes} aria-live="polite">
          {t.duration(minutes)}
        </output>
        <button
          type="button"
          class="button plain"
          data-test={`${test}-more`}
          aria-label={t.common.longer}
          disabled={minutes >= most}
          onClick={() => onChange(more)}
        >
          +
        </button>
      </div>
    </div>
  )
}
