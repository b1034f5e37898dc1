import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openKeystore } from '#node/disk/keystore.ts'
import { snapshotsIn } from '#node/record/snapshots.ts'
import { salted } from '#test/support/member-client.ts'
import { aWholeHub, quiet } from '#test/support/whole-hub.ts'

test('with a snapshot, with a wrong one, without one, and where none can be written, every page shows the same', async () => {
  const hub = await aWholeHub('derived')
  onTestFinished(() => hub.stop())
  const [mei, bo] = [await hub.member('mei'), await hub.member('bo')]
  await mei.list()
  const help = await bo.action('help.recorded', {
    helper: bo.acct, receiver: mei.acct, category: 1, minutes: 45, day: Math.floor(Date.now() / 86_400_000), note: salted('with the tap').commitment,
  })
  expect((await bo.submit(help)).status).toBe(200)
  expect((await mei.act('help.confirmed', { help: help.id })).status).toBe(200)
  await expect.poll(() => hub.fetch('/checkpoint').then(({ status }) => status), { timeout: 120_000, interval: 200 }).toBe(200)

  const pages = async (): Promise<unknown> => {
    await Promise.all([mei.login(), bo.login()])
    // The time moves on, and each start has another port, which the card and its short code name; everything else stands still.
    const still = (body: unknown): unknown => JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'now' || key === 'card' || (key === 'code' && String(value).startsWith('cv1:')) ? null : value)))
    return still([await mei.me(), await bo.me(), await mei.listings(), (await bo.get('/api/people')).body, await hub.steward.steward()])
  }
  const snapshot = join(hub.data, 'snapshot')
  const shown = await pages()
  await hub.restart()
  expect(existsSync(join(snapshot, 'latest'))).toBe(true)
  expect(await pages()).toEqual(shown)

  // One that says something else than the journal, written as only this hub can.
  const kept = snapshotsIn(hub.data, (await openKeystore(hub.data)).log, quiet)
  const wrong = (await kept.read())!
  wrong.known.state.members.get(mei.acct)!.account.domain += 10n ** 12n
  await kept.write(wrong)
  await hub.restart()
  expect(await pages()).toEqual(shown)
  await expect.poll(() => hub.fetch('/checkpoint').then(({ status }) => status), { timeout: 120_000, interval: 200 }).toBe(200)
  expect(existsSync(join(snapshot, 'latest'))).toBe(false)

  rmSync(snapshot, { recursive: true, force: true })
  writeFileSync(snapshot, 'something else that stands in its place')
  await hub.restart()
  expect(await pages()).toEqual(shown)
  rmSync(snapshot)
})
