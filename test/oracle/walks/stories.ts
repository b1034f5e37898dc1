/**
 * What takes many steps in the right order, told from beginning to end: a project, a case, a session, a certification, a restore.
 * One step after another thrown by chance would hardly ever come so far. At every turn it may go the other way, and between the steps of a
 * walk anything else happens to what is left open here.
 */
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { fromHex, type Hex, sha, toBase64, utf8 } from '../reducer/bytes.ts'
import { encode } from '../reducer/codec.ts'
import { DAY } from '../reducer/genesis.ts'
import { rootOf } from '../reducer/notes.ts'
import { readRecord } from '../reducer/records.ts'
import { keyIdOf } from '../reducer/signatures.ts'
import { whenTogether } from './cities.ts'
import { keyOf, named, signatureBy, signIn } from './keys.ts'
import { commitmentTo, gradeBehind, join } from './neighbours.ts'
import { found } from './people.ts'
import type { Member } from '../reducer/state.ts'
import { respected } from './community.ts'
import { another, aSteward, goOn, latest, neighbour, others, pass, type Scene, somebody, stewardsOf, type Topic } from './scene.ts'
import { ask, deviceOf } from './town.ts'

const ZERO = '00'.repeat(32)

/** Opened, applied for, reported, perhaps declined, confirmed, and then contested and divided, or awarded by itself. */
function aProject(scene: Scene): void {
  const { dice, town } = scene
  const [organiser, today] = [aSteward(scene), town.now / DAY]
  const [requester, one, two] = others(scene, 3, organiser)
  if (two === undefined) return
  const opened = ask(town, 'project.opened', {
    size: BigInt(dice.among(1, 2)), requester: requester!, core: [one!], places: 2n, gateMilli: 0n, gateLevel: 1n, choice: BigInt(dice.among(0, 1)),
    applyUntil: today, endsDay: today + 3n, terms: ZERO,
  }, [organiser])
  if (opened !== null) return
  const project = latest(town.city.projects)
  for (const by of [one!, two]) ask(town, 'project.applied', { project: project.id, bidMilli: 0n }, [by])
  if (dice.chance(0.2)) ask(town, 'project.withdrawn', { project: project.id }, [two])
  pass(scene, 2)
  if (dice.chance(0.1)) ask(town, 'project.cancelled', { project: project.id }, [organiser])
  const shares = [organiser, ...project.chosen].map((member) => ({ member, perMille: BigInt(member === organiser || member === one ? 200 : 100) }))
  const result = { project: project.id, shares, reach: BigInt(dice.among(10, 100)), completion: BigInt(dice.below(2)) }
  const report = () => ask(town, 'project.reported', result, [organiser])
  report()
  if (dice.chance(0.3)) {
    ask(town, 'project.declined', { project: project.id, report: project.report?.id ?? ZERO.slice(32) }, [requester!])
    report()
  }
  ask(town, 'project.confirmed', { project: project.id, report: project.report?.id ?? ZERO.slice(32) }, [requester!])
  if (dice.chance(0.6)) {
    ask(town, 'project.contested', { project: project.id, reason: ZERO }, [dice.pick(project.chosen) ?? organiser])
    if (dice.chance(0.7)) appoint(scene, 1n, dice.pick(others(scene, 9, organiser, requester!, ...project.chosen)) ?? organiser)
    for (const steward of stewardsOf(town)) ask(town, 'project.decided', { ...result, shares: dice.chance(0.8) ? shares : shares.slice(1) }, [steward])
  }
  if (dice.chance(0.7)) pass(scene, 16)
}

/** Opened, answered, found, appealed or not, judged, and taken back or not. */
function aCase(scene: Scene): void {
  const { dice, town } = scene
  const steward = aSteward(scene)
  const [accused, complainant] = others(scene, 2, steward)
  if (complainant === undefined) return
  // Whoever judges has had to do with none of them.
  if (dice.chance(0.5)) join(scene)
  const earned = [...town.city.helps.values()].filter(({ helper }) => helper === accused).map(({ id }) => id)
  const matters = dice.shuffled(earned).slice(0, dice.below(3))
  if (dice.chance(0.7)) pass(scene, 95)
  const fields = { accused: accused!, flag: null, complaint: ZERO, complainant, matters, hold: dice.chance(0.5) }
  if (ask(town, 'case.opened', fields, [steward]) !== null && ask(town, 'case.opened', { ...fields, hold: false }, [steward]) !== null) return
  const one = latest(town.city.cases)
  ask(town, 'case.answered', { case: one.id, statement: ZERO }, [accused!])
  if (one.panel.length === 0) pass(scene, 1)
  const measure = BigInt(dice.among(0, 1, 1, 1, 2))
  for (const by of one.panel) ask(town, 'case.found', { case: one.id, measure, reason: ZERO }, [by])
  if (one.phase === 'found' && dice.chance(0.6)) {
    ask(town, 'case.appealed', { case: one.id, statement: ZERO }, [accused!])
    pass(scene, 1)
    for (const by of one.jurors) ask(town, 'case.judged', { case: one.id, confirmed: dice.chance(0.7), reason: ZERO }, [by])
  }
  pass(scene, dice.among(1, 16, 31))
  if (dice.chance(0.4)) for (const by of [...one.panel, aSteward(scene)]) ask(town, 'role.ended', { member: by, role: 1n }, [by])
  if (dice.chance(0.6)) for (const by of [...one.panel, aSteward(scene)]) ask(town, 'case.reversed', { case: one.id, reason: ZERO }, [by])
}

