/**
 * Two builds. The page goes into `ui/dist` as hashed files with nothing inline, so that the hub's
 * Content-Security-Policy can forbid every inline script and style. With `--mode verify`, `verify.html` goes there as
 * one file with everything inside and a policy of its own, which allows exactly what it holds and therefore stands in
 * the file, for whoever opens it from a disk. `#ledger/`, `#protocol/` and `#ui/` come from `package.json`.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: mode !== 'verify',
    target: 'es2022',
    // A data: URL for a small file would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    ...(mode === 'verify' ? verifyPage : {}),
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: mode === 'verify' ? [oneFile] : [],
}))

/** One sheet, which the script need not insert, and one script that runs as a worker too, so it is no module. */
const verifyPage = {
  cssCodeSplit: false,
  rolldownOptions: { input: join(import.meta.dirname, 'verify.html'), output: { format: 'iife' as const } },
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
