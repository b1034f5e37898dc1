/**
 * Appends numbered frames to a journal, three at a time, and reports each group on standard output
 * once it is acknowledged: the program that crash tests kill. Segments are small, so that new ones
 * begin on the way.
 */
import { writeSync } from 'node:fs'
import { openJournal } from '#node/disk/journal.ts'

export const identity = new Uint8Array(32).fill(7)

/** What stands in frame `number`. */
export function writtenText(number: number): string {
  return `frame ${number} ${'x'.repeat(number % 50)}`
}

async function write(dir: string, groups: number): Promise<void> {
  const journal = await openJournal(dir, identity, () => {}, { segmentBytesMax: 600 })
  for (let group = 0; group < groups; group += 1) {
    const next = journal.frames
    // Each frame by a caller of its own, as the hub's are.
    await Promise.all([next, next + 1, next + 2].map((number) => journal.append([
      { type: 'A'.charCodeAt(0), payload: Buffer.from(writtenText(number)) },
    ])))
    // Not console.log: an acknowledgement still in a buffer when the kill comes was heard by
    // nobody.
    writeSync(1, `acknowledged ${journal.frames}\n`)
  }
  await journal.close()
  writeSync(1, 'closed\n')
}

if (import.meta.main) {
  const [dir, groups] = process.argv.slice(2)
  if (dir === undefined || groups === undefined) throw new Error('journal-writer <dir> <groups>')
  await write(dir, Number(groups))
}
