/** Every file of French texts below a folder. */
export function frenchFiles(folder?: string): string[];
/** A text as a French printer would set it. */
export function printed(text: string): string;
/** What is not set so in a source file. */
export function mistakes(source: string, name?: string): { start: number; end: number; wanted: string; line: number }[];
/** The source with everything corrected. */
export function corrected(source: string): string;
