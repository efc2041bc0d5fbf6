import { beforeEach, expect, test, vi } from 'vitest';

const did: string[] = [];
let offline = false;
vi.mock('../api/session.ts', () => ({
  signOut: async (commune: string) => {
    did.push(`session of ${commune}`);
    if (offline) throw new Error('offline');
  },
}));
vi.mock('../offline/push.ts', () => ({
  stopPush: async (commune: string) => {
    did.push(`push of ${commune}`);
    if (offline) throw new Error('offline');
  },
}));

beforeEach(() => {
  did.length = 0;
  offline = false;
  vi.stubGlobal('addEventListener', () => {});
});

test.each([false, true])('whoever signs in next finds nothing that was typed (offline: %s)', async (without) => {
  offline = without;
  const { signOut } = await import('./sign-out.ts');
  const { drafts } = await import('./settings/unsaved.ts');
  drafts.set('aubignac|words', { from: { settings: {} as never, version: 1 }, value: 'typed' });
  await signOut('aubignac').catch(() => {});
  expect(drafts.size).toBe(0);
});

test('what is typed waits for its author, and is gone for anybody else', async () => {
  const { typedBy } = await import('./sign-out.ts');
  const { drafts } = await import('./settings/unsaved.ts');
  typedBy('one');
  drafts.set('aubignac|words', { from: { settings: {} as never, version: 1 }, value: 'typed' });
  typedBy('one');
  expect(drafts.size).toBe(1);
  typedBy('another');
  expect(drafts.size).toBe(0);
});

test('the device is taken off the account while it may still be', async () => {
  const { signOut } = await import('./sign-out.ts');
  await signOut('aubignac');
  expect(did).toEqual(['push of aubignac', 'session of aubignac']);
});
