/** Why dealings with a city are frozen. */
import type { zhFrozen } from '../zh/frozen.ts'

export const enFrozen: typeof zhFrozen = {
  frozen: {
    city: (city) =>
      `Dealings with ${city} are frozen: its public record has said two things that cannot both be true.`,
    own: 'There is evidence that this community’s public record has said two things that cannot both be true. Other cities will freeze their dealings with us.',
    why: 'See the evidence',
    doubt: (city) => `There is something to ask ${city}. Nothing is frozen for it.`,
    doubtTitle: (city) => `What is to be asked of ${city}`,
    doubtLead: (city) =>
      `This community’s computer has met something that the community of ${city} should not have done. It may be a mistake, so nothing is frozen for it: the stewards look and decide.`,
    doubtMeans: [
      'Nothing changes by itself: what comes from there arrives as before, and you may send there.',
      'The stewards can ask the stewards over there what is the matter.',
      'They can take in less from there, or nothing, until it is clear: on the page about other cities.',
    ],
    title: (city) => `Why dealings with ${city} are frozen`,
    ownTitle: 'Evidence that our own record contradicts itself',
    lead: (city) =>
      `Every community keeps a public record that only grows; what stands in it is never changed. The community of ${city} has put its seal under its record twice, and the two cannot both be true.`,
    ownLead:
      'Every community keeps a public record that only grows; what stands in it is never changed. This community has put its seal under its record twice, and the two cannot both be true.',
    what: {
      E1: 'It gave receipts for two different entries under one number. A number has one entry.',
      E2: 'When its record had so many entries, it showed it in two different forms.',
      E3: 'It sealed its entries as they were; in what it sealed later, those same entries are others.',
      E4: 'It gave a receipt for one entry under a number; in its public record another entry has that number.',
      E5: 'For one place in the row of what it sends to other cities it signed two different orders, so the same CV could go out twice.',
      E6: 'Where cities vouch for what another one sends, it vouched for two different orders in one place.',
      E7: 'Its public record holds an entry that the common rules do not allow.',
      E8: 'It has known for a week of CV that came for it, and has not taken it in.',
      E9: 'It signed that something looked odd, and the entries it names do not say so.',
    },
    meansTitle: 'What this means for me',
    means: [
      'CV that comes from there is put on hold and does not arrive.',
      'No CV can be sent there now. What was asked for and had not left has gone back to whoever asked.',
      'What had arrived before stays, and help within this community goes on as always.',
      'It does not mean that the neighbours there did wrong: their computer may have failed, or somebody changed the record.',
      'The stewards of all cities can end the freeze together, when it is clear what happened there.',
    ],
    ownMeans: [
      'Other cities that check the evidence put what we send on hold, and send nothing here.',
      'Help within this community goes on as always, and all entries are there.',
      'The community’s computer may have gone on from an old backup, or somebody changed the record. The stewards should find out and tell everybody.',
      'The stewards of all cities can end the freeze together; this notice stays, and nobody can take it away alone.',
    ],
    checkTitle: 'How to check it yourself',
    check: [
      'Press “Save the evidence”. Keep the file, or mail it to anybody.',
      'Open the checking page under “Public record” and give it the file; it says whether the evidence holds.',
      'If you would rather not trust this address, run the command below on a computer with Tongyi; it needs no network.',
      'Compare the community number below with the one on that community’s card. The name holds only its first digits.',
    ],
    command: (file) => `npm run audit -- ${file}`,
    hubId: 'Community number',
    id: 'Evidence number',
    save: 'Save the evidence',
  },
}
