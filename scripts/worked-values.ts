/**
 * The numbers of the seed's Annex 4, line by line, each with how the ledger comes to it under a charter: what
 * `npm run tables` prints and `npm run presets` asks of each preset.
 *
 * `seed` is what the line says, or what follows from the lines named. Where the city reads a line otherwise, because
 * two lines contradict each other, `city` is what it decided on, and `ledger/rules/README.md` says why.
 */
import { type Charter, categories, projectSizes, resources, works } from '#ledger/charter/charter.ts'
import { communityAward, projectAward, resourceAward, skillAward } from '#ledger/rules/award.ts'
import { priceOf } from '#ledger/rules/price.ts'

export type WorkedValue = {
  lines: string
  says: string
  seed: string
  city: string
  ledger(charter: Charter): string
}
export type Topic = { title: string; values: WorkedValue[] }

const [GOOD, FAIR, POOR] = [2, 1, 0] as const
const DAY_MINUTES = 1_440
const { basic, language, programming } = categories
const { room, vehicle, workspace, bicycle } = resources

/** Milli-CV as CV, without zeros at the end. */
export function cv(milli: bigint): string {
  const rest = String(milli % 1000n).padStart(3, '0').replace(/0+$/, '')
  return rest === '' ? `${milli / 1000n}` : `${milli / 1000n}.${rest}`
}
const times = (perMille: number): string => cv(BigInt(perMille)).replace(/^(\d+)$/, '$1.0')
const percent = (perMille: number): string => `${perMille / 10} %`

const line = (lines: string, says: string, seed: string, ledger: (charter: Charter) => string, city = seed): WorkedValue =>
  ({ lines, says, seed, city, ledger })

const shared = (resource: 1 | 2, days: number, demandPerMille: number, grade: 0 | 1 | 2) => (charter: Charter) =>
  cv(resourceAward(charter, { resource, minutes: days * DAY_MINUTES, demandPerMille, demandSet: null, grade }).milli)
const taught = (category: 1 | 2 | 3, minutes: number, people: number, grade: 0 | 1 | 2 = GOOD) => (charter: Charter) =>
  cv(skillAward(charter, { category, minutes, grade, people }).milli)
const made = (size: 1 | 2, sharePerMille: number, reach: number, completion: 'full' | 'partial') => (charter: Charter) =>
  cv(projectAward(charter, { size, sharePerMille, reach, completion, set: null }).milli)
const gathered = (participants: number, lasting: boolean, quality: 'high' | 'normal' | 'poor') => (charter: Charter) =>
  cv(communityAward(charter, { work: works.gathering, participants, lasting, quality, set: null }).milli)
const used = (resource: 1 | 4 | 5, days: number) => (charter: Charter) =>
  cv(priceOf(charter, { resource, minutes: days * DAY_MINUTES, demandPerMille: 1000, demandSet: null }).milli)
const difficulty = (category: number) => ({ skill }: Charter) => times(skill.coefficients.find((row) => row.category === category)!.perMille)

