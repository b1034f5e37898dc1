/**
 * Somebody proposes an agreement: everything it says, read from the very bytes that will be signed,
 * and two buttons. What the hub says about it beside those bytes is used for names only.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { abroad, me, refresh, refreshAbroad, say } from '../app.ts'
import { moment } from '../format.ts'
import { hub } from '../hub-client.ts'
import { go, to } from '../router.ts'
import { acceptDraft, type Trouble } from '../session.ts'
import { readDraft } from '../signing.ts'
import { useStore } from '../store.ts'
import {
  Button,
  Facts,
  LinkButton,
  nameOf,
  Page,
  Refused,
  useLoaded,
  useTexts,
} from '../view.tsx'

export function DraftPage({ id, hub: origin }: { id: string; hub: string | null }): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)!
  const at = useStore(abroad).find((city) => city.hub === origin)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const draft = (origin === null ? mine.drafts : (at?.drafts ?? [])).find((one) => one.id === id)
  if (draft === undefined) {
    return (
      <Page title={t.sign.title} test="draft-gone">
        <p>{t.sign.gone}</p>
        <LinkButton test="to-home" href={to.home}>
          {t.common.toHome}
        </LinkButton>
      </Page>
    )
  }
  const terms = readDraft(draft.body, mine.acct)
  if (terms === null)
    return (
      <Page title={t.sign.title} test="draft-unreadable">
        <p>{t.sign.unreadable}</p>
        <LinkButton test="to-home" href={to.home}>
          {t.common.toHome}
        </LinkButton>
      </Page>
    )

  const other = nameOf(draft.from, t)
  const sign = async (): Promise<void> => {
    const done = await acceptDraft(draft, at)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.sign.done, done.value.seq)
    go(to.agreement(terms.id, origin))
  }
  const refuse = async (): Promise<void> => {
    const answer = await hub.dropDraft(draft.id)
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    await Promise.all([refresh(), refreshAbroad()])
    say(t.sign.refused)
    go(to.home)
  }
  return (
    <Page title={t.sign.title} test="draft">
      <Facts
        rows={[
          [t.sign.about, <About listing={draft.listing} />],
          [t.sign.with, other],
          [t.sign.helper, terms.helper === mine.acct ? t.common.you : other],
          [t.sign.receiver, terms.receiver === mine.acct ? t.common.you : other],
          [t.sign.length, t.duration(terms.minutes), 'draft-minutes'],
          [t.sign.begins, moment(terms.begins, t.language)],
          [t.sign.ends, moment(terms.ends, t.language)],
          [t.sign.what, t.awardCategories[terms.category]],
        ]}
      />
      <p>{origin === null ? t.sign.note : t.sign.noteAbroad}</p>
      <Refused trouble={trouble} />
      <div class="buttons">
        <Button test="draft-sign" kind="main" onPress={sign}>
          {t.sign.yes}
        </Button>
        {origin === null && (
          <Button test="draft-refuse" kind="quiet" onPress={refuse}>
            {t.sign.no}
          </Button>
        )}
      </div>
    </Page>
  )
}

/** What it is about, for the reader: the words stand on the board and not in what is signed. */
function About({ listing }: { listing: string }): JSX.Element {
  const { value } = useLoaded(() => hub.listing(listing), listing)
  return value === null ? <>…</> : <a href={to.listing(listing)}>{value.title}</a>
}
