// How people use a page: with a pointer, or with nothing but the keyboard. A story says what is done, a hand does it.

import { expect, type Locator, type Page } from '@playwright/test';

export interface Hand {
  press: (target: Locator) => Promise<void>;
  write: (target: Locator, text: string) => Promise<void>;
  pick: (target: Locator, value: string) => Promise<void>;
  /** A box or one of several round buttons. */
  tick: (target: Locator) => Promise<void>;
}

export const pointer = (): Hand => ({
  press: (target) => target.click(),
  write: (target, text) => target.fill(text),
  async pick(target, value) {
    await target.selectOption(value);
  },
  // What shows may be its label alone.
  tick: (target) => target.locator('xpath=ancestor::label[1]').click(),
});

/** More stops no screen of the stories has. */
const STOPS = 150;

export function keyboard(page: Page): Hand {
  const { press } = page.keyboard;
  const key = press.bind(page.keyboard);
  /** Goes on by Tab until `there` holds for what has the focus. */
  const reach = async (target: Locator, there: (element: Element) => boolean) => {
    await expect(target).toBeAttached();
    for (let stop = 0; stop <= STOPS; stop++) {
      if (await target.evaluate(there)) {
        const seen = await page.evaluate(() => document.activeElement?.matches(':focus-visible'));
        expect(seen, `${target} shows its focus`).toBe(true);
        return;
      }
      await key('Tab');
    }
    throw new Error(`${target} is not reached by Tab`);
  };
  const on = (element: Element) => element === document.activeElement;
  const inGroup = (element: Element) => {
    const [one, now] = [element as HTMLInputElement, document.activeElement];
    return one === now || (now instanceof HTMLInputElement && now.type === 'radio' && now.name === one.name);
  };
  return {
    async press(target) {
      await reach(target, on);
      await key('Enter');
    },
    async write(target, text) {
      await reach(target, on);
      await key('ControlOrMeta+a');
      await page.keyboard.type(text);
      await expect(target).toHaveValue(text);
    },
    async pick(target, value) {
      await reach(target, on);
      await key('Home');
      const most = await target.locator('option').count();
      for (let at = 0; at < most && (await target.inputValue()) !== value; at++) await key('ArrowDown');
      await expect(target).toHaveValue(value);
    },
    async tick(target) {
      const before = await target.isChecked();
      if ((await target.getAttribute('type')) === 'checkbox') {
        await reach(target, on);
        await key('Space');
        return expect(target).toBeChecked({ checked: !before });
      }
      await reach(target, inGroup);
      if (await target.evaluate(on)) await key('Space');
      for (let at = 0; at < STOPS && !(await target.isChecked()); at++) await key('ArrowDown');
      await expect(target).toBeChecked();
    },
  };
}

interface Spot {
  x: number;
  y: number;
}

/** Puts each finger, or the mouse, somewhere on the screen, moves them by so many pixels, and lets go. */
export type Drag = (from: Spot[], right: number, down: number) => Promise<void>;

/** In small steps, as hands do. */
const STEPS = 10;

export function mouse(page: Page): Drag {
  return async ([from = { x: 0, y: 0 }], right, down) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + right, from.y + down, { steps: STEPS });
    await page.mouse.up();
  };
}

export async function fingers(page: Page): Promise<Drag> {
  const wire = await page.context().newCDPSession(page);
  return async (from, right, down) => {
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Spot[]) =>
      wire.send('Input.dispatchTouchEvent', { type, touchPoints });
    const at = (part: number) =>
      from.map(({ x, y }, id) => ({ id, x: x + (right * part) / STEPS, y: y + (down * part) / STEPS }));
    await touch('touchStart', at(0));
    for (let part = 1; part <= STEPS; part++) await touch('touchMove', at(part));
    await touch('touchEnd', []);
  };
}

export async function middle(of: Locator): Promise<Spot> {
  const box = await of.boundingBox();
  if (!box) throw new Error(`${of} is not drawn`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
