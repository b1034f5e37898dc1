/**
 * The demo's lobby: one page on loopback from which a visitor enters the cities, as whoever they like, and moves the clock.
 *
 * Who enters as somebody opens that city's page for a new device, as with a new telephone; the person themself, who is
 * played here, lets it in by a record of their own key. Who joins as themselves is met by the steward in the same way.
 *
 * It takes orders from its own page only: any other that is open in the browser could send it a form.
 */
import { Hono } from 'hono'
import { html, raw } from 'hono/html'
import { fromHex } from '#ledger/bytes.ts'
import { readControl } from '#node/control.ts'
import { ownHost, ownOrigin } from '#node/page/door.ts'
import { listenHttp } from '#node/page/http-server.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import type { StewardDevicesView } from '#protocol/api.ts'
import type { MovableClock } from './clock.ts'
import type { Sight } from './kept.ts'
import type { Played } from './play.ts'
import { acts, calm, pageOf, type Town, WORDS } from './town.ts'

const DAY = 86_400
const leaps = { week: 7, month: 30, year: 365 } as const
type Leap = keyof typeof leaps
/** So far the cities' clock may be ahead of the machine's: it never goes back, and at `TIME_END` no city could record anything more. */
export const AHEAD_DAYS_MAX = 100 * leaps.year

/** Whether the clock may still go on by so much. */
const mayLeap = ({ ahead }: MovableClock, leap: Leap): boolean => ahead + leaps[leap] * DAY <= AHEAD_DAYS_MAX * DAY

const words = {
  en: {
    lang: 'en', title: 'Five cities', other: '中文', otherLang: 'zh-CN',
    beginning: 'Half a year is being lived in them, through their own doors and rules. This page opens when it is over: half a minute on a quiet machine.',
    lead: 'Each of these is a whole hub on this machine. Its people, and half a year of what they did, came about by the rules: every step was signed with their own keys.',
    enter: 'Enter as: ', looks: 'look around', operator: 'operator', auditor: 'auditor', health: 'health', steward: 'steward',
    how: 'On the page that opens, press the button once: it makes a key in your browser, and the person whose page it is lets it in. You can be several neighbours: the page of each has an address of its own.',
    join: 'Or join as yourself: the steward meets you within a second.',
    clock: (date: string) => `In the cities it is ${date}.`,
    clockNote: 'Value decays by the day: let some time pass and look at somebody’s page again. The clock goes forward only, and forms propose the cities’ day.',
    leap: { week: 'a week later', month: 'a month later', year: 'a year later' } satisfies Record<Leap, string>,
    farthest: 'A hundred years ahead is as far as this clock goes. Stop the demo and start it with --fresh to begin anew.',
    todo: 'Worth a look',
  },
  zh: {
    lang: 'zh-CN', title: '五个城市', other: 'English', otherLang: 'en',
    beginning: '五个城市正在按自己的规则过完这半年。过完了，这一页就会打开：空闲的电脑上大约半分钟。',
    lead: '每一个都是这台机器上完整的社区节点。里面的人和他们半年来做的事，都是按规则发生的：每一步都由他们自己的钥匙签名。',
    enter: '以谁的身份进入：', looks: '先看看', operator: '运维', auditor: '审计', health: '健康', steward: '会长',
    how: '在打开的页面上按一下按钮：浏览器里会生成一把钥匙，那个人会让它进来。每个人的页面都有自己的网址，可以先后以几个人的身份进入。',
    join: '也可以用自己的名字加入：会长马上就来核实。',
    clock: (date: string) => `城市里现在是 ${date}。`,
    clockNote: '贡献值每天都在衰减：过一段时间，再看看某个人的页面。时钟只能往前走；表单填的是城市里的日期。',
    leap: { week: '过一个星期', month: '过一个月', year: '过一年' } satisfies Record<Leap, string>,
    farthest: '时钟最多拨到一百年以后。想重新来过，请停下演示，再用 --fresh 启动。',
    todo: '值得一看',
  },
} as const

export type Lobby = {
  url: string
  /** Opens the cities to whoever comes; before, the page tells how far they are. */
  open(played: Played): void
  close(): Promise<void>
}

/**
 * Listens on loopback. `told`: what has happened so far, line by line; `onLeap` is called when time was moved.
 * @throws ListenError when the port is taken.
 */
export async function openLobby(port: number, told: readonly string[], onLeap: () => void = () => {}): Promise<Lobby> {
  let played: Played | null = null
  const app = new Hono()
  app.use(ownHost([]), ownOrigin)
  app.get('/', (c) => {
    const asked = c.req.query('lang')
    const isChinese = asked === undefined ? /^zh/i.test(c.req.header('accept-language') ?? '') : asked === 'zh'
    const language = isChinese ? 'zh' : 'en'
    return c.html(played === null ? beginning(language, told) : entrance(language, played))
  })
  app.post('/operator/:name', async (c) => {
    const town = played?.towns.find(({ script }) => script.name === c.req.param('name'))
    const control = town === undefined ? null : readControl(town.data)
    if (town === undefined || control === null) return c.notFound()
    const answer = await fetch(`${town.url}/api/operator/invitation`, { method: 'POST', headers: { authorization: `Bearer ${control.token}` } })
    return c.redirect(`${town.url}${((await answer.json()) as { path: string }).path}`, 303)
  })
  app.post('/later/:leap', async (c) => {
    const leap = c.req.param('leap')
    if (played === null || !Object.hasOwn(leaps, leap)) return c.notFound()
    if (mayLeap(played.clock, leap as Leap)) {
      await calm(played.honest)
      played.clock.pass(leaps[leap as Leap] * DAY)
      onLeap()
    }
    return c.redirect(`/?lang=${c.req.query('lang') === 'zh' ? 'zh' : 'en'}`, 303)
  })
  const server = await listenHttp({ host: '127.0.0.1', port }, (request) => app.fetch(request))
  return { url: server.url, open: (all) => void (played = all), close: () => server.close() }
}

