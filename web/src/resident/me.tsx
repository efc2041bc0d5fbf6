// `/{commune}/me`: what one reported and follows, how one is told, one's contacts, devices and data.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { signOut } from '../api/session.ts';
import { stopPush } from '../offline/push.ts';
import { unsentOf } from '../offline/staff-outbox.ts';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useLoad } from '../ui/load.ts';
import { Loading, Page, Spinner } from '../ui/page.tsx';
import { type Commune, useCommune } from './commune.ts';
import { signInLink } from './links.ts';
import { Badge, Channels, Devices, LanguageChoice } from './me/choices.tsx';
import { Contacts } from './me/contacts.tsx';
import { Erase, Export } from './me/data.tsx';
import { Notices } from './me/notices.tsx';
import { Push } from './me/push.tsx';
import './me/me.css';
import { ReportCards } from './report-card.tsx';
import { forgetLists, type ReportQuery, useReports } from './reports-data.ts';
import { useSignedIn } from './signed-in.ts';

/** What each part of the page gets. */
export interface Mine {
  commune: Commune;
  me: Schemas['MeView'];
  /** The account after a change. */
  replace: (me: Schemas['MeView']) => void;
}

export function Me() {
  const commune = useCommune();
  const signedIn = useSignedIn(commune.id);
  const [erased, setErased] = useState(false);
  const words = t.resident.me;
  if (erased) {
    return (
      <Page key="erased" title={words.erased} where={commune.name} class="narrow">
        <p>{words.erasedText}</p>
        <p>
          <a class="button" href={`/${commune.id}/`}>
            {t.common.home}
          </a>
        </p>
      </Page>
    );
  }
  return (
    <Page title={words.title} where={commune.name} class="me-page">
      {signedIn === 'asking' && <Spinner />}
      {signedIn === 'out' && (
        <>
          <p>{words.mustSignIn}</p>
          <p>
            <a class="button main" href={signInLink(commune.id, `/${commune.id}/me${location.hash}`)}>
              {t.common.signIn}
            </a>
          </p>
        </>
      )}
      {(signedIn === 'in' || signedIn === 'offline') && <Signed commune={commune} onErased={() => setErased(true)} />}
    </Page>
  );
}

function Signed({ commune, onErased }: { commune: Commune; onErased: () => void }) {
  const params = { path: { commune: commune.id } };
  const loaded = useLoad(`/v1/${commune.id}/me`, () => body(api.GET('/v1/{commune}/me', { params })), commune.id);
  return (
    <Loading of={loaded}>{(me) => <All mine={{ commune, me, replace: loaded.replace }} onErased={onErased} />}</Loading>
  );
}

function All({ mine, onErased }: { mine: Mine; onErased: () => void }) {
  const { commune, me } = mine;
  const { route } = useLocation();
  const words = t.resident.me;
  useEffect(() => {
    // A mail leads to its part of the page, which was not there when the browser looked for it.
    const part = document.getElementById(location.hash.slice(1));
    part?.scrollIntoView();
    part?.querySelector('h2')?.focus({ preventScroll: true });
  }, []);
  // Who also works in the console may have left something there that has not gone yet.
  const [unsent, setUnsent] = useState(0);
  const ask = async () => {
    const waiting = await unsentOf(me.id);
    if (waiting > 0) setUnsent(waiting);
    else await leave();
  };
  const leave = async () => {
    forgetLists();
    // Whoever uses this device next is not told what was meant for this account.
    await stopPush(commune.id).catch(() => {});
    await signOut(commune.id).catch(() => {
      // This device forgets all the same.
    });
    announce(t.resident.signIn.out);
    route(`/${commune.id}/`);
  };
  return (
    <>
      <p class="who">
        {[me.phone, me.email].filter(Boolean).join(' · ')}
        {me.badge !== undefined && me.badge !== null && <span class="badge">{words.ambassador}</span>}
      </p>
      <Jump
        parts={{
          mine: words.mine,
          following: words.following,
          notices: words.notices,
          channels: words.channels,
          contacts: words.contacts,
          data: words.data,
        }}
      />
      <Section id="mine" title={words.mine}>
        <Reports commune={commune} query={{ mine: true }} none={t.resident.list.noneMine} more="mine" />
        <p>
          <a href={`/${commune.id}/drafts`}>{words.drafts}</a>
        </p>
      </Section>
      <Section id="following" title={words.following}>
        <Reports commune={commune} query={{ following: true }} none={t.resident.list.noneFollowing} more="following" />
      </Section>
      <Section id="notices" title={words.notices}>
        <Notices commune={commune} />
      </Section>
      <Section id="channels" title={words.channels}>
        <Push {...mine} />
        <Channels {...mine} />
      </Section>
      {me.badge !== undefined && me.badge !== null && (
        <Section id="ambassador" title={words.ambassador}>
          <Badge {...mine} badge={me.badge} />
        </Section>
      )}
      <Section id="contacts" title={words.contacts}>
        <Contacts {...mine} />
      </Section>
      <Section id="language" title={words.language}>
        <LanguageChoice {...mine} />
      </Section>
      <Section id="devices" title={words.devices}>
        <Devices {...mine} />
      </Section>
      <Section id="data" title={words.data}>
        <Export commune={commune} />
        <Erase {...mine} onErased={onErased} />
      </Section>
      <Section id="sign-out" title={t.common.signOut}>
        <p>{words.signOutText}</p>
        <button type="button" onClick={ask}>
          {t.common.signOut}
        </button>
        {unsent > 0 && (
          <Confirm title={t.common.unsent.title} button={t.common.unsent.lose} run={leave} close={() => setUnsent(0)}>
            <p>{t.common.unsent.text(unsent)}</p>
          </Confirm>
        )}
      </Section>
    </>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section id={id}>
      <h2 tabIndex={-1}>{title}</h2>
      {children}
    </section>
  );
}

function Jump({ parts }: { parts: Record<string, string> }) {
  const go = (id: string) => (event: Event) => {
    event.preventDefault();
    const part = document.getElementById(id);
    part?.scrollIntoView();
    part?.querySelector('h2')?.focus({ preventScroll: true });
  };
  return (
    <nav class="jump" aria-label={t.resident.me.jump}>
      <ul class="plain">
        {Object.entries(parts).map(([id, title]) => (
          <li key={id}>
            <a href={`#${id}`} onClick={go(id)}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Reports(props: { commune: Commune; query: ReportQuery; none: string; more: 'mine' | 'following' }) {
  const { commune, query, none, more } = props;
  const reports = useReports(commune.id, query, 3);
  // The account is not let in before the launch: the page above says so already.
  if (reports.error instanceof ProblemError && reports.error.code === 'not_yet_here')
    return <p>{reports.error.message}</p>;
  return (
    <>
      <Loading of={{ ...reports, data: reports.items.length > 0 || !reports.loading ? reports.items : null }}>
        {(items) =>
          items.length > 0 ? <ReportCards commune={commune} reports={items} /> : !reports.error && <p>{none}</p>
        }
      </Loading>
      {reports.hasMore && (
        <p>
          <a href={`/${commune.id}/reports?${more}=true`}>{t.resident.me.all}</a>
        </p>
      )}
    </>
  );
}
