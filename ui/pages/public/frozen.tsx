/**
 * Why dealings with a city are frozen, or why others freeze theirs with us: in plain words what its ledger did,
 * what follows for a member, and the evidence to carry away and check without us.
 */
import type { JSX } from 'preact'
import { isFreezing } from '#ledger/evidence/offence.ts'
import { hub } from '../../hub/hub-client.ts'
import { Facts, LoadingPage, Missing, Page, Part, useLoaded, useTexts } from '../../parts/view.tsx'

export function Frozen({ id }: { id: string }): JSX.Element {
  const t = useTexts('frozen')
  const { value, problem, again } = useLoaded(hub.evidence, 'evidence')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  const found = value.find((one) => one.id === id)
  if (found === undefined) return <Missing problem={{ from: 'door', code: 'not-found', data: {} }} again={again} />
  const { city, kind, own, hubId, file } = found
  const words = own
    ? { title: t.frozen.ownTitle, lead: t.frozen.ownLead, means: t.frozen.ownMeans }
    : isFreezing(kind)
      ? { title: t.frozen.title(city), lead: t.frozen.lead(city), means: t.frozen.means }
      : { title: t.frozen.doubtTitle(city), lead: t.frozen.doubtLead(city), means: t.frozen.doubtMeans }
  return (
    <Page title={words.title} lead={words.lead} test="frozen">
      <p class="card calm" data-test="frozen-what" data-kind={kind}>
        {t.frozen.what[kind]}
      </p>
      <Part title={t.frozen.meansTitle} test="frozen-means">
        <ul class="plain">
          {words.means.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Part>
      <Part title={t.frozen.checkTitle} test="frozen-check">
        <ol class="plain">
          {t.frozen.check.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
        <pre>
          <code>{t.frozen.command(file)}</code>
        </pre>
        <Facts
          rows={[
            [t.frozen.hubId, <code>{hubId}</code>, 'frozen-hub-id'],
            [t.frozen.id, <code>{id}</code>],
          ]}
        />
        <div class="buttons">
          <a class="button main" href={`/evidence/${id}`} download={file} data-test="frozen-save">
            {t.frozen.save}
          </a>
        </div>
      </Part>
    </Page>
  )
}
