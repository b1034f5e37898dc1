/**
 * What has become of an entry: recorded, then seen by other cities; and the proof of it, to keep. "Recorded" is
 * said only of what this page has verified.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { hubView } from '../hub/app.ts'
import { isBroken, isProof, type Promised, type ProofAnswer, proofOf, saveEvidence, saveProof, versionOf } from '../hub/proofs.ts'
import { useStore } from '../store.ts'
import { Button, Chip, useTexts } from './view.tsx'

/** A checkpoint comes within a minute, and cities answer within seconds or when they are there again. */
const AGAIN_MS = 5_000
const AGAIN_MS_MAX = 60_000

/** The proof of an entry, asked for until it can say no more; null until it is there, and for no entry. */
export function useProof(seq: number | null, promised?: Promised): ProofAnswer | null {
  const [answer, setAnswer] = useState<ProofAnswer | null>(null)
  // A city more, and what was enough is so no longer.
  const version = versionOf(useStore(hubView))
  useEffect(() => {
    if (seq === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isShown = true
    const ask = async (afterMs: number): Promise<void> => {
      const found = await proofOf(seq, promised)
      if (!isShown) return
      setAnswer(found)
      if (isProof(found) && found.isEnough) return
      timer = setTimeout(() => void ask(Math.min(afterMs * 2, AGAIN_MS_MAX)), afterMs)
    }
    void ask(AGAIN_MS)
    return () => {
      isShown = false
      clearTimeout(timer)
    }
  }, [seq, promised?.record, version])
  return answer
}

/** What can be said of an entry. `binding`: whether the hub's receipt for it binds, where this device has one. */
function stateOf(answer: ProofAnswer | null, binding: boolean | null): 'bad' | 'unchecked' | { cities: number } {
  if (answer === 'bad' || isBroken(answer) || binding === false) return 'bad'
  if (isProof(answer)) return answer
  return binding === true ? { cities: 0 } : 'unchecked'
}

export function Recorded({ answer, binding = null }: { answer: ProofAnswer | null; binding?: boolean | null }): JSX.Element {
  const t = useTexts('self')
  const state = stateOf(answer, binding)
  if (state === 'bad') return <Chip tone="need">{t.me.receiptBad}</Chip>
  if (state === 'unchecked') return <Chip>{t.me.receiptUnchecked}</Chip>
  return <Chip tone="good">{state.cities === 0 ? t.me.recorded : t.me.witnessed(state.cities)}</Chip>
}

/** The same in a line of a story, which says nothing before there is a proof. */
export function RecordedLine({ seq }: { seq: number }): JSX.Element | null {
  const t = useTexts('self')
  const answer = useProof(seq)
  const state = stateOf(answer, null)
  if (state === 'unchecked') return null
  return (
    <span class="step-proof">
      {state === 'bad' ? (
        <Chip tone="need">{t.me.receiptBad}</Chip>
      ) : (
        <span class="note">{state.cities === 0 ? t.me.recorded : t.me.witnessed(state.cities)}</span>
      )}
      <SaveProof answer={answer} />
    </span>
  )
}

/** While no other city has seen anything of this record: whose word it rests on, and what can be done about it. */
export function OwnWord(): JSX.Element | null {
  const t = useTexts('public')
  const cities = useStore(hubView)?.federation?.cities ?? []
  if (cities.some(({ own }) => !own)) return null
  return (
    <p class="card calm" data-test="own-word">
      {t.audit.ownWord}
    </p>
  )
}

/** Saves the proof, or the evidence that there should be one and is not; while there is none to save yet, says when there will be. */
export function SaveProof({ answer }: { answer: ProofAnswer | null }): JSX.Element | null {
  const t = useTexts('self', 'frozen')
  if (answer === 'later') return <span class="note">{t.me.proofLater}</span>
  if (isBroken(answer)) {
    return (
      <span class="note">
        {t.me.receiptBroken}{' '}
        <Button test="save-evidence" kind="quiet" onPress={() => saveEvidence(answer)}>
          {t.frozen.save}
        </Button>
      </span>
    )
  }
  if (!isProof(answer)) return null
  return (
    <Button test="save-proof" kind="quiet" onPress={() => saveProof(answer)}>
      {t.me.saveProof}
    </Button>
  )
}
