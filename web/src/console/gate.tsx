// Lets staff in: signed in, second factor passed, member of the staff. Others are told kindly what they can do instead.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { claims } from '../api/claims.ts';
import { OfflineError } from '../api/client.ts';
import { bearer, onLeft, useSession } from '../api/session.ts';
import { useLoad } from '../ui/load.ts';
import { Failure, Loading, Page, Spinner } from '../ui/page.tsx';
import { useFreshWhenBack, useWhenBack } from '../ui/when-back.ts';
import type { Area } from './app.tsx';
import { Door } from './door.tsx';
import { FactorPage } from './factor-page.tsx';
import { Frame } from './frame.tsx';
import { keepConsole, known, lastLetIn, letIn } from './known.ts';
import { useLeave } from './leave.tsx';
import { Unreached } from './offline-door.tsx';
import { SignInAgain } from './sign-in.tsx';
import { forgetTyped, signOut, typedBy } from './sign-out.ts';
import { type Commune, memberOf } from './staff.ts';
import { c } from './texts/index.ts';

/** An address of the console. */
export const consolePath = (commune: string, path = '/') => `/${commune}/console${path}`;

export function Gate({ commune, areas }: { commune: Commune; areas: readonly Area[] }) {
  const session = useSession();
  const { url, route } = useLocation();
  // Whether the cookie was asked for a session, and how that ended.
  const [asked, setAsked] = useState<'asking' | 'asked' | Error>('asking');
  // The account that was let in stays in, so that nothing typed is lost when the session ends.
  const [inside, setInside] = useState<string | null>(null);
  const [turn, again] = useState(0);
  const ask = () => again((n) => n + 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    setAsked('asking');
    bearer(commune.id)
      .then(() => setAsked('asked'))
      .catch(async (error: Error) => {
        // Without a network who was let in today sees what this device knows.
        const last = error instanceof OfflineError ? await lastLetIn(commune.id) : null;
        if (last) setInside((now) => now ?? last);
        setAsked(error);
      });
  }, [commune.id, turn]);
  useWhenBack(() => {
    if (asked instanceof Error) ask();
  });

  // Signed out in another tab, or somebody else signed in there: what was on the screen goes, and what was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` only asks again
  useEffect(
    () =>
      onLeft((where, who) => {
        if (where !== commune.id || (who !== null && who === inside)) return;
        forgetTyped();
        setInside(null);
        ask();
      }),
    [commune.id, inside],
  );

  const here = session?.commune === commune.id ? session : null;
  const raised = here ? claims(here.access_token).raised : false;
  const staff = here !== null && here.account.role !== 'resident';
  const account = here && raised && staff ? here.account.id : null;
  const token = here?.access_token;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new token says again that the second factor was passed
  useEffect(() => {
    if (!account) return;
    setInside(account);
    void letIn(commune.id, account);
    keepConsole();
  }, [account, token, commune.id]);

  const signInAt = consolePath(commune.id, `/sign-in?next=${encodeURIComponent(url)}`);
  const out = asked === 'asked' && !here && !inside;
  useEffect(() => {
    if (out) route(signInAt, true);
  }, [out, route, signInAt]);

  if (here && !staff)
    return (
      <Door commune={commune}>
        <NotStaff commune={commune} />
      </Door>
    );
  // Somebody else who signs in has to show a second factor first.
  if (inside && (!here || here.account.id === inside)) {
    return (
      <>
        <Member key={inside} commune={commune} account={inside} areas={areas} left={() => setInside(null)} />
        {!here && asked === 'asked' && <SignInAgain commune={commune} account={inside} />}
      </>
    );
  }
  if (here && !raised)
    return (
      <Door commune={commune}>
        <FactorPage commune={commune} />
      </Door>
    );
  if (asked instanceof OfflineError)
    return (
      <Door commune={commune}>
        <Unreached commune={commune.id} where={commune.name} retry={ask} />
      </Door>
    );
  if (asked instanceof Error) {
    return (
      <Page title={c.title} where={commune.name}>
        <Failure error={asked} retry={ask} />
      </Page>
    );
  }
  return <Spinner />;
}

/** Loads the membership: role, services and name. */
function Member(props: { commune: Commune; account: string; areas: readonly Area[]; left: () => void }) {
  const { commune, account } = props;
  // Before any screen is drawn that would show what somebody else typed.
  useMemo(() => typedBy(account), [account]);
  const loaded = useLoad(known(account, 'me'), async () => ({ me: await memberOf(commune.id, account) }), commune.id);
  useFreshWhenBack(loaded);
  const { leave, question } = useLeave(commune.id, account, props.left);
  return (
    // That there is no network, and since when, is said by the screens.
    <Loading of={{ ...loaded, asOf: null }}>
      {({ me }) =>
        me ? (
          <>
            <Frame staff={{ commune, me }} areas={props.areas} leave={leave} />
            {question}
          </>
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
