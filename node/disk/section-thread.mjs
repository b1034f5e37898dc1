/**
 * ◆ Reads the sections of a file and hashes them, in a thread of its own (`section-file.ts`), and hands each over
 * with nothing copied. Plain JavaScript: it is at work before a thread with types to strip would have begun.
 */
import { hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** @type {{ file: string, parts: { name: string, offset: number, length: number, hash: Uint8Array, room: number }[] }} */
const { file, parts } = workerData

const fd = openSync(file, 'r')
for (const part of parts) {
  const bytes = new Uint8Array(new ArrayBuffer(part.length + part.room), 0, part.length)
  let filled = 0
  for (let read = -1; read !== 0 && filled < part.length; filled += read) {
    read = readSync(fd, bytes, filled, part.length - filled, part.offset + filled)
  }
  const isSame = filled === part.length && Buffer.from(part.hash).equals(hash('sha256', bytes, 'buffer'))
  parentPort.postMessage({ name: part.name, bytes: isSame ? bytes : null }, [bytes.buffer])
}
closeSync(fd)
