/**
 * The screen at the door: for a tablet that stands where people come by. Large, without login, renewed by the hub's own news,
 * and without anybody's name. It shows what is public anyway.
 */
import type { JSX } from 'preact'
import { hubView } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { usePaperTexts } from '../../parts/paper.tsx'
import { QR } from '../../parts/qr.tsx'
import { LinkButton, LoadingPage, Page, useLoaded, useTexts } from '../../parts/view.tsx'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { ago } from '../../text/format.ts'

const NEEDS_MAX = 8

export function Wall(): JSX.Element {
  const t = useTexts()
  const words = usePaperTexts()
  const { city } = useStore(hubView)!
  const { value: listings, problem, again } = useLoaded(hub.listings, 'wall needs')
  const { value: figures } = useLoaded(() => hub.figures(null), 'wall figures')
  if (words === null || listings === null) return <LoadingPage problem={problem} again={again} />
  const w = words.wall
  const needs = listings.filter(({ kind, own, state }) => kind === 'need' && own && state === 'open').sort((a, b) => b.from - a.from)
  return (
    <Page title={w.title(city)} test="wall">
      <div class="wall">
        <section>
          <h2>{w.needs}</h2>
          {needs.length === 0 && <p>{w.none}</p>}
          <ul class="rows">
            {needs.slice(0, NEEDS_MAX).map(({ id, title, from }) => (
              <li key={id} class="row" data-test="wall-need">
                <span class="row-main">{title}</span>
                <span class="note">{ago(from, t.language)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section class="stack">
          <QR text={`${location.origin}${to.home}`} label={w.scan} />
          <p>
            <strong>{w.scan}</strong>
          </p>
          <code>{location.origin}</code>
          {figures !== null && (
            <p data-test="wall-month">
              {w.month}
              <br />
              {w.times(figures.contributions)}
              <br />
              {w.active(figures.active)}
            </p>
          )}
        </section>
      </div>
      <LinkButton test="to-device" href={to.device(null)}>
        {w.card}
      </LinkButton>
      <LinkButton test="to-home" kind="quiet" href={to.home}>
        {w.back}
      </LinkButton>
    </Page>
  )
}
