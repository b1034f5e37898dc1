/** Every way the record says no, in English: what happened, why, what to do. Each of its rooms has a file. */
import type { RefusalCode } from '#ledger/refusal.ts'
import type { Told } from '../words.ts'
import { enCitiesRefusals } from './refusals/cities.ts'
import { enCouncilRefusals } from './refusals/council.ts'
import { enHelpingRefusals } from './refusals/helping.ts'
import { enPeopleRefusals } from './refusals/people.ts'
import { enRecordRefusals } from './refusals/record.ts'
import { enTogetherRefusals } from './refusals/together.ts'

export { enDoor } from './refusals/door.ts'

export const enRefusals: Record<RefusalCode, Told> = {
  ...enRecordRefusals, ...enPeopleRefusals, ...enHelpingRefusals, ...enTogetherRefusals, ...enCouncilRefusals, ...enCitiesRefusals,
}