const presence = (code: Hex): Hex => sha(`${utf8('cv/presence\0')}${code}`)

/** Announced, come to, closed, and said how it was; sometimes not by all, or never opened. */
function aSession(scene: Scene): void {
  const { dice, town } = scene
  const organiser = neighbour(scene)
  const room = named('room').slice(0, 32)
  const opened = ask(town, 'session.opened', {
    listing: room, category: 3n, begins: town.now, ends: town.now + 7_200n, places: 9n, code: presence(room), charter: BigInt(town.city.charters.length - 1),
  }, [organiser])
  if (opened !== null) return
  const { id } = latest(town.city.sessions)
  if (dice.chance(0.05)) return void ask(town, 'session.cancelled', { session: id }, [organiser])
  const people = others(scene, 4, organiser)
  const codeOf = (who: Hex) => named(`of ${who}`).slice(0, 32)
  for (const who of people) ask(town, 'session.joined', { session: id, code: presence(codeOf(who)) }, [who])
  for (const who of people.slice(0, 2)) ask(town, 'session.checkedin', { session: id, code: room }, [who])
  const roster = people.slice(2, 3).map((member) => ({ member, code: codeOf(member) }))
  ask(town, 'session.closed', { session: id, minutes: BigInt(dice.among(1, 60, 120)), roster }, [organiser])
  for (const who of people) {
    if (dice.chance(0.9)) ask(town, 'grade.committed', { session: id, commitment: commitmentTo(BigInt(dice.below(3))) }, [who])
  }
  if (dice.chance(0.3)) pass(scene, 15)
  for (const { member, commitment } of latest(town.city.sessions).people) {
    const grade = gradeBehind(commitment ?? '')
    if (grade !== undefined && dice.chance(0.9)) ask(town, 'grade.opened', { session: id, rater: member, grade, salt: ZERO }, 'hub')
  }
}

/** Somebody asks to be certified, and whoever can says that they know it. */
function aCertificate(scene: Scene): void {
  const { town } = scene
  const by = neighbour(scene)
  if (ask(town, 'service.bought', { service: 4n, category: 1n }, [by]) !== null) return
  for (const peer of others(scene, 5, by)) ask(town, 'skill.vouched', { member: by, category: 1n }, [peer])
}

/** Somebody has lost all keys; stewards know them; and at times somebody else stops it. */
function aRecovery(scene: Scene): void {
  const { dice, town } = scene
  const [lost] = others(scene, 1, town.steward)
  if (lost === undefined) return
  const device = keyOf(`${town.name} new key ${town.records.length}`)
  const proof = signIn(device, 'device', town.city.hub.id, lost + device)
  ask(town, 'recovery.proposed', { member: lost, device, proof, evidence: ZERO }, [another(scene, lost) ?? lost])
  for (const steward of stewardsOf(town)) ask(town, 'recovery.approved', { member: lost, device }, [steward])
  if (dice.chance(0.4)) ask(town, 'recovery.vetoed', { member: lost }, [dice.chance(0.6) ? lost : aSteward(scene)])
  else if (dice.chance(0.7)) pass(scene, 31)
}

/** All stewards offer somebody a post, who takes it. */
function appoint({ town }: Scene, role: bigint, member: Hex): void {
  for (const by of stewardsOf(town)) ask(town, 'role.granted', { member, role }, [by])
  ask(town, 'role.accepted', { role }, [member])
}

/** A post is taken up, and is given up or taken again. */
function aPost(scene: Scene): void {
  const { dice, town } = scene
  const [member] = others(scene, 1, ...stewardsOf(town))
  if (member === undefined) return
  const role = BigInt(dice.among(1, 2, 3))
  appoint(scene, role, member)
  pass(scene, dice.below(3))
  for (const by of dice.chance(0.5) ? [member] : stewardsOf(town)) ask(town, 'role.ended', { member, role }, [by])
}

