/**
 * The words in the reader's language. Each catalogue is its own chunk: a phone downloads one of
 * them.
 */
import type { Language } from './format.ts'
import type { Texts } from './text/zh.ts'

export const loadTexts = async (language: Language): Promise<Texts> =>
  language === 'zh' ? (await import('./text/zh.ts')).zh : (await import('./text/en.ts')).en
