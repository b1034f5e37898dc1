/**
 * Set up before the tests of the rules when vectors are made (`scripts/vectors.ts`): whatever a town refuses in
 * them is written down as a vector, the shortest log for each kind and reason. What the tests say about the rules
 * in this language is so said to every other.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { replay } from '#ledger/ledger.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { hearRefusals } from './towns.ts'

const to = process.env['VECTORS_TO']
if (to === undefined) throw new Error('VECTORS_TO names the directory that refusals are gathered in')
installNativeCrypto()

hearRefusals(({ entries }, entry, refusal) => {
  const because = 'because' in refusal ? `-${refusal.because}` : ''
  const file = join(to, `${refusal.code}${because}-${entry.action.kind.replaceAll('.', '-')}.json`)
  const records = [...entries.map(({ bytes }) => bytes), entry.bytes]
  const size = records.reduce((sum, bytes) => sum + bytes.length, 0)
  if (existsSync(file) && statSync(file).size <= size * 2) return
  // A test may have put value into a town by hand, which no log says.
  const replayed = replay(records)
  if (!('refusal' in replayed) || replayed.seq !== entries.length || replayed.refusal.code !== refusal.code) return
  const vector = {
    about: `${entry.action.kind}, ${refusal.code}${because === '' ? '' : ` (${because.slice(1)})`}`,
    records: records.map(toHex), refusal: { seq: entries.length, code: refusal.code },
  }
  writeFileSync(file, `${JSON.stringify(vector, null, 1)}\n`)
})
