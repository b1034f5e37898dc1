/**
 * What the page is shown: plain answers computed from the state when they are asked for, never stored.
 * Amounts leave as decimal text of milli-CV. Nothing here decides anything; the rules have.
 */
import { availableOf, balanceOf } from '#ledger/value/account.ts'
import type { Hex, Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { midnightAtOrAfter } from '#ledger/calendar.ts'
import { type Charter, hashOfCharter, helpPrices, resources } from '#ledger/charter/charter.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { lateBy } from '#ledger/rules/booking.ts'
import { comingTo, confirmsItselfAt, minutesAgreed, ratingsCloseAt } from '#ledger/rules/course.ts'
import { boundedConversion, contributionOf } from '#ledger/rules/settling.ts'
import { willOf } from '#ledger/rules/order.ts'
import { skillAward } from '#ledger/rules/award.ts'
import { isSignerOf } from '#ledger/rules/organisation.ts'
import { levelOf, nextLevelOf } from '#ledger/rules/level.ts'
import { convertibleBy } from '#ledger/rules/conversion.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import type { Member } from '#ledger/state/people.ts'
import { type Agreement, type Award, type Contribution, correctionOf, type Help } from '#ledger/state/matters.ts'
import {
  charterOf, charterVersion, currentDocument, domainDay, domainIndex, globalDay, globalIndex, type State,
} from '#ledger/state/state.ts'
import type {
  AgreementView, AwardView, BalanceView, CouncilView, CityView, EndView, HelpView, HubLanguage, HubView, ListingView, MeView, Milli, SeenView, Step, TransferStage,
} from '#protocol/api.ts'
import { type Listing, listedResources } from '#protocol/listing.ts'
import { balanceView } from './balance-view.ts'
import { councilView } from './council-view.ts'
import { givenInAgreement, givenInHelp } from './given.ts'
import type { People } from '../words/people.ts'
import { factorsOf, leftOf } from './why.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Timeline } from '../record/timeline.ts'

/** A restore stands on every page for so long. */
const DAY_SECONDS = 86_400
const RESTORE_SHOWN_SECONDS = 90 * DAY_SECONDS

const DAY = 86_400
const YEAR = 365
const grades = ['poor', 'fair', 'good'] as const

export type ShownListing = { listing: Listing; body: string | null; heardTs: number }

export type ViewPorts = {
  writer: Writer
  people: People
  timeline: Timeline
  clock: Clock
  listing(id: Hex): ShownListing | null
  isConnected(hub: Origin): boolean
  /** Evidence against this hub itself, or null. */
  accused(): HubView['accused']
}

export type Views = ReturnType<typeof viewsOf>

const milli = (amount: bigint): Milli => amount.toString()

/** Every question a page asks about members, agreements and listings. */
export function viewsOf({ writer, people, timeline, clock, listing, isConnected, accused }: ViewPorts) {
  const seen = (): SeenView => {
    const { tree, federation, hub } = writer.state
    const size = tree.size
    const now = Math.max(clock.now(), writer.state.lastTs)
    const leaf = size === 0 ? hub.id : tree.leafAt(size - 1)
    return { size, leaf: toHex(leaf), now, globalDay: federation === null ? null : globalDay(federation, now) }
  }

  function frozenIn({ frozen }: State, origin: Origin): CityView['frozen'] {
    const freeze = frozen.get(origin)
    return freeze === undefined ? null : { evidence: freeze.evidence, kind: freeze.kind, ts: freeze.ts }
  }

  function cities(state: State): CityView[] {
    if (state.federation === null) return []
    return currentDocument(state.federation).members.map(({ card }) => ({
      origin: card.origin,
      hubId: toHex(card.hubId),
      city: card.city,
      region: card.region,
      own: card.origin === state.hub.origin,
      connected: card.origin === state.hub.origin || isConnected(card.origin),
      frozen: frozenIn(state, card.origin),
    }))
  }

  /** What the community's order of keys announces: that it closes, when, and who then takes over. */
  function endOf(state: State): EndView | null {
    const { heir, ends } = willOf(state)
    if (ends === null || state.federation === null) return null
    const city = cities(state).find(({ origin }) => origin === heir)?.city ?? String(heir)
    return { at: state.federation.day0 + ends * DAY_SECONDS, heir: city }
  }

  function hub(
    language: HubLanguage, { readOnly, restoring, unconfirmed, position }: Pick<HubView, 'readOnly' | 'restoring' | 'unconfirmed' | 'position'>,
  ): HubView {
    const { state } = writer
    const { now } = seen()
    const charter = charterOf(state)
    const { id, origin, name, city, region } = state.hub
    return {
      founded: true,
      language,
      hubId: toHex(id),
      origin,
      name,
      city,
      region,
      preset: charter.preset,
      currencyName: charter.display.currencyName,
      showsHours: charter.display.hours,
      showsAmounts: charter.display.amounts,
      charterHash: toHex(hashOfCharter(charter)),
      charterVersion: charterVersion(state),
      confirmDays: charter.windows.confirmDays,
      ratingDays: charter.windows.ratingDays,
      categories: charter.skill.coefficients,
      helpPrice: charter.helpPrice === helpPrices.none ? 'none' : 'hour-for-hour',
      prices: charter.price.table.flatMap(({ resource, unitMinutes, milli: each }) => {
        const named = listedResources.find((name) => resources[name] === resource)
        return named === undefined ? [] : [{ resource: named, unitMinutes, milli: milli(each) }]
      }),
      longStay: charter.price.longStay,
      decayPerMille: charter.decay.domainPerMille,
      minutesPerCv: charter.skill.minutesPerCv,
      conversion: conversionOf(state, charter),
      size: state.tree.size,
      readOnly,
      restoring,
      restores: state.restores
        .map(({ ts, size, claims }, i) => ({ generation: i + 1, ts, size, lost: claims.size }))
        .filter(({ ts }) => now < ts + RESTORE_SHOWN_SECONDS)
        .reverse(),
      unconfirmed,
      position,
      accused: accused(),
      federation: state.federation === null
        ? null
        : { id: toHex(state.federation.id), version: state.federation.documents.length, cities: cities(state), ends: endOf(state) },
    }
  }

  /** `reader`: who is shown it; only the two are shown the words they agreed on, where to meet among them. */
  function agreement(found: Agreement, reader: Hex): AgreementView {
    const { state } = writer
    const { terms, phase, report } = found
    const charter = state.charters[terms.charter]!
    const closes = found.confirmedTs === null ? null : ratingsCloseAt(state, found)
    const open = phase === 'settled' || (closes !== null && seen().now >= closes)
    const expected = contributionOf(charter, found, report?.minutes ?? minutesAgreed(found))
    return {
      id: found.id,
      hub: state.hub.origin,
      hubId: toHex(state.hub.id),
      listing: terms.listing,
      title: listing(terms.listing)?.listing.title ?? null,
      phase,
      helper: people.view(found.provider),
      receiver: people.view(found.receiver),
      category: terms.kind === 'agreement.made' ? terms.category : null,
      use: terms.kind === 'booking.made' ? { resource: terms.resource, demandPerMille: terms.demandPerMille } : null,
      minutes: minutesAgreed(found),
      begins: terms.begins,
      ends: terms.ends,
      checkedIn: [...found.checkins],
      returned: found.returned === null ? null : { ts: found.returned, late: lateBy(found) },
      report,
      confirmsItself: phase === 'reported' ? confirmsItselfAt(state, found) : null,
      rated: [...found.ratings.keys()],
      grades: open ? gradesOf(found) : [],
      finalBy: phase === 'confirmed' ? closes : null,
      held: milli(nominalOf(found.hold, domainIndex(state, domainDay(state, seen().now)))),
      award: awardOf(standingAward(found), expected, people),
      given: givenInAgreement(state, people, found, seen().now),
      abroad: found.guestDue === null ? null : { globalMilli: milli(globalOf(state, found.guestDue.amount)), stage: stageOf(state, found.guestDue.xid) },
      stay: stayOf(state, found),
      steps: stepsOf(found),
      dispute: found.dispute === null ? null : { by: found.dispute.by, words: people.textOf(found.dispute.reason) },
      coming: comingTo(state, found, seen().now),
      words: [found.provider, found.receiver].some((party) => party === reader || isSignerOf(state, party, reader)) ? people.textOf(terms.terms) : null,
      corrected: state.corrections.get(correctionOf(found.id, found.provider))?.counted ?? null,
      correcting: (state.correcting.get(correctionOf(found.id, found.provider))?.voices ?? []).map(({ by, counted }) => ({ by, minutes: counted })),
    }
  }

  function stepsOf(found: Agreement): Step[] {
    const steps: Step[] = timeline.entriesAbout(found.id).map((seq) => {
      const { action, ts } = writer.entryAt(seq)
      return { what: action.kind, ts, seq, by: action.acct === toHex(writer.state.hub.id) ? null : action.acct }
    })
    if (found.silently) steps.push({ what: 'silent-confirm', ts: found.confirmedTs!, seq: null, by: null })
    if (found.award !== null) steps.push({ what: 'award', ts: timeline.timeOf(found.award.seq), seq: found.award.seq, by: null })
    return steps.sort((a, b) => a.ts - b.ts)
  }

  function help(found: Help): HelpView {
    const { state } = writer
    const { terms, phase } = found
    const charter = charterOf(state)
    const expected = skillAward(charter, { category: terms.category, minutes: terms.minutes, grade: null, people: 1 })
    return {
      id: found.id,
      phase,
      helper: people.view(terms.helper),
      receiver: people.view(terms.receiver),
      recordedBy: terms.acct,
      category: terms.category,
      minutes: terms.minutes,
      day: terms.day,
      note: people.textOf(terms.note),
      lapses: midnightAtOrAfter(found.recordedTs + charter.windows.shortFormDays * DAY),
      award: awardOf(standingAward(found), expected, people),
      given: givenInHelp(state, found, seen().now),
    }
  }

  /** As it was made, or as it was corrected last. */
  const standing = (id: Hex, member: Hex, award: Award | null): Award | null =>
    writer.state.corrections.get(correctionOf(id, member))?.award ?? award
  const standingAward = (found: Agreement | Help): Award | null =>
    standing(found.id, 'provider' in found ? found.provider : found.terms.helper, found.award)

  function awardsOf(acct: Hex): AwardView[] {
    const { state } = writer
    const awards: AwardView[] = []
    for (const id of timeline.agreementsOf(acct)) {
      const found = state.agreements.get(id)!
      const award = standingAward(found)
      if (award !== null && found.provider === acct) awards.push(shown(award, id, 'agreement', found.receiver))
    }
    for (const id of timeline.helpsOf(acct)) {
      const found = state.helps.get(id)!
      const award = standingAward(found)
      if (award !== null && found.terms.helper === acct) awards.push(shown(award, id, 'help', found.terms.receiver))
    }
    for (const id of timeline.sessionsOf(acct)) {
      const award = standing(id, acct, state.sessions.get(id)!.award)
      if (award !== null) awards.push(shown(award, id, 'session', null))
    }
    for (const id of timeline.worksOf(acct)) {
      const award = standing(id, acct, state.works.get(id)!.award)
      if (award !== null) awards.push(shown(award, id, 'work', null))
    }
    for (const id of timeline.projectsOf(acct)) {
      const project = state.projects.get(id)!
      const own = project.awards.find(({ member }) => member === acct)
      if (own !== undefined) awards.push(shown(standing(id, acct, own.award)!, id, 'project', project.terms.requester))
    }
    for (const { xid, seq } of timeline.abroadOf(acct)) {
      const arrival = state.arrivals.get(xid)!
      const ts = timeline.timeOf(seq)
      const host = cities(state).find((row) => row.origin === arrival.from)
      awards.push({
        seq, agreement: arrival.out.agreement, kind: 'abroad', milli: milli(state.abroad.get(xid)!.milli), today: null, day: domainDay(state, ts), ts,
        with: { acct: '', name: null, hub: arrival.from, city: host?.city ?? '' }, factors: [],
      })
    }
    return awards.sort((a, b) => b.ts - a.ts || b.seq - a.seq)
  }

  const shown = (award: Award, id: Hex, kind: AwardView['kind'], other: Hex | null): AwardView => ({
    seq: award.seq, agreement: id, kind, milli: milli(award.milli), today: leftOf(writer.state, award, domainDay(writer.state, seen().now)),
    day: award.day, ts: timeline.timeOf(award.seq), with: other === null ? null : people.view(other),
    factors: factorsOf(award, people),
  })

  function movedTo(acct: Hex): string | null {
    const { state } = writer
    const to = state.departures.get(acct)?.to ?? null
    return to === null ? null : (cities(state).find(({ origin }) => origin === to)?.city ?? to)
  }

  function member(acct: Hex): Omit<MeView, 'drafts' | 'applications' | 'latestLetter'> | null {
    const { state } = writer
    const found = state.members.get(acct)
    if (found === undefined) return null
    const { now } = seen()
    const balance = balanceOf(state, acct, now)
    const next = nextLevelOf(state, acct)
    const today = domainDay(state, now)
    const later = domainIndex(state, today + YEAR)
    return {
      acct,
      name: people.nameOf(acct),
      attested: found.attested,
      movedTo: movedTo(acct),
      steward: found.steward,
      domain: milli(balance.domainMilli),
      held: milli(balance.heldMilli),
      global: milli(balance.globalMilli),
      domainInAYear: milli(nominalOf(availableOf(state, found, 'domain', now), later)),
      lifetime: milli(found.lifetimeMilli),
      level: levelOf(state, acct),
      next: next === null ? null : {
        level: next.level,
        missing: next.missing.map((one) => one.what === 'lifetime' ? { what: one.what, milli: milli(one.milli) } : one),
      },
      standing: standingOf(state, acct, now),
      awards: awardsOf(acct),
      convertible: convertibleOf(state, found, now),
      agreements: timeline.agreementsOf(acct).map((id) => agreement(state.agreements.get(id)!, acct)).reverse(),
      helps: timeline.helpsOf(acct).map((id) => help(state.helps.get(id)!)).reverse(),
    }
  }

  const balance = (acct: Hex): BalanceView | null => {
    const { state } = writer
    const agreements = timeline.agreementsOf(acct).map((id) => state.agreements.get(id)!)
    return balanceView(state, acct, seen().now, agreements, (one) => people.view(one))
  }

  const council = (acct: Hex): CouncilView | null => councilView(writer.state, acct, seen().now, people)

  function listed({ listing: row, body, heardTs }: ShownListing): ListingView {
    const { hub: own } = writer.state
    const home = row.hub === own.origin
    const city = home ? own.city : (cities(writer.state).find((known) => known.origin === row.hub)?.city ?? '')
    return {
      id: row.id,
      hub: row.hub,
      city,
      own: home,
      author: { acct: row.author, name: home ? people.nameOf(row.author) : null, hub: row.hub, city },
      rev: row.rev,
      kind: row.kind,
      category: row.category,
      title: row.title,
      body,
      scope: row.scope,
      languages: row.languages,
      minutes: row.minutes,
      online: row.online === 1,
      tags: row.tags,
      resource: row.resource,
      places: row.places,
      level: row.level,
      returns: row.returns,
      slots: row.slots,
      place: row.place,
      images: row.images.map(toHex),
      from: row.from,
      expiresAt: row.expiresAt,
      state: row.state,
      heardTs,
    }
  }

  return { seen, cities: () => cities(writer.state), hub, agreement, help, balance, council, member, listed }
}

/** How far the transfer that pays a guest has come. */
function stayOf(state: State, { stay }: Agreement): AgreementView['stay'] {
  if (stay === null) return null
  const waiting = stay.waiting.reduce((sum, xid) => sum + state.arrivals.get(xid)!.left, 0n)
  const inGlobal = (amount: bigint): string => milli(globalOf(state, amount))
  return { due: stay.due.toString(), dueMilli: inGlobal(stay.due), paidMilli: inGlobal(stay.paid), waitingMilli: inGlobal(waiting) }
}

export function stageOf(state: State, xid: Hex | null): TransferStage {
  const request = xid === null ? undefined : state.requests.get(xid)
  if (request === undefined) return 'due'
  return request.phase === 'out' ? 'ordered' : request.phase
}

/** Nominal Global of a base amount on the ledger's last day. */
export function globalOf(state: State, amount: bigint): bigint {
  const { federation } = state
  return federation === null ? 0n : nominalOf(amount, globalIndex(federation, globalDay(federation, state.lastTs)))
}

function gradesOf({ ratings }: Agreement): AgreementView['grades'] {
  return [...ratings].flatMap(([by, { grade }]) => (grade === null ? [] : [{ by, grade: grades[grade]! }]))
}

/** By whom the ratio is bounded is what a page says beside it: the charter's own counts unless it is better than the federation's. */
function conversionOf(state: State, charter: Charter): HubView['conversion'] {
  const { numerator, denominator } = boundedConversion(state, charter)
  const { globalPer, levelMin } = charter.conversion
  const isOwn = globalPer.numerator === numerator && globalPer.denominator === denominator
  return { numerator, denominator, levelMin, by: isOwn ? 'charter' : 'federation' }
}

function convertibleOf(state: State, member: Member, now: number): MeView['convertible'] {
  if (state.federation === null) return null
  const { quarterMilli, yearMilli, poolMilli } = convertibleBy(state, state.federation, member, Math.max(now, state.lastTs))
  return { quarterMilli: milli(quarterMilli), yearMilli: milli(yearMilli), poolMilli: milli(poolMilli) }
}

function awardOf(award: Award | null, expected: Contribution, people: People): AgreementView['award'] {
  const shown = award ?? expected
  return { milli: milli(shown.milli), factors: factorsOf(shown, people), final: award !== null }
}
