/** Posting a need or an offer: five fields at most, and below them exactly what others will see. */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { toHex } from '#ledger/bytes.ts'
import type { ListingView, ListRequest, MeView } from '#protocol/api.ts'
import {
  careCategories,
  type ListingCategory,
  listingCategories,
  type Scope,
} from '#protocol/listing.ts'
import { hubView, me, refresh, say } from '../app.ts'
import { random, spoken } from '../commit.ts'
import { hub } from '../hub-client.ts'
import { go, to } from '../router.ts'
import { type Trouble, unlock } from '../session.ts'
import { signedListing } from '../signing.ts'
import { useStore } from '../store.ts'
import {
  Button,
  Choice,
  Form,
  NotYetMet,
  Page,
  Part,
  Refused,
  Select,
  Stepper,
  TextField,
  useTexts,
} from '../view.tsx'
import { Card } from './board.tsx'

const TITLE_MAX = 60
const WORDS_MAX = 600
const LIVES_SECONDS = 30 * 86_400
const HOUR_MINUTES = 60

export function Post(): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)!
  if (mine.attested) return <PostForm mine={mine} />
  return (
    <Page title={t.board.post} test="post">
      <NotYetMet acct={mine.acct} />
    </Page>
  )
}

function PostForm({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts()
  const view = useStore(hubView)!
  const [kind, setKind] = useState<'need' | 'skill'>(() =>
    new URLSearchParams(location.search).get('kind') === 'offer' ? 'skill' : 'need',
  )
  const [title, setTitle] = useState('')
  const [words, setWords] = useState('')
  const [minutes, setMinutes] = useState(HOUR_MINUTES)
  const [isOpen, setOpen] = useState(false)
  const [category, setCategory] = useState<ListingCategory>('everyday')
  const [chosenScope, setScope] = useState<Scope | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // Signed once for these words: pressed again after a broken line, the same bytes are the same
  // post.
  const signed = useRef<{ of: string; request: ListRequest } | null>(null)
  const hasCities = (view.federation?.cities.length ?? 0) > 1
  // Care stays among neighbours unless its author says otherwise.
  const scope: Scope =
    chosenScope ?? (hasCities && !careCategories.has(category) ? 'federation' : 'hub')

  const send = async (): Promise<void> => {
    if (spoken(title) === '') return
    const [device, seen] = [await unlock(), await hub.seen()]
    if (device === null) return
    if (!seen.ok) return setTrouble(seen.problem)
    const body = spoken(words) === '' ? null : spoken(words)
    const from = seen.value.now
    const header = {
      hub: view.origin,
      rev: 1,
      kind,
      region: view.region,
      category,
      title: spoken(title),
      scope,
      languages: [t.language],
      minutes: isOpen ? 0 : minutes,
      online: 0 as const,
      state: 'open' as const,
    }
    const of = JSON.stringify([header, body])
    if (signed.current?.of !== of) {
      const times = { id: toHex(random(16)), from, expiresAt: from + LIVES_SECONDS }
      signed.current = {
        of,
        request: signedListing(device, view.hubId, { ...header, ...times }, body),
      }
    }
    const answer = await hub.list(signed.current.request)
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    await refresh()
    say(t.post.sent)
    go(to.listing(answer.value.id))
  }

  const now = Math.floor(Date.now() / 1000)
  const preview: ListingView = {
    id: '',
    hub: view.origin,
    city: view.city,
    own: true,
    // As others see it, so not marked as the reader's own.
    author: { acct: '', name: mine.name, hub: view.origin, city: view.city },
    rev: 1,
    kind,
    category,
    title: title === '' ? '…' : title,
    body: words === '' ? null : words,
    scope,
    languages: [t.language],
    minutes: isOpen ? 0 : minutes,
    online: false,
    from: now,
    expiresAt: now + LIVES_SECONDS,
    state: 'open',
    heardTs: now,
  }
  return (
    <Page title={kind === 'need' ? t.post.need : t.post.offer} test="post">
      <Form test="post-form" onSend={() => void send()}>
        <Choice
          hidden
          label={t.post.kind}
          value={kind}
          test="post-kind"
          onChange={(value) => setKind(value as 'need' | 'skill')}
          options={[
            { value: 'need', label: t.post.need },
            { value: 'skill', label: t.post.offer },
          ]}
        />
        <TextField
          label={t.post.subject}
          note={kind === 'need' ? t.post.subjectHintNeed : t.post.subjectHintOffer}
          value={title}
          onChange={setTitle}
          test="post-title"
          maxLength={TITLE_MAX}
        />
        <TextField
          type="area"
          label={t.post.words}
          note={t.post.wordsHint}
          value={words}
          onChange={setWords}
          test="post-words"
          maxLength={WORDS_MAX}
        />
        {!isOpen && (
          <Stepper
            label={t.post.length}
            minutes={minutes}
            onChange={setMinutes}
            test="post-minutes"
          />
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={isOpen}
            data-test="post-length-open"
            onChange={(event) => setOpen(event.currentTarget.checked)}
          />
          <span>{t.post.unknown}</span>
        </label>
        <div class="filters">
          <Select
            label={t.post.category}
            value={category}
            test="post-category"
            onChange={(value) => setCategory(value as ListingCategory)}
            options={listingCategories
              .toReversed()
              .map((one) => ({ value: one, label: t.categories[one] }))}
          />
          {hasCities && (
            <Select
              label={t.post.scope}
              value={scope}
              test="post-scope"
              onChange={(value) => setScope(value as Scope)}
              options={(['hub', 'peers', 'federation'] as const).map((one) => ({
                value: one,
                label: t.scopes[one],
              }))}
            />
          )}
        </div>
        <Refused trouble={trouble} />
        <div class="buttons">
          <Button test="post-send" kind="main" disabled={spoken(title) === ''} onPress={send}>
            {t.post.send}
          </Button>
        </div>
      </Form>
      <Part title={t.post.preview} test="post-preview">
        <div class="preview" inert>
          <Card listing={preview} />
        </div>
      </Part>
    </Page>
  )
}
