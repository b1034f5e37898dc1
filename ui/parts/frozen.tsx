/**
 * That a city's ledger has contradicted itself: said wherever that city appears, and on every page when it is
 * our own.
 */
import type { JSX } from 'preact'
import type { Origin } from '#ledger/action.ts'
import { hubView } from '../hub/app.ts'
import { to } from '../router.ts'
import { useStore } from '../store.ts'
import { useTexts, WithBooks } from './view.tsx'

/** One sentence and the way to the reason, for one city; nothing for a city that is not frozen. */
export function FrozenCity({ hub }: { hub: Origin }): JSX.Element | null {
  const city = useStore(hubView)?.federation?.cities.find(({ origin }) => origin === hub)
  if (city === undefined || city.frozen === null) return null
  return (
    <WithBooks books={['frozen']}>
      <FrozenLine city={city} evidence={city.frozen.evidence} />
    </WithBooks>
  )
}

function FrozenLine({ city: { origin, city }, evidence }: { city: { origin: Origin; city: string }; evidence: string }): JSX.Element {
  const t = useTexts('frozen')
  return (
    <p class="banner" role="status" data-test="frozen-city" data-origin={origin}>
      {t.frozen.city(city)} <a href={to.frozen(evidence)}>{t.frozen.why}</a>
    </p>
  )
}

/** The same for all that are, where every city appears. */
export function FrozenCities(): JSX.Element {
  const cities = useStore(hubView)?.federation?.cities ?? []
  return (
    <>
      {cities.map(({ origin }) => (
        <FrozenCity key={origin} hub={origin} />
      ))}
    </>
  )
}

/** Our own hub is the one: whoever looks at any of its pages reads it there. */
export function Accused(): JSX.Element | null {
  const accused = useStore(hubView)?.accused ?? null
  if (accused === null) return null
  return (
    <WithBooks books={['frozen']}>
      <AccusedLine evidence={accused.evidence} />
    </WithBooks>
  )
}

function AccusedLine({ evidence }: { evidence: string }): JSX.Element {
  const t = useTexts('frozen')
  return (
    <p class="banner" role="status" data-test="accused">
      {t.frozen.own} <a href={to.frozen(evidence)}>{t.frozen.why}</a>
    </p>
  )
}
