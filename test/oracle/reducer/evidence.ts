/** *Evidence* of the README: a bundle is written anew from its parts and compared, so nothing in its head is believed. */
import { demand, fromBase64, fromHex, type Hex, sha, sizeOf, textOf, u64, utf8 } from './bytes.ts'
import { encode } from './codec.ts'
import { isSoundCard } from './federation.ts'
import { type Genesis, originOf } from './genesis.ts'
import { checkpointOf, grew, hashIn, leads, proofOf, vkey } from './notes.ts'
import { read } from './shapes.ts'
import { messageIn, signed } from './signatures.ts'
import { shape } from './specification.ts'
import type { Card } from './state.ts'

const NO = 'bad-evidence'
export type Offence = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'E6'
type Charge = { numbers: bigint[]; hashes: Hex[]; sentence: string; convicts: boolean; at: bigint; by?: [string, Hex]; chain?: string }
type Accused = { hubId: Hex; origin: string; logKey: Hex; orderKey: Hex }
type Seal = { sealed: Hex; signature: Hex }
type Sealed = { origin: string; first: bigint; last: bigint; root: Hex; generation: bigint }

const PARTS: Record<Offence, string[]> = {
  E1: ['first receipt', 'second receipt'],
  E2: ['first checkpoint', 'second checkpoint'],
  E3: ['earlier checkpoint', 'later checkpoint', 'beginning of the later'],
  E4: ['receipt', 'record in its place'],
  E5: ['slot', 'first order', 'second order'],
  E6: ['card', 'slot', 'first vote', 'second vote'],
}

/** `at`: a number of the log, or a slot of `chain`. */
export function evidenceIn(bundle: Hex): { kind: Offence; id: Hex; hubId: Hex; at: bigint; chain: string | null } {
  demand(sizeOf(bundle) <= 49_152, NO)
  const text = textOf(bundle, NO)
  const [head, ...pieces] = text.split(/^== /m)
  const kind = /^cv-evidence@v1\nkind (E[1-6])\n/.exec(text)?.[1] as Offence | undefined
  const parts = pieces.map((piece) => piece.split('\n'))
  const names = parts.map((lines) => lines.shift())
  demand(kind !== undefined && names.join() === ['genesis', ...PARTS[kind]].join() && parts.every((lines) => lines.pop() === ''), NO)
  demand(parts[0]!.length === 1, NO)
  const genesisBytes = fromBase64(parts[0]![0]!, NO)
  const genesis = read<Genesis>(shape('Genesis'), genesisBytes, NO)
  const [hubId, origin] = [sha(genesisBytes), originOf(genesis, genesisBytes)]
  const { logKey, orderKey } = genesis
  const { numbers, hashes, sentence, convicts, by, at, chain = null } = charge(kind, parts.slice(1), { hubId, origin, logKey, orderKey })
  demand(convicts, NO)
  const offence = encode([kind, fromHex(hubId), numbers.slice(0, 2), hashes.map(fromHex)])
  const id = sha(utf8('cv/evidence\0') + offence)
  demand(head === [
    'cv-evidence@v1', `kind ${kind}`, `hub ${origin}`, `hubId ${hubId}`, `key ${vkey(...(by ?? [origin, logKey] as const))}`, `id ${id}`, sentence,
    'Check it with a program you trust, and compare the hubId with the one on the hub’s card.', '', '',
  ].join('\n'), NO)
  return { kind, id, hubId, at, chain }
}

