/**
 * `verify.html`: a page that checks ledgers by itself, for people who do not want to install anything. It is built
 * into one file with everything inside (`vite.config.ts`) and works from a disk, with no hub and no network.
 *
 * The one script is the page and, run without a document, the worker that checks (`verify-engine.ts`); where a
 * browser lets no worker be made of it, the page checks for itself, a little at a time.
 */
import { type JSX, render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { OffenceCode } from '#ledger/audit/audit.ts'
import { rowNames } from '#ledger/audit/audit.ts'
import type { Comparison } from '#ledger/audit/comparison.ts'
import type { ExhibitKind, Finding } from '#ledger/audit/exhibit.ts'
import type { Json, VerdictJson } from '#ledger/audit/verdict-json.ts'
import { verifyEn } from '../text/en/verify.ts'
import { verifyEs } from '../text/es/verify.ts'
import { type VerifyTexts, verifyZh } from '../text/zh/verify.ts'
import type { Said, Words } from '../text/words.ts'
import { unpacked } from './unpacked.ts'
import { type Asked, openEngine, type Shown, type Told } from './verify-engine.ts'

/** One thing that was brought, and how far it has come. */
type Item = {
  id: number
  name: string
  kind: ExhibitKind | null
  progress: { share: number; entries: number; seconds: number } | null
  log: { verdict: VerdictJson; seconds: number } | null
  finding: Json<Finding> | null
  credential: Shown | null
  state: 'waiting' | 'fetching' | 'running' | 'done' | 'unreadable' | 'unreachable' | 'failed'
  message: string
}
type Pair = { one: number; other: number; comparison: Json<Comparison> }

const languages: readonly VerifyTexts[] = [verifyZh, verifyEn, verifyEs]

/** Of those there are, the one that this browser asks for; English where it asks for another. */
const spoken = (): VerifyTexts => languages.find(({ language }) => navigator.language.startsWith(language)) ?? verifyEn

function App({ script }: { script: string }): JSX.Element {
  const [t, speak] = useState<VerifyTexts>(spoken)
  const [items, setItems] = useState<Item[]>([])
  const [pairs, setPairs] = useState<Pair[]>([])
  const desk = useRef<Desk | null>(null)
  const next = useRef(0)

  useEffect(() => {
    document.documentElement.lang = t.tag
    document.title = `${t.name} · ${t.title}`
  }, [t])
  const change = (id: number, by: Partial<Item>): void =>
    setItems((all) => all.map((item) => (item.id === id ? { ...item, ...by } : item)))

  const begin = (): void => {
    desk.current?.leave()
    desk.current = deskOf(script, (told) => {
      if (told.tell === 'compared') setPairs(told.pairs)
      else change(told.id, changeBy(told))
    })
  }
  useEffect(begin, [script])

  const add = (name: string, state: Item['state']): number => {
    const id = next.current++
    setItems((all) => [...all, { id, name, kind: null, progress: null, log: null, finding: null, credential: null, state, message: '' }])
    return id
  }
  const check = (name: string, file: Blob): void => desk.current!.ask({ id: add(name, 'waiting'), file })
  const fetchFrom = async (address: string): Promise<void> => {
    const id = add(address, 'fetching')
    try {
      const response = await fetch(`${address.replace(/\/+$/, '')}/export`, { mode: 'cors', credentials: 'omit' })
      if (!response.ok) throw new Error(String(response.status))
      const file = await response.blob()
      change(id, { state: 'waiting' })
      desk.current!.ask({ id, file })
    } catch {
      change(id, { state: 'unreachable' })
    }
  }
  const again = (): void => {
    setItems([])
    setPairs([])
    begin()
  }

  return (
    <>
      <header>
        <span class="name" aria-hidden="true">{t.name}</span>
        <span>
          {languages.filter((one) => one !== t).map((one) => (
            <button key={one.tag} type="button" class="plain" lang={one.tag} data-test="verify-language" onClick={() => speak(one)}>
              {one.own}
            </button>
          ))}
        </span>
      </header>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <Give t={t} check={check} fetchFrom={fetchFrom} />
      <div class="results">
        {pairs.map((pair) => (
          <Compared key={`${pair.one} ${pair.other}`} t={t} pair={pair} names={[pair.one, pair.other].map((id) => items.find((item) => item.id === id)?.name ?? '')} />
        ))}
        {items.map((item) => <Result key={item.id} t={t} item={item} />)}
      </div>
      {items.length > 0 && (
        <section class="end">
          <div class="buttons">
            <button type="button" onClick={() => print()}>{t.print}</button>
            <button type="button" onClick={again}>{t.again}</button>
            <Save t={t} text={jsonOf(items, pairs)} name="verdict.json" label={t.saveJson} />
          </div>
          <details>
            <summary>{t.forPrograms}</summary>
            <pre data-test="verify-json">{jsonOf(items, pairs)}</pre>
          </details>
        </section>
      )}
      <footer>
        <h2>{t.trustTitle}</h2>
        <ul>{t.trust.map((line) => <li key={line}>{line}</li>)}</ul>
        <p>{t.cannot}</p>
      </footer>
    </>
  )
}

function changeBy(told: Exclude<Told, { tell: 'compared' }>): Partial<Item> {
  switch (told.tell) {
    case 'kind': return { kind: told.kind, state: 'running' }
    case 'progress': {
      const { bytes, total, entries, seconds } = told
      return { state: 'running', progress: { share: Math.min(1, bytes / total), entries, seconds } }
    }
    case 'log': return { state: 'done', log: { verdict: told.verdict, seconds: told.seconds } }
    case 'finding': return { state: 'done', finding: told.finding }
    case 'credential': return { state: 'done', credential: told.credential }
    case 'known': return { state: told.readable ? 'done' : 'unreadable' }
    case 'failed': return { state: 'failed', message: told.message }
  }
}

/** The same as `audit --json` prints, as far as things have been checked. */
function jsonOf(items: readonly Item[], pairs: readonly Pair[]): string {
  const logs = items.map(({ name, log, finding, credential, state }) => ({
    target: name, ...(log !== null ? { what: 'log', ...log.verdict } : (finding ?? credential ?? { what: state })),
  }))
  return JSON.stringify({ logs, comparisons: pairs.map(({ comparison }) => comparison) }, null, 2)
}

/** Where things are checked, one after the other; whoever begins anew leaves the old one. */
type Desk = { ask(asked: Asked): void; leave(): void }

/** A worker made of this very script, or the page where there can be none. */
function deskOf(script: string, tell: (told: Told) => void): Desk {
  const inPage: Desk = { ask: openEngine(tell), leave() {} }
  try {
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    const worker = new Worker(address)
    let isLost = false
    const unanswered: Asked[] = []
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      unanswered.length = 0
      tell(data)
    }
    // A worker that could not begin: what it was asked is asked here.
    worker.onerror = () => {
      isLost = true
      for (const asked of unanswered.splice(0)) inPage.ask(asked)
    }
    return {
      ask(asked) {
        if (isLost) return inPage.ask(asked)
        unanswered.push(asked)
        worker.postMessage(asked)
      },
      leave: () => worker.terminate(),
    }
  } catch {
    return inPage
  }
}