export const topics: Topic[] = [
  {
    title: '资源贡献 = base × duration × demand × rating',
    values: [
      line('1541', 'a room, one night', '200', shared(room, 1, 1000, GOOD)),
      line('1541', 'a vehicle, one day', '150', shared(vehicle, 1, 1000, GOOD)),
      line('1545', 'demand in the peak season', '1.5', ({ resource }) => times(resource.peakPerMille)),
      line('1545', 'demand off-season', '0.8', ({ resource }) => times(resource.offSeasonPerMille)),
      line('1547', 'rated good', '1.0', ({ rating }) => times(rating.goodPerMille)),
      line('1547', 'rated fair', '0.7', ({ rating }) => times(rating.fairPerMille)),
      line('1547', 'rated poor', '0.3', ({ rating }) => times(rating.poorPerMille)),
      line('1541-1547', 'a room, 3 nights, peak, good', '900', shared(room, 3, 1500, GOOD)),
      line('1541-1547', 'a vehicle, 2 days, off-season, fair', '168', shared(vehicle, 2, 800, FAIR)),
      line('1541-1547', 'a room, one night, poor', '60', shared(room, 1, 1000, POOR)),
    ],
  },
  {
    title: '技能贡献 = difficulty × duration × rating × people',
    values: [
      line('1568', 'difficulty of programming', '1.5', difficulty(programming)),
      line('1568', 'difficulty of teaching a language', '1.2', difficulty(language)),
      line('1568', 'difficulty of basic help', '1.0', difficulty(basic)),
      line('1568-1574', 'a programming workshop, 2 hours, 10 people', '30', taught(programming, 120, 10), '342'),
      line('1568-1574', 'the same, attended by 8', '24', taught(programming, 120, 8), '306'),
      line('1568-1570', 'basic help for one, 90 minutes', '1.5', taught(basic, 90, 1), '90'),
      line('1568-1572', 'teaching a language for an hour, fair', '0.84', taught(language, 60, 1, FAIR), '50.4'),
    ],
  },
  {
    title: '项目贡献 = base × share × impact × completion',
    values: [
      line('1594', 'a community event, all of it', '500', made(projectSizes.event, 1000, 1, 'full')),
      line('1594', 'a medium project, all of it', '2000', made(projectSizes.medium, 1000, 1, 'full')),
      line('1596', 'a core organiser’s share', '0.3', ({ project }) => times(project.coreMaxPerMille)),
      line('1596', 'a participant’s share', '0.1', ({ project }) => times(project.participantMaxPerMille)),
      line('1598', 'impact on 100 people and more', '1.5', ({ project }) => times(project.reachPerMille)),
      line('1600', 'partly finished', '0.6', ({ project }) => times(project.partialPerMille)),
      line('1594-1600', 'core organiser, medium, 120 people, partly', '540', made(projectSizes.medium, 300, 120, 'partial')),
      line('1594-1600', 'participant, event, 99 people, finished', '50', made(projectSizes.event, 100, 99, 'full')),
    ],
  },
  {
    title: '社群贡献 = people × impact × quality',
    values: [
      line('1624', 'what becomes a lasting community', '1.5', ({ community }) => times(community.lastingPerMille)),
      line('1626', 'found very useful', '1.2', ({ community }) => times(community.highPerMille)),
      line('1622-1626', 'a gathering of 30, lasting, very useful', '54', gathered(30, true, 'high')),
      line('1622', 'a gathering of 30', '30', gathered(30, false, 'normal')),
    ],
  },
  {
    title: '资源使用 = base × duration × demand',
    values: [
      line('1651', 'a flat in Tokyo, one night', '300', used(room, 1), '200'),
      line('1652', 'a workspace in Chiang Mai, one day', '150', used(workspace, 1), '100'),
      line('1653', 'a bicycle in Berlin, one week', '200', used(bicycle, 7), '70'),
    ],
  },
  {
    title: '多维评价, 信任等级, 衰减',
    values: [
      line('1731', 'user rating', '30 %', ({ score }) => percent(score.ratingPerMille)),
      line('1733', 'frequency of use', '20 %', ({ score }) => percent(score.usePerMille)),
      line('1735', 'completion', '25 %', ({ score }) => percent(score.completionPerMille)),
      line('1737', 'history', '15 %', ({ score }) => percent(score.historyPerMille)),
      line('1739', 'community feedback', '10 %', ({ score }) => percent(score.feedbackPerMille)),
      line('1751', 'L3, contributed over time', '1000', ({ levels }) => cv(levels.l3Milli)),
      line('1753', 'L4, contributed over time', '5000', ({ levels }) => cv(levels.l4Milli)),
      line('1755', 'L5, contributed over time', '10000', ({ levels }) => cv(levels.l5Milli)),
      line('1777', 'decay of a city’s own value, a year', '10 %', ({ decay }) => percent(decay.domainPerMille)),
    ],
  },
]

/** What a preset must come to in a line: the seed's word under `seed-literal`, the decided one in the city; null elsewhere. */
export const expectedIn = (preset: Charter['preset'], value: WorkedValue): string | null =>
  preset === 'seed-literal' ? value.seed : preset === 'city' ? value.city : null
