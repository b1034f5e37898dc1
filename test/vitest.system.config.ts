import { defineConfig } from 'vitest/config'
import { shared } from './vitest.shared.ts'

// Tests that need system tools or root; each names the Debian package that it misses.
export default defineConfig({
  test: { ...shared, include: ['system/**/*.test.ts'] },
})
