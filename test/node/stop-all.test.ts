import { expect, test } from 'vitest'
import { type Stop, stopAll } from '#node/stop-all.ts'

test('the last to start stops first, and each once', async () => {
  const stopped: string[] = []
  const parts: Stop[] = ['journal', 'store', 'network'].map((name) => async () => void stopped.push(name))
  await stopAll(parts)
  await stopAll(parts)
  expect(stopped).toEqual(['network', 'store', 'journal'])
})

test('a part that fails, at once or later, leaves nobody behind it running, and its failure is told', async () => {
  const stopped: string[] = []
  const parts: Stop[] = [
    () => void stopped.push('lock'),
    async () => { throw new Error('the journal’s mark') },
    async () => void stopped.push('store'),
    () => { throw new Error('the network') },
  ]
  await expect(stopAll(parts)).rejects.toThrow('the network')
  expect(stopped).toEqual(['store', 'lock'])
})
