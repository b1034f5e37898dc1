/**
 * What a steward may do for one person, each folded away until it is needed: give from the commons or the pool, open a
 * time reserve, spare somebody who is away, write down a help for who has no phone, paper slips, a deposit. And, for that
 * person, what stewards did in their name.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { fromHex } from '#ledger/bytes.ts'
import { slipHash } from '#ledger/rules/proxy.ts'
import type { HelpView, PersonView } from '#protocol/api.ts'
import type { ActForView, ForPerson } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me } from '../../hub/app.ts'
import { random } from '../../device/commit.ts'
import { parseAmount } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { bytesOfCode, codeFrom, readCode, spaced } from '../../device/spoken-code.ts'
import { useStore } from '../../store.ts'
import { Button, Choice, Fold, Part, Select, Stepper, TextField, useLoaded, useMoney, useNameOf, useTexts, When } from '../../parts/view.tsx'

const DAY = 86_400
const SLIPS_AT_ONCE = 12
type Given = { person: PersonView; may: ForPerson }

export function ForPersonPart({ person, may }: Given): JSX.Element {
  const f = useForms()
  const w = f.decide.for
  return (
    <Part title={w.title} test="for-person">
      <Fold title={w.proxy} test="fold-proxy">
        <Proxy person={person} may={may} />
      </Fold>
      <Fold title={w.slips} test="fold-slips">
        <Slips person={person} may={may} />
      </Fold>
      {may.unanswered.length > 0 && (
        <Fold title={w.bySlip} test="fold-by-slip">
          <p class="note">{w.bySlipNote}</p>
          {may.unanswered.map((help) => (
            <BySlip key={help.id} help={help} />
          ))}
        </Fold>
      )}
      <Fold title={w.grant} test="fold-grant">
        <Grant person={person} may={may} />
      </Fold>
      {may.pool !== null && (
        <Fold title={w.pool} test="fold-pool">
          <FromPool person={person} pool={may.pool} />
        </Fold>
      )}
      {may.reserve !== null && (
        <Fold title={w.reserve} test="fold-reserve">
          <OpenReserve person={person} reserve={may.reserve} />
        </Fold>
      )}
      <Fold title={w.exemption} test="fold-exempt">
        <TwoSteps
          test="exempt" open={may.isExempt ? w.exemptOff : w.exemptOn} says={w.exemptSays(useNameOf()(person), !may.isExempt)} done={f.decide.agreed}
          asked={() => ({ kind: 'dormancy.exempted', member: person.acct, exempt: !may.isExempt })}
        />
      </Fold>
      {may.deposit !== null && (
        <Fold title={w.deposit} test="fold-deposit">
          <Deposit person={person} deposit={may.deposit} />
        </Fold>
      )}
    </Part>
  )
}

function Proxy({ person, may }: Given): JSX.Element | null {
  const t = useTexts()
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const mine = useStore(me)!
  const { value: people } = useLoaded(hub.people, 'people')
  const [withWhom, setWith] = useState('')
  const [isHelper, setHelper] = useState(true)
  const [minutes, setMinutes] = useState(60)
  const [words, setWords] = useState('')
  const others = people?.filter(({ acct }) => acct !== person.acct && acct !== mine.acct) ?? []
  const other = others.find(({ acct }) => acct === withWhom) ?? others[0]
  if (other === undefined) return null
  const [helper, receiver] = isHelper ? [person, other] : [other, person]
  return (
    <SignedForm
      test="proxy" words={words} button={w.proxySend} done={w.proxied}
      says={words.trim() === '' ? w.needWords : w.proxySays(named(person), named(helper), named(receiver), t.duration(minutes))}
      onDone={() => setWords('')}
      asked={(note) => ({
        kind: 'help.proxied', member: person.acct, helper: helper.acct, receiver: receiver.acct, category: 1, minutes,
        day: Math.floor(hubNow() / DAY), note,
      })}
    >
      <p class="note">{w.proxyNote(t.duration(may.proxy.minutesLeft))}</p>
      <Select label={w.proxyWith} value={other.acct} test="proxy-with" onChange={setWith} options={others.map((one) => ({ value: one.acct, label: named(one) }))} />
      <Choice
        label={w.proxyWay} value={isHelper ? 'helped' : 'was-helped'} test="proxy-way" onChange={(chosen) => setHelper(chosen === 'helped')}
        options={[
          { value: 'helped', label: w.helped(named(person), named(other)) },
          { value: 'was-helped', label: w.helped(named(other), named(person)) },
        ]}
      />
      <Stepper label={w.proxyMinutes} minutes={minutes} onChange={setMinutes} test="proxy-minutes" />
      <TextField label={w.proxyWords} value={words} onChange={setWords} test="proxy-words" maxLength={200} />
    </SignedForm>
  )
}

/** The codes are made here, recorded by their hashes, and shown once, to be printed. */
function Slips({ person, may }: Given): JSX.Element {
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const view = useStore(hubView)!
  const [text, setText] = useState('4')
  const [issued, setIssued] = useState<string[]>([])
  const [codes, setCodes] = useState<string[]>(() => newCodes())
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (issued.length > 0) {
    return (
      <div class="slips" data-test="slips">
        {issued.map((code) => (
          <div key={code} class="slip" data-test="slip" data-code={code}>
            <p>{w.slipsFor(named(person), view.city)}</p>
            <output>{spaced(code)}</output>
            <p class="note">{w.slipsUse}</p>
          </div>
        ))}
        <Button test="slips-print" onPress={() => print()}>
          {w.slipsPrint}
        </Button>
      </div>
    )
  }
  return (
    <SignedForm
      test="slips" says={count < 1 || count > SLIPS_AT_ONCE ? w.badCount : w.slipsSays(named(person), count)} button={w.slipsSend} done={w.slipsIssued}
      onDone={() => {
        setIssued(codes.slice(0, count))
        setCodes(newCodes())
      }}
      asked={() => ({
        kind: 'slips.issued', member: person.acct, slips: codes.slice(0, count).map((code) => slipHash(fromHex(bytesOfCode(code))!)),
      })}
    >
      <p class="note">{w.slipsNote(may.proxy.slips)}</p>
      <TextField type="amount" label={w.slipsCount} value={text} onChange={setText} test="slips-count" />
    </SignedForm>
  )
}

