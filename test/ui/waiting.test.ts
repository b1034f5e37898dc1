import { describe, expect, test } from 'vitest'
import type { AbroadView, AgreementView, DraftView, OwnTransferView } from '#protocol/api.ts'
import { agreementOn, missingFor, nextStep, otherOf, storyOf, waitingFor } from '#ui/hub/waiting.ts'
import { aHelp, aMe, anAgreement, away, bo, home, mei, person } from './views.ts'

const NOW = 20_000

test('an agreement waits for its time, and people may come an hour early', () => {
  const agreement = anAgreement({ begins: NOW + 3_600 })
  expect(nextStep(agreement, bo.acct, NOW - 1)).toBe('wait-begins')
  expect(nextStep(agreement, bo.acct, NOW)).toBe('check-in')
})

test('who has checked in is asked for the time next, whichever side they are', () => {
  const agreement = anAgreement({ checkedIn: [bo.acct] })
  expect(nextStep(agreement, bo.acct, NOW)).toBe('report')
  expect(nextStep(agreement, mei.acct, NOW)).toBe('check-in')
})

test('a report is confirmed by the other side and never by its own', () => {
  const agreement = anAgreement({
    phase: 'reported',
    report: { by: bo.acct, minutes: 90, ts: NOW, absent: null },
  })
  expect(nextStep(agreement, mei.acct, NOW)).toBe('confirm')
  expect(nextStep(agreement, bo.acct, NOW)).toBe('wait-confirm')
})

test('both rate; who has rated waits, and when both have nobody does anything', () => {
  const agreement = anAgreement({ phase: 'confirmed', rated: [mei.acct] })
  expect(nextStep(agreement, bo.acct, NOW)).toBe('rate')
  expect(nextStep(agreement, mei.acct, NOW)).toBe('wait-rating')
  expect(nextStep({ ...agreement, rated: [mei.acct, bo.acct] }, mei.acct, NOW)).toBe('wait-final')
})

test.each(['settled', 'cancelled', 'lapsed'] as const)('nothing follows when it is %s', (phase) => {
  expect(nextStep(anAgreement({ phase }), mei.acct, NOW)).toBe('over')
})

const draft: DraftView = {
  id: 'd0'.repeat(16),
  body: '',
  auth: [],
  from: bo,
  to: mei.acct,
  listing: '00'.repeat(16),
  hub: home,
  words: null, expires: NOW + 1, visitorMilli: null,
}
const city = (over: Partial<AbroadView>): AbroadView => ({
  hub: away,
  hubId: '22'.repeat(32),
  charterVersion: 0,
  seen: { size: 1, leaf: '', now: NOW, globalDay: 0 },
  drafts: [],
  agreements: [],
  ...over,
})

test('what others wait for comes before what is one’s own to do', () => {
  const found = waitingFor(
    aMe({
      drafts: [draft],
      helps: [aHelp()],
      agreements: [
        anAgreement({ id: '01'.repeat(16), phase: 'confirmed' }),
        anAgreement({ id: '02'.repeat(16) }),
        anAgreement({
          id: '03'.repeat(16),
          phase: 'reported',
          report: { by: bo.acct, minutes: 90, ts: NOW, absent: null },
        }),
      ],
      applications: [
        {
          id: 'e0'.repeat(16),
          listing: '00'.repeat(16),
          title: '',
          by: bo,
          message: '',
          ts: NOW,
          agreed: false,
        },
      ],
    }),
    [],
    NOW,
  )
  expect(found.map((one) => (one.what === 'agreement' ? one.step : one.what))).toEqual([
    'sign',
    'confirm-help',
    'confirm',
    'application',
    'check-in',
    'rate',
  ])
})

