/**
 * What the stewards of all cities decide together, each decision a document: in some seeds that one hub votes with a new key
 * from now on, in some that other terms hold; and, where nobody can tell a hub what it voted, that it votes with a new key
 * (protocol README, "New vote keys", "New terms"). They begin in the middle of the storm, go on when it is calm with whoever
 * was away, and must come to their end wherever everybody is honest.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { renewalsMax } from '#ledger/rules/renewal.ts'
import { hasSameTerms } from '#ledger/rules/terms.ts'
import { currentDocument, globalDay, ownCard, type State } from '#ledger/state/state.ts'
import { membershipOf } from '#node/cities/cities.ts'
import { type Agreed, firstTermsYear } from '#protocol/successor.ts'
import type { Running } from './machine.ts'
import { count, type Tally } from './tally.ts'
import { chanceOf, type Hub, type World } from './world.ts'

/** One seed in so many has a renewal; as many have other terms. */
const SELDOM = 4

export type Decisions = {
  /** Whoever has not agreed yet, or has lost it, agrees now. */
  carryOn(): void
  /** What is not in force, in words. */
  open(): string[]
}

/** Draws what is decided, and lets it begin within `ms`. */
export function decide(world: World, ms: number): Decisions {
  const chance = chanceOf(world.seed, 'decisions')
  // A hub that lies may keep everybody waiting: new keys take the word of all.
  const isDrawn = (): boolean => chance.below(SELDOM) === 0 && world.liars.size === 0
  const founders = [...world.hubs]
  const renewing = isDrawn() ? chance.pick(founders) : null
  const oldKey = renewing?.identity.keys.vote.publicKey.slice() ?? null
  const drawn = isDrawn()
    ? {
        globalDecayPerMille: 20 + chance.below(60), conversion: { numerator: 1, denominator: 3 + chance.below(4) },
        issueYearlyMaxMilli: 30_000_000n + BigInt(chance.below(1_000)),
      }
    : null
  let terms: Agreed | null = null
  for (const hub of founders) world.time.after(chance.below(ms), () => agree(hub))
  world.time.after(chance.below(ms), () => void (renewing !== null && renew([renewing], runningOf(world))))

  function agree(hub: Hub): void {
    const state = hub.running?.writer.state
    if (drawn === null || state?.federation == null || membershipOf(state) === null || hasTerms(state)) return
    terms ??= { ...drawn, termsFrom: firstTermsYear(currentDocument(state.federation), globalDay(state.federation, state.lastTs)) }
    void hub.running!.federation.agreeOn(terms).catch(() => {})
  }

  const hasTerms = ({ federation }: State): boolean => {
    if (federation === null || terms === null) return false
    const document = currentDocument(federation)
    return hasSameTerms({ ...document, ...terms }, document)
  }
  const isRenewed = ({ running }: Hub): boolean => {
    const card = running === null ? undefined : ownCard(running.writer.state)
    return card !== undefined && !equalBytes(card.voteKey, oldKey!)
  }

  return {
    carryOn() {
      const here = runningOf(world)
      if (renewing !== null && !isRenewed(renewing)) renew([renewing], here)
      // Who has joined meanwhile is one of those that it takes.
      for (const hub of here) agree(hub)
      const members = here.filter(({ running }) => membershipOf(running.writer.state) !== null)
      // Their own page tells the stewards of these.
      const stuck = members.filter(({ running }) => running.recall.memory() === 'stuck')
      if (members.length < 2 || stuck.length === 0) return
      const these = stuck.length > renewalsMax(members.length) ? members : stuck
      count(world.tally, these === members ? 'all renew together' : 'some renew that have forgotten')
      renew(these, members)
    },
    open: () => [
      ...(renewing === null || isRenewed(renewing) ? [] : [`${renewing.identity.name} waits for its new vote key`]),
      ...(drawn === null ? [] : founders.filter(({ running }) => running !== null && !hasTerms(running.writer.state)).map(({ identity }) => `${identity.name} has not the terms that were agreed on`)),
    ],
  }
}

type RunningHub = Hub & { running: Running }
const runningOf = ({ hubs }: World): RunningHub[] => hubs.filter((hub): hub is RunningHub => hub.running !== null)

/** Stewards of these make a new key for their hub, and those of all others paste its card. */
function renew(these: Hub[], all: RunningHub[]): void {
  for (const { running } of these) void running?.federation.renew().catch(() => {})
  for (const { running: host } of all) {
    for (const { running } of these) if (running !== null && host !== running) void host.federation.admit(running.federation.card()).catch(() => {})
  }
}

/** How many documents of each of these kinds are in force. */
export function countDocuments({ federation }: State, tally: Tally): void {
  const documents = federation?.documents.map(({ document }) => document) ?? []
  for (const [i, document] of documents.entries()) {
    if (document.renewals.length > 0) count(tally, `documents with ${document.renewals.length === document.members.length ? 'all new keys' : 'new keys'}`)
    if (i > 0 && !hasSameTerms(document, documents[i - 1]!)) count(tally, 'documents with other terms')
  }
}
