/**
 * The second reducer: the rules of `ledger/README.md`, read again by somebody who had nothing else. It takes a log record by record,
 * says of each whether it is allowed or by which refusal it is not, and at the end what everything has come to.
 *
 * It shares no line with `ledger/`, and is written to be compared with the README and not to be fast. Where both disagree about a
 * record, a balance or a digest, one of them, or the README, is wrong.
 */
import { wake } from './accounts.ts'
import { agreementRules, agreementSettlings } from './agreements.ts'
import { arrivalRules, arrivalSettlings } from './arrivals.ts'
import { demand, type Hex, Refused, sha } from './bytes.ts'
import { aMember, cityRules } from './city.ts'
import { behalfRules } from './behalf.ts'
import { caseRules, caseSettlings } from './cases.ts'
import { commonsRules, commonsSettlings, issueToCommons, setYearlyIssue } from './commons.ts'
import { correctionRules } from './corrections.ts'
import { departureRules } from './departures.ts'
import { deviceRules, deviceSettlings } from './devices.ts'
import { federationRules } from './federation.ts'
import { type Charter, isSoundCharter } from './charter.ts'
import { DAY, type Genesis, isSoundGenesis, originOf } from './genesis.ts'
import { guestRules } from './guests.ts'
import { helpRules, helpSettlings } from './helps.ts'
import { membershipRules, membershipSettlings } from './membership.ts'
import { beginMonth, isFirstOfMonth } from './months.ts'
import { offerRules, offerSettlings } from './offers.ts'
import { orderRules } from './orders.ts'
import { organisationRules } from './organisations.ts'
import { projectRules, projectSettlings } from './projects.ts'
import { proposalRules, proposalSettlings } from './proposals.ts'
import { demandChain, demandHead, demandSigners, type Read, readRecord } from './records.ts'
import { roleRules, roleSettlings, takeOffice } from './roles.ts'
import { sessionRules, sessionSettlings } from './sessions.ts'
import { read } from './shapes.ts'
import { isKey, keyIdOf, messageIn, signed, type Verify } from './signatures.ts'
import { shape } from './specification.ts'
import { recommendationRules } from './standing.ts'
import type { City, Rules } from './state.ts'
import { addTime, domainDay } from './time.ts'
import { transferRules, transferSettlings } from './transfers.ts'
import { YEAR } from './value.ts'
import { workRules, workSettlings } from './works.ts'

export { digestOf, rowsOf } from './rows.ts'
export { faultIn } from './books.ts'
export { trusting } from './signatures.ts'
export type { City } from './state.ts'

const rules: Rules = {
  ...cityRules({ ...membershipSettlings, ...deviceSettlings, ...agreementSettlings, ...helpSettlings, ...commonsSettlings, ...workSettlings, ...offerSettlings, ...projectSettlings, ...caseSettlings, ...roleSettlings, ...proposalSettlings, ...sessionSettlings, ...transferSettlings, ...arrivalSettlings }),
  ...membershipRules, ...deviceRules, ...agreementRules, ...helpRules, ...commonsRules, ...organisationRules, ...departureRules, ...workRules, ...offerRules, ...projectRules, ...caseRules, ...roleRules, ...correctionRules, ...proposalRules, ...sessionRules, ...behalfRules, ...recommendationRules, ...federationRules, ...guestRules, ...transferRules, ...orderRules, ...arrivalRules,
}

/** The kinds that this reducer can judge. */
export const judged: string[] = Object.keys(rules)