function charge(kind: Offence, parts: string[][], hub: Accused): Charge {
  if (kind === 'E5') return twoOrders(parts, hub)
  if (kind === 'E6') return twoVotes(parts, hub)
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
      numbers: [a.generation, a.seq], hashes: [a.leaf, b.leaf].sort(), at: a.seq,
      convicts: a.seq === b.seq && a.generation === b.generation && a.leaf !== b.leaf,
      sentence: `This key sealed two different records as number ${a.seq} of its log, both in generation ${a.generation}: a log has one record at each number.`,
    }
  }
  if (kind === 'E4') {
    const { generation, seq, leaf } = bound(first)
    const place = hashIn(second[0] ?? '', NO)
    const { index, size, extra } = proofOf([...second.slice(1), ''].join('\n'), place, hub.origin, hub.logKey, NO)
    return {
      numbers: [generation, seq], hashes: [leaf, place], at: seq, convicts: index === seq && leaf !== place && !extra,
      sentence: `This key gave a receipt for a record as number ${seq} of its log, and signed a checkpoint of ${size} records in which another record stands there: what it promised to keep is gone.`,
    }
  }
  const [a, b] = [checkpoint(first), checkpoint(second)]
  if (kind === 'E2') {
    return {
      numbers: [a.size], hashes: [a.root, b.root].sort(), at: a.size - 1n, convicts: a.size === b.size && a.root !== b.root,
      sentence: `This key signed two checkpoints of ${a.size} records with different roots: it has shown two histories of the same length.`,
    }
  }
  const [root, ...path] = parts[2]!.map((line) => hashIn(line, NO))
  return {
    numbers: [a.size, b.size], hashes: [a.root, b.root], at: a.size - 1n,
    convicts: root !== undefined && a.size < b.size && grew(a.size, root, b.size, b.root, path) && root !== a.root,
    sentence: `This key signed a checkpoint of ${a.size} records, and one of ${b.size} records whose first ${a.size} are not the same: what was signed first has been changed.`,
  }
}

/** A slot, and what stands in it and is said of it: two words about it, by one key. */
function twoWords(slot: string[], words: string[][], isSaid: (at: { scope: Hex; hub: string; place: Hex }, word: string[]) => Hex) {
  const [scope, hub, number] = [hashIn(slot[0] ?? '', NO), slot[1] ?? '', slot[2] ?? '']
  demand(slot.length === 3 && isNumber(number), NO)
  const at = { scope, hub, place: `${utf8(`${hub}\0`)}${u64(BigInt(number))}` }
  const orders = words.map((word) => isSaid(at, word))
  return { scope, hub, slot: BigInt(number), orders }
}

const isNumber = (text: string): boolean => /^(0|[1-9][0-9]{0,15})$/.test(text) && BigInt(text) < 1n << 53n

function twoOrders([slot, ...words]: string[][], { origin, orderKey }: Accused): Charge {
  const said = twoWords(slot!, words, ({ scope, place }, word) => {
    const order = hashIn(word[0] ?? '', NO)
    demand(word.length === 2 && signed(orderKey, messageIn('order', scope, place + order), fromBase64(word[1]!, NO)), NO)
    return order
  })
  return {
    numbers: [said.slot], hashes: [said.scope, ...said.orders.toSorted()], at: said.slot, chain: origin, by: [`${origin}/order`, orderKey],
    convicts: said.hub === origin && said.orders[0] !== said.orders[1],
    sentence: `This key signed two different orders for slot ${said.slot} of its chain: what it has it meant to spend twice.`,
  }
}

function twoVotes([shown, slot, ...words]: string[][], { hubId, origin, logKey }: Accused): Charge {
  demand(shown!.length === 2, NO)
  const [bytes, signature] = shown!.map((line) => fromBase64(line, NO)) as [Hex, Hex]
  const card = read<Card>(shape('Card'), bytes, NO)
  demand(isSoundCard(card) && card.hubId === hubId && card.origin === origin && card.logKey === logKey, NO)
  demand(signed(logKey, messageIn('card', hubId, bytes), signature), NO)
  const said = twoWords(slot!, words, ({ scope, place }, word) => {
    const [epoch = '', order = '', vote = ''] = word
    demand(word.length === 3 && isNumber(epoch), NO)
    const id = hashIn(order, NO)
    demand(signed(card.voteKey, messageIn('vote', scope, `${place}${u64(BigInt(epoch))}${id}`), fromBase64(vote, NO)), NO)
    return id
  })
  return {
    numbers: [said.slot], hashes: [said.scope, sha(utf8(said.hub)), ...said.orders.toSorted()], at: said.slot, chain: said.hub, by: [`${origin}/vote`, card.voteKey],
    convicts: said.orders[0] !== said.orders[1],
    sentence: `This key voted for two different orders in slot ${said.slot} of the chain of ${said.hub}: a voter stands by the first one it has voted for.`,
  }
}
