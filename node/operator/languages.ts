/** Which of the languages of the server's own pages (`words.ts`) a request is answered in. */
import type { HubLanguage } from '#protocol/api.ts'
import type { OperatorWords } from './words.ts'
import { en } from './words-en.ts'
import { es } from './words-es.ts'
import { zh } from './words-zh.ts'

export const operatorWords = { zh, en, es }
const isKnown = (code: string | undefined): code is keyof typeof operatorWords => code !== undefined && Object.hasOwn(operatorWords, code)

/** The words for a request: `?lang=`, else what the browser prefers, else the hub's own language, where they are in it. */
export function wordsFor(asked: string | undefined, accepts: string | undefined, own: HubLanguage): OperatorWords {
  if (isKnown(asked)) return operatorWords[asked]
  const first = (accepts ?? '').toLowerCase().split(',').map((part) => part.trim().slice(0, 2)).find(isKnown)
  return operatorWords[first ?? (isKnown(own) ? own : 'en')]
}
