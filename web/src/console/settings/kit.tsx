// What the commune hangs up and hands out, drawn with its name, colours and address when it is asked for.

import { useState } from 'preact/hooks';
import { api, body } from '../../api/client.ts';
import { Failure } from '../../ui/page.tsx';
import { save } from './save.ts';
import { d } from './texts/index.ts';

const PIECES = { poster: 'pdf', flyer: 'pdf', banner: 'png' } as const;

export function Kit({ commune, name }: { commune: string; name: string }) {
  const k = d.kit;
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const fetch = async (piece: keyof typeof PIECES) => {
    if (busy) return;
    setBusy(piece);
    setError(null);
    try {
      const params = { path: { commune, piece } };
      const file = await body(api.GET('/v1/{commune}/launch/kit/{piece}', { params, parseAs: 'blob' }));
      save(file as unknown as Blob, `${commune}-${k.file[piece]}.${PIECES[piece]}`);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <section>
      <h2>{k.title}</h2>
      <p>{k.lead(name)}</p>
      <ul class="plain rows">
        {(Object.keys(PIECES) as (keyof typeof PIECES)[]).map((piece) => (
          <li key={piece} class="row">
            <span class="what">
              <strong>{k.piece[piece]}</strong>
              <small>{k.about[piece]}</small>
            </span>
            <button
              type="button"
              aria-disabled={busy !== null}
              aria-label={k.fetchOf(k.piece[piece])}
              onClick={() => fetch(piece)}
            >
              {busy === piece ? k.drawing : k.fetch}
            </button>
          </li>
        ))}
      </ul>
      {error && <Failure error={error} />}
    </section>
  );
}