const newCodes = (): string[] => Array.from({ length: SLIPS_AT_ONCE }, () => codeFrom(random(8)))

function BySlip({ help }: { help: HelpView }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const [text, setText] = useState('')
  const code = readCode(text)
  const says = w.bySlipSays(named(help.helper), named(help.receiver), t.duration(help.minutes))
  return (
    <SignedForm
      test="by-slip" says={code === null ? (text === '' ? '' : f.sessions.badCode) : says} button={w.bySlipSend} done={w.bySlipDone}
      asked={() => ({ kind: 'help.attested', help: help.id, slip: bytesOfCode(code ?? '') })}
    >
      <p>{t.common.helpLine(named(help.helper), named(help.receiver), t.duration(help.minutes))}</p>
      <TextField label={w.slipCode} value={text} onChange={setText} test="by-slip-code" maxLength={20} />
    </SignedForm>
  )
}

function Grant({ person, may: { grant } }: Given): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const money = useMoney()
  const [because, setBecause] = useState<'newcomer' | 'vulnerable'>(grant.newcomerMilli === '0' ? 'vulnerable' : 'newcomer')
  const [text, setText] = useState('')
  const milli = parseAmount(text)
  return (
    <SignedForm
      test="grant" button={w.grantSend} done={f.decide.agreed} onDone={() => setText('')}
      says={milli === null ? (text === '' ? '' : w.badAmount) : w.grantSays(named(person), money.local(milli), w[because])}
      asked={() => ({ kind: 'commons.granted', member: person.acct, amountMilli: BigInt(milli ?? 0), because })}
    >
      <p class="note">{w.grantNote(money.local(grant.commonsMilli), money.local(grant.newcomerMilli), money.local(grant.vulnerableMilli))}</p>
      <Choice
        label={w.grantBecause} value={because} test="grant-because" onChange={(chosen) => setBecause(chosen as typeof because)}
        options={[{ value: 'newcomer', label: w.newcomer }, { value: 'vulnerable', label: w.vulnerable }]}
      />
      <TextField type="amount" label={t.common.counted(w.amount, money.typed)} value={text} onChange={setText} test="grant-amount" />
    </SignedForm>
  )
}

