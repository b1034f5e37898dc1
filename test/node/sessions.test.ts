import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { openSessions, type Sessions } from '#node/page/sessions.ts'
import { signChallenge } from '#protocol/login.ts'
import { aTownOfNeighbours } from '#test/support/people.ts'
import { aSteeredClock, writerOf } from '#test/support/town-writer.ts'
import { addingDevice, NOON, type Person, recorded, secondDevice, type Town } from '#test/support/towns.ts'

const sessionsOf = (town: Town) =>
  openSessions(writerOf(town), aSteeredClock(NOON), { bytes: (count) => new Uint8Array(randomBytes(count)) })

function opened(town: Town, sessions: Sessions, { acct, device, secret }: Person): string {
  const payload = sessions.challenge('https://hub.example')
  const session = sessions.open(payload, acct, toHex(keyIdOf(device)), signChallenge(payload, secret, town.id))
  if (typeof session === 'string') throw new Error(session)
  return session.secret
}

test('a session is a device’s: what was ended sees nothing from then on, and the member’s other devices go on', () => {
  const { town, mei } = aTownOfNeighbours()
  const sessions = sessionsOf(town)
  const tablet = secondDevice(mei, 'tablet')
  recorded(town, addingDevice(town, tablet), [mei])
  const [ofPhone, ofTablet] = [opened(town, sessions, mei), opened(town, sessions, tablet)]
  expect([sessions.who(ofPhone), sessions.who(ofTablet)]).toEqual([mei.acct, mei.acct])
  recorded(town, { kind: 'device.revoked', device: mei.device }, [tablet])
  expect([sessions.who(ofPhone), sessions.who(ofTablet)]).toEqual([null, mei.acct])
  expect(() => opened(town, sessions, mei)).toThrow('wrong-signature')
})

test('whoever opens sessions without end ends their own oldest, and nobody else’s', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const sessions = sessionsOf(town)
  const ofBo = opened(town, sessions, bo)
  const ofMei = Array.from({ length: 33 }, () => opened(town, sessions, mei))
  expect(ofMei.map((secret) => sessions.who(secret) === mei.acct)).toEqual([false, ...Array<boolean>(32).fill(true)])
  expect(sessions.who(ofBo)).toBe(bo.acct)
})
