/**
 * Joining: read the charter in plain words, say what neighbours call you, and meet a steward. Then
 * the page shows the number by which the steward knows which entry is you, and waits.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { HubView } from '#protocol/api.ts'
import { hubView, me } from '../../hub/app.ts'
import { kept, type Trouble } from '../../hub/kept-key.ts'
import { factor, numberOf } from '../../text/format.ts'
import { to } from '../../router.ts'
import { join } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import type { Texts } from '../../text/catalogue.ts'
import { Button, Form, LinkButton, Page, Part, Refused, TextField, useTexts } from '../../parts/view.tsx'
import { inWeChat, OpenElsewhere, SignIn } from './welcome.tsx'

export function Join({ code }: { code: string | null }): JSX.Element {
  const t = useTexts('arriving')
  const hub = useStore(hubView)!
  const mine = useStore(me)
  const device = useStore(kept)
  const [name, setName] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (mine !== null) return mine.attested ? <Attested /> : <Waiting acct={mine.acct} />
  if (inWeChat()) return <OpenElsewhere />

  const enter = async (): Promise<void> => {
    if (name.trim() === '') return
    const done = await join(name, code)
    setTrouble(done.ok ? null : done.trouble)
  }
  return (
    <Page title={t.join.title(hub.city)} test="join">
      {device !== null && <SignIn />}
      {device === null && hub.federation !== null && (
        <LinkButton test="to-arrive" kind="quiet" href={to.arrive}>
          {t.nav.arrive}
        </LinkButton>
      )}
      <Part title={t.join.charterTitle} test="charter">
        <ul class="plain">
          {charterInWords(hub, t).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Part>
      {code !== null && (
        <p class="note" data-test="join-invited">
          {t.join.invited}
        </p>
      )}
      <Form test="join-form" onSend={() => void enter()}>
        <TextField
          label={t.join.name}
          note={t.join.nameNote}
          value={name}
          onChange={setName}
          test="join-name"
          maxLength={40}
        />
        <p class="note">{t.join.keyNote}</p>
        <Refused trouble={trouble} />
        <Button test="join-agree" kind="main" disabled={name.trim() === ''} onPress={enter}>
          {t.join.agree}
        </Button>
      </Form>
    </Page>
  )
}

/** The charter's rules that touch a member, each with this hub's own numbers. */
export function charterInWords(hub: HubView, t: Texts<'arriving'>): string[] {
  const special = hub.categories
    .filter((row) => row.perMille !== 1000)
    .map((row) =>
      t.join.coefficient(t.awardCategories[row.category as 1 | 2 | 3], factor(row.perMille)),
    )
  return [
    t.join.charter[hub.helpPrice],
    ...special,
    t.join.confirm(hub.confirmDays),
    t.join.rating(hub.ratingDays),
    t.join.decay(String(hub.decayPerMille / 10)),
    t.join.noMoney,
    t.join.privacy,
  ]
}

function Waiting({ acct }: { acct: string }): JSX.Element {
  const t = useTexts('arriving')
  return (
    <Page title={t.join.waitTitle} lead={t.join.wait} test="join-waiting">
      <p class="number-card">
        <span class="note">{t.join.yourCode}</span>
        <output data-test="join-number">{numberOf(acct)}</output>
      </p>
      <LinkButton test="look" href={to.board}>
        {t.join.meanwhile}
      </LinkButton>
    </Page>
  )
}

function Attested(): JSX.Element {
  const t = useTexts('arriving')
  return (
    <Page title={t.join.attestedTitle} lead={t.join.attested} test="join-attested">
      <LinkButton test="to-home" kind="main" href={to.home}>
        {t.setup.toHome}
      </LinkButton>
    </Page>
  )
}
