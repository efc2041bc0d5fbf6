// `/operator/new`: a commune becomes a customer.

import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { number } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Form, TextField } from '../ui/form.tsx';
import { OutlineField } from '../ui/outline/field.tsx';
import { extent } from '../ui/outline/geojson.ts';
import { Page } from '../ui/page.tsx';
import { fieldOf } from '../ui/refused.ts';
import { told } from '../ui/rules.ts';
import { PlanFields, USUAL } from './plan.tsx';
import { o } from './texts/index.ts';

export function Subscribe() {
  const { route } = useLocation();
  const s = o.subscribe;
  const [insee, setInsee] = useState('');
  const [slug, setSlug] = useState('');
  const [boundary, setBoundary] = useState<Schemas['Boundary'] | null>(null);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [plan, setPlan] = useState(USUAL);
  const [error, setError] = useState<Error | null>(null);
  // Sent again after a lost answer it is one subscription; another content is another one.
  const key = useRef<{ of: string; key: string }>({ of: '', key: '' });
  const submit = async () => {
    setError(null);
    if (!boundary) throw missing('boundary', s.boundaryMissing);
    const administrator = name.trim() || email.trim() ? { name, email: email.trim() } : null;
    const made = { insee: insee.trim().toUpperCase(), slug: slug.trim() || null, boundary, plan, administrator };
    const content = JSON.stringify(made);
    if (key.current.of !== content) key.current = { of: content, key: crypto.randomUUID() };
    const params = { header: { 'Idempotency-Key': key.current.key } };
    const call = api.POST('/v1/operator/communes', { params, body: made });
    const done = await told(body(call), o.rules);
    announce(done.administrator_told === false ? s.notTold : s.done(done.name));
    route(`/operator/communes/${done.id}${done.administrator ? `?administrator=${done.administrator}` : ''}`);
  };
  const [west, south, east, north] = (boundary ? extent(boundary) : [0, 0, 0, 0]).map((n) =>
    number(n, { maximumFractionDigits: 3 }),
  );
  return (
    <Page title={s.title} where={o.title} lead={s.lead}>
      <p>
        <a href="/operator/">← {o.communes.title}</a>
      </p>
      <Form submit={submit} button={s.button} onError={setError}>
        <TextField
          label={s.insee}
          hint={s.inseeHint}
          maxLength={5}
          autocomplete="off"
          value={insee}
          error={fieldOf(error, 'insee')}
          onText={setInsee}
        />
        <TextField
          label={s.slug}
          hint={s.slugHint}
          optional
          maxLength={40}
          autocomplete="off"
          value={slug}
          error={fieldOf(error, 'slug')}
          onText={setSlug}
        />
        <h2>{s.boundary}</h2>
        <p class="hint">{s.boundaryHint}</p>
        <OutlineField
          words={o.outline}
          commune={null}
          others={NOTHING}
          value={boundary}
          set={setBoundary}
          error={fieldOf(error, 'boundary')}
          drawing={false}
        />
        {boundary && <p>{s.extent(west ?? '', south ?? '', east ?? '', north ?? '')}</p>}
        <h2>{s.administrator}</h2>
        <p class="hint">{s.administratorHint}</p>
        <TextField
          label={s.name}
          optional
          maxLength={100}
          autocomplete="off"
          value={name}
          error={fieldOf(error, 'administrator.name')}
          onText={setName}
        />
        <TextField
          label={s.email}
          optional
          type="email"
          autocomplete="off"
          value={email}
          error={fieldOf(error, 'administrator.email')}
          onText={setEmail}
        />
        <h2>{s.plan}</h2>
        <PlanFields value={plan} set={setPlan} wrong={(field) => fieldOf(error, `plan.${field}`)} />
      </Form>
    </Page>
  );
}

const NOTHING: never[] = [];

function missing(field: string, detail: string): ProblemError {
  const errors = [{ field, code: 'missing', detail }];
  return new ProblemError({ type: 'urn:parvis:problem:invalid', title: '', status: 422, detail, errors });
}
