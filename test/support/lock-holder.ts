/** Holds a directory's lock, says so, and stays until it is killed. */
import { lockDirectory } from '#node/disk/directory-lock.ts'

const [dir] = process.argv.slice(2)
if (dir === undefined) throw new Error('usage: lock-holder <data directory>')
await lockDirectory(dir)
console.log('locked')
setInterval(() => {}, 1 << 30)
