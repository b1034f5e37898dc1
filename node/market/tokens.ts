/**
 * Text as the words it is found by.
 *
 * Scripts that write without blanks (Chinese, Japanese, Korean particles, Thai, Lao, Khmer, Burmese, Tibetan) are cut
 * into pairs of neighbouring characters, so that 龙头 is found inside 修水龙头 without a dictionary; the last character of
 * a run stands alone, so that one character is the beginning of some word. Everything else is cut at what is neither
 * letter, mark nor digit. Case, width and Latin accents are left out; no script is an error, and nothing is a word that
 * a query language could take for a sign. Traditional and simplified characters are different words.
 *
 * Pure. It lives here because replay must never depend on it: Unicode's tables differ from one engine to the next.
 */

const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}ー]+|[\p{L}\p{M}\p{N}]+/gu
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}ー]/u
const ACCENTS = /[\u0300-\u036f]+/g
/** What is plain has neither width nor accents to lose. */
const ASCII = /^[ -~\s]*$/
/** Longer ones are noise; what is looked for is cut alike. */
const WORD_MAX = 40

/** The runs of a text: each either one word or a stretch of characters without blanks. */
function runsIn(text: string): { text: string; unspaced: boolean }[] {
  const plain = (ASCII.test(text) ? text : text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC')).toLowerCase()
  const apart = plain.match(RUN) ?? []
  return apart.map((run) => ({ text: run, unspaced: UNSPACED.test(run) }))
}

function pairsOf(run: string): string[] {
  const characters = [...run]
  return characters.map((one, i) => one + (characters[i + 1] ?? ''))
}

const cut = (word: string): string => (word.length <= WORD_MAX ? word : [...word].slice(0, WORD_MAX).join(''))

/** Every word of a text, in its order, as it is kept in an index. */
export const wordsOf = (text: string): string[] =>
  runsIn(text).flatMap((run) => (run.unspaced ? pairsOf(run.text) : [cut(run.text)]))

/** What is looked for: words that must stand one behind the other, and whether the last of them may go on. */
export type Sought = { words: string[]; open: boolean }

const PREFIX_MIN = 3

/**
 * What somebody typed, as what must be found: a run without blanks as its pairs in a row, of a single character every
 * word that begins with it, of other words from three letters on also those that go on.
 */
export function soughtIn(text: string): Sought[] {
  return runsIn(text).map((run) => {
    const characters = [...run.text]
    if (!run.unspaced) return { words: [cut(run.text)], open: characters.length >= PREFIX_MIN }
    if (characters.length === 1) return { words: [run.text], open: true }
    return { words: pairsOf(run.text).slice(0, -1), open: false }
  })
}
