/** How neighbours get here: the address to tell them, and what they do there. */
import type { JSX } from 'preact'
import { to } from '../router.ts'
import { Copied, Part } from './page.tsx'
import { useTexts } from './texts.tsx'

export function Invite(): JSX.Element {
  const t = useTexts('arriving')
  const address = `${location.origin}${to.join}`
  return (
    <Part title={t.invite.title} test="invite">
      <p>{t.invite.lead}</p>
      <Copied
        label={t.invite.address}
        text={address}
        rows={2}
        test="invite-address"
        copyTest="copy-address"
      />
      {isOnlyHere(location.hostname) && <p class="note">{t.invite.onlyHere}</p>}
    </Part>
  )
}

/** Addresses of the computer itself: no other device can open them. */
const isOnlyHere = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.')
