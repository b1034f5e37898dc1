/** What a hub would answer, small and changeable, for the page's own rules. */
import type { AgreementView, HelpView, MeView, PersonView } from '#protocol/api.ts'

export const home = 'cv.chengdu-11111111/log'
export const away = 'cv.chiangmai-22222222/log'

export const person = (name: string, hub = home, city = '成都'): PersonView => ({
  acct: name.padEnd(64, '0'),
  name,
  hub,
  city,
})

export const mei = person('mei')
export const bo = person('bo')

export const anAgreement = (over: Partial<AgreementView> = {}): AgreementView => ({
  id: 'a0'.repeat(16),
  hub: home,
  hubId: '11'.repeat(32),
  listing: '00'.repeat(16),
  title: '修水龙头',
  phase: 'agreed',
  helper: bo,
  receiver: mei,
  category: 1,
  use: null,
  minutes: 90,
  begins: 10_000,
  ends: 15_400,
  checkedIn: [],
  returned: null,
  dispute: null,
  coming: [],
  words: null,
  corrected: null,
  correcting: [],
  report: null,
  confirmsItself: null,
  rated: [],
  grades: [],
  finalBy: null,
  held: '0',
  award: { milli: '90000', factors: [], final: false },
  given: null,
  abroad: null,
  stay: null,
  steps: [],
  ...over,
})

export const aHelp = (over: Partial<HelpView> = {}): HelpView => ({
  id: 'b0'.repeat(16),
  phase: 'recorded',
  helper: bo,
  receiver: mei,
  recordedBy: bo.acct,
  category: 1,
  minutes: 60,
  day: 20_000,
  note: '',
  lapses: 99_999,
  award: { milli: '60000', factors: [], final: false },
  given: null,
  ...over,
})

export const aMe = (over: Partial<MeView> = {}): MeView => ({
  acct: mei.acct,
  name: 'mei',
  attested: true,
  movedTo: null,
  steward: false,
  domain: '0',
  held: '0',
  global: '0',
  domainInAYear: '0',
  lifetime: '0',
  level: 1,
  next: null,
  standing: { band: 'medium', perMille: null, isNew: true },
  awards: [],
  convertible: null,
  agreements: [],
  helps: [],
  drafts: [],
  applications: [], latestLetter: null,
  ...over,
})
