/** ◆ The process behind `recomputation.ts`. */
import { setPriority } from 'node:os'
import { installNativeCrypto } from './native-crypto.ts'
import { type Asked, type Said, wrongIn } from './recomputation.ts'

/** Gives way to the hub, and still comes to an end beside one that is busy day and night. */
const NICE = 10
const hub = process.ppid

const say = (said: Said, then = (): void => {}): void => void process.send!(said, then)
/** Nobody is left who waits for it. */
const endWithTheHub = (): void => {
  if (process.ppid !== hub) process.exit()
}

// A terminal tells it of Ctrl-C as well; when to end is the hub's to say, or follows from the hub's end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
setPriority(NICE)
installNativeCrypto()
process.once('message', (asked: Asked) => {
  const wrong = wrongIn(asked, (done) => {
    endWithTheHub()
    say({ done })
  })
  say({ wrong }, () => process.disconnect())
})
