/** The books of the Spanish catalogue. */
import type { Books } from '../zh/books.ts'

export const esBooks: Books = {
  always: () => import('./always.ts').then((m) => m.esAlways),
  refusals: () => import('./refusals.ts').then((m) => ({ refusals: m.esRefusals, door: m.esDoor })),
  arriving: () => import('./arriving.ts').then((m) => m.esArriving),
  devices: () => import('./devices.ts').then((m) => m.esDevices),
  listings: () => import('./listings.ts').then((m) => m.esListings),
  dealing: () => import('./dealing.ts').then((m) => m.esDealing),
  names: () => import('./names.ts').then((m) => m.esNames),
  why: () => import('./why.ts').then((m) => m.esWhy),
  self: () => import('./self.ts').then((m) => m.esSelf),
  between: () => import('./between.ts').then((m) => ({ between: m.esBetween })),
  cases: () => import('./cases.ts').then((m) => ({ cases: m.esCases })),
  council: () => import('./council.ts').then((m) => ({ council: m.esCouncil })),
  steward: () => import('./steward.ts').then((m) => m.esSteward),
  restore: () => import('./restore.ts').then((m) => m.esRestore),
  frozen: () => import('./frozen.ts').then((m) => m.esFrozen),
  public: () => import('./public.ts').then((m) => m.esPublic),
  papers: () => import('./papers.ts').then((m) => ({ papers: m.esPapers })),
  guides: () => import('./guides.ts').then((m) => ({ guides: m.esGuides })),
  forms: () => import('./forms.ts').then((m) => ({ forms: m.esForms })),
}
