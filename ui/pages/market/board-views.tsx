/**
 * The board on a map, and by the day. The map is squares of the grid that listings name, drawn where they lie to one
 * another: no tiles of anybody, no borders, nothing that a hub without the internet could not show.
 */
import type { JSX } from 'preact'
import type { ListingView } from '#protocol/api.ts'
import { CELL_COLUMNS, type Cell } from '#protocol/place.ts'
import { hubNow } from '../../clock.ts'
import { date } from '../../text/format.ts'
import { to } from '../../router.ts'
import { Chip, useTexts } from '../../parts/view.tsx'
import { slotIn } from '../../text/format.ts'

const WIDTH = 360
const HEIGHT = 240
const EDGE = 34
/** A single square is shown with this much around it, cells. */
const LEAST_SPAN = 12

type Spot = { cell: Cell; name: string; listings: ListingView[] }

export function BoardMap({ listings, chosen, onChoose }: {
  listings: ListingView[]
  chosen: Cell | null
  onChoose: (cell: Cell | null) => void
}): JSX.Element {
  const t = useTexts('listings')
  const { map } = t.market
  const spots = spotsOf(listings)
  const placeless = listings.filter(({ place }) => place === null).length
  if (spots.length === 0) return <p class="empty" data-test="board-map-empty">{map.empty}</p>
  const at = projectionOf(spots.map(({ cell }) => cell))
  return (
    <figure class="stack" data-test="board-map">
      <svg class="cells" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={map.label}>
        <rect class="sea" width={WIDTH} height={HEIGHT} rx="14" />
        {[1, 2, 3].map((i) => (
          <path key={i} class="grid-line" d={`M0 ${(HEIGHT * i) / 4}H${WIDTH}M${(WIDTH * i) / 4} 0V${HEIGHT}`} />
        ))}
        {spots.map(({ cell, name, listings: here }) => {
          const [x, y] = at(cell)
          const isChosen = chosen !== null && chosen.row === cell.row && chosen.column === cell.column
          const label = map.spot(name === '' ? here[0]!.city : name, here.length)
          return (
            <a
              key={`${cell.row} ${cell.column}`}
              href={to.board}
              class={isChosen ? 'spot chosen' : 'spot'}
              aria-label={label}
              aria-current={isChosen ? 'true' : undefined}
              data-test="board-spot"
              onClick={(event) => {
                event.preventDefault()
                onChoose(isChosen ? null : cell)
              }}
            >
              <circle cx={x} cy={y} r="22" />
              <text x={x} y={y + 6} text-anchor="middle">{here.length}</text>
              <text class="spot-name" x={x} y={y + 38} text-anchor="middle">{name === '' ? here[0]!.city : name}</text>
            </a>
          )
        })}
      </svg>
      <figcaption class="note">{placeless === 0 ? map.note : `${map.note} ${map.placeless(placeless)}`}</figcaption>
    </figure>
  )
}

function spotsOf(listings: ListingView[]): Spot[] {
  const spots = new Map<string, Spot>()
  for (const listing of listings) {
    if (listing.place === null) continue
    const { row, column, name } = listing.place
    const key = `${row} ${column}`
    const spot = spots.get(key) ?? { cell: { row, column }, name, listings: [] }
    spot.listings.push(listing)
    spots.set(key, spot.name === '' ? { ...spot, name } : spot)
  }
  return [...spots.values()]
}

/** Where squares lie on the drawing: all of them inside, north up, as far apart as they are. */
function projectionOf(cells: Cell[]): (cell: Cell) => [x: number, y: number] {
  // Across the date line the world is drawn around it, when that is the shorter way.
  const columns = cells.map(({ column }) => column)
  const shifts = Math.max(...columns) - Math.min(...columns) > CELL_COLUMNS / 2
  const columnOf = ({ column }: Cell): number => (shifts && column < CELL_COLUMNS / 2 ? column + CELL_COLUMNS : column)
  const [west, east] = [Math.min(...cells.map(columnOf)), Math.max(...cells.map(columnOf))]
  const [south, north] = [Math.min(...cells.map(({ row }) => row)), Math.max(...cells.map(({ row }) => row))]
  const scale = Math.min((WIDTH - 2 * EDGE) / Math.max(LEAST_SPAN, east - west), (HEIGHT - 2 * EDGE) / Math.max(LEAST_SPAN, north - south))
  return (cell) => [
    WIDTH / 2 + (columnOf(cell) - (west + east) / 2) * scale,
    HEIGHT / 2 - 6 - (cell.row - (south + north) / 2) * scale,
  ]
}

/** What says when it is, day by day; the rest stays in the list. */
export function BoardDays({ listings }: { listings: ListingView[] }): JSX.Element {
  const t = useTexts('listings')
  const now = hubNow()
  const times = listings
    .flatMap((listing) => listing.slots.map((slot) => ({ listing, slot })))
    .filter(({ slot }) => slot.to > now)
    .sort((a, b) => a.slot.from - b.slot.from)
  const days = new Map<string, typeof times>()
  for (const one of times) {
    const day = date(Math.max(one.slot.from, now), t.language)
    days.set(day, [...(days.get(day) ?? []), one])
  }
  if (times.length === 0) return <p class="empty" data-test="board-days-empty">{t.market.days.empty}</p>
  return (
    <div class="stack" data-test="board-days">
      {[...days].map(([day, rows]) => (
        <section key={day}>
          <h2>{day}</h2>
          <div class="rows">
            {rows.map(({ listing, slot }) => (
              <a key={`${listing.id} ${slot.from}`} class="row link" href={to.listing(listing.id)} data-test="board-day-row">
                <span class="row-main">
                  {listing.title}
                  <span class="note"> {slotIn(slot, t.language)}</span>
                </span>
                <Chip tone={listing.kind === 'need' ? 'need' : 'offer'}>{t.kinds[listing.kind]}</Chip>
                {!listing.own && <Chip tone="city">{t.board.from(listing.city)}</Chip>}
              </a>
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}
