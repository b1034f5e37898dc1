/** Cities meeting: what a steward asks of the federation, and what the page is answered. */
import type { Origin } from '#ledger/action.ts'
import { fromBase64 } from '#ledger/bytes.ts'
import { parseSignedCard } from '#ledger/federation/federation.ts'
import type { DoorRefusal, FederationView } from '#protocol/api.ts'
import { parseCode } from '#protocol/meeting-code.ts'
import type { FederationAnswer, FederationDriver } from './cities/federation/federation.ts'
import type { Meeting, Met } from './routes/steward.ts'
import { unavailableDoor } from './status.ts'
import type { NetworkLog } from './wire/network.ts'

export type MeetingPorts = {
  origin: Origin
  federation: FederationDriver
  /** How far it has come now. */
  view(): FederationView
  /** Whether this hub stands at its public address already. */
  isPublic: boolean
  /** From its next start on it does. */
  becomePublic(): Promise<void>
  /** Starts the hub anew inside this process; resolves to what is to be asked then. */
  restart(): Promise<Meeting>
  log: NetworkLog
}

export function meetingOf({ origin, federation, view, isPublic, becomePublic, restart, log }: MeetingPorts): Meeting {
  return {
    found: () => meet('found', ''),
    async join(card) {
      const door = cardFault(card, origin)
      return door === null ? meet('join', card) : { door }
    },
    admit: async (card) => met(await federation.admit(card)),
    box: async (isBox) => met(await federation.beBox(isBox)),
    close: async (hub) => met(await federation.close(hub)),
    keep: async (hub) => met(await federation.keep(hub)),
    release: async (hub) => met(await federation.release(hub)),
    renew: async () => met(await federation.renew()),
    terms: async (terms) => met(await federation.agreeOn(terms)),
  }

  /**
   * Meeting others begins with moving to the public address, because the document and the card say where this
   * hub is; so the first time the hub starts anew and the new one does what was asked.
   */
  async function meet(way: 'found' | 'join', card: string): Promise<Met> {
    if (!isPublic) {
      await becomePublic()
      // What keeps it from coming up (a port that is taken) stands in its log, and is tried again.
      const anew = await restart().catch(() => null)
      return anew === null ? { door: { code: 'busy', retrySeconds: 5 } } : anew[way](card)
    }
    return met(await (way === 'found' ? federation.found() : federation.join(card)))
  }

  function met(answer: FederationAnswer): Met {
    if (answer.ok) return view()
    if ('door' in answer) return { door: answer.door }
    if (!answer.answer.ok && 'unavailable' in answer.answer) return { door: unavailableDoor(answer.answer.unavailable) }
    log.error('the record refused a federation document', { answer: JSON.stringify(answer.answer) })
    return { door: { code: 'internal', request: 'federation' } }
  }
}

/** Why a pasted text is no other hub's card, or null. */
function cardFault(text: string, own: Origin): DoorRefusal | null {
  // What a code stands for is seen when its hub is asked.
  if (parseCode(text) !== null) return null
  const bytes = fromBase64(text)
  const signed = bytes === null ? null : parseSignedCard(bytes)
  if (signed === null) return { code: 'bad-card' }
  return signed.card.origin === own ? { code: 'own-card' } : null
}
