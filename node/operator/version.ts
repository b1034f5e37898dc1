/** ◆ Which version of this program runs, on which Node. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATA_FORMAT } from '../disk/data-format.ts'

export type Version = { program: string; node: string; machine: string; dataFormat: number }

export const version: Version = {
  program: (JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }).version,
  node: process.versions.node,
  machine: `${process.platform}-${process.arch}`,
  dataFormat: DATA_FORMAT,
}
