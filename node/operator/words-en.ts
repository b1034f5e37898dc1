/** The operator's pages in English. */
import type { OperatorWords } from './words.ts'

const fine = (says: string) => ({ says, fix: null })
/** MiB as a person reads them. */
const room = (free: number | string | undefined): string => (Number(free) < 10_240 ? `${free} MiB` : `${Math.floor(Number(free) / 1024)} GiB`)
const some = (count: number | string | undefined, one: string, many: string): string => `${count} ${Number(count) === 1 ? one : many}`

export const en: OperatorWords = {
  language: 'en',
  own: 'English',
  title: (city) => `${city}: how it runs`,
  operatorTitle: (city) => `${city}: operator`,
  states: { error: 'Error', waiting: 'Waiting', loading: 'Loading', starting: 'Starting', success: 'Success' },
  verdicts: {
    error: 'Something needs you', waiting: 'Works; something waits', loading: 'Works; something is under way', starting: 'Starting', success: 'All is well',
  },
  names: {
    disk: 'Disk', ledger: 'Record', restore: 'Restore', checkpoint: 'Checkpoint', cosigners: 'Cosigners', peers: 'Other cities', reach: 'Way in', votes: 'What was checked', mirrors: 'Sync',
    backup: 'Backup', rehearsal: 'Restore test', clock: 'Clock', stewards: 'Stewards',
  },
  checks: {
    disk: {
      fine: ({ free }) => fine(free === undefined ? 'can be written to' : `${room(free)} free`),
      low: ({ free }) => ({ says: `only ${room(free)} free`, fix: 'Make room, or move to a larger disk: below 16 MiB the hub can only be read.' }),
      full: ({ free }) => ({ says: `full, ${room(free)} left; the hub can only be read`, fix: 'Free 32 MiB or more. The hub goes on by itself, and nothing is lost.' }),
      unreliable: () => ({ says: 'a write failed; the record is being read again and verified', fix: 'The log names the reason. If the disk is broken, restore the backup to a new one.' }),
    },
    ledger: {
      proved: ({ size }) => fine(`${some(size, 'entry', 'entries')}, all verified`),
      proving: ({ done, total }) => fine(`being verified from the first byte: ${done} of ${total}`),
      accused: () => ({ says: 'there is evidence that this hub’s record contradicts itself', fix: 'Delete nothing. Read the evidence on the page “Public record”, and speak with the other cities.' }),
    },
    restore: {
      asking: ({ size }) => fine(`restored with ${size} entries; asking the other cities`),
      fetching: ({ size, confirmed }) => fine(`fetching back: ${size} of ${confirmed}`),
      ready: () => ({ says: 'waits for a steward', fix: 'A steward opens the steward page and confirms, or uses confirm-restore.' }),
      stopped: () => ({ says: 'stopped: this directory cannot show that it is the newest', fix: 'The log says why. If there is a newer directory, start that one.' }),
    },
    checkpoint: {
      signed: ({ size }) => fine(`signed up to entry ${size}`),
      signing: ({ open }) => fine(`${some(open, 'entry waits', 'entries wait')} to be signed, within a minute`),
      late: ({ open, minutes }) => ({ says: `${open} entries have waited ${minutes} minutes to be signed`, fix: 'Look at Disk, Restore and Record above. If all are well, restart the hub and send the support bundle to its developers.' }),
    },
    cosigners: {
      alone: () => fine('no other cities; the record rests on its own word'),
      enough: ({ cosigned, members }) => fine(`${cosigned} of ${members} cities vouch for it`),
      few: ({ cosigned, needed, silent }) => ({ says: `${cosigned} vouch for it, ${needed} are needed; not yet: ${silent}`, fix: 'Speak with their operators. The record goes on; other places honour it later.' }),
    },
    peers: {
      alone: () => fine('in no federation'),
      all: ({ all }) => fine(Number(all) === 1 ? 'it is connected' : `all ${all} are connected`),
      some: ({ here, all, away }) => ({ says: `${here} of ${all} are connected; not: ${away}`, fix: 'They may be switched off. This hub goes on trying.' }),
      none: ({ away }) => ({ says: `not one is connected: ${away}`, fix: 'Check this machine’s network and whether its firewall lets the p2p port through; behind NAT one city with a public address is enough, or forward a port and set announce.' }),
    },
    reach: {
      announced: () => fine('at the addresses in announce'),
      direct: () => fine('at an address of its own, to which other cities have come'),
      unproven: () => fine('at a public address; no other city has come to it yet'),
      relayed: () => fine('through cities that relay'),
      local: () => fine('on its own network'),
      hidden: () => ({ says: 'no city can reach it; it reaches them', fix: 'Forward the p2p port on the router; this hub then finds its address by itself. Or ask a city with a public address to relay.' }),
    },
    votes: {
      known: () => fine('this hub knows what it may check for other cities'),
      asking: () => ({ says: 'this hub has lost what it checked for other cities, and asks them', fix: 'Nothing to do; if it stays so, speak with the cities that are away.' }),
      forgotten: () => ({ says: 'this hub has lost what it checked for other cities, and none of them can tell: nothing moves between cities', fix: 'A steward makes a new key: on the Steward page, “A new key for checking”.' }),
    },
    mirrors: {
      alone: () => fine('no other city’s record to read'),
      level: () => fine('the other cities’ records are read to their ends'),
      behind: ({ city, entries }) => fine(`${some(entries, 'entry', 'entries')} of ${city} still to read`),
      halted: ({ city, why }) => ({ says: `the record of ${city} is no longer read: ${why}`, fix: 'Something is wrong with their record. See the page “Public record”, and speak with them.' }),
    },
    backup: {
      young: () => ({ says: 'there is none yet', fix: 'Make the first one today: npm run hub -- backup DIR --with-keys; then every day, by a timer.' }),
      fresh: ({ hours }) => fine(Number(hours) < 1 ? 'less than an hour old' : Number(hours) < 48 ? `${some(hours, 'hour', 'hours')} old` : `${Math.floor(Number(hours) / 24)} days old`),
      old: ({ days }) => ({ says: `the last is ${days} days old`, fix: 'See why the timer stopped, and make one now: npm run hub -- backup DIR.' }),
      never: () => ({ says: 'there has never been one', fix: 'When the disk breaks, and there are no other cities, all is gone. Make one now: npm run hub -- backup DIR --with-keys.' }),
    },
    rehearsal: {
      never: () => ({ says: 'no backup has been restored yet', fix: 'Press “Test the restore” on the operator’s page, or use restore DIR --test.' }),
      well: ({ days }) => fine(days === 0 ? 'tested today, and it worked' : `tested ${some(days, 'day', 'days')} ago, and it worked`),
      old: ({ days }) => ({ says: `last tested ${days} days ago`, fix: 'Test again: a backup that cannot be restored is none.' }),
      failed: () => ({ says: 'the last test failed', fix: 'This backup cannot be restored. Make another, in another place, and test that.' }),
    },
    clock: {
      fine: () => fine('agrees with the record'),
      behind: ({ seconds }) => ({ says: `${seconds} seconds behind the last entry`, fix: 'Set this machine’s time: timedatectl set-ntp true.' }),
    },
    stewards: {
      nothing: () => fine('nothing waits for them'),
      some: ({ count }) => ({ says: `${some(count, 'thing waits', 'things wait')} for them`, fix: 'Tell a steward to open the steward page.' }),
    },
  },
  fix: 'What to do',
  since: (when) => `since ${when}`,
  checkedAt: (when) => `as of ${when}`,
  home: 'To the community',
  forOperators: 'Operators: run npm run hub -- operator on the server and open the address it prints.',
  sections: {
    peers: 'Other cities', checkpoint: 'Checkpoint', plots: 'Over time', copies: 'Backup', update: 'Update', settings: 'Settings in effect', support: 'Support bundle', danger: 'Danger zone',
  },
  peers: { city: 'City', connected: 'Connection', here: 'connected', away: 'not connected', entries: 'Read', behind: 'To read', lastSeen: 'Last connected', none: 'In no federation.', halted: 'no longer read' },
  checkpoint: { entries: 'Entries', root: 'Root', cosigners: 'Cities that cosign', vouches: 'vouches', silent: 'not yet', own: 'No other cities: the record rests on its own word.' },
  plots: {
    entries: 'Entries in the record', board: 'Changes of the board in five minutes', behind: 'Entries of other cities still to read', day: '24 hours', week: '7 days',
    empty: 'Too little since the start; there is a point every five minutes.', table: 'Numbers', time: 'Time',
  },
  copies: {
    last: 'The last one', never: 'There is no backup yet.', where: 'Directory', entries: 'entries', withKeys: 'with the keys', withoutKeys: 'without the keys', rehearse: 'Test the restore',
    rehearsing: 'Under way: the last backup is restored into a directory of its own, verified from its first byte, and taken away again. Load this page again to see how it went.',
    rehearsed: (when) => `tested ${when}, and it worked`, rehearsalFailed: (when) => `tested ${when}, and it failed`,
    how: 'Every day: npm run hub -- backup /backups/$(date +%F). Keep the keys elsewhere, offline.',
  },
  update: {
    running: 'Running', how: 'To update: stop the hub (Ctrl-C or systemctl stop), git pull, npm ci, start it again. Make a backup first. An older program does not touch the directory of a newer one; a newer one reads the older.',
  },
  settings: { name: 'Setting', value: 'Value', origin: 'Set by', how: 'Change hub.toml and restart. npm run hub -- config check looks first whether it can be used.' },
  support: { what: 'A zip of the checks, the settings, the metrics and the last log lines. There is no key, name, contact or text of a listing in it; open it yourself before you hand it on.', get: 'Get the bundle' },
  danger: {
    intro: 'These are done on the server’s command line only, because there is no way back from a mistake.',
    rows: [
      { what: 'Move to another machine', means: 'Never run both: one key that writes two histories is convicted of it.', how: 'Stop it; backup DIR --with-keys; restore there; never start the old directory again.' },
      { what: 'Restore a backup', means: 'Of what was said after it, only what other cities keep comes back.', how: 'restore DIR --data NEW; start; a steward confirms.' },
      { what: 'Delete keys/', means: 'The hub can never speak as itself again; the federation would have to take in another.', how: 'Do not. If they are lost, bring them back from the keys’ backup.' },
      { what: 'Stop the hub', means: 'Nothing is lost. Members cannot write, and other cities wait.', how: 'Ctrl-C, or systemctl stop tongyi.' },
    ],
  },
  leave: 'Leave this page',
  closed: 'This address has been used or is too old. Run npm run hub -- operator on the server again.',
  starting: 'The hub is starting; this page loads again by itself.',
}
