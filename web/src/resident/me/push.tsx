// Notifications on this device: what they are for, then the button that asks for them.

import { useEffect, useState } from 'preact/hooks';
import { api, body } from '../../api/client.ts';
import { type PushState, pushState, startPush, stopPush } from '../../offline/push.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Failure } from '../../ui/page.tsx';
import type { Mine } from '../me.tsx';

export function Push({ commune, me, replace }: Mine) {
  const [state, set] = useState<PushState | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const words = t.resident.me;
  useEffect(() => {
    pushState(commune.id, me.devices).then(set, () => set('unsupported'));
  }, [commune.id, me.devices]);
  const turn = async (act: () => Promise<PushState>, said: string) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const now = await act();
      set(now);
      if (now !== 'denied') announce(said);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  const start = async () => {
    const now = await startPush(commune.id, commune.push_key);
    const params = { path: { commune: commune.id } };
    const known = await body(api.GET('/v1/{commune}/me', { params }));
    const channels = known.channels.includes('push') ? null : [...known.channels, 'push' as const];
    const change = { badge: null, language: null, channels };
    replace(now === 'on' && channels ? await body(api.PATCH('/v1/{commune}/me', { params, body: change })) : known);
    return now;
  };
  const stop = async () => {
    await stopPush(commune.id);
    replace(await body(api.GET('/v1/{commune}/me', { params: { path: { commune: commune.id } } })));
    return 'off' as const;
  };
  if (state === null) return null;
  return (
    <div class="push-here">
      <p>{words.pushHere[state]}</p>
      {error && <Failure error={error} />}
      {state === 'off' && (
        <button type="button" aria-disabled={busy} onClick={() => turn(start, words.pushStarted)}>
          {words.pushStart}
        </button>
      )}
      {state === 'on' && (
        <button type="button" aria-disabled={busy} onClick={() => turn(stop, words.pushStopped)}>
          {words.pushStop}
        </button>
      )}
    </div>
  );
}
