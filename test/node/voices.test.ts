/** What stewards are shown of what they say together: whether the rule takes their word, or takes it again, and only voices that count. */
import { beforeAll, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { roles } from '#ledger/charter/charter.ts'
import { sign } from '#ledger/keys.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import { measures } from '#ledger/rules/docket.ts'
import { casesFor } from '#node/page/case-view.ts'
import { decideView } from '#node/page/decide-view.ts'
import { transferOf } from '#node/page/steward-view.ts'
import { deviceRoutes } from '#node/routes/devices.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { StewardDevicesView } from '#protocol/api.ts'
import type { DecideView } from '#protocol/matters.ts'
import { appoint, seated } from '#test/support/council.ts'
import { agree, aTownOfNeighbours, report, sleep } from '#test/support/people.ts'
import {
  aMember, aRegion, awardRequest, type Asked, CV, hexFor, idFor, owesAward, type Person, recorded, secondDevice, type Town, xidIn,
} from '#test/support/towns.ts'

beforeAll(installNativeCrypto)

const words = hexFor('words')
const people = { view: (acct: Hex) => ({ acct }), textOf: () => null } as never
const views = { agreement: ({ id }: { id: Hex }) => ({ id }) } as never
const leaving = ({ acct: member }: Person): Asked => ({ kind: 'role.ended', member, role: roles.steward })
const granting = (member: Hex): Asked => ({ kind: 'commons.granted', member, amountMilli: CV, because: 'vulnerable' })

const decided = (town: Town, { acct }: Person): DecideView => decideView(town.state, people, views, acct, town.now)

const casesIn = (town: Town) =>
  casesFor({ writer: { state: town.state, entryAt: (seq: number) => town.entries[seq] } as never, people, clock: { now: () => town.now } as never })

async function recovering(town: Town, { acct }: Person): Promise<StewardDevicesView['recoveries'][number]> {
  const app = deviceRoutes({
    writer: { state: town.state } as never, people, visitors: { who: () => acct, isSteward: () => true } as never, pace: null as never,
    newDevices: { waiting: () => [] } as never, onAsked: () => {},
  })
  return ((await (await app.request('/steward/devices')).json()) as StewardDevicesView).recoveries[0]!
}

test('who has said something together waits for the others, and may say it again once it is enough because one has gone', () => {
  const { town, steward, mei, li } = aTownOfNeighbours()
  appoint(town, mei)
  recorded(town, granting(li.acct), [steward])
  expect(decided(town, steward).together).toMatchObject([{ got: 1, needed: 2, byMe: true, again: false, isOwn: false }])
  expect(decided(town, mei).together).toMatchObject([{ got: 1, needed: 2, byMe: false, again: false, isOwn: false }])
  recorded(town, leaving(mei), [mei])
  expect(decided(town, steward).together).toMatchObject([{ got: 1, needed: 1, byMe: false, again: true, isOwn: false }])
  recorded(town, granting(li.acct), [steward])
  expect(decided(town, steward).together).toEqual([])
})

test('where nobody is neutral any more, one voice is wanted and nobody has raised it', () => {
  const { town, steward, mei, li } = aTownOfNeighbours()
  appoint(town, mei, li)
  recorded(town, granting(li.acct), [steward])
  for (const gone of [steward, mei]) recorded(town, leaving(gone), [gone])
  expect(decided(town, li).together).toMatchObject([{ got: 0, needed: 1, isOwn: true }])
})

test('of a dispute only those are heard who still decide, and who may say it again is told what', () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours()
  const wang = aMember(town, 'wang')
  appoint(town, li, wang)
  const id = agree(town, mei, bo)
  report(town, id, mei)
  recorded(town, { kind: 'dispute.opened', agreement: id, reason: words }, [bo])
  const deciding = (minutes: number, absent: 0 | 1 | 2 = ABSENT.nobody): Asked => ({ kind: 'dispute.decided', agreement: id, minutes, absent, reason: words })
  recorded(town, deciding(30), [li])
  expect(decided(town, steward).disputes).toMatchObject([{ voices: [{ by: { acct: li.acct }, minutes: 30 }], byMe: false, again: null }])
  recorded(town, leaving(li), [li])
  recorded(town, deciding(0, ABSENT.receiver), [steward])
  expect(decided(town, steward).disputes).toMatchObject([{ voices: [{ by: { acct: steward.acct }, absent: bo.acct }], byMe: true, again: null }])
  recorded(town, leaving(wang), [wang])
  expect(decided(town, steward).disputes).toMatchObject([{ byMe: false, again: { how: 'receiver', minutes: 0 } }])
})

