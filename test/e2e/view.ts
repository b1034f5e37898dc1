/**
 * How people look at their hubs: through which kind of address, on what, and in which language. Eight of them, because an
 * address that is not localhost is an insecure one to a browser, a phone is not a desk, and Chinese is not English.
 */
import type { Screen } from './person.ts'

/** `name`: plain http under a name, as in a home network; `localhost`: as on the machine itself. */
export type View = { origin: 'name' | 'localhost'; screen: Screen; language: 'zh' | 'en' }

/** All eight; whoever goes through them in order changes the address each time, the screen every second, the language every fourth. */
export const views: readonly View[] = (['zh', 'en'] as const).flatMap((language) =>
  (['phone', 'desk'] as const).flatMap((screen) => (['name', 'localhost'] as const).map((origin) => ({ origin, screen, language }))),
)

/** Of journey `number`: its own, in rotation, unless `JOURNEY_VIEW` names another (`name,phone,zh`). */
export function viewOf(number: number): View {
  const asked = process.env['JOURNEY_VIEW']
  const found = asked === undefined ? views[(number - 1) % views.length] : views.find((view) => nameOf(view) === asked)
  if (found === undefined) throw new Error(`JOURNEY_VIEW is one of ${views.map(nameOf).join(' ')}`)
  return found
}

export const nameOf = ({ origin, screen, language }: View): string => `${origin},${screen},${language}`