function Give({ t, check, fetchFrom }: { t: VerifyTexts; check: (name: string, file: Blob) => void; fetchFrom: (address: string) => void }): JSX.Element {
  const [text, setText] = useState('')
  const [address, setAddress] = useState(location.protocol.startsWith('http') ? location.origin : '')
  const [over, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    void Promise.all([...(files ?? [])].map((file) => unpacked(file.name, file))).then((all) => {
      for (const { name, file } of all.flat()) check(name, file)
    })
  }
  return (
    <section class="give">
      <h2>{t.give}</h2>
      <label
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer?.files)
        }}
      >
        <input
          type="file" multiple data-test="verify-files"
          onChange={({ currentTarget }) => {
            take(currentTarget.files)
            currentTarget.value = ''
          }}
        />
        <span class="button">{t.choose}</span>
        <span class="soft">{t.drop}</span>
      </label>
      <p class="soft">{t.giveNote}</p>
      <details>
        <summary>{t.paste}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            // A text box drops the last newline where people copy by hand; without it no signed text is whole.
            const whole = text.replaceAll('\r\n', '\n')
            check(t.pasted, new Blob([whole.endsWith('\n') ? whole : `${whole}\n`]))
            setText('')
          }}
        >
          <label>
            <span>{t.pasteLabel}</span>
            <textarea rows={6} required spellcheck={false} value={text} data-test="verify-text" onInput={({ currentTarget }) => setText(currentTarget.value)} />
          </label>
          <button type="submit" data-test="verify-text-go">{t.pasteGo}</button>
        </form>
      </details>
      <details>
        <summary>{t.address}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            fetchFrom(address)
          }}
        >
          <label>
            <span>{t.addressLabel}</span>
            <input type="url" required value={address} data-test="verify-address" onInput={({ currentTarget }) => setAddress(currentTarget.value)} />
          </label>
          <p class="soft">{t.addressNote}</p>
          <button type="submit" data-test="verify-address-go">{t.addressGo}</button>
        </form>
      </details>
    </section>
  )
}

