/** Which of the languages of the server's own pages (`words.ts`) a request is answered in. */
import type { HubLanguage } from '#protocol/api.ts'
import type { OperatorWords } from './words.ts'
import { en } from './words-en.ts'
import { zh } from './words-zh.ts'

export const operatorWords = { zh, en }

/** The words for a request: `?lang=`, else what the browser prefers, else the hub's own language, where they are in it. */
export function wordsFor(asked: string | undefined, accepts: string | undefined, own: HubLanguage): OperatorWords {
  if (asked === 'zh' || asked === 'en') return operatorWords[asked]
  const [first] = (accepts ?? '').toLowerCase().split(',').map((part) => part.trim().slice(0, 2)).filter((code) => code === 'zh' || code === 'en')
  return operatorWords[(first as 'zh' | 'en' | undefined) ?? (own === 'zh' ? 'zh' : 'en')]
}
