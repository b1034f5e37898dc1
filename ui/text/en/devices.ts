/** Devices: adding one, ending one, having lost one. */
import type { zhDevices } from '../zh/devices.ts'

export const enDevices: typeof zhDevices = {
  devices: {
    title: 'My devices',
    thisOne: 'This one',
    end: 'End it',
    endYes: 'Yes, end it',
    ended: 'Ended: that device can no longer act in your name.',
    more: 'Add a device',
    moreNote: (number: string) =>
      `Open the address below in the browser of the new device; or open the community’s first page there, choose “I have another phone or computer” and enter your number ${number}. Then come back here and confirm.`,
    address: 'To open on the new device',
    waits: 'A new device wants to use your account:',
    waitsNote: 'Compare the number on the new device. Press only if it is the same and in your own hands. If not, leave it: it goes away within half an hour.',
    letIn: 'It is mine, let it in',
    letInDone: 'Added: that device works now.',
    recoveryTitle: 'A new device is about to take the place of yours',
    proposed: (number: string, left: number) =>
      `The new device shows ${number}; ${left === 1 ? 'one more steward has' : `${left} more stewards have`} to agree.`,
    announced: (names: string, number: string, day: string) =>
      `${names} agreed. The new device shows ${number}. On ${day} it takes effect, and the devices you have now end.`,
    recoveryNote: 'If you have lost your device and asked a steward for this, do nothing. If you can read this and did not ask, stop it now and tell a steward.',
    stop: 'Stop it',
    stopped: 'Stopped. Nothing has changed.',
    claims: (name: string) => `A new device says it belongs to ${name}:`,
    recogniseNote: 'Recognise them in person: press only if it is this member and the number on the new device is the same. Until it takes effect their old devices, or any steward, can stop it.',
    evidence: 'How you recognised them (optional, kept private)',
    recognise: 'It is them, the number is right',
    recognised: 'Proposed. With enough stewards it is announced, and then takes effect.',
    gathering: (name: string, number: string, got: number, needed: number) =>
      `New device ${number} of ${name}: stewards ${got} of ${needed}`,
    takesEffect: (name: string, number: string, day: string) => `New device ${number} of ${name}, from ${day}.`,
    approve: 'I recognise them too',
    approved: 'Agreed.',
    newTitle: 'Use your account on this device',
    newLead: 'For members who have joined: another phone or computer, or one more.',
    accountNumber: 'Your number (eight characters)',
    accountNote: 'It stands on “Me” on your other device; if you have none left, ask a steward.',
    ask: 'Let this device wait',
    waitTitle: 'One more step: confirm on your other device',
    wait: 'Open “Me” on the phone or computer you had, compare the number and press “let it in”. This page changes by itself.',
    thisNumber: 'Number of this device',
    noneLeft: 'No other device left? See a steward in person within half an hour and show them this number. What they propose is announced for some days before it takes effect; open the community on this device then.',
    inTitle: 'This device works now',
    inLead: 'You can ask for help with it, give help and record it.',
  },
}
