/** Who asked to join, on the steward's page: met in person, the number compared; or nobody that anybody knows. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { StewardView } from '#protocol/api.ts'
import { commit } from '../../device/commit.ts'
import { date, numberOf } from '../../text/format.ts'
import { Button, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { Item, useAct } from './steward-item.tsx'

/**
 * Met in person, number compared. How they know each other is committed to and stays out of the
 * record.
 */
export function Attest({ one }: { one: StewardView['toAttest'][number] }): JSX.Element {
  const t = useTexts('steward')
  const { trouble, send } = useAct()
  const [evidence, setEvidence] = useState('')
  const [sure, setSure] = useState(false)
  const attest = async (): Promise<void> => {
    const { commitment, blob } = commit(evidence)
    await send(
      { kind: 'member.attested', member: one.acct, identity: commitment },
      t.steward.attested,
      [blob],
    )
  }
  const decline = async (): Promise<void> => {
    const { commitment, blob } = commit(evidence)
    await send({ kind: 'member.declined', member: one.acct, reason: commitment }, t.steward.declined, [blob])
  }
  return (
    <Item test="attest-item" id={one.acct}>
      <div>
        <p>
          <strong>{one.name ?? t.common.unnamed}</strong>{' '}
          <span class="note">{t.steward.joined(date(one.joinedTs, t.language))}</span>
        </p>
        <p class="number-card small">
          <output data-test="attest-number">{numberOf(one.acct)}</output>
        </p>
        <p class="note">{t.steward.attestNote}</p>
        <TextField
          label={t.steward.evidence}
          value={evidence}
          onChange={setEvidence}
          test="attest-evidence"
          maxLength={200}
        />
        <Refused trouble={trouble} />
      </div>
      <div class="buttons">
        <Button test="attest" kind="main" onPress={attest}>
          {t.steward.attest}
        </Button>
        <Button test="attest-decline" kind="quiet" onPress={() => (sure ? decline() : setSure(true))}>
          {sure ? t.steward.declineYes : t.steward.decline}
        </Button>
      </div>
    </Item>
  )
}
