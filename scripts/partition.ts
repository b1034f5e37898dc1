/**
 * `npm run partition`: seven hubs as processes, cut off from each other while their members go on sending, one of them
 * killed in the middle. Exit code 1 when anything was lost, doubled or invented, when an auditor finds anything, or when
 * it takes ten times as long as promised until all has arrived. The promise itself is printed and judged by whoever reads.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openLog } from '#node/log.ts'
import { buildPageIfStale } from '#node/page/page-build.ts'
import { root } from '#node/run.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { CONVERGED_SECONDS, play, type Played } from '#test/support/cuts/play.ts'
import { inOwnNamespace } from '#test/support/namespaces.ts'

const usage = `npm run partition [-- --hubs N] [--rounds N] [--cut SECONDS] [--seed S] [--json]
--hubs N       so many hubs, 3 to 16 (7)
--rounds N     so many cuts, one after the other (5)
--cut SECONDS  how long each lasts, at least (30)
--seed S       who is cut off, who is killed and who sends what (1)`

type Options = { hubs: number; rounds: number; cutSeconds: number; seed: number; json: boolean }

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null) {
    console.error(usage)
    return 2
  }
  const inside = inOwnNamespace([fileURLToPath(new URL('partition.mjs', import.meta.url)), ...args])
  if (inside !== null) return await inside
  installNativeCrypto()
  const dir = mkdtempSync(join(tmpdir(), 'partition-'))
  try {
    await buildPageIfStale(root, openLog('error'))
    const played = await play({ ...asked, dir, heard: (line) => console.error(line) })
    console.log(asked.json ? JSON.stringify(played) : figuresOf(played, asked))
    return played.faults.length === 0 ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function figuresOf({ roads, rounds, transfers, credited, cameBack, dropped, faults }: Played, { hubs, seed }: Options): string {
  const waits = rounds.map(({ convergedSeconds }) => convergedSeconds)
  const where = roads === 'namespaces'
    ? `each in a network namespace, cut by nftables, ${dropped} packets lost on the way`
    : 'on the loopback, since this machine allows no network namespaces or lacks ip and nft: smaller sides were held still (SIGSTOP)'
  return [
    `partition: ${hubs} hubs as processes, ${where}; seed ${seed}`,
    ...rounds.map(({ sides, killed, sentMeanwhile, convergedSeconds }) =>
      `  ${sides.padEnd(12)} ${killed} killed, ${String(sentMeanwhile).padStart(3)} sent meanwhile, all arrived after ${convergedSeconds.toFixed(1)} s`),
    `  slowest ${Math.max(...waits).toFixed(1)} s after mending (promised ${CONVERGED_SECONDS} s)`,
    `  ${transfers} transfers receipted: ${credited} credited, ${cameBack} for nobody and back; ${faults.length} lost, doubled, invented or otherwise wrong`,
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n')
}

function optionsOf(args: string[]): Options | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        hubs: { type: 'string', default: '7' }, rounds: { type: 'string', default: '5' }, cut: { type: 'string', default: '30' },
        seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false },
      },
    })
    const [hubs, rounds, cutSeconds, seed] = [Number(values.hubs), Number(values.rounds), Number(values.cut), Number(values.seed)]
    const isSound = [hubs, rounds, cutSeconds, seed].every(Number.isSafeInteger) && hubs >= 3 && hubs <= 16 && rounds >= 1 && rounds <= 100 && cutSeconds >= 1 && cutSeconds <= 600
    return isSound ? { hubs, rounds, cutSeconds, seed, json: values.json } : null
  } catch {
    return null
  }
}
