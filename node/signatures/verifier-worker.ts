/** ◆ One worker of the pool: judges a batch of claims, and hands it back. */
import { parentPort, workerData } from 'node:worker_threads'
import { type BackEnd, installBackEnd, installNativeCrypto } from './native-crypto.ts'
import { judge } from './verifier-batch.ts'

/** What a worker is told when it starts, and each time there is work. */
export type WorkerData = { backEnd: BackEnd | undefined }
export type Work = { room: Uint8Array<ArrayBuffer>; count: number }

const { backEnd } = workerData as WorkerData
if (backEnd === undefined) installNativeCrypto()
else installBackEnd(backEnd)

parentPort!.on('message', ({ room, count }: Work) => {
  judge(room, count)
  parentPort!.postMessage(room, [room.buffer])
})
