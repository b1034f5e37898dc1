/** Agreements, confirming one, recording a help. */
import type { zhDealing } from '../zh/dealing.ts'

export const enDealing: typeof zhDealing = {
  gains: {
    title: 'What both gained',
    ask: 'What did you get out of it?',
    note: 'A line or two. It is written to the other alone, and sealed: no rating, not public, and counted for nothing.',
    open: 'Say what you gained, and see what they said',
    send: (name) => `Tell ${name}`,
    mine: 'You gained:',
    theirs: (name) => `${name} gained:`,
    waits: (name) => `When ${name} says something, it is here, too.`,
  },
  agreement: {
    plannedHelp: (helper, receiver, d) =>
      helper === 'you' ? `You help ${receiver}, ${d}` : `${helper} helps ${receiver}, ${d}`,
    timeline: 'What happened',
    nextTitle: 'Next step',
    checkin: 'I am here: check in',
    report: 'Report the time',
    reportInstead: 'Report the time without checking in',
    reportLength: 'How long it took',
    reportSend: 'Report',
    reported: (name, d) => `${name} says it took ${d}.`,
    confirm: (d) => `Confirm ${d}`,
    decline: 'Not quite right',
    declineNote: 'Is the time wrong? Press “Not quite right”, talk, and one of you reports it again.',
    rateTitle: 'How was it?',
    rateNote:
      'The other side cannot see it until both have rated or the time is over; no rating counts as good.',
    cancel: 'Cancel the agreement',
    cancelSure: 'To do it later, you would have to agree again.',
    cancelYes: 'Yes, cancel',
    wait: {
      begins: (d) => `Begins ${d}. You can check in here from an hour before.`,
      report: 'You have checked in. When it is done, one of you reports the time here.',
      confirm: (name) => `Waiting for ${name} to confirm the time.`,
      itself: (d) => `If nobody answers, it is confirmed on ${d}.`,
      rating: (name) => `You have rated; waiting for ${name} to rate.`,
      final: (d) => `The CV arrives on ${d} at the latest.`,
      none: 'All done.',
      stewards: 'You see it differently, and the stewards were asked. Until then nothing changes.',
      ended: {
        cancelled: 'This agreement was cancelled.',
        lapsed: 'This agreement has expired; nobody reported the time.',
        missed: 'It did not happen. What was set aside has been given back.',
        undecided: 'It was left undecided. What was set aside has been given back; it counts against nobody.',
      },
    },
    coming: {
      'free-cancel-ends': 'Until then you can cancel freely',
      'begins': 'Agreed to begin',
      'lapses': 'If nobody reports, it expires and what was set aside is given back',
      'confirms-itself': 'If nobody answers, it is confirmed',
      'left-undecided': 'If the stewards have not decided, it ends undecided and what was set aside is given back',
      'award-final': 'Rating ends and the CV arrives',
    },
    otherwise: {
      title: 'Something else?',
      returned: 'It has been given back',
      absenceNote:
        'The other sees what you say, and can agree or not. Not coming lowers the standing; it costs no CV.',
      notHappened: 'It did not happen',
      otherAway: (name) => `${name} did not come`,
      meAway: 'I could not come',
      said: (name, isMe) =>
        isMe === null
          ? `${name} says that it did not happen.`
          : isMe
            ? `${name} says that you did not come.`
            : `${name} says they could not come.`,
      agreed: 'That is so',
      reason: 'What happened',
      dispute: 'Ask the stewards',
      disputeNote:
        'For when you see it differently. What you write is seen by you two and the stewards; nothing changes before they have looked.',
      stands: (time) => `The record says ${time}.`,
      theirs: (name, time) => `${name} says it was really ${time}.`,
      mine: (time, name) => `You say it was really ${time}. Waiting for ${name} to say the same.`,
      reallyWas: 'How long it really was',
      correctNote:
        'When both say the same time, the CV is corrected to it; the earlier record stays.',
      correct: 'Correct it to this',
    },
    why: (sum) => `Why ${sum}`,
    would: (helper, sum) =>
      helper === 'you' ? `If rated good, you get ${sum}` : `If rated good, ${helper} gets ${sum}`,
    wouldCount: (sum) => `If rated good, it counts as ${sum}`,
    held: (sum) => `${sum} is set aside for this`,
    gradesTitle: 'Ratings',
    grade: (name, grade) => `${name}: ${grade}`,
    abroad: (sum, stage) => `${sum}: ${stage}`,
    abroadTitle: 'Between cities',
  },

  sign: {
    title: 'Read before you confirm',
    about: 'About',
    with: 'With',
    helper: 'Who helps',
    receiver: 'Who is helped',
    length: 'How long',
    begins: 'Begins',
    ends: 'Ends',
    what: 'What kind',
    note: 'When you confirm, it is agreed and both of you can see every step. It is fine to say no.',
    youSend: (sum) => `${sum}, which you send from here`,
    noteAbroad:
      'When you confirm, it is agreed and both of you can see every step. If it does not suit you, leave it: it is gone after a day.',
    yes: 'Confirm the agreement',
    no: 'Decline',
    done: 'Agreed.',
    refused: 'Declined.',
    gone: 'This was already answered, or has expired.',
    unreadable: 'This does not concern you or cannot be read; nothing was confirmed.',
  },

  record: {
    title: 'Record help',
    who: 'With whom?',
    search: 'Find a name',
    nobody: 'No other members yet. Names appear here once a steward has confirmed neighbours.',
    iHelped: (name) => `I helped ${name}`,
    helpedMe: (name) => `${name} helped me`,
    direction: 'Who helped',
    what: 'What kind',
    length: 'How long',
    day: 'Which day',
    today: 'Today',
    yesterday: 'Yesterday',
    note: 'Note (optional)',
    send: 'Record',
    about: (who, sum) =>
      who === 'you' ? `You will get about ${sum}.` : `${who} will get about ${sum}.`,
    more: 'Not today, or with a note',
    next: (name) => `It counts once ${name} confirms.`,
    doneTitle: 'Recorded',
    done: (name) => `${name} sees it on their home page; once they confirm, it counts.`,
    again: 'Record another',
    change: 'Change',
  },
}
