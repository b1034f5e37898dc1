import { expect, test } from 'vitest'
import { type Frame, type Journal, JournalError, openJournal } from '#node/disk/journal.ts'
import { patientJournal } from '#node/disk/patient-journal.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aListeningLog, aSteeredClock, rest } from '#test/support/town-writer.ts'

const identity = new Uint8Array(32).fill(5)
const frame = (text: string): Frame => ({ type: 0x56, payload: new TextEncoder().encode(text) })

/** A journal on a disk that can be full; `open` refuses too while it is. */
async function aPatientJournal() {
  const dir = aDirectory()
  const disk = { full: false }
  const full = (): never => {
    throw new JournalError('disk-full', 'no room')
  }
  const open = async (): Promise<Journal> => {
    if (disk.full) full()
    const journal = await openJournal(dir, identity, () => {})
    let poisoned = false
    return {
      ...journal,
      async append(frames) {
        poisoned ||= disk.full
        return poisoned ? full() : await journal.append(frames)
      },
    }
  }
  const clock = aSteeredClock(0)
  const patient = patientJournal(await open(), { open, clock, log: aListeningLog() })
  const kept = async (): Promise<string[]> => {
    const found: string[] = []
    await (await openJournal(dir, identity, ({ payload }) => void found.push(new TextDecoder().decode(payload)))).close()
    return found
  }
  return { disk, clock, patient, kept }
}

test('what a full disk refused is written when it has room again, without being asked again', async () => {
  const { disk, clock, patient, kept } = await aPatientJournal()
  await patient.append([frame('before')])
  disk.full = true
  const [one, two] = [patient.append([frame('one')]), patient.append([frame('two')])]
  await clock.pass(5)
  expect(await Promise.race([one, two, rest().then(() => 'waits')])).toBe('waits')
  disk.full = false
  await clock.pass(2)
  await Promise.all([one, two])
  await patient.append([frame('after')])
  await patient.close()
  expect(await kept()).toEqual(['before', 'one', 'two', 'after'])
})

test('closing does not wait for a disk that stays full, and what waited is told that it was not written', async () => {
  const { disk, clock, patient, kept } = await aPatientJournal()
  disk.full = true
  const never = patient.append([frame('never')])
  const told = expect(never).rejects.toMatchObject({ code: 'closed' })
  await clock.pass(3)
  await patient.close()
  await told
  expect(await kept()).toEqual([])
})
