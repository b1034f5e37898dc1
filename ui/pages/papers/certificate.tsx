/**
 * 参与证明: what the community's record says of one person, as a sheet to print and as a file that others can verify, with what
 * the community vouches for and what it does not. Nothing is asked and nothing is signed here but by the hub.
 */
import type { JSX } from 'preact'
import type { CertificateView } from '#protocol/matters.ts'
import { say } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { PrintButton, saveFile, usePaperTexts } from '../../parts/paper.tsx'
import { Button, Facts, LoadingPage, nameOf, Page, Part, useLoaded, useTexts } from '../../parts/view.tsx'
import { date } from '../../text/format.ts'
import type { PaperTexts } from '../../text/zh/papers.ts'

const MARK = 'M12 2l2.4 2 3.1-.3 1.2 2.9 2.8 1.4-.5 3 1.5 2.8-2.2 2.2-.3 3.1-3.1.6-1.9 2.5-3-.9-3 .9-1.9-2.5-3.1-.6-.3-3.1-2.2-2.2 1.5-2.8-.5-3 2.8-1.4 1.2-2.9 3.1.3z'

export function Certificate(): JSX.Element {
  const { value: view, problem, again } = useLoaded(hub.certificate, 'certificate')
  const words = usePaperTexts()
  if (view === null || words === null) return <LoadingPage problem={problem} again={again} />
  const w = words.certificate
  return (
    <Page title={w.title} lead={w.lead} test="certificate">
      <Sheet view={view} w={w} />
      <div class="buttons">
        <PrintButton words={words} />
        <Button test="certificate-save" onPress={() => save(view, w.saved)}>
          {w.save}
        </Button>
      </div>
      <Badge view={view} w={w} />
      <Part title={w.checkTitle} test="certificate-check">
        <p>{w.checkNote}</p>
        <p>
          <code data-test="certificate-issuer">{issuerOf(view)}</code>
        </p>
        <a href="/verify.html" data-test="certificate-verify">
          {w.checkPage}
        </a>
      </Part>
    </Page>
  )
}

type Words = PaperTexts['certificate']

function Sheet({ view: { part, number, stewards }, w }: { view: CertificateView; w: Words }): JSX.Element {
  const t = useTexts()
  const done = part.parts.map(({ kind, times, minutes }): [string, string] =>
    [w.parts[kind], minutes === 0 ? w.times(times) : w.timesFor(times, t.duration(minutes))])
  return (
    <section class="card paper" data-test="certificate-sheet" data-times={part.parts.reduce((sum, { times }) => sum + times, 0)}>
      <Facts
        rows={[
          [w.who, <strong>{part.name ?? w.noName}</strong>],
          [w.account, <code>{part.acct}</code>],
          [w.since, date(part.since, t.language)],
        ]}
      />
      {done.length === 0 ? <p class="note">{w.nothing}</p> : <Facts rows={[...done, [w.helped, w.people(part.helped)]]} />}
      <Facts
        rows={[
          [w.issuer, part.city],
          [w.responsible, t.list(stewards.map((one) => nameOf(one, t)), stewards.length)],
          [w.contact, location.origin],
          [w.number, number],
          [w.day, date(part.ts, t.language)],
        ]}
      />
      <p class="note">{w.basis(part.size)}</p>
      <h2>{w.saysTitle}</h2>
      <p>{w.says}</p>
      <p>{w.saysNot}</p>
    </section>
  )
}

/** As the sites that collect badges would show it. */
function Badge({ view: { part }, w }: { view: CertificateView; w: Words }): JSX.Element {
  const t = useTexts()
  return (
    <Part title={w.badgeTitle} test="certificate-badge">
      <div class="card badge">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={MARK} />
        </svg>
        <div>
          <p>
            <strong>{w.badgeName}</strong>
          </p>
          <p class="note">
            {part.city} · {date(part.ts, t.language)}
          </p>
        </div>
      </div>
      <p class="note">{w.badgeNote}</p>
    </Part>
  )
}

const issuerOf = ({ credential }: CertificateView): string => (credential['issuer'] as { id: string }).id

function save({ credential, number }: CertificateView, said: string): void {
  saveFile(`${number}.json`, `${JSON.stringify(credential, null, 2)}\n`, 'application/vc+ld+json')
  say(said)
}
