/**
 * The service worker, where a browser allows one (https or `localhost`): it serves the page's own files while the community
 * cannot be reached, and nothing else. What the page asks of the hub (`/api/…`) passes by untouched; what was read is kept by the page
 * itself (`hub/reading.ts`), which also knows when a PIN forbids it. A kept file comes with the headers it came with, so
 * the policy that forbids strange scripts holds here too.
 *
 * `ui/vite.config.ts` writes the names of a build's files in place of FILES. A new build is a new worker: it fetches its files,
 * and takes over when the last page of the old one is closed, so no page loses the files it may still ask for. Of the words it
 * fetches those of its reader's language, which stands in its own address, and keeps others when they are asked for.
 */
declare const FILES: string[]

type Lasting = Event & { waitUntil(work: Promise<unknown>): void }
type Fetching = Event & { request: Request; respondWith(answer: Promise<Response>): void }
/** Of a service worker's own world, of which the page's types know nothing: what is used here. */
type World = {
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
  clients: { claim(): Promise<void> }
}
const world = self as unknown as World

const DOCUMENT = '/'
/** The files of one build stand together: a page and its parts are never of two builds. */
const SHELF = `shell ${FILES.join(' ')}`
const READS = new URL(location.href).searchParams.get('words')
/** What holds words is named after its language (`ui/vite.config.ts`), and every language has a book that is always there. */
const OTHERS = FILES.flatMap((path) => /^\/assets\/[a-z]{2}-(?=always-)/.exec(path) ?? []).filter((words) => words !== `/assets/${READS}-`)
const FIRST = FILES.filter((path) => !OTHERS.some((words) => path.startsWith(words)))

world.addEventListener('install', (event) => event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(FIRST))))

world.addEventListener('activate', (event) => event.waitUntil(clearShelves().then(() => world.clients.claim())))

world.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(document(request))
  else if (FILES.includes(pathname)) event.respondWith(file(pathname, request))
})

/** The hub's page as it is now; while it does not answer, as it was when this build was fetched. */
async function document(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (problem) {
    const kept = await (await caches.open(SHELF)).match(DOCUMENT)
    if (kept === undefined) throw problem
    return kept
  }
}

/** Files are named by what is in them, so the kept one is the right one. */
async function file(pathname: string, request: Request): Promise<Response> {
  const shelf = await caches.open(SHELF)
  const kept = await shelf.match(pathname)
  if (kept !== undefined) return kept
  const brought = await fetch(request)
  // A device without room shows the page all the same.
  if (brought.ok) await shelf.put(pathname, brought.clone()).catch(() => undefined)
  return brought
}

async function clearShelves(): Promise<void> {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name)
}
