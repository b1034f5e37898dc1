/** What an agreement is worth to whoever reads, and the sum behind the number. */
import type { JSX } from 'preact'
import type { AgreementView } from '#protocol/api.ts'
import { hubView } from '../../hub/app.ts'
import { sumOf, termsOf } from '../../text/explain.ts'
import { ratioOf } from '../../text/format.ts'
import { useStore } from '../../store.ts'
import { Facts, Part, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'
import { Given, Why } from '../../parts/why.tsx'

/** What it is worth, and the sum behind the number. */
export function Worth({
  agreement,
  isAbroad,
}: {
  agreement: AgreementView
  isAbroad: boolean
}): JSX.Element | null {
  const t = useTexts('listings', 'dealing', 'names', 'why')
  const { conversion } = useStore(hubView)!
  const money = useMoney()
  const named = useNameOf()
  const { showsHours, showsAmounts } = useStore(hubView)!
  if (!showsAmounts || agreement.phase in t.agreement.wait.ended) return null
  const { award } = agreement
  // A guest is counted by this charter and paid in another value, and so is who gives something to a visitor.
  const isGuest = agreement.helper.hub !== agreement.hub
  const total = money.local(award.milli)
  const terms = termsOf(award.factors, award.final, showsHours, t)
  return (
    <Part title={
        award.final
          ? t.agreement.why(total)
          : isGuest || agreement.stay !== null
            ? t.agreement.wouldCount(total)
            : t.agreement.would(named(agreement.helper), total)
      } test="award">
      <div class="sum-line" data-test="award-sum" data-milli={award.milli} data-final={award.final}>
        <Why test="award-why" of={{ ...award, today: null, recorded: null }}>
          <span class="row-main">{sumOf(terms, total, t)}</span>
        </Why>
      </div>
      {agreement.given && (
        <div class="sum-line" data-test="given" data-milli={agreement.given.milli}>
          <Given of={agreement.given}>{t.why.gives(named(agreement.receiver), money.local(agreement.given.milli))}</Given>
        </div>
      )}
      {agreement.held !== '0' && (
        <p class="note">{t.agreement.held(money.local(agreement.held))}</p>
      )}
      {agreement.abroad !== null && (
        <Facts
          rows={[
            [
              t.agreement.abroadTitle,
              <span data-stage={agreement.abroad.stage}>
                {t.agreement.abroad(
                  money.global(agreement.abroad.globalMilli),
                  t.stages[agreement.abroad.stage],
                )}
              </span>,
              'abroad-stage',
            ],
          ]}
        />
      )}
      {isAbroad && isGuest && agreement.abroad === null && (
        <p class="note">{t.listing.how.abroad(agreement.receiver.city, ratioOf(conversion))}</p>
      )}
    </Part>
  )
}
