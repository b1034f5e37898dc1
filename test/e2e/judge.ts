/**
 * What every moment of a play is judged by that is worth a picture: that axe finds nothing on the page which keeps anybody
 * out (WCAG 2.2, A and AA), and that it is no wider than the screen. So each page is looked at as it is when something has
 * happened, and not only as it is when there is nothing to show.
 */
import axe from 'axe-core'
import type { Person } from './person.ts'
import type { Camera } from './story.ts'

/** All that WCAG 2.2 asks for, A and AA. */
const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** No change of a colour in `ui/style.css` takes as long. */
const TRANSITION_MS_MOST = 2_000

export type Offence = { rule: string; help: string; where: string[] }

/** Of a page that has been judged, what other colours can change. */
export const colours = ['color-contrast']

/** What axe finds on the page as it is. It is read by the debugger, so that the page's policy need allow nothing for it. */
export async function offencesOn({ page }: Person, rules = everything): Promise<Offence[]> {
  // A colour on its way to another is neither.
  // Of an element that is not shown it may never come to an end.
  await page.evaluate(`Promise.race([
    Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished)),
    new Promise((done) => setTimeout(done, ${TRANSITION_MS_MOST})),
  ])`)
  if (!(await page.evaluate(`'axe' in globalThis`))) await page.evaluate(axe.source)
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'], preload: false }).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => ({ rule: id, help, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) })))`)
}

/** The innermost of what makes the page wider than the screen; nothing where it is not. */
export const widestOn = ({ page }: Person): Promise<string[]> =>
  page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .slice(-3).map(({ outerHTML }) => outerHTML.slice(0, 160))
  })()`)

/** A camera that takes its picture, and throws when the page it stands before keeps somebody out. */
export function judging(camera: Camera): Camera {
  return async (name, person) => {
    await camera(name, person)
    const offences = await offencesOn(person)
    if (offences.length > 0) throw new Error(`${name} keeps somebody out: ${JSON.stringify(offences, null, 2)}`)
    const wide = await widestOn(person)
    if (wide.length > 0) throw new Error(`${name} is wider than the screen: ${wide.join(' ; ')}`)
  }
}
