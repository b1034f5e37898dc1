/** The books of the English catalogue. */
import type { Books } from '../zh/books.ts'

export const enBooks: Books = {
  always: () => import('./always.ts').then((m) => m.enAlways),
  refusals: () => import('./refusals.ts').then((m) => ({ refusals: m.enRefusals, door: m.enDoor })),
  arriving: () => import('./arriving.ts').then((m) => m.enArriving),
  devices: () => import('./devices.ts').then((m) => m.enDevices),
  listings: () => import('./listings.ts').then((m) => m.enListings),
  dealing: () => import('./dealing.ts').then((m) => m.enDealing),
  names: () => import('./names.ts').then((m) => m.enNames),
  why: () => import('./why.ts').then((m) => m.enWhy),
  self: () => import('./self.ts').then((m) => m.enSelf),
  between: () => import('./between.ts').then((m) => ({ between: m.enBetween })),
  cases: () => import('./cases.ts').then((m) => ({ cases: m.enCases })),
  council: () => import('./council.ts').then((m) => ({ council: m.enCouncil })),
  steward: () => import('./steward.ts').then((m) => m.enSteward),
  restore: () => import('./restore.ts').then((m) => m.enRestore),
  frozen: () => import('./frozen.ts').then((m) => m.enFrozen),
  public: () => import('./public.ts').then((m) => m.enPublic),
  papers: () => import('./papers.ts').then((m) => ({ papers: m.enPapers })),
  guides: () => import('./guides.ts').then((m) => ({ guides: m.enGuides })),
  forms: () => import('./forms.ts').then((m) => ({ forms: m.enForms })),
}
