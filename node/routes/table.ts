/**
 * Every route there is, as data: who may ask, what is sent, what comes back. The OpenAPI document is made of it, the
 * table of the README says the same, and a test asks every route as everybody who is not allowed to; a route without a
 * row here fails it.
 */
import type { z } from 'zod'
import {
  actForm, applyForm, backupForm, blockForm, boxForm, cardForm, circleForm, closingForm, comeForm, evidenceForm, issueForm, letterForm, termsForm, listForm,
  newDeviceForm, offeringForm, pictureForm, reportForm, restoreForm, sessionForm, setupForm, visitForm, willForm, wishForm,
} from '../page/requests.ts'

/**
 * Who gets an answer. What the answer shows may still depend on who asks, and a signed body is judged by its signature.
 *
 * - `anybody`: without saying who they are
 * - `session`: whoever has opened a session with a device of their account
 * - `attested`: the same, of a member whom a steward has met
 * - `steward`, `command line`: a steward's session; the secret in the data directory
 * - `operator`: the command line, a steward's session, or the cookie of the address that the command line prints
 * - `machine`: this machine, unless the configuration says anybody
 * - `holder`: whoever has the one-time secret in the address or the body
 */
export const accesses = {
  'anybody': null, 'session': 'no-session', 'attested': 'no-session', 'attested or command line': 'no-session', 'steward': 'no-session',
  'steward or command line': 'no-session', 'command line': 'no-session', 'operator': 'no-session', 'machine': 'not-found', 'holder': null,
} as const
export type Access = keyof typeof accesses

export type RouteRow = {
  method: 'GET' | 'POST' | 'DELETE'
  /** As the router has it. */
  path: string
  access: Access
  /** What it is for, in half a sentence. */
  what: string
  body?: z.ZodType
  /** JSON of this type of `protocol/api.ts` (or `operator/view.ts`), or a media type. */
  answer: string
}

const row = (method: RouteRow['method'], path: string, access: Access, answer: string, what: string, body?: z.ZodType): RouteRow =>
  ({ method, path, access, what, answer, ...(body === undefined ? {} : { body }) })

