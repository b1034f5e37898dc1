import { describe, expect, test } from 'vitest'
import { progressBar } from '#node/progress-log.ts'
import { grouped, progressOn } from '#node/progress.ts'
import { aListeningLog, aSteeredClock } from '#test/support/town-writer.ts'
import { NOON } from '#test/support/towns.ts'

test('progress shows share, rate and time left: over one line on a terminal, now and then elsewhere', () => {
  let now = 0
  const clock = () => now
  const written: string[] = []
  const terminal = progressOn({ isTTY: true, write: (text) => written.push(text) }, 'x.cv', 1000, clock)
  now = 50
  terminal.advance(100, 100)
  expect(written).toEqual([]) // what is quick needs no bar
  now = 2000
  terminal.advance(250, 50_000)
  terminal.end()
  expect(written[0]).toBe(`\r\u001b[Kx.cv  ${'█'.repeat(6)}${'░'.repeat(18)} 25 %  50,000 entries  25,000 entries/s  6 s left`)
  expect(written[1]).toBe('\r\u001b[K')

  now = 0
  written.length = 0
  const file = progressOn({ write: (text) => written.push(text) }, 'x.cv', null, clock)
  for (now = 0; now < 11_000; now += 500) file.advance(now * 1000, now)
  file.end()
  expect(written).toEqual(['x.cv  5.0 MB  5,000 entries  1,000 entries/s\n', 'x.cv  10.0 MB  10,000 entries  1,000 entries/s\n'])
  expect([0, 999, 1000, 12_345_678].map(grouped)).toEqual(['0', '999', '1,000', '12,345,678'])
})

describe('what everybody waits for', () => {
  const LABEL = 'reading the ledger'

  test('is a bar with rate and time left where a person is watching, and taken away at the end', () => {
    const written: string[] = []
    const log = { ...aListeningLog(), terminal: { isTTY: true, write: (text: string) => written.push(text) } }
    let now = 0
    const { tell, end } = progressBar(log, aSteeredClock(NOON), LABEL, () => now)
    tell(1, 1000, 1)
    now = 2_000
    tell(500, 1000, 40_000)
    end()
    expect(written).toEqual([
      `\r\u001b[Kreading the ledger  ${'█'.repeat(12)}${'░'.repeat(12)} 50 %  40,000 entries  20,000 entries/s  2 s left`, '\r\u001b[K',
    ])
    expect(log.heard).toEqual([])
  })

  test('is a message every five seconds where nobody is', async () => {
    const log = aListeningLog()
    const clock = aSteeredClock(NOON)
    const { tell, end } = progressBar(log, clock, LABEL)
    for (let second = 1; second <= 12; second++) {
      await clock.pass(1)
      tell(second * 50, 1000, second * 1_000)
    }
    end()
    expect(log.heard.map(({ message, fields }) => [message, fields])).toEqual([
      [LABEL, { percent: 25, entries: 5_000, entriesPerSecond: 1_000, secondsLeft: 15 }],
      [LABEL, { percent: 50, entries: 10_000, entriesPerSecond: 1_000, secondsLeft: 10 }],
    ])
  })
})
