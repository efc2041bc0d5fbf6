// `/`: what this is, and the way to one's commune; whoever was here before is taken there.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Form, TextField } from '../ui/form.tsx';
import { Page } from '../ui/page.tsx';
import { refused, useErrors } from './contact.ts';
import { lastCommune } from './last-commune.ts';

export function Welcome() {
  const { route, query } = useLocation();
  const change = 'change' in query;
  const last = lastCommune();
  const leave = !change && last ? `/${last.id}/` : null;
  useEffect(() => {
    if (leave) route(leave, true);
  }, [leave, route]);
  const words = t.resident.welcome;
  const [typed, setTyped] = useState('');
  const errors = useErrors();
  const open = async () => {
    errors.clear();
    const id = asId(typed);
    if (!id) throw refused('commune', words.missing);
    if (!/^[a-z][a-z0-9-]{1,39}$/.test(id)) throw refused('commune', words.malformed);
    try {
      await body(api.GET('/v1/{commune}', { params: { path: { commune: id } } }));
    } catch (error) {
      const unknown = error instanceof ProblemError && error.status === 404;
      throw unknown ? refused('commune', words.unknown(typed.trim())) : error;
    }
    route(`/${id}/`);
  };
  if (leave) return null;
  return (
    <Page title="Parvis" lead={words.lead} class="narrow">
      <p>{words.promise}</p>
      {last && (
        <p>
          <a class="button" href={`/${last.id}/`}>
            {words.last(last.name)}
          </a>
        </p>
      )}
      <Form submit={open} button={words.open} onError={errors.set}>
        <TextField
          label={words.which}
          hint={words.whichHint}
          error={errors.at('commune')}
          value={typed}
          onText={setTyped}
          autocomplete="off"
          maxLength={60}
        />
      </Form>
    </Page>
  );
}

/** `Saint-Rémy l’Étang` is `saint-remy-l-etang` in addresses. */
function asId(typed: string): string {
  return typed
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