test('of a recovery those are named who still are stewards, and who is left may approve it again', async () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours()
  appoint(town, mei, bo)
  const { device, secret } = secondDevice(li, 'a new phone')
  recorded(town, { kind: 'recovery.proposed', member: li.acct, device, evidence: words, proof: sign(secret, 'device', town.id, deviceProof(li.acct, device)) }, [mei])
  expect(await recovering(town, mei)).toMatchObject({ by: [{ acct: mei.acct }], needed: 2, byMe: true })
  recorded(town, leaving(mei), [mei])
  expect(await recovering(town, steward)).toMatchObject({ by: [], needed: 2, byMe: false })
  const approving: Asked = { kind: 'recovery.approved', member: li.acct, device }
  recorded(town, approving, [steward])
  expect(await recovering(town, steward)).toMatchObject({ by: [{ acct: steward.acct }], needed: 2, due: null, byMe: true })
  recorded(town, leaving(bo), [bo])
  expect(await recovering(town, steward)).toMatchObject({ by: [{ acct: steward.acct }], needed: 1, due: null, byMe: false })
  recorded(town, approving, [steward])
  expect((await recovering(town, steward)).due).not.toBe(null)
  expect(await recovering(town, steward)).toMatchObject({ byMe: true })
})

test('a judge who has spoken is asked again, for the same word, once it is enough', () => {
  const { town, steward, mei, li } = aTownOfNeighbours()
  const kim = aMember(town, 'kim')
  seated(town, mei)
  const id = idFor('a case of two')
  recorded(town, { kind: 'case.opened', id, accused: kim.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, [steward])
  recorded(town, { kind: 'case.answered', case: id, statement: words }, [kim])
  const seen = ({ acct }: Person) => casesIn(town).one(id, acct, true)!
  const finding: Asked = { kind: 'case.found', case: id, measure: measures.upheld, reason: words }
  expect(seen(steward)).toMatchObject({ mine: 'find', again: null, needed: 2 })
  expect(seen(kim)).toMatchObject({ mine: 'accused', again: null })
  recorded(town, finding, [steward])
  expect(seen(steward)).toMatchObject({ mine: null, again: null, mayReverse: false })
  expect(seen(mei)).toMatchObject({ mine: 'find', again: null })
  recorded(town, { kind: 'member.left' }, [mei])
  expect(seen(steward)).toMatchObject({ mine: 'find', again: measures.upheld, needed: 1, panel: [{ person: { acct: steward.acct } }] })
  recorded(town, finding, [steward])
  sleep(town, 20)
  expect(seen(steward)).toMatchObject({ phase: 'sanctioned', mine: null, again: null, mayReverse: true })
  expect(seen(li).mayReverse).toBe(false)
})

test('to take it back is said once, and by another steward where too few of those who decided are left', () => {
  const { town, steward, mei, li } = aTownOfNeighbours()
  const kim = aMember(town, 'kim')
  seated(town, mei)
  const id = idFor('a case of two')
  recorded(town, { kind: 'case.opened', id, accused: kim.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, [steward])
  recorded(town, { kind: 'case.answered', case: id, statement: words }, [kim])
  for (const one of [steward, mei]) recorded(town, { kind: 'case.found', case: id, measure: measures.upheld, reason: words }, [one])
  sleep(town, 20)
  const may = (...of: Person[]) => of.map(({ acct }) => casesIn(town).one(id, acct, true)!.mayReverse)
  expect(may(steward, mei, kim)).toEqual([true, true, false])
  recorded(town, { kind: 'case.reversed', case: id, reason: words }, [steward])
  expect(may(steward, mei)).toEqual([false, true])
  const wang = aMember(town, 'wang')
  expect(may(wang)).toEqual([false])
  recorded(town, { kind: 'member.left' }, [mei])
  seated(town, wang)
  expect(may(steward, wang)).toEqual([false, true])
})

test('of a transfer it is told who has agreed: whoever asked for it out of the pool, too', () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const { id } = owesAward(chengdu, barcelona)
  const xid = xidIn(chengdu, recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward]))
  const shown = transferOf(chengdu.state, people, { cities: () => [] } as never, chengdu.state.requests.get(xid)!, null)
  expect(shown.approvals).toEqual({ needed: 1, got: 1, by: [chengdu.steward.acct] })
})
