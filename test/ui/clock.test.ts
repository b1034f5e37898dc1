import { afterEach, expect, test } from 'vitest'
import { hubNow, hubSays } from '#ui/clock.ts'

const here = () => Date.now() / 1000
const at = (seconds: number) => String(Math.floor(seconds))

afterEach(() => hubSays(at(here())))

test('a page goes by its hub’s clock, ahead or behind, as the last answer said it', () => {
  const day = 86_400
  for (const ahead of [30 * day, -2 * day, 3_600]) {
    hubSays(at(here() + ahead))
    expect(Math.abs(hubNow() - here() - ahead)).toBeLessThan(2)
  }
})

test('a device that is right to the minute keeps its own time, and so does one whose hub says none', () => {
  hubSays(at(here() + 40))
  expect(Math.abs(hubNow() - here())).toBeLessThan(1)
  hubSays(at(here() + 7_200))
  hubSays(null)
  hubSays('noon')
  expect(Math.abs(hubNow() - here() - 7_200)).toBeLessThan(2)
})
