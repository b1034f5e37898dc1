/**
 * ◆ Founding a hub: the genesis document, entry 0 and its seal, written so that a crash leaves either a
 * whole founding or none (the journal is made under another name and renamed).
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { encodeAction } from '#ledger/action.ts'
import { concat, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCharter, type Preset } from '#ledger/charter/charter.ts'
import { encodeGenesis, encodeRecord, originOf, parseRecord, type Region, sealGroup } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { isAcceptableKey, keyIdOf, sign } from '#ledger/keys.ts'
import { found, isRefusal } from '#ledger/ledger.ts'
import { presets } from '#ledger/charter/presets.ts'
import type { HubLanguage } from '#protocol/api.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import { keepFormat } from '../disk/data-format.ts'
import { syncDirectory } from '../disk/durable.ts'
import { frameTypes } from './frames.ts'
import { openJournal } from '../disk/journal.ts'
import type { HubKeys } from '../disk/keystore.ts'
import { openLevelStore } from '../disk/level-store.ts'
import type { Clock, Entropy } from '../ports.ts'

const DAY = 86_400

export type Founding = { name: string; city: string; region: Region; preset: Preset }
/** Member 1: account (32 bytes), device public key, and what neighbours call them. */
export type FirstSteward = { acct: Uint8Array; device: Uint8Array; name: string }

export const journalDirectory = (dataDir: string): string => join(dataDir, 'journal')
export const votesDirectory = (dataDir: string): string => join(dataDir, 'votes')
export const mirrorsDirectory = (dataDir: string): string => join(dataDir, 'mirrors')
export const fetchedDirectory = (dataDir: string): string => join(dataDir, 'fetched')
export const storeDirectory = (dataDir: string): string => join(dataDir, 'level')
export const isFounded = (dataDir: string): boolean => existsSync(journalDirectory(dataDir))

/** Founds the hub in `dataDir`, whose lock the caller holds. Returns its id. Throws when it is founded already. */
export async function foundHub(
  dataDir: string, founding: Founding, steward: FirstSteward, language: HubLanguage, keys: HubKeys, clock: Clock, entropy: Entropy,
): Promise<Uint8Array> {
  if (isFounded(dataDir)) throw new Error('this hub is founded already')
  if (!isAcceptableKey(steward.device)) throw new RangeError('the steward key is not a usable Ed25519 key')
  const profile = await keepName(dataDir, steward.name, language, entropy)
  const now = clock.now()
  const charter = encodeCharter(presets[founding.preset])
  const genesis = encodeGenesis({
    format: 1,
    name: founding.name,
    city: founding.city,
    region: founding.region,
    day0: now - (now % DAY),
    preset: founding.preset,
    charterHash: sha256(charter),
    logKey: keys.log.publicKey,
    orderKey: keys.order.publicKey,
    steward: { acct: steward.acct, device: steward.device, profile },
    random: entropy.bytes(16),
  })
  const hubId = sha256(genesis)
  const hex = toHex(hubId)
  const body = encodeAction({
    kind: 'hub.founded', id: toHex(entropy.bytes(16)), acct: hex, exp: now + DAY, seen: { size: 0, leaf: hex }, genesis, charter,
  })
  const auth = [{ keyId: keyIdOf(keys.log.publicKey), signature: sign(keys.log.secret, 'entry', hubId, body) }]
  const origin = originOf(founding.name, hex)
  const record = encodeRecord({ origin, seq: 0, prev: hubId, ts: now, body, auth })
  const entry = parseRecord(record)
  if (entry === null) throw new RangeError('these data found no hub: malformed')
  const state = found(entry)
  if (isRefusal(state)) throw new RangeError(`these data found no hub: ${state.code}`)
  const seal = sealGroup({ origin, first: 0, last: 0, root: entry.leaf, generation: 0 }, keys.log.secret, hubId)

  keepFormat(dataDir)
  const unfinished = join(dataDir, 'journal.new')
  rmSync(unfinished, { recursive: true, force: true })
  const journal = await openJournal(unfinished, hubId, () => {})
  await journal.append([{ type: frameTypes.record, payload: record }, { type: frameTypes.seal, payload: seal }])
  await journal.close()
  renameSync(unfinished, journalDirectory(dataDir))
  syncDirectory(dataDir)
  return hubId
}

/** The steward's name is a blob like anybody's; it and the hub's language are kept before there is an entry 0. */
async function keepName(dataDir: string, name: string, language: string, entropy: Entropy): Promise<Uint8Array> {
  const salt = entropy.bytes(32)
  const commitment = commitmentOf(salt, utf8(name))
  const store = await openLevelStore(storeDirectory(dataDir))
  await store.table('blobs').put(toHex(commitment), concat(salt, utf8(name)))
  await store.table('meta').put('language', utf8(language))
  await store.close()
  return commitment
}
