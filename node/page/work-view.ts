/** Works 社群贡献 as a member sees them: whose, who found it useful, what a steward said of it, and what it came to. */
import type { Hex } from '#ledger/action.ts'
import { WORK_OPEN_SECONDS } from '#ledger/rules/work.ts'
import type { Work } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { WorkView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'
import { factorsOf } from './why.ts'

/** What is open, and what the reader has published, the newest first. */
export function worksView(state: State, people: People, own: Hex[], reader: Hex): WorkView[] {
  const found = new Map([...state.works.openOnes()].map((work) => [work.id, work]))
  for (const id of own) found.set(id, state.works.get(id)!)
  return [...found.values()].sort((one, other) => other.publishedTs - one.publishedTs).map((work) => workView(state, people, work, reader))
}

function workView(state: State, people: People, work: Work, reader: Hex): WorkView {
  const { id, terms, publishedTs, valued, judged, phase, award } = work
  const isMine = terms.acct === reader
  const isOpen = phase === 'open'
  return {
    id, publishedTs, phase, isMine,
    words: people.textOf(terms.content),
    author: people.view(terms.acct),
    work: terms.work,
    ends: publishedTs + WORK_OPEN_SECONDS,
    valued: valued.size,
    judged: judged === null ? null : { lasting: judged.lasting, quality: judged.quality, by: people.view(judged.by) },
    award: award === null ? null : { milli: String(award.milli), factors: factorsOf(award, people) },
    mayValue: isOpen && !isMine && !valued.has(reader),
    mayJudge: isOpen && !isMine && judged === null && state.members.get(reader)?.steward === true,
  }
}
