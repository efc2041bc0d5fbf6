// What can be measured on a screen as it is: widths, targets, movement, focus, clipped words. Each function answers what is
// wrong, in words, so that a story expects an empty list.

import type { Page } from '@playwright/test';

/** The page is not wider than the window (WCAG 1.4.10, RGAA 10.11). Only what scrolls inside itself may be. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const inScroller = (e: Element) => {
      for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      return false;
    };
    const wide = [...document.body.querySelectorAll('*')].filter(
      (e) => e.getBoundingClientRect().right > width + 1 && !inScroller(e),
    );
    const names = wide
      .slice(-3)
      .map((e) => `${e.tagName.toLowerCase()}.${e.className} “${e.textContent?.slice(0, 40)}”`);
    return [`${document.documentElement.scrollWidth} px in a window of ${width}: ${names.join(', ')}`];
  });

/**
 * What can be pressed is at least 24 × 24 px (WCAG 2.5.8). Links in running text are exempt; other links that are as high as
 * their words keep the distance that the rule asks for instead.
 */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const targets = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=option], [tabindex="0"]',
      ),
    ]
      .filter((e) => e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && !e.closest('.skip, .sr'))
      .map((e) => {
        // A label is part of its box or button, and a link may be spread over the card that it stands in.
        const label = e instanceof HTMLInputElement ? (e.closest('label') ?? e.labels?.[0]) : null;
        const spread = getComputedStyle(e, '::after');
        const card = spread.content !== 'none' && spread.position === 'absolute' ? e.offsetParent : null;
        const [own, around] = [e.getBoundingClientRect(), (label ?? card)?.getBoundingClientRect()];
        const box = around && around.width * around.height > own.width * own.height ? around : own;
        return { e, box, x: box.left + box.width / 2, y: box.top + box.height / 2 };
      })
      .filter(({ box }) => box.width >= 1 && box.height >= 1);
    const small = targets.filter(({ box }) => box.width < 23.5 || box.height < 23.5);
    const crowded = (one: (typeof targets)[number]) =>
      targets.some((other) => {
        if (other.e === one.e || other.e.contains(one.e)) return false;
        if (small.includes(other)) return Math.hypot(other.x - one.x, other.y - one.y) < 23.5;
        const dx = Math.max(other.box.left - one.x, 0, one.x - other.box.right);
        const dy = Math.max(other.box.top - one.y, 0, one.y - other.box.bottom);
        return Math.hypot(dx, dy) < 11.5;
      });
    return small
      .filter((one) => {
        if (one.e.tagName !== 'A' || getComputedStyle(one.e).display !== 'inline') return true;
        const words = (of: Element | null) => of?.textContent?.trim().length ?? 0;
        return words(one.e.parentElement) === words(one.e) && crowded(one);
      })
      .map(
        ({ e, box }) =>
          `${e.tagName.toLowerCase()} “${e.textContent || e.getAttribute('aria-label')}” ${box.width}×${box.height}`,
      );
  });

/** Whoever asked for less movement gets none. */
export const moving = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const lasts = (times: string) => times.split(',').some((t) => Number.parseFloat(t) > 0);
    return [...document.querySelectorAll('*')].flatMap((e) => {
      const style = getComputedStyle(e);
      const name = `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}`;
      const wrong: string[] = [];
      if (style.animationName !== 'none' && lasts(style.animationDuration))
        wrong.push(`${name}: ${style.animationName}`);
      if (style.transitionProperty !== 'none' && lasts(style.transitionDuration)) wrong.push(`${name}: transition`);
      if (style.scrollBehavior === 'smooth') wrong.push(`${name}: smooth scrolling`);
      return wrong;
    });
  });

/** Words that are cut off; an ellipsis shows that there is more, so it may. */
export const clipped = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((e) => {
        const style = getComputedStyle(e);
        if (!/hidden|clip/.test(`${style.overflowX} ${style.overflowY}`) || e.closest('.sr, svg, .leaflet-container'))
          return false;
        if (style.textOverflow === 'ellipsis' || style.getPropertyValue('-webkit-line-clamp') !== 'none') return false;
        // What only screen readers are told is one pixel large.
        if (!e.textContent?.trim() || !e.checkVisibility() || e.clientWidth <= 1) return false;
        return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
      })
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}: “${e.textContent.slice(0, 60)}”`),
  );

/** Spacing of text that a reader may need (WCAG 1.4.12, RGAA 10.12). */
export const spaceText = (page: Page) =>
  page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    document.adoptedStyleSheets = [sheet];
  });

/** In forced colours a button is still seen to be one: it keeps an edge, words or a drawing. */
export const unseen = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, .button, input, select, textarea, .leaflet-marker-icon')]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 1)
      .filter((e) => {
        const style = getComputedStyle(e);
        const edge = style.borderTopStyle !== 'none' && Number.parseFloat(style.borderTopWidth) > 0;
        const native = e instanceof HTMLInputElement && /checkbox|radio|file|range|color/.test(e.type);
        return !edge && !native && !e.textContent?.trim() && !e.querySelector('svg, img') && e.tagName !== 'IMG';
      })
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}`),
  );

/** Walks through the screen with the Tab key: every stop is in view, not covered, and shows that it has the focus. */
export async function hiddenFocus(page: Page, most = 40): Promise<string[]> {
  const wrong: string[] = [];
  const seen = new Set<string>();
  await page.evaluate(() => {
    // From the beginning, wherever the focus was: the browser goes on from where it was last.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
  });
  for (let stop = 0; stop < most; stop++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      if (!(e instanceof HTMLElement) || e === document.body) return null;
      const box = e.getBoundingClientRect();
      const name = `${e.tagName.toLowerCase()} “${(e.textContent || e.getAttribute('aria-label') || e.id).slice(0, 40)}”`;
      const problems: string[] = [];
      const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) problems.push('is out of view');
      else if (box.width > 1) {
        const top = document.elementFromPoint(x, y);
        if (top && !e.contains(top) && !top.contains(e) && !e.closest('label')?.contains(top))
          problems.push(`is covered by ${top.tagName.toLowerCase()}.${top.className}`);
      }
      // Of itself, of what it spreads over its card, or of what stands for it: a label, the card.
      const drawn = (style: CSSStyleDeclaration) =>
        (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      const label = e instanceof HTMLInputElement ? (e.closest('label') ?? e.labels?.[0]) : null;
      const around = [e, label, e.parentElement, e.parentElement?.parentElement, e.closest('li, article')];
      const shown = around.some((at) => at && drawn(getComputedStyle(at))) || drawn(getComputedStyle(e, '::after'));
      if (!shown) problems.push('does not show its focus');
      return { key: `${name}${Math.round(box.left)},${Math.round(box.top + scrollY)}`, name, problems };
    });
    if (!found || seen.has(found.key)) break;
    seen.add(found.key);
    wrong.push(...found.problems.map((p) => `${found.name} ${p}`));
  }
  if (seen.size === 0) wrong.push('nothing takes the focus');
  return wrong;
}
