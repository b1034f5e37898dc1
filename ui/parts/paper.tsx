/** What is made to be printed, saved or taken along: its words, and handing out a file. */
import type { JSX } from 'preact'
import type { PaperTexts } from '../text/zh/papers.ts'
import { Button, useTexts } from './view.tsx'

export const usePaperTexts = (): PaperTexts => useTexts('papers').papers

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
