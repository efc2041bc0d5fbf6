// Requests that a guest may have to prove some work for (docs/decisions/0020-bans-and-proofs.md): the device finds a number.

import { api, body, ProblemError } from '../api/client.ts';

/** Does it; if the platform asks for a proof, finds one and does it again with its header. */
export async function asGuest<T>(commune: string, ask: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  try {
    return await ask({});
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'proof_required') throw error;
    // Rarely asked for.
    const { prove } = await import('../offline/proof.ts');
    const task = await body(api.GET('/v1/{commune}/proof-of-work', { params: { path: { commune } } }));
    return ask({ 'Proof-Of-Work': await prove(task) });
  }
}
