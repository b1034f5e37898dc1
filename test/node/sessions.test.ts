import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { openSessions } from '#node/sessions.ts'
import { signChallenge } from '#protocol/login.ts'
import { aTownOfNeighbours } from '#test/support/people.ts'
import { aSteeredClock, writerOf } from '#test/support/town-writer.ts'
import { NOON, type Person } from '#test/support/towns.ts'

test('whoever opens sessions without end ends their own oldest, and nobody else’s', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const sessions = openSessions(writerOf(town), aSteeredClock(NOON), { bytes: (count) => new Uint8Array(randomBytes(count)) })
  const opened = ({ acct, device, secret }: Person): string => {
    const payload = sessions.challenge('https://hub.example')
    const session = sessions.open(payload, acct, toHex(keyIdOf(device)), signChallenge(payload, secret, town.id))
    if (typeof session === 'string') throw new Error(session)
    return session.secret
  }
  const ofBo = opened(bo)
  const ofMei = Array.from({ length: 33 }, () => opened(mei))
  expect(ofMei.map((secret) => sessions.who(secret) === mei.acct)).toEqual([false, ...Array<boolean>(32).fill(true)])
  expect(sessions.who(ofBo)).toBe(bo.acct)
})
