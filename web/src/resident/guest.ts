// Requests that a guest may have to prove some work for (docs/decisions/0020-bans-and-proofs.md): the device finds a number.

import { api, body, ProblemError, type Schemas } from '../api/client.ts';

/** Does it; if the platform asks for a proof, finds one and does it again with its header. */
export async function asGuest<T>(commune: string, ask: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  try {
    return await ask({});
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'proof_required') throw error;
    const task = await body(api.GET('/v1/{commune}/proof-of-work', { params: { path: { commune } } }));
    return ask({ 'Proof-Of-Work': await prove(task) });
  }
}

/** The number for which SHA-256 of salt and number is the challenge, as the header says it. */
export async function prove(task: Schemas['ProofTask']): Promise<string> {
  const encoder = new TextEncoder();
  for (let number = 0; number <= task.maxnumber; number++) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(task.salt + number)));
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex === task.challenge) {
      const { algorithm, challenge, salt, signature } = task;
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
  }
  throw new Error('no number solves the task');
}