function Result({ t, item }: { t: VerifyTexts; item: Item }): JSX.Element {
  const { name, kind, state, log, finding, credential, message } = item
  return (
    <article class="result" data-test="verify-result" data-state={state}>
      <p class="what">
        {kind !== null && <span class="chip">{t.things[kind]}</span>} <span class="file">{name}</span>
      </p>
      {(state === 'waiting' || state === 'fetching') && <p class="soft">{state === 'waiting' ? t.waiting : t.fetching}</p>}
      {state === 'running' && <Running t={t} item={item} />}
      {state === 'done' && log === null && finding === null && credential === null && <p class="soft">{t.taken}</p>}
      {state === 'unreachable' && <Mark t={t} outcome="not-checked" text={t.unreachable} />}
      {state === 'unreadable' && <Mark t={t} outcome="failed" text={t.findings.unreadable} />}
      {state === 'failed' && <Mark t={t} outcome="failed" text={`${t.fault} ${message}`} />}
      {log !== null && <Log t={t} isKnown={kind !== null} {...log} />}
      {finding !== null && <Found t={t} finding={finding} />}
      {credential !== null && <Certified t={t} credential={credential} />}
    </article>
  )
}

/** A certificate says who signed it; whether that is the city, its reader compares. */
function Certified({ t, credential: { fault, issuer, city, subject, said, from } }: { t: VerifyTexts; credential: Shown }): JSX.Element {
  const w = t.certificate
  return (
    <>
      <Mark t={t} outcome={fault === null ? 'ok' : 'failed'} title={fault === null ? w.holds : w.fails} text={fault === null ? w.compare : w.faults[fault]} />
      {fault === null && (
        <Facts title={t.facts} rows={[[w.issuer, issuer], [w.city, city], [w.subject, subject.join('\n')], [w.said, said], [w.from, from]]} />
      )}
    </>
  )
}

function Running({ t, item: { progress } }: { t: VerifyTexts; item: Item }): JSX.Element {
  if (progress === null) return <p class="soft">{t.running}</p>
  const { share, entries, seconds } = progress
  const left = share > 0.02 ? t.seconds(Math.ceil(seconds / share - seconds)) : null
  return (
    <div>
      <progress max={1} value={share} aria-label={t.running} />
      <p class="soft figures">{t.progress(count(t, entries), count(t, Math.round(entries / seconds)), left)}</p>
    </div>
  )
}

type Outcome = 'ok' | 'failed' | 'not-checked'
const signs: Record<Outcome, string> = { 'ok': '✓', 'failed': '✗', 'not-checked': '–' }

type Marked = { t: VerifyTexts; outcome: Outcome; title?: string; text?: string | undefined; more?: string }

const Mark = ({ t, outcome, title, text, more }: Marked): JSX.Element => (
  <div class={`mark ${outcome}`} role="status">
    <b aria-hidden="true">{signs[outcome]}</b>
    <div>
      <strong data-test="verify-outcome" data-outcome={outcome}>
        {title ?? { 'ok': t.good, 'failed': t.bad, 'not-checked': t.open }[outcome]}
      </strong>
      {text !== undefined && <p>{text}</p>}
      {more !== undefined && <p class="soft figures">{more}</p>}
    </div>
  </div>
)

