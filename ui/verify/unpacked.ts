/**
 * What somebody brings to `verify.html`: files, and in place of a zip, such as "save all proofs" makes, the files in it.
 * Whoever brings such a zip as it is has brought the proofs and the policy they are judged by.
 */
import { unzipSync } from 'fflate'

/** A file that is to be checked. */
export type Brought = { name: string; file: Blob }

const ZIP = [0x50, 0x4b, 0x03, 0x04]
/** Larger zips, and files in them that say they are larger, are not opened: they are checked as they are, which names them. */
const BYTES_MAX = 64 * 1024 * 1024

/** The file, or what is in it when it is a zip that can be opened. */
export async function unpacked(name: string, file: Blob): Promise<Brought[]> {
  const asItIs = [{ name, file }]
  const beginning = new Uint8Array(await file.slice(0, ZIP.length).arrayBuffer())
  if (ZIP.some((byte, i) => beginning[i] !== byte) || file.size > BYTES_MAX) return asItIs
  try {
    let room = BYTES_MAX
    const files = unzipSync(new Uint8Array(await file.arrayBuffer()), {
      filter: ({ name: inner, originalSize }) => !inner.endsWith('/') && (room -= originalSize) >= 0,
    })
    const found = Object.entries(files).map(([inner, bytes]) => ({ name: inner, file: new Blob([bytes as Uint8Array<ArrayBuffer>]) }))
    return room < 0 || found.length === 0 ? asItIs : found
  } catch {
    return asItIs
  }
}
