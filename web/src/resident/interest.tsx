// `/{commune}/launch/interest#TOKEN`: whoever asked to be told of the launch leaves the list. Only the button does it: mail
// scanners open links.

import { useState } from 'preact/hooks';
import { api, body, ProblemError } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Form } from '../ui/form.tsx';
import { Page } from '../ui/page.tsx';
import { useCommune } from './commune.ts';

export function Interest() {
  const commune = useCommune();
  const [token] = useState(() => location.hash.slice(1));
  const [over, setOver] = useState<'done' | 'unknown' | null>(token ? null : 'unknown');
  const words = t.resident.interest;
  const leave = async () => {
    try {
      const params = { path: { commune: commune.id } };
      await body(api.DELETE('/v1/{commune}/launch/interest', { params, body: { token } }));
      setOver('done');
    } catch (error) {
      // Used before, or the launch has come: there is nothing left to take back.
      if (!(error instanceof ProblemError) || error.status >= 429) throw error;
      setOver('unknown');
    }
  };
  return (
    <Page title={words.title} where={commune.name} class="narrow">
      {over === null ? (
        <Form submit={leave} button={words.leave}>
          <p>{words.lead(commune.name)}</p>
        </Form>
      ) : (
        <>
          <p class={over === 'done' ? 'notice good' : 'notice'} role="status">
            {over === 'done' ? words.done : words.unknown}
          </p>
          <p>
            <a class="button" href={`/${commune.id}/`}>
              {t.common.home}
            </a>
          </p>
        </>
      )}
    </Page>
  );
}
