/** Everything that can be begun besides helping and being helped: one line each, what it is and where it begins. */
import type { JSX } from 'preact'
import { me } from '../../hub/app.ts'
import { to } from '../../router.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { NotYetMet, Page, useTexts } from '../../parts/view.tsx'

export function More(): JSX.Element {
  const f = useForms()
  const mine = useStore(me)!
  const { titles, wider } = useTexts('listings').market
  const doors: [test: string, href: string, title: string, words: string][] = [
    ['more-people', to.people, f.people.title, f.more.people],
    ['more-post-project', to.post('project'), titles.project, wider.project],
    ['more-post-circle', to.post('circle'), titles.circle, wider.circle],
    ['more-post-partner', to.post('partnerOffer'), titles.partnerOffer, wider.partnerOffer],
    ['more-sessions', to.sessions, f.sessions.title, f.more.sessions],
    ['more-projects', to.projects, f.projects.title, f.more.projects],
    ['more-circles', to.circles, f.circles.title, f.circles.lead],
    ['more-works', to.works, f.works.title, f.more.works],
    ['more-services', to.services, f.services.title, f.more.services],
    ['more-organisations', to.organisations, f.organisations.title, f.more.organisations],
    ['more-own', to.person(mine.acct), f.more.own, f.more.ownWords],
    ['more-charter', to.charter, f.more.charter, f.more.charterWords],
    ['more-balance', to.balance, f.more.balance, f.more.balanceWords],
  ]
  return (
    <Page title={f.more.title} lead={f.more.lead} test="more">
      {!mine.attested && <NotYetMet acct={mine.acct} />}
      <div class="tiles">
        {doors.map(([test, href, title, words]) => (
          <a key={test} class="tile" href={href} data-test={test}>
            <span>
              <strong>{title}</strong>
              <span class="note">{words}</span>
            </span>
          </a>
        ))}
      </div>
    </Page>
  )
}
