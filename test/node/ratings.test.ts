import { expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { openRatingsFrom } from '#node/words/ratings.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { agreementIn, aSession, aTownOfNeighbours, completed } from '#test/support/people.ts'
import { aListeningLog, rest, writerOf } from '#test/support/town-writer.ts'
import { bytesFor, idFor, recorded } from '#test/support/towns.ts'

const SALT = bytesFor('salt')
const GOOD = utf8('2')
const commitment = toHex(commitmentOf(SALT, GOOD))

/** An agreement that both have rated and a session graded by who came, before the hub has opened any of it. */
function rated() {
  const { town, mei, bo } = aTownOfNeighbours()
  const agreement = completed(town, mei, bo)
  for (const rater of [mei, bo]) recorded(town, { kind: 'rating.committed', agreement, commitment }, [rater])
  const code = idFor('own code')
  const session = recorded(town, aSession(town, idFor('shown')), [mei]).action.id
  recorded(town, { kind: 'session.joined', session, code: presenceHash(fromHex(code)!) }, [bo])
  recorded(town, { kind: 'session.closed', session, minutes: 120, roster: [{ member: bo.acct, code }] }, [mei])
  recorded(town, { kind: 'grade.committed', session, commitment }, [bo])
  return { town, agreement, session }
}

test('what cannot be read because the hub is stopping is no error that ends it; the next start opens it', async () => {
  const { town, agreement, session } = rated()
  const phases = () => [agreementIn(town, agreement).phase, town.state.sessions.get(session)!.phase]
  const store = aMemoryStore()
  await store.table('blobs').put(commitment, concat(SALT, GOOD))
  await store.close()
  const log = aListeningLog()
  openRatingsFrom(writerOf(town), store, log)
  await rest()
  expect(log.heard).toMatchObject([{ level: 'warn' }, { level: 'warn' }])
  expect(phases()).toEqual(['confirmed', 'closed'])

  openRatingsFrom(writerOf(town), store.reopen(), log)
  await rest()
  expect(log.heard).toHaveLength(2)
  expect(phases()).toEqual(['settled', 'settled'])
})
