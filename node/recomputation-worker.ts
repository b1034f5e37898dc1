/** ◆ The thread behind `recomputation.ts`. */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { installNativeCrypto } from './native-crypto.ts'
import { type Asked, type Said, wrongIn } from './recomputation.ts'

/** Gives way to the hub, and still comes to an end beside one that is busy day and night. */
const NICE = 10

const say = (said: Said): void => parentPort!.postMessage(said)

// On Linux this is the thread's own; elsewhere it would be the whole hub's.
if (process.platform === 'linux') setPriority(NICE)
installNativeCrypto()
say({ wrong: wrongIn(workerData as Asked, (done) => say({ done })) })
