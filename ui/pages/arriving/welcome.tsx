/**
 * What somebody sees who is not signed in: what this is, in two sentences, and the two ways on. And
 * what everybody sees before the hub is founded.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { hubView } from '../../hub/app.ts'
import { kept, type Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { signIn } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, LinkButton, Page, Refused, TextSize, useTexts } from '../../parts/view.tsx'

export function Welcome(): JSX.Element {
  const t = useTexts()
  const hub = useStore(hubView)
  const device = useStore(kept)
  return (
    <Page title={t.welcome.title(hub?.city ?? '')} lead={t.welcome.lead} test="welcome">
      <div class="buttons">
        {device === null ? (
          <LinkButton test="join" kind="main" href={to.join}>
            {t.welcome.join}
          </LinkButton>
        ) : (
          <SignIn />
        )}
        <LinkButton test="look" href={to.board}>
          {t.welcome.look}
        </LinkButton>
      </div>
      {device === null && <p class="note">{t.welcome.already}</p>}
      {device === null && (
        <LinkButton test="to-device" kind="quiet" href={to.device(null)}>
          {t.welcome.newDevice}
        </LinkButton>
      )}
      <LinkButton test="to-guide" kind="quiet" href={to.guide('member')}>
        {t.nav.guide}
      </LinkButton>
      <TextSize />
      <LinkButton test="to-audit" kind="quiet" href={to.audit}>
        {t.nav.audit}
      </LinkButton>
    </Page>
  )
}

export function SignIn(): JSX.Element {
  const t = useTexts()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const enter = async (): Promise<void> => {
    const done = await signIn()
    setTrouble(done.ok ? null : done.trouble)
  }
  return (
    <>
      <Button test="sign-in" kind="main" onPress={enter}>
        {t.welcome.in}
      </Button>
      <Refused trouble={trouble} />
    </>
  )
}

export function Unfounded(): JSX.Element {
  const t = useTexts()
  return (
    <Page title={t.welcome.unfoundedTitle} lead={t.welcome.unfounded} test="unfounded">
      <></>
    </Page>
  )
}

/** WeChat's own browser keeps its storage apart and clears it: a key made there would be lost. */
export const inWeChat = (): boolean => navigator.userAgent.includes('MicroMessenger')

export function OpenElsewhere(): JSX.Element {
  const t = useTexts()
  return (
    <Page title={t.welcome.wechatTitle} lead={t.welcome.wechat} test="open-elsewhere">
      <></>
    </Page>
  )
}
