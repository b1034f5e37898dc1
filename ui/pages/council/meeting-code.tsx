/** A hub's short code, to be copied, read out, or taken with a camera from another screen. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Copied, useTexts } from '../../parts/view.tsx'

export function MeetingCode({ code }: { code: string }): JSX.Element {
  const t = useTexts('steward').goingOn
  const [picture, setPicture] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    // Most visits show no picture: what draws it comes with the first.
    void import('qr').then(({ encodeQR }) => {
      if (!gone) setPicture(`data:image/svg+xml,${encodeURIComponent(encodeQR(code, 'svg'))}`)
    })
    return () => {
      gone = true
    }
  }, [code])
  return (
    <div class="stack">
      {picture !== null && <img class="dots" src={picture} alt={t.codePicture} data-test="code-picture" />}
      <Copied label={t.code} text={code} rows={2} note={t.codeNote} test="our-code" copyTest="copy-code" />
    </div>
  )
}
