/**
 * Two builds. The page goes into `ui/dist` as hashed files with nothing inline, so that the hub's
 * Content-Security-Policy can forbid every inline script and style. With `--mode verify`, `verify.html` goes there as
 * one file with everything inside and a policy of its own, which allows exactly what it holds and therefore stands in
 * the file, for whoever opens it from a disk. `#ledger/`, `#protocol/` and `#ui/` come from `package.json`.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin, transformWithOxc } from 'vite'

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  publicDir: mode === 'verify' ? false : 'public',
  build: {
    outDir: 'dist',
    emptyOutDir: mode !== 'verify',
    target: 'es2022',
    // A data: URL for a small file would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    ...(mode === 'verify' ? verifyPage : thePage),
  },
  // The same page whoever builds it: a test runner's environment would ask for JSX that names its sources.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: mode === 'verify' ? [oneFile] : [runtimeAhead, serviceWorker],
}))

type Group = { name: string; test: RegExp; tags?: '$initial'[] }

/** What is read together comes together: many small files weigh more than what is in them. The first that fits counts.
 * None may need one that needs it: they would begin before what they lean on. */
const groups: Group[] = [
  { name: 'start', test: /./, tags: ['$initial'] },
  { name: 'qr', test: /node_modules\/qr\// },
  { name: 'key', test: /\/(ledger|protocol)\/|\/ui\/hub\/|\/ui\/device\/|@noble\// },
  { name: 'parts', test: /\/ui\/parts\/(?!qr)|\/ui\/text\/explain/ },
  ...['arriving|market', 'self|agreement|letters|papers|public', 'together|council']
    .map((rooms) => ({ name: rooms.replaceAll('|', '-'), test: new RegExp(`/ui/pages/(${rooms})/`) })),
  // The books that are opened on the same pages, in each language.
  ...['zh', 'en', 'es'].flatMap((language) => [
    { name: `${language}-always`, test: new RegExp(`/text/${language}/(always|numbers)\\.`) },
    { name: `${language}-forms`, test: new RegExp(`/text/${language}/(forms|letters|decide|together|circles|proposing|services|sessions|seasons|refusals)[./]`) },
    { name: `${language}-council`, test: new RegExp(`/text/${language}/(council|cases|steward|going-on|terms|between|restore|frozen|public|papers|guides)\\.`) },
    { name: `${language}-member`, test: new RegExp(`/text/${language}/(?!books)`) },
  ]),
]
const thePage = {
  rolldownOptions: {
    // Both rooms are pure (`test/architecture.test.ts`): a file of theirs that nobody asks anything of does nothing.
    treeshake: { moduleSideEffects: [{ test: /\/(ledger|protocol)\//, sideEffects: false }] },
    output: { codeSplitting: { groups, includeDependenciesRecursively: false } },
  },
}

/** One sheet, which the script need not insert, and one script that runs as a worker too, so it is no module. */
const verifyPage = {
  cssCodeSplit: false,
  rolldownOptions: { input: join(import.meta.dirname, 'verify.html'), output: { format: 'iife' as const } },
}

/** The few lines that a chunk of several modules leans on: the words need them, which come first and would wait for them last. */
const runtimeAhead: Plugin = {
  name: 'runtime-ahead',
  transformIndexHtml(_, { bundle = {} }) {
    const found = Object.keys(bundle).find((name) => name.includes('rolldown-runtime'))
    if (found === undefined) throw new Error('no chunk of the bundler’s own was built')
    return [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${found}` }, injectTo: 'head' }]
  },
}

/** `device/service-worker.ts` as `sw.js`, with the names of all the files of this build, and their hashes in them: another build is another worker. */
const serviceWorker: Plugin = {
  name: 'service-worker',
  enforce: 'post',
  async generateBundle(_, bundle) {
    const page = bundle['index.html']
    if (page?.type !== 'asset') throw new Error('index.html was not built')
    const built = Object.keys(bundle).filter((name) => name !== 'index.html').map((name) => `/${name}`)
    const icons = readdirSync(join(import.meta.dirname, 'public')).map((name) => `/${name}`)
    const source = join(import.meta.dirname, 'device', 'service-worker.ts')
    const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source, { sourcemap: false })
    const files = JSON.stringify(['/', ...built, ...icons].sort())
    this.emitFile({ type: 'asset', fileName: 'sw.js', source: `// ${hashOf(String(page.source))}\nconst FILES = ${files};\n${code}` })
  },
}

/** Puts the script and the sheet into the document. The script comes last: it needs the page that it fills. */
const oneFile: Plugin = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_, bundle) {
    const page = bundle['verify.html']
    if (page?.type !== 'asset') throw new Error('verify.html was not built')
    let script = ''
    let sheet = ''
    for (const [name, file] of Object.entries(bundle)) {
      if (file === page) continue
      if (file.type === 'chunk') script += file.code
      else if (name.endsWith('.css')) sheet += String(file.source)
      else throw new Error(`verify.html cannot hold ${name}`)
      delete bundle[name]
    }
    // Neither may end its element early, and a browser hashes what it has read: line ends as it reads them.
    script = script.trim().replaceAll('\r\n', '\n').replaceAll(/<(?=\/script|!--)/gi, '\\x3c')
    sheet = sheet.trim().replaceAll('\r\n', '\n')
    if (/<\/style/i.test(sheet)) throw new Error('a sheet that would end early')
    const policy = [
      "default-src 'none'", `script-src 'sha256-${hashOf(script)}'`, `style-src 'sha256-${hashOf(sheet)}'`, 'worker-src blob:',
      'img-src data:', 'connect-src http: https:', "base-uri 'none'", "form-action 'none'",
    ].join('; ')
    page.source = String(page.source)
      .replace(/\n\s*<script type="module"[^>]*><\/script>/, '')
      .replace(/\n\s*<link rel="stylesheet"[^>]*>/, '')
      .replace(/(<meta charset="utf-8">)/i, (found) => `${found}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
      .replace('</head>', () => `  <style>${sheet}</style>\n  </head>`)
      .replace('</body>', () => `  <script>${script}</script>\n  </body>`)
  },
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')
