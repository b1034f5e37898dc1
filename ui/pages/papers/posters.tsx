/**
 * For the wall: what is announced and may still be objected to (公示), what neighbours need, and a poster that invites; each on a
 * sheet of its own. Stewards print them. Names stand on notices alone, because that is what a notice is for.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { CouncilView, ListingView, StewardDevicesView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { hubView } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { PrintButton, usePaperTexts } from '../../parts/paper.tsx'
import { QR } from '../../parts/qr.tsx'
import { Choice, LinkButton, LoadingPage, nameOf, Page, useLoaded, useTexts } from '../../parts/view.tsx'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { date, numberOf } from '../../text/format.ts'
import type { PaperTexts } from '../../text/zh/papers.ts'

type Words = PaperTexts['posters']
const kinds = ['notice', 'needs', 'poster'] as const
type Kind = (typeof kinds)[number]

/** As many as an A4 sheet holds in letters that one reads from a step away. */
const NEEDS_MAX = 12

export function Posters(): JSX.Element {
  const t = useTexts()
  const words = usePaperTexts()
  const { city } = useStore(hubView)!
  const [kind, setKind] = useState<Kind>('notice')
  const { value: devices } = useLoaded(hub.stewardDevices, 'posters devices')
  const { value: council, problem, again } = useLoaded(hub.council, 'posters council')
  const { value: listings } = useLoaded(hub.listings, 'posters needs')
  if (words === null || devices === null || council === null || listings === null) return <LoadingPage problem={problem} again={again} />
  const w = words.posters
  return (
    <Page title={w.title} lead={w.lead} test="posters">
      <Choice label={w.which} value={kind} test="poster-kind" onChange={(chosen) => setKind(chosen as Kind)} options={kinds.map((one) => ({ value: one, label: w.kinds[one] }))} />
      <section class="card paper sheet" data-test="poster-sheet" data-kind={kind}>
        {kind === 'notice' && <Notice devices={devices} council={council} w={w} />}
        {kind === 'needs' && <Needs listings={listings} w={w} />}
        {kind === 'poster' && <Poster city={city} w={w} />}
        <p class="note">{w.signed(city, date(hubNow(), t.language))}</p>
      </section>
      <PrintButton words={words} />
      <LinkButton test="to-wall" href={to.wall}>
        {w.wall}
      </LinkButton>
      <p class="note">{w.wallNote}</p>
    </Page>
  )
}

function Notice({ devices, council, w }: { devices: StewardDevicesView; council: CouncilView; w: Words }): JSX.Element {
  const t = useTexts()
  const day = (ts: number): string => date(ts, t.language)
  const lines = [
    ...devices.recoveries.flatMap(({ member, device, due }) => (due === null ? [] : [w.recovery(nameOf(member, t), numberOf(device), day(due))])),
    ...council.proposals.flatMap(({ what, phase, closes, effect, reason }) => {
      const about = reason === null ? w.what[what] : `${w.what[what]} (${reason})`
      if (phase === 'open') return [w.proposal(about, day(closes))]
      return phase === 'carried' && effect !== null ? [w.effect(about, day(effect))] : []
    }),
  ]
  return (
    <>
      <h2>{w.noticeTitle}</h2>
      <p>{lines.length === 0 ? w.noNotice : w.noticeLead}</p>
      <ul class="plain">
        {lines.map((line) => (
          <li key={line} data-test="notice-line">
            {line}
          </li>
        ))}
      </ul>
    </>
  )
}

/** The newest needs that this city’s own members have posted. */
const ownNeeds = (listings: ListingView[]): ListingView[] =>
  listings.filter(({ kind, own, state }) => kind === 'need' && own && state === 'open').sort((a, b) => b.from - a.from)

function Needs({ listings, w }: { listings: ListingView[]; w: Words }): JSX.Element {
  const t = useTexts()
  const shown = ownNeeds(listings).slice(0, NEEDS_MAX)
  return (
    <>
      <h2>{w.needsTitle}</h2>
      <p>{shown.length === 0 ? w.noNeeds : w.needsLead}</p>
      <ul class="plain">
        {shown.map(({ id, title, minutes }) => (
          <li key={id} data-test="poster-need">
            {title} {minutes > 0 && <span class="note">{t.duration(minutes)}</span>}
          </li>
        ))}
      </ul>
      <QR text={`${location.origin}${to.board}`} label={w.needsLead} />
    </>
  )
}

function Poster({ city, w }: { city: string; w: Words }): JSX.Element {
  return (
    <>
      <h2>{w.posterTitle(city)}</h2>
      {w.posterLines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <QR text={`${location.origin}${to.join}`} label={w.scan} />
      <p>
        <strong>{w.scan}</strong> <code>{location.origin}</code>
      </p>
    </>
  )
}
