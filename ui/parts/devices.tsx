/**
 * A member's devices on their page: which there are, one that waits to be let in, and a new one
 * that stewards are about to give them, which any device they still have can stop.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Hex } from '#ledger/action.ts'
import { fromHex } from '#ledger/bytes.ts'
import type { NewDeviceView, RecoveryView } from '#protocol/api.ts'
import { me, say } from '../hub/app.ts'
import { date, numberOf } from '../text/format.ts'
import { hub } from '../hub/hub-client.ts'
import { kept, type Trouble } from '../hub/kept-key.ts'
import { to } from '../router.ts'
import { act } from '../hub/session.ts'
import { useStore } from '../store.ts'
import { Button, Chip, Copied, nameOf, Part, Refused, useLoaded, useTexts, WithBooks } from './view.tsx'

/** First of all, wherever it is shown: somebody may be taking over this account, or waits at its door. */
export function DeviceNotices(): JSX.Element | null {
  const { value } = useLoaded(hub.devices, 'devices')
  if (value === null || (value.recovery === null && value.waiting.length === 0)) return null
  return (
    <WithBooks books={['devices']}>
      {value.recovery !== null && <Stoppable recovery={value.recovery} />}
      {value.waiting.map((one) => (
        <LetIn key={one.device} one={one} />
      ))}
    </WithBooks>
  )
}

/** In a sentence a number stays in one line. */
export const wholeNumber = (hex: Hex): string => numberOf(hex).replace(' ', '\u00a0')

function Stoppable({ recovery }: { recovery: RecoveryView }): JSX.Element {
  const t = useTexts('devices')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const stop = async (): Promise<void> => {
    const done = await act({ kind: 'recovery.vetoed', member: recovery.member.acct })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.devices.stopped, done.value.seq)
  }
  const names = t.list(recovery.by.map((one) => nameOf(one, t)), recovery.by.length)
  return (
    <div class="card waiting" data-test="recovery" data-due={String(recovery.due)}>
      <p>
        <strong>{t.devices.recoveryTitle}</strong>
      </p>
      <p>
        {recovery.due === null
          ? t.devices.proposed(wholeNumber(recovery.device), Math.max(1, recovery.needed - recovery.by.length))
          : t.devices.announced(names, wholeNumber(recovery.device), date(recovery.due, t.language))}
      </p>
      <p class="note">{t.devices.recoveryNote}</p>
      <Refused trouble={trouble} />
      <Button test="recovery-stop" kind="main" onPress={stop}>
        {t.devices.stop}
      </Button>
    </div>
  )
}

export function Devices(): JSX.Element | null {
  const t = useTexts('devices')
  const mine = useStore(me)!
  const here = useStore(kept)
  const { value } = useLoaded(hub.devices, 'devices')
  if (value === null) return null
  return (
    <Part title={t.devices.title} test="devices">
      <ul class="rows">
        {value.devices.map((device) => (
          <Row
            key={device}
            device={device}
            isThis={device === here?.publicKey}
            isLast={value.devices.length === 1}
          />
        ))}
      </ul>
      <Another acct={mine.acct} />
    </Part>
  )
}

/** How another device comes in: by the picture that its camera reads, by the address, or by one's number. */
function Another({ acct }: { acct: Hex }): JSX.Element {
  const t = useTexts('devices')
  const [picture, setPicture] = useState<JSX.Element | null>(null)
  const address = `${location.origin}${to.device(acct)}`
  /** Few open this, so what draws it is loaded for them alone. */
  const draw = async (): Promise<void> => {
    const { QR } = await import('./qr.tsx')
    setPicture(<QR text={address} label={t.devices.address} />)
  }
  return (
    <details class="fold" onToggle={(event) => void (event.currentTarget.open && draw())}>
      <summary data-test="device-more">{t.devices.more}</summary>
      <p>{t.devices.moreNote(wholeNumber(acct))}</p>
      <div data-test="device-picture">{picture}</div>
      <Copied label={t.devices.address} text={address} rows={3} test="device-address" copyTest="copy-device-address" />
    </details>
  )
}

function LetIn({ one }: { one: NewDeviceView }): JSX.Element {
  const t = useTexts('devices')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const letIn = async (): Promise<void> => {
    const done = await act({
      kind: 'device.added',
      device: fromHex(one.device)!,
      proof: fromHex(one.proof)!,
    })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.devices.letInDone, done.value.seq)
  }
  return (
    <div class="card waiting" data-test="new-device" data-id={one.device}>
      <p>{t.devices.waits}</p>
      <p class="number-card small">
        <output data-test="new-device-number">{numberOf(one.device)}</output>
      </p>
      <p class="note">{t.devices.waitsNote}</p>
      <Refused trouble={trouble} />
      <Button test="new-device-in" kind="main" onPress={letIn}>
        {t.devices.letIn}
      </Button>
    </div>
  )
}

function Row({ device, isThis, isLast }: { device: Hex; isThis: boolean; isLast: boolean }): JSX.Element {
  const t = useTexts('devices')
  const [sure, setSure] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const end = async (): Promise<void> => {
    const done = await act({ kind: 'device.revoked', device: fromHex(device)! })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.devices.ended, done.value.seq)
  }
  return (
    <li class="row" data-test="device-row" data-id={device}>
      <span class="row-main">
        <code>{numberOf(device)}</code>
        <Refused trouble={trouble} />
      </span>
      {isThis && <Chip tone="good">{t.devices.thisOne}</Chip>}
      {!isThis && !isLast && !sure && (
        <Button test="device-end" kind="quiet" onPress={() => setSure(true)}>
          {t.devices.end}
        </Button>
      )}
      {sure && (
        <Button test="device-end-yes" kind="main" onPress={end}>
          {t.devices.endYes}
        </Button>
      )}
    </li>
  )
}
