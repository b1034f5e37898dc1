/** *Evidence* of the README: a bundle is written anew from its parts and compared, so nothing in its head is believed. */
import { demand, fromBase64, fromHex, type Hex, sha, sizeOf, textOf, utf8 } from './bytes.ts'
import { encode } from './codec.ts'
import { type Genesis, originOf } from './genesis.ts'
import { checkpointOf, grew, hashIn, leads, proofOf, vkey } from './notes.ts'
import { read } from './shapes.ts'
import { messageIn, signed } from './signatures.ts'
import { shape } from './specification.ts'

const NO = 'bad-evidence'
export type Offence = 'E1' | 'E2' | 'E3' | 'E4'
type Charge = { numbers: bigint[]; hashes: Hex[]; sentence: string; convicts: boolean }
type Seal = { sealed: Hex; signature: Hex }
type Sealed = { origin: string; first: bigint; last: bigint; root: Hex; generation: bigint }

const PARTS: Record<Offence, string[]> = {
  E1: ['first receipt', 'second receipt'],
  E2: ['first checkpoint', 'second checkpoint'],
  E3: ['earlier checkpoint', 'later checkpoint', 'beginning of the later'],
  E4: ['receipt', 'record in its place'],
}

export function evidenceIn(bundle: Hex): { kind: Offence; id: Hex; hubId: Hex } {
  demand(sizeOf(bundle) <= 49_152, NO)
  const text = textOf(bundle, NO)
  const [head, ...pieces] = text.split(/^== /m)
  const kind = /^cv-evidence@v1\nkind (E[1-4])\n/.exec(text)?.[1] as Offence | undefined
  const parts = pieces.map((piece) => piece.split('\n'))
  const names = parts.map((lines) => lines.shift())
  demand(kind !== undefined && names.join() === ['genesis', ...PARTS[kind]].join() && parts.every((lines) => lines.pop() === ''), NO)
  demand(parts[0]!.length === 1, NO)
  const genesisBytes = fromBase64(parts[0]![0]!, NO)
  const genesis = read<Genesis>(shape('Genesis'), genesisBytes, NO)
  const [hubId, origin] = [sha(genesisBytes), originOf(genesis, genesisBytes)]
  const { numbers, hashes, sentence, convicts } = charge(kind, parts.slice(1), { hubId, origin, logKey: genesis.logKey })
  demand(convicts, NO)
  const offence = encode([kind, fromHex(hubId), numbers.slice(0, 2), hashes.map(fromHex)])
  const id = sha(utf8('cv/evidence\0') + offence)
  demand(head === [
    'cv-evidence@v1', `kind ${kind}`, `hub ${origin}`, `hubId ${hubId}`, `key ${vkey(origin, genesis.logKey)}`, `id ${id}`, sentence,
    'Check it with a program you trust, and compare the hubId with the one on the hub’s card.', '', '',
  ].join('\n'), NO)
  return { kind, id, hubId }
}

function charge(kind: Offence, parts: string[][], hub: { hubId: Hex; origin: string; logKey: Hex }): Charge {
  const [first, second] = parts as [string[], string[]]
  const checkpoint = (lines: string[]) => checkpointOf([...lines, ''].join('\n'), hub.origin, hub.logKey, NO)
  const bound = (lines: string[]): { generation: bigint; seq: bigint; leaf: Hex } => {
    demand(lines.length === 2, NO)
    const receipt = read<{ seal: Hex; seq: bigint; path: Hex[] }>(shape('Receipt'), fromBase64(lines[0]!, NO), NO)
    const seal = read<Seal>(shape('Seal'), receipt.seal, NO)
    const { origin, first, last, root, generation } = read<Sealed>(shape('Sealed'), seal.sealed, NO)
    const leaf = hashIn(lines[1]!, NO)
    demand(first <= last && origin === hub.origin && receipt.seq >= first, NO)
    demand(signed(hub.logKey, messageIn('seal', hub.hubId, seal.sealed), seal.signature), NO)
    demand(leads(leaf, receipt.seq - first, last - first + 1n, receipt.path, root), NO)
    return { generation, seq: receipt.seq, leaf }
  }
  if (kind === 'E1') {
    const [a, b] = [bound(first), bound(second)]
    return {
      numbers: [a.generation, a.seq], hashes: [a.leaf, b.leaf].sort(),
      convicts: a.seq === b.seq && a.generation === b.generation && a.leaf !== b.leaf,
      sentence: `This key sealed two different records as number ${a.seq} of its log, both in generation ${a.generation}: a log has one record at each number.`,
    }
  }
  if (kind === 'E4') {
    const { generation, seq, leaf } = bound(first)
    const place = hashIn(second[0] ?? '', NO)
    const { index, size, extra } = proofOf([...second.slice(1), ''].join('\n'), place, hub.origin, hub.logKey, NO)
    return {
      numbers: [generation, seq], hashes: [leaf, place], convicts: index === seq && leaf !== place && !extra,
      sentence: `This key gave a receipt for a record as number ${seq} of its log, and signed a checkpoint of ${size} records in which another record stands there: what it promised to keep is gone.`,
    }
  }
  const [a, b] = [checkpoint(first), checkpoint(second)]
  if (kind === 'E2') {
    return {
      numbers: [a.size], hashes: [a.root, b.root].sort(), convicts: a.size === b.size && a.root !== b.root,
      sentence: `This key signed two checkpoints of ${a.size} records with different roots: it has shown two histories of the same length.`,
    }
  }
  const [root, ...path] = parts[2]!.map((line) => hashIn(line, NO))
  return {
    numbers: [a.size, b.size], hashes: [a.root, b.root],
    convicts: root !== undefined && a.size < b.size && grew(a.size, root, b.size, b.root, path) && root !== a.root,
    sentence: `This key signed a checkpoint of ${a.size} records, and one of ${b.size} records whose first ${a.size} are not the same: what was signed first has been changed.`,
  }
}
