/**
 * The member's letters in this tab: asked of the hub as sealed bytes, opened with the device's key, and gathered into
 * conversations. What is opened lives only here and goes with the tab or with signing out.
 */
import { fromBase64, fromHex, toBase64, toHex } from '#ledger/bytes.ts'
import type { Hex } from '#ledger/action.ts'
import type { LettersView, LetterWay, PersonView, RecipientView } from '#protocol/api.ts'
import { type Correspondent, encodeSignedLetter, isSame, type Letter, type LetterAbout, parseSignedLetter, threadOf } from '#protocol/letter.ts'
import { hubView, me } from './app.ts'
import { random } from '../device/commit.ts'
import { hub } from './hub-client.ts'
import { openReported, safetyNumber, sealLetter, unsealLetter } from '../device/sealing.ts'
import { unlock } from './acting.ts'
import type { Done } from './kept-key.ts'
import { newStore } from '../store.ts'

/** A letter as it is shown. `words` is null when this device cannot open it: it is younger than the letter. */
export type ShownLetter = {
  id: Hex
  signed: string
  letter: Letter
  isMine: boolean
  /** Since when it has been in this box, seconds. */
  since: number
  way: LetterWay
  words: string | null
  contentKey: Uint8Array | null
}
/** One other person, one listing or agreement; the letters from the first to the last. */
export type Conversation = { key: string; other: PersonView; about: LetterAbout; letters: ShownLetter[]; isBlocked: boolean }
type Box = { acct: Hex; since: number; letters: Map<Hex, ShownLetter>; people: PersonView[]; blocked: Correspondent[] }

/** Null until it was asked for. */
export const box = newStore<Box | null>(null)

/** Asks for what is new. Where the key is behind a PIN, the member is asked for that first. */
export async function openBox(): Promise<Done<null>> {
  const [mine, home] = [me.get(), hubView.get()]
  const device = mine === null ? null : await unlock()
  if (device === null || home === null) return { ok: false, trouble: { from: 'unready' } }
  const known = box.get()
  const before = known?.acct === device.acct ? known : null
  const answer = await hub.letters(before?.since ?? 0)
  if (!answer.ok) return { ok: false, trouble: answer.problem }
  box.set(withNew(before, answer.value))
  return { ok: true, value: null }

  function withNew(kept: Box | null, view: LettersView): Box {
    const letters = new Map(kept?.letters ?? [])
    for (const one of view.letters) {
      const letter = parseSignedLetter(fromBase64(one.signed) ?? new Uint8Array())?.letter
      if (letter === undefined) continue
      const opened = letters.get(letter.id) ?? unsealLetter(device!, letter)
      letters.set(letter.id, {
        id: letter.id, signed: one.signed, letter, since: one.since, way: one.way, words: opened?.words ?? null,
        contentKey: opened?.contentKey ?? null, isMine: isSame(letter.from, { hub: home!.origin, acct: device!.acct }),
      })
    }
    const named = [...view.people, ...(kept?.people ?? [])]
    const people = named.filter((one, i) => named.findIndex((other) => isSame(other, one)) === i)
    return { acct: device!.acct, since: view.now, letters, people, blocked: view.blocked }
  }
}

/** The conversation written in last comes first. */
export function conversationsIn({ acct, letters, people, blocked }: Box): Conversation[] {
  const home = hubView.get()!.origin
  const found = new Map<string, Conversation>()
  for (const one of [...letters.values()].sort((a, b) => a.since - b.since || a.letter.ts - b.letter.ts)) {
    const { letter, isMine } = one
    const key = threadOf(letter, acct, home)
    const who = isMine ? letter.to : letter.from
    const other = people.find((person) => isSame(person, who)) ?? { ...who, name: null, city: '' }
    const conversation = found.get(key) ?? { key, other, about: letter.about, letters: [], isBlocked: blocked.some((one) => isSame(one, who)) }
    conversation.letters.push(one)
    found.set(key, conversation)
  }
  return [...found.values()].sort((a, b) => b.letters.at(-1)!.since - a.letters.at(-1)!.since)
}

/** Seals, signs and sends; the letter is in the box when this resolves well. */
export async function write(to: RecipientView, about: LetterAbout, words: string): Promise<Done<null>> {
  const [device, home, seen] = [await unlock(), hubView.get(), await hub.seen()]
  if (device === null || home === null) return { ok: false, trouble: { from: 'unready' } }
  if (!seen.ok) return { ok: false, trouble: seen.problem }
  const mine = await hub.recipient(home.origin, device.acct)
  if (!mine.ok) return { ok: false, trouble: mine.problem }
  const { hub: city, acct } = to.person
  const devices = [...to.devices, ...mine.value.devices].map((key) => fromHex(key)!)
  const signed = sealLetter(device, home, { to: { hub: city, acct }, about, ts: seen.value.now, words, devices }, random)
  if (signed === null) return { ok: false, trouble: { from: 'unready' } }
  const sent = await hub.sendLetter({ signed: toBase64(encodeSignedLetter(signed)) })
  return sent.ok ? openBox() : { ok: false, trouble: sent.problem }
}

/** The number that both people can compare (`sealing.ts`); null while one's own devices cannot be had. */
export async function safetyWith({ devices }: RecipientView): Promise<string | null> {
  const [home, mine] = [hubView.get(), me.get()]
  const own = home === null || mine === null ? null : await hub.recipient(home.origin, mine.acct)
  if (own?.ok !== true) return null
  return safetyNumber(own.value.devices.map((key) => fromHex(key)!), devices.map((key) => fromHex(key)!))
}

/** Tells the stewards, with the keys of just these letters. */
export async function report(who: Correspondent, words: string, shown: ShownLetter[]): Promise<Done<null>> {
  const letters = shown.flatMap(({ signed, contentKey }) => (contentKey === null ? [] : [{ signed, key: toHex(contentKey) }]))
  const { hub: city, acct } = who
  const answer = await hub.report({ hub: city, acct, words: words.trim(), letters })
  return answer.ok ? { ok: true, value: null } : { ok: false, trouble: answer.problem }
}

/** What a reported letter says, or null when it does not prove itself. */
export function wordsReported({ signed, key, hubId }: { signed: string; key: Hex; hubId: Hex }): string | null {
  const bytes = fromBase64(signed)
  return bytes === null || hubId === '' ? null : (openReported(bytes, fromHex(key)!, hubId)?.words ?? null)
}
