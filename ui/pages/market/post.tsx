/**
 * Posting, or changing what one has posted: five fields at most, the rest folded away, and below them exactly
 * what others will see. What has been begun is kept on this device until it is posted.
 */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { toHex } from '#ledger/bytes.ts'
import type { ListingView, ListRequest, MeView } from '#protocol/api.ts'
import type { ListingCategory, Scope } from '#protocol/listing.ts'
import { listingCategories, type ListingKind, listingKinds, scopes } from '#protocol/listing.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, refresh, say } from '../../hub/app.ts'
import { preference } from '../../device/cabinet.ts'
import { random, spoken } from '../../device/commit.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { askedOf, dailyKinds, draftOf, emptyDraft, type ListingDraft, readDraft, saidIn, scopeOf, widerKinds } from './listing-draft.ts'
import { go, to } from '../../router.ts'
import { unlock } from '../../hub/acting.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { signedListing } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import {
  Button, Choice, Form, LoadingPage, NotYetMet, Page, Part, Refused, Select, Stepper, TextField, useLoaded, useTexts,
} from '../../parts/view.tsx'
import { Card } from '../../parts/listing-card.tsx'
import { MoreFields, PlacesField, ResourceField, ReturnsField } from './post-fields.tsx'

const TITLE_MAX = 60
const WORDS_MAX = 600
const HOUR_MINUTES = 60
const EVENT_MINUTES_MAX = 72 * HOUR_MINUTES

export function Post(): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)!
  const asked = new URLSearchParams(location.search)
  const changing = asked.get('change')
  if (!mine.attested)
    return (
      <Page title={t.board.post} test="post">
        <NotYetMet acct={mine.acct} />
      </Page>
    )
  if (changing !== null) return <Change id={changing} mine={mine} />
  return <PostForm key={asked.get('kind') ?? ''} mine={mine} begun={begunFor(asked, t.language)} before={null} />
}

/** What was begun here before, unless something else is asked for now. */
function begunFor(asked: URLSearchParams, language: string): ListingDraft {
  const wanted = asked.get('kind') === 'offer' ? 'skill' : asked.get('kind')
  const kind = listingKinds.find((one) => one === wanted) ?? null
  const title = asked.get('title')
  const begun = title === null ? readDraft(preference.get('draft')) : null
  if (begun !== null && (kind === null || begun.kind === kind)) return begun
  return { ...emptyDraft(kind ?? 'need', language), title: title ?? '', begins: asked.get('begins') ?? '' }
}

function Change({ id, mine }: { id: string; mine: MeView }): JSX.Element {
  const { value, problem, again } = useLoaded(() => hub.listing(id), id)
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return <PostForm mine={mine} begun={draftOf(value)} before={value} />
}

