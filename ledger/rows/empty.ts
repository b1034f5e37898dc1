/** The state before the first record: where founding begins, and where a state is made of rows. */
import { Tree } from '../merkle.ts'
import { Deadlines } from '../state/deadline.ts'
import { RecentIds } from '../state/recent-ids.ts'
import { Register } from '../state/register.ts'
import { Repeats } from '../state/repeats.ts'
import type { State } from '../state/state.ts'
import { agreementRows, helpRows } from './help.ts'
import { projectRows } from './projects.ts'
import { sessionRows } from './sessions.ts'
import { workRows } from './works.ts'

/** A state that knows nothing yet, not even its hub: for founding, and for making one of rows. */
export function emptyState(): State {
  const none = new Uint8Array(32)
  return {
    hub: { id: none, origin: '', name: '', city: '', region: '', day0: 0, logKey: none, orderKey: none },
    charters: [],
    rates: [],
    tree: new Tree(),
    lastTs: 0,
    tickDay: 0,
    tickSeq: null,
    restores: [],
    ids: new RecentIds(),
    deadlines: new Deadlines(),
    members: new Map(),
    deviceOwner: new Map(),
    organisations: new Map(),
    departures: new Map(),
    brought: new Map(),
    erasures: new Map(),
    endedDevices: new Map(),
    devicesEnded: new Map(),
    recoveries: new Map(),
    invitations: new Map(),
    invitationsOpen: new Map(),
    guests: new Map(),
    regards: new Map(),
    posts: new Map(),
    nominations: new Map(),
    proposals: new Map(),
    proposalsAhead: new Map(),
    agreements: new Register(agreementRows),
    sessions: new Register(sessionRows),
    sessionsOpen: new Map(),
    carePlans: new Map(),
    corrections: new Map(),
    correcting: new Map(),
    careBetween: new Map(),
    careOf: new Map(),
    actsFor: new Map(),
    slips: new Map(),
    calendars: new Map(),
    absences: new Map(),
    hours: new Map(),
    helps: new Register(helpRows),
    repeated: new Repeats(),
    exchanges: [],
    demand: [],
    projects: new Register(projectRows),
    works: new Register(workRows),
    worksOpen: new Map(),
    cases: new Map(),
    casesByAccused: new Map(),
    books: {
      issuance: 0n, redemption: 0n, partner: 0n, commons: 0n, retire: 0n,
      pool: 0n, poolHeld: 0n, inflight: 0n, suspense: 0n, globalRetire: 0n,
    },
    lifetimeMilli: 0n,
    reserveMilli: 0n,
    grants: new Map(),
    yearly: new Map(),
    referrals: new Map(),
    purchases: new Map(),
    skills: new Map(),
    offers: new Map(),
    redemptions: new Map(),
    deposits: new Map(),
    income: new Map(),
    jointly: new Map(),
    months: [],
    federation: null,
    chain: {
      slots: [], position: 0n, keys: null, issued: new Map(), burnt: null, lastOutTo: new Map(), asked: new Set(), returning: new Set(),
    },
    orderApprovals: new Map(),
    converted: null,
    inbound: new Map(),
    requests: new Map(),
    arrivals: new Map(),
    trust: new Map(),
    frozen: new Map(),
    abroad: new Map(),
  }
}
