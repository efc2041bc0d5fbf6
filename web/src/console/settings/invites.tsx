// Codes that invite residents to the training or the pilot: made with a limit and an end, printed with their QR code, withdrawn.

import { useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { day } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, TextField } from '../../ui/form.tsx';
import { usePages } from '../../ui/load.ts';
import { More } from '../../ui/page.tsx';
import { dayOf, daysAfter, endOf } from '../../ui/paris.ts';
import { told } from '../../ui/rules.ts';
import { theirs } from '../../ui/their.tsx';
import { Days } from './categories.tsx';
import { d } from './texts/index.ts';

type Invite = Schemas['InviteView'];

export function Invites({ commune, phase }: { commune: string; phase: Schemas['Phase'] }) {
  const i = d.invites;
  const path = { commune };
  const pages = usePages(`invites ${commune}`, async (cursor) => {
    const query = { limit: 25, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/launch/invites', { params: { path, query } }));
    return { items: page.invites, next: page.next };
  });
  const [adding, add] = useState(false);
  const [shown, show] = useState<Invite | null>(null);
  const [ending, end] = useState<Invite | null>(null);
  return (
    <section>
      <h2>{i.title}</h2>
      <p>{phase === 'live' ? i.leadLive : i.lead}</p>
      <p>
        <button type="button" onClick={() => add(true)}>
          {i.add}
        </button>
      </p>
      {!pages.loading && !pages.error && pages.items.length === 0 && <p>{i.none}</p>}
      <ul class="plain rows">
        {pages.items.map((one) => (
          <li key={one.code} class={one.open ? 'row' : 'row archived'}>
            <span class="what">
              <strong lang={theirs()}>{one.label}</strong> <code>{one.code}</code>
              {!one.open && <span class="tag">{i.ended}</span>}
              <small>{i.used(one.used, one.limit, day(one.expires_at))}</small>
            </span>
            <span class="acts">
              <button type="button" aria-label={i.showOf(one.label)} onClick={() => show(one)}>
                {i.show}
              </button>
              {one.open && (
                <button type="button" aria-label={i.endOf(one.label)} onClick={() => end(one)}>
                  {i.end}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <More of={pages} />
      {adding && (
        <Dialog title={i.add} close={() => add(false)}>
          <NewInvite
            commune={commune}
            done={(made) => {
              add(false);
              pages.reload();
              show(made);
            }}
          />
        </Dialog>
      )}
      {shown && (
        <Dialog title={shown.label} titleLang={theirs()} close={() => show(null)} class="print-me">
          <Qr svg={shown.qr_svg} words={i.qr(shown.code)} />
          <p class="code">{shown.code}</p>
          <p>
            <a href={shown.link}>{shown.link}</a>
          </p>
          <p>{i.used(shown.used, shown.limit, day(shown.expires_at))}</p>
          <div class="actions no-print">
            <button type="button" class="main" onClick={() => print()}>
              {i.print}
            </button>
            <button
              type="button"
              onClick={() =>
                navigator.clipboard.writeText(shown.link).then(
                  () => announce(i.copied),
                  () => announce(i.notCopied),
                )
              }
            >
              {i.copy}
            </button>
          </div>
        </Dialog>
      )}
      {ending && (
        <Confirm
          title={i.endOf(ending.label)}
          button={i.end}
          close={() => end(null)}
          run={async () => {
            const params = { path: { commune, invite: ending.code } };
            await body(api.DELETE('/v1/{commune}/launch/invites/{invite}', { params }));
            announce(i.endedNow);
            pages.reload();
          }}
        >
          <p>{i.endText}</p>
        </Confirm>
      )}
    </section>
  );
}

/** The platform's QR code, its paths alone drawn anew: markup that arrives is never put into the page. */
function Qr({ svg, words }: { svg: string; words: string }) {
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const paths = [...read.querySelectorAll('path')];
  return (
    <svg class="qr" role="img" aria-label={words} viewBox={read.documentElement.getAttribute('viewBox') ?? ''}>
      {paths.map((path) => {
        const shape = path.getAttribute('d') ?? '';
        return (
          <path key={shape.length} d={shape} fill={path.getAttribute('fill') ?? '#000'} shape-rendering="crispEdges" />
        );
      })}
    </svg>
  );
}

function NewInvite({ commune, done }: { commune: string; done: (made: Invite) => void }) {
  const i = d.invites;
  const [label, setLabel] = useState('');
  const [limit, setLimit] = useState(50);
  const [until, setUntil] = useState(daysAfter(dayOf(), 60));
  const [error, setError] = useState<Error | null>(null);
  const field = (name: string) => (error instanceof ProblemError ? error.field(name) : null);
  return (
    <Form
      button={i.add}
      onError={setError}
      submit={async () => {
        setError(null);
        const made = { label, limit, expires_at: endOf(until || dayOf()) };
        const call = api.POST('/v1/{commune}/launch/invites', { params: { path: { commune } }, body: made });
        done(await told(body(call), d.rules));
      }}
    >
      <TextField
        label={i.label}
        hint={i.labelHint}
        maxLength={200}
        value={label}
        error={field('label')}
        onText={setLabel}
      />
      <Days label={i.limit} value={limit} error={field('limit')} set={setLimit} />
      <TextField label={i.until} type="date" value={until} error={field('expires_at')} onText={setUntil} />
    </Form>
  );
}
