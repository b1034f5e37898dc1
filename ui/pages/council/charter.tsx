/**
 * The charter: what this community has agreed on, who decides, what is proposed to become of it, field by field, and
 * the vote. Anybody who may propose can put another number to a vote from here.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { type Role, roles } from '#ledger/charter/charter.ts'
import type { Ballot, CouncilView, DifferenceView, ProposalView, ValueView } from '#protocol/api.ts'
import { me, say } from '../../hub/app.ts'
import { fieldName, rowName, valueIn } from './charter-words.ts'
import { date } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { Change, FewStewards, Motion, RoleVote } from './proposing.tsx'
import { to } from '../../router.ts'
import { act } from '../../hub/session.ts'
import { useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import {
  Button, Chip, Facts, Fold, Form, LinkButton, LoadingPage, Page, Part, Refused, Select, useLoaded, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'

/** One founder can work alone, and should not have to: with three, two can always act. */
const STEWARDS_ADVISED = 3

type Given = { view: CouncilView; again: () => void }

export function CharterPage(): JSX.Element {
  const t = useTexts('why', 'council')
  const f = useForms()
  const { value, problem, again } = useLoaded(hub.council, 'council')
  if (value === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={t.council.charterTitle} test="charter">
      <p class="note" data-test="charter-version" data-version={value.charter.version}>
        {t.council.version(value.charter.version)}
      </p>
      <Rules view={value} />
      <Part title={t.council.proposalsTitle} test="proposals">
        {value.proposals.length === 0 && <p class="note">{t.council.noProposals}</p>}
        {value.proposals.map((one) => (
          <Proposal key={one.id} proposal={one} view={value} again={again} />
        ))}
      </Part>
      <Deciders view={value} />
      {value.powers.some(({ power, isMine }) => power === 'propose' && isMine) && (
        <>
          <Change view={value} again={again} />
          <Motion again={again} />
          <RoleVote view={value} again={again} />
        </>
      )}
      {value.isSteward && <Nominate view={value} again={again} />}
      <div class="buttons">
        <LinkButton test="to-level" kind="quiet" href={to.level}>
          {t.council.levelTitle}
        </LinkButton>
        <LinkButton test="to-seasons" kind="quiet" href={to.seasons}>
          {f.seasons.title}
        </LinkButton>
      </div>
    </Page>
  )
}

function Proposal({ proposal, view, again }: Given & { proposal: ProposalView }): JSX.Element {
  const t = useTexts('why', 'council')
  const f = useForms().proposing
  const named = useNameOf()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const { id, what, phase, role, differences, count, ownVote, signed, charterHash } = proposal
  async function send(asked: Parameters<typeof act>[0], words: string): Promise<void> {
    const done = await act(asked)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(words, done.value.seq)
    again()
  }
  const maySign = what === 'charter' && view.isSteward && !signed.byMe && (phase === 'open' || phase === 'carried')
  return (
    <article class="card" data-test="proposal" data-phase={phase} data-what={what}>
      <p>
        <strong>{t.council.what[what]}</strong> <Chip tone={phase === 'open' ? 'good' : 'plain'}>{t.council.phases[phase]}</Chip>
      </p>
      <p class="note">{t.council.by(named(proposal.by), date(proposal.ts, t.language))}</p>
      {proposal.reason !== null && proposal.reason !== '' && (
        <p class="words" data-test="proposal-reason">
          {what === 'motion' ? proposal.reason : f.reason(proposal.reason)}
        </p>
      )}
      {role !== null && <p>{t.council.roleChange[role.change](named(role.member), t.council.roles[role.role as Role])}</p>}
      {differences.map((one) => (
        <Difference key={`${one.field} ${one.row}`} difference={one} />
      ))}
      <FewStewards asked={proposal.stewardsAsked} there={view.stewards} test="proposal-stewards" />
      {count === null
        ? phase === 'open' && <p data-test="ballot">{t.council.closes(date(proposal.closes, t.language), proposal.voted, proposal.electorate)}</p>
        : <p data-test="count">{t.council.counted(count.yes, count.no, count.abstain, count.electorate)}</p>}
      {proposal.effect !== null && <p>{t.council.takesEffect(date(proposal.effect, t.language))}</p>}
      {what === 'charter' && (phase === 'open' || phase === 'carried') && <p class="note">{t.council.signed(signed.got, signed.needed)}</p>}
      {ownVote !== null && phase === 'open' && <p class="note" data-test="own-vote">{t.council.yourVote(t.council.votes[ownVote])}</p>}
      {proposal.mayVote && (
        <div class="buttons">
          {(['yes', 'no', 'abstain'] as Ballot[]).filter((vote) => vote !== ownVote).map((vote) => (
            <Button key={vote} test={`vote-${vote}`} kind={vote === 'yes' ? 'main' : 'quiet'} onPress={() => send({ kind: 'vote.cast', proposal: id, vote }, t.council.voted)}>
              {t.council.votes[vote]}
            </Button>
          ))}
        </div>
      )}
      {maySign && charterHash !== null && (
        <Button test="charter-sign" kind="quiet" onPress={() => send({ kind: 'charter.confirmed', proposal: id, charter: charterHash }, t.council.signedNow)}>
          {t.council.sign}
        </Button>
      )}
      <Refused trouble={trouble} />
    </article>
  )
}

