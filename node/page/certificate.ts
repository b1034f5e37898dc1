/** What the record comes to for one person who wants to show that they took part: counted from it, and signed by the hub. */
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { minutesAgreed } from '#ledger/rules/course.ts'
import { correctionOf } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import { certificateNumber, type PartKind, partKinds, type Participation, signedCertificate } from '#protocol/certificate.ts'
import type { CertificateView } from '#protocol/matters.ts'
import type { Timeline } from '../record/timeline.ts'
import type { People } from '../words/people.ts'

type Gave = { kind: PartKind; minutes: number; to: Hex | null }

/** Everything that was confirmed and that this person gave; what was corrected counts as corrected. */
function* givenBy(state: State, timeline: Timeline, acct: Hex): Generator<Gave> {
  const corrected = (id: Hex): number | undefined => state.corrections.get(correctionOf(id, acct))?.counted
  for (const id of timeline.agreementsOf(acct)) {
    const found = state.agreements.get(id)!
    const { phase, provider, receiver, report, terms } = found
    if (provider !== acct || (phase !== 'confirmed' && phase !== 'settled')) continue
    const isHelp = terms.kind === 'agreement.made'
    const minutes = corrected(id) ?? report?.minutes ?? minutesAgreed(found)
    yield { kind: isHelp ? 'help' : 'use', minutes: isHelp ? minutes : 0, to: receiver }
  }
  for (const id of timeline.helpsOf(acct)) {
    const { phase, terms } = state.helps.get(id)!
    if (terms.helper !== acct || phase !== 'confirmed') continue
    yield { kind: 'help', minutes: corrected(id) ?? terms.minutes, to: terms.receiver }
  }
  for (const id of timeline.sessionsOf(acct)) {
    const { minutes, award } = state.sessions.get(id)!
    if (award !== null) yield { kind: 'session', minutes: corrected(id) ?? minutes ?? 0, to: null }
  }
  for (const id of timeline.worksOf(acct)) if (state.works.get(id)!.award !== null) yield { kind: 'work', minutes: 0, to: null }
  for (const id of timeline.projectsOf(acct)) {
    if (state.projects.get(id)!.awards.some(({ member }) => member === acct)) yield { kind: 'project', minutes: 0, to: null }
  }
}

/** Null for an account that is none of this hub's. */
export function participationOf(state: State, timeline: Timeline, people: People, acct: Hex, now: number): Participation | null {
  const member = state.members.get(acct)
  if (member === undefined) return null
  const given = [...givenBy(state, timeline, acct)]
  const parts = partKinds.flatMap((kind) => {
    const own = given.filter((one) => one.kind === kind)
    return own.length === 0 ? [] : [{ kind, times: own.length, minutes: own.reduce((sum, { minutes }) => sum + minutes, 0) }]
  })
  return {
    acct, name: people.nameOf(acct), city: state.hub.city, origin: state.hub.origin, since: member.joinedTs, ts: now, parts,
    helped: new Set(given.flatMap(({ to }) => (to === null ? [] : [to]))).size,
    size: state.tree.size, root: toHex(state.tree.root()),
  }
}

/** With the stewards of today as those who answer for it. */
export function certificateView(state: State, people: People, part: Participation, logSecret: Uint8Array): CertificateView {
  const stewards = [...state.members.values()].filter(({ steward }) => steward).map(({ acct }) => people.view(acct))
  return { part, number: certificateNumber(part), stewards, credential: signedCertificate(part, state.hub.id, logSecret) }
}
