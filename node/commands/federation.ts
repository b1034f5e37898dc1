/** ◆ Meeting other cities: asks the running hub. */
import { type Command } from 'commander'
import { type Flags, readConfig } from '../config.ts'
import { encodeQR } from 'qr'
import type { FederationView } from '#protocol/api.ts'
import { ask } from './asking.ts'
import { CannotDo, print, withFlags } from './command.ts'

/** `federation card | invite | show | found | join | admit | box | close | release | renew | terms | keep`. */
export function federationCommands(program: Command): void {
  const federation = program.command('federation').description('meet other cities')
  withFlags(federation.command('card')).description('print this hub’s card, to give to another hub').action((flags: Flags) => askFederation(flags, 'card'))
  withFlags(federation.command('show')).description('how far it has come').action((flags: Flags) => askFederation(flags, 'show'))
  withFlags(federation.command('found')).description('found a federation of this hub alone; others may then join').action((flags: Flags) => askFederation(flags, 'found'))
  withFlags(federation.command('invite')).description('print a short code, and the same as a picture, by which another hub finds this one').action(invite)
  withFlags(federation.command('join <card>')).description('ask the hub of this card, or of this code, to be let in').action((card: string, flags: Flags) => askFederation(flags, 'join', card))
  withFlags(federation.command('box')).option('--city', 'be a city after all').description('be a witness box: it votes and keeps copies, and has no community')
    .action((flags: Flags & { city?: boolean }) => tell(flags, 'box', { isBox: flags.city !== true }))
  withFlags(federation.command('release <hub>')).description('agree that the freeze of a hub ends, or of this one (its origin, as `show` names it); it takes all cities')
    .action((hub: string, flags: Flags) => tell(flags, 'release', { hub }))
  withFlags(federation.command('terms')).description('agree on new terms, from a Global year to come; it takes a quorum of the cities, each with just these')
    .option('--decay PERMILLE', 'what a year takes of Global value, 0 to 150').option('--conversion A/B', 'Global for one Domain at most, 1/3 or less')
    .option('--issue CV', 'what a hub may issue in a year').option('--from YEAR', 'the Global year from which rate and yearly issue hold (the next)').option('--withdraw', 'take back what was agreed on here')
    .action(terms)
  withFlags(federation.command('renew')).description('give this hub a new vote key: its card shows it from now on, and every other city has to admit that card')
    .action((flags: Flags) => tell(flags, 'renew', {}))
  withFlags(federation.command('close <hub>')).description('agree that a hub is closed that is gone for good (its origin, as `show` names it)')
    .action((hub: string, flags: Flags) => tell(flags, 'close', { hub }))
  withFlags(federation.command('keep <hub>')).description('take that back').action((hub: string, flags: Flags) => tell(flags, 'keep', { hub }))
  withFlags(federation.command('admit <card>')).description('let the hub of this card or code in').action((card: string, flags: Flags) => askFederation(flags, 'admit', card))
}

async function tell(flags: Flags, what: 'box' | 'close' | 'keep' | 'release' | 'renew' | 'terms', body: object): Promise<void> {
  const view = await ask(readConfig(flags, process.env), `/api/federation/${what}`, body)
  print(flags, view, JSON.stringify(view, null, 2))
}

type TermsFlags = Flags & { decay?: string; conversion?: string; issue?: string; from?: string; withdraw?: boolean }

/** What is not said stays as it is. */
async function terms(flags: TermsFlags): Promise<void> {
  if (flags.withdraw === true) return await tell(flags, 'terms', { terms: null })
  const view = (await ask(readConfig(flags, process.env), '/api/federation')) as FederationView
  if (view.terms === null) throw new CannotDo('this hub is in no federation')
  const numberIn = (text: string | undefined, usual: number): number => (text === undefined ? usual : Number(text))
  const [numerator, denominator] = flags.conversion === undefined ? [view.terms.conversion.numerator, view.terms.conversion.denominator] : flags.conversion.split('/').map(Number)
  const issue = flags.issue === undefined ? view.terms.issueYearlyMaxMilli : String(Number(flags.issue) * 1_000)
  await tell(flags, 'terms', {
    terms: {
      globalDecayPerMille: numberIn(flags.decay, view.terms.globalDecayPerMille), conversion: { numerator, denominator }, issueYearlyMaxMilli: issue,
      fromYear: numberIn(flags.from, view.termsFromYear),
    },
  })
}

/** Founds a federation where there is none, and says how the other hub comes in. */
async function invite(flags: Flags): Promise<void> {
  const config = readConfig(flags, process.env)
  const before = (await ask(config, '/api/federation')) as FederationView
  const { code } = before.state === 'alone' ? ((await ask(config, '/api/federation/found', {})) as FederationView) : before
  if (code === null) throw new CannotDo('this hub has no address at which others could reach it; --announce names one')
  const dots = encodeQR(code, 'ascii')
  print(flags, { code }, `${dots}\n${code}\n\nOn the other hub: npm run hub -- federation join '${code}'\nThen here: federation show, and federation admit with its card or code.`)
}

async function askFederation(flags: Flags, what: 'card' | 'show' | 'found' | 'join' | 'admit', card?: string): Promise<void> {
  const config = readConfig(flags, process.env)
  const reading = what === 'card' || what === 'show'
  const view = (await ask(config, reading ? '/api/federation' : `/api/federation/${what}`, reading ? undefined : { ...(card === undefined ? {} : { card }) })) as { card: string }
  if (what === 'card') print(flags, { card: view.card }, view.card)
  else print(flags, view, JSON.stringify(view, null, 2))
}
