/**
 * The books of the Chinese catalogue, each a file of its own that is loaded with the first page that needs it. Chinese is
 * the source: the types of all other languages are made of what stands here.
 */
export const zhBooks = {
  always: () => import('./always.ts').then((m) => m.zhAlways),
  refusals: () => import('./refusals.ts').then((m) => ({ refusals: m.zhRefusals, door: m.zhDoor })),
  arriving: () => import('./arriving.ts').then((m) => m.zhArriving),
  devices: () => import('./devices.ts').then((m) => m.zhDevices),
  listings: () => import('./listings.ts').then((m) => m.zhListings),
  dealing: () => import('./dealing.ts').then((m) => m.zhDealing),
  names: () => import('./names.ts').then((m) => m.zhNames),
  why: () => import('./why.ts').then((m) => m.zhWhy),
  self: () => import('./self.ts').then((m) => m.zhSelf),
  between: () => import('./between.ts').then((m) => ({ between: m.zhBetween })),
  cases: () => import('./cases.ts').then((m) => ({ cases: m.zhCases })),
  council: () => import('./council.ts').then((m) => ({ council: m.zhCouncil })),
  steward: () => import('./steward.ts').then((m) => m.zhSteward),
  restore: () => import('./restore.ts').then((m) => m.zhRestore),
  frozen: () => import('./frozen.ts').then((m) => m.zhFrozen),
  public: () => import('./public.ts').then((m) => m.zhPublic),
  papers: () => import('./papers.ts').then((m) => ({ papers: m.zhPapers })),
  guides: () => import('./guides.ts').then((m) => ({ guides: m.zhGuides })),
  forms: () => import('./forms.ts').then((m) => ({ forms: m.zhForms })),
}

/** Every book, and how it is fetched. */
export type Books = typeof zhBooks