function Log({ t, isKnown, verdict, seconds }: { t: VerifyTexts; isKnown: boolean; verdict: VerdictJson; seconds: number }): JSX.Element {
  const { offence, rows, origin, hubId, entries, root, checkpoint } = verdict
  const isPartly = offence === null && rowNames.some((row) => rows[row].outcome === 'not-checked')
  return (
    <>
      <Mark
        t={t} outcome={offence === null ? 'ok' : 'failed'} {...(isPartly ? { text: t.notAlone } : isKnown ? {} : { title: t.notOurs, text: t.notOursNote })}
        more={t.took(count(t, entries), t.seconds(Math.ceil(seconds)))}
      />
      {offence !== null && <Wrong t={t} offence={offence} />}
      {isKnown && (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.columnCheck}</th>
                <th scope="col">{t.columnFound}</th>
              </tr>
            </thead>
            <tbody>
              {rowNames.map((name) => (
                <Row key={name} t={t} name={name} row={rows[name]} />
              ))}
            </tbody>
          </table>
          <Facts
            title={t.facts}
            rows={[
              [t.origin, origin],
              [t.hubId, hubId],
              [t.entries, count(t, entries)],
              [t.root, root],
              ...(checkpoint === null ? [] : checkpointFacts(t, checkpoint)),
            ]}
          />
        </>
      )}
    </>
  )
}

const checkpointFacts = (t: VerifyTexts, { size, cosigners }: { size: number; cosigners: { name: string; time: string }[] }): [string, string | null][] => [
  [t.checkpointAt, t.checkpointIs(count(t, size))],
  [t.cosignedBy, cosigners.length === 0 ? t.nobody : cosigners.map(({ name, time }) => `${name} (${moment(t, Number(time))})`).join('\n')],
]

function Row({ t, name, row }: { t: VerifyTexts; name: (typeof rowNames)[number]; row: VerdictJson['rows'][typeof name] }): JSX.Element {
  const [title, meaning] = t.rows[name]
  const { outcome } = row
  const number = count(t, row.count)
  return (
    <tr class={outcome} data-row={name} data-outcome={outcome}>
      <th scope="row">
        {title} <span class="soft">{meaning}</span>
      </th>
      <td>
        <b aria-hidden="true">{signs[outcome]}</b> {outcome === 'ok' ? t.ok(number) : outcome === 'failed' ? t.failed(number) : row.count === 0 ? t.notCheckedAtAll : t.notChecked(number)}
        {row.outcome === 'not-checked' && <span class="soft">{t.because[row.because] + row.missing.join(', ')}</span>}
      </td>
    </tr>
  )
}

function Wrong({ t, offence }: { t: VerifyTexts; offence: NonNullable<VerdictJson['offence']> }): JSX.Element {
  const { where, seq, kind, signedBy, code, about } = offence
  // The name of a refusal stands there already; its numbers do not.
  const facts = Object.entries(about ?? {}).filter(([name]) => !['code', 'type', 'because'].includes(name))
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join('\n')
  const place = where === 'entry' ? t.atEntry(count(t, seq)) : t.afterEntries(t.places[where], count(t, seq))
  return (
    <section class="wrong" data-test="verify-offence" data-code={code} data-seq={seq}>
      <h3>{t.firstOffence}</h3>
      <p>
        <strong>{place}</strong>
        {kind !== null && <> · {t.kinds[kind]} <code class="soft">{kind}</code></>}
      </p>
      <p>
        {meaningOf(t, code)} <code class="soft">{code}</code>
      </p>
      {signedBy !== null && (
        <p>
          {t.signedBy}: {t.signers[signedBy.signer]} <code>{signedBy.accounts.join(' ')}</code>
          {signedBy.keys.length > 0 && <>{t.withKey('')}<code>{signedBy.keys.join(' ')}</code></>}
        </p>
      )}
      {facts !== '' && <pre>{facts}</pre>}
    </section>
  )
}

function meaningOf(t: VerifyTexts, code: OffenceCode): string {
  if (code in t.offences) return t.offences[code as keyof VerifyTexts['offences']]
  const told = t.refusals[code as keyof VerifyTexts['refusals']]
  const { what }: Words = typeof told === 'function' ? told(unsaid) : told
  return t.byTheRules(what)
}

/** The data of a refusal stands beside the sentence; the sentence does without. */
const unsaid: Said = { has: () => false, raw: () => '…', cv: () => '…', factor: () => '…', percent: () => '…', moment: () => '…', day: () => '…', first: () => '…', duration: () => '…', wait: () => '…' }

function Found({ t, finding }: { t: VerifyTexts; finding: Json<Finding> }): JSX.Element {
  const { outcome, code, what } = finding
  return (
    <>
      <Mark
        t={t} outcome={outcome} title={t.thingHolds(t.things[what], t.holds[outcome])} text={code === null ? undefined : t.findings[code]}
      />
      {finding.what === 'evidence' ? <Evidence t={t} finding={finding} /> : <Signed t={t} finding={finding} />}
    </>
  )
}

