/** ◆ The process behind `recomputation.ts`. */
import { installNativeCrypto } from '../signatures/native-crypto.ts'
import { type Asked, type Said, wrongIn } from './recomputation.ts'

/** By its own word: who asks the system after a hub that is gone already is told of another process. */
const hub = Number(process.argv[2])

const say = (said: Said, then = (): void => {}): void => void process.send!(said, then)
/** Nobody is left who waits for it. */
const endWithTheHub = (): void => {
  if (process.ppid !== hub) process.exit()
}

// Who stops a service tells all its processes; when this one ends is the hub's to say, or follows from the hub's end.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => {})
installNativeCrypto()
process.once('message', (asked: Asked) => {
  endWithTheHub()
  const wrong = wrongIn(asked, (done) => {
    endWithTheHub()
    say({ done })
  })
  say({ wrong }, () => process.disconnect())
})
