/**
 * Putting something to the vote: another number of the charter, who should hold a role or no longer, or a motion in
 * words. A number is typed in the unit in which people speak of it, and one that cannot work is explained before it is
 * proposed.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromBase64 } from '#ledger/bytes.ts'
import { type Charter, decodeCharter, encodeCharter, type Role } from '#ledger/charter/charter.ts'
import { charterFault } from '#ledger/charter/fault.ts'
import type { CouncilView, ValueView } from '#protocol/api.ts'
import { me } from '../../hub/app.ts'
import { choicesOf, fieldName, typedAs, unitTyped, valueIn } from './charter-words.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Part, Select, TextField, useLoaded, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'

type Given = { view: CouncilView; again: () => void }

/** Only single whole numbers are offered here: of lists and texts a page would say too little. */
const isNumber = (value: ValueView): boolean => typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))

export function Change({ view, again }: Given): JSX.Element {
  const t = useTexts('why', 'council')
  const forms = useForms()
  const f = forms.proposing
  const money = useMoney()
  const kept = useKept('charter', { field: 'decay.domainPerMille', value: '', why: '' })
  const { field, value, why } = kept.fields
  const numbers = view.charter.fields.filter((one) => isNumber(one.value) && one.field !== 'format')
  const now = (numbers.find((one) => one.field === field) ?? numbers[0]!).value
  const choices = choicesOf(field, t)
  const asked = choices === undefined ? typedAs(field, value) : value
  const changed = asked === null || asked === '' || asked === String(now) ? null : changedCharter(view.charter.bytes, field, asked)
  const fault = changed === null ? null : charterFault(changed)
  const says =
    changed === null
      ? value === '' ? '' : t.council.badValue
      : fault !== null
        ? f.faults[fault]
        : f.changeSays(fieldName(field, t), valueIn(field, now, t, money), valueIn(field, asked!, t, money))
  return (
    <Part title={t.council.changeTitle} test="change">
      <SignedForm
        test="change" says={says} words={why} button={t.council.propose} done={t.council.proposed}
        onDone={() => {
          kept.clear()
          again()
        }}
        asked={(reason) => ({ kind: 'charter.proposed', charter: encodeCharter(changed!), reason })}
      >
        <Select
          label={t.council.field} value={field} test="change-field" onChange={(one) => kept.put({ field: one, value: '' })}
          options={numbers.map((one) => ({ value: one.field, label: fieldName(one.field, t) }))}
        />
        {choices === undefined ? (
          <TextField
            key="typed" type="amount" label={t.common.counted(f.value, unitTyped(field, t, forms, money))} note={f.now(valueIn(field, now, t, money))} value={value} test="change-value"
            onChange={(text) => kept.put({ value: text })}
          />
        ) : (
          <Select
            key="chosen" label={t.council.choice} value={value === '' ? String(now) : value} test="change-choice" onChange={(text) => kept.put({ value: text })}
            options={choices.map((label, i) => ({ value: String(i), label }))}
          />
        )}
        {field === 'stewardThreshold' && changed !== null && fault === null && <FewStewards asked={changed.stewardThreshold} there={view.stewards} test="change-stewards" />}
        <TextField label={t.council.why} value={why} test="change-why" onChange={(text) => kept.put({ why: text })} maxLength={400} />
      </SignedForm>
    </Part>
  )
}

/** A charter may ask for more stewards than there are: that is said, and is no fault. */
export function FewStewards({ asked, there, test }: { asked: number; there: number; test: string }): JSX.Element | null {
  const t = useTexts('council')
  return asked > there ? <p class="note" data-test={test}>{t.council.stewardsAsked(asked, there)}</p> : null
}

/** The charter with one number of it another. */
function changedCharter(bytes: string, field: string, value: string): Charter {
  const charter = decodeCharter(fromBase64(bytes)!)! as unknown as Record<string, Record<string, unknown>>
  const [topic, part] = field.split('.') as [string, string | undefined]
  const holder = part === undefined ? (charter as Record<string, unknown>) : charter[topic]!
  const key = part ?? topic
  holder[key] = typeof holder[key] === 'bigint' ? BigInt(value) : typeof holder[key] === 'boolean' ? value === '1' : Number(value)
  return charter as unknown as Charter
}

