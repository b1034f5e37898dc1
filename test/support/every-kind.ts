/**
 * Two towns in whose books everything happens that can: the log of the first holds a record of every kind there
 * is. Who wants to show something of *every* record (that no byte of it can change, that it survives a kill at any
 * moment, that every machine reads it alike) begins here. The story takes three days. Ids are numbered through a
 * process, so it is the same bytes in every process that begins with it.
 */
import type { Hex, Kind } from '#ledger/action.ts'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import {
  categories, type Charter, encodeCharter, projectSizes, redemptions, resources, roles, services, works,
} from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { presets } from '#ledger/charter/presets.ts'
import { slipHash } from '#ledger/rules/proxy.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { invitationOf } from '#ledger/rules/invitation.ts'
import { restoreApproval } from '#ledger/rules/restore.ts'
import { charterOf, generationOf } from '#ledger/state/state.ts'
import {
  agree, aHelp, anOpening, aSession, booked, commit, completed, confirm, decline, gradedBy, grades, helpOnce, HOUR, rateBoth, report,
} from './people.ts'
import {
  acknowledge, addingDevice, admit, aMember, type Asked, arriving, aPerson, aRegion, ask, awardRequest, bytesFor, CV, DAY, dayIn, deliver, help, hexFor, idFor, issue,
  joining, moving, owesAward, pass, type Person, recorded, secondDevice, settle, shown, type Town, xidIn,
} from './towns.ts'
import { branchOf, evidenceOfEach } from './two-histories.ts'

export type TwoTowns = { chengdu: Town; barcelona: Town }

/** Both towns at the end of the story; every kind stands in Chengdu's log. */
export function everyKind(): TwoTowns {
  const { towns } = aRegion(['chengdu', 'barcelona'], { agreed: openToAll })
  const [chengdu, barcelona] = towns
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  issue(barcelona, 1_000n * CV, towns)

  betweenNeighbours(chengdu, mei, bo)
  comeAndGo(chengdu, mei)
  changeDevices(chengdu, mei, bo)
  setApart(chengdu, bo)
  forTheCommunity(chengdu, mei, bo)
  givenAndUsed(chengdu, mei, bo)
  const garden = makeTogether(chengdu, mei, bo)
  foundASchool(chengdu, mei, bo)
  seatsToSpare(chengdu, hexFor('a school'), bo, mei)
  spokenFor(chengdu, mei, bo)
  const id = accused(chengdu)
  servedFor(chengdu, bo)
  deliberated(chengdu, mei, bo)
  recorded(chengdu, { kind: 'cv.converted', amountMilli: 300n * CV }, [mei])
  recorded(chengdu, { kind: 'pool.granted', member: mei.acct, amountMilli: CV, reason: hexFor('a hospital') }, [chengdu.steward])
  nextDay(towns)
  shareOut(chengdu, garden, mei, bo)

  confirmedAndTakenBack(chengdu, id, [mei, bo, ...['jo', 'a juror'].map((name) => aPerson(`chengdu ${name}`))])
  const ana = anAwardToBarcelona(towns)
  anAwardFromBarcelona(towns, mei)
  nextDay(towns)
  suspendedAndSentBack(towns, ana, mei)
  calledOff(chengdu, barcelona, mei, ana)
  goAndCome(chengdu, barcelona)
  wentBack(chengdu, mei)
  convicted(chengdu, barcelona)
  return { chengdu, barcelona }
}

/** The day's tick in both, and in Chengdu what everything has come to, as its hub would say it. */
function nextDay(towns: [Town, Town]): void {
  pass(towns, 1)
  const [chengdu] = towns
  recorded(chengdu, { kind: 'state.digest', root: digestOf(chengdu.state) })
}

/** The kinds that `everyKind` tells of at this moment, in the order in which they first appear. */
export const kindsIn = (town: Town): Kind[] => [...new Set(town.entries.map(({ action }) => action.kind))]