/** One field, before and after; of a list, one row of it. */
function Difference({ difference }: { difference: DifferenceView }): JSX.Element {
  const t = useTexts('why', 'council')
  const money = useMoney()
  const { field, row } = difference
  return (
    <div data-test="difference" data-field={field}>
      <p>
        {fieldName(field, t)}
        {row !== null && ` (${rowName(field, (difference.after ?? difference.before) as { [part: string]: ValueView }, t, money)})`}
      </p>
      <Facts
        rows={[
          [t.council.from, <s key="before">{valueIn(field, difference.before, t, money)}</s>],
          [t.council.to, <strong key="after">{valueIn(field, difference.after, t, money)}</strong>],
        ]}
      />
    </div>
  )
}

function Deciders({ view }: { view: CouncilView }): JSX.Element {
  const t = useTexts('why', 'council')
  const named = useNameOf()
  return (
    <Part title={t.council.whoTitle} test="deciders">
      {view.holders.filter(({ role }) => role === roles.steward).length < STEWARDS_ADVISED && <p class="note" data-test="few-stewards">{t.council.fewStewards}</p>}
      <ul>
        {view.powers.map(({ power, basis, level, isMine }) => (
          <li key={power} data-test="power" data-power={power} data-basis={basis}>
            {(basis === 'level' ? t.council.byLevel : t.council.byAssembly)(t.council.powers[power], level)} {isMine && <Chip>{t.council.yours}</Chip>}
          </li>
        ))}
      </ul>
      <ul>
        {view.holders.map(({ role, person, until }) => (
          <li key={`${role} ${person.acct}`} data-test="holder">
            {t.council.holds(named(person), t.council.roles[role as Role], date(until, t.language))}
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** A steward asks somebody to take a role; with several stewards the others do the same. */
function Nominate({ view, again }: Given): JSX.Element | null {
  const t = useTexts('why', 'council')
  const named = useNameOf()
  const { value: people } = useLoaded(hub.people, 'people')
  const { acct } = useStore(me)!
  const [member, setMember] = useState('')
  const [role, setRole] = useState('1')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const others = people?.filter((one) => one.acct !== acct) ?? []
  const chosen = others.find((one) => one.acct === member) ?? others[0]
  if (chosen === undefined) return null
  const list = view.charter.fields.find(({ field }) => field === 'roles')!.value as { role: number }[]
  async function nominate(): Promise<void> {
    const done = await act({ kind: 'role.granted', member: chosen!.acct, role: Number(role) as Role })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.council.nominated, done.value.seq)
    again()
  }
  return (
    <Part title={t.council.nominateTitle} test="nominate">
      <Form onSend={() => void nominate()} test="nominate-form">
        <Select
          label={t.council.whom}
          value={chosen.acct}
          test="nominate-member"
          onChange={setMember}
          options={others.map((one) => ({ value: one.acct, label: named(one) }))}
        />
        <Select
          label={t.council.asWhat}
          value={role}
          test="nominate-role"
          onChange={setRole}
          options={list.map((one) => ({ value: String(one.role), label: t.council.roles[one.role as Role] }))}
        />
        <Refused trouble={trouble} />
        <Button test="nominate-send" onPress={nominate}>
          {t.council.nominate}
        </Button>
      </Form>
    </Part>
  )
}

function Rules({ view }: { view: CouncilView }): JSX.Element {
  const t = useTexts('why', 'council')
  const money = useMoney()
  const told = view.charter.fields.filter(({ field }) => field !== 'format' && field !== 'preset')
  return (
    <Fold title={t.council.rulesTitle} test="charter-rules">
      <FewStewards asked={view.charter.stewardsAsked} there={view.stewards} test="rules-stewards" />
      <Facts rows={told.map(({ field, value }) => [fieldName(field, t), valueIn(field, value, t, money)])} />
    </Fold>
  )
}
