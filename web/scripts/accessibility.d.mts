export interface Criterion {
  number: string;
  title: string;
  title_en: string;
  result: string;
  how: string;
  note?: string;
}
type Judgement = { referential: string; checked: string; criteria: Criterion[] };

/** All that the screens are written in. */
export function markup(): string;
/** What is wrong with the judgements themselves. */
export function faults(rgaa: Judgement, exists?: (path: string) => boolean, written?: string): string[];
/** The figures of the declaration. */
export function summary(rgaa: Judgement): { rate: number; missing: { number: string }[] };