/** A city, from entry 0. @throws Refused */
export function found(bytes: Hex, verify: Verify = signed): City {
  const record = readRecord(bytes)
  const { kind, head, body, auth, ts, fields } = record
  demand(kind.name === 'hub.founded', 'not-founded')
  const { genesis, charter } = fields as { genesis: Hex; charter: Hex }
  const says = read<Genesis>(shape('Genesis'), genesis, 'bad-genesis')
  demand(isSoundGenesis(says), 'bad-genesis')
  const agreed = read<Charter>(shape('Charter'), charter, 'bad-charter')
  demand(isSoundCharter(agreed) && agreed.preset === says.preset && sha(charter) === says.charterHash, 'bad-charter')
  const { name, city, region, day0, logKey, orderKey, steward } = says
  const hub = { id: sha(genesis), origin: originOf(says, genesis), name, city, region, day0, logKey, orderKey }
  demand([logKey, orderKey, steward.device].every(isKey), 'bad-key')
  demand(record.origin === hub.origin, 'foreign-log')
  demand(record.seq === 0n, 'wrong-sequence')
  demand(record.prev === hub.id, 'broken-chain')
  demand((ts / DAY) * DAY === day0, 'bad-genesis')
  demand(head.acct === hub.id && head.seen.size === 0n && head.seen.leaf === hub.id, 'unseen-branch')
  demand(auth[0]!.keyId === keyIdOf(logKey) && verify(logKey, messageIn('entry', hub.id, body), auth[0]!.signature), 'wrong-signature')
  const none = { issuance: 0n, redemption: 0n, partner: 0n, commons: 0n, retire: 0n, pool: 0n, poolHeld: 0n, inflight: 0n, suspense: 0n, globalRetire: 0n }
  const founded: City = {
    verify, hub, charters: [{ charter, says: agreed }], leaves: [], lastTs: ts, tickDay: ts / DAY, tickSeq: null, restores: [], ids: [], due: [],
    members: new Map([[steward.acct, aMember(steward.acct, steward.device, steward.profile, ts, 0n, true)]]), guests: new Map(),
    invitations: new Map(), ended: [], recoveries: new Map(), jointly: [],
    organisations: new Map(), absences: new Map(), hours: new Map(), grants: new Map(), yearly: new Map(), referrals: new Map(), conversions: null,
    regards: new Map(), exchanges: [], repeated: [],
    departures: [], brought: new Map(), demand: [], works: new Map(), closedWorks: [], months: [],
    erasures: new Map(), projects: new Map(), closedProjects: [], corrections: new Map(), correcting: new Map(), proposals: new Map(), rates: [agreed.decay.domainPerMille], posts: [], nominations: [], sessions: new Map(), closedSessions: [], acts: new Map(), slips: new Map(),
    carePlans: new Map(), cases: new Map(), calendars: new Map(), purchases: [], skills: new Map(), deposits: new Map(), offers: new Map(), redemptions: new Map(), income: [],
    agreements: new Map(), helps: new Map(), closed: [], books: none, documents: [], slots: [], approvals: [], inbound: new Map(),
    requests: new Map(), arrivals: new Map(), trust: new Map(), abroad: new Map(), frozen: new Map(),
  }
  beginMonth(founded, ts)
  issueToCommons(founded, 1n, ts)
  setYearlyIssue(founded, ts)
  takeOffice(founded, 1n, steward.acct, ts)
  remember(founded, record)
  return founded
}

/** Takes the next record, which changes the city, or says why not, which changes nothing. @throws Refused */
export function take(city: City, bytes: Hex): void {
  const record = readRecord(bytes)
  const { kind, head, fields, seq, ts, leaf } = record
  demandChain(city, record)
  const signers = demandSigners(city, record)
  demandHead(city, record)
  const rule = rules[kind.name]
  if (rule === undefined) throw new Error(`the reducer has no rule for ${kind.name}`)
  const before = signers.map((member) => ({ ...member, activeDays: [...member.activeDays] }))
  const books = { ...city.books }
  const today = domainDay(city, ts)
  const awoken = signers.filter((member) => isFirstOfMonth(city, member, ts))
  for (const member of signers) {
    wake(city, member, ts)
    if (!member.activeDays.includes(today)) addTime(member.activeDays, today, YEAR)
  }
  try {
    rule(city, fields as never, { id: head.id, acct: head.acct, seq, ts, leaf })
  } catch (error) {
    // Who asked for what is refused has done nothing.
    for (const [i, member] of signers.entries()) Object.assign(member, before[i])
    city.books = books
    throw error
  }
  city.months.at(-1)!.active += BigInt(awoken.length)
  remember(city, record)
}

function remember(city: City, { head, ts, leaf }: Read): void {
  const day = ts / DAY
  if (city.ids.at(-1)?.day !== day) city.ids.push({ day, first: BigInt(city.leaves.length), ids: [] })
  city.ids.at(-1)!.ids.push(head.id)
  city.leaves.push(leaf)
  city.lastTs = ts
}

/** The city behind a log, and the first record that is refused. */
export function reduce(records: readonly Hex[], verify?: Verify): { city: City | null; refusal: { seq: number; code: string } | null } {
  let city: City | null = null
  for (const [seq, record] of records.entries()) {
    try {
      if (city === null) city = found(record, verify)
      else take(city, record)
    } catch (error) {
      if (error instanceof Refused) return { city, refusal: { seq, code: error.message } }
      throw error
    }
  }
  return { city, refusal: city === null ? { seq: 0, code: 'not-founded' } : null }
}
