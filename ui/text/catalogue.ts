/**
 * Every visible word, in the reader's language. A catalogue is a set of books, and a book is a file of its own: a phone
 * loads what every page may show, then what belongs to the page that is opened, in one language. Chinese is the source;
 * a book is complete when it has the same type, so a missing sentence does not compile. A further language is one
 * folder beside `zh/`, a name in `format.ts` and a line in `booksOf`.
 */
import type { Language } from './format.ts'
import { enBooks } from './en/books.ts'
import { esBooks } from './es/books.ts'
import { type Books, zhBooks } from './zh/books.ts'

/** A book by its name. */
export type Book = keyof Books

type TextsOf<B extends Book> = Awaited<ReturnType<Books[B]>>
/** All at once what each of them holds. */
type Together<B extends Book> = (B extends Book ? (texts: TextsOf<B>) => void : never) extends (texts: infer All) => void ? All : never

/** What every page may say, and with it the books that are named: `Texts<'council'>` has the words of the charter. */
export type Texts<B extends Book = never> = TextsOf<'always'> & ([B] extends [never] ? unknown : Together<B>)
export type AllTexts = Texts<Book>

const booksOf: Record<Language, Books> = { zh: zhBooks, en: enBooks, es: esBooks }

export const allBooks = Object.keys(zhBooks) as Book[]

/** The words of these books; throws when one cannot be had: a page asks again. */
export async function loadBooks(language: Language, books: Iterable<Book>): Promise<Partial<AllTexts>> {
  const opened = await Promise.all([...books].map((book) => booksOf[language][book]()))
  return Object.assign({}, ...opened) as Partial<AllTexts>
}
