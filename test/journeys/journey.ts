/**
 * One of the journeys that have to work from end to end: its stage, looked at in the way that is its turn
 * (`e2e/view.ts`), and what its people read there. `npm run journeys` plays them and prints a table.
 */
import { vi } from 'vitest'
import { aStage } from '#test/e2e/stage.ts'
import type { Stage } from '#test/e2e/story.ts'
import { type View, viewOf } from '#test/e2e/view.ts'

// Each wait has its own limit; a whole step is many of them, and cities that meet are many before the first.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

/** `say`: of two ways to say something the one in which this play is looked at. */
export type Journey = Stage & { view: View; say(zh: string, en: string): string }

/** `more` is said to the hubs on its stage. Pictures are named after the journey and how it is looked at. */
export async function aJourney(number: number, more: Record<string, string> = {}): Promise<Journey> {
  const view = viewOf(number)
  const stage = await aStage(`journey-${number}`, more)
  const suffix = `${view.language}-${view.screen}`
  return {
    ...stage, view,
    say: (zh, en) => (view.language === 'zh' ? zh : en),
    camera: (name, person) => stage.camera(`${String(number).padStart(2, '0')}-${name}-${suffix}`, person),
  }
}
