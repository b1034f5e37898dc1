/**
 * Delivery: every certificate of our chain is brought to each of its destinations, in the order of the slots and one at a
 * time, until it has answered with its own record and the proof that it stands, and that is recorded here.
 */
import type { Origin } from '#ledger/action.ts'
import type { Slot } from '#ledger/state/between.ts'
import type { State } from '#ledger/state/state.ts'
import { retryAfterMs } from '#protocol/limits.ts'
import type { SettleAnswer, SettleRequest } from '#protocol/message.ts'
import { deliveriesDue, type Delivery } from '#protocol/settlement.ts'
import { certificateOf } from './certificates.ts'
import type { Clock, Writer } from '../../ports.ts'
import { RecordDamaged } from '../../record/own-log.ts'

export type DeliveryPorts = {
  writer: Writer
  clock: Clock
  /** Records an entry of settlement, and says so when it is not taken. */
  record: Writer['record']
  /** Puts a question to a member; null when there was no answer. */
  ask(to: Origin, request: SettleRequest): Promise<SettleAnswer | null>
  /** The table's pauses, for a hub that was given other ones. */
  scaled(ms: number): number
  /** What is due may have changed. */
  wake(): void
}

export type Deliveries = {
  /** Begins with what is due and not under way. */
  deliver(): void
  /** Whoever comes back is no longer waited for: the next `deliver` begins with it anew. */
  isBack(destination: Origin): void
  stop(): void
}

type DeliveryTask = { slot: number; tries: number; cancel: () => void; underWay: boolean }

/** Opens the deliveries of this hub's chain; they begin when they are told to. */
export function openDeliveries(ports: DeliveryPorts): Deliveries {
  const { writer, clock } = ports
  const delivering = new Map<Origin, DeliveryTask>()
  /** The state that `delivering` and `firstOpen` are about: after a storage error the writer begins a new one. */
  let seen: State | null = null
  /** Slots below this are acknowledged by all. */
  let firstOpen = 0
  let stopped = false

  function deliver(): void {
    if (seen !== writer.state) {
      seen = writer.state
      firstOpen = 0
      // They are about slots of a state that the disk did not keep.
      cancelAll()
    }
    const { slots } = writer.state.chain
    while (firstOpen < slots.length && isSettled(slots[firstOpen]!)) firstOpen++
    for (const delivery of deliveriesDue(slots.slice(firstOpen))) {
      const { destination, slot } = delivery
      const task = delivering.get(destination)
      if (task?.slot === slot.order.slot) continue
      task?.cancel()
      const fresh: DeliveryTask = { slot: slot.order.slot, tries: 0, cancel: () => {}, underWay: false }
      delivering.set(destination, fresh)
      void tryDelivery(delivery, fresh)
    }
  }

  async function tryDelivery(delivery: Delivery, task: DeliveryTask): Promise<void> {
    const { destination, slot } = delivery
    if (stopped || task.underWay || seen !== writer.state || delivering.get(destination) !== task) return
    task.underWay = true
    const answer = await shown(delivery)
    task.underWay = false
    if (stopped || delivering.get(destination) !== task) return
    if (answer?.type === 'arrived') {
      const { record, proof } = answer
      const own = { slot: slot.order.slot, destination, arrival: { record, proof } }
      const recorded = await ports.record('x.ack', own)
      if (recorded.ok) {
        delivering.delete(destination)
        return ports.wake()
      }
    }
    task.cancel = clock.after(ports.scaled(retryAfterMs(task.tries)), () => void tryDelivery(delivery, task))
    task.tries += 1
  }

  /** What the destination says to the certificate; null also while the disk does not give back our own record of it. */
  async function shown({ destination, slot }: Delivery): Promise<SettleAnswer | null> {
    try {
      return await ports.ask(destination, { type: 'deliver', certificate: certificateOf(slot, writer) })
    } catch (error) {
      // The writer knows of it, and reads the disk again before it goes on.
      if (error instanceof RecordDamaged) return null
      throw error
    }
  }

  function cancelAll(): void {
    for (const { cancel } of delivering.values()) cancel()
    delivering.clear()
  }

  return {
    deliver,
    isBack(destination) {
      delivering.get(destination)?.cancel()
      delivering.delete(destination)
    },
    stop() {
      stopped = true
      cancelAll()
    },
  }
}

/** Certified, and every destination has shown its own record of it. */
const isSettled = ({ certified, order, acknowledged }: Slot): boolean =>
  certified && order.outs.every(({ destination }) => acknowledged.has(destination))