export const routeTable: readonly RouteRow[] = [
  row('GET', '/api/hub', 'anybody', 'HubView', 'what this hub is'),
  row('GET', '/api/seen', 'anybody', 'SeenView', 'what an action names as seen'),
  row('GET', '/api/genesis', 'anybody', 'GenesisAnswer', 'the document it was founded by'),
  row('POST', '/api/setup', 'holder', '{origin}', 'founds the hub, once', setupForm),
  row('GET', '/api/openapi.json', 'anybody', 'application/json', 'this table as OpenAPI 3.1'),
  row('GET', '/api/events', 'anybody', 'text/event-stream', 'what happens while a page is open'),
  row('GET', '/api/health', 'anybody', 'HealthView', 'every check'),
  row('GET', '/healthz', 'anybody', '{ok, readOnly, size}', 'the process answers'),
  row('GET', '/readyz', 'anybody', '{ready, state}', 'no check is in error'),
  row('GET', '/metrics', 'machine', 'text/plain', 'numbers for a monitoring system'),

  row('POST', '/api/session/challenge', 'anybody', 'ChallengeAnswer', 'what a device signs to open a session'),
  row('POST', '/api/session', 'anybody', 'SessionAnswer', 'opens a session', sessionForm),
  row('DELETE', '/api/session', 'anybody', '204', 'closes it'),
  row('POST', '/api/actions', 'anybody', 'ActAnswer', 'records a signed action', actForm),
  row('POST', '/api/drafts', 'anybody', '{id}', 'leaves what one has signed for the other to sign', actForm),
  row('DELETE', '/api/drafts/:id', 'session', '{id}', 'takes it back'),

  row('GET', '/api/me', 'session', 'MeView', 'oneself'),
  row('GET', '/api/me/balance', 'session', 'BalanceView', 'one’s value, today and later'),
  row('GET', '/api/me/certificate', 'session', 'CertificateView', 'that one took part, counted and signed'),
  row('GET', '/api/me/moving', 'session', 'MovingView', 'what one would take along to another city, and where to'),
  row('GET', '/api/money', 'attested', 'MoneyView', 'money that was noted, and what was granted'),
  row('GET', '/api/seasons', 'attested', 'SeasonsView', 'when shared things are more sought after, and when less'),
  row('GET', '/api/council', 'session', 'CouncilView', 'the charter, and what is proposed'),
  row('GET', '/api/people', 'attested', 'PersonView[]', 'who is here'),
  row('GET', '/api/people/:acct', 'attested', 'PersonPage', 'one person’s page'),
  row('GET', '/api/organisations', 'attested', 'OrganisationView[]', 'organisations, and who signs for them'),
  row('GET', '/api/organisations/:acct', 'session', 'MeView', 'one of them, for who signs for it'),
  row('GET', '/api/agreements/:id', 'session', 'AgreementView', 'an agreement, for its parties and stewards'),
  row('GET', '/api/cases', 'session', 'CasesView', 'cases one has a part in'),
  row('GET', '/api/cases/:id', 'session', 'CaseView', 'one of them'),
  row('GET', '/api/cities', 'session', 'BetweenView[]', 'how we stand with other cities'),
  row('GET', '/api/transfers', 'session', 'OwnTransfersView', 'what one has asked to send to other cities'),
  row('GET', '/api/accounts/:number', 'anybody', 'AccountAnswer', 'the account that begins with these eight digits'),
  row('GET', '/api/devices', 'session', 'DevicesView', 'one’s devices'),
  row('POST', '/api/devices', 'anybody', 'NewDeviceAnswer', 'asks to be let in on a new device', newDeviceForm),

  row('GET', '/api/letters', 'attested', 'LettersView', 'one’s letters that came or whose way changed since a time'),
  row('GET', '/api/letters/to/:hub/:acct', 'attested', 'RecipientView', 'the devices that a letter to somebody is sealed for'),
  row('GET', '/api/letters/about/:listing', 'attested', 'RecipientView', 'the same of whoever wrote a listing'),
  row('POST', '/api/letters', 'attested', '{id}', 'sends a sealed and signed letter', letterForm),
  row('POST', '/api/blocks', 'attested', '204', 'takes no more letters from somebody, or takes them again', blockForm),
  row('POST', '/api/reports', 'attested', '204', 'tells the stewards of somebody', reportForm),
  row('GET', '/api/steward/reports', 'steward', 'ReportView[]', 'what stewards were told'),
  row('DELETE', '/api/steward/reports/:id', 'steward', '204', 'puts one of these away'),

  row('GET', '/api/listings', 'anybody', 'ListingView[]', 'the board'),
  row('GET', '/api/listings/:id', 'anybody', 'ListingView', 'one listing'),
  row('GET', '/api/search', 'anybody', 'SearchAnswer', 'the board, looked through'),
  row('POST', '/api/pictures', 'attested', '{hash}', 'keeps a picture for a listing', pictureForm),
  row('GET', '/api/pictures/:hash', 'anybody', 'image/jpeg', 'a picture that a listing names'),
  row('GET', '/api/offering', 'attested', 'Offering', 'what one has said one offers'),
  row('POST', '/api/offering', 'attested', 'Offering', 'says it', offeringForm),
  row('GET', '/api/matches', 'attested', 'MatchesView', 'needs and swaps that fit it'),
  row('GET', '/api/listings/:id/people', 'attested', 'PersonMatch[]', 'who might come, for whoever needs it'),
  row('GET', '/api/searches', 'attested', 'SavedSearchView[]', 'searches that tell of news'),
  row('POST', '/api/searches', 'attested', '{id}', 'saves one', wishForm),
  row('POST', '/api/searches/:id/seen', 'attested', '{}', 'its news have been looked at'),
  row('DELETE', '/api/searches/:id', 'attested', '{}', 'forgets it'),
  row('GET', '/api/agenda', 'attested', 'AgendaView', 'what one has agreed to, as a calendar'),
  row('POST', '/api/agenda/address', 'attested', '{calendar}', 'another secret address for it'),
  row('GET', '/calendar/:file', 'holder', 'text/calendar', 'the same for calendar programs'),
  row('POST', '/api/listings', 'anybody', '{id}', 'posts a signed listing', listForm),
  row('POST', '/api/listings/:id/applications', 'session', '{id}', 'says a word to its author', applyForm),
  row('GET', '/api/listings/:id/use', 'attested', 'UseView', 'what using it at a time comes to'),
  row('GET', '/api/circles', 'attested', 'CircleRow[]', 'circles and projects whose room one is in'),
  row('GET', '/api/circles/:id', 'attested', 'CircleView', 'the room of one of them'),
  row('POST', '/api/circles/:id', 'attested', 'CircleView', 'does something in it', circleForm),
  row('GET', '/api/sessions', 'attested', 'SessionView[]', 'gatherings that are open, and those one has led'),
  row('GET', '/api/sessions/:id', 'attested', 'SessionView', 'one gathering'),
  row('GET', '/api/projects', 'attested', 'ProjectsView', 'projects that are open, and those one has a part in'),
  row('GET', '/api/projects/:id', 'attested', 'ProjectView', 'one project'),
  row('GET', '/api/works', 'attested', 'WorkView[]', 'what was done for everybody'),
  row('GET', '/api/services', 'attested', 'ServicesView', 'what contribution value is good for besides help'),
  row('GET', '/api/steward/decide', 'steward', 'DecideView', 'what stewards decide'),
  row('GET', '/api/figures', 'anybody', 'FiguresView', 'how the community is doing'),
  row('GET', '/api/figures/:month/:figure', 'anybody', 'FigureRow[]', 'the rows behind a figure'),

  row('GET', '/api/abroad/:origin', 'attested', 'AbroadView', 'oneself in another city'),
  row('POST', '/api/abroad/:origin/actions', 'attested', 'ActAnswer', 'an action for another city', actForm),
  row('POST', '/api/abroad/:origin/drafts', 'attested', '{id}', 'a draft for another city', actForm),
  row('GET', '/api/abroad/:origin/quote', 'attested', 'QuoteView', 'what that city would do with something, before it is sent'),
  row('DELETE', '/api/abroad/:origin/drafts/:id', 'attested', '{id}', 'takes one back, or says no to it'),
  row('POST', '/api/abroad/:origin/visits', 'attested', 'AbroadView', 'becomes known there, to use what is shared', visitForm),
  row('GET', '/api/abroad/:origin/gatherings/:listing', 'attested', 'GatheringsAbroad', 'gatherings of a listing of another city'),
  row('POST', '/api/abroad/:origin/gatherings', 'attested', 'GatheringsAbroad', 'comes to one of them, or stays away after all', comeForm),

  row('GET', '/api/steward', 'steward or command line', 'StewardView', 'what waits for stewards'),
  row('GET', '/api/steward/devices', 'steward', 'StewardDevicesView', 'devices that wait'),
  row('GET', '/api/federation', 'steward or command line', 'FederationView', 'how far meeting others has come'),
  row('POST', '/api/federation/found', 'steward or command line', 'FederationView', 'founds one'),
  row('POST', '/api/federation/join', 'steward or command line', 'FederationView', 'asks to be let in', cardForm),
  row('POST', '/api/federation/admit', 'steward or command line', 'FederationView', 'lets another hub in', cardForm),
  row('POST', '/api/federation/box', 'steward or command line', 'FederationView', 'is a witness box from here on, or a city', boxForm),
  row('POST', '/api/federation/close', 'steward or command line', 'FederationView', 'agrees to close a hub that is gone', closingForm),
  row('POST', '/api/federation/release', 'steward or command line', 'FederationView', 'agrees that the freeze of a hub ends, or of this one', closingForm),
  row('POST', '/api/federation/terms', 'steward or command line', 'FederationView', 'agrees on new terms of the federation, from a year to come, or takes that back', termsForm),
  row('POST', '/api/federation/renew', 'steward or command line', 'FederationView', 'gives this hub a new vote key, once every other city has its new card'),
  row('POST', '/api/federation/keep', 'steward or command line', 'FederationView', 'takes that back', closingForm),
  row('POST', '/api/federation/will-argument', 'steward or command line', '{argument, slot}', 'what is signed to say who takes over', willForm),
  row('POST', '/api/federation/burn-argument', 'steward or command line', '{argument, amount}', 'what is signed to let retired Global value leave the world'),
  row('POST', '/api/federation/issue-argument', 'steward or command line', '{argument, amount}', 'what is signed to issue Global value', issueForm),
  row('GET', '/api/restore', 'steward or command line', 'RestoreView | null', 'what a steward confirms after a restore'),
  row('POST', '/api/restore', 'steward or command line', 'RestoreAnswer', 'confirms it', restoreForm),
  row('POST', '/api/backup', 'command line', 'application/x-ndjson', 'makes a backup', backupForm),

  row('GET', '/api/operator', 'operator', 'OperatorView', 'all that the operator’s page shows'),
  row('POST', '/api/operator/invitation', 'command line', '{path}', 'an address that opens that page once'),
  row('GET', '/operator', 'operator', 'text/html', 'the operator’s page'),
  row('GET', '/operator/enter/:invitation', 'holder', '303', 'opens it'),
  row('POST', '/operator/rehearsal', 'operator', '303', 'begins a restore test'),
  row('POST', '/operator/support', 'operator', 'application/zip', 'the support bundle'),
  row('POST', '/operator/leave', 'anybody', '303', 'gives the cookie back'),
  row('GET', '/operator.css', 'anybody', 'text/css', 'the sheet of these pages'),
  row('GET', '/health', 'anybody', 'text/html', 'every check, as a page'),

  row('GET', '/checkpoint', 'anybody', 'text/plain', 'C2SP tlog-checkpoint'),
  row('GET', '/tile/*', 'anybody', 'application/octet-stream', 'C2SP tlog-tiles'),
  row('GET', '/policy', 'anybody', 'text/plain', 'C2SP tlog-policy'),
  row('GET', '/api/proof/:seq', 'anybody', 'text/plain', 'C2SP tlog-proof'),
  row('POST', '/add-checkpoint', 'anybody', 'text/plain', 'C2SP tlog-witness'),
  row('GET', '/evidence', 'anybody', 'text/plain', 'what is kept against hubs'),
  row('GET', '/evidence/:id', 'anybody', 'text/plain', 'one bundle'),
  row('GET', '/api/evidence', 'anybody', 'EvidenceView[]', 'the same for pages'),
  row('POST', '/api/evidence', 'attested or command line', 'EvidenceAnswer', 'brings a bundle', evidenceForm),
  row('GET', '/export', 'anybody', 'application/octet-stream', 'the ledger as one file'),
  row('GET', '/*', 'anybody', 'text/html', 'the page and its files'),
]