function FromPool({ person, pool }: { person: PersonView; pool: NonNullable<ForPerson['pool']> }): JSX.Element {
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const money = useMoney()
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const milli = parseAmount(text)
  const missing = milli === null ? (text === '' ? '' : w.badAmount) : reason.trim() === '' ? f.decide.needReason : null
  return (
    <SignedForm
      test="pool" words={reason} button={w.grantSend} done={f.decide.agreed} says={missing ?? w.poolSays(named(person), money.global(milli!))}
      asked={(commitment) => ({ kind: 'pool.granted', member: person.acct, amountMilli: BigInt(milli ?? 0), reason: commitment })}
    >
      <p class="note">{w.poolNote(money.global(pool.holdsMilli), money.global(pool.mostMilli))}</p>
      <TextField type="amount" label={w.amount} value={text} onChange={setText} test="pool-amount" />
      <TextField label={f.decide.reason} value={reason} onChange={setReason} test="pool-reason" maxLength={200} />
    </SignedForm>
  )
}

function OpenReserve({ person, reserve }: { person: PersonView; reserve: NonNullable<ForPerson['reserve']> }): JSX.Element {
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const money = useMoney()
  const [because, setBecause] = useState<'age' | 'hardship' | 'relative'>('age')
  const [evidence, setEvidence] = useState('')
  if (reserve.because !== null) return <p>{w.reserveIsOpen(f.decide.because[reserve.because])}</p>
  return (
    <SignedForm
      test="open-reserve" words={evidence} button={w.reserveSend} done={f.decide.agreed} onDone={() => setEvidence('')}
      says={evidence.trim() === '' ? w.needEvidence : w.reserveSays(named(person), f.decide.because[because])}
      asked={(commitment) => ({ kind: 'reserve.opened', member: person.acct, because, evidence: commitment })}
    >
      <p class="note">{w.reserveNote(money.local(reserve.milli))}</p>
      <Choice
        label={w.grantBecause} hidden value={because} test="reserve-because" onChange={(chosen) => setBecause(chosen as typeof because)}
        options={(['age', 'hardship', 'relative'] as const).map((value) => ({ value, label: f.decide.because[value] }))}
      />
      <TextField label={w.evidence} value={evidence} onChange={setEvidence} test="reserve-evidence" maxLength={200} />
    </SignedForm>
  )
}

function Deposit({ person, deposit }: { person: PersonView; deposit: NonNullable<ForPerson['deposit']> }): JSX.Element {
  const f = useForms()
  const w = f.decide.for
  const named = useNameOf()
  const { minor, currency, isHeld } = deposit
  const sum = `${(minor / 100).toFixed(2)} ${currency}`
  return (
    <>
      <p>{w.depositIs(sum, isHeld)}</p>
      <TwoSteps
        test="deposit" open={isHeld ? w.depositOff : w.depositOn} says={w.depositSays(named(person), !isHeld, sum)} done={w.depositNoted}
        asked={() => ({ kind: 'deposit.noted', member: person.acct, isHeld: !isHeld })}
      />
    </>
  )
}

/** For themselves: what a steward wrote down in their name, and saying that it was so. */
export function ActsFor({ acts }: { acts: ActForView[] }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const w = f.decide.acts
  return (
    <Part title={w.title} test="acts-for">
      {acts.map((one) => (
        <div key={one.help} class="card" data-test="act-for" data-endorsed={one.endorsed}>
          <p>
            <When ts={one.ts} /> · {named(one.steward)} · {t.duration(one.minutes)} <span class="note">{one.bySlip ? w.bySlip : w.byWord}</span>
          </p>
          {one.endorsed ? (
            <p class="note">{w.endorsed}</p>
          ) : (
            <TwoSteps test="endorse" open={w.endorse} button={w.endorse} says={w.says} done={w.done} asked={() => ({ kind: 'proxy.endorsed', help: one.help })} />
          )}
        </div>
      ))}
    </Part>
  )
}
