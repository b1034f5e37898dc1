import { defineConfig } from 'vitest/config'
import { shared } from './vitest.shared.ts'

// Bad input only: what strangers, members and files may send, and what must then happen.
export default defineConfig({ test: { ...shared, include: ['**/*.doors.test.ts'] } })
