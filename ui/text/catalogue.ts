/**
 * The words in the reader's language. Each catalogue is its own chunk: a phone downloads one of
 * them.
 */
import type { Language } from './format.ts'
import type { Texts } from './zh.ts'
import type { FormTexts } from './zh-forms.ts'

export const loadTexts = async (language: Language): Promise<Texts> =>
  language === 'zh' ? (await import('./zh.ts')).zh : (await import('./en.ts')).en

/** The words of the forms, which most visits need none of: a chunk of its own again. */
export const loadFormTexts = async (language: Language): Promise<FormTexts> =>
  language === 'zh' ? (await import('./zh-forms.ts')).zhForms : (await import('./en-forms.ts')).enForms
