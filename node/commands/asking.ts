/** ◆ Asking the hub that runs on a data directory, and what its "no" means to whoever sits at the command line. */
import { type Config } from '../config.ts'
import { type Control, readControl } from '../control.ts'
import { CannotDo, exitCodes } from './command.ts'

/** What the running hub answers; `read` throws at what no hub would answer. */
export async function ask<T = unknown>(config: Config, path: string, body?: unknown, read: (text: string) => T = JSON.parse): Promise<T> {
  const { control, response } = await asked(config, path, body)
  const text = await response.text().catch(() => '')
  let no: unknown
  try {
    if (response.ok) return read(text)
    no = JSON.parse(text)
  } catch {
    throw new CannotDo(`what answers at ${control.url} is no hub; is the one on ${config.data} still running?`)
  }
  throw new CannotDo(noOf(no), exitCodes['not-in-order'])
}

/** The same for an answer that is a file; asked with a POST without a body. */
export async function askBytes(config: Config, path: string): Promise<Uint8Array> {
  const { response } = await asked(config, path, {})
  if (!response.ok) throw new CannotDo(noOf(await response.json().catch(() => null)), exitCodes['not-in-order'])
  return new Uint8Array(await response.arrayBuffer())
}

async function asked(config: Config, path: string, body: unknown): Promise<{ control: Control; response: Response }> {
  const control = readControl(config.data)
  if (control === null) throw new CannotDo(`no hub runs on ${config.data}; start it with npm start`)
  try {
    const response = await fetch(`${control.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    return { control, response }
  } catch {
    throw new CannotDo(`the hub on ${config.data} does not answer at ${control.url}; is it still running?`)
  }
}

/** The hub's "no" in words, where a person at the command line can do something about it. */
export function noOf(answer: unknown): string {
  const door = (answer as { door?: { code?: unknown; hub?: unknown; because?: unknown } } | null)?.door
  const words: Record<string, string> = {
    'not-founded': 'this hub is not founded yet: open its page, or stop it and run `init`',
    'bad-card': 'that is not a hub’s card: copy the whole text that `federation card` prints there',
    'member-already': 'this hub is a member, and that card differs from its own in more than a new vote key',
    'bad-terms': 'decay is at most 150 ‰, conversion at most 1/3, and the year one that begins in more than 30 days and not earlier than agreed before: see `federation show`',
    'other-card': 'another hub answers at that address than the code is for: ask for a new code',
    'own-card': 'that is this hub’s own card: give it to the other hub, and bring the other’s here',
    'already-federated': 'this hub is in a federation already',
    'no-federation': 'this hub is in no federation yet: `federation found` begins one, `federation join` asks to be let in',
    'hub-unreachable': `${String(door?.hub)} does not answer at the addresses in its card; this hub goes on asking`,
    'no-evidence': `this file proves nothing here (${String(door?.because)}); \`evidence verify\` checks it by itself`,
    'read-only': 'the hub takes nothing at the moment; `status` says why',
    'busy': 'the hub is starting or busy: try again in a moment',
    'no-session': 'the hub does not know this command line: is it running on another data directory?',
  }
  const code = String(door?.code)
  return `the hub says no: ${Object.hasOwn(words, code) ? words[code] : JSON.stringify(answer)}`
}