/** Help in both forms: kept, refused and called off; rated. Mei has then given sixteen hours. */
function betweenNeighbours(town: Town, mei: Person, bo: Person): void {
  rateBoth(town, completed(town, mei, bo, { minutes: 960 }), [bo, grades.good], [mei, grades.good])

  const declined = agree(town, bo, mei, { minutes: 60 })
  recorded(town, { kind: 'checkin.made', agreement: declined }, [bo])
  report(town, declined, bo, 50)
  decline(town, declined, mei)
  report(town, declined, bo, 40)
  confirm(town, declined, mei)
  commit(town, declined, mei, grades.fair)
  commit(town, declined, bo, grades.good)
  recorded(town, anOpening(declined, mei, grades.fair))

  recorded(town, { kind: 'agreement.cancelled', agreement: agree(town, mei, bo) }, [bo])
  const lent = booked(town, bo, mei, { begins: town.now - DAY })
  recorded(town, { kind: 'checkin.made', agreement: lent }, [mei])
  recorded(town, { kind: 'return.recorded', agreement: lent }, [mei])
  report(town, lent, bo)
  confirm(town, lent, mei)

  const notCome = agree(town, mei, bo, { begins: town.now })
  recorded(town, { kind: 'absence.reported', agreement: notCome, absent: ABSENT.receiver }, [mei])
  recorded(town, { kind: 'dispute.opened', agreement: notCome, reason: hexFor('he was there') }, [bo])
  recorded(town, {
    kind: 'dispute.decided', agreement: notCome, minutes: 0, absent: ABSENT.receiver, reason: hexFor('he was not'),
  }, [town.steward])
  helpOnce(town, mei, bo)
  corrected(town, mei, bo)
  forWhoHasNoDevice(town, mei, bo)
  together(town, mei, bo)
  const unwanted = aHelp(town, mei, bo, { minutes: 30 })
  recorded(town, unwanted, [mei])
  recorded(town, { kind: 'help.declined', help: unwanted.id! }, [bo])
}

/** Mei's tablet is let in and ended; Bo is brought a new phone that he turns out not to need. */
function changeDevices(town: Town, mei: Person, bo: Person): void {
  const [tablet, phone] = [secondDevice(mei, 'tablet'), secondDevice(bo, 'phone')]
  recorded(town, addingDevice(town, tablet), [mei])
  recorded(town, { kind: 'device.revoked', device: tablet.device }, [mei])
  const { proof } = addingDevice(town, phone)
  recorded(town, { kind: 'recovery.proposed', member: bo.acct, device: phone.device, proof, evidence: hexFor('his voice') }, [mei])
  recorded(town, { kind: 'recovery.approved', member: bo.acct, device: phone.device }, [town.steward])
  recorded(town, { kind: 'recovery.vetoed', member: bo.acct }, [bo])
}

/** Bo falls ill, and nobody needs to know more than that; the commons helps him. */
function setApart(town: Town, bo: Person): void {
  recorded(town, { kind: 'dormancy.exempted', member: bo.acct, exempt: true }, [town.steward])
  recorded(town, { kind: 'commons.granted', member: bo.acct, amountMilli: 60n * CV, because: 'vulnerable' }, [town.steward])
  recorded(town, { kind: 'reserve.locked', amountMilli: 5n * CV }, [bo])
  recorded(town, { kind: 'reserve.opened', member: bo.acct, because: 'hardship', evidence: hexFor('a letter') }, [town.steward])
  recorded(town, { kind: 'reserve.released', amountMilli: 2n * CV }, [bo])
}

/** A busy week for tools, and an evening that Bo found useful. */
function forTheCommunity(town: Town, mei: Person, bo: Person): void {
  const today = Math.floor(town.now / DAY)
  recorded(town, { kind: 'demand.set', resource: resources.tool, fromDay: today, untilDay: today + 7, perMille: 1500 }, [town.steward])
  const work = idFor('an evening')
  recorded(town, { kind: 'work.published', id: work, work: works.gathering, content: hexFor('what it was') }, [mei])
  recorded(town, { kind: 'work.valued', work }, [bo])
  recorded(town, { kind: 'work.judged', work, lasting: true, quality: 2 }, [town.steward])
}

