/** Every way the record says no, in Chinese: what happened, why, what to do. Each of its rooms has a file. */
import type { RefusalCode } from '#ledger/refusal.ts'
import type { Told } from '../words.ts'
import { zhCitiesRefusals } from './refusals/cities.ts'
import { zhCouncilRefusals } from './refusals/council.ts'
import { zhHelpingRefusals } from './refusals/helping.ts'
import { zhPeopleRefusals } from './refusals/people.ts'
import { zhRecordRefusals } from './refusals/record.ts'
import { zhTogetherRefusals } from './refusals/together.ts'

export { zhDoor } from './refusals/door.ts'

export const zhRefusals: Record<RefusalCode, Told> = {
  ...zhRecordRefusals, ...zhPeopleRefusals, ...zhHelpingRefusals, ...zhTogetherRefusals, ...zhCouncilRefusals, ...zhCitiesRefusals,
}
