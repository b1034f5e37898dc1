/** The four guides in English. */
import type { GuideTexts } from '../zh/guides.ts'

export const enGuides: GuideTexts = {
  others: 'The other guides',
  print: 'Print this page',
  guides: {
    member: {
      title: 'For members',
      lead: 'Asking for help, helping, and what contribution value is: one page.',
      parts: [
        { title: 'Joining', lines: [
          'Open your community’s page, press “Join the community”, read the charter once, and write what neighbours call you.',
          'The page shows a number. Show it to a steward in person; when they have met you, you are a member.',
          'Your key lives in this phone or computer, and there is no password. Add a second device under “Me”, and losing one costs you nothing.',
        ] },
        { title: 'Asking and helping', lines: [
          'Press “＋”, then “I need help”, and say what and about how long. Asking costs nothing, unless the charter says otherwise.',
          'Where you can help, press “I can help” and say a word. When they agree, both of you confirm what was agreed.',
          'Afterwards one says how long it took, the other confirms, and both say how it was. Neither sees the other’s word before both have spoken or the days in the charter are over.',
          'For something small use “Record help”: who, how long, done. It counts when the other confirms it.',
        ] },
        { title: 'What contribution value (CV) is', lines: [
          'It notes what you took part in, and lets you use rooms, tools and cars that others share. A minute of ordinary help is 1; tap any number to see how it came about.',
          'It is not money: nobody can buy it, lend it or turn it into money. It fades slowly, as the charter says; under “Your CV over time” you see the next three years.',
          'In other cities Global CV is used. A steward agrees first, other cities check, then it arrives; until a steward agrees you can take it back.',
        ] },
        { title: 'A new phone, a lost phone', lines: [
          'With another device at hand: open the community’s page on the new one, press “I have another phone or computer”, and let it in with the old one.',
          'With none left: go to a steward. They recognise you, it is announced for some days, and when nobody objects the new phone works. Nothing of your record is lost.',
        ] },
        { title: 'When something is not right', lines: [
          'If the time is wrong, press “Not quite right”. If you cannot agree, stewards decide.',
          'If somebody says you did wrong, you see the evidence first, can answer, and can appeal. Nothing is done to anybody without their knowing.',
        ] },
        { title: 'Taking it along', lines: [
          'Under “Me” there are a certificate, a statement of your year and all proofs, to print or to save.',
          'You can move to another city, or leave. The record can still be checked then, and your words can be erased when you ask for it.',
        ] },
      ],
    },
    steward: {
      title: 'For stewards',
      lead: 'Stewards meet people and decide for everybody. What matters takes several of them, and every step bears a name.',
      parts: [
        { title: 'A look a day', lines: [
          'The steward’s page is one list of what waits, people first. When it is empty there is nothing to do.',
          'Use your own phone. Where a second steward is needed, they use theirs.',
        ] },
        { title: 'Meeting newcomers', lines: [
          'Meet them in person, compare the number on their phone with yours, and write how you know them. That sentence is not in the public record.',
          'Somebody nobody knows may wait, or be declined; they can ask again.',
        ] },
        { title: 'Neighbours without a phone', lines: [
          'On their page you can write down help in their name, or print slips for them: whoever helped brings you the code on the slip.',
          'What is written in somebody’s name has a cap and is listed apart for auditors. Have family, or themselves when you meet, confirm it later.',
        ] },
        { title: 'What is decided together', lines: [
          'Disputes: read what both said and what is recorded, then say how long it was, or who was not there.',
          'What looks odd: the page says what it is, never who is wrong. Beginning a case takes a reason; whoever it is about sees it first, answers, and may appeal to neighbours drawn by lot.',
          'Grants, care plans, roles: the charter says how many stewards it takes. Until then you may change what you said.',
        ] },
        { title: 'Other cities', lines: [
          'Cities meet by a short code or a QR picture. Begin with a small limit and raise it when it went well.',
          'Sending Global CV takes the agreement of stewards, more of them for larger sums; the charter says how many.',
          'A city that has signed two histories is frozen by itself, and the page shows the evidence. That is not your decision, and you need prove nothing.',
        ] },
        { title: 'The charter', lines: [
          'All numbers stand in the charter. Everybody can read it; from some level on one may propose a change, there is a vote, and it comes into force some days later. What is past stays as it was.',
        ] },
        { title: 'For the wall', lines: [
          'From the steward’s page you can print notices, what is needed this month and a poster, and put a tablet at the door for those who have no phone with them.',
        ] },
      ],
    },
    operator: {
      title: 'For operators',
      lead: 'Installing, backing up, restoring, updating: a small machine and a few commands.',
      parts: [
        { title: 'Installing', lines: ['Debian or Ubuntu, git and any Node from 20 on. The first start prints an address; the page behind it founds the community in four steps.'], commands: ['npm ci && npm start'] },
        { title: 'Every day', lines: [
          'Open /health: the first line is the verdict, and whatever is wrong says what to do. The page needs no script.',
          'This command prints a one-time address of the operator’s page: other cities, checkpoints, disk, backups, the configuration in effect, a support bundle.',
        ], commands: ['npm run hub -- operator'] },
        { title: 'Backups', lines: [
          'Back up every day, to another machine. Keep the keys once, offline: whoever holds them is this community.',
          'Try a restore now and then; the operator’s page has a button for it.',
        ], commands: ['npm run hub -- backup /mnt/backups/2026-12-01', 'npm run hub -- restore /mnt/backups/2026-12-01 --test'] },
        { title: 'The disk is gone', lines: [
          'Put the keys onto a new machine, restore the latest backup, and start. The hub first fetches back what other cities keep of its record, and goes on when stewards have confirmed.',
          'Never start the old directory again after that.',
        ], commands: ['npm run hub -- restore /mnt/backups/2026-12-01 --data DIR', 'npm start -- --data DIR'] },
        { title: 'Updating', lines: ['Back up, read CHANGELOG.md, then pull. A newer program reads an older directory; an older program does not touch a newer one.'], commands: ['git pull && npm ci && npm start'] },
        { title: 'A name and a certificate', lines: ['In a home network http will do. For a name of your own put Caddy in front: node/packaging/README.md has the two lines. With a certificate phones can install the page and scan directly.'] },
        { title: 'When the community ends', lines: ['Stewards say beforehand who takes over. When nobody can be reached any more the other cities close it by that word, and what is left of its Global CV goes to the city that takes over.'] },
      ],
    },
    auditor: {
      title: 'For auditors',
      lead: 'No login, and nobody to believe. Three commands, or one page in a file.',
      parts: [
        { title: 'The quickest way', lines: ['Download the ledger from the public record’s page and open it in verify.html. That is one file, works without a network, and computes everything again from the first entry to the last.'] },
        { title: 'By command', lines: [
          'Replays a whole ledger: signatures, chain, tree, seals, cosignatures, rules, balances, state digests, and the equations between cities. What is wrong is named by entry, and the exit code is 1.',
          'Given several cities at once, it checks what passed between them too.',
        ], commands: ['npm run audit -- http://hub.example:8460', 'npm run audit -- a.cv b.cv', 'npm run audit -- a.cv b.cv --compare'] },
        { title: 'Two histories', lines: [
          'Note today’s checkpoint: the size and the root. Come again another day, or compare with what another city holds.',
          'Where they part, --compare makes one bundle of what was signed on both sides; any city recognises it.',
        ] },
        { title: 'Then look at people', lines: [
          'What stewards wrote in somebody’s name, grants and corrections are marked. Take a few and ask those concerned.',
          'Every figure of the statistics opens the entries it was summed from.',
        ] },
        { title: 'What cannot be seen', lines: [
          'The history of a hub that no other city cosigned rests on its own word.',
          'When most stewards collude, a program can only say who signed what.',
        ] },
      ],
    },
  },
}