/** Two agree, one reports and the other confirms, both say how it was, and the hub opens it. */
function aHelpWithGrades(scene: Scene): void {
  const { dice, town } = scene
  const [helper, receiver] = others(scene, 2)
  if (receiver === undefined) return
  const agreed = ask(town, 'agreement.made', {
    listing: ZERO.slice(32), helper: helper!, receiver, category: 1n, minutes: 60n, begins: town.now, ends: town.now + 3_600n, terms: ZERO,
    charter: BigInt(town.city.charters.length - 1),
  }, [helper!, receiver])
  if (agreed !== null) return
  const { id: agreement } = latest(town.city.agreements)
  goOn(scene, 7_200n)
  ask(town, 'completion.reported', { agreement, minutes: 60n }, [helper!])
  ask(town, 'completion.confirmed', { agreement, minutes: 60n }, [receiver])
  const said = [helper!, receiver].map((rater) => ({ rater, grade: BigInt(dice.below(3)) }))
  for (const { rater, grade } of said) ask(town, 'rating.committed', { agreement, commitment: commitmentTo(grade) }, [rater])
  if (dice.chance(0.3)) pass(scene, 15)
  for (const { rater, grade } of said) ask(town, 'rating.opened', { agreement, rater, grade, salt: ZERO }, 'hub')
}

/** Somebody of standing recommends a neighbour, and thinks better of it. */
function aRecommendation(scene: Scene): void {
  const { town } = scene
  const by = respected(scene)
  const member = another(scene, by)
  if (member === undefined || ask(town, 'recommendation.given', { member }, [by]) !== null) return
  pass(scene, scene.dice.below(3))
  ask(town, 'recommendation.withdrawn', { member }, [by])
}

const isOrganisation = (member?: Member): boolean => member?.form === 'organisation' && member.attested && member.status === 'active'

/** An organisation has something to spare, which somebody takes and brings back, or has received. */
function anOffer(scene: Scene): void {
  const { dice, town } = scene
  if (town.city.organisations.size === 0) found(scene)
  const organisation = dice.pick([...town.city.organisations.values()].filter(({ acct }) => isOrganisation(town.city.members.get(acct))))
  if (organisation === undefined) return
  const until = town.now / DAY + 30n
  if (ask(town, 'partner.offered', { listing: named('a course').slice(0, 32), milli: BigInt(dice.among(1, 1, 5_000)), places: 3n, until, terms: ZERO }, [organisation.acct]) !== null) return
  const offer = latest(town.city.offers).id
  for (const by of others(scene, 3, ...organisation.signers)) {
    if (ask(town, 'partner.redeemed', { offer }, [by]) !== null) continue
    const redemption = latest(town.city.redemptions).id
    if (dice.chance(0.6)) ask(town, 'partner.returned', { redemption }, [organisation.acct])
    else ask(town, 'partner.received', { redemption }, [by])
  }
}

/** The hub goes on from a backup, with what stewards sign; and who holds a receipt of what was lost says so. */
function aRestore(scene: Scene): void {
  const { dice, town } = scene
  const { city } = town
  const [generation, size, root] = [BigInt(city.restores.length) + 1n, BigInt(city.leaves.length), rootOf(city.leaves)]
  const givenUp = dice.chance(0.5) ? null : { size: size + BigInt(dice.among(0, 1, 5)), root: ZERO }
  const payload = encode([3n, generation, size, fromHex(root), givenUp && [givenUp.size, fromHex(givenUp.root)]])
  const by = stewardsOf(town).slice(dice.chance(0.9) ? 0 : 1)
  const approvals = by.map((steward) => {
    const device = deviceOf(town, steward)
    return { steward, keyId: keyIdOf(device), signature: signIn(device, 'appr', city.hub.id, payload) }
  })
  ask(town, 'hub.restored', { generation, size, root, givenUp, approvals }, 'hub')
  const seq = size + BigInt(dice.among(-1, 0, 0, 0, 3))
  for (let i = dice.below(3); i >= 0; i--) {
    const receipt = dice.chance(0.1) ? ZERO : named(`receipt ${town.records.length}`)
    ask(town, 'lost.claimed', { generation: dice.among(generation, generation, 9n), seq, receipt }, [neighbour(scene)])
  }
}

/** The other town has signed two trees of one size: nobody who has seen both takes anything from it any more. */
function aFreeze(scene: Scene): void {
  const { town, other } = scene
  const { city, card, records } = other
  const signed = (root: Hex): string => {
    const text = `${card.origin}\n${city.leaves.length}\n${toBase64(root)}\n`
    const noteId = sha(`${utf8(`${card.origin}\n`)}01${card.logKey}`).slice(0, 8)
    return `${text}\n— ${card.origin} ${toBase64(noteId + signatureBy(card.logKey, utf8(text)))}\n`
  }
  const genesis = fromHex(readRecord(records[0]!).fields['genesis'] as Hex)
  const evidence = encodeEvidence({ kind: 'E2', genesis, first: signed(rootOf(city.leaves)), second: signed(named('another tree')) })
  ask(town, 'hub.frozen', { hub: card.origin, evidence: utf8(evidence) }, 'hub')
}

