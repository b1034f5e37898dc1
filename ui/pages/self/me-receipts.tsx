/** The receipts that this device keeps: what each proves, what a restore has lost of them, and proofs to save. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Hex } from '#ledger/action.ts'
import { hubView, news, say } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import type { KeptReceipt } from '../../device/cabinet.ts'
import type { Lost } from '../../device/lost.ts'
import { saveAllProofs } from '../../hub/proofs.ts'
import { OwnWord, Recorded, SaveProof, useProof } from '../../parts/recorded.tsx'
import { to } from '../../router.ts'
import { claimedReceipts, lostReceipts, ownReceipts } from '../../hub/receipts.ts'
import { act } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import { Button, Chip, LinkButton, Part, Refused, useTexts, When } from '../../parts/view.tsx'

const RECEIPTS_SHOWN = 20

/** Receipts that a restore has voided: what is gone, and a way to say so in the record. */
export function LostPart(): JSX.Element | null {
  const t = useTexts('restore')
  const heard = useStore(news)
  const [lost, setLost] = useState<Lost<KeptReceipt>[]>([])
  const [claimed, setClaimed] = useState<ReadonlySet<Hex>>(new Set())
  useEffect(() => void lostReceipts().then(setLost), [heard])
  useEffect(() => void claimedReceipts().then(setClaimed), [heard])
  if (lost.length === 0) return null
  return (
    <Part title={t.restore.lostTitle} test="lost">
      <p>{t.restore.lostNote}</p>
      <ul class="rows">
        {lost.map((one) => (
          <LostRow key={one.receipt} lost={one} isClaimed={claimed.has(one.receipt)} />
        ))}
      </ul>
    </Part>
  )
}

function LostRow({ lost: { kept: one, receipt, generation }, isClaimed }: { lost: Lost<KeptReceipt>; isClaimed: boolean }): JSX.Element {
  const t = useTexts('names', 'restore')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const claim = async (): Promise<void> => {
    const done = await act({ kind: 'lost.claimed', generation, seq: one.seq, receipt })
    setTrouble(done.ok ? null : done.trouble)
    if (done.ok) say(t.restore.claimed, done.value.seq)
  }
  return (
    <li class="row" data-test="lost-receipt" data-seq={one.seq} data-claimed={isClaimed}>
      <span class="row-main">
        {t.restore.lostOne(one.seq, t.steps[one.kind])}{' '}
        <span class="note">
          <When ts={one.ts} />
        </span>
        <Refused trouble={trouble} />
      </span>
      {isClaimed ? (
        <Chip tone="good">{t.restore.onRecord}</Chip>
      ) : (
        <Button test="lost-claim" onPress={claim}>
          {t.restore.claim}
        </Button>
      )}
    </li>
  )
}

export function Receipts(): JSX.Element {
  const t = useTexts('self')
  const heard = useStore(news)
  const [receipts, setReceipts] = useState<KeptReceipt[]>([])
  const [isOpen, setOpen] = useState(false)
  useEffect(() => void ownReceipts().then(setReceipts), [heard])
  return (
    <Part title={t.me.receiptsTitle} test="receipts">
      <p class="note">{receipts.length === 0 ? t.me.noReceipts : t.me.receiptsNote}</p>
      <OwnWord />
      {receipts.length > 0 && (
        <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary data-test="receipts-open">
            {t.me.receiptsOpen(receipts.length)}
          </summary>
          {isOpen && <Proofs receipts={receipts} />}
        </details>
      )}
      <LinkButton test="to-figures" kind="quiet" href={to.figures}>
        {t.nav.figures}
      </LinkButton>
      <LinkButton test="to-audit" kind="quiet" href={to.audit}>
        {t.nav.audit}
      </LinkButton>
    </Part>
  )
}

function Proofs({ receipts }: { receipts: KeptReceipt[] }): JSX.Element {
  const t = useTexts('self')
  const { origin: home, federation } = useStore(hubView)!
  const own = receipts.filter((one) => one.hub === home)
  const elsewhere = receipts.filter((one) => one.hub !== home)
  const saveAll = async (): Promise<void> => {
    const done = await saveAllProofs(own)
    say(done === null ? t.me.savedNone : t.me.savedAll(done.saved, done.left))
  }
  return (
    <>
      <p class="note">{t.me.proofNote(federation !== null)}</p>
      {own.length > 0 && (
        <div class="buttons">
          <Button test="save-all-proofs" onPress={saveAll}>
            {t.me.saveAll(own.length)}
          </Button>
          <a class="button quiet" href="/verify.html" target="_blank" rel="noopener" data-test="check-proofs">
            {t.me.checkProofs}
          </a>
        </div>
      )}
      <ReceiptRows receipts={own} isHome />
      {elsewhere.length > 0 && <p class="note">{t.me.receiptsElsewhere(elsewhere.length)}</p>}
      <ReceiptRows receipts={elsewhere} isHome={false} />
    </>
  )
}

/** The newest first, and more when asked: each of this community's asks the hub for its proof. */
function ReceiptRows({ receipts, isHome }: { receipts: KeptReceipt[]; isHome: boolean }): JSX.Element | null {
  const t = useTexts()
  const [shown, setShown] = useState(RECEIPTS_SHOWN)
  if (receipts.length === 0) return null
  return (
    <>
      <ul class="rows">
        {receipts.slice(0, shown).map((one) => (
          <Receipt key={`${one.hub} ${one.seq}`} kept={one} isHome={isHome} />
        ))}
      </ul>
      {receipts.length > shown && (
        <Button test="receipts-more" kind="quiet" onPress={() => setShown(shown + RECEIPTS_SHOWN)}>
          {`${t.common.more} (${receipts.length - shown})`}
        </Button>
      )}
    </>
  )
}

/** A step in another city's record: its proof is that city's to give, and not asked for here. */
function Receipt({ kept: one, isHome }: { kept: KeptReceipt; isHome: boolean }): JSX.Element {
  const t = useTexts('names', 'self')
  const answer = useProof(isHome ? one.seq : null, one)
  return (
    <li class="row" data-test="receipt" data-seq={one.seq} data-binding={String(one.binding)}>
      <span class="row-main">
        {t.me.receipt(one.seq)} · {t.steps[one.kind]}{' '}
        <span class="note">
          <When ts={one.ts} />
        </span>
      </span>
      <Recorded answer={answer} binding={one.binding} />
      <SaveProof answer={answer} />
    </li>
  )
}
