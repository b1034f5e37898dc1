/** Coming back from a backup. */
import type { zhRestore } from '../zh/restore.ts'

export const enRestore: typeof zhRestore = {
  restore: {
    asking: (silent) =>
      `The community is being restored from a backup, and asks the other cities which records they keep. ${silent === '' ? '' : `No answer yet: ${silent}. `}You can read everything; nothing can be written yet.`,
    fetching: (n) =>
      `The community is being restored from a backup, and fetches records from other cities: ${n} so far. You can read everything; nothing can be written yet.`,
    ready: (n) =>
      `The community is being restored from a backup. All ${n} records are checked; it goes on when a steward has confirmed. You can read everything; nothing can be written yet.`,
    withheld: (city, n, until) =>
      until === null
        ? ` ${city} has confirmed ${n} more records of this community and has not given them back. If the stewards confirm, these ${n} are given up.`
        : ` ${city} has confirmed ${n} more records of this community and has not given them back yet. From ${until} on, the stewards can decide to go on without them.`,
    stopped:
      'The record here is not what this community has said before, so it has stopped. You can read everything, but nothing can be written; a steward should read what the computer says.',
    done: (date, lost) =>
      `The record here was restored from a backup on ${date}. If something you did has not come back, the page “Me” tells you.${lost === 0 ? '' : ` Losses put on record: ${lost}.`}`,
    title: 'Restoring from a backup',
    what: (n, from) =>
      from === ''
        ? `There are ${n} records here. Nothing was fetched from other cities.`
        : `There are ${n} records here; what was missing came back from ${from}.`,
    silent: (cities) =>
      `No answer yet: ${cities}. Wait if you can: what only they keep would be lost, and they could not vouch for this community again.`,
    without: (city, n) =>
      `${city} has confirmed ${n} more records of this community, and has not given them back for a day. If you go on now, these ${n} are given up: they will not count if they turn up again, and ${city} could not vouch for this community again. Ask a steward there first.`,
    alone: 'No other city keeps the record of this community. What was written after the backup is lost.',
    approvals: (got, needed) => `${got} of ${needed} stewards have confirmed.`,
    note: 'Then everybody can write again, and nothing more is fetched back from elsewhere. If you do not know why this is a backup, do not press yet: ask whoever looks after the computer.',
    confirm: 'This is a backup; go on',
    afterYes: {
      restored: 'Confirmed; the community goes on.',
      more: 'Confirmed; waiting for the other stewards.',
      changed: 'Something has just changed, and nothing is confirmed yet. Please read the above once more, then press.',
    },
    lostTitle: 'Records lost in a restore',
    lostNote:
      'When the community was restored from a backup, these steps of yours did not come back, and they no longer count. If one still matters, do it again: record the help once more, for example. The receipts are on this device; you can put on record that they are lost, so that everybody sees how many were. That alone brings no CV back.',
    lostOne: (seq, what) => `No. ${seq} · ${what}`,
    claim: 'Put this loss on record',
    claimsTitle: 'Losses that members put on record',
    claimsNote:
      'Records that did not come back when the community was restored from a backup, as members themselves have said. The public record holds who said it, which number, and when. What it was stands in the receipt on the member’s device: look at it together. If it still matters, the member does it again.',
    claimsOne: (seq, restored) => `No. ${seq}, lost in the restore of ${restored}`,
    claimed: 'On record.',
    onRecord: 'on record',
  },
}
