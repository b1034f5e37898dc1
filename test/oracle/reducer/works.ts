/** *Works* and *Demand* of `ledger/rules/README.md`: what is done for the community, and how sought after things are. */
import { award, factor, noteExchange } from './awards.ts'
import { demand, type Hex } from './bytes.ts'
import { charterOf, isOwn } from './city.ts'
import { addContribution } from './commons.ts'
import { DAY } from './genesis.ts'
import { noteVoice } from './regards.ts'
import type { City, Rules, Season, Settlings, Work } from './state.ts'
import { addTime, after, setDeadline } from './time.ts'

const [OPEN_DAYS, AHEAD_DAYS, KEPT_DAYS, MOST_SEASONS] = [30n, 730n, 60n, 64]

function openWork(city: City, id: Hex, acct: Hex): Work {
  const work = city.works.get(id)
  demand(work, 'unknown-work')
  demand(work.phase === 'open', 'wrong-phase')
  demand(!isOwn(city, work.author, acct), 'own-matter')
  return work
}

export const workRules: Rules = {
  'demand.set'(city, fields: Pick<Season, 'resource' | 'fromDay' | 'untilDay' | 'perMille'>, { acct, ts }) {
    const { fromDay, untilDay, perMille } = fields
    const { leastPerMille, mostPerMille } = charterOf(city).resource
    const today = ts / DAY
    demand(fromDay <= untilDay && untilDay >= today, 'bad-interval')
    demand(untilDay <= today + AHEAD_DAYS, 'ends-too-late')
    demand(perMille >= leastPerMille && perMille <= mostPerMille, 'demand-out-of-range')
    const kept = city.demand.filter((season) => season.untilDay >= today - KEPT_DAYS)
    demand(kept.length < MOST_SEASONS, 'limit-reached')
    city.demand = [...kept, { ...fields, by: acct, ts }]
  },

  'work.published'(city, { work, content }: { work: bigint; content: Hex }, { id, acct, ts }) {
    const open = [...city.works.values()].filter(({ author, phase }) => author === acct && phase === 'open')
    demand(BigInt(open.length) < charterOf(city).community.worksAMonth, 'limit-reached')
    const charter = BigInt(city.charters.length) - 1n
    city.works.set(id, { id, author: acct, work, content, charter, publishedTs: ts, valued: [], judged: null, phase: 'open', award: null })
    setDeadline(city, after(ts, OPEN_DAYS), 'work.final', id)
  },

  'work.valued'(city, fields: { work: Hex }, { acct, ts }) {
    const work = openWork(city, fields.work, acct)
    demand(!work.valued.includes(acct), 'already-valued')
    const { participantsMax } = city.charters[Number(work.charter)]!.says.community
    if (BigInt(work.valued.length) < participantsMax) work.valued.push(acct)
    noteVoice(city, work.author, acct, true, ts)
  },

  'work.judged'(city, fields: { work: Hex; lasting: boolean; quality: bigint }, { acct, ts }) {
    const work = openWork(city, fields.work, acct)
    demand(work.judged === null, 'already-judged')
    work.judged = { lasting: fields.lasting, quality: fields.quality, by: acct, ts }
  },
}

export const workSettlings: Settlings = {
  'work.final'(city, id, at, seq) {
    const work = city.works.get(id)!
    const author = city.members.get(work.author)
    work.phase = 'ended'
    city.closedWorks.push(work)
    if (author === undefined || work.valued.length === 0 || author.status === 'banned' || author.status === 'departed') return
    const charter = city.charters[Number(work.charter)]!.says
    const { lastingPerMille, highPerMille, poorPerMille } = charter.community
    const { judged } = work
    const set = judged && { by: judged.by, ts: judged.ts }
    const factors = [
      factor('lasting', judged?.lasting ? lastingPerMille : 1_000n, null, set),
      factor('quality', [poorPerMille, 1_000n, highPerMille][Number(judged?.quality ?? 1n)]!, null, set),
    ]
    work.phase = 'awarded'
    work.award = award(city, charter, {
      formula: 4n, what: work.work, quantity: BigInt(work.valued.length), unitMilli: 1_000n, per: 1n, factors,
    }, work.author, at, seq)
    for (const receiver of work.valued) {
      const milli = work.award.milli / BigInt(work.valued.length)
      noteExchange(city, {
        matter: id, seq, giver: work.author, receiver, milli, minutes: 0n, form: 'work', came: false, begins: work.publishedTs, ends: at,
      }, at)
    }
    addContribution(city, author, at, seq)
    addTime(author.kept, at)
  },
}
