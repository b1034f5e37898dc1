/** People who have come to be restricted or banned as anybody would: by cases that stewards find and nobody appeals against. */
import { sleep } from '#test/support/people.ts'
import { hexFor, type Person, recorded, type Town } from '#test/support/towns.ts'
import { measures } from '#ledger/rules/docket.ts'

function convict(town: Town, accused: Person, complainant: Person, measure: 1 | 2): void {
  const id = recorded(town, {
    kind: 'case.opened', accused: accused.acct, flag: null, complaint: hexFor('words'), complainant: complainant.acct, matters: [], hold: false,
  }, [town.steward]).action.id
  recorded(town, { kind: 'case.answered', case: id, statement: hexFor('words') }, [accused])
  recorded(town, { kind: 'case.found', case: id, measure, reason: hexFor('words') }, [town.steward])
  sleep(town, 16)
}

/** Sixteen days later, this member is banned. Its one steward must not have dealt with them. */
export const ban = (town: Town, accused: Person, complainant: Person): void => convict(town, accused, complainant, measures.severe)

/** A month later, they are restricted. */
export function restrict(town: Town, accused: Person, complainant: Person): void {
  for (let i = 0; i < 2; i++) convict(town, accused, complainant, measures.upheld)
}
