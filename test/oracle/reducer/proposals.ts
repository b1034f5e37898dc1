/** *Proposals, votes and the charter* of `ledger/rules/README.md`, *Rates* of the README: how a community changes its own numbers. */
import { demand, type Hex, or, sha } from './bytes.ts'
import { type Charter, isSoundCharter } from './charter.ts'
import { charterOf, isActive, isSteward, stewardsNeeded } from './city.ts'
import { DAY } from './genesis.ts'
import { demandPower, electorateOf } from './powers.ts'
import { demandMayHold, endPost, mayHold, offerRole } from './roles.ts'
import { read } from './shapes.ts'
import { shape } from './specification.ts'
import { noteAct } from './regards.ts'
import type { City, Proposal, Rules, Settlings } from './state.ts'
import { after, domainDay, setDeadline } from './time.ts'
import { YEAR } from './value.ts'

const MOST_OPEN = 3
const STEWARD = 1n
const NOTICE = 30n * DAY

const versionOf = (city: City, { version }: Proposal): Charter => city.charters[Number(version)]!.says

function demandMayPropose(city: City, acct: Hex): void {
  demandPower(city, 'propose', acct)
  demand([...city.proposals.values()].filter(({ by, phase }) => by === acct && phase === 'open').length < MOST_OPEN, 'limit-reached')
}

function propose(city: City, opened: Pick<Proposal, 'id' | 'by' | 'reason' | 'charter' | 'role'>, ts: bigint): void {
  const version = BigInt(city.charters.length) - 1n
  city.proposals.set(opened.id, {
    ...opened, ts, version, ...electorateOf(city, 'vote'), votes: [], phase: 'open', confirmedBy: [], adoptedTs: null, count: null,
  })
  setDeadline(city, after(ts, charterOf(city).windows.ballotDays), 'vote.close', opened.id)
}

function end(proposal: Proposal, phase: Proposal['phase']): void {
  Object.assign(proposal, { phase, electorate: [], votes: [], confirmedBy: [], charter: proposal.charter === null ? null : '' })
}

function proposalIn(city: City, id: Hex, ...phases: Proposal['phase'][]): Proposal {
  const proposal = city.proposals.get(id)
  demand(proposal, 'unknown-proposal')
  demand(phases.includes(proposal.phase), 'wrong-phase')
  return proposal
}

/** Counts; whether it is so. */
function isCarried(city: City, proposal: Proposal): boolean {
  const { quorum, majority } = versionOf(city, proposal).vote
  const isHere = (acct: Hex) => isActive(city.members.get(acct))
  const votes = proposal.votes.filter(({ by }) => isHere(by))
  const said = (what: string) => BigInt(votes.filter(({ vote }) => vote === what).length)
  const count = { electorate: BigInt(proposal.electorate.filter(isHere).length), yes: said('yes'), no: said('no'), abstain: said('abstain') }
  for (const { by } of votes) noteAct(city, by)
  proposal.count = count
  const { electorate, yes, no, abstain } = count
  if ((yes + no + abstain) * quorum.denominator < electorate * quorum.numerator) end(proposal, 'no-quorum')
  else if (yes === 0n || yes * majority.denominator < (yes + no) * majority.numerator) end(proposal, 'rejected')
  else return true
  return false
}

function adoptIfSigned(city: City, proposal: Proposal, ts: bigint): void {
  const signed = proposal.confirmedBy.filter((acct) => isSteward(city, acct))
  if (BigInt(signed.length) < stewardsNeeded(city, versionOf(city, proposal).stewardThreshold)) return
  proposal.phase = 'adopted'
  proposal.adoptedTs = ts
  setDeadline(city, after(ts, versionOf(city, proposal).windows.amendmentDays), 'vote.effect', proposal.id)
  for (const other of city.proposals.values()) {
    if (other !== proposal && other.charter !== null && ['open', 'carried'].includes(other.phase)) end(other, 'superseded')
  }
}

/** The rate from the first year on that begins now or later, and a month or more after the adoption. */
function setRate(city: City, rate: bigint, adoptedTs: bigint, ts: bigint): void {
  let year = 0n
  while (year * YEAR < domainDay(city, ts) || city.hub.day0 + year * YEAR * DAY < adoptedTs + NOTICE) year += 1n
  const before = Array.from({ length: Number(year) }, (_, i) => city.rates[i] ?? city.rates.at(-1)!)
  city.rates = [...before, rate]
}

