/** *Guests* of the README: who comes from another city, and what was given there. */
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { demandNewKey } from './city.ts'
import { addContribution } from './commons.ts'
import { type Foreign, globalDay, indexOnGlobal, inFederation, otherHub, proved, scopeOf } from './federation.ts'
import type { Genesis } from './genesis.ts'
import { read } from './shapes.ts'
import { keyIdOf, messageIn } from './signatures.ts'
import { shape } from './specification.ts'
import type { Rules } from './state.ts'
import { most, nominal } from './value.ts'

type Admission = { guest: Hex; home: string; device: Hex; evidence: Foreign[] }

/** How long before a request the rate of its award may have been that of: days. */
const AWARD_AGE = 90n

export const guestRules: Rules = {
  'guest.admitted'(city, { guest, home, device, evidence }: Admission) {
    const no = 'bad-evidence'
    inFederation(city)
    const card = otherHub(city, home)
    const known = city.guests.get(guest)
    demand(!known?.devices.includes(device), 'guest-known')
    demand(!city.members.has(guest) && guest !== city.hub.id && (known === undefined || known.home === home), 'account-taken')
    demandNewKey(city, device, known)
    const records = evidence.map((foreign) => proved(city, home, foreign))
    const [first, second] = records
    if (records.length === 1 && first!.kind.name === 'hub.founded') {
      const genesis = first!.fields.genesis as Hex
      const { steward } = read<Genesis>(shape('Genesis'), genesis, no)
      demand(sha(genesis) === card.hubId && steward.acct === guest && steward.device === device, no)
    } else {
      demand(records.length === 2 && second!.kind.name === 'member.attested' && second!.fields.member === guest, no)
      const { kind, head, fields, auth, body } = first!
      demand(head.acct === guest && fields.device === device, no)
      const { keyId, signature } = auth[0]!
      if (kind.name === 'device.added') {
        demand(city.verify(device, messageIn('device', card.hubId, guest + device), fields.proof as Hex), no)
      } else {
        demand(kind.name === 'member.joined' || kind.name === 'member.arrived', no)
        demand(keyId === keyIdOf(device) && city.verify(device, messageIn('entry', card.hubId, body), signature), no)
      }
    }
    city.guests.set(guest, { acct: guest, home, devices: [...(known?.devices ?? []), device] })
  },

  'contribution.abroad'(city, { member, xid, request }: { member: Hex; xid: Hex; request: Foreign }, { seq, ts }) {
    inFederation(city)
    const helper = city.members.get(member)
    const arrival = city.arrivals.get(xid)
    demand(helper, 'unknown-member')
    demand(!city.abroad.has(xid), 'already-counted')
    demand(arrival, 'unknown-transfer')
    demand(arrival.out.to === member, 'not-an-award')
    demand(arrival.phase === 'credited', 'wrong-phase')
    const { kind, fields, leaf, ts: askedTs } = proved(city, arrival.from, request)
    const asked = fields as { source: bigint; to: Hex; amount: bigint; awardMilli: bigint }
    demand(kind.name === 'x.req' && sha(`${utf8('cv/xid\0')}${scopeOf(city)}${leaf}`) === xid && asked.to === member, 'bad-evidence')
    demand(asked.source === 1n, 'not-an-award')
    const worth = nominal(asked.amount, indexOnGlobal(city, most(0n, globalDay(city, askedTs) - AWARD_AGE)))
    const { numerator, denominator } = city.documents.map(({ says }) => says.conversion)
      .reduce((a, b) => (a.numerator * b.denominator <= b.numerator * a.denominator ? a : b))
    demand(asked.awardMilli <= (numerator === 0n ? 0n : ((worth + 1n) * denominator - 1n) / numerator), 'award-too-large')
    helper.lifetimeMilli += asked.awardMilli
    addContribution(city, helper, ts, seq)
    city.abroad.set(xid, { xid, member, milli: asked.awardMilli, seq })
  },
}