/** Something to be voted on that is neither a number nor a role: its words are all of it. */
export function Motion({ again }: Pick<Given, 'again'>): JSX.Element {
  const f = useForms().proposing
  const kept = useKept('motion', { words: '' })
  const { words } = kept.fields
  return (
    <details class="fold" data-test="motion-fold">
      <summary>{f.motionTitle}</summary>
      <SignedForm
        test="motion" words={words} says={words.trim() === '' ? f.needWords : f.motionSays(words.trim())} button={f.send} done={f.sent}
        onDone={() => {
          kept.clear()
          again()
        }}
        asked={(reason) => ({ kind: 'motion.proposed', reason })}
      >
        <TextField type="area" label={f.motionWords} value={words} onChange={(text) => kept.put({ words: text })} test="motion-words" maxLength={800} />
      </SignedForm>
    </details>
  )
}

/** Whom the members want in a role, or no longer: everybody who may vote is asked. */
export function RoleVote({ view, again }: Given): JSX.Element | null {
  const t = useTexts('why', 'council')
  const f = useForms().proposing
  const named = useNameOf()
  const { acct } = useStore(me)!
  const { value: people } = useLoaded(hub.people, 'people')
  const [change, setChange] = useState<'appoint' | 'recall'>('appoint')
  const [whom, setWhom] = useState('')
  const [roleText, setRole] = useState('1')
  const [why, setWhy] = useState('')
  const held = view.holders.map(({ role, person }) => ({ value: `${role} ${person.acct}`, role, person }))
  const others = people?.filter((one) => one.acct !== acct) ?? []
  const list = view.charter.fields.find(({ field }) => field === 'roles')!.value as { role: number }[]
  const holder = held.find(({ value }) => value === whom) ?? held[0]
  const person = others.find((one) => one.acct === whom) ?? others[0]
  const chosen = change === 'recall' ? holder && { role: holder.role, member: holder.person } : person && { role: Number(roleText), member: person }
  if (chosen === undefined) return null
  const role = chosen.role as Role
  return (
    <details class="fold" data-test="role-vote-fold">
      <summary>{f.roleTitle}</summary>
      <SignedForm
        test="role-vote" words={why} button={f.send} done={f.sent}
        says={why.trim() === '' ? f.needWhy : f.roleSays(t.council.roleChange[change](named(chosen.member), t.council.roles[role]))}
        onDone={() => {
          setWhy('')
          again()
        }}
        asked={(reason) => ({ kind: 'role.proposed', member: chosen.member.acct, role, change, reason })}
      >
        <Select
          label={f.roleWhat} value={change} test="role-vote-what" onChange={(one) => setChange(one as typeof change)}
          options={[{ value: 'appoint', label: f.appoint }, ...(held.length > 0 ? [{ value: 'recall', label: f.recall }] : [])]}
        />
        {change === 'recall' ? (
          <Select
            label={f.recallWhom} value={holder!.value} test="role-vote-holder" onChange={setWhom}
            options={held.map((one) => ({ value: one.value, label: `${named(one.person)} · ${t.council.roles[one.role as Role]}` }))}
          />
        ) : (
          <>
            <Select label={t.council.whom} value={person!.acct} test="role-vote-whom" onChange={setWhom} options={others.map((one) => ({ value: one.acct, label: named(one) }))} />
            <Select
              label={t.council.asWhat} value={roleText} test="role-vote-role" onChange={setRole}
              options={list.map((one) => ({ value: String(one.role), label: t.council.roles[one.role as Role] }))}
            />
          </>
        )}
        <TextField label={t.council.why} value={why} onChange={setWhy} test="role-vote-why" maxLength={400} />
      </SignedForm>
    </details>
  )
}
