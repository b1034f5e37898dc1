/**
 * The public record, for whoever wants to check it: what to compare, what to download, what to run.
 * This page proves nothing by itself, and says so.
 */
import type { JSX } from 'preact'
import { hubView } from '../../hub/app.ts'
import { FrozenCities } from '../../parts/frozen.tsx'
import { hub } from '../../hub/hub-client.ts'
import { OwnWord } from '../../parts/recorded.tsx'
import { useStore } from '../../store.ts'
import { to } from '../../router.ts'
import { Facts, LinkButton, Page, Part, useLoaded, useTexts } from '../../parts/view.tsx'

/** The third line of a checkpoint is the root hash (C2SP tlog-checkpoint). */
const rootIn = (checkpoint: string): string => checkpoint.split('\n')[2] ?? ''

export function Audit(): JSX.Element {
  const t = useTexts('public')
  const view = useStore(hubView)!
  const { value: checkpoint } = useLoaded(hub.checkpoint, 'checkpoint')
  return (
    <Page title={t.audit.title} lead={t.audit.lead} test="audit">
      <FrozenCities />
      <OwnWord />
      <Facts
        rows={[
          [t.audit.origin, <code>{view.origin}</code>, 'audit-origin'],
          [t.audit.size, view.size, 'audit-size'],
          [
            t.audit.root,
            <code>{checkpoint === null ? t.audit.noCheckpoint : rootIn(checkpoint)}</code>,
            'audit-root',
          ],
          [t.audit.hubId, <code>{view.hubId}</code>],
          [t.audit.charter, <code>{view.charterHash}</code>],
        ]}
      />
      <LinkButton test="to-guide" kind="quiet" href={to.guide('auditor')}>
        {t.nav.guide}
      </LinkButton>
      <Part title={t.audit.howTitle} test="audit-how">
        <ol class="plain">
          {t.audit.how.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
        <pre>
          <code>{t.audit.command(location.origin)}</code>
        </pre>
        <div class="buttons">
          <a class="button main" href="/export" download data-test="audit-download">
            {t.audit.download}
          </a>
          <a class="button" href="/verify.html" data-test="audit-verify">
            {t.audit.verify}
          </a>
        </div>
        <p class="note">{t.audit.verifyNote}</p>
        <ul class="plain">
          {[
            ['verify.html', t.audit.saveVerify],
            ['checkpoint', t.audit.saveCheckpoint],
            ['policy', t.audit.savePolicy],
            ['evidence', t.audit.saveEvidence],
          ].map(([name, label]) => (
            <li key={name}>
              <a href={`/${name}`} download={name} data-test="audit-file">
                {label}
              </a>
            </li>
          ))}
        </ul>
        <p class="note">{t.audit.tiles}</p>
        <p class="note">{t.audit.limit}</p>
      </Part>
      {checkpoint !== null && (
        <Part title={t.audit.checkpoint} test="audit-checkpoint">
          <p class="note">{t.audit.checkpointIs}</p>
          <pre>
            <code>{checkpoint}</code>
          </pre>
        </Part>
      )}
    </Page>
  )
}
