/**
 * ◆ Mirrors of other cities' logs on disk: one journal a hub, under `<dir>/<short origin>/`, with
 * the same frames as our own ledger's records. They can be fetched again, so what is damaged is put
 * aside and not mended.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Origin } from '#ledger/action.ts'
import { frameTypes } from '../../record/frames.ts'
import { openJournal } from '../../disk/journal.ts'
import { Places } from '../../disk/places.ts'
import type { MirrorStore } from '../../ports.ts'

/**
 * `cv.chengdu-5f3a91c0/log` → `cv.chengdu-5f3a91c0`: nothing but a–z, 0–9, hyphen, dot.
 */
const shortName = (origin: Origin): string => origin.replace(/\/log$/, '').replaceAll('/', '_')

/** The mirrors below `dir`, whose lock the caller holds. */
export function mirrorJournals(dir: string): MirrorStore {
  return {
    async open(origin, hubId, onRecord) {
      const places = new Places()
      const journal = await openJournal(join(dir, shortName(origin)), hubId, ({ payload }, at) => {
        onRecord(payload)
        places.push(at)
      })
      return {
        async append(records) {
          if (records.length === 0) return
          const frames = records.map((payload) => ({ type: frameTypes.record, payload }))
          for (const at of await journal.append(frames)) places.push(at)
        },
        read: (seq) => journal.frameAt(places.at(seq)).payload.slice(),
        close: () => journal.close(),
      }
    },
    async discard(origin) {
      const place = join(dir, shortName(origin))
      if (!existsSync(place)) return
      const aside = `${place}.damaged`
      rmSync(aside, { recursive: true, force: true })
      renameSync(place, aside)
    },
  }
}
