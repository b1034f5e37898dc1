/** A member's devices: those that are theirs, those that wait to be, and who is being brought back. */
import { Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { approversOf, checkRecoveryApproved, recoveryApprovalsNeeded } from '#ledger/rules/recovery.ts'
import type { Recovery } from '#ledger/state/people.ts'
import type { AccountAnswer, DevicesView, NewDeviceAnswer, RecoveryView, StewardDevicesView } from '#protocol/api.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import type { NewDevices } from '../words/new-devices.ts'
import { type Pace, RETRY_SECONDS } from '../page/pace.ts'
import type { People } from '../words/people.ts'
import type { Writer } from '../ports.ts'
import { newDeviceForm } from '../page/requests.ts'
import type { Visitors } from './sessions.ts'

export type DeviceRoutePorts = {
  writer: Writer
  people: People
  visitors: Visitors
  pace: Pace
  newDevices: NewDevices
  /** Tells open pages that somebody waits. */
  onAsked(): void
}

export function deviceRoutes({ writer, people, visitors, pace, newDevices, onAsked }: DeviceRoutePorts): Hono {
  const app = new Hono()

  /** Whoever has only a new phone knows of their account what stewards see: its first eight digits. */
  app.get('/accounts/:number', (c) => {
    const number = c.req.param('number')
    if (!/^[0-9a-f]{8}$/.test(number)) return shutDoor(c, { code: 'not-found' })
    const found = [...writer.state.members.values()].filter(({ acct, form }) => form === 'person' && acct.startsWith(number))
    return found.length === 1 ? c.json({ acct: found[0]!.acct } satisfies AccountAnswer) : shutDoor(c, { code: 'not-found' })
  })

  app.post('/devices', async (c) => {
    const form = await bodyAs(c, newDeviceForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    if (!pace.mayJoin(c)) return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    const answer = newDevices.ask(form.account, form.device, form.proof)
    if (answer === 'full') return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    if ('refusal' in answer) return refuse(c, answer.refusal)
    onAsked()
    return c.json(answer satisfies NewDeviceAnswer)
  })

  app.get('/devices', (c) => {
    const who = visitors.who(c)
    const member = who === null ? undefined : writer.state.members.get(who)
    if (member === undefined) return shutDoor(c, { code: 'no-session' })
    const recovery = writer.state.recoveries.get(member.acct)
    return c.json({
      devices: [...member.devices.values()].map(toHex),
      waiting: newDevices.waiting(member.acct),
      recovery: recovery === undefined ? null : viewOf(recovery, member.acct),
    } satisfies DevicesView)
  })

  app.get('/steward/devices', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (!visitors.isSteward(c)) return shutDoor(c, { code: 'not-a-steward' })
    return c.json({
      waiting: newDevices.waiting().map((one) => ({ ...one, name: people.nameOf(one.acct) })),
      recoveries: [...writer.state.recoveries.values()].map((one) => viewOf(one, who)),
    } satisfies StewardDevicesView)
  })

  function viewOf(recovery: Recovery, reader: Hex): RecoveryView {
    const { state } = writer
    const { member, device, ts, by, due } = recovery
    return {
      member: people.view(member), device: toHex(device), ts, due,
      by: approversOf(state, recovery).map((acct) => people.view(acct)), needed: recoveryApprovalsNeeded(state, member),
      byMe: by.includes(reader) && checkRecoveryApproved(state, { acct: reader, member, device }) !== null,
    }
  }
  return app
}
