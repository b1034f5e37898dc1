/**
 * The server's own pages: how the hub runs, for anybody; and everything an operator looks at. Made here as HTML, without
 * a script, so that they work in any browser and also when the app's page does not. Every value is escaped by `html`.
 */
import { html } from 'hono/html'
import { utcText } from '#ledger/calendar.ts'
import { grouped } from '../progress.ts'
import type { HealthCheck, HealthState } from './health.ts'
import type { Point } from './history.ts'
import { operatorWords } from './languages.ts'
import { plot } from './plot.ts'
import type { HealthView, OperatorView } from './view.ts'
import { type OperatorWords, said } from './words.ts'

export type Html = ReturnType<typeof html>

const TABLE_ROWS = 24
const WEEK_POINTS = 336

/** A time as everybody can read it: the server does not know where the reader is. */
const when = (ts: number): string => `${utcText(ts).slice(0, 16).replace('T', ' ')} UTC`
const clockOf = (ts: number): string => utcText(ts).slice(11, 16)
const dayOf = (ts: number): string => utcText(ts).slice(5, 10)

/** A mark beside the word, so that nothing is said by colour alone. */
const marks: Record<HealthState, string> = { error: '✕', waiting: '…', loading: '↻', starting: '↻', success: '✓' }

type Frame = { words: OperatorWords; title: string; path: string; refresh?: number; sheet: string | null; body: Html }

function framed({ words, title, path, refresh, sheet, body }: Frame): Html {
  const others = Object.values(operatorWords).filter((one) => one !== words)
  return html`<!doctype html>
<html lang="${words.language === 'zh' ? 'zh-CN' : words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
${sheet === null ? '' : html`<link rel="stylesheet" href="${sheet}">`}
<link rel="stylesheet" href="/operator.css">
</head>
<body class="operator">
<header><a href="/">${words.home}</a><span>${others.map(({ language, own }) => html`<a href="${path}?lang=${language}" lang="${language}">${own}</a> `)}</span></header>
<main>${body}</main>
</body>
</html>`
}

/** For anybody: the word for all of it, and each check with what to do. */
export function healthPage({ city, health, words, sheet }: { city: string; health: HealthView; words: OperatorWords; sheet: string | null }): Html {
  const title = words.title(city)
  return framed({ words, title, path: '/health', sheet, body: html`
<h1>${title}</h1>
${verdictIn(words, health)}
${checksIn(words, health.checks)}
<p class="soft">${words.forOperators}</p>` })
}

/** While there is no hub behind the listener. */
export function startingPage(words: OperatorWords): Html {
  return framed({ words, title: words.states.starting, path: '/health', refresh: 2, sheet: null, body: html`
<p class="verdict starting"><span aria-hidden="true">${marks.starting}</span> ${words.verdicts.starting}</p>
<p>${words.starting}</p>` })
}

/** An invitation that opens nothing. */
export function closedPage(words: OperatorWords, sheet: string | null): Html {
  return framed({ words, title: words.closed, path: '/health', sheet, body: html`<h1>${words.closed}</h1>` })
}

export type OperatorPageOptions = { view: OperatorView; words: OperatorWords; sheet: string | null; /** Whether a cookie of this page can be given back. */ mayLeave: boolean }

export function operatorPage({ view, words, sheet, mayLeave }: OperatorPageOptions): Html {
  const title = words.operatorTitle(view.hub.city)
  const { sections } = words
  const section = (name: keyof typeof sections, body: Html): Html => html`<section id="${name}" aria-labelledby="h-${name}"><h2 id="h-${name}">${sections[name]}</h2>${body}</section>`
  return framed({ words, title, path: '/operator', sheet, body: html`
<h1>${title}</h1>
${verdictIn(words, view)}
${checksIn(words, view.checks)}
${section('peers', peersIn(words, view))}
${section('checkpoint', checkpointIn(words, view))}
${section('plots', plotsIn(words, view))}
${section('copies', copiesIn(words, view))}
${section('update', html`<p>${words.update.running}: tongyi ${view.version.program}, Node ${view.version.node}, ${view.version.machine}, tongyi-data ${view.version.dataFormat}</p><p>${words.update.how}</p>`)}
${section('settings', settingsIn(words, view))}
${section('support', html`<p>${words.support.what}</p><form method="post" action="/operator/support"><button>${words.support.get}</button></form>`)}
${section('danger', dangerIn(words))}
${mayLeave ? html`<form method="post" action="/operator/leave"><button class="quiet">${words.leave}</button></form>` : ''}` })
}

const verdictIn = (words: OperatorWords, { state, now }: HealthView): Html => html`
<p class="verdict ${state}" data-state="${state}"><span aria-hidden="true">${marks[state]}</span> ${words.verdicts[state]}</p>
<p class="soft">${words.checkedAt(when(now))}</p>`

const checksIn = (words: OperatorWords, checks: HealthCheck[]): Html => html`
<ul class="checks">${checks.map((check) => {
  const { says, fix } = said(words, check)
  return html`<li class="${check.state}" data-check="${check.name}" data-state="${check.state}">
