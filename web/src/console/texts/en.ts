// The console in English.

import type { ConsoleTexts } from './fr.ts';

const many = (n: number, one: string, other: string) => (n === 1 ? one : other);

export const texts: ConsoleTexts = {
  title: 'Staff',
  menu: {
    label: 'Areas',
    inbox: 'To treat',
    near: 'Near me',
    residents: 'See the residents’ site',
  },
  notStaff: {
    title: 'This is where staff work',
    text: (commune) => `You are signed in, but this account does not work for ${commune}.`,
    invited:
      'Were you invited? Open the link of the e-mail and sign in with the address it was sent to. Otherwise ask whoever administers this space for an invitation.',
    residents: 'Go to the residents’ site',
    other: 'Use another address',
  },
  notForRole: {
    title: 'This page is not open to your role',
    text: 'If you need it, ask whoever administers the staff’s space.',
  },
  signIn: {
    title: 'Staff sign-in',
    lead: 'No password: a code is sent to you by e-mail.',
    email: 'Your work e-mail address',
    emailHint: 'The one your invitation was sent to.',
    emailWanted: 'Enter an e-mail address, for example name@town.example.',
    sendCode: 'Send me a code',
    sentTo: (to) => `A six-digit code went to ${to}. It usually arrives within a minute.`,
    code: 'Code you received',
    sixDigits: 'The code has six digits.',
    enter: 'Continue',
    otherAddress: 'Use another address',
    sendAgain: 'Send another code',
    sentAgain: 'Another code is on its way.',
    again: 'Sign in again',
    againText: 'Your session has ended. What you wrote is still there.',
  },
  factor: {
    title: 'Second step',
    again: 'Confirm that it is you',
    againText: 'A code is asked for every twelve hours. What you wrote is still there.',
    code: 'Code of your app',
    codeHint: 'The six digits that your authenticator app shows now.',
    pass: 'Confirm',
    useRecovery: 'Use a recovery code',
    useApp: 'Use the app',
    recoveryCode: 'Recovery code',
    recoveryHint: 'One of the ten codes you were given the first time. Each is good once.',
    recoveryWanted: 'Enter a recovery code.',
    recoveryLeft: (n) =>
      n === 0
        ? 'That was your last recovery code: ask to have your second step reset.'
        : many(n, `You have ${n} recovery code left.`, `You have ${n} recovery codes left.`),
    refused: (recovery) =>
      recovery
        ? 'That recovery code is wrong or was used before.'
        : 'That code is wrong or was used before: wait for the app to show the next one.',
  },
  enrol: {
    why: 'You will see residents’ data: besides the code by e-mail, one from your phone is asked for every twelve hours.',
    install: 'Install an authenticator app on your phone if you have none: FreeOTP, Aegis, 2FAS, Google Authenticator…',
    scan: 'In that app, add an account and scan this picture:',
    picture: 'Picture to scan with the app; the text below stands for it.',
    type: 'You cannot scan it? Type this text into the app:',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'Copying did not work: type the text.',
    first: 'Type the six-digit code that the app shows below.',
    confirm: 'Register this app',
    codesTitle: 'Your ten recovery codes',
    codesWhy:
      'On a day without your phone, each of these codes stands for it once. They are never shown again: keep them somewhere safe, but not on that phone.',
    fileTitle: (commune) => `Recovery codes – ${commune} – each is good once`,
    fileName: 'recovery-codes.txt',
    download: 'Save as a file',
    print: 'Print',
    kept: 'I have put these codes somewhere safe',
    keepFirst: 'Put these codes somewhere safe first: they are not shown again.',
    goOn: 'Enter',
  },
  accept: {
    title: 'Join the staff',
    noToken: 'This link is incomplete. Open it again from the invitation.',
    signIn: (commune) =>
      `You are invited to work for ${commune}. First sign in with the address the invitation was sent to.`,
    lead: (commune) => `You are invited to work for ${commune}.`,
    next: 'Next you will register an authenticator app: allow two minutes, with your phone.',
    accept: 'Accept the invitation',
  },
};