function PostForm({ mine, begun, before }: { mine: MeView; begun: ListingDraft; before: ListingView | null }): JSX.Element {
  const t = useTexts('listings')
  const { form } = t.market
  const view = useStore(hubView)!
  const [draft, setDraft] = useState(begun)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // Signed once for these words: pressed again after a broken line, the same bytes are the same post.
  const signed = useRef<{ of: string; request: ListRequest } | null>(null)
  const hasCities = (view.federation?.cities.length ?? 0) > 1
  const put = (some: Partial<ListingDraft>): void => {
    const next = { ...draft, ...some }
    setDraft(next)
    if (before === null) preference.set('draft', JSON.stringify(next))
  }
  const { kind, minutes } = draft
  const isEvent = kind === 'event'
  const asked = askedOf[kind]
  const beside: readonly ListingKind[] = widerKinds.some((one) => one === kind) ? widerKinds : dailyKinds

  const send = async (): Promise<void> => {
    if (spoken(draft.title) === '') return
    const [device, seen] = [await unlock(), await hub.seen()]
    if (device === null) return
    if (!seen.ok) return setTrouble(seen.problem)
    const body = spoken(draft.words) === '' ? null : spoken(draft.words)
    const of = JSON.stringify(draft)
    if (signed.current?.of !== of) {
      const { now } = seen.value
      const said = saidIn(draft, { now, hasCities, before })
      const head = {
        id: before?.id ?? toHex(random(16)), hub: view.origin, region: view.region, rev: (before?.rev ?? 0) + 1, from: before?.from ?? now,
      }
      signed.current = { of, request: signedListing(device, view.hubId, { ...said, ...head }, body) }
    }
    const answer = await hub.list(signed.current.request)
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    if (before === null) preference.set('draft', '')
    await refresh()
    const { expiresAt } = saidIn(draft, { now: seen.value.now, hasCities, before })
    say(before === null ? form.sentUntil(date(expiresAt, t.language)) : form.changed)
    go(to.listing(answer.value.id))
  }

  return (
    <Page title={before === null ? t.market.titles[kind] : form.changeTitle} test="post">
      {before !== null && <p class="note">{form.changeNote}</p>}
      {before === null && begun.title !== '' && begun === draft && (
        <p class="note" data-test="post-begun">
          {form.draft}{' '}
          <Button test="post-drop" kind="quiet" onPress={() => put(emptyDraft(kind, t.language))}>
            {form.drop}
          </Button>
        </p>
      )}
      <Form test="post-form" onSend={() => void send()}>
        {before === null && (
          <Choice
            hidden
            label={t.post.kind}
            value={kind}
            test="post-kind"
            onChange={(one) => put(turnedTo(one as ListingKind, draft))}
            options={beside.map((one) => ({ value: one, label: t.market.titles[one] }))}
          />
        )}
        <TextField
          label={t.post.subject}
          note={t.market.hints[kind]}
          value={draft.title}
          onChange={(title) => put({ title })}
          test="post-title"
          maxLength={TITLE_MAX}
        />
        <TextField
          type="area"
          label={t.post.words}
          note={t.post.wordsHint}
          value={draft.words}
          onChange={(words) => put({ words })}
          test="post-words"
          maxLength={WORDS_MAX}
        />
        {asked.includes('begins') && (
          <TextField
            type="moment"
            label={form.whenEvent}
            value={draft.begins}
            onChange={(begins) => put({ begins })}
            test="post-begins"
          />
        )}
        {asked.includes('resource') && <ResourceField draft={draft} put={put} />}
        {asked.includes('length') && (
          <div class="stack">
            {minutes !== null && (
              <Stepper
                label={t.post.length}
                minutes={minutes}
                {...(isEvent ? { most: EVENT_MINUTES_MAX } : {})}
                onChange={(next) => put({ minutes: next })}
                test="post-minutes"
              />
            )}
            {!isEvent && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={minutes === null}
                  data-test="post-length-open"
                  onChange={(event) => put({ minutes: event.currentTarget.checked ? null : HOUR_MINUTES })}
                />
                <span>{t.post.unknown}</span>
              </label>
            )}
          </div>
        )}
        <Select
          label={t.post.category}
          value={draft.category}
          test="post-category"
          onChange={(value) => put({ category: value as ListingCategory })}
          options={listingCategories.toReversed().map((one) => ({ value: one, label: t.categories[one] }))}
        />
        {asked.includes('places') && <PlacesField draft={draft} put={put} />}
        {asked.includes('returns') && <ReturnsField draft={draft} put={put} />}
        <MoreFields draft={draft} put={put}>
          {hasCities && (
            <Select
              label={t.post.scope}
              value={scopeOf(draft, hasCities)}
              test="post-scope"
              onChange={(value) => put({ scope: value as Scope })}
              options={scopes
                .filter((one) => before === null || scopes.indexOf(one) >= scopes.indexOf(before.scope))
                .map((one) => ({ value: one, label: t.scopes[one] }))}
            />
          )}
        </MoreFields>
        <Refused trouble={trouble} />
        <div class="buttons">
          <Button test="post-send" kind="main" disabled={spoken(draft.title) === ''} onPress={send}>
            {before === null ? t.post.send : form.changeTitle}
          </Button>
        </div>
      </Form>
      <Part title={t.post.preview} test="post-preview">
        <div class="preview" inert>
          <Card listing={previewOf(draft, mine, view, hasCities)} />
        </div>
      </Part>
    </Page>
  )
}

/** The same words as something else: what only the new kind asks begins as it would. */
function turnedTo(kind: ListingKind, draft: ListingDraft): Partial<ListingDraft> {
  const { minutes, resource } = emptyDraft(kind, draft.languages[0] ?? 'zh')
  return { kind, resource, minutes: minutes === null ? null : (draft.minutes ?? minutes) }
}

/** As others see it, so not marked as the reader's own. */
function previewOf(draft: ListingDraft, mine: MeView, view: { origin: string; city: string }, hasCities: boolean): ListingView {
  const now = Math.floor(hubNow())
  const said = saidIn(draft, { now, hasCities, before: null })
  return {
    ...said, id: '', hub: view.origin, city: view.city, own: true, rev: 1, from: now, heardTs: now, online: draft.online,
    title: draft.title === '' ? '…' : draft.title, body: draft.words === '' ? null : draft.words, images: draft.images,
    author: { acct: '', name: mine.name, hub: view.origin, city: view.city },
  }
}
