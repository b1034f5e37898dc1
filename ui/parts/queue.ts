/** The steward's queue as it is asked of the hub: on the steward's own page, and as a number on the page that everybody comes to first. */
import { hubNow } from '../clock.ts'
import { me } from '../hub/app.ts'
import type { Answer, Problem } from '../hub/hub-client.ts'
import { hub } from '../hub/hub-client.ts'
import { type Heard, type Queued, queueOf } from '../hub/queue.ts'
import { useStore } from '../store.ts'
import { useLoaded } from './loaded.tsx'

/** `queue` is null until the hub has told all of it: half a queue would look like a short one. */
export type StewardQueue = { queue: Queued[] | null; heard: Heard; problem: Problem | null; again(): void }

const nobody = async (): Promise<Answer<null>> => ({ ok: true, value: null })

/** Asks only for a steward. */
export function useQueue(): StewardQueue {
  const mine = useStore(me)
  const isSteward = mine?.steward === true
  const key = String(isSteward)
  const asked = {
    steward: useLoaded(isSteward ? hub.steward : nobody, `steward ${key}`),
    devices: useLoaded(isSteward ? hub.stewardDevices : nobody, `steward-devices ${key}`),
    decide: useLoaded(isSteward ? hub.decide : nobody, `decide ${key}`),
    cases: useLoaded(isSteward ? hub.cases : nobody, `cases ${key}`),
    reports: useLoaded(isSteward ? hub.reports : nobody, `reports ${key}`),
  }
  const parts = Object.values(asked)
  const heard: Heard = {
    steward: asked.steward.value, devices: asked.devices.value, decide: asked.decide.value, cases: asked.cases.value, reports: asked.reports.value,
  }
  return {
    queue: isSteward && parts.every(({ value }) => value !== null) ? queueOf(heard, mine.acct, hubNow()) : null,
    heard,
    problem: parts.find(({ value, problem }) => value === null && problem !== null)?.problem ?? null,
    again: () => parts.forEach(({ again }) => again()),
  }
}
