/** Gatherings: those one can still come to, those one leads, and announcing when the next one is. */
import type { JSX } from 'preact'
import { fromHex } from '#ledger/bytes.ts'
import { earliestBegins, presenceHash } from '#ledger/rules/session.ts'
import type { ListingView } from '#protocol/api.ts'
import type { ListingKind } from '#protocol/listing.ts'
import type { SessionView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me } from '../../hub/app.ts'
import { fromLocalInput, moment, toLocalInput } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { to } from '../../router.ts'
import { unlock } from '../../hub/acting.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import { bytesOfCode, ownCode } from '../../device/spoken-code.ts'
import { useStore } from '../../store.ts'
import {
  type AwardCategory, CategoryChoice, Chip, LinkButton, LoadingPage, Page, Part, Select, TextField, useLoaded, useNameOf, useTexts,
} from '../../parts/view.tsx'

const HOUR = 3_600
const PLACES_MAX = 256

/** What one can ask people to come to; a thing to lend is no gathering. */
const LED: ListingKind[] = ['event', 'skill', 'circle', 'project']
/** What this device's own code is for, so that whoever leads finds it again. */
export const roomPurpose = (listing: string, begins: number): string => `room ${listing} ${begins}`

export function SessionRows({ sessions }: { sessions: SessionView[] }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  if (sessions.length === 0) return <p class="note">{f.sessions.none}</p>
  return (
    <ul class="rows">
      {sessions.map((one) => (
        <li key={one.id}>
          <a class="row link" href={to.session(one.id)} data-test="session-row" data-id={one.id} data-phase={one.phase}>
            <span class="row-main">
              {one.title === '' ? f.sessions.untitled : one.title}{' '}
              <span class="note">
                {moment(one.begins, t.language)} · {named(one.organiser)}
              </span>
            </span>
            <Chip tone={one.mine !== null || one.isOrganiser ? 'good' : 'plain'}>
              {one.phase === 'open' ? f.sessions.places(one.signedUp, one.places) : f.sessions.phases[one.phase]}
            </Chip>
          </a>
        </li>
      ))}
    </ul>
  )
}

export function Sessions(): JSX.Element {
  const f = useForms()
  const mine = useStore(me)!
  const { value: sessions, problem, again } = useLoaded(hub.sessions, 'sessions')
  const { value: listings } = useLoaded(hub.listings, 'listings')
  if (sessions === null) return <LoadingPage problem={problem} again={again} />
  const own = listings?.filter(({ author, state, kind }) => author.acct === mine.acct && state === 'open' && LED.includes(kind)) ?? []
  return (
    <Page title={f.sessions.title} lead={f.sessions.lead} test="sessions">
      <SessionRows sessions={sessions} />
      <Part title={f.sessions.leadTitle} test="lead">
        {own.length === 0 ? (
          <>
            <p>{f.sessions.announceFirst}</p>
            <LinkButton test="to-announce" href={to.post('event')}>
              {f.sessions.announce}
            </LinkButton>
          </>
        ) : (
          <Lead own={own} />
        )}
      </Part>
    </Page>
  )
}

function Lead({ own }: { own: ListingView[] }): JSX.Element {
  const t = useTexts('listings')
  const f = useForms()
  const view = useStore(hubView)!
  const asked = new URLSearchParams(location.search).get('listing') ?? ''
  const later = Math.ceil(hubNow() / HOUR) * HOUR + 24 * HOUR
  const kept = useKept('lead', { listing: asked, begins: toLocalInput(later), ends: toLocalInput(later + 2 * HOUR), places: '', category: '1' })
  const { fields, put } = kept
  const listing = own.find(({ id }) => id === fields.listing) ?? own[0]!
  const announced = fields.places === '' ? String(listing.places === 0 ? 20 : listing.places) : fields.places
  const [begins, ends] = [fromLocalInput(fields.begins), fromLocalInput(fields.ends)]
  const places = /^\d{1,3}$/.test(announced) ? Number(announced) : 0
  const says =
    begins === null || ends === null || ends <= begins
      ? f.sessions.badTime
      : places < 1 || places > PLACES_MAX
        ? f.sessions.badPlaces
        : f.sessions.says(listing.title, moment(begins, t.language), moment(ends, t.language), places)
  return (
    <SignedForm
      test="lead" says={says} button={f.sessions.open} done={f.sessions.opened} onDone={kept.clear}
      asked={async () => {
        const device = await unlock()
        if (device === null || begins === null || ends === null) return null
        const code = bytesOfCode(ownCode(device.secret, roomPurpose(listing.id, begins)))
        return {
          kind: 'session.opened', listing: listing.id, category: Number(fields.category) as AwardCategory, begins, ends, places,
          code: presenceHash(fromHex(code)!), charter: view.charterVersion,
        }
      }}
    >
      <Select
        label={f.sessions.what} value={listing.id} test="lead-what" onChange={(chosen) => put({ listing: chosen })}
        options={own.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <TextField
        type="moment" label={f.sessions.begins} value={fields.begins} onChange={(text) => put({ begins: text })} test="lead-begins"
        min={toLocalInput(earliestBegins(Math.floor(hubNow())))}
      />
      <TextField type="moment" label={f.sessions.ends} value={fields.ends} onChange={(text) => put({ ends: text })} test="lead-ends" />
      <TextField type="amount" label={f.sessions.placesLabel} value={announced} onChange={(text) => put({ places: text })} test="lead-places" />
      <CategoryChoice label={t.listing.what} value={Number(fields.category) as AwardCategory} onChange={(chosen) => put({ category: String(chosen) })} test="lead-category" />
    </SignedForm>
  )
}
