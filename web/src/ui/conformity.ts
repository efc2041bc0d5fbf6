// How far the service is accessible, in one of the law's three words; every page names it (décret n° 2019-768).

// The rate alone: the rest of the judgement is only on its page.
import { rate } from '../../accessibility/summary.json';

/** All, at least half, or less of the criteria that apply. */
export const conformity = rate === 100 ? 'full' : rate >= 50 ? 'part' : 'none';
