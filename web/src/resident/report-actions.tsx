// What one does with a report without writing: follow, share, print, take one's own back.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/page.tsx';
import { reportLink, signInLink } from './links.ts';
import { titleOf } from './report-card.tsx';
import type { Part } from './report-page.tsx';
import { useSignedIn } from './signed-in.ts';

export function Follow({ commune, report, replace }: Part) {
  const { url } = useLocation();
  const signedIn = useSignedIn(commune.id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const words = t.resident.report;
  if (report.status === 'unconfirmed' || report.status === 'expired') return null;
  if (signedIn === 'out') {
    return (
      <p class="follow no-print">
        <a class="button" href={signInLink(commune.id, url)}>
          {words.signInToFollow}
        </a>
      </p>
    );
  }
  const toggle = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const params = { path: { commune: commune.id, report: report.id } };
    const address = '/v1/{commune}/reports/{report}/followers/me';
    const { following } = report;
    try {
      await body(following ? api.DELETE(address, { params }) : api.PUT(address, { params }));
      replace({ ...report, following: !following, followers: Math.max(0, report.followers + (following ? -1 : 1)) });
      announce(following ? words.unfollowed : words.followed);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="follow no-print">
      {error && <Failure error={error} />}
      <button type="button" class={report.following ? '' : 'main'} aria-busy={busy} onClick={toggle}>
        {report.following ? words.unfollow : words.follow}
      </button>
      <span class="small">{report.following ? words.followed : words.followHint}</span>
    </div>
  );
}

export function Actions({ commune, report, reload }: Part) {
  const [asking, ask] = useState(false);
  const words = t.resident.report;
  const link = location.origin + reportLink(commune.id, report.id);
  const share = async () => {
    try {
      if (navigator.share) await navigator.share({ title: `${titleOf(commune, report)} – ${commune.name}`, url: link });
      else {
        await navigator.clipboard.writeText(link);
        announce(words.copied);
      }
    } catch (error) {
      // Closing the phone's own list of apps is no failure.
      if ((error as Error).name !== 'AbortError') announce(words.copyFailed);
    }
  };
  return (
    <div class="actions report-actions no-print">
      {report.visibility === 'public' && (
        <button type="button" onClick={share}>
          {words.share}
        </button>
      )}
      <button type="button" onClick={() => print()}>
        {words.print}
      </button>
      {report.mine && report.group === 'open' && (
        <button type="button" class="danger" onClick={() => ask(true)}>
          {words.withdraw}
        </button>
      )}
      {asking && <Withdraw commune={commune.id} report={report.id} close={() => ask(false)} done={reload} />}
    </div>
  );
}

function Withdraw(props: { commune: string; report: string; close: () => void; done: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const words = t.resident.report;
  const withdraw = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const params = { path: { commune: props.commune, report: props.report } };
      await body(api.DELETE('/v1/{commune}/reports/{report}', { params }));
      announce(words.withdrawn);
      props.close();
      props.done();
    } catch (thrown) {
      setError(thrown as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.withdrawTitle} close={props.close}>
      <p>{words.withdrawText}</p>
      {error && <Failure error={error} />}
      <div class="actions">
        <button type="button" class="danger" aria-busy={busy} onClick={withdraw}>
          {words.withdrawYes}
        </button>
        <button type="button" onClick={props.close}>
          {t.common.cancel}
        </button>
      </div>
    </Dialog>
  );
}
