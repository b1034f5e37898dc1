/**
 * A line over time, as an SVG that the server draws: for reading trends, with the numbers in a table beside it. It
 * carries no style of its own (the policy of the page forbids that): colours are classes of the operator's sheet.
 */
import { html } from 'hono/html'
import { grouped } from '../progress.ts'
import type { Point } from './history.ts'

const WIDTH = 400
const HEIGHT = 150
/** Room for the numbers at the left and the times below. */
const LEFT = 70
const BOTTOM = 26
const TOP = 10

type Html = ReturnType<typeof html>

/** `when` writes a time. Of fewer than two points nothing can be drawn: null. */
export function plot(label: string, points: readonly Point[], when: (ts: number) => string): Html | null {
  const [first, last] = [points[0], points[points.length - 1]]
  if (first === undefined || last === undefined || first.ts === last.ts) return null
  const values = points.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  // A level line is drawn in the middle, and not along the edge.
  const [bottom, top] = low === high ? [low - 1, high + 1] : [low, high]
  const x = (ts: number): number => LEFT + ((ts - first.ts) / (last.ts - first.ts)) * (WIDTH - LEFT - 8)
  const y = (value: number): number => TOP + (1 - (value - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM)
  const line = points.map(({ ts, value }) => `${rounded(x(ts))},${rounded(y(value))}`).join(' ')
  const ends = low === high ? [low] : [low, high]
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}: ${grouped(first.value)} → ${grouped(last.value)}">
    ${ends.map((value) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${rounded(y(value))}" y2="${rounded(y(value))}"/>
    <text x="${LEFT - 8}" y="${rounded(y(value) + 5)}" text-anchor="end">${grouped(value)}</text>`)}
    <polyline class="line" points="${line}" fill="none"/>
    <text x="${LEFT}" y="${HEIGHT - 6}">${when(first.ts)}</text>
    <text x="${WIDTH - 8}" y="${HEIGHT - 6}" text-anchor="end">${when(last.ts)}</text>
  </svg>`
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)
