/** Everything to print, to save or to take along, one line each: of mine, and for stewards what hangs on the wall. */
import type { JSX } from 'preact'
import { hubView, me } from '../../hub/app.ts'
import { usePaperTexts } from '../../parts/paper.tsx'
import { LoadingPage, Page } from '../../parts/view.tsx'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'

export function Papers(): JSX.Element {
  const words = usePaperTexts()
  const mine = useStore(me)!
  const hasCities = useStore(hubView)!.federation !== null
  if (words === null) return <LoadingPage />
  const w = words.papers
  const doors: [test: string, href: string, title: string, words: string][] = [
    ['papers-certificate', to.certificate, words.certificate.title, w.certificate],
    ['papers-statement', to.statement, w.statementTitle, w.statement],
    ...(mine.attested ? [['papers-card', to.card, words.card.title, w.card] as [string, string, string, string]] : []),
    ...(hasCities ? [['papers-moving', to.moving, words.moving.title, w.moving] as [string, string, string, string]] : []),
    ['papers-money', to.money, words.money.title, w.money],
    ...(mine.steward ? [['papers-posters', to.posters, words.posters.title, w.posters] as [string, string, string, string]] : []),
    ['papers-guide', to.guide(mine.steward ? 'steward' : 'member'), w.guideTitle, w.guide],
  ]
  return (
    <Page title={w.title} test="papers">
      <div class="tiles">
        {doors.map(([test, href, title, what]) => (
          <a key={test} class="tile" href={href} data-test={test}>
            <span>
              <strong>{title}</strong>
              <span class="note">{what}</span>
            </span>
          </a>
        ))}
      </div>
    </Page>
  )
}
