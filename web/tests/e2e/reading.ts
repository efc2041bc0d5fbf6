// What makes a screen legible to those who do not see it as drawn: contrast of controls, a sound document, words in the
// document and not in the styles, languages that are marked, choices that move nobody. Each function answers what is wrong.

import type { Page } from '@playwright/test';

/** Edges of fields, and lines of drawings, have a contrast of 3 to 1 with what is around them (WCAG 1.4.11, RGAA 3.3). */
export const faint = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!canvas) return ['nothing can be measured'];
    type Rgba = [number, number, number, number];
    const rgba = (css: string): Rgba => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a]: Rgba, under: Rgba): Rgba => {
      const mix = (x: number, y: number) => x * a + y * (1 - a);
      return [mix(r, under[0]), mix(g, under[1]), mix(b, under[2]), 1];
    };
    const ground = (e: Element | null): Rgba => {
      if (!e) return rgba('Canvas');
      const own = rgba(getComputedStyle(e).backgroundColor);
      return own[3] === 1 ? own : over(own, ground(e.parentElement));
    };
    const light = ([r, g, b]: Rgba) => {
      const linear = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
    };
    const contrast = (a: Rgba, b: Rgba) =>
      (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const shown = (e: Element) =>
      e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && !e.closest('.sr');
    const wrong: string[] = [];
    const judge = (e: Element, what: string, css: string, around: Element | null) => {
      const under = ground(around);
      const found = contrast(over(rgba(css), under), under);
      const name = e.getAttribute('aria-label') ?? (e.textContent || e.id);
      if (found < 2.995) wrong.push(`${e.tagName.toLowerCase()} “${name.slice(0, 40)}” ${what}: ${found.toFixed(2)}`);
    };
    for (const e of document.querySelectorAll('input, select, textarea')) {
      const native = e instanceof HTMLInputElement && /checkbox|radio|file|range|color|hidden/.test(e.type);
      if (native || !shown(e) || e.matches(':disabled')) continue;
      judge(e, 'edge', getComputedStyle(e).borderTopColor, e.parentElement);
    }
    // Drawings that say something, or stand in a control; the picture of a map is the map's.
    for (const e of document.querySelectorAll('svg:is([role=img], button *, a *, label *) :is(path, circle, rect)')) {
      if (!shown(e) || e.closest('.leaflet-container, [aria-disabled=true], .qr')) continue;
      const style = getComputedStyle(e);
      const paint = style.stroke !== 'none' ? style.stroke : style.fill;
      if (paint !== 'none') judge(e.closest('svg') ?? e, 'drawing', paint, e.closest('svg'));
    }
    return [...new Set(wrong)];
  });

/** The document is what a parser makes of it, no id is there twice, and what refers to an id finds it (RGAA 8.2). */
export const malformed = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wrong: string[] = [];
    // Styles that scripts set count as inline ones where they are parsed again, which the policy forbids and reports.
    const html = document.body.innerHTML.replaceAll(/ style="[^"]*"/g, '');
    const parsed = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body.innerHTML;
    if (parsed !== html) {
      const at = [...html].findIndex((letter, i) => letter !== parsed[i]);
      wrong.push(`elements stand where they may not: …${html.slice(Math.max(0, at - 120), at + 60)}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    wrong.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `#${id} is there twice`));
    for (const name of ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls', 'list', 'headers'])
      for (const e of document.querySelectorAll(`[${name}]`))
        for (const id of (e.getAttribute(name) ?? '').split(/\s+/))
          if (id && !document.getElementById(id)) wrong.push(`${name}="${id}" finds nothing`);
    return wrong;
  });

/** Words come from the document: style sheets draw none, and turn no order around (RGAA 10.2, 10.3). */
export const generated = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.body.querySelectorAll('*')].flatMap((e) => {
      const name = `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}`;
      const wrong = ['::before', '::after'].flatMap((part) => {
        const { content } = getComputedStyle(e, part);
        return /[\p{L}\p{N}]/u.test(content.replace(/^(normal|none|counter.*)$/, ''))
          ? [`${name}${part} ${content}`]
          : [];
      });
      const { order, flexDirection } = getComputedStyle(e);
      if (order !== '0' && /\S/.test(e.textContent)) wrong.push(`${name} is moved by order: ${order}`);
      if (flexDirection.endsWith('reverse')) wrong.push(`${name} is ${flexDirection}`);
      return wrong;
    }),
  );

/**
 * Choosing in a list, a box or a button of several leaves one where one is: same page, same focus, no window (WCAG 3.2.2,
 * RGAA 7.4). What was chosen in lists and boxes is put back.
 */
export async function contextLost(page: Page, most = 25): Promise<string[]> {
  const wrong: string[] = [];
  // Under a dialog nothing can be chosen.
  const within = (await page.locator('dialog[open]').count()) > 0 ? page.locator('dialog[open]') : page.locator('body');
  const fields = within.locator('select, input[type=checkbox], input[type=radio]').filter({ visible: true });
  let windows = 0;
  page.on('popup', () => {
    windows += 1;
  });
  for (let at = 0; at < Math.min(most, await fields.count()); at++) {
    const path = new URL(page.url()).pathname;
    const name = await fields.nth(at).evaluate((e: HTMLSelectElement | HTMLInputElement) => {
      e.focus();
      if (e instanceof HTMLSelectElement) {
        const before = e.selectedIndex;
        e.dataset.before = String(before);
        e.selectedIndex = (before + 1) % e.options.length;
        e.dispatchEvent(new Event('input', { bubbles: true }));
        e.dispatchEvent(new Event('change', { bubbles: true }));
      } else if (!e.matches(':disabled')) e.click();
      return e.labels?.[0]?.textContent ?? e.id;
    });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
    const kept = await fields.nth(at).evaluate((e: HTMLSelectElement | HTMLInputElement) => {
      const still = document.activeElement === e || e.matches(':disabled');
      if (e instanceof HTMLSelectElement) {
        e.selectedIndex = Number(e.dataset.before);
        e.dispatchEvent(new Event('change', { bubbles: true }));
      } else if (e.type === 'checkbox' && !e.matches(':disabled')) e.click();
      return still;
    });
    if (!kept) wrong.push(`“${name}” loses the focus`);
    if (new URL(page.url()).pathname !== path) return [...wrong, `“${name}” leads to ${page.url()}`];
  }
  if (windows > 0) wrong.push(`${windows} windows were opened`);
  return wrong;
}

/** Words of the commune that stand on a screen of another language without saying that they are French (RGAA 8.7). */
export const mixed = (page: Page, french: readonly string[]): Promise<string[]> =>
  page.evaluate((french) => {
    const wrong = new Set<string>();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const at = node.parentElement;
      const text = node.textContent ?? '';
      if (!at || at.closest('script, style') || at.closest('[lang]')?.getAttribute('lang') === 'fr') continue;
      const found = french.find((words) => text.includes(words));
      if (found) wrong.add(`${at.tagName.toLowerCase()}.${at.className}: “${text.slice(0, 60)}”`);
    }
    return [...wrong];
  }, french);
