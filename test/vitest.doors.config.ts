import { defineConfig } from 'vitest/config'
import everyDay from './vitest.config.ts'

// Bad input only: what strangers, members and files may send, and what must then happen.
export default defineConfig({ test: { ...everyDay.test, include: ['**/*.doors.test.ts'] } })
