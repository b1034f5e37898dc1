/** Every way the record says no, in Spanish: what happened, why, what to do. Each of its rooms has a file. */
import type { RefusalCode } from '#ledger/refusal.ts'
import type { Told } from '../words.ts'
import { esCitiesRefusals } from './refusals/cities.ts'
import { esCouncilRefusals } from './refusals/council.ts'
import { esHelpingRefusals } from './refusals/helping.ts'
import { esPeopleRefusals } from './refusals/people.ts'
import { esRecordRefusals } from './refusals/record.ts'
import { esTogetherRefusals } from './refusals/together.ts'

export { esDoor } from './refusals/door.ts'

export const esRefusals: Record<RefusalCode, Told> = {
  ...esRecordRefusals, ...esPeopleRefusals, ...esHelpingRefusals, ...esTogetherRefusals, ...esCouncilRefusals, ...esCitiesRefusals,
}