/** Mei opens two projects for Bo, and Jo wants to take part; one is called off. */
function makeTogether(town: Town, mei: Person, bo: Person): { project: Hex; jo: Person } {
  const jo = aMember(town, 'jo')
  const today = Math.floor(town.now / DAY)
  const opening: Asked<'project.opened'> = {
    kind: 'project.opened', size: projectSizes.event, requester: bo.acct, core: [], places: 1, gateMilli: 0n, gateLevel: 1,
    choice: 1, applyUntil: today, endsDay: today + 1, terms: hexFor('a garden'),
  }
  const off = recorded(town, opening, [mei]).action.id
  const applied = { kind: 'project.applied', project: off, bidMilli: 0n } as const
  recorded(town, applied, [jo])
  recorded(town, { kind: 'project.withdrawn', project: off }, [jo])
  recorded(town, { kind: 'project.cancelled', project: off }, [mei])
  const project = recorded(town, opening, [mei]).action.id
  recorded(town, { ...applied, project }, [jo])
  return { project, jo }
}

/** The places were given overnight. Bo says no and then yes, Jo objects, and the steward decides. */
function shareOut(town: Town, { project, jo }: { project: Hex; jo: Person }, mei: Person, bo: Person): void {
  const result = { project, shares: [{ member: mei.acct, perMille: 300 }], reach: 120, completion: 1 as const }
  const report = (): Hex => recorded(town, { kind: 'project.reported', ...result }, [mei]).action.id
  recorded(town, { kind: 'project.declined', project, report: report() }, [bo])
  recorded(town, { kind: 'project.confirmed', project, report: report() }, [bo])
  recorded(town, { kind: 'project.contested', project, reason: hexFor('and I?') }, [jo])
  const shares = [...result.shares, { member: jo.acct, perMille: 100 }]
  recorded(town, { kind: 'project.decided', ...result, shares }, [town.steward])
}

/** A school of which Mei and then Bo are signers. */
function foundASchool(town: Town, mei: Person, bo: Person): void {
  const { charter } = joining(town, mei)
  const organisation = hexFor('a school')
  recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: hexFor('a name'), charter }, [mei])
  recorded(town, { kind: 'member.attested', member: organisation, identity: hexFor('papers') }, [town.steward])
  recorded(town, { kind: 'signer.named', organisation, signer: bo.acct }, [mei])
  recorded(town, { kind: 'signer.accepted', organisation }, [bo])
  recorded(town, { kind: 'signer.ended', organisation, signer: mei.acct }, [mei])
}

/** One leaves, one moves to Barcelona, and one comes from there. */
function goAndCome(chengdu: Town, barcelona: Town): void {
  const [leaver, mover, comer] = [aMember(chengdu, 'leaver'), aMember(chengdu, 'mover'), aMember(barcelona, 'comer')]
  recorded(chengdu, { kind: 'member.left' }, [leaver])
  recorded(chengdu, { kind: 'erasure.asked' }, [leaver])
  recorded(chengdu, moving(chengdu, barcelona, mover), [mover])
  const moved = recorded(barcelona, moving(barcelona, chengdu, comer), [comer])
  recorded(chengdu, arriving(chengdu, barcelona, comer, moved), [comer])
}

/** The charter of a city in which everything is open that can be. */
const openToAll: Charter = {
  ...presets.city,
  gift: { ...presets.city.gift, isOpen: true },
  deposit: { ...presets.city.deposit, isOpen: true },
  redemption: redemptions.surplus,
}

