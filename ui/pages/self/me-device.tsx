/** This device, on my page: its number, how its key lies here, and a PIN before it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { say, speak } from '../../hub/app.ts'
import { type Language, languageNames, languages, numberOf } from '../../text/format.ts'
import { setPin } from '../../hub/acting.ts'
import { isBorrowed, kept } from '../../hub/kept-key.ts'
import { PIN_LENGTH_MIN, signOut } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, Choice, Facts, Form, Part, TextField, TextSize, useTexts } from '../../parts/view.tsx'

export function DevicePart(): JSX.Element {
  const t = useTexts('self')
  const device = useStore(kept)
  const isBorrowedHere = useStore(isBorrowed)
  return (
    <Part title={t.me.deviceTitle} test="device">
      {device !== null && (
        <Facts rows={[[t.me.deviceId, <code>{numberOf(device.publicKey)}</code>, 'device-id']]} />
      )}
      {device !== null && !isBorrowedHere && <Pin isSet={!(device.seed instanceof Uint8Array)} />}
      <p class="note">{t.me.deviceLost}</p>
      {!isSecureContext && (
        <p class="note" data-test="insecure">
          {t.me.insecure}
        </p>
      )}
      <Choice
        label={t.me.languageTitle}
        value={t.language}
        test="language"
        onChange={(value) => void speak(value as Language)}
        options={languages.map((one) => ({ value: one, label: languageNames[one] }))}
      />
      <TextSize />
      <div class="buttons">
        <Button test="sign-out" kind="quiet" onPress={signOut}>
          {t.me.out}
        </Button>
        <span class="note">{t.me.outNote}</span>
      </div>
    </Part>
  )
}

function Pin({ isSet }: { isSet: boolean }): JSX.Element {
  const t = useTexts('self')
  const [open, setOpen] = useState(false)
  const [pin, setText] = useState('')
  const save = async (next: string | null): Promise<void> => {
    if (next !== null && [...next].length < PIN_LENGTH_MIN) return
    if (!(await setPin(next))) return
    setOpen(false)
    setText('')
    say(next === null ? t.me.pinRemoved : t.me.pinSaved)
  }
  return (
    <>
      <p data-test="key-kept" data-pin={isSet}>
        {isSet ? t.me.devicePin : t.me.devicePlain}
      </p>
      {isSet && (
        <Button test="pin-remove" kind="quiet" onPress={() => save(null)}>
          {t.me.pinRemove}
        </Button>
      )}
      {!isSet && !open && (
        <Button test="pin-set" onPress={() => setOpen(true)}>
          {t.me.pinSet}
        </Button>
      )}
      {!isSet && open && (
        <Form test="pin-new-form" onSend={() => void save(pin)}>
          {/* Seen while it is chosen: nobody can open a key whose PIN was mistyped once. */}
          <TextField
            label={t.me.pinNew}
            note={t.me.pinNote}
            value={pin}
            onChange={setText}
            test="pin-new"
          />
          <Button
            test="pin-save"
            kind="main"
            disabled={[...pin].length < PIN_LENGTH_MIN}
            onPress={() => save(pin)}
          >
            {t.me.pinSave}
          </Button>
          <Button test="pin-not-now" kind="quiet" onPress={() => setOpen(false)}>
            {t.common.cancel}
          </Button>
        </Form>
      )}
    </>
  )
}
