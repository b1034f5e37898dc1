/**
 * Cases as their page shows them: what seems odd today, with its evidence; and who is said to have done what, what they
 * answered, who decides and until when.
 *
 * Shown to stewards, to who decides or was drawn to judge, and to the two it is between; to nobody else. What may be done by whom is
 * asked of the ledger's own rules, never decided here.
 */
import { trustBound } from '#ledger/anomaly/flow.ts'
import { encodeFlag, type Flag, holdingRules, parseFlag } from '#ledger/anomaly/flag.ts'
import { Watch } from '#ledger/anomaly/rules.ts'
import type { Hex } from '#ledger/action.ts'
import { toBase64 } from '#ledger/bytes.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { appealEndsAt, checkCaseReversed, reversalsOf } from '#ledger/rules/appeal.ts'
import { checkCaseFound } from '#ledger/rules/case.ts'
import { casesOf, isPending, lapsesAt, measures, noticeEndsAt, panelNeeded, stillHere } from '#ledger/rules/docket.ts'
import { statusAfter, takesAll } from '#ledger/rules/sanction.ts'
import type { Case } from '#ledger/state/council.ts'
import { type At, domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import type { CaseLine, CasesView, CaseView, FlagView, MatterView, Measure } from '#protocol/api.ts'
import type { People } from '../words/people.ts'
import type { Clock, Writer } from '../ports.ts'

export type CasePorts = { writer: Writer; people: People; clock: Clock }

export type Cases = {
  /** For a steward: the flags of today and all cases. For others: the cases they have a part in. */
  all(viewer: Hex, isSteward: boolean): CasesView
  /** Null for what there is not, or is not theirs to see. */
  one(id: Hex, viewer: Hex, isSteward: boolean): CaseView | null
}

/** What happened to stand behind a matter: how it is shown beside a flag. */
const MATTERS_SHOWN = 64

export function casesFor({ writer, people, clock }: CasePorts): Cases {
  // The state is made anew when a hub starts again from its disk: then the window is, too.
  let watch = { state: writer.state, of: new Watch() }

  function watched(): Watch {
    if (watch.state !== writer.state) watch = { state: writer.state, of: new Watch() }
    return watch.of
  }

  const now = (): number => Math.max(clock.now(), writer.state.lastTs)

  function flagView(flag: Flag): FlagView {
    const { state } = writer
    const watch = watched()
    watch.window.follow(state)
    const { earnedMilli, boundMilli } = trustBound(watch.window, state, flag.subjects)
    return {
      rule: flag.rule,
      bytes: toBase64(encodeFlag(flag)),
      subjects: flag.subjects.map((acct) => people.view(acct)),
      matters: mattersOf(state, flag),
      computed: Object.fromEntries(flag.computed.map(({ name, value }) => [name, value.toString()])),
      mayHold: holdingRules.has(flag.rule),
      earnedMilli: earnedMilli.toString(),
      boundMilli: boundMilli.toString(),
      open: flag.subjects.filter((acct) => casesOf(state, acct).some(isPending)),
    }
  }

  /** The exchanges among those whom a flag is about, behind the records that it names. */
  function mattersOf(state: State, flag: Flag): MatterView[] {
    const seqs = new Set(flag.evidence.map(({ seq }) => seq))
    const about = new Set(flag.subjects)
    return state.exchanges.flatMap(({ exchanges }) => exchanges)
      .filter(({ seq, giver, receiver }) => seqs.has(seq) && (about.has(giver) || about.has(receiver))).slice(0, MATTERS_SHOWN)
      .map(({ matter, seq, giver, receiver, milli, minutes, form, begins }) => ({
        id: matter, seq, isAgreement: form !== 'short', giver: people.view(giver), receiver: people.view(receiver),
        milli: milli.toString(), minutes, ts: begins,
      }))
  }

  function matterView(state: State, id: Hex): MatterView {
    const agreement = state.agreements.get(id)
    if (agreement !== undefined) {
      const { provider, receiver, award, report, terms } = agreement
      return {
        id, seq: award?.seq ?? null, isAgreement: true, giver: people.view(provider), receiver: people.view(receiver),
        milli: (award?.milli ?? 0n).toString(), minutes: report?.minutes ?? 0, ts: terms.begins,
      }
    }
    const { terms, award, recordedTs } = state.helps.get(id)!
    return {
      id, seq: award?.seq ?? null, isAgreement: false, giver: people.view(terms.helper), receiver: people.view(terms.receiver),
      milli: (award?.milli ?? 0n).toString(), minutes: terms.minutes, ts: recordedTs,
    }
  }

  const partIn = (one: Case, viewer: Hex): boolean =>
    one.accused === viewer || one.complainant === viewer || one.panel.includes(viewer) || one.jurors.includes(viewer)

  const line = (one: Case, viewer: Hex): CaseLine => ({
    id: one.id, accused: people.view(one.accused), phase: one.phase, opened: one.opened, until: untilOf(one), mine: duty(one, viewer),
  })

  function untilOf(one: Case): number | null {
    switch (one.phase) {
      case 'open': return lapsesAt(writer.state, one)
      case 'found': return appealEndsAt(writer.state, one)
      default: return null
    }
  }

  /** What waits for this person, if anything does. */
  function duty(one: Case, viewer: Hex): CaseLine['mine'] {
    const hasJudged = one.verdicts.some(({ by }) => by === viewer)
    if (one.accused === viewer) return one.phase === 'open' && one.answer === null ? 'answer' : one.phase === 'found' ? 'appeal' : 'accused'
    if (mayFind(one, viewer)) return 'find'
    if (one.phase === 'judging' && one.jurors.includes(viewer) && !hasJudged) return 'judge'
    return null
  }

  /** While it is open, without who has gone: they are not waited for, and do not count. */
  function judgesOf({ phase, panel }: Case): Hex[] {
    const here = stillHere(writer.state, panel)
    return phase === 'open' && here.length > 0 ? here : panel
  }

  /** Whether the rule takes a word of theirs: any if they have not voted (to let it go is never too early), else the same again. */
  function mayFind(one: Case, viewer: Hex): boolean {
    const { state } = writer
    return checkCaseFound(state, { ...word(one, viewer), kind: 'case.found', measure: saidBy(one, viewer) ?? measures.dismissed }, at()) === null && isHere(viewer)
  }

  const saidBy = ({ votes }: Case, viewer: Hex): Measure | null => votes.find(({ by }) => by === viewer)?.measure ?? null

  /** What they would send, as far as the rules read it, and when. */
  const word = (one: Case, viewer: Hex) => ({ id: '', exp: 0, seen: { size: 0, leaf: '' }, acct: viewer, case: one.id, reason: '' })
  const at = (): At => ({ seq: writer.state.tree.size, ts: now(), leaf: new Uint8Array() })
  const isHere = (acct: Hex): boolean => stillHere(writer.state, [acct]).length > 0

  function caseView(one: Case, viewer: Hex, isSteward: boolean): CaseView {
    const { state } = writer
    const index = domainIndex(state, domainDay(state, now()))
    const opened = writer.entryAt(one.seq).action
    const flag = opened.kind === 'case.opened' && opened.flag !== null ? parseFlag(opened.flag) : null
    const said = (commitment: Hex) => people.textOf(commitment)
    const { answer, appeal, found, taken } = one
    const next = statusAfter(state, one)
    return {
      ...line(one, viewer),
      complainant: one.complainant === null ? null : people.view(one.complainant),
      complaint: one.complaint === null ? null : said(one.complaint),
      flag: flag === null ? null : flagView(flag),
      matters: one.matters.map((id) => matterView(state, id)),
      heldMilli: nominalOf(one.held, index).toString(),
      noticeEnds: noticeEndsAt(state, one),
      lapses: lapsesAt(state, one),
      answer: answer === null ? null : { ts: answer.ts, text: said(answer.statement) },
      panel: judgesOf(one).map((by) => {
        const vote = one.votes.find((vote) => vote.by === by)
        return { person: people.view(by), measure: vote?.measure ?? null, reason: vote === undefined ? null : said(vote.reason) }
      }),
      needed: panelNeeded(state, one),
      mayFind: one.answer !== null || now() >= noticeEndsAt(state, one),
      again: mayFind(one, viewer) ? saidBy(one, viewer) : null,
      takesAll: takesAll(state, one, found?.measure ?? measures.upheld),
      next: { upheld: next(measures.upheld), severe: next(measures.severe) },
      found: found === null ? null : { ts: found.ts, measure: found.measure, appealEnds: appealEndsAt(state, one) },
      appeal: appeal === null ? null : { ts: appeal.ts, text: said(appeal.statement) },
      jurors: one.jurors.map((by) => {
        const verdict = one.verdicts.find((verdict) => verdict.by === by)
        return { person: people.view(by), confirmed: verdict?.confirmed ?? null, reason: verdict === undefined ? null : said(verdict.reason) }
      }),
      takenMilli: taken === null ? null : nominalOf(taken.domain, index).toString(),
      isInvolved: one.involved.includes(viewer),
      mayReverse: checkCaseReversed(state, { ...word(one, viewer), kind: 'case.reversed' }, at()) === null && isHere(viewer),
      reversals: one.found === null ? 0 : reversalsOf(state, one),
      isSteward,
    }
  }

  return {
    all(viewer, isSteward) {
      const { state } = writer
      const cases = [...state.cases.values()].filter((one) => isSteward || partIn(one, viewer)).reverse()
      return {
        flags: isSteward ? watched().flags(state).map(flagView) : [],
        cases: cases.map((one) => line(one, viewer)),
        people: isSteward ? [...state.members.values()].filter(({ attested }) => attested).map(({ acct }) => people.view(acct)) : [],
      }
    },
    one(id, viewer, isSteward) {
      const found = writer.state.cases.get(id)
      return found !== undefined && (isSteward || partIn(found, viewer)) ? caseView(found, viewer, isSteward) : null
    },
  }
}
