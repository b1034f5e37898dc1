/**
 * What waits for this member, most pressing first: somebody else's waiting comes before their own
 * doing. And the one next step of an agreement, which the home page and the agreement's own page
 * must agree about.
 */
import type { Hex } from '#ledger/action.ts'
import type {
  AbroadView,
  AgreementView,
  ApplicationView,
  DraftView,
  HelpView,
  MeView,
  OwnTransferView,
  PersonView,
} from '#protocol/api.ts'

export type NextStep =
  | 'check-in'
  | 'report'
  | 'confirm'
  | 'rate'
  | 'wait-begins'
  | 'wait-confirm'
  | 'wait-rating'
  | 'wait-final'
  | 'wait-stewards'
  | 'over'

export type Waiting =
  | { what: 'sign'; draft: DraftView; abroad: boolean }
  | { what: 'confirm-help'; help: HelpView }
  | { what: 'application'; application: ApplicationView }
  | { what: 'stay'; agreement: AgreementView; missing: bigint }
  | {
      what: 'agreement'
      step: 'check-in' | 'report' | 'confirm' | 'rate'
      agreement: AgreementView
      abroad: boolean
    }

/** People come early: check-ins and reports are taken from an hour before the agreed beginning. */
export const EARLY_SECONDS = 3_600

/** The single next step of `acct` in an agreement at `now` (seconds). */
export function nextStep(agreement: AgreementView, acct: Hex, now: number): NextStep {
  switch (agreement.phase) {
    case 'agreed':
      if (now < agreement.begins - EARLY_SECONDS) return 'wait-begins'
      return agreement.checkedIn.includes(acct) ? 'report' : 'check-in'
    case 'reported':
      return agreement.report?.by === acct ? 'wait-confirm' : 'confirm'
    case 'confirmed':
      if (!agreement.rated.includes(acct)) return 'rate'
      return agreement.rated.length < 2 ? 'wait-rating' : 'wait-final'
    case 'disputed':
      return 'wait-stewards'
    case 'settled':
    case 'cancelled':
    case 'lapsed':
    case 'missed':
    case 'undecided':
      return 'over'
  }
}

/** What of a transfer is no longer on its way and did not stay there. */
export const isOver = ({ stage }: OwnTransferView): boolean => stage === 'returned' || stage === 'cancelled' || stage === 'expired'

/** What a visitor has still to send for a stay in another city, base units; nothing where there is nothing to send for any more. */
export function missingFor(agreement: AgreementView, transfers: readonly OwnTransferView[]): bigint {
  const { id, hub, stay, phase } = agreement
  if (stay === null || !['agreed', 'reported', 'confirmed', 'settled'].includes(phase)) return 0n
  const own = transfers.filter((one) => one.agreement === id && one.destination === hub && !isOver(one))
  const missing = BigInt(stay.due) - own.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  return missing > 0n ? missing : 0n
}

/**
 * Everything that waits for the member, in the order in which it should be shown. `transfers`: what they have asked to send
 * to other cities; null while that is not known.
 */
export function waitingFor(me: MeView, abroad: AbroadView[], now: number, transfers: readonly OwnTransferView[] | null = null): Waiting[] {
  const drafts = [
    ...me.drafts.map((draft) => ({ draft, abroad: false })),
    ...abroad.flatMap((city) => city.drafts.map((draft) => ({ draft, abroad: true }))),
  ].filter(({ draft }) => draft.from.acct !== me.acct && draft.expires > now)

  const steps = [
    ...me.agreements
      .filter((one) => !abroad.some((city) => city.hub === one.hub))
      .map((agreement) => ({ agreement, abroad: false })),
    ...abroad.flatMap((city) => city.agreements.map((agreement) => ({ agreement, abroad: true }))),
  ].flatMap((one) => {
    const step = nextStep(one.agreement, me.acct, now)
    return step === 'check-in' || step === 'report' || step === 'confirm' || step === 'rate'
      ? [{ ...one, step }]
      : []
  })
  const due = (...wanted: string[]): Waiting[] =>
    steps.filter(({ step }) => wanted.includes(step)).map((one) => ({ what: 'agreement', ...one }))

  const stays = (transfers === null ? [] : abroad.flatMap((city) => city.agreements))
    .filter((agreement) => agreement.receiver.acct === me.acct)
    .map((agreement): Waiting & { what: 'stay' } => ({ what: 'stay', agreement, missing: missingFor(agreement, transfers!) }))
    .filter(({ missing }) => missing > 0n)

  return [
    ...drafts.map(({ draft, abroad }): Waiting => ({ what: 'sign', draft, abroad })),
    ...me.helps
      .filter((help) => help.phase === 'recorded' && help.recordedBy !== me.acct)
      .map((help): Waiting => ({ what: 'confirm-help', help })),
    ...due('confirm'),
    ...stays,
    ...me.applications
      .filter((one) => !one.agreed && proposalTo(me, one) === null)
      .map((application): Waiting => ({ what: 'application', application })),
    ...due('check-in', 'report'),
    ...due('rate'),
  ]
}

/** The agreement that came of a listing, here or where it was posted. */
export const agreementOn = (
  listing: Hex,
  me: MeView,
  abroad: AbroadView[],
): AgreementView | undefined =>
  [...abroad.flatMap((city) => city.agreements), ...me.agreements].find(
    (one) => one.listing === listing && one.phase !== 'cancelled',
  )

/** What this member has already proposed to whoever answered, and is not signed yet. */
export const proposalTo = (me: MeView, application: ApplicationView): DraftView | null =>
  me.drafts.find(
    (draft) =>
      draft.from.acct === me.acct &&
      draft.listing === application.listing &&
      draft.to === application.by.acct,
  ) ?? null

/** The other one of the two. */
export const otherOf = (
  pair: { helper: PersonView; receiver: PersonView },
  acct: Hex,
): PersonView => (pair.helper.acct === acct ? pair.receiver : pair.helper)

/** What the member's story says: facts only, from what both sides confirmed. */
export function storyOf(
  me: MeView,
  abroad: AbroadView[],
): { times: number; minutes: number; helped: PersonView[]; helpedBy: PersonView[] } {
  const done = [
    ...me.agreements,
    ...abroad.flatMap((city) =>
      city.agreements.filter((one) => !me.agreements.some((own) => own.id === one.id)),
    ),
  ]
    .filter((one) => one.phase === 'confirmed' || one.phase === 'settled')
    .map((one) => ({
      helper: one.helper,
      receiver: one.receiver,
      minutes: one.report?.minutes ?? one.minutes,
    }))
  done.push(...me.helps.filter((help) => help.phase === 'confirmed'))
  const given = done.filter((one) => one.helper.acct === me.acct)
  return {
    times: done.length,
    minutes: given.reduce((sum, one) => sum + one.minutes, 0),
    helped: distinct(given.map((one) => one.receiver)),
    helpedBy: distinct(
      done.filter((one) => one.receiver.acct === me.acct).map((one) => one.helper),
    ),
  }
}

const distinct = (people: PersonView[]): PersonView[] => [
  ...new Map(people.map((one) => [one.acct, one])).values(),
]
