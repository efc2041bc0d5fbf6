// Sessions of two communes in one app: each request gets the token of its own.

import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

it('gives each commune its own token when both are renewed at once', async () => {
  vi.stubGlobal('navigator', { language: 'fr', languages: ['fr'] });
  vi.stubGlobal('localStorage', { getItem: () => '1', setItem: () => {}, removeItem: () => {} });
  vi.stubGlobal('location', new URL('https://parvis.example/'));
  const asked: string[] = [];
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        super(typeof input === 'string' ? new URL(input, 'https://parvis.example') : input, init);
      }
    },
  );
  vi.stubGlobal('fetch', async (request: Request) => {
    const commune = new URL(request.url).pathname.split('/')[2] ?? '';
    asked.push(commune);
    // The first one is still under way when the second one asks.
    await new Promise((done) => setTimeout(done, asked.length === 1 ? 20 : 0));
    return Response.json({
      access_token: `token of ${commune}`,
      token_type: 'Bearer',
      expires_in: 900,
      commune,
      account: { id: commune },
    });
  });
  const { bearer } = await import('./tokens.ts');
  const [one, other, again] = await Promise.all([bearer('aubignac'), bearer('vaillargues'), bearer('vaillargues')]);
  expect([one, other, again]).toEqual(['token of aubignac', 'token of vaillargues', 'token of vaillargues']);
  expect(asked).toEqual(['aubignac', 'vaillargues']);
});
