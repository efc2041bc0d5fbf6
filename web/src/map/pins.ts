// How a report looks on a map: its sign says the kind, its shape whether it is open; never colour alone.

import type { Schemas } from '../api/client.ts';

export interface Pin {
  id: string;
  kind: Schemas['Kind'];
  status: Schemas['Status'];
  category?: string | null | undefined;
  latitude: number;
  longitude: number;
}

/** What the commune still has something to do about. */
export const isOpen = (status: Schemas['Status']) => !['resolved', 'closed', 'unconfirmed', 'expired'].includes(status);

/** Signs in a box of 24 by 24, drawn with lines. */
const SIGNS: Record<Schemas['Kind'], string> = {
  problem: 'M12 6v7M12 16.5v.5',
  idea: 'M10 17h4M12 6a4 4 0 0 0-2.5 7.2V15h5v-1.8A4 4 0 0 0 12 6Z',
  question: 'M9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2M12 16.5v.5',
  opinion: 'M7 8h10v6.5h-5.5L9 17v-2.5H7Z',
  praise: 'M12 16.5s-4.5-2.7-4.5-5.8A2.4 2.4 0 0 1 12 9.5a2.4 2.4 0 0 1 4.5 1.2c0 3.1-4.5 5.8-4.5 5.8Z',
  observation:
    'M6.5 12s2-3.7 5.5-3.7 5.5 3.7 5.5 3.7-2 3.7-5.5 3.7S6.5 12 6.5 12ZM12 13.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z',
};
/** A drop that points at the place. */
const OPEN = 'M12 30C7.5 23 2 18 2 12a10 10 0 0 1 20 0c0 6-5.5 11-10 18Z';
/** A square with a tick beside the sign: over. */
const CLOSED = 'M4 2.5h16a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 20V4A1.5 1.5 0 0 1 4 2.5Z';
const TICK = 'm14.5 24.5 3 3 5.5-6';

export const PIN_SIZE: [number, number] = [30, 38];

const NS = 'http://www.w3.org/2000/svg';

function path(d: string, name: string): SVGPathElement {
  const made = document.createElementNS(NS, 'path');
  made.setAttribute('d', d);
  made.setAttribute('class', name);
  return made;
}

/** The picture of a pin; also for legends. */
export function pinPicture(kind: Schemas['Kind'] | null, open: boolean): SVGSVGElement {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', '0 0 24 31');
  svg.setAttribute('width', String(PIN_SIZE[0]));
  svg.setAttribute('height', String(PIN_SIZE[1]));
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', open ? 'pin pin-open' : 'pin pin-closed');
  svg.append(path(open ? OPEN : CLOSED, 'pin-body'));
  if (kind) svg.append(path(SIGNS[kind], 'pin-sign'));
  if (!open) svg.append(path(TICK, 'pin-tick-edge'), path(TICK, 'pin-tick'));
  return svg;
}
