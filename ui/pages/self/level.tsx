/**
 * Level and standing: what I have come to, what would change it next, where my standing comes from part by part, and
 * which roles I hold or am asked to take.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Role } from '#ledger/charter/charter.ts'
import type { CouncilView } from '#protocol/api.ts'
import { me, say } from '../../hub/app.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, LinkButton, LoadingPage, missingIn, Page, Part, Refused, useLoaded, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'

export function LevelPage(): JSX.Element {
  const t = useTexts('council')
  const { value, problem, again } = useLoaded(hub.council, 'council')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={t.council.levelTitle} test="level">
      <Level view={value} />
      <Standing view={value} />
      <Roles view={value} again={again} />
      <LinkButton test="to-charter" href={to.charter}>
        {t.council.toCharter}
      </LinkButton>
      <LinkButton test="to-me" kind="quiet" href={to.me}>
        {t.nav.me}
      </LinkButton>
    </Page>
  )
}

function Level({ view }: { view: CouncilView }): JSX.Element {
  const t = useTexts('self', 'council')
  const money = useMoney()
  const named = useNameOf()
  const { level, next } = useStore(me)!
  return (
    <Part title={t.me.levelTitle} test="level-part">
      <p class="figure" data-test="level-now" data-level={level}>
        {t.home.level(level)}
      </p>
      {view.brought !== null && (
        <p class="note" data-test="level-brought">
          {t.council.brought(view.brought.city, view.brought.upTo)}
        </p>
      )}
      {next === null ? (
        <p>{t.council.top}</p>
      ) : (
        <>
          <h3>{t.council.nextTitle}</h3>
          <ul data-test="level-missing">
            {next.missing.map((one) => (
              <li key={one.what} data-what={one.what}>
                {missingIn(next.level, one, t, money)}
              </li>
            ))}
          </ul>
        </>
      )}
      {view.recommendedBy.length > 0 && <p class="note">{t.council.recommended(view.recommendedBy.map(named).join(t.language === 'zh' ? '、' : ', '))}</p>}
      {view.acts > 0 && <p class="note">{t.council.acts(view.acts)}</p>}
    </Part>
  )
}

function Standing({ view }: { view: CouncilView }): JSX.Element {
  const t = useTexts('self', 'council')
  const { band, isNew, perMille, parts } = view.standing
  return (
    <Part title={t.council.standingTitle} test="standing-part">
      <p class="figure" data-test="standing-now" data-band={band}>
        {t.me.standing[band]}
      </p>
      <p class="note">{isNew || perMille === null ? t.me.isNew : t.me.points(String(perMille))}</p>
      <div>
        {parts.map(({ component, weightPerMille, perMille: value }) => (
          <div class="row" key={component} data-test="standing-row" data-component={component} data-per-mille={value ?? ''}>
            <span class="row-main">
              <strong>{t.council.part(t.council.components[component], `${weightPerMille / 10}%`)}</strong>{' '}
              <span>{value === null ? t.council.noData : `${Math.floor(value / 10)}%`}</span>
              <br />
              <span class="note">{t.council.improves[component]}</span>
            </span>
          </div>
        ))}
      </div>
      <p class="note">{t.council.standingNote}</p>
    </Part>
  )
}

function Roles({ view, again }: { view: CouncilView; again: () => void }): JSX.Element {
  const t = useTexts('council')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  /** The role that was asked to be left once: leaving it takes a second press. */
  const [sure, setSure] = useState<number | null>(null)
  const { acct } = useStore(me)!
  async function send(asked: Parameters<typeof act>[0], words: string): Promise<void> {
    const done = await act(asked)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(words, done.value.seq)
    again()
  }
  return (
    <Part title={t.council.rolesTitle} test="roles">
      {view.roles.length === 0 && view.offers.length === 0 && <p class="note">{t.council.noRoles}</p>}
      {view.offers.map(({ role, until }) => (
        <div class="card" key={role} data-test="role-offer" data-role={role}>
          <p>{t.council.offered(t.council.roles[role as Role], date(until, t.language))}</p>
          <Button test="role-accept" onPress={() => send({ kind: 'role.accepted', role: role as Role }, t.council.accepted)}>
            {t.council.accept}
          </Button>
        </div>
      ))}
      {view.roles.map(({ role, until }) => (
        <div class="row" key={role} data-test="role-held" data-role={role}>
          <span class="row-main">{t.council.until(t.council.roles[role as Role], date(until, t.language))}</span>
          <Button
            test="role-resign"
            kind="quiet"
            onPress={() => (sure === role ? send({ kind: 'role.ended', member: acct, role: role as Role }, t.council.resigned) : setSure(role))}
          >
            {sure === role ? t.council.resignYes : t.council.resign}
          </Button>
        </div>
      ))}
      <Refused trouble={trouble} />
    </Part>
  )
}
