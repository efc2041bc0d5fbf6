// Lets staff in: signed in, second factor passed, member of the staff. Others are told kindly what they can do instead.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { bearer, type Session, signOut, useSession } from '../api/session.ts';
import { announce } from '../ui/announce.tsx';
import { useLoad } from '../ui/load.ts';
import { Failure, Loading, Page, Spinner, words } from '../ui/page.tsx';
import type { Area } from './app.tsx';
import { Door } from './door.tsx';
import { claims } from './factor.ts';
import { FactorPage } from './factor-page.tsx';
import { Frame } from './frame.tsx';
import { flush } from './outbox.ts';
import { SignInAgain } from './sign-in.tsx';
import { type Commune, memberOf } from './staff.ts';
import { c } from './texts/index.ts';

/** An address of the console. */
export const consolePath = (commune: string, path = '/') => `/${commune}/console${path}`;

export function Gate({ commune, areas }: { commune: Commune; areas: readonly Area[] }) {
  const session = useSession();
  const { url, route } = useLocation();
  // Whether the cookie was asked for a session, and how that ended.
  const [asked, setAsked] = useState<'asking' | 'asked' | Error>('asking');
  // Who was let in stays in, so that nothing typed is lost when the session ends.
  const [inside, setInside] = useState<Session | null>(null);
  const [turn, again] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    setAsked('asking');
    bearer(commune.id)
      .then(() => setAsked('asked'))
      .catch((error: Error) => setAsked(error));
  }, [commune.id, turn]);

  const here = session?.commune === commune.id ? session : null;
  const raised = here ? claims(here.access_token).raised : false;
  const staff = here !== null && here.account.role !== 'resident';
  useEffect(() => {
    if (here && raised && staff) setInside(here);
  }, [here, raised, staff]);

  const signInAt = consolePath(commune.id, `/sign-in?next=${encodeURIComponent(url)}`);
  const out = asked === 'asked' && !here && !inside;
  useEffect(() => {
    if (out) route(signInAt, true);
  }, [out, route, signInAt]);

  if (inside) {
    return (
      <>
        <Member commune={commune} account={inside.account.id} areas={areas} left={() => setInside(null)} />
        {!here && asked === 'asked' && <SignInAgain commune={commune} account={inside.account.id} />}
      </>
    );
  }
  if (here && !staff)
    return (
      <Door commune={commune}>
        <NotStaff commune={commune} />
      </Door>
    );
  if (here && !raised)
    return (
      <Door commune={commune}>
        <FactorPage commune={commune} />
      </Door>
    );
  if (asked instanceof Error) {
    return (
      <Page title={c.title} where={commune.name}>
        <Failure error={asked} retry={() => again((n) => n + 1)} />
      </Page>
    );
  }
  return <Spinner />;
}

/** Loads the membership: role, services and name. */
function Member(props: { commune: Commune; account: string; areas: readonly Area[]; left: () => void }) {
  const { commune, account } = props;
  const loaded = useLoad(`staff/${account}`, async () => ({ me: await memberOf(commune.id, account) }), commune.id);
  return (
    <Loading of={loaded}>
      {({ me }) =>
        me ? (
          <Frame
            staff={{ commune, me }}
            areas={props.areas}
            leave={async () => {
              try {
                // What counts down goes before the session does.
                await flush();
                await signOut(commune.id);
              } catch (error) {
                announce(words(error as Error));
              } finally {
                props.left();
              }
            }}
          />
        ) : (
          <Door commune={commune}>
            <NotStaff commune={commune} />
          </Door>
        )
      }
    </Loading>
  );
}

/** A resident found the agents' door. */
export function NotStaff({ commune }: { commune: Commune }) {
  const { route } = useLocation();
  const [error, setError] = useState<Error | null>(null);
  const other = () =>
    signOut(commune.id)
      .then(() => route(consolePath(commune.id, '/sign-in')))
      .catch(setError);
  return (
    <Page title={c.notStaff.title} where={commune.name} lead={c.notStaff.text(commune.name)}>
      <p>{c.notStaff.invited}</p>
      {error && <Failure error={error} />}
      <div class="actions">
        <a class="button main" href={`/${commune.id}/`}>
          {c.notStaff.residents}
        </a>
        <button type="button" onClick={other}>
          {c.notStaff.other}
        </button>
      </div>
    </Page>
  );
}
