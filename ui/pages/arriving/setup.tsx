/**
 * Founding a hub, once: language, place, charter, first steward. The word after `#` in the address
 * was printed by the installation and is sent with the last step only; until then nothing leaves
 * this device.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { hubView, speak } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { type Language, languageNames, languages } from '../../text/format.ts'
import { to } from '../../router.ts'
import { found } from '../../hub/session.ts'
import { Invite } from '../../parts/invite.tsx'
import {
  Button,
  Choice,
  Form,
  LinkButton,
  Page,
  Refused,
  Select,
  TextField,
  useTexts,
} from '../../parts/view.tsx'
import { inWeChat, OpenElsewhere } from './welcome.tsx'

type Region = 'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa'
const PRESETS = ['city', 'time-bank', 'gift', 'seed-literal'] as const
type Preset = (typeof PRESETS)[number]

const STEPS = 4
const NAME = /^[a-z0-9-]{1,24}$/

export function Setup(): JSX.Element {
  const t = useTexts('arriving')
  const [token, setToken] = useState(() => location.hash.slice(1))
  // The whole link pasted where half of it stood loads nothing anew.
  useEffect(() => {
    const take = (): void => setToken(location.hash.slice(1))
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  const [step, setStep] = useState(1)
  const [city, setCity] = useState('')
  const [name, setName] = useState('')
  const [region, setRegion] = useState<Region>('as')
  const [preset, setPreset] = useState<Preset>('city')
  const [steward, setSteward] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // Asked once, at the start: this very page is what founds it.
  const [wasFounded] = useState(() => hubView.get()?.founded === true)
  if (wasFounded) {
    return (
      <Page title={t.setup.title} test="setup">
        <p>{t.setup.already}</p>
        <LinkButton test="setup-to-home" kind="main" href={to.home}>
          {t.setup.toHome}
        </LinkButton>
      </Page>
    )
  }
  if (inWeChat()) return <OpenElsewhere />
  if (token === '')
    return (
      <Page title={t.setup.title} lead={t.setup.noToken} test="setup">
        <></>
      </Page>
    )

  const nameFits = NAME.test(name)
  const ready = [true, city.trim() !== '' && nameFits, true, steward.trim() !== ''][step - 1]!
  const forward = (): void => {
    if (ready) setStep(step + 1)
  }
  const finish = async (): Promise<void> => {
    if (!ready) return
    const done = await found(
      { token, language: t.language, name, city: city.trim(), region, preset },
      steward,
    )
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) setStep(STEPS + 1)
  }
  if (step > STEPS) {
    return (
      <Page title={t.setup.doneTitle} lead={t.setup.done(city.trim())} test="setup-done">
        <Invite />
        <LinkButton test="setup-to-home" kind="main" href={to.home}>
          {t.setup.toHome}
        </LinkButton>
      </Page>
    )
  }
  return (
    <Page title={t.setup.title} test="setup">
      <p class="steps" data-test="setup-step">
        {t.setup.step(step, STEPS)}
        <progress max={STEPS} value={step} aria-hidden="true" />
      </p>
      <Form test="setup-form" onSend={step === STEPS ? () => void finish() : forward}>
        {step === 1 && (
          <>
            <Choice
              label={t.setup.languageTitle}
              value={t.language}
              test="setup-language"
              options={languages.map((one) => ({ value: one, label: languageNames[one] }))}
              onChange={(language) => void speak(language as Language)}
            />
            <p class="note">{t.setup.languageNote}</p>
          </>
        )}
        {step === 2 && (
          <>
            <h2>{t.setup.placeTitle}</h2>
            <TextField
              label={t.setup.city}
              note={t.setup.cityNote}
              value={city}
              onChange={setCity}
              test="setup-city"
              maxLength={32}
            />
            <TextField
              label={t.setup.name}
              note={name === '' || nameFits ? t.setup.nameNote : t.setup.checkName}
              value={name}
              onChange={(text) => setName(text.toLowerCase().replaceAll(/[\s_.·]+/g, '-'))}
              test="setup-name"
              maxLength={24}
            />
            <Select
              label={t.setup.region}
              value={region}
              test="setup-region"
              onChange={(value) => setRegion(value as Region)}
              options={(Object.keys(t.regions) as Region[]).map((value) => ({
                value,
                label: t.regions[value],
              }))}
            />
          </>
        )}
        {step === 3 && (
          <>
            <Choice
              label={t.setup.presetTitle}
              value={preset}
              test="setup-preset"
              onChange={(value) => setPreset(value as Preset)}
              options={PRESETS.map((value) => ({
                value,
                label: t.setup.presets[value].name,
                note: t.setup.presets[value].words,
              }))}
            />
            <p class="note">{t.setup.presetNote}</p>
          </>
        )}
        {step === 4 && (
          <>
            <h2>{t.setup.stewardTitle}</h2>
            <p>{t.setup.stewardNote}</p>
            <TextField
              label={t.setup.stewardName}
              note={t.setup.keyNote}
              value={steward}
              onChange={setSteward}
              test="setup-steward"
              maxLength={40}
            />
          </>
        )}
        <Refused trouble={trouble} />
        <div class="buttons">
          {step < STEPS ? (
            <Button test="setup-next" kind="main" disabled={!ready} onPress={forward}>
              {t.common.next}
            </Button>
          ) : (
            <Button test="setup-finish" kind="main" disabled={!ready} onPress={finish}>
              {t.setup.finish}
            </Button>
          )}
          {step > 1 && (
            <Button test="setup-back" kind="quiet" onPress={() => setStep(step - 1)}>
              {t.common.back}
            </Button>
          )}
        </div>
      </Form>
    </Page>
  )
}
