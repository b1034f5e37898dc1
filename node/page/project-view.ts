/** Projects as a member sees them: what it is, who takes part, where it stands, and what the reader may do now. */
import type { Hex } from '#ledger/action.ts'
import { midnightAtOrAfter } from '#ledger/calendar.ts'
import { isOwn } from '#ledger/rules/organisation.ts'
import { levelFor, mayOpenProject } from '#ledger/rules/power.ts'
import { partiesToProject } from '#ledger/rules/project.ts'
import type { Project } from '#ledger/state/matters.ts'
import { charterOf, type State } from '#ledger/state/state.ts'
import type { ProjectsView, ProjectView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'

const DAY = 86_400
const choices = [0, 1, 2] as const

/** Open ones, and those the reader has had a part in, the newest first. */
export function projectsView(state: State, people: People, own: Hex[], reader: Hex, now: number): ProjectsView {
  const found = new Map([...state.projects.openOnes()].map((project) => [project.id, project]))
  for (const id of own) found.set(id, state.projects.get(id)!)
  const { lottery, auction } = charterOf(state).gates
  return {
    projects: [...found.values()].sort((one, other) => other.openedTs - one.openedTs).map((one) => projectView(state, people, one, reader, now)),
    mayOpen: mayOpenProject(state, reader),
    levelNeeded: levelFor(state, 'open-project'),
    lottery,
    auction,
  }
}

export function projectView(state: State, people: People, project: Project, reader: Hex, now: number): ProjectView {
  const { id, terms, phase, applications, chosen, report, contested, awards } = project
  const { coreMaxPerMille, participantMaxPerMille } = state.charters[project.charter]!.project
  return {
    id, phase, coreMaxPerMille, participantMaxPerMille,
    words: people.textOf(terms.terms),
    organiser: people.view(terms.acct),
    requester: people.view(terms.requester),
    core: terms.core.map(people.view),
    size: terms.size,
    places: terms.places,
    gateMilli: String(terms.gateMilli),
    gateLevel: terms.gateLevel,
    choice: choices[terms.choice],
    applyUntil: terms.applyUntil,
    endsDay: terms.endsDay,
    applied: applications.length,
    chosen: chosen.map(people.view),
    report: report === null ? null : {
      id: report.id, reach: report.reach, isWhole: report.completion === 1,
      shares: report.shares.map(({ member, perMille }) => ({ person: people.view(member), perMille })),
    },
    contested: contested === null ? null : { by: people.view(contested.by), words: people.textOf(contested.reason) },
    next: nextAt(state, project),
    awards: awards.map(({ member, award }) => ({ person: people.view(member), milli: String(award.milli) })),
    may: mayNow(state, project, reader, now),
  }
}

/** When the places are given, when it lapses, when it is counted or stays as it was confirmed. */
function nextAt(state: State, { charter, terms, phase, lapses, confirmed, contested }: Project): number | null {
  const { confirmDays, disputeDays } = state.charters[charter]!.windows
  switch (phase) {
    case 'open': return (terms.applyUntil + 1) * DAY
    case 'running':
    case 'reported': return lapses
    case 'confirmed': return midnightAtOrAfter(confirmed!.ts + confirmDays * DAY)
    case 'contested': return midnightAtOrAfter(contested!.ts + disputeDays * DAY)
    default: return null
  }
}

function mayNow(state: State, project: Project, reader: Hex, now: number): ProjectView['may'] {
  const { terms, phase, applications, chosen, report, charter } = project
  const isOrganiser = reader === terms.acct
  const isRequester = reader === terms.requester
  const takesPart = isOrganiser || chosen.includes(reader)
  const isSteward = state.members.get(reader)?.steward === true
  switch (phase) {
    case 'open': {
      if (isOrganiser) return ['cancel']
      if (isRequester) return []
      return [applications.some(({ by }) => by === reader) ? 'withdraw' : 'apply']
    }
    case 'running': return isOrganiser ? ['report', 'cancel'] : []
    case 'reported': {
      const opens = report!.ts + state.charters[charter]!.windows.confirmDays * DAY
      return isRequester || (isSteward && !takesPart && now >= opens) ? ['answer'] : []
    }
    case 'confirmed': return takesPart ? ['contest'] : []
    case 'contested': return isSteward && !partiesToProject(project).some((party) => isOwn(state, party, reader)) ? ['decide'] : []
    default: return []
  }
}