/** A small gift, a certification that Mei signs, a deposit that comes back, and a plan that somebody bought. */
function givenAndUsed(town: Town, mei: Person, bo: Person): void {
  recorded(town, { kind: 'cv.given', to: bo.acct, amountMilli: 60n * CV, note: hexFor('for the cake') }, [mei])
  recorded(town, { kind: 'service.bought', service: services.certification, category: categories.basic }, [bo])
  recorded(town, { kind: 'skill.vouched', member: bo.acct, category: categories.basic }, [mei])
  recorded(town, { kind: 'deposit.noted', member: bo.acct, isHeld: true }, [town.steward])
  recorded(town, { kind: 'deposit.noted', member: bo.acct, isHeld: false }, [town.steward])
  recorded(town, { kind: 'income.noted', source: 'plan', plan: 1, ofMinor: 0, minor: 500, note: hexFor('a month') }, [town.steward])
}

/** The school, for which Bo signs, has seats to spare: Mei takes one, and is given back what she gave for another. */
function seatsToSpare(town: Town, school: Hex, bo: Person, mei: Person): void {
  const offer = recorded(town, {
    kind: 'partner.offered', acct: school, listing: idFor('a course'), milli: 5n * CV, places: 3,
    until: Math.floor(town.now / DAY) + 7, terms: hexFor('in the evening'),
  }, [bo]).action.id
  const redeem = () => recorded(town, { kind: 'partner.redeemed', offer }, [mei]).action.id
  recorded(town, { kind: 'partner.received', redemption: redeem() }, [mei])
  recorded(town, { kind: 'partner.returned', acct: school, redemption: redeem() }, [bo])
}

/** What they wrote down was too long, and both say so; the steward would say something else, and is alone. */
function corrected(town: Town, mei: Person, bo: Person): void {
  const corrects = helpOnce(town, mei, bo)
  recorded(town, { kind: 'correction.signed', corrects, member: mei.acct, counted: 60, reason: hexFor('an hour') }, [mei])
  recorded(town, { kind: 'correction.signed', corrects, member: mei.acct, counted: 60, reason: hexFor('an hour') }, [bo])
  recorded(town, { kind: 'correction.signed', corrects, member: mei.acct, counted: 30, reason: hexFor('half of it') }, [bo])
}

/** Bo has slips and a plan of care, and a steward writes for him. */
function forWhoHasNoDevice(town: Town, mei: Person, bo: Person): void {
  const slip = idFor('a slip of paper')
  recorded(town, { kind: 'slips.issued', member: bo.acct, slips: [slipHash(fromHex(slip)!)] }, [town.steward])
  const helped = aHelp(town, mei, bo)
  recorded(town, helped, [mei])
  recorded(town, { kind: 'help.attested', help: helped.id!, slip }, [town.steward])
  const told = { ...aHelp(town, mei, bo), kind: 'help.proxied' as const, member: bo.acct }
  recorded(town, told, [town.steward])
  recorded(town, { kind: 'help.confirmed', help: told.id! }, [mei])
  recorded(town, { kind: 'proxy.endorsed', help: told.id! }, [bo])

  const plan = idFor('a plan of care')
  const until = Math.floor(town.now / DAY) + 30
  recorded(town, { kind: 'care.asked', id: plan, carer: mei.acct, receiver: bo.acct, category: 1, visitsAWeek: 3, minutes: 60, until }, [bo])
  recorded(town, { kind: 'care.agreed', plan }, [town.steward])
  recorded(town, { kind: 'care.ended', plan }, [mei])
}

/** Mei leads a workshop that Bo comes to and grades, and calls another off. */
function together(town: Town, mei: Person, bo: Person): void {
  const [shown, own] = [idFor('shown in the room'), idFor('of bo')]
  const workshop = aSession(town, shown)
  recorded(town, workshop, [mei])
  recorded(town, { kind: 'session.joined', session: workshop.id!, code: presenceHash(fromHex(own)!) }, [bo])
  recorded(town, { kind: 'session.checkedin', session: workshop.id!, code: shown }, [bo])
  recorded(town, { kind: 'session.closed', session: workshop.id!, minutes: 120, roster: [{ member: bo.acct, code: own }] }, [mei])
  gradedBy(town, workshop.id!, [[bo, grades.good]])
  const another = aSession(town, shown, { begins: town.now + HOUR })
  recorded(town, another, [mei])
  recorded(town, { kind: 'session.cancelled', session: another.id! }, [mei])
}

