/**
 * A form in two steps. First its few fields; then, in plain sentences, exactly what is about to be signed, and one
 * button that signs it. Nothing leaves this device before the second, and going back loses nothing.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ActAnswer } from '#protocol/api.ts'
import { say } from '../hub/app.ts'
import type { Done, Trouble } from '../hub/kept-key.ts'
import { commit } from '../device/commit.ts'
import { act } from '../hub/session.ts'
import type { Asked } from '../device/signing.ts'
import type { FormTexts } from '../text/zh/forms.ts'
import { Button, Form, Refused, useTexts } from './view.tsx'

/** The words of the forms; pages that have some load them first. */
export const useForms = (): FormTexts => useTexts('forms').forms

/** Where a rule wants a commitment and nobody has written anything. */
export const NO_WORDS = '00'.repeat(32)

export type Signing = {
  test: string
  /** What is signed, a sentence each, ready to read; a text instead says what is still missing. */
  says: string[] | string
  /** Words that are committed to and kept beside the record. */
  words?: string
  /** Null when the key was not opened: then nothing is said and nothing is sent. */
  asked: (commitment: string) => Asked | Promise<Asked | null>
  /** Said when it stands in the record. */
  done: string
  onDone?: (answer: ActAnswer) => void
  /** On the button that signs; "confirm" where nothing else fits. */
  button?: string
  /** How it is brought, where it is not an action of one signer at this hub. */
  bring?: (asked: Asked, blobs: string[]) => Promise<Done<ActAnswer | null>>
}

export function SignedForm({ children, next, ...signing }: Signing & { children: ComponentChildren; next?: string }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const [isReading, setReading] = useState(false)
  const { test, says } = signing
  const isReady = Array.isArray(says)
  return isReading && isReady ? (
    <Reading {...signing} says={says} onBack={() => setReading(false)} onSigned={() => setReading(false)} />
  ) : (
    <Form test={`${test}-form`} onSend={() => isReady && setReading(true)}>
      {children}
      {!isReady && says !== '' && (
        <p class="note" data-test={`${test}-missing`}>
          {t.common.sentence(says)}
        </p>
      )}
      <Button test={`${test}-next`} kind="main" disabled={!isReady} onPress={() => setReading(true)}>
        {next ?? f.next}
      </Button>
    </Form>
  )
}

/** What hurts, or has nothing to fill in: one button that only shows what it would sign, and then the one that does. */
export function TwoSteps({ open, kind = 'quiet', ...signing }: Signing & { open: string; kind?: 'main' | 'plain' | 'quiet' }): JSX.Element {
  const [isReading, setReading] = useState(false)
  const { test, says } = signing
  return isReading && Array.isArray(says) ? (
    <Reading {...signing} says={says} onBack={() => setReading(false)} onSigned={() => setReading(false)} />
  ) : (
    <Button test={`${test}-next`} kind={kind} onPress={() => setReading(true)}>
      {open}
    </Button>
  )
}

function Reading({
  test, says, words, asked, done, onDone, button, bring, onBack, onSigned,
}: Omit<Signing, 'says'> & { says: string[]; onBack: () => void; onSigned: () => void }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const sheet = useRef<HTMLDivElement>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // Committed to once: pressing again after a broken line is the same question (`session.ts`).
  const pledge = useMemo(() => (words === undefined ? null : commit(words)), [words])
  useEffect(() => sheet.current?.scrollIntoView({ block: 'nearest' }), [trouble])
  const sign = async (): Promise<void> => {
    const what = await asked(pledge?.commitment ?? NO_WORDS)
    if (what === null) return
    const blobs = pledge === null ? [] : [pledge.blob]
    const answer: Done<ActAnswer | null> =
      bring === undefined ? await act(what, blobs.length === 0 ? {} : { blobs }) : await bring(what, blobs)
    setTrouble(answer.ok ? null : answer.trouble)
    if (!answer.ok) return
    say(done, answer.value?.seq ?? null)
    onSigned()
    if (answer.value !== null) onDone?.(answer.value)
  }
  return (
    <div ref={sheet} class="card opened signing" data-test={`${test}-sheet`}>
      <p>
        <strong>{f.youConfirm}</strong>
      </p>
      <ul class="plain">
        {says.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Refused trouble={trouble} />
      <div class="buttons">
        <Button test={`${test}-sign`} kind="main" onPress={sign}>
          {button ?? f.sign}
        </Button>
        <Button test={`${test}-back`} kind="quiet" onPress={onBack}>
          {t.common.back}
        </Button>
      </div>
    </div>
  )
}
