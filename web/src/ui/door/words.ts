// What the steps of signing in say: the same for staff and operators, but for a few words.

import type { Texts } from '../../texts/index.ts';

export type DoorWords = Texts['operator']['door'];
