/** Which members are connected, and who is told when one comes or goes. A member is linked once, by however many connections. */
import type { NetworkLog, PeerKey } from './network.ts'

type Listener = (peer: PeerKey) => void

export class Links {
  private readonly log: NetworkLog
  private readonly linked = new Set<PeerKey>()
  private readonly comes: Listener[] = []
  private readonly goes: Listener[] = []

  constructor(log: NetworkLog) {
    this.log = log
  }

  all(): PeerKey[] {
    return [...this.linked]
  }

  has(peer: PeerKey): boolean {
    return this.linked.has(peer)
  }

  onComing(listener: Listener): void {
    this.comes.push(listener)
  }

  onGoing(listener: Listener): void {
    this.goes.push(listener)
  }

  add(peer: PeerKey): void {
    this.linked.add(peer)
    this.log.info('a hub is connected', { peer })
    this.tell(this.comes, peer)
  }

  remove(peer: PeerKey): void {
    this.linked.delete(peer)
    this.log.info('a hub is disconnected', { peer })
    this.tell(this.goes, peer)
  }

  /** A listener that throws keeps no other from hearing. */
  private tell(listeners: Listener[], peer: PeerKey): void {
    for (const listener of listeners) {
      try {
        listener(peer)
      } catch (error) {
        this.log.error('a connection listener failed', { peer, reason: String(error) })
      }
    }
  }
}