<strong>${words.names[check.name]}</strong> <span class="word"><span aria-hidden="true">${marks[check.state]}</span> ${words.states[check.state]}</span>
<p>${says}${check.state === 'success' ? '' : html` <span class="soft">${words.since(when(check.since))}</span>`}</p>
${fix === null ? '' : html`<p class="fix"><b>${words.fix}</b> ${fix}</p>`}
</li>`
})}</ul>`

function peersIn(words: OperatorWords, { peers }: OperatorView): Html {
  const { peers: say } = words
  if (peers.length === 0) return html`<p>${say.none}</p>`
  return table([say.city, say.connected, say.lastSeen, say.entries, say.behind], peers.map((peer) => [
    peer.city, peer.halted !== null ? say.halted : peer.connected ? say.here : say.away, peer.lastSeen === null ? '–' : when(peer.lastSeen),
    grouped(peer.entries), grouped(peer.behind),
  ]))
}

function checkpointIn(words: OperatorWords, { checkpoint }: OperatorView): Html {
  const say = words.checkpoint
  if (checkpoint === null) return html`<p>–</p>`
  const { size, root, vouches, silent } = checkpoint
  const cities = [...vouches.map((city) => `${city}: ${say.vouches}`), ...silent.map((city) => `${city}: ${say.silent}`)]
  return html`<dl><dt>${say.entries}</dt><dd>${grouped(size)}</dd><dt>${say.root}</dt><dd><code>${root}</code></dd>
<dt>${say.cosigners}</dt><dd>${cities.length === 0 ? say.own : html`<ul>${cities.map((city) => html`<li>${city}</li>`)}</ul>`}</dd></dl>`
}

function plotsIn(words: OperatorWords, { growth, readings, now, peers }: OperatorView): Html {
  const { plots: say } = words
  const recent = readings.filter(({ ts }) => ts > now - 86_400)
  const week = thinned(readings)
  const board = (rows: readonly (typeof readings)[number][]): Point[] => rows.map(({ ts, board }) => ({ ts, value: board }))
  const behind = (rows: readonly (typeof readings)[number][]): Point[] => rows.map(({ ts, behind }) => ({ ts, value: behind }))
  const figure = (label: string, points: readonly Point[], time: (ts: number) => string): Html => {
    const drawn = plot(label, points, time)
    return html`<figure><figcaption>${label}</figcaption>${drawn ?? html`<p class="soft">${say.empty}</p>`}${drawn === null ? '' : numbers(words, label, points, time)}</figure>`
  }
  const sync = peers.length === 0 ? '' : html`${figure(`${say.behind} · ${say.day}`, behind(recent), clockOf)}${figure(`${say.behind} · ${say.week}`, behind(week), dayOf)}`
  return html`${figure(say.entries, growth, dayOf)}
${figure(`${say.board} · ${say.day}`, board(recent), clockOf)}${figure(`${say.board} · ${say.week}`, board(week), dayOf)}${sync}`
}

/** As many as can be told apart on a page, evenly over time. */
function thinned<T>(rows: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(rows.length / WEEK_POINTS))
  return rows.filter((_, i) => i % step === 0 || i === rows.length - 1)
}

const numbers = (words: OperatorWords, label: string, points: readonly Point[], time: (ts: number) => string): Html => html`
<details><summary>${words.plots.table}</summary>${table([words.plots.time, label], points.slice(-TABLE_ROWS).map(({ ts, value }) => [time(ts), grouped(value)]))}</details>`

function copiesIn(words: OperatorWords, { copies: { backup, rehearsal }, rehearsing }: OperatorView): Html {
  const { copies: say } = words
  if (backup === null) return html`<p>${say.never}</p><p>${say.how}</p>`
  const tested = rehearsal === null ? '' : html`<p>${(rehearsal.ok ? say.rehearsed : say.rehearsalFailed)(when(rehearsal.ts))}${rehearsal.said === null ? '' : html`: ${rehearsal.said}`}</p>`
  return html`<dl><dt>${say.last}</dt><dd>${when(backup.made)}, ${grouped(backup.entries)} ${say.entries}, ${backup.withKeys ? say.withKeys : say.withoutKeys}</dd>
<dt>${say.where}</dt><dd><code>${backup.to}</code></dd></dl>${tested}
${rehearsing ? html`<p data-rehearsing>${say.rehearsing}</p>` : html`<form method="post" action="/operator/rehearsal"><button>${say.rehearse}</button></form>`}
<p>${say.how}</p>`
}

function settingsIn(words: OperatorWords, { settings }: OperatorView): Html {
  const { settings: say } = words
  const shown = (value: string | string[]): string => (Array.isArray(value) ? value.join(', ') || '–' : value)
  return html`${table([say.name, say.value, say.origin], settings.map(({ name, value, origin }) => [name, shown(value), origin]))}<p>${say.how}</p>`
}

const dangerIn = ({ danger }: OperatorWords): Html => html`<p>${danger.intro}</p>
<dl class="danger">${danger.rows.map(({ what, means, how }) => html`<dt>${what}</dt><dd>${means}<br><code>${how}</code></dd>`)}</dl>`

const table = (heads: string[], rows: string[][]): Html => html`<div class="scroll" tabindex="0" role="group" aria-label="${heads.join(', ')}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`