type Language = keyof typeof words

/** Where a visitor's browser asks to be let in as this one of a city's people. */
const wayIn = (town: Town, nth: number): string => `${pageOf(town, nth)}/device?for=${town.people[nth]!.acct}`

const around = (language: Language, head: unknown, body: unknown) => html`<!doctype html>
<html lang="${words[language].lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words[language].title}</title>
<link rel="icon" href="data:,">${head}<style>${raw(sheet)}</style></head><body><main>
<p class="end"><a lang="${words[language].otherLang}" href="/?lang=${language === 'zh' ? 'en' : 'zh'}">${words[language].other}</a></p>
<h1>${words[language].title}</h1>${body}
</main></body></html>`

function beginning(language: Language, told: readonly string[]) {
  const w = words[language]
  return around(language, html`<meta http-equiv="refresh" content="2">`, html`<p>${w.beginning}</p>
<ol class="soft" lang="en">${told.map((line) => html`<li>${line}</li>`)}</ol>`)
}

function entrance(language: Language, { towns, clock, sights }: Played) {
  const w = words[language]
  const at = ({ place, page }: Sight): string => {
    const town = towns.find(({ script }) => script.name === place)!
    return page === 'steward' ? wayIn(town, 0) : `${town.url}${page}`
  }
  const possible = Object.entries(w.leap).filter(([leap]) => mayLeap(clock, leap as Leap))
  return around(language, '', html`<p>${w.lead}</p>
<p>${w.clock(new Date(clock.now() * 1000).toISOString().slice(0, 10))} <span class="soft">${w.clockNote}</span></p>
<div class="row">${possible.map(([leap, said]) => html`<form method="post" action="/later/${leap}?lang=${language}"><button>${said}</button></form>`)}</div>
${possible.length < Object.keys(leaps).length ? html`<p>${w.farthest}</p>` : ''}
<h2>${w.todo}</h2><ul>${sights.map((sight) => html`<li><a href="${at(sight)}">${sight[language]}</a></li>`)}</ul>
<p class="soft">${w.how} ${w.join}</p>
${towns.map((town) => cityOf(language, town))}`)
}

function cityOf(language: Language, town: Town) {
  const w = words[language]
  const { script, url, people, steward } = town
  const name = language === 'zh' && script.inChinese !== script.city ? `${script.inChinese} ${script.city}` : script.city
  const role = (one: MemberClient): string => (one !== steward ? '' : language === 'zh' ? `（${w.steward}）` : ` (${w.steward})`)
  return html`<section><h2>${name} <a class="soft" href="${url}/">${url}</a></h2>
<p>${w.enter}${people.map((one, nth) => html`<a href="${wayIn(town, nth)}">${one.name}${role(one)}</a> `)}</p>
<div><a href="${url}/board">${w.looks}</a> · <form method="post" action="/operator/${script.name}"><button>${w.operator}</button></form> · <a href="${url}/health?lang=${language}">${w.health}</a> · <a href="${url}/audit">${w.auditor}</a></div></section>`
}

const sheet = `
body { margin: 0; background: #f7f2e9; color: #2a2520; font: 106%/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
section { background: #fffdf8; border: 1px solid #ddd3c2; border-radius: 14px; padding: .2rem 1.1rem .6rem; margin: 1rem 0; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.15rem; } a { color: #1f5f50; display: inline-block; padding: .35rem .5rem .35rem 0; } .soft { color: #665c50; font-weight: 400; } .end { text-align: end; margin: 0; }
li a { display: inline; padding: 0; } li { padding: .2rem 0; } .row { display: flex; gap: .6rem; flex-wrap: wrap; } button { font: inherit; min-height: 48px; padding: 0 1.2rem; border: 0; border-radius: 999px; background: #1f5f50; color: #fff; cursor: pointer; }
section form { display: inline; } section button { min-height: 0; padding: .35rem .5rem .35rem 0; border-radius: 0; background: none; color: #1f5f50; text-decoration: underline; }`

/** What the demo's people do when somebody is at the door: let their own new device in, meet a newcomer. Once around. */
export async function answerDoors(towns: Town[]): Promise<void> {
  for (const { steward, people } of towns) {
    const { status, body } = await steward.get<StewardDevicesView>('/api/steward/devices')
    if (status !== 200) {
      await steward.login().catch(() => {})
      continue
    }
    for (const { acct, device, proof } of body.waiting) {
      const whose = people.find((one) => one.acct === acct)
      if (whose !== undefined) await acts(whose, 'device.added', { device: fromHex(device)!, proof: fromHex(proof)! }).catch(() => {})
    }
    for (const { acct } of (await steward.steward()).toAttest) {
      await acts(steward, 'member.attested', { member: acct, identity: WORDS }, 'met in the demo').catch(() => {})
    }
  }
}
