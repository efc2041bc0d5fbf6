// The proof of work that guests give when many write at once (docs/decisions/0020): finds the number whose hash is asked for,
// in pieces, so that the page stays alive. The browser's own digest answers one hash at a time, which takes twenty times as long.

import type { Schemas } from '../api/client.ts';

/** So many hashes take some milliseconds on an old phone. */
const PIECE = 2_000;

/** The header that answers `task`. */
export async function prove(task: Schemas['ProofTask']): Promise<string> {
  const { algorithm, challenge, salt, signature, maxnumber } = task;
  for (let from = 0; from <= maxnumber; from += PIECE) {
    for (let number = from; number < from + PIECE && number <= maxnumber; number++) {
      if (sha256(salt + number) === challenge)
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
    await new Promise((done) => setTimeout(done));
  }
  throw new Error('the task has no answer');
}

const FIRST = fractions(8, 1 / 2);
const ROUNDS = fractions(64, 1 / 3);

/** The first 32 bits of the fractions of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fractions(count: number, power: number): Int32Array {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) found.push(((n ** power % 1) * 2 ** 32) | 0);
  }
  return Int32Array.from(found);
}

const words = new Int32Array(64);

/** SHA-256 of an ASCII text, in hexadecimal digits. */
export function sha256(text: string): string {
  const length = text.length;
  const blocks = ((length + 8) >> 6) + 1;
  const message = new Int32Array(blocks * 16);
  for (let i = 0; i < length; i++) message[i >> 2] = at(message, i >> 2) | (text.charCodeAt(i) << (24 - (i % 4) * 8));
  message[length >> 2] = at(message, length >> 2) | (0x80 << (24 - (length % 4) * 8));
  message[message.length - 1] = length * 8;
  const state = FIRST.slice();
  for (let block = 0; block < message.length; block += 16) compress(state, message, block);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

const at = (array: Int32Array, index: number) => array[index] as number;
const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function compress(state: Int32Array, message: Int32Array, block: number) {
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      words[i] = at(message, block + i);
      continue;
    }
    const [x, y] = [at(words, i - 15), at(words, i - 2)];
    const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const large = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[i] = (at(words, i - 16) + small + at(words, i - 7) + large) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const one =
      (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(ROUNDS, i) + at(words, i)) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = at(state, i) + word;
}
