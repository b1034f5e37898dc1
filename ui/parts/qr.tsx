/** A QR code as a picture of squares, and reading one from a photograph, which a page on plain http may take as well. */
import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import encodeQR from 'qr'
import { Button } from './view.tsx'

const QUIET = 2

/** `label` is what it says, for who cannot see it. */
export function QR({ text, label }: { text: string; label: string }): JSX.Element {
  const rows = useMemo(() => encodeQR(text, 'raw', { border: QUIET }), [text])
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg class="qr" viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="qr-paper" width={rows.length} height={rows.length} />
      <path class="qr-ink" d={squares} />
    </svg>
  )
}

const SIDE_MAX = 1_024

/** A button that opens the camera of a phone; `onRead` gets the text of the code, or null when there was none. */
export function ReadQR({ label, test, onRead }: { label: string; test: string; onRead: (text: string | null) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const read = async (): Promise<void> => {
    const file = input.current?.files?.[0]
    if (file === undefined) return
    setBusy(true)
    onRead(await textIn(file).catch(() => null))
    setBusy(false)
  }
  return (
    <>
      <input ref={input} type="file" accept="image/*" capture="environment" hidden onChange={() => void read()} data-test={`${test}-file`} />
      <Button test={test} disabled={isBusy} onPress={() => input.current?.click()}>
        {label}
      </Button>
    </>
  )
}

async function textIn(file: File): Promise<string | null> {
  const { default: decodeQR } = await import('qr/decode.js')
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height))
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)]
  const paper = document.createElement('canvas')
  paper.width = width
  paper.height = height
  const pen = paper.getContext('2d')!
  pen.drawImage(picture, 0, 0, width, height)
  return decodeQR(pen.getImageData(0, 0, width, height))
}
