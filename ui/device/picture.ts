/**
 * A picture on its way to a listing: drawn anew on a canvas in this browser, so that what a camera wrote beside it (where
 * it was taken, with what, a thumbnail of what was cut away) stays on the device; made smaller until it fits.
 */
import { toBase64 } from '#ledger/bytes.ts'
import { PICTURE_BYTES_MAX, withoutMetadata } from '#protocol/picture.ts'

const SIDES = [1_280, 960, 640]
const QUALITIES = [0.85, 0.7, 0.5]

/** The bytes to send, base64; null for what this browser cannot show as a picture. */
export async function drawnAnew(file: Blob): Promise<string | null> {
  // As it is held up, not as the sensor lay.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (bitmap === null) return null
  try {
    for (const side of SIDES) {
      const canvas = canvasOf(bitmap, side)
      for (const quality of QUALITIES) {
        const bytes = await jpegOf(canvas, quality)
        if (bytes !== null && bytes.length <= PICTURE_BYTES_MAX) return toBase64(bytes)
      }
    }
    return null
  } finally {
    bitmap.close()
  }
}

function canvasOf(bitmap: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  const context = canvas.getContext('2d')
  // What is see-through would turn black.
  if (context !== null) context.fillStyle = '#ffffff'
  context?.fillRect(0, 0, canvas.width, canvas.height)
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas
}

/** Some browsers write a colour profile beside the picture; it goes as well. */
async function jpegOf(canvas: HTMLCanvasElement, quality: number): Promise<Uint8Array | null> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  return blob === null ? null : withoutMetadata(new Uint8Array(await blob.arrayBuffer()))
}
