/**
 * ◆ One file of named sections, written whole or not at all, each with its SHA-256, and all of it by whoever has the
 * key.
 *
 *     section | section | …
 *     footer          names, places, lengths and hashes of the sections
 *     footer length u32 | HMAC-SHA256 of the footer under the key | 'TYSECT2\n'            integers big-endian
 *
 * It is written beside the old one, synced, and renamed: a crash leaves the one or the other. A large one is read and
 * hashed in a thread of its own, so that whoever starts can do something else meanwhile.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { equalBytes, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { bytesOf, decodeAs, encodeAs, fields, type Infer, listOf, textUpTo, uint } from '#ledger/schema.ts'
import { makeDirectory, syncDirectory } from './durable.ts'

const MAGIC = utf8('TYSECT2\n')
const TAIL_BYTES = 4 + 32 + MAGIC.length
const FOOTER_BYTES_MAX = 16 * 1024 * 1024

const footerSchema = listOf(fields({ name: textUpTo(64), offset: uint, length: uint, hash: bytesOf(32) }), 2 ** 20)
type Footer = Infer<typeof footerSchema>

export type Section = { name: string; chunks: Iterable<Uint8Array> }

/**
 * Writes the sections to `file`, in whose directory the caller is alone, under a key of 32 bytes. The chunks are asked
 * for one at a time while the disk works. Throws the system's own error; then `file` is what it was before.
 */
export async function writeSections(file: string, key: Uint8Array, sections: Iterable<Section>): Promise<void> {
  makeDirectory(dirname(file))
  const unfinished = `${file}.new`
  try {
    const handle = await open(unfinished, 'w', 0o600)
    try {
      await write(handle, key, sections)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
    syncDirectory(dirname(file))
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

async function write(handle: FileHandle, key: Uint8Array, sections: Iterable<Section>): Promise<void> {
  const footer: Footer = []
  let at = 0
  for (const { name, chunks } of sections) {
    const offset = at
    const hash = createHash('sha256')
    for (const chunk of chunks) {
      hash.update(chunk)
      await handle.writeFile(chunk)
      at += chunk.length
    }
    footer.push({ name, offset, length: at - offset, hash: new Uint8Array(hash.digest()) })
  }
  const bytes = encodeAs(footerSchema, footer)
  const tail = new Uint8Array(TAIL_BYTES)
  new DataView(tail.buffer).setUint32(0, bytes.length)
  tail.set(macOf(key, bytes), 4)
  tail.set(MAGIC, 36)
  await handle.writeFile(bytes)
  await handle.writeFile(tail)
}

export type Sections = {
  readonly footer: Footer
  /**
   * The bytes of a section, or null when there is none of this name or they are not what was written. They stand in a
   * buffer of their own, which has some room behind them when it is asked for.
   */
  read(name: string, room?: 'to grow'): Uint8Array<ArrayBuffer> | null
  /** How long a section is; -1 when there is none of this name. */
  lengthOf(name: string): number
  /** A part of a section as it lies there, hashed by nobody: for who knows what it must be. Null where it does not reach. */
  part(name: string, from: number, length: number): Uint8Array | null
  close(): void
}

/** Why a file of sections is not read: it is not there; it is not whole; it was not written under this key. */
export type Unread = 'missing' | 'torn' | 'foreign'

/** The sections of a file that was written under this key. */
export function openSections(file: string, key: Uint8Array): Sections | Unread {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch {
    return 'missing'
  }
  const footer = footerOf(fd, key)
  if (typeof footer === 'string') {
    closeSync(fd)
    return footer
  }
  const places = new Map(footer.map((one) => [one.name, one]))
  return {
    footer,
    read(name, room) {
      const place = places.get(name)
      if (place === undefined) return null
      const bytes = readAt(fd, place.offset, place.length, room === undefined ? 0 : roomFor(place.length))
      return bytes !== null && equalBytes(sha256(bytes), place.hash) ? bytes : null
    },
    lengthOf: (name) => places.get(name)?.length ?? -1,
    part(name, from, length) {
      const place = places.get(name)
      return place === undefined || from + length > place.length ? null : readAt(fd, place.offset + from, length)
    },
    close: () => closeSync(fd),
  }
}

/** From here on another thread is worth its start. */
const LARGE_BYTES = 2 ** 20

/** The same, all of them read before it resolves; each can be had once. The caller's thread is free until then. */
export async function readSections(file: string, key: Uint8Array): Promise<Sections | Unread> {
  const sections = openSections(file, key)
  if (typeof sections === 'string' || sections.footer.reduce((sum, { length }) => sum + length, 0) < LARGE_BYTES) return sections
  const parts = sections.footer.map((part) => ({ ...part, room: roomFor(part.length) }))
  const thread = new Worker(new URL('./section-thread.mjs', import.meta.url), { workerData: { file, parts } })
  const read = new Map<string, Uint8Array<ArrayBuffer> | null>()
  await new Promise<void>((resolve) => {
    thread.on('message', ({ name, bytes }: { name: string; bytes: Uint8Array<ArrayBuffer> | null }) => void read.set(name, bytes))
    // What it has not handed over is read here.
    thread.on('error', () => resolve())
    thread.on('exit', () => resolve())
  })
  return {
    ...sections,
    read(name, room) {
      const bytes = read.get(name)
      read.delete(name)
      return bytes === undefined ? sections.read(name, room) : bytes
    },
    close() {
      // What nobody wanted is held by nobody.
      read.clear()
      sections.close()
    },
  }
}

function footerOf(fd: number, key: Uint8Array): Footer | Unread {
  const { size } = fstatSync(fd)
  const tail = readAt(fd, size - TAIL_BYTES, TAIL_BYTES)
  if (tail === null || !equalBytes(tail.subarray(36), MAGIC)) return 'torn'
  const length = new DataView(tail.buffer).getUint32(0)
  const bytes = length > FOOTER_BYTES_MAX ? null : readAt(fd, size - TAIL_BYTES - length, length)
  if (bytes === null) return 'torn'
  if (!timingSafeEqual(tail.subarray(4, 36), macOf(key, bytes))) return 'foreign'
  return decodeAs(footerSchema, bytes) ?? 'torn'
}

const macOf = (key: Uint8Array, footer: Uint8Array): Uint8Array => createHmac('sha256', key).update(footer).digest()

/** A sixteenth and some: memory that nobody touches costs nothing. A multiple of eight, as are lengths of whole numbers. */
const roomFor = (length: number): number => 65_536 + 8 * Math.ceil(length / 128)

/** Null where the file does not reach, or cannot be read. */
function readAt(fd: number, offset: number, length: number, room = 0): Uint8Array<ArrayBuffer> | null {
  if (offset < 0 || offset + length > fstatSync(fd).size) return null
  const bytes = new Uint8Array(length + room).subarray(0, length)
  try {
    for (let filled = 0; filled < length;) {
      const read = readSync(fd, bytes, filled, length - filled, offset + filled)
      if (read === 0) return null
      filled += read
    }
  } catch {
    return null
  }
  return bytes
}