/** Who has left asks for their words to be forgotten; who has only thought of it, too. */
function anErasure(scene: Scene): void {
  const { dice, town } = scene
  const who = dice.chance(0.5) ? neighbour(scene) : somebody(scene)
  if (dice.chance(0.3)) ask(town, 'member.left', {}, [who])
  ask(town, 'erasure.asked', {}, [who])
}

/** Care that is asked for, agreed to, and over one day. */
function aPlanOfCare(scene: Scene): void {
  const { dice, town } = scene
  const [carer, receiver] = others(scene, 2, town.steward)
  if (receiver === undefined) return
  const fields = { carer: carer!, receiver, category: 1n, visitsAWeek: 3n, minutes: 30n, until: town.now / DAY + 60n }
  if (ask(town, 'care.asked', fields, [receiver]) !== null) return
  const { id: plan } = latest(town.city.carePlans)
  ask(town, 'care.agreed', { plan }, [town.steward])
  if (dice.chance(0.5)) ask(town, 'care.ended', { plan }, [dice.among(carer!, receiver)])
}

/** Who has no device: a slip stands for their yes, a steward writes for them, and they say that it was so. */
function aProxy(scene: Scene): void {
  const { town } = scene
  const [member, helper] = others(scene, 2, town.steward)
  if (helper === undefined) return
  const slip = named(`slip ${town.records.length}`).slice(0, 32)
  ask(town, 'slips.issued', { member: member!, slips: [sha(`${utf8('cv/slip\0')}${slip}`)] }, [town.steward])
  const told = { helper, receiver: member!, category: 1n, minutes: 30n, day: town.now / DAY, note: ZERO }
  if (ask(town, 'help.recorded', told, [helper]) === null) ask(town, 'help.attested', { help: latest(town.city.helps).id, slip }, [town.steward])
  if (ask(town, 'help.proxied', { ...told, member: member! }, [town.steward]) !== null) return
  const help = latest(town.city.helps).id
  ask(town, 'help.confirmed', { help }, [helper])
  ask(town, 'proxy.endorsed', { help }, [member!])
}

/** The two see it differently, and a steward says how it was. */
function aDispute(scene: Scene): void {
  const { dice, town } = scene
  const [helper, receiver] = others(scene, 2, ...stewardsOf(town))
  if (receiver === undefined) return
  const agreed = ask(town, 'agreement.made', {
    listing: ZERO.slice(32), helper: helper!, receiver, category: 1n, minutes: 60n, begins: town.now, ends: town.now + 3_600n, terms: ZERO,
    charter: BigInt(town.city.charters.length - 1),
  }, [helper!, receiver])
  if (agreed !== null) return
  const { id: agreement } = latest(town.city.agreements)
  ask(town, 'dispute.opened', { agreement, reason: ZERO }, [receiver])
  const absent = BigInt(dice.below(3))
  for (const by of stewardsOf(town)) ask(town, 'dispute.decided', { agreement, minutes: absent === 0n ? 30n : 0n, absent, reason: ZERO }, [by])
}

/** Time is put aside, opened and taken out again. */
function aReserve(scene: Scene): void {
  const { town } = scene
  const [member] = others(scene, 1, ...stewardsOf(town))
  if (member === undefined) return
  ask(town, 'reserve.locked', { amountMilli: 2_000n }, [member])
  for (const by of stewardsOf(town)) ask(town, 'reserve.opened', { member, because: 'age', evidence: ZERO }, [by])
  ask(town, 'reserve.released', { amountMilli: 1_000n }, [member])
}

export const stories: Topic = {
  'somebody is cared for': [0.4, aPlanOfCare],
  'somebody has no device': [0.4, aProxy],
  'two see it differently': [0.4, aDispute],
  'time is saved': [0.3, aReserve],
  'a post changes hands': [0.4, aPost],
  'help is given and rated': [0.5, aHelpWithGrades],
  'somebody is recommended, for a while': [0.4, aRecommendation],
  'a project is made': [1.5, aProject],
  'a case is heard': [1.2, aCase],
  'a session is held': [0.8, aSession],
  'somebody is certified': [0.5, aCertificate],
  'somebody is given back their account': [0.3, aRecovery],
  'a partner has something to spare': [1.2, anOffer],
  'the hub goes on from a backup': [0.3, aRestore],
  'the other town has lied': [0.05, whenTogether(aFreeze)],
  'somebody is forgotten': [0.3, anErasure],
}