test('what I began, what is answered and what has expired does not wait for me', () => {
  expect(
    waitingFor(
      aMe({
        drafts: [
          { ...draft, from: mei },
          { ...draft, expires: NOW },
        ],
        helps: [
          aHelp({ recordedBy: mei.acct }),
          aHelp({ phase: 'confirmed' }),
          aHelp({ phase: 'lapsed' }),
        ],
        agreements: [
          anAgreement({ phase: 'reported', report: { by: mei.acct, minutes: 90, ts: NOW, absent: null } }),
        ],
        applications: [
          {
            id: 'e0'.repeat(16),
            listing: '00'.repeat(16),
            title: '',
            by: bo,
            message: '',
            ts: NOW,
            agreed: true,
          },
        ],
      }),
      [],
      NOW,
    ),
  ).toEqual([])
})

test('an agreement in another city waits like one at home, once, and says where it is', () => {
  const abroadOne = anAgreement({ hub: away })
  const found = waitingFor(
    aMe({ agreements: [abroadOne] }),
    [city({ agreements: [abroadOne], drafts: [{ ...draft, hub: away }] })],
    NOW,
  )
  expect(found).toMatchObject([
    { what: 'sign', abroad: true },
    { what: 'agreement', step: 'check-in', abroad: true },
  ])
})

test('the story counts what both sides confirmed, and each person once', () => {
  const li = person('li')
  const story = storyOf(
    aMe({
      acct: bo.acct,
      agreements: [
        anAgreement({ phase: 'settled', report: { by: bo.acct, minutes: 60, ts: 1, absent: null } }),
        anAgreement({ id: '02'.repeat(16), phase: 'confirmed' }),
        anAgreement({ id: '03'.repeat(16), phase: 'cancelled' }),
      ],
      helps: [
        aHelp({ phase: 'confirmed', helper: li, receiver: bo }),
        aHelp({ phase: 'declined' }),
      ],
    }),
    [],
  )
  expect(story).toEqual({ times: 3, minutes: 150, helped: [mei], helpedBy: [li] })
})

test('the other one of two', () => {
  expect(otherOf(anAgreement(), mei.acct)).toBe(bo)
  expect(otherOf(anAgreement(), bo.acct)).toBe(mei)
})

test('what came of a listing is found wherever it stands, and a cancelled one leaves it open', () => {
  const agreement = anAgreement({ listing: 'aa' })
  const me = aMe({ agreements: [agreement] })
  expect(agreementOn('aa', me, [])).toBe(agreement)
  expect(agreementOn('bb', me, [])).toBeUndefined()
  const cancelled = aMe({ agreements: [{ ...agreement, phase: 'cancelled' }] })
  expect(agreementOn('aa', cancelled, [])).toBeUndefined()
  expect(agreementOn('aa', aMe({}), [city({ agreements: [agreement] })])).toBe(agreement)
})

describe('what a visitor has to send for a stay in another city', () => {
  const stay = { due: '300', dueMilli: '300', paidMilli: '0', waitingMilli: '0' }
  const visit = (over: Partial<AgreementView> = {}) => anAgreement({ hub: away, helper: { ...bo, hub: away }, receiver: mei, stay, ...over })
  const sent = (stage: OwnTransferView['stage'], amount = '300') => ({ agreement: visit().id, destination: away, stage, amount }) as OwnTransferView

  test('is what is due less what is on its way or there, and all of it again when that was called off or came back', () => {
    expect(missingFor(visit(), [])).toBe(300n)
    expect(missingFor(visit(), [sent('asked', '100')])).toBe(200n)
    expect(missingFor(visit(), [sent('certified'), sent('cancelled')])).toBe(0n)
    for (const stage of ['returned', 'cancelled', 'expired'] as const) expect(missingFor(visit(), [sent(stage)])).toBe(300n)
    expect(missingFor(visit({ phase: 'cancelled' }), [])).toBe(0n)
    expect(missingFor(visit({ stay: null }), [])).toBe(0n)
  })

  test('waits for them on the first page, once it is known what they have sent', () => {
    const abroad = [city({ agreements: [visit({ begins: NOW + 86_400 })] })]
    const waiting = (transfers: OwnTransferView[] | null) => waitingFor(aMe({}), abroad, NOW, transfers).map(({ what }) => what)
    expect(waiting([])).toEqual(['stay'])
    expect(waiting([sent('asked')])).toEqual([])
    expect(waiting(null)).toEqual([])
  })
})
