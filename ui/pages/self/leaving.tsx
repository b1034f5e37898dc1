/**
 * What a member may do about being one: bring somebody, have their words erased, leave. The last two
 * are asked twice, because neither comes back.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { toHex } from '#ledger/bytes.ts'
import { invitationOf } from '#ledger/rules/invitation.ts'
import type { MeView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { say } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { random } from '../../device/commit.ts'
import { go, to } from '../../router.ts'
import { act, signOut } from '../../hub/session.ts'
import type { Asked } from '../../device/signing.ts'
import { Button, Copied, Part, Refused, useTexts } from '../../parts/view.tsx'

const INVITES_FROM_LEVEL = 2
const GOOD_DAYS = 7
const DAY = 86_400

/** A link for one person, with a code that the record knows only the hash of. */
export function InviteSomebody({ mine }: { mine: MeView }): JSX.Element | null {
  const t = useTexts('self')
  const [link, setLink] = useState<string | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (!mine.attested || (!mine.steward && mine.level < INVITES_FROM_LEVEL)) return null
  const make = async (): Promise<void> => {
    const code = random(16)
    const until = Math.floor(hubNow() / DAY) + GOOD_DAYS
    const done = await act({ kind: 'member.invited', invitation: invitationOf(code), until })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    setLink(`${location.origin}${to.invitation(toHex(code))}`)
    say(t.leaving.invited, done.value.seq)
  }
  return (
    <Part title={t.leaving.inviteTitle} test="invite-somebody">
      <p class="note">{t.leaving.inviteNote(GOOD_DAYS)}</p>
      {link !== null && (
        <Copied
          label={t.leaving.inviteLink}
          text={link}
          rows={3}
          test="invite-link"
          copyTest="copy-invite-link"
        />
      )}
      <Refused trouble={trouble} />
      <Button test="invite-make" onPress={make}>
        {t.leaving.inviteMake}
      </Button>
    </Part>
  )
}

export function Leaving(): JSX.Element {
  const t = useTexts('self')
  return (
    <details class="fold">
      <summary data-test="leaving">{t.leaving.title}</summary>
      <p>{t.leaving.eraseNote}</p>
      <Twice
        test="erase"
        asked={{ kind: 'erasure.asked' }}
        words={{ first: t.leaving.erase, sure: t.leaving.eraseYes, done: t.leaving.erased }}
      />
      <p>{t.leaving.leaveNote}</p>
      <Twice
        test="leave"
        asked={{ kind: 'member.left' }}
        words={{ first: t.leaving.leave, sure: t.leaving.leaveYes, done: t.leaving.left }}
        after={async () => {
          await signOut()
          go(to.home)
        }}
      />
    </details>
  )
}

function Twice({
  test,
  asked,
  words,
  after,
}: {
  test: 'erase' | 'leave'
  asked: Asked
  words: { first: string; sure: string; done: string }
  after?: () => Promise<void>
}): JSX.Element {
  const t = useTexts()
  const [sure, setSure] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const send = async (): Promise<void> => {
    const done = await act(asked)
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(words.done, done.value.seq)
    setSure(false)
    await after?.()
  }
  return (
    <>
      <Refused trouble={trouble} />
      <div class="buttons">
        {sure ? (
          <>
            <Button test={`${test}-yes`} kind="main" onPress={send}>
              {words.sure}
            </Button>
            <Button test={`${test}-no`} kind="quiet" onPress={() => setSure(false)}>
              {t.common.cancel}
            </Button>
          </>
        ) : (
          <Button test={test} kind="quiet" onPress={() => setSure(true)}>
            {words.first}
          </Button>
        )}
      </div>
    </>
  )
}
