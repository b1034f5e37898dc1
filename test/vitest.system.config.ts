import { defineConfig } from 'vitest/config'
import everyDay from './vitest.config.ts'

// Tests that need system tools or root; each names the Debian package that it misses.
export default defineConfig({
  test: { ...everyDay.test, include: ['system/**/*.test.ts'], exclude: [] },
})