/** Mei invites somebody, whom the steward turns out not to meet. */
function comeAndGo(town: Town, mei: Person): void {
  const code = bytesFor('an invitation').slice(0, 16)
  recorded(town, { kind: 'member.invited', invitation: invitationOf(code), until: Math.floor(town.now / DAY) + 7 }, [mei])
  const stranger = aPerson('a stranger')
  recorded(town, joining(town, stranger, code), [stranger])
  recorded(town, { kind: 'member.declined', member: stranger.acct, reason: hexFor('never came') }, [town.steward])
}

/** Mei, who has come to level 3, says a word for Bo and takes it back. */
function spokenFor(town: Town, mei: Person, bo: Person): void {
  recorded(town, { kind: 'recommendation.given', member: bo.acct }, [mei])
  recorded(town, { kind: 'recommendation.withdrawn', member: bo.acct }, [mei])
}

/** Somebody complains of a newcomer, the steward finds something in it, and the newcomer appeals. */
function accused(town: Town): Hex {
  const [newcomer, complainant] = ['somebody complained of', 'who complains', 'a juror'].map((name) => aMember(town, name))
  const id = idFor('a case')
  recorded(town, {
    kind: 'case.opened', id, accused: newcomer!.acct, flag: null, complaint: hexFor('a complaint'), complainant: complainant!.acct,
    matters: [], hold: false,
  }, [town.steward])
  recorded(town, { kind: 'case.answered', case: id, statement: hexFor('an answer') }, [newcomer!])
  recorded(town, { kind: 'case.found', case: id, measure: 1, reason: hexFor('a reason') }, [town.steward])
  recorded(town, { kind: 'case.appealed', case: id, statement: hexFor('an appeal') }, [newcomer!])
  return id
}

/** Whoever was drawn confirms it, and then the steward comes to know better. */
function confirmedAndTakenBack(town: Town, id: Hex, neighbours: Person[]): void {
  const { jurors } = town.state.cases.get(id)!
  for (const juror of neighbours.filter(({ acct }) => jurors.includes(acct)).slice(0, 2)) {
    recorded(town, { kind: 'case.judged', case: id, confirmed: true, reason: hexFor('a reason') }, [juror])
  }
  recorded(town, { kind: 'case.reversed', case: id, reason: hexFor('new evidence') }, [town.steward])
}

/** Mei proposes a gentler decay, another coordinator and a street party; the charter is voted on and signed. */
function deliberated(town: Town, mei: Person, bo: Person): void {
  const charter = encodeCharter({ ...charterOf(town.state), decay: { ...charterOf(town.state).decay, domainPerMille: 80 } })
  const { action } = recorded(town, { kind: 'charter.proposed', charter, reason: hexFor('it goes too fast') }, [mei])
  recorded(town, { kind: 'vote.cast', proposal: action.id, vote: 'yes' }, [mei])
  recorded(town, { kind: 'charter.confirmed', proposal: action.id, charter: toHex(sha256(charter)) }, [town.steward])
  recorded(town, { kind: 'role.proposed', member: bo.acct, role: roles.auditor, change: 'appoint', reason: hexFor('Bo is exact') }, [mei])
  recorded(town, { kind: 'motion.proposed', reason: hexFor('a street party') }, [mei])
}

/** Bo coordinates the neighbourhood for a while. */
function servedFor(town: Town, bo: Person): void {
  recorded(town, { kind: 'role.granted', member: bo.acct, role: roles.coordinator }, [town.steward])
  recorded(town, { kind: 'role.accepted', role: roles.coordinator }, [bo])
  recorded(town, { kind: 'role.ended', member: bo.acct, role: roles.coordinator }, [bo])
}

