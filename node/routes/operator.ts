/**
 * What only the command line on this machine may ask of the running hub: a backup, told line by line while it is
 * made, because a request of minutes that says nothing looks like one that hangs.
 */
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { BackupProgress, Manifest } from '../copies/backup.ts'
import { bodyAs, sameText, shutDoor } from '../page/door.ts'
import { backupForm } from '../page/requests.ts'

/** One line of the answer, as JSON: how far it is, then the manifest, or why there is none. */
export type BackupLine = { progress: BackupProgress } | { done: Manifest } | { failed: string }

export type OperatorRoutePorts = {
  controlToken: string
  /** Makes the backup. Rejects with an error whose message tells the operator what to do. */
  backup(to: string, withKeys: boolean, onProgress: (progress: BackupProgress) => void): Promise<Manifest>
}

export function operatorRoutes({ controlToken, backup }: OperatorRoutePorts): Hono {
  const app = new Hono()
  app.post('/backup', async (c) => {
    if (!sameText(c.req.header('authorization') ?? '', `Bearer ${controlToken}`)) return shutDoor(c, { code: 'no-session' })
    const form = await bodyAs(c, backupForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    c.header('Content-Type', 'application/x-ndjson')
    return stream(c, async (out) => {
      const say = async (line: BackupLine): Promise<void> => void (await out.write(`${JSON.stringify(line)}\n`))
      try {
        const done = await backup(form.to, form.withKeys, (progress) => void say({ progress }))
        await say({ done })
      } catch (error) {
        await say({ failed: (error as Error).message })
      }
    })
  })
  return app
}
