/**
 * The log as everybody may read it and hold this hub to it, by the paths, bytes and status codes of C2SP:
 * tlog-tiles for the checkpoint, the tree and the records, tlog-proof for single entries, tlog-policy for whom to
 * ask, and tlog-witness for other logs that want this hub's cosignature.
 *
 * Nothing beyond the newest signed checkpoint is served: a reader must be able to prove what it was shown. Tiles
 * are made when they are asked for, out of the tree in memory and the records on the disk.
 */
import { type Context, Hono } from 'hono'
import { fromUtf8 } from '#ledger/bytes.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { policyOf } from '#ledger/policy.ts'
import { encodeProof, proofFileName } from '#ledger/proof.ts'
import { encodeBundle, encodeTile, parseTilePath, type Tile, TILE_WIDTH, widthIn } from '#ledger/tile.ts'
import { services } from '#protocol/limits.ts'
import type { Checkpointer } from '../cities/logs/checkpointer.ts'
import type { Witness } from '../cities/logs/witness.ts'
import { membershipOf } from '../cities/cities.ts'
import { openToAll, shutDoor } from '../page/door.ts'
import type { Pace } from '../page/pace.ts'
import type { Writer } from '../ports.ts'

export type LogRoutePorts = { writer: Writer; checkpointer: Checkpointer; witness: Pick<Witness, 'addCheckpoint'>; pace: Pace }

/** A tile never changes, and neither does what a partial one of that width holds. */
const FOR_EVER = 'public, max-age=31536000, immutable'
const TEXT = 'text/plain; charset=utf-8'
/** A place at the witness is free again within this time. */
const RETRY_SECONDS = 10

export function logRoutes({ writer, checkpointer, witness, pace }: LogRoutePorts): Hono {
  const app = new Hono()
  for (const path of ['/checkpoint', '/tile/*', '/policy', '/api/proof/:seq']) app.use(path, openToAll)

  app.get('/checkpoint', (c) => {
    const note = checkpointer.latest()?.note
    return note === undefined ? shutDoor(c, { code: 'not-found' }) : text(c, note)
  })

  app.get('/policy', (c) => {
    const { hub } = writer.state
    return text(c, policyOf(hub.origin, hub.logKey, membershipOf(writer.state)?.document ?? null))
  })

  app.get('/tile/*', (c) => {
    const size = checkpointer.latest()?.size ?? 0
    const tile = parseTilePath(c.req.path.slice(1))
    if (tile === null || tile.width > widthIn(size, tile)) return shutDoor(c, { code: 'not-found' })
    return c.body(bytesOf(tile), 200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': FOR_EVER })
  })

  function bytesOf({ level, index, width }: Tile): Uint8Array<ArrayBuffer> {
    const bytes = level === 'entries'
      ? encodeBundle(records(index * TILE_WIDTH, width))
      : encodeTile(writer.state.tree, level, index, width)
    return bytes as Uint8Array<ArrayBuffer>
  }

  function records(from: number, count: number): Uint8Array[] {
    const found: Uint8Array[] = []
    while (found.length < count) {
      const more = writer.read(from + found.length, count - found.length)
      if (more.length === 0) throw new Error(`record ${from + found.length} is in the tree and cannot be read`)
      found.push(...more)
    }
    return found
  }

  app.get('/api/proof/:seq', (c) => {
    const asked = c.req.param('seq')
    const seq = /^(0|[1-9][0-9]{0,14})$/.test(asked) ? Number(asked) : -1
    const checkpoint = seq < 0 ? null : checkpointer.covering(seq)
    if (checkpoint === null) return shutDoor(c, { code: 'not-found' })
    const { state } = writer
    const hashes = proveInclusion(state.tree, seq, checkpoint.size)
    const [extra] = records(seq, 1)
    c.header('Content-Disposition', `inline; filename="${proofFileName(state.hub.origin, seq)}"`)
    return text(c, encodeProof({ index: BigInt(seq), hashes, checkpoint: checkpoint.note, extra: extra! }), 'no-store')
  })

  app.post('/add-checkpoint', async (c) => {
    const release = pace.hold(c, 'witness')
    if (release === null) return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    try {
      const bytes = new Uint8Array(await c.req.arrayBuffer())
      const asked = bytes.length > services.witness.requestBytesMax ? null : fromUtf8(bytes)
      if (asked === null) return c.body('not an add-checkpoint request\n', 400, { 'Content-Type': TEXT })
      const { status, body } = await witness.addCheckpoint(asked)
      if (status === 503) c.header('Retry-After', String(RETRY_SECONDS))
      const type = status === 409 ? 'text/x.tlog.size' : TEXT
      return c.body(body, status as 200, { 'Content-Type': type })
    } finally {
      release()
    }
  })

  return app
}

/** What changes with the next entry; a few seconds of a cache do no harm. */
const MOMENT = 'public, max-age=2'

function text(c: Context, body: string, cache = MOMENT): Response {
  return c.body(body, 200, { 'Content-Type': TEXT, 'Cache-Control': cache })
}
