/**
 * The books of the Spanish catalogue: all that a member meets from the first visit to a help that is confirmed, their own
 * page, and what is public. The others are English for now, and a page that uses one says so (`catalogue.ts`).
 */
import type { Books } from '../catalogue.ts'

type Translated = 'always' | 'arriving' | 'devices' | 'listings' | 'dealing' | 'names' | 'why' | 'self' | 'restore' | 'frozen' | 'public'

export const esBooks: Pick<Books, Translated> = {
  always: () => import('./always.ts').then((m) => m.esAlways),
  arriving: () => import('./arriving.ts').then((m) => m.esArriving),
  devices: () => import('./devices.ts').then((m) => m.esDevices),
  listings: () => import('./listings.ts').then((m) => m.esListings),
  dealing: () => import('./dealing.ts').then((m) => m.esDealing),
  names: () => import('./names.ts').then((m) => m.esNames),
  why: () => import('./why.ts').then((m) => m.esWhy),
  self: () => import('./self.ts').then((m) => m.esSelf),
  restore: () => import('./restore.ts').then((m) => m.esRestore),
  frozen: () => import('./frozen.ts').then((m) => m.esFrozen),
  public: () => import('./public.ts').then((m) => m.esPublic),
}
