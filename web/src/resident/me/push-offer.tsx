// Notifications on this device, offered to who has just sent a report: the next step of it is what they are for.

import { useEffect, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { pushState } from '../../offline/push.ts';
import { t } from '../../texts/index.ts';
import type { Commune } from '../commune.ts';
import { Push } from './push.tsx';

/** For who is signed in. Nothing where the browser cannot have them, may not, or has them. */
export function PushOffer({ commune }: { commune: Commune }) {
  const [me, setMe] = useState<Schemas['MeView'] | null>(null);
  const { id } = commune;
  useEffect(() => {
    let current = true;
    const find = async () => {
      // Of any account's devices, so that nothing is asked for in vain.
      if ((await pushState(id, [])) !== 'off') return;
      const found = await body(api.GET('/v1/{commune}/me', { params: { path: { commune: id } } }));
      if (current && (await pushState(id, found.devices)) === 'off') setMe(found);
    };
    find().catch(() => {
      // Without an answer there is no offer: one's own space has it too.
    });
    return () => {
      current = false;
    };
  }, [id]);
  if (!me) return null;
  return (
    <section class="card offer" aria-labelledby="push-title">
      <h2 id="push-title">{t.report.pushTitle}</h2>
      <Push commune={commune} me={me} replace={setMe} />
    </section>
  );
}
