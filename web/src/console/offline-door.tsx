// Without a network nobody can be let in: which code is right only the platform knows.

import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts/index.ts';
import { useOnline } from '../ui/online.ts';
import { Page } from '../ui/page.tsx';
import { wasLetIn } from './known.ts';
import { c } from './texts/index.ts';

/** Says what is missing, and that what waits is kept; the gate itself asks again when the network is back. */
export function Unreached({ commune, where, retry }: { commune: string; where?: string; retry: () => void }) {
  const [before, setBefore] = useState(false);
  useEffect(() => {
    void wasLetIn(commune).then(setBefore);
  }, [commune]);
  return (
    <Page title={c.unreached.title} {...(where ? { where } : {})} class="narrow" lead={c.unreached.lead}>
      <p>{before ? c.unreached.again : c.unreached.first}</p>
      {before && <p>{c.unreached.kept}</p>}
      <p>
        <button type="button" class="main" onClick={retry}>
          {t.common.retry}
        </button>
      </p>
    </Page>
  );
}

/** Beside a form that asks for a code. */
export function NeedsNetwork() {
  const online = useOnline();
  return (
    <div role="status">
      {!online && (
        <p class="notice">
          {t.common.offline} {c.unreached.first}
        </p>
      )}
    </div>
  );
}
