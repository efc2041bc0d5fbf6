import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { prove, sha256 } from './proof.ts';

const real = (text: string) => createHash('sha256').update(text).digest('hex');

test('the hash is SHA-256, whatever the length', () => {
  for (const length of [0, 1, 3, 50, 55, 56, 63, 64, 65, 119, 120, 200]) {
    const text = 'a1?'.repeat(70).slice(0, length);
    expect(sha256(text)).toBe(real(text));
  }
});

test('a task is answered with its number', async () => {
  const salt = '920180f688b2b222a345e5ea?expires=1795340608&';
  const task = { algorithm: 'SHA-256', salt, challenge: real(`${salt}4321`), signature: 'ours', maxnumber: 100_000 };
  const answer = JSON.parse(atob(await prove(task)));
  expect(answer).toEqual({ algorithm: 'SHA-256', challenge: task.challenge, number: 4321, salt, signature: 'ours' });
});
