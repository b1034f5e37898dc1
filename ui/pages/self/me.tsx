/**
 * Me: the story before the numbers, then the numbers with what they mean, each award with why, the
 * receipts this device keeps, and the device itself.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Hex } from '#ledger/action.ts'
import type { AwardView, MeView } from '#protocol/api.ts'
import { abroad, hubView, me, news, say, speak } from '../../hub/app.ts'
import type { KeptReceipt } from '../../device/cabinet.ts'
import { DeviceNotices, Devices } from '../../parts/devices.tsx'
import { about, date, globalFor, type Language, numberOf, parseAmount, ratioOf, utcDate } from '../../text/format.ts'
import { FrozenCities } from '../../parts/frozen.tsx'
import { InviteSomebody, Leaving } from './leaving.tsx'
import type { Lost } from '../../device/lost.ts'
import { saveAllProofs } from '../../hub/proofs.ts'
import { OwnWord, Recorded, SaveProof, useProof } from '../../parts/recorded.tsx'
import { to } from '../../router.ts'
import { setPin } from '../../hub/acting.ts'
import { claimedReceipts, lostReceipts, ownReceipts } from '../../hub/receipts.ts'
import { act, kept, PIN_LENGTH_MIN, signOut, type Trouble } from '../../hub/session.ts'
import { useStore } from '../../store.ts'
import {
  Button,
  Chip,
  Choice,
  Facts,
  Form,
  LinkButton,
  nameOf,
  nextLevelIn,
  NotYetMet,
  Page,
  Part,
  Refused,
  TextField,
  TextSize,
  useMoney,
  useNameOf,
  useTexts,
  When,
} from '../../parts/view.tsx'
import { otherOf, storyOf } from '../../hub/waiting.ts'
import { Why } from '../../parts/why.tsx'

const NAMES_SHOWN = 3
const RECEIPTS_SHOWN = 20

export function Me(): JSX.Element {
  const t = useTexts('self')
  const mine = useStore(me)!
  const view = useStore(hubView)!
  return (
    <Page title={mine.name ?? t.me.title} test="me">
      <DeviceNotices />
      <Story mine={mine} />
      <FrozenCities />
      {!mine.attested && <NotYetMet acct={mine.acct} />}
      {mine.attested && <Values mine={mine} />}
      {mine.attested && (
        <LinkButton test="to-more" href={to.more}>
          {t.nav.more}
        </LinkButton>
      )}
      <LinkButton test="to-papers" kind="quiet" href={to.papers}>
        {t.nav.papers}
      </LinkButton>
      {mine.attested && view.showsAmounts && <Awards mine={mine} />}
      {mine.attested && <Together mine={mine} />}
      {mine.attested && view.federation !== null && <Convert />}
      {view.federation !== null && (
        <LinkButton test="to-cities" kind="quiet" href={to.cities}>
          {t.nav.cities}
        </LinkButton>
      )}
      <LostPart />
      <Receipts />
      {mine.attested && <Devices />}
      <InviteSomebody mine={mine} />
      <DevicePart />
      {mine.attested && <Leaving />}
    </Page>
  )
}

function Story({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const story = storyOf(mine, useStore(abroad))
  const names = (people: typeof story.helped): string =>
    t.list(
      people.slice(0, NAMES_SHOWN).map((one) => nameOf(one, t)),
      people.length,
    )
  return (
    <div class="story" data-test="story">
      {story.times === 0 ? (
        <p>{t.me.story.none}</p>
      ) : (
        <>
          <p>{t.me.story.tookPart(story.times)}</p>
          {story.helped.length > 0 && <p>{t.me.story.helped(names(story.helped))}</p>}
          {story.minutes > 0 && <p>{t.me.story.gave(t.duration(story.minutes))}</p>}
          {story.helpedBy.length > 0 && <p>{t.me.story.wasHelped(names(story.helpedBy))}</p>}
        </>
      )}
    </div>
  )
}

function Values({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  const view = useStore(hubView)!
  const money = useMoney()
  const { standing, next } = mine
  const hasCities = view.federation !== null
  return (
    <Part title={t.me.valueTitle} test="values">
      <div class="grid">
        <div class="card value">
          {view.showsAmounts ? (
            <>
              {hasCities && <p class="note">{t.me.local}</p>}
              <p class="figure" data-test="domain" data-milli={mine.domain}>
                {money.local(mine.domain)}
              </p>
            </>
          ) : (
            <p data-test="no-amounts">{t.balance.noAmounts}</p>
          )}
          {view.showsAmounts && mine.domain !== '0' && (
            <p class="note" data-test="domain-in-a-year" data-milli={mine.domainInAYear}>
              {t.me.inAYear(money.local(about(mine.domainInAYear)))}
            </p>
          )}
          {view.showsAmounts && mine.held !== '0' && (
            <p class="note" data-test="held">
              {t.me.held(money.local(mine.held))}
            </p>
          )}
          <LinkButton test="to-balance" kind="quiet" href={to.balance}>
            {t.balance.link}
          </LinkButton>
        </div>
        {hasCities && view.showsAmounts && (
          <div class="card value">
            <p class="note">{t.me.global}</p>
            <p class="figure" data-test="global" data-milli={mine.global}>
              {money.global(mine.global)}
            </p>
            <p class="note">{t.me.globalNote}</p>
          </div>
        )}
        <div class="card value">
          <p class="note">{t.me.levelTitle}</p>
          <p class="figure" data-test="level" data-level={mine.level}>
            {t.home.level(mine.level)}
          </p>
          <p class="note">
            {nextLevelIn(next, t, money, view.showsAmounts)}
          </p>
          {view.showsAmounts && mine.lifetime !== '0' && (
            <p class="note" data-test="lifetime" data-milli={mine.lifetime}>
              {t.me.lifetime(money.local(mine.lifetime))}
            </p>
          )}
        </div>
        <div class="card value">
          <p class="note">{t.me.standingTitle}</p>
          <p class="figure" data-test="standing" data-band={standing.band}>
            {t.me.standing[standing.band]}
          </p>
          <p class="note">
            {standing.isNew || standing.perMille === null
              ? t.me.isNew
              : t.me.points(String(standing.perMille))}
          </p>
          <p class="note">{t.me.standingNote}</p>
          <LinkButton test="to-level" kind="quiet" href={to.level}>
            {t.nav.level}
          </LinkButton>
        </div>
      </div>
    </Part>
  )
}

function Awards({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('self')
  return (
    <Part title={t.me.awardsTitle} test="awards">
      {mine.awards.length === 0 && <p class="note">{t.me.noAwards}</p>}
      {mine.awards.map((one) => (
        <AwardLine key={one.seq} award={one} />
      ))}
    </Part>
  )
}

function AwardLine({ award }: { award: AwardView }): JSX.Element {
  const t = useTexts('self')
  const money = useMoney()
  const named = useNameOf()
  const { kind, seq, ts, milli, today, factors } = award
  const whom = award.with === null ? [] : [t.me.awardWith(named(award.with))]
  return (
    <div class="row" data-test="award" data-milli={milli} data-kind={kind}>
      <Why
        test="award-why"
        of={{ milli, factors, final: true, today, recorded: kind === 'abroad' ? null : { seq, ts } }}
        after={
          kind === 'agreement' && (
            <LinkButton test="award-agreement" kind="quiet" href={to.agreement(award.agreement, null)}>
              {t.nav.agreement}
            </LinkButton>
          )
        }
      >
        <span class="row-main">
          <strong>+{money.local(milli)}</strong>{' '}
          <span class="note">
            {[t.me.awardKinds[kind], ...whom, date(ts, t.language)].join(' · ')}
          </span>
        </span>
      </Why>
    </div>
  )
}

function Together({ mine }: { mine: MeView }): JSX.Element {
  const t = useTexts('names', 'self')
  const named = useNameOf()
  const elsewhere = useStore(abroad)
  const agreements = [
    ...elsewhere.flatMap((city) =>
      city.agreements.map((one) => ({ one, hub: city.hub as string | null })),
    ),
    ...mine.agreements
      .filter((one) => !elsewhere.some((city) => city.hub === one.hub))
      .map((one) => ({ one, hub: null })),
  ]
  return (
    <>
      <Part title={t.me.agreementsTitle} test="agreements">
        {agreements.length === 0 && <p class="note">{t.me.noAgreements}</p>}
        <ul class="rows">
          {agreements.map(({ one, hub }) => (
            <li key={one.id}>
              <a
                class="row link"
                href={to.agreement(one.id, hub)}
                data-test="agreement-row"
                data-id={one.id}
                data-phase={one.phase}
              >
                <span class="row-main">
                  {one.title ?? t.common.with(named(otherOf(one, mine.acct)))}{' '}
                  <span class="note">
                    {t.common.helps(named(one.helper), named(one.receiver))}
                  </span>
                </span>
                <Chip
                  tone={one.phase === 'settled' || one.phase === 'confirmed' ? 'good' : 'plain'}
                >
                  {t.agreementPhases[one.phase]}
                </Chip>
              </a>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t.me.helpsTitle} test="helps">
        {mine.helps.length === 0 && <p class="note">{t.me.noHelps}</p>}
        <ul class="rows">
          {mine.helps.map((one) => (
            <li
              key={one.id}
              class="row"
              data-test="help-row"
              data-id={one.id}
              data-phase={one.phase}
            >
              <span class="row-main">
                {t.common.helpLine(named(one.helper), named(one.receiver), t.duration(one.minutes))}{' '}
                <span class="note">
                  {utcDate(one.day, t.language)}
                  {one.note !== null && one.note !== '' && ` · ${one.note}`}
                </span>
              </span>
              <Chip tone={one.phase === 'confirmed' ? 'good' : 'plain'}>
                {t.helpPhases[one.phase]}
              </Chip>
            </li>
          ))}
        </ul>
      </Part>
    </>
  )
}

function Convert(): JSX.Element {
  const t = useTexts('self')
  const { conversion } = useStore(hubView)!
  const money = useMoney()
  const [text, setText] = useState('')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const milli = parseAmount(text)
  const send = async (): Promise<void> => {
    if (milli === null) return
    const done = await act({ kind: 'cv.converted', amountMilli: BigInt(milli) })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    say(t.me.converted, done.value.seq)
    setText('')
  }
  return (
    <Part title={t.me.convertTitle} test="convert">
      <Form test="convert-form" onSend={() => void send()}>
        <p class="note">{t.me.convertNote(ratioOf(conversion), conversion.levelMin)}</p>
        <TextField
          type="amount"
          label={t.me.convertAmount}
          value={text}
          onChange={setText}
          test="convert-amount"
          note={
            text === ''
              ? undefined
              : milli === null
                ? t.me.badAmount
                : t.me.convertGets(money.global(globalFor(milli, conversion)))
          }
        />
        <Refused trouble={trouble} />
        <Button test="convert-send" disabled={milli === null} onPress={send}>
          {t.me.convertSend}
        </Button>
      </Form>
    </Part>
  )
}

/** Receipts that a restore has voided: what is gone, and a way to say so in the record. */
function LostPart(): JSX.Element | null {
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

function Receipts(): JSX.Element {
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

function DevicePart(): JSX.Element {
  const t = useTexts('self')
  const device = useStore(kept)
  return (
    <Part title={t.me.deviceTitle} test="device">
      {device !== null && (
        <Facts rows={[[t.me.deviceId, <code>{numberOf(device.publicKey)}</code>, 'device-id']]} />
      )}
      {device !== null && <Pin isSet={!(device.seed instanceof Uint8Array)} />}
      <p class="note">{t.me.deviceLost}</p>
      {!isSecureContext && (
        <p class="note" data-test="insecure">
          {t.me.insecure}
        </p>
      )}
      <Choice
        label={t.me.languageTitle}
        value={t.language}
        test="language"
        onChange={(value) => void speak(value as Language)}
        options={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
      <TextSize />
      <div class="buttons">
        <Button test="sign-out" kind="quiet" onPress={signOut}>
          {t.me.out}
        </Button>
        <span class="note">{t.me.outNote}</span>
      </div>
    </Part>
  )
}

function Pin({ isSet }: { isSet: boolean }): JSX.Element {
  const t = useTexts('self')
  const [open, setOpen] = useState(false)
  const [pin, setText] = useState('')
  const save = async (next: string | null): Promise<void> => {
    if (next !== null && [...next].length < PIN_LENGTH_MIN) return
    if (!(await setPin(next))) return
    setOpen(false)
    setText('')
    say(next === null ? t.me.pinRemoved : t.me.pinSaved)
  }
  return (
    <>
      <p data-test="key-kept" data-pin={isSet}>
        {isSet ? t.me.devicePin : t.me.devicePlain}
      </p>
      {isSet && (
        <Button test="pin-remove" kind="quiet" onPress={() => save(null)}>
          {t.me.pinRemove}
        </Button>
      )}
      {!isSet && !open && (
        <Button test="pin-set" onPress={() => setOpen(true)}>
          {t.me.pinSet}
        </Button>
      )}
      {!isSet && open && (
        <Form test="pin-new-form" onSend={() => void save(pin)}>
          {/* Seen while it is chosen: nobody can open a key whose PIN was mistyped once. */}
          <TextField
            label={t.me.pinNew}
            note={t.me.pinNote}
            value={pin}
            onChange={setText}
            test="pin-new"
          />
          <Button
            test="pin-save"
            kind="main"
            disabled={[...pin].length < PIN_LENGTH_MIN}
            onPress={() => save(pin)}
          >
            {t.me.pinSave}
          </Button>
          <Button test="pin-not-now" kind="quiet" onPress={() => setOpen(false)}>
            {t.common.cancel}
          </Button>
        </Form>
      )}
    </>
  )
}
