/** What a page asks the hub for, and what it shows until the answer is there or when none comes. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { news } from '../hub/app.ts'
import type { Answer, Problem } from '../hub/hub-client.ts'
import { to } from '../router.ts'
import { useStore } from '../store.ts'
import { Button, LinkButton, Page } from './page.tsx'
import { Refused } from './refused.tsx'
import { useTexts } from './texts.tsx'

export type Loaded<T> = {
  value: T | null
  problem: Problem | null
  again(): void
  /** What the hub has answered to something done with it stands in its place until it is loaded again. */
  told(value: T): void
}

/**
 * Loads, and loads again whenever the hub has news or `key` changes; shows the old until the new is
 * there.
 */
export function useLoaded<T>(load: () => Promise<Answer<T>>, key: string): Loaded<T> {
  const [found, setFound] = useState<{ key: string; value: T | null; problem: Problem | null }>({
    key,
    value: null,
    problem: null,
  })
  const [turn, setTurn] = useState(0)
  const heard = useStore(news)
  useEffect(() => {
    let current = true
    void load().then((answer) => {
      if (!current) return
      setFound((before) =>
        answer.ok
          ? { key, value: answer.value, problem: null }
          : { key, value: before.key === key ? before.value : null, problem: answer.problem },
      )
    })
    return () => void (current = false)
  }, [key, turn, heard])
  const stale = found.key !== key
  return {
    value: stale ? null : found.value,
    problem: stale ? null : found.problem,
    again: () => setTurn(turn + 1),
    told: (value) => setFound({ key, value, problem: null }),
  }
}

/** A page whose one thing could not be had: why not, and the way back. */
export function Missing({ problem, again }: { problem: Problem; again: () => void }): JSX.Element {
  const t = useTexts()
  return (
    <Page title={t.common.missingTitle} test="missing">
      <Loading problem={problem} again={isFinal(problem) ? undefined : again} />
      <LinkButton test="to-home" href={to.home}>
        {t.common.toHome}
      </LinkButton>
    </Page>
  )
}

/** What asking again would not change. */
const isFinal = (problem: Problem): boolean =>
  problem.from === 'door' && (problem.code === 'not-found' || problem.code === 'not-a-steward')

/** Said while something is loading, but only when it takes long enough to be noticed. */
export function Loading({
  problem,
  again,
}: {
  problem?: Problem | null
  again?: (() => void) | undefined
}): JSX.Element {
  const t = useTexts()
  if (problem === null || problem === undefined)
    return (
      <p class="loading" role="status">
        {t.common.loading}
      </p>
    )
  return (
    <>
      <Refused trouble={problem} reading />
      {again !== undefined && (
        <Button test="try-again" onPress={again}>
          {t.common.refresh}
        </Button>
      )}
    </>
  )
}

/** A page that has nothing to show until it has been loaded. */
export const LoadingPage = (given: Parameters<typeof Loading>[0]): JSX.Element => (
  <main class="page">
    <Loading {...given} />
  </main>
)
