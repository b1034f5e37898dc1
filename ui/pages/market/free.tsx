/**
 * 我有空: when somebody has time and what they can do; below, needs here and in other cities that fit, each with its
 * reasons; who they could swap with; and what they have agreed to, as a calendar.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AppointmentView, MatchesView, Offering } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, refresh, say } from '../../hub/app.ts'
import { fromLocalInput, toLocalInput } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { cellOf, coordinatesOf, tagsIn } from './listing-draft.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Button, Copied, Form, LinkButton, Loading, nameOf, NotYetMet, Page, Part, Refused, Stepper, TextField, useLoaded, useTexts } from '../../parts/view.tsx'
import { Card } from '../../parts/listing-card.tsx'
import { slotIn } from '../../text/format.ts'
import { Reasons } from '../../parts/match-rows.tsx'

const HOUR_MINUTES = 60
const LENGTH_MAX = 24 * HOUR_MINUTES

export function Free(): JSX.Element {
  const t = useTexts('listings')
  const mine = useStore(me)!
  const { value, problem, again } = useLoaded(hub.offering, 'offering')
  const matches = useLoaded(hub.matches, 'matches')
  return (
    <Page title={t.market.free.title} lead={t.market.free.lead} test="free">
      {!mine.attested ? (
        <NotYetMet acct={mine.acct} />
      ) : value === null ? (
        <Loading problem={problem} again={again} />
      ) : (
        <>
          <OfferingForm offering={value} language={t.language} />
          {matches.value !== null && <Fitting matches={matches.value} />}
          <LinkButton test="to-trip" href={to.trip}>
            {t.market.trip.title}
          </LinkButton>
          <Agenda />
        </>
      )}
    </Page>
  )
}

function OfferingForm({ offering, language }: { offering: Offering; language: string }): JSX.Element {
  const t = useTexts('listings')
  const { free, form } = t.market
  const [skills, setSkills] = useState(offering.skills.join(' '))
  const [interests, setInterests] = useState(offering.interests.join(' '))
  const [coordinates, setCoordinates] = useState(offering.cell === null ? '' : coordinatesOf(offering.cell))
  const [slots, setSlots] = useState(offering.free.filter(({ to: end }) => end > hubNow()))
  const [begins, setBegins] = useState(() => toLocalInput(Math.ceil(hubNow() / 3_600) * 3_600))
  const [minutes, setMinutes] = useState(2 * HOUR_MINUTES)
  const [shown, setShown] = useState(offering.shown)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const isFar = coordinates.trim() !== '' && cellOf(coordinates) === null

  const add = (): void => {
    const from = fromLocalInput(begins)
    if (from === null || slots.length >= 12) return
    const slot = { from, to: from + minutes * 60 }
    setSlots([...slots.filter((one) => one.from >= slot.to || one.to <= slot.from), slot].sort((a, b) => a.from - b.from))
  }
  const save = async (): Promise<void> => {
    const answer = await hub.offer({
      skills: tagsIn(skills), interests: tagsIn(interests), free: slots, shown, cell: cellOf(coordinates),
      languages: offering.languages.length > 0 ? offering.languages : [language],
    })
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    say(free.saved)
    await refresh()
  }
  return (
    <Form test="free-form" onSend={() => void save()}>
      <TextField label={free.skills} note={free.skillsNote} value={skills} onChange={setSkills} test="free-skills" />
      <TextField label={free.interests} note={free.interestsNote} value={interests} onChange={setInterests} test="free-interests" />
      <div class="stack">
        <TextField type="moment" label={free.when} value={begins} onChange={setBegins} test="free-begins" />
        <Stepper label={free.length} minutes={minutes} most={LENGTH_MAX} onChange={setMinutes} test="free-length" />
        <Button test="free-add" onPress={add}>
          {free.add}
        </Button>
        {slots.map((slot) => (
          <div key={slot.from} class="row" data-test="free-slot">
            <span class="row-main">{slotIn(slot, t.language)}</span>
            <Button test="free-drop" kind="quiet" onPress={() => setSlots(slots.filter((one) => one !== slot))}>
              {free.drop}
            </Button>
          </div>
        ))}
      </div>
      <details class="fold">
        <summary>{form.more}</summary>
        <TextField
          label={free.coordinates}
          note={isFar ? form.coordinatesWrong : form.coordinatesNote}
          value={coordinates}
          onChange={setCoordinates}
          test="free-coordinates"
        />
      </details>
      <label class="check">
        <input type="checkbox" checked={shown} data-test="free-shown" onChange={(event) => setShown(event.currentTarget.checked)} />
        <span>{free.shown}</span>
      </label>
      <Refused trouble={trouble} />
      <Button test="free-save" kind="main" onPress={save}>
        {free.save}
      </Button>
    </Form>
  )
}

function Fitting({ matches: { needs, swaps } }: { matches: MatchesView }): JSX.Element {
  const t = useTexts('listings')
  const { free } = t.market
  return (
    <>
      <Part title={free.needsTitle} test="match-needs">
        {needs.length === 0 && <p class="note">{free.none}</p>}
        {needs.map(({ listing, reasons, conflicts }) => (
          <div key={listing.id} class="stack" data-test="match-need" data-id={listing.id}>
            <Card listing={listing} />
            <Reasons reasons={reasons} of="reader" />
            {conflicts.map(({ id, title }) => (
              <p key={id} class="note" data-test="match-conflict">
                {free.conflict(title ?? '…')}
              </p>
            ))}
          </div>
        ))}
      </Part>
      {swaps.length > 0 && (
        <Part title={free.swapsTitle}>
          {swaps.map(({ get, theirs }) => (
            <div key={get.id} class="card" data-test="match-swap">
              <p>{free.swap(get.title, theirs.title)}</p>
              <div class="buttons">
                <a href={to.listing(get.id)}>{get.title}</a>
                <a href={to.listing(theirs.id)}>{theirs.title}</a>
              </div>
            </div>
          ))}
        </Part>
      )}
    </>
  )
}

function Agenda(): JSX.Element | null {
  const t = useTexts('listings')
  const { free } = t.market
  const { value, again } = useLoaded(hub.agenda, 'agenda')
  if (value === null) return null
  const anew = async (): Promise<void> => {
    const answer = await hub.newCalendarAddress()
    if (answer.ok) say(free.anewDone)
    again()
  }
  return (
    <Part title={free.agendaTitle} test="agenda">
      {value.appointments.length === 0 && <p class="note">{free.agendaNone}</p>}
      <div class="rows">
        {value.appointments.map((one) => (
          <AgendaRow key={one.id} appointment={one} />
        ))}
      </div>
      <details class="fold">
        <summary>{free.calendar}</summary>
        <p class="note">{free.calendarNote}</p>
        <Copied
          label={free.calendar}
          text={`webcal://${location.host}/calendar/${value.calendar}.ics`}
          rows={3}
          test="calendar-address"
          copyTest="calendar-copy"
        />
        <Button test="calendar-anew" kind="quiet" onPress={anew}>
          {free.anew}
        </Button>
      </details>
    </Part>
  )
}

function AgendaRow({ appointment: { what, id, hub: at, listing, from, to: ends, title, with: other, isLent } }: { appointment: AppointmentView }): JSX.Element {
  const t = useTexts('listings')
  const { free } = t.market
  const { origin } = useStore(hubView)!
  return (
    <a class="row link" href={what === 'session' ? (at === origin ? to.session(id) : to.listing(listing)) : to.agreement(id, at === origin ? null : at)} data-test="agenda-row" data-what={what}>
      <span class="row-main">
        {title ?? (what === 'session' ? t.kinds.event : t.nav.agreement)} <span class="note">{isLent ? free.lent : other !== null && free.with(nameOf(other, t))}</span>
      </span>
      <span class="note">{slotIn({ from, to: ends }, t.language)}</span>
    </a>
  )
}