/** Ana of Barcelona helps in Chengdu, whose pool sends her award home. */
function anAwardToBarcelona(towns: [Town, Town]): Person {
  const [chengdu, barcelona] = towns
  const { guest, id } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const slot = settle(chengdu, towns)
  acknowledge(chengdu, barcelona, slot, deliver(chengdu, barcelona, slot, towns))
  return guest
}

/** Mei helps in Barcelona; her award arrives, and the contribution behind it counts at home. */
function anAwardFromBarcelona(towns: [Town, Town], mei: Person): void {
  const [chengdu, barcelona] = towns
  admit(barcelona, chengdu, mei)
  const receiver = aMember(barcelona, 'whom mei helps')
  const request = recorded(barcelona, awardRequest(barcelona, help(barcelona, mei, receiver, 90)), [barcelona.steward])
  const slot = settle(barcelona, towns)
  acknowledge(barcelona, chengdu, slot, deliver(barcelona, chengdu, slot, towns))
  const xid = xidIn(barcelona, request)
  recorded(chengdu, { kind: 'contribution.abroad', member: mei.acct, xid, request: shown(barcelona, request) })
}

/** What Ana sends is more than Chengdu takes unasked: a steward lets a part in and sends the rest back. */
function suspendedAndSentBack(towns: [Town, Town], ana: Person, mei: Person): void {
  const [chengdu, barcelona] = towns
  recorded(chengdu, {
    kind: 'trust.set', peer: barcelona.card.origin, exposureMilli: CV, transferMaxMilli: 3_000n * CV,
    approvalAboveMilli: 1_000n * CV, dailyMax: 100, levelMax: 3, witnesses: [], witnessesNeeded: 0,
  }, [chengdu.steward])
  const xid = ask(barcelona, chengdu, ana, mei, 5n * CV)
  const slot = settle(barcelona, towns)
  acknowledge(barcelona, chengdu, slot, deliver(barcelona, chengdu, slot, towns))
  recorded(chengdu, { kind: 'x.rel', xid, amount: 2n * CV }, [chengdu.steward])
  recorded(chengdu, { kind: 'x.back', xid }, [chengdu.steward])
  deliver(chengdu, barcelona, settle(chengdu, towns), towns)
}

/** Mei asks for a transfer and thinks better of it; another one waits. */
function calledOff(from: Town, to: Town, mei: Person, whom: Person): void {
  const asked = recorded(from, {
    kind: 'x.req', source: 0, to: whom.acct, destination: to.card.origin, amount: CV, agreement: idFor('a stay'),
    awardMilli: 0n, memo: hexFor('a memo'), expDay: dayIn(from) + 3,
  }, [mei])
  recorded(from, { kind: 'x.cancel', xid: xidIn(from, asked) }, [mei])
  ask(from, to, mei, whom, CV)
}

/** Chengdu goes on from a backup, and Mei holds a receipt of what was lost with the disk. */
function wentBack(town: Town, mei: Person): void {
  const { acct, device, secret } = town.steward
  const { tree } = town.state
  const givenUp = { size: tree.size + 2, root: bytesFor('a root that somebody cosigned') }
  const to = { generation: generationOf(town.state) + 1, size: tree.size, root: tree.root(), givenUp }
  const approvals = [{ steward: acct, keyId: keyIdOf(device), signature: sign(secret, 'appr', town.id, restoreApproval(to)) }]
  recorded(town, { kind: 'hub.restored', ...to, approvals })
  recorded(town, { kind: 'lost.claimed', generation: to.generation, seq: to.size, receipt: hexFor('a receipt') }, [mei])
}

/** Somebody shows Chengdu that Barcelona has told two histories. */
function convicted(town: Town, liar: Town): void {
  const [one, other] = [branchOf(liar), branchOf(liar)]
  for (const name of ['x', 'y']) aMember(one, name)
  for (const name of ['u', 'v', 'w']) aMember(other, name)
  const { E2 } = evidenceOfEach({ one, other }, [], liar.entries.length)
  recorded(town, { kind: 'hub.frozen', hub: liar.card.origin, evidence: utf8(encodeEvidence(E2)) })
}