type Change = { role: bigint; member: Hex; change: 'appoint' | 'recall' }

export const proposalRules: Rules = {
  'charter.proposed'(city, { charter, reason }: { charter: Hex; reason: Hex }, { id, acct, ts }) {
    demandMayPropose(city, acct)
    const says = or('charter-fault', () => read<Charter>(shape('Charter'), charter))
    demand(isSoundCharter(says), 'charter-fault')
    demand(charter !== city.charters.at(-1)!.charter, 'as-before')
    demand(![...city.proposals.values()].some(({ phase }) => phase === 'adopted'), 'amendment-ahead')
    propose(city, { id, by: acct, reason, charter, role: null }, ts)
  },

  'role.proposed'(city, { reason, ...role }: Change & { reason: Hex }, { id, acct, ts }) {
    demandMayPropose(city, acct)
    if (role.change === 'appoint') demandMayHold(city, role.role, role.member, ts)
    else demand(city.posts.some((post) => post.role === role.role && post.member === role.member), 'not-held')
    propose(city, { id, by: acct, reason, charter: null, role }, ts)
  },

  'motion.proposed'(city, { reason }: { reason: Hex }, { id, acct, ts }) {
    demandMayPropose(city, acct)
    propose(city, { id, by: acct, reason, charter: null, role: null }, ts)
  },

  'vote.cast'(city, { vote, ...fields }: { proposal: Hex; vote: 'yes' | 'no' | 'abstain' }, { acct }) {
    const { electorate, votes } = proposalIn(city, fields.proposal, 'open')
    demand(electorate.includes(acct), 'not-in-electorate')
    const cast = votes.find(({ by }) => by === acct)
    demand(cast?.vote !== vote, 'as-before')
    if (cast === undefined) votes.push({ by: acct, vote })
    else cast.vote = vote
  },

  'charter.confirmed'(city, { charter, ...fields }: { proposal: Hex; charter: Hex }, { acct, ts }) {
    demand(city.proposals.get(fields.proposal)?.charter !== null, 'unknown-proposal')
    const proposal = proposalIn(city, fields.proposal, 'open', 'carried')
    demand(sha(proposal.charter!) === charter, 'other-charter')
    demand(!proposal.confirmedBy.includes(acct), 'already-approved')
    proposal.confirmedBy.push(acct)
    if (proposal.phase === 'carried') adoptIfSigned(city, proposal, ts)
  },
}

export const proposalSettlings: Settlings = {
  'vote.close'(city, id, at) {
    const proposal = city.proposals.get(id)!
    if (proposal.phase !== 'open' || !isCarried(city, proposal)) return
    const { charter, role } = proposal
    if (charter !== null) {
      proposal.phase = 'carried'
      setDeadline(city, after(at, versionOf(city, proposal).windows.amendmentDays), 'vote.lapse', id)
      return adoptIfSigned(city, proposal, at)
    }
    if (role !== null) decideRole(city, role, at)
    end(proposal, 'done')
  },

  'vote.lapse'(city, id, at) {
    const proposal = city.proposals.get(id)!
    if (proposal.phase === 'carried') adoptIfSigned(city, proposal, at)
    if (proposal.phase === 'carried') end(proposal, 'lapsed')
  },

  'vote.effect'(city, id, at) {
    const proposal = city.proposals.get(id)!
    const charter = proposal.charter!
    const says = read<Charter>(shape('Charter'), charter)
    city.charters.push({ charter, says })
    setRate(city, says.decay.domainPerMille, proposal.adoptedTs!, at)
    end(proposal, 'done')
  },
}

function decideRole(city: City, { role, member, change }: Change, ts: bigint): void {
  if (change === 'appoint') {
    if (mayHold(city, role, member, ts)) offerRole(city, role, member, ts)
    return
  }
  const post = city.posts.find((one) => one.role === role && one.member === member)
  if (post === undefined) return
  const isLast = role === STEWARD && [...city.members.values()].filter(({ steward }) => steward).length === 1
  if (isLast) Object.assign(post, { isRecalled: true, until: ts })
  else endPost(city, post, false)
}
