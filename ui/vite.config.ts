/**
 * Builds the page into `ui/dist`: hashed files and nothing inline, so that the hub's
 * Content-Security-Policy can forbid every inline script and style. `#ledger/`, `#protocol/` and
 * `#ui/` come from `package.json`.
 */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL for a small file would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
