// The content security policy that the platform sends with its pages is strict, and in force. That no screen breaks it is
// seen by every story: the browser logs what it refuses, and an error in the console fails a story.

import { COMMUNE, expect, test } from './fixtures.ts';

const PAGES = ['/', `/${COMMUNE}/`, `/${COMMUNE}/console/`, '/operator/', '/nulle-part-du-tout/'];

/** Each directive with what it allows. */
const directives = (policy: string) =>
  new Map(
    policy
      .split(';')
      .map((part) => part.trim().split(/\s+/))
      .filter(([name]) => name)
      .map(([name, ...allowed]) => [name, allowed] as const),
  );

test.describe('the security policy', () => {
  test.beforeEach(async ({ request }, info) => {
    const answer = await request.get('/');
    test.skip(answer.headers()['x-parvis-preview'] === 'yes', 'vite preview sends no policy; the platform does');
    test.skip(info.project.name !== 'desk', 'no matter of size');
  });

  for (const path of PAGES) {
    test(`of ${path} lets nothing in but the app's own files`, async ({ request }) => {
      const answer = await request.get(path, { headers: { accept: 'text/html' } });
      expect(answer.headers()['content-type']).toContain('text/html');
      const policy = directives(answer.headers()['content-security-policy'] ?? '');
      expect(policy.get('default-src')).toEqual(["'none'"]);
      expect(policy.get('script-src')).toEqual(["'self'"]);
      expect(policy.get('style-src')).toEqual(["'self'"]);
      expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
      expect(policy.get('base-uri')).toEqual(["'none'"]);
      const allowed = [...policy.values()].flat();
      expect(allowed.filter((source) => /unsafe|^\*$|^https?:$/.test(source))).toEqual([]);
      expect(answer.headers()['x-content-type-options']).toBe('nosniff');
      expect(answer.headers()['referrer-policy']).toBeTruthy();
    });
  }

  test.describe('against a script that somebody managed to write into a page', () => {
    test.use({ expectedErrors: [/Content Security Policy|violates|Refused/] });

    test('does not run it', async ({ page }) => {
      await page.goto(`/${COMMUNE}/`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const ran = await page.evaluate(() => {
        const refused = new Promise<string[]>((both) => {
          const said: string[] = [];
          document.addEventListener('securitypolicyviolation', (e) => {
            if (said.push(e.effectiveDirective) === 2) both(said.sort());
          });
        });
        const script = document.createElement('script');
        script.textContent = 'window.written = true';
        document.body.append(script);
        const button = document.createElement('button');
        button.setAttribute('onclick', 'window.written = true');
        document.body.append(button);
        button.click();
        return refused.then((refused) => ({ written: 'written' in window, refused }));
      });
      expect(ran.written).toBe(false);
      expect(ran.refused).toEqual(['script-src-attr', 'script-src-elem']);
    });
  });
});
