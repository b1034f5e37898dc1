/**
 * Founds a hub as the wizard does (keys, genesis, entry 0), or goes on with the one that is there, and lets three
 * people join. Keys and ids are of real chance, so that every run founds another hub; what it reports must be true
 * of the hub that is there afterwards.
 *
 *     node founder.ts DATA
 */
import { writeSync } from 'node:fs'
import { encodeAction } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { leafHash } from '#ledger/merkle.ts'
import { charterOf, type State } from '#ledger/state/state.ts'
import { lockDirectory } from '#node/disk/directory-lock.ts'
import { foundHub, isFounded, journalDirectory } from '#node/record/founding.ts'
import { openJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { openWriter } from '#node/record/writer.ts'
import { aPerson, hexFor, type Person } from '../towns.ts'
import { SEGMENT_BYTES, silent } from './directory.ts'

export type FoundingHeard = { keys: string } | { founded: string } | { entry: number; leaf: string }

const NEWCOMERS = 3

/** Resolves to the records of the log once everybody has joined. */
export async function foundAndGoOn(data: string, report: (heard: FoundingHeard) => void): Promise<Uint8Array[]> {
  installNativeCrypto()
  const lock = await lockDirectory(data)
  try {
    const keys = await openKeystore(data)
    report({ keys: toHex(keys.log.publicKey) })
    const steward = aPerson('steward')
    if (!isFounded(data)) {
      const founding = { name: 'chengdu', city: '成都', region: 'as', preset: 'city' } as const
      const acct = fromHex(steward.acct)!
      await foundHub(data, founding, { acct, device: steward.device, name: '会长' }, 'zh', keys, systemClock, systemEntropy)
    }
    const writer = await openWriter({
      openJournal: (onFrame) => openJournal(journalDirectory(data), null, onFrame, { segmentBytesMax: SEGMENT_BYTES }),
      keys, clock: systemClock, entropy: systemEntropy, log: silent,
    })
    report({ founded: toHex(writer.state.hub.id) })
    for (let i = writer.state.members.size - 1; i < NEWCOMERS; i++) {
      const { body, signature, keyId } = joining(writer.state, aPerson(`newcomer ${i}`))
      const answer = await writer.submit(body, [{ keyId, signature }])
      if (!answer.ok) throw new Error(`nobody can join: ${JSON.stringify(answer)}`)
      report({ entry: answer.seq, leaf: toHex(leafHash(answer.record)) })
    }
    const records = writer.read(0, writer.state.tree.size)
    await writer.close()
    return records
  } finally {
    await lock.release()
  }
}

function joining(state: State, person: Person) {
  const body = encodeAction({
    kind: 'member.joined', id: toHex(systemEntropy.bytes(16)), acct: person.acct, exp: systemClock.now() + 3_600,
    seen: { size: 0, leaf: toHex(state.hub.id) }, device: person.device, profile: hexFor('a name'),
    charter: toHex(sha256(encodeCharter(charterOf(state)))), invitation: null,
  })
  return { body, keyId: keyIdOf(person.device), signature: sign(person.secret, 'entry', state.hub.id, body) }
}

if (import.meta.main) {
  const [data] = process.argv.slice(2)
  if (data === undefined) throw new Error('founder.ts DATA')
  await foundAndGoOn(data, (heard) => void writeSync(1, `${JSON.stringify(heard)}\n`))
  writeSync(1, 'done\n')
}