function Evidence({ t, finding: { offence } }: { t: VerifyTexts; finding: Extract<Json<Finding>, { what: 'evidence' }> }): JSX.Element | null {
  if (offence === null) return null
  return (
    <>
      <p>{t.evidenceKinds[offence.kind]}</p>
      <Facts title={t.accused} rows={[[t.origin, `${offence.origin} · ${offence.city}`], [t.hubId, offence.hubId]]} />
      <p class="soft">{t.compareHubId}</p>
    </>
  )
}

function Signed({ t, finding }: { t: VerifyTexts; finding: Exclude<Json<Finding>, { what: 'evidence' }> }): JSX.Element | null {
  const { signed, satisfied } = finding
  if (signed === null) return null
  const ofProof: [string, string | null][] = finding.what !== 'proof' || finding.index === null ? [] : [
    [t.proofOf, finding.entry === null ? finding.index : t.proofIs(finding.index, t.kinds[finding.entry.kind])],
    ...(finding.entry === null ? [] : [
      [t.ofAccount, finding.entry.acct] as [string, string], [t.recordedAt, moment(t, finding.entry.ts)] as [string, string],
    ]),
  ]
  return (
    <Facts
      title={t.facts}
      rows={[
        ...ofProof, [t.origin, signed.origin], [t.root, signed.root],
        ...checkpointFacts(t, { size: Number(signed.size), cosigners: signed.cosigners }),
        ...(satisfied === null ? [] : [[t.policyIs, t.policySays(satisfied)] as [string, string]]),
      ]}
    />
  )
}

function Compared({ t, pair: { comparison }, names }: { t: VerifyTexts; pair: Pair; names: string[] }): JSX.Element {
  const outcome: Outcome = { 'consistent': 'ok', 'restored': 'ok', 'forked': 'failed', 'cannot-say': 'not-checked' }[comparison.answer] as Outcome
  const sizes = 'sizes' in comparison ? comparison.sizes.map(Number).toSorted((a, b) => a - b).map((n) => count(t, n)) : []
  const title = { 'consistent': t.consistent, 'restored': t.restored, 'forked': t.forked, 'cannot-say': t.cannotSay }[comparison.answer]
  return (
    <article class="result" data-test="verify-comparison" data-answer={comparison.answer}>
      <p class="what">
        <span class="chip">{t.compare}</span> <span class="file">{names.join(' ↔ ')}</span>
      </p>
      <div class={`mark ${outcome}`}>
        <b aria-hidden="true">{signs[outcome]}</b>
        <div>
          <strong>{title}</strong>
          {comparison.answer === 'consistent' && <p>{t.consistentText(sizes[0]!, sizes[1]!)}</p>}
          {comparison.answer === 'restored' && <p>{t.restoredText(count(t, comparison.at))}</p>}
          {comparison.answer === 'forked' && <p>{comparison.evidence === null ? t.noBundle : t.forkedText(comparison.at === null ? null : count(t, comparison.at))}</p>}
          {comparison.answer === 'cannot-say' && <p>{t.unsaid[comparison.because]}</p>}
        </div>
      </div>
      {comparison.answer === 'forked' && comparison.evidence !== null && (
        <div class="buttons">
          <Save t={t} text={comparison.evidence} name="evidence.txt" label={t.saveEvidence} />
        </div>
      )}
    </article>
  )
}

function Facts({ title, rows }: { title: string; rows: [string, string | null][] }): JSX.Element {
  return (
    <section class="facts">
      <h3>{title}</h3>
      <dl>
        {rows.filter(([, value]) => value !== null).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** A link that gives a text away as a file. */
function Save({ text, name, label }: { t: VerifyTexts; text: string; name: string; label: string }): JSX.Element {
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text]))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [text])
  return <a class="button" href={address} download={name} data-test={`save-${name.split('.')[0]!}`}>{label}</a>
}

const count = (t: VerifyTexts, n: number): string => n.toLocaleString(t.tag)
const moment = (t: VerifyTexts, ts: number): string =>
  `${new Date(ts * 1000).toLocaleString(t.tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`

if (typeof document === 'undefined') {
  const ask = openEngine((told) => postMessage(told))
  onmessage = ({ data }: MessageEvent<Asked>) => ask(data)
} else {
  render(<App script={document.currentScript?.textContent ?? ''} />, document.getElementById('page')!)
}
