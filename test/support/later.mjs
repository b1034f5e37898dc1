/** Before a hub's own first line: its machine's clock is so many seconds ahead. Days pass in a test without anybody waiting. */
const ahead = 1_000 * Number(process.env['CLOCK_AHEAD_SECONDS'] ?? 0)
const now = Date.now
Date.now = () => now() + ahead
