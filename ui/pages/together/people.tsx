/** Everybody who has been met here, by name: the way to what two may do for each other. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { LoadingPage, Page, TextField, useLoaded, useNameOf } from '../../parts/view.tsx'

/** So few are seen at a glance, and need no searching. */
const SEARCHED_FROM = 8

export function People(): JSX.Element {
  const f = useForms()
  const named = useNameOf()
  const mine = useStore(me)!
  const [looking, setLooking] = useState('')
  const { value, problem, again } = useLoaded(hub.people, 'people')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  const others = value.filter(({ acct }) => acct !== mine.acct)
  const found = others.filter((one) => named(one).toLowerCase().includes(looking.trim().toLowerCase()))
  return (
    <Page title={f.people.title} lead={f.people.lead} test="people">
      {others.length > SEARCHED_FROM && (
        <TextField type="search" label={f.people.search} value={looking} onChange={setLooking} test="people-search" />
      )}
      {found.length === 0 && <p class="note">{f.people.none}</p>}
      <div class="people">
        {found.map((one) => (
          <a key={one.acct} class="person" href={to.person(one.acct)} data-test="people-row" data-acct={one.acct}>
            <span class="face" aria-hidden="true">
              {[...named(one)][0]}
            </span>
            {named(one)}
          </a>
        ))}
      </div>
    </Page>
  )
}
