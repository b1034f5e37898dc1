/** Organisations and groups: who signs for each, signing for one, acting in its name, and registering another. */
import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { toHex } from '#ledger/bytes.ts'
import type { OrganisationView } from '#protocol/api.ts'
import { hubView, me, speakFor } from '../../hub/app.ts'
import { random } from '../../device/commit.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { go, to } from '../../router.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Button, Chip, Choice, LoadingPage, Page, Part, Select, TextField, useLoaded, useNameOf, useTexts } from '../../parts/view.tsx'
import { voice } from '../../hub/voice.ts'

export function Organisations(): JSX.Element {
  const o = useForms().organisations
  const isSelf = useStore(voice) === null
  const { value: all, problem, again } = useLoaded(hub.organisations, 'organisations')
  if (all === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={o.title} lead={o.lead} test="organisations">
      {all.length === 0 && <p class="note">{o.none}</p>}
      {all.filter(({ status }) => status !== 'departed').map((one) => (
        <OrganisationCard key={one.acct} one={one} isSelf={isSelf} />
      ))}
      {isSelf && <Found />}
    </Page>
  )
}

function OrganisationCard({ one, isSelf }: { one: OrganisationView; isSelf: boolean }): JSX.Element {
  const t = useTexts()
  const o = useForms().organisations
  const named = useNameOf()
  const { acct, attested, signers, isSigner, isNamed } = one
  const mine = useStore(me)!
  const name = one.name ?? t.common.unnamed
  const form = one.form === 'group' ? 'group' : 'organisation'
  const speak = async (): Promise<void> => {
    await speakFor({ acct, name })
    go(to.home)
  }
  return (
    <article class="card" data-test="organisation" data-acct={acct} data-attested={attested}>
      <p>
        <strong>{name}</strong> <Chip>{o.forms[form]}</Chip> {!attested && <Chip>{o.waits}</Chip>}
      </p>
      <p class="note">{o.signers(signers.map(named).join(t.language === 'zh' ? '、' : ', '))}</p>
      {isSelf && isNamed && (
        <TwoSteps test="accept-signing" open={o.accept} kind="main" says={o.acceptSays(name)} button={o.accept} done={o.accepted} asked={() => ({ kind: 'signer.accepted', organisation: acct })} />
      )}
      {isSelf && isSigner && (
        <>
          {attested && (
            <Button test="speak-for" kind="main" onPress={speak}>
              {o.speak}
            </Button>
          )}
          <NameSigner one={one} name={name} />
          {signers.length > 1 && (
            <TwoSteps
              test="end-signing" open={o.end} says={o.endSays(name)} button={o.end} done={o.ended}
              asked={() => ({ kind: 'signer.ended', organisation: acct, signer: mine.acct })}
            />
          )}
        </>
      )}
    </article>
  )
}

function NameSigner({ one, name }: { one: OrganisationView; name: string }): JSX.Element | null {
  const o = useForms().organisations
  const named = useNameOf()
  const { value: people } = useLoaded(hub.people, 'people')
  const [signer, setSigner] = useState('')
  const others = people?.filter(({ acct }) => acct !== one.acct && !one.signers.some((known) => known.acct === acct)) ?? []
  const chosen = others.find(({ acct }) => acct === signer) ?? others[0]
  if (chosen === undefined) return null
  return (
    <details class="fold" data-test="name-signer-fold">
      <summary>{o.name}</summary>
      <SignedForm
        test="name-signer" says={o.nameSays(named(chosen), name)} button={o.nameSend} done={o.named}
        asked={() => ({ kind: 'signer.named', organisation: one.acct, signer: chosen.acct })}
      >
        <Select label={o.name} value={chosen.acct} test="signer" onChange={setSigner} options={others.map((other) => ({ value: other.acct, label: named(other) }))} />
      </SignedForm>
    </details>
  )
}

function Found(): JSX.Element {
  const o = useForms().organisations
  const view = useStore(hubView)!
  const kept = useKept('organisation', { name: '', form: 'organisation' })
  const { name, form } = kept.fields as { name: string; form: 'organisation' | 'group' }
  // Made once: pressing again after a broken line is the same question.
  const account = useMemo(() => toHex(random(32)), [])
  return (
    <Part title={o.foundTitle} test="found-organisation">
      <SignedForm
        test="found" words={name} button={o.found} done={o.founded} onDone={kept.clear}
        says={name.trim() === '' ? o.needName : o.foundSays(name, o.forms[form])}
        asked={(profile) => ({ kind: 'organisation.joined', organisation: account, form, profile, charter: view.charterHash })}
      >
        <TextField label={o.foundName} value={name} onChange={(text) => kept.put({ name: text })} test="found-name" maxLength={60} />
        <Choice
          label={o.foundForm} value={form} test="found-form" onChange={(chosen) => kept.put({ form: chosen })}
          options={(['organisation', 'group'] as const).map((value) => ({ value, label: o.forms[value], note: o.formNotes[value] }))}
        />
      </SignedForm>
    </Part>
  )
}
