/** After a restore: a steward's yes to going on from a backup, and what members say it has lost. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { StewardView } from '#protocol/api.ts'
import { hubView, say } from '../../hub/app.ts'
import { confirmRestore } from '../../hub/acting.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { date, numberOf } from '../../text/format.ts'
import { useStore } from '../../store.ts'
import { Button, Part, Refused, useTexts, When } from '../../parts/view.tsx'
import { Item } from './steward-item.tsx'

/** The computer went back to a backup: what came back, who is silent or withholds, and the steward's yes. */
export function Restore(): JSX.Element | null {
  const t = useTexts('restore')
  const restoring = useStore(hubView)?.restoring ?? null
  const hasCities = useStore(hubView)?.federation !== null
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (restoring === null || restoring.step !== 'ready') return null
  const { size, from, silent, withheld, approvals } = restoring
  const listed = (cities: string[]): string => cities.join(t.language === 'zh' ? '、' : ', ')
  const confirm = async (): Promise<void> => {
    const done = await confirmRestore(restoring)
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.restore.afterYes[done.value])
  }
  return (
    <Part title={t.restore.title} test="restore">
      <Item test="restore-item" id={String(size)}>
        <div>
          <p>{t.restore.what(size, listed(from))}</p>
          {!hasCities && <p>{t.restore.alone}</p>}
          {silent.length > 0 && <p data-test="restore-silent">{t.restore.silent(listed(silent))}</p>}
          {withheld.map(({ city, entries }) => (
            <p key={city} data-test="restore-without">
              <strong>{t.restore.without(city, entries)}</strong>
            </p>
          ))}
          <p>{t.restore.note}</p>
          <p class="note">{t.restore.approvals(approvals.got, approvals.needed)}</p>
          <Refused trouble={trouble} />
        </div>
        <Button test="restore-confirm" kind="main" onPress={confirm}>
          {t.restore.confirm}
        </Button>
      </Item>
    </Part>
  )
}

/** What members say a restore has lost, as far as the record tells. */
export function Losses({ lost }: { lost: StewardView['lost'] }): JSX.Element | null {
  const t = useTexts('restore')
  if (lost.length === 0) return null
  return (
    <Part title={t.restore.claimsTitle} test="lost-claims">
      <p class="note">{t.restore.claimsNote}</p>
      <ul class="rows">
        {lost.map((one) => (
          <li key={`${one.acct} ${one.seq}`} class="row" data-test="lost-claimed" data-acct={one.acct} data-seq={one.seq}>
            <span class="row-main">
              <strong>{one.name ?? t.common.unnamed}</strong>{' '}
              <span class="note">
                <code>{numberOf(one.acct)}</code> {t.restore.claimsOne(one.seq, date(one.restoredTs, t.language))}
              </span>
            </span>
            <span class="note">
              <When ts={one.ts} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
