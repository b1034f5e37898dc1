import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { markRestored, openRunMarker, type RunMarker } from '#node/disk/run-marker.ts'
import { aDirectory } from '#test/support/directories.ts'
import { bytesFor } from '#test/support/towns.ts'

/** The process is killed before or after the next file but so many gets its name. */
const kill = vi.hoisted(() => ({ after: Number.POSITIVE_INFINITY, hasItsName: false }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    renameSync(...asked: Parameters<typeof fs.renameSync>) {
      const isNow = kill.after-- === 0
      if (!isNow || kill.hasItsName) fs.renameSync(...asked)
      if (isNow) throw new Error('killed')
    },
  }
})

const hubId = bytesFor('the hub')
let runs = 0
const entropy = { bytes: (length: number) => bytesFor(`run ${runs++}`).slice(0, length) }

/** A hub's directory, the place outside of it, and what it holds. */
function aHub() {
  const place = aDirectory()
  const data = join(place, 'data')
  cpSync(aDirectory(), data, { recursive: true })
  return { place, data, holds: 'founding' }
}
type Place = ReturnType<typeof aHub>

const opened = ({ place, data, holds }: Place, isNew = holds === 'founding'): RunMarker =>
  openRunMarker(data, hubId, isNew, () => holds, { XDG_STATE_HOME: join(place, 'state') }, entropy)

function killedAt(step: number, hasItsName: boolean, taking: () => void): void {
  Object.assign(kill, { after: step, hasItsName })
  expect(taking).toThrow('killed')
  kill.after = Number.POSITIVE_INFINITY
}

/** An old copy of the directory in its place. */
function putBack(hub: Place, copy: Place): Place {
  cpSync(copy.data, hub.data, { recursive: true })
  return { ...hub, holds: copy.holds }
}

function copied(hub: Place): Place {
  const data = join(aDirectory(), 'copy')
  cpSync(hub.data, data, { recursive: true })
  return { ...hub, data }
}

const kills = [0, 1, 2].flatMap((step) => [false, true].map((hasItsName) => ({ step, hasItsName })))

describe.each(kills)('killed when file $step of a start gets its name (it has it: $hasItsName)', ({ step, hasItsName }) => {
  test('a hub knows itself at the next start, also at its first, and however often it is killed so', () => {
    const hub = aHub()
    for (const holds of ['founding', 'more', 'most']) {
      hub.holds = holds
      for (let times = 0; times < 3; times++) {
        killedAt(step, hasItsName, () => opened(hub).takeUp())
        expect(opened(hub).isSame).toBe(true)
      }
      opened(hub).takeUp()
      expect(opened(hub).isSame).toBe(true)
    }
  })

  test('an older copy that is put back in that moment is known as one, with the word of the run before and with an older', () => {
    const hub = aHub()
    opened(hub).takeUp()
    hub.holds = 'some'
    const older = copied(hub)
    opened(hub).takeUp()
    hub.holds = 'more'
    const old = copied(hub)
    hub.holds = 'most'
    killedAt(step, hasItsName, () => opened(hub).takeUp())
    // Before the first step the start has not begun, and a copy with the word of the last run is no older one.
    for (const copy of step === 0 && !hasItsName ? [older] : [old, older]) {
      const back = putBack(hub, copy)
      expect(opened(back).isSame).toBe(false)
      expect(opened(back).isSame).toBe(false)
    }
  })

  test('a restored backup stays one, whatever it holds', () => {
    const hub = aHub()
    opened(hub).takeUp()
    markRestored(hub.data)
    if (step < 2 && !(step === 1 && hasItsName)) {
      killedAt(step, hasItsName, () => opened(hub).takeUp())
      expect(opened(hub, false).isSame).toBe(false)
    }
    opened(hub).takeUp()
    expect(opened(hub, false).isSame).toBe(true)
  })
})

test('a copy of the run before is known when the start was not disturbed, also one that holds as much as then', () => {
  const hub = aHub()
  opened(hub).takeUp()
  hub.holds = 'some'
  const old = copied(hub)
  opened(hub).takeUp()
  expect(opened(putBack(hub, old)).isSame).toBe(false)
})
