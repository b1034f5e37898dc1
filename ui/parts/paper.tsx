/** What is made to be printed, saved or taken along: its words, which load when it is opened, and handing out a file. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Language } from '../text/format.ts'
import type { PaperTexts } from '../text/zh-papers.ts'
import { Button, useTexts } from './view.tsx'

const catalogues: Record<Language, () => Promise<PaperTexts>> = {
  zh: async () => (await import('../text/zh-papers.ts')).zhPapers,
  en: async () => (await import('../text/en-papers.ts')).enPapers,
}

/** Null until they are there; in the language that is spoken. */
export function usePaperTexts(): PaperTexts | null {
  const { language } = useTexts()
  const [words, setWords] = useState<{ language: Language; texts: PaperTexts } | null>(null)
  useEffect(() => {
    let isWanted = true
    void catalogues[language]().then((texts) => isWanted && setWords({ language, texts }))
    return () => void (isWanted = false)
  }, [language])
  return words?.language === language ? words.texts : null
}

export const PrintButton = ({ words }: { words: PaperTexts }): JSX.Element => (
  <Button test="print" kind="main" onPress={() => print()}>
    {words.print}
  </Button>
)

/** Hands a file to the browser, to be kept where its reader keeps files. */
export function saveFile(name: string, content: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
