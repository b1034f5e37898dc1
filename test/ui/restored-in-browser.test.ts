/**
 * A lone community in a browser, on its worse days: what its page says of its own word, what a steward sees of what a
 * restore has lost, and how a member carries away the proof that the community broke its word.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Download } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { encodeRecord } from '#ledger/entry.ts'
import { verifyEvidence } from '#ledger/evidence/evidence.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import type { HubView } from '#protocol/api.ts'
import type { Person } from '#test/e2e/person.ts'
import { type City, foundCity, joinCity, noCamera, type Stage } from '#test/e2e/story.ts'
import { openBrowser } from '#test/support/chromium.ts'
import { run } from '#test/support/hub-process.ts'

const dir = mkdtempSync(join(tmpdir(), 'restored-'))
let browser: Browser
let stage: Stage
let city: City

beforeAll(async () => {
  browser = await openBrowser()
  stage = { browser, dir, env: { XDG_STATE_HOME: join(dir, 'state'), HUB_LOG: 'warn' }, camera: noCamera }
  city = await foundCity(stage, 'chengdu')
})
afterAll(async () => {
  await browser.close()
  if (city.hub.alive) await city.hub.kill()
  rmSync(dir, { recursive: true, force: true })
})

/** On the member's page; the receipts are open. */
async function receiptsOf(person: Person): Promise<void> {
  await person.open('/me')
  await person.tap('receipts-open')
}

async function inEnglish(person: Person, look: () => Promise<void>): Promise<void> {
  await person.open('/me')
  await person.tap('language-en')
  await look()
  await person.open('/me')
  await person.tap('language-zh')
}

/** The page as it is while Barcelona withholds eight records. */
async function withholding({ page }: Person, step: 'asking' | 'ready', look: () => Promise<void>): Promise<void> {
  await page.route('**/api/hub', async (route) => {
    const response = await route.fetch()
    const view = await response.json() as HubView
    const restoring = { ...view.restoring!, step, withheld: [{ city: 'Barcelona', entries: 8 }], withoutFrom: 1_800_000_000 }
    await route.fulfill({ response, json: { ...view, restoring } })
  })
  await look()
  await page.unroute('**/api/hub')
}

const width = (person: Person): Promise<number> => person.page.evaluate(() => document.documentElement.scrollWidth)

async function saved(person: Person, tap: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([person.page.waitForEvent('download'), tap()]) as [Download, void]
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

test('without another city the page says whose word the record rests on, where it is shown and at the receipts', async () => {
  const { steward } = city
  await steward.open('/audit')
  expect(await steward.see('own-word')).toContain('全凭社区自己说')
  await steward.open('/me')
  expect(await steward.see('own-word')).toContain('保存好自己的回执')
  await inEnglish(steward, async () => {
    await steward.open('/audit')
    expect(await steward.see('own-word')).toContain('rests on the community’s own word')
  })
  expect(steward.faults).toEqual([])
})

test('what a restore has lost and a member puts on record, a steward reads with name, number and time', async () => {
  const { hub, steward } = city
  const backup = join(dir, 'backup')
  await hub.command('backup', backup, '--with-keys')
  const lin = await joinCity(stage, city, '小林')
  await lin.close()
  const lost = hub.records().find(({ action }) => action.kind === 'member.attested')!

  await hub.kill()
  rmSync(hub.data, { recursive: true })
  mkdirSync(hub.data, { mode: 0o700 })
  await run(['restore', backup, '--data', hub.data], stage.env)
  await hub.start()
  await withholding(steward, 'asking', async () => {
    await steward.open('/')
    expect(await steward.see('read-only')).toMatch(/Barcelona核对过这里另外 8 条记录，还没有交出来；等到 .*，会长可以决定/)
  })
  await withholding(steward, 'ready', async () => {
    await steward.open('/steward')
    expect(await steward.see('restore-without')).toMatch(/Barcelona核对过这里另外 8 条记录.*放弃这 8 条/)
    expect(await steward.see('read-only')).toContain('会长确认继续，就是不再要这 8 条')
    expect(await width(steward)).toBeLessThanOrEqual(390)
    // What is on the page is no longer so: nothing is signed for something that was not read.
    await steward.tap('restore-confirm')
    expect(await steward.see('notice')).toContain('还没有确认')
  })
  await steward.open('/steward')
  await steward.see('restore-confirm')
  expect(await steward.at('restore-without').count()).toBe(0)
  await steward.tap('restore-confirm')
  await steward.open('/me')
  await steward.at('lost-receipt').filter({ hasText: String(lost.seq) }).waitFor()
  await steward.tap('lost-claim')
  await steward.seeValue('lost-receipt', 'data-claimed', 'true')

  await steward.open('/steward')
  const row = steward.at('lost-claimed').first()
  await row.waitFor()
  expect([await row.getAttribute('data-seq'), await row.getAttribute('data-acct')]).toEqual([String(lost.seq), lost.action.acct])
  expect(await row.innerText()).toContain(`第 ${lost.seq} 条`)
  expect(await row.innerText()).toContain('陈姨')
  expect(await width(steward)).toBeLessThanOrEqual(390)
  await inEnglish(steward, async () => {
    await steward.open('/steward')
    expect(await steward.see('lost-claimed')).toContain(`No. ${lost.seq}, lost in the restore of`)
    expect(await width(steward)).toBeLessThanOrEqual(390)
  })
  expect(steward.faults).toEqual([])
})

test('a receipt under whose number the community shows another record is saved as evidence that convicts, and the accused page gives it again', async () => {
  const { hub, steward } = city
  const records = hub.records()
  const kept = records.find(({ action, seq }) => action.kind === 'lost.claimed' && seq > 0)!
  // What a community would show that has written its record anew.
  const other = encodeRecord({ ...kept, ts: kept.ts + 1 })
  const tree = new Tree()
  for (const { bytes, seq } of records) tree.append(seq === kept.seq ? leafHash(other) : leafHash(bytes))
  const { log } = await openKeystore(hub.data)
  const body = encodeCheckpoint({ origin: kept.origin, size: BigInt(tree.size), root: tree.root() })
  const proof = encodeProof({
    index: BigInt(kept.seq), hashes: proveInclusion(tree, kept.seq, tree.size), checkpoint: signNote(body, kept.origin, log.secret), extra: other,
  })
  await steward.page.route(`**/api/proof/${kept.seq}`, (route) => route.fulfill({ body: proof, contentType: 'text/plain' }))
  await receiptsOf(steward)
  const file = await saved(steward, () => steward.tap('save-evidence'))
  const verdict = verifyEvidence(file.text)
  if (!verdict.ok) throw new Error(verdict.fault)
  const { kind, id, at } = verdict.offence
  expect([kind, Number(at)]).toEqual(['E4', kept.seq])
  expect(file.name).toContain(`-E4-${id.slice(0, 8)}.txt`)

  const brought = join(dir, file.name)
  await steward.page.unroute(`**/api/proof/${kept.seq}`)
  writeFileSync(brought, file.text)
  await hub.command('evidence', 'import', brought)
  await steward.open('/audit')
  await steward.at('accused').getByRole('link').click()
  await steward.seeValue('frozen-what', 'data-kind', 'E4')
  expect(await saved(steward, () => steward.tap('frozen-save'))).toEqual(file)
  expect(await run(['evidence', 'verify', brought], stage.env)).toContain(id)
  expect(steward.faults).toEqual([])
})
