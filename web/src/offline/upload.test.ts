// How often a photo that waits for its report is uploaded.

import { expect, it, vi } from 'vitest';

const announce = vi.fn(async () => ({ photo: 'p2', claim: 'c2', upload: {} }));
vi.mock('../api/photos.ts', () => ({ announce, put: async () => {}, worked: async () => ({ status: 'ready' }) }));

const DAY = 86_400_000;

it('a photo is uploaded again only when the platform is about to remove it', async () => {
  vi.stubGlobal('navigator', { language: 'fr', languages: ['fr'] });
  vi.stubGlobal('location', new URL('https://parvis.example/'));
  const { savePhoto } = await import('./drafts.ts');
  const { upload } = await import('./upload.ts');
  const uploaded = async (days: number) => {
    const announced = { photo: 'p1', claim: 'c1', at: Date.now() - days * DAY, stored: true, ready: true };
    const id = crypto.randomUUID();
    await savePhoto({ id, draft: 'd', blob: new Blob(['x']), announced, refused: null });
    return (await upload('aubignac', id)).announced?.photo;
  };
  expect(await uploaded(5)).toBe('p1');
  expect(announce).not.toHaveBeenCalled();
  expect(await uploaded(6.5)).toBe('p2');
});
