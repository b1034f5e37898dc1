/**
 * Whoever has lost every device, as cards of the steward's queue: a new one that waits, to be recognised in person by its
 * number, and one that is proposed or announced.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromHex } from '#ledger/bytes.ts'
import type { RecoveryView, StewardDevicesView } from '#protocol/api.ts'
import { me } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import { wholeNumber } from '../../parts/devices.tsx'
import { date, numberOf } from '../../text/format.ts'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import { Button, nameOf, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { useAct } from './steward-item.tsx'

export function Recognise({ one }: { one: StewardDevicesView['waiting'][number] }): JSX.Element {
  const t = useTexts('devices')
  const { trouble, send } = useAct()
  const [evidence, setEvidence] = useState('')
  const propose = (): Promise<boolean> => {
    const { commitment, blob } = commit(evidence)
    const asked: Asked = {
      kind: 'recovery.proposed',
      member: one.acct,
      device: fromHex(one.device)!,
      proof: fromHex(one.proof)!,
      evidence: commitment,
    }
    return send(asked, t.devices.recognised, [blob])
  }
  return (
    <div class="card waiting" data-test="recognise" data-id={one.device}>
      <p>{t.devices.claims(one.name ?? t.common.unnamed)}</p>
      <p class="number-card small">
        <output data-test="recognise-number">{numberOf(one.device)}</output>
      </p>
      <p class="note">{t.devices.recogniseNote}</p>
      <TextField
        label={t.devices.evidence}
        value={evidence}
        onChange={setEvidence}
        test="recognise-evidence"
        maxLength={200}
      />
      <Refused trouble={trouble} />
      <Button test="recognise-yes" kind="main" onPress={propose}>
        {t.devices.recognise}
      </Button>
    </div>
  )
}

export function Announced({ recovery }: { recovery: RecoveryView }): JSX.Element {
  const own = useStore(me)!.acct
  const t = useTexts('devices')
  const { trouble, send } = useAct()
  const { member, device, by, needed, due, byMe } = recovery
  const mayApprove = due === null && member.acct !== own && !byMe
  const name = nameOf(member, t)
  return (
    <div class="card waiting" data-test="recovering" data-id={device} data-due={String(due)}>
      <p>
        {due === null
          ? t.devices.gathering(name, wholeNumber(device), by.length, needed)
          : t.devices.takesEffect(name, wholeNumber(device), date(due, t.language))}
      </p>
      <Refused trouble={trouble} />
      <div class="buttons">
        {mayApprove && (
          <Button
            test="recovering-approve"
            kind="main"
            onPress={() =>
              send(
                { kind: 'recovery.approved', member: member.acct, device: fromHex(device)! },
                t.devices.approved,
              )
            }
          >
            {t.devices.approve}
          </Button>
        )}
        <Button
          test="recovering-stop"
          kind="quiet"
          onPress={() => send({ kind: 'recovery.vetoed', member: member.acct }, t.devices.stopped)}
        >
          {t.devices.stop}
        </Button>
      </div>
    </div>
  )
}
