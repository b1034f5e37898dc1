/**
 * Going to another city and arriving there. What is carried is a file: the key, behind a password, and the record by which its
 * owner moved, with the proof that it stands in the log they come from. The new city believes the record and nobody else.
 */
import { fromBase64, fromHex, toBase64, utf8 } from '#ledger/bytes.ts'
import { encodeProof, parseProof } from '#ledger/proof.ts'
import { keepDevice, keptDevice } from '../device/cabinet.ts'
import { commit, random, spoken } from '../device/commit.ts'
import { deviceOf } from '../device/signing.ts'
import { hubView } from './app.ts'
import { hub } from './hub-client.ts'
import { unlock } from './acting.ts'
import { type Done, kept } from './kept-key.ts'
import { act, signIn } from './session.ts'

const FORMAT = 'tongyi-moving-1'
const PROOF_AGAIN_MS = 3_000

export type MovingFile = {
  format: typeof FORMAT
  acct: string
  /** From where, and to where. */
  home: string
  destination: string
  name: string
  seed: { salt: string; nonce: string; bytes: string }
  record: string
  proof: string
}

/** The file, once a checkpoint covers the record; `isOver` ends the waiting. Null when the key was not opened or it is over. */
export async function movingFile(seq: number, destination: string, pin: string, isOver: () => boolean): Promise<MovingFile | null> {
  const [device, view] = [await unlock(), hubView.get()]
  const shown = device === null ? null : await proofOnceThere(seq, isOver)
  if (device === null || view === null || shown === null) return null
  const { sealSeed } = await import('../device/pin.ts')
  const { salt, nonce, bytes } = await sealSeed(device.secret, pin, random)
  return {
    format: FORMAT, acct: device.acct, home: view.origin, destination, name: kept.get()?.name ?? '',
    seed: { salt: toBase64(salt), nonce: toBase64(nonce), bytes: toBase64(bytes) }, ...shown,
  }
}

async function proofOnceThere(seq: number, isOver: () => boolean): Promise<{ record: string; proof: string } | null> {
  while (!isOver()) {
    const answer = await hub.proof(seq)
    const proof = answer.ok ? parseProof(answer.value) : null
    if (proof?.extra !== undefined) {
      const { index, hashes, checkpoint, extra } = proof
      return { record: toBase64(extra), proof: encodeProof({ index, hashes, checkpoint }) }
    }
    await new Promise((resolve) => setTimeout(resolve, PROOF_AGAIN_MS))
  }
  return null
}

/** Null for a text that is no such file. */
export function readMovingFile(text: string): MovingFile | null {
  try {
    const file = JSON.parse(text) as Partial<MovingFile> | null
    const isWhole = file?.format === FORMAT && [file.acct, file.home, file.destination, file.name, file.record, file.proof, file.seed?.salt, file.seed?.nonce, file.seed?.bytes]
      .every((part) => typeof part === 'string')
    return isWhole ? (file as MovingFile) : null
  } catch {
    return null
  }
}

/** Joins here with what the file carries; `bad-pin` when the password does not open it. */
export async function arrive(file: MovingFile, pin: string, name: string): Promise<Done<null> | 'bad-pin'> {
  const view = hubView.get()
  const { openSeed } = await import('../device/pin.ts')
  const [salt, nonce, bytes] = [file.seed.salt, file.seed.nonce, file.seed.bytes].map(fromBase64)
  const seed = salt == null || nonce == null || bytes == null ? null : await openSeed({ salt, nonce, bytes }, pin)
  if (seed === null) return 'bad-pin'
  const before = view === null ? null : await keptDevice(view.hubId)
  // A browser that holds the key of another account here keeps that.
  if (view === null || (before !== null && before.acct !== file.acct)) return { ok: false, trouble: { from: 'unready' } }
  const { publicKey } = deviceOf(file.acct, seed)
  const keeping = { acct: file.acct, hubId: view.hubId, publicKey, name: spoken(name), seed }
  await keepDevice(keeping)
  kept.set(keeping)
  const profile = commit(name)
  const done = await act({
    kind: 'member.arrived', device: fromHex(publicKey)!, profile: profile.commitment, charter: view.charterHash, home: file.home,
    moved: { record: fromBase64(file.record) ?? new Uint8Array(), proof: utf8(file.proof) },
  }, { blobs: [profile.blob] })
  // Taken before, and the answer was lost on the way: the account is there, so signing in is all that is left.
  if (!done.ok && !(done.trouble.from === 'record' && done.trouble.code === 'account-taken')) return done
  return signIn()
}
