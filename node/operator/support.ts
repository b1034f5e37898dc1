/**
 * ◆ The support bundle: what a developer needs to see of a hub that misbehaves, as one zip, and nothing of the people
 * who use it. It is made of counts, codes, settings and log lines; whatever in them is long enough to be a key, a
 * signature or somebody's words in another spelling is cut short, and the operator's home directory is called `~`.
 */
import { homedir } from 'node:os'
import { strToU8, zipSync } from 'fflate'
import type { LogLine } from './recent-log.ts'
import type { OperatorView } from './view.ts'

export type SupportSources = { view: OperatorView; metrics: string; log: readonly LogLine[] }

const readme = `What is in here
  health.json     every check with its word, its code and its numbers
  settings.json   the configuration in effect, and where each value was said
  hub.json        versions, sizes, peers, checkpoint
  metrics.txt     what /metrics says
  log.jsonl       the last lines of the log

There is no key, no member's name, no contact, and no text of a listing or a message in it. Long hexadecimal and base64
text is cut to its first eight characters. Read it before you hand it on: it is yours.
`

/** The zip's bytes. */
export function supportBundle({ view, metrics, log }: SupportSources): Uint8Array<ArrayBuffer> {
  const { checks, settings, ...hub } = view
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  const files = {
    'README.txt': readme,
    'health.json': json(checks),
    'settings.json': json(settings),
    'hub.json': json(hub),
    'metrics.txt': metrics,
    'log.jsonl': log.map((line) => `${JSON.stringify(line)}\n`).join(''),
  }
  const cut = Object.entries(files).map(([name, text]) => [name, strToU8(withoutSecrets(text))] as const)
  return zipSync(Object.fromEntries(cut)) as Uint8Array<ArrayBuffer>
}

/** Nothing of forty characters or more that could be a key, a hash or bytes; no home directory. */
export function withoutSecrets(text: string): string {
  const home = homedir()
  const nobodysHome = home.length > 1 ? text.replaceAll(home, '~') : text
  return nobodysHome.replace(/[0-9A-Za-z+_=-]{40,}/g, (long) => `${long.slice(0, 8)}…`)
}
