/**
 * One person: how long they have been here and what they can do, and what the reader may do with them: recommend, give,
 * agree on a plan of care, certify a skill. What the charter does not have, the page does not show.
 */
import type { JSX } from 'preact'
import type { Category } from '#ledger/charter/charter.ts'
import type { PersonPage as PersonShown } from '#protocol/matters.ts'
import { me } from '../../hub/app.ts'
import { CarePlans } from './care.tsx'
import { ActsFor, ForPersonPart } from './for-person.tsx'
import { date, parseAmount } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { to } from '../../router.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Chip, LinkButton, Missing, LoadingPage, nameOf, Page, Part, TextField, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'

export function PersonPage({ id }: { id: string }): JSX.Element {
  const t = useTexts('council')
  const f = useForms()
  const mine = useStore(me)!
  const { value: view, problem, again } = useLoaded(() => hub.person(id), `person ${id}`)
  if (view === null && problem !== null) return <Missing problem={problem} again={again} />
  if (view === null) return <LoadingPage />
  const isMe = view.person.acct === mine.acct
  return (
    <Page title={nameOf(view.person, t)} test="person">
      <p class="chips">
        <Chip tone="good">{f.person.level(view.level)}</Chip>
        {view.form !== 'person' && <Chip>{f.person.forms[view.form]}</Chip>}
        {view.roles.map((role) => (
          <Chip key={role}>{t.council.roles[role as keyof typeof t.council.roles]}</Chip>
        ))}
        <span class="note">{f.person.joined(date(view.joinedTs, t.language))}</span>
      </p>
      {isMe ? (
        <LinkButton test="to-me" href={to.me}>
          {f.person.toMe}
        </LinkButton>
      ) : (
        view.form === 'person' && (
          <>
            <Recommend view={view} />
            {view.gift !== null && <Give view={view} gift={view.gift} />}
            <Skills view={view} />
          </>
        )
      )}
      {view.form === 'person' && <CarePlans plans={view.care} receiver={view.person} />}
      {isMe && view.acts.length > 0 && <ActsFor acts={view.acts} />}
      {view.steward !== null && <ForPersonPart person={view.person} may={view.steward} />}
      <LinkButton test="to-people" kind="quiet" href={to.people}>
        {f.people.link}
      </LinkButton>
    </Page>
  )
}

function Recommend({ view }: { view: PersonShown }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const name = nameOf(view.person, t)
  const { count, byMe, may } = view.recommended
  return (
    <Part title={f.person.recommend} test="recommend">
      <p data-test="recommended" data-count={count}>
        {f.person.recommended(count)} {byMe && f.person.recommendedByMe}
      </p>
      {byMe ? (
        <TwoSteps
          test="unrecommend" open={f.person.unrecommend} says={f.person.unrecommendSays(name)} done={f.person.unrecommendDone}
          button={f.person.unrecommend} asked={() => ({ kind: 'recommendation.withdrawn', member: view.person.acct })}
        />
      ) : may ? (
        <TwoSteps
          test="recommend" open={f.person.recommend} kind="plain" says={f.person.recommendSays(name)} done={f.person.recommendDone}
          button={f.person.recommend} asked={() => ({ kind: 'recommendation.given', member: view.person.acct })}
        />
      ) : (
        <p class="note">{f.person.mayNot}</p>
      )}
    </Part>
  )
}

function Give({ view, gift }: { view: PersonShown; gift: NonNullable<PersonShown['gift']> }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const money = useMoney()
  const kept = useKept(`give ${view.person.acct}`, { amount: '', words: '' })
  const { amount, words } = kept.fields
  const milli = parseAmount(amount)
  const says = milli === null ? (amount === '' ? '' : f.person.gift.bad) : f.person.gift.says(nameOf(view.person, t), money.local(milli))
  return (
    <Part title={f.person.gift.title} test="give">
      <SignedForm
        test="give" says={says} words={words} button={f.person.gift.send} done={f.person.gift.done} onDone={kept.clear}
        asked={(note) => ({ kind: 'cv.given', to: view.person.acct, amountMilli: BigInt(milli ?? 0), note })}
      >
        <p class="note">{f.person.gift.note(money.local(gift.mostMilli), money.local(gift.leftMilli))}</p>
        <TextField type="amount" label={t.common.counted(f.person.gift.amount, money.typed)} value={amount} onChange={(text) => kept.put({ amount: text })} test="give-amount" />
        <TextField label={f.person.gift.words} value={words} onChange={(text) => kept.put({ words: text })} test="give-words" maxLength={200} />
      </SignedForm>
    </Part>
  )
}

function Skills({ view }: { view: PersonShown }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const { practised, certified, asked } = view.skills
  const named = (category: number): string => t.awardCategories[category as Category]
  const listed = (categories: number[]): string => categories.map(named).join(t.language === 'zh' ? '、' : ', ')
  return (
    <Part title={f.person.skills.title} test="skills">
      {practised.length > 0 && <p>{f.person.skills.practised(listed(practised))}</p>}
      {certified.length > 0 && <p>{f.person.skills.certified(listed(certified))}</p>}
      {practised.length + certified.length + asked.length === 0 && <p class="note">{f.person.skills.none}</p>}
      {asked.map(({ category, got, needed, mayVouch }) => (
        <div key={category} class="card" data-test="skill-asked" data-category={category}>
          <p>{f.person.skills.asks(named(category), got, needed)}</p>
          {mayVouch && (
            <TwoSteps
              test="vouch" open={f.person.skills.vouch} says={f.person.skills.says(nameOf(view.person, t), named(category))} done={f.person.skills.done}
              asked={() => ({ kind: 'skill.vouched', member: view.person.acct, category: category as Category })}
            />
          )}
        </div>
      ))}
    </Part>
  )
}
