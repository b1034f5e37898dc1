/**
 * ◆ `hub.toml`: what is in it, and in which line each key stands, so that a fault can be pointed at. What the keys
 * mean is `config.ts`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'

/** A place that cannot be used: where it is, what is wrong, and what would do. */
export type ConfigFault = { where: string; what: string; remedy: string }

export type ConfigFile = {
  values: ReadonlyMap<string, unknown>
  /** `PATH:LINE` of a key, for people and for editors that follow it. */
  placeOf(key: string): string
}

/** The file's keys; none where there is no file. A fault when it cannot be read at all. */
export function readConfigFile(path: string): ConfigFile | { fault: ConfigFault } {
  if (!existsSync(path)) return { values: new Map(), placeOf: () => path }
  const remedy = 'Mend it, or move it away to start with defaults.'
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return { fault: { where: path, what: `cannot be read: ${(error as Error).message}`, remedy } }
  }
  try {
    const values = new Map(Object.entries(parse(text)))
    return { values, placeOf: (key) => `${path}:${lineOf(text, key)}` }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The library's words end in a drawing of the place, which the line number says as well.
    const what = `cannot be read as TOML: ${error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')}`
    return { fault: { where: `${path}:${error.line}`, what, remedy } }
  }
}

/** The line in which a key of the top level is first written, plain, quoted, or as the name of a table. */
function lineOf(text: string, key: string): number {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const written = new RegExp(`^\\s*\\[{0,2}\\s*["']?${name}["']?\\s*[=.\\]]`)
  const at = text.split('\n').findIndex((line) => written.test(line))
  return at < 0 ? 1 : at + 1
}
