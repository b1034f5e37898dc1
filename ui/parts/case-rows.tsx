/** Cases as rows, and those that wait for me or are about me on the page that everybody comes to first. */
import type { JSX } from 'preact'
import type { CaseLine } from '#protocol/api.ts'
import { hub } from '../hub/hub-client.ts'
import { to } from '../router.ts'
import { Chip, Part, useLoaded, useNameOf, useTexts, When, WithBooks } from './view.tsx'

export function CaseRows({ cases }: { cases: CaseLine[] }): JSX.Element {
  const t = useTexts('cases')
  const nameOf = useNameOf()
  const isMine = (one: CaseLine): boolean => one.mine === 'answer' || one.mine === 'appeal' || one.mine === 'accused'
  return (
    <ul class="rows">
      {cases.map((one) => (
        <li key={one.id} class="row" data-test="case-row" data-id={one.id} data-phase={one.phase} data-mine={one.mine ?? ''}>
          <div class="row-main">
            <p>
              <a href={to.case(one.id)} data-test="to-case">
                {isMine(one) ? t.cases.aboutYou : t.cases.about(nameOf(one.accused))}
              </a>
            </p>
            <p class="note">
              {t.cases.phases[one.phase]} · <When ts={one.opened} relative />
            </p>
          </div>
          {one.mine !== null && <Chip tone="need">{t.cases.duties[one.mine]}</Chip>}
        </li>
      ))}
    </ul>
  )
}

/** Nothing for whom none concerns. */
export function OwnCases(): JSX.Element | null {
  const { value } = useLoaded(hub.cases, 'own cases')
  const own = value?.cases.filter(({ mine }) => mine !== null) ?? []
  if (own.length === 0) return null
  return (
    <WithBooks books={['cases']}>
      <OwnRows own={own} />
    </WithBooks>
  )
}

function OwnRows({ own }: { own: CaseLine[] }): JSX.Element {
  const t = useTexts('cases')
  return (
    <Part title={t.cases.link} test="own-cases">
      <CaseRows cases={own} />
    </Part>
  )
}
