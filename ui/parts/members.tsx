/** What several pages say to a member about being one: not met yet, the next level, larger letters. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { MeView, MissingView } from '#protocol/api.ts'
import { preference } from '../device/cabinet.ts'
import { to } from '../router.ts'
import type { Texts } from '../text/catalogue.ts'
import { numberOf } from '../text/format.ts'
import { Choice } from './fields.tsx'
import { type Money, useTexts } from './texts.tsx'

/** Somebody who has joined and not met a steward yet: the number to show, and what it opens. */
export function NotYetMet({ acct }: { acct: string }): JSX.Element {
  const t = useTexts()
  return (
    <a class="card calm" href={to.join} data-test="not-yet-met">
      <strong>{t.home.notMet.title}</strong>
      <span>{t.home.notMet.show(numberOf(acct))}</span>
      <span class="note">{t.home.notMet.then}</span>
    </a>
  )
}

/** Larger letters on every page; remembered on this device. */
export function TextSize(): JSX.Element {
  const t = useTexts()
  const root = document.documentElement.classList
  const [large, setLarge] = useState(root.contains('large'))
  const size = (value: string): void => {
    preference.set('text', value)
    root.toggle('large', value === 'large')
    setLarge(value === 'large')
  }
  return (
    <Choice
      label={t.common.textSize}
      value={large ? 'large' : 'normal'}
      test="text-size"
      onChange={size}
      options={[
        { value: 'normal', label: t.common.textNormal },
        { value: 'large', label: t.common.textLarge },
      ]}
    />
  )
}

/** The first thing that would raise the level, as a sentence; nothing where it would be an amount and none are shown. */
export function nextLevelIn(next: MeView['next'], t: Texts, money: Money, showsAmounts: boolean): string {
  const missing = next?.missing[0]
  if (missing?.what === 'lifetime' && !showsAmounts) return ''
  return next === null || missing === undefined ? t.home.top : missingIn(next.level, missing, t, money)
}

export const missingIn = (level: number, missing: MissingView, t: Texts, money: Money): string =>
  missing.what === 'lifetime'
    ? t.home.nextLevel.lifetime(level, money.local(missing.milli))
    : t.home.nextLevel[missing.what](level, missing.count)
