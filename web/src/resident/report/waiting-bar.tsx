// Keeps what waits in a commune on its way, whatever screen is open, and tells of it.

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { type Draft, draftsOf } from '../../offline/drafts.ts';
import { useDrafts } from '../../offline/use-drafts.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { useCommune } from '../commune.ts';

/** How often what waits is looked at. */
const EVERY = 15_000;

export function WaitingBar() {
  const commune = useCommune();
  const { path, route } = useLocation();
  const drafts = useDrafts(commune.id);
  const { id } = commune;
  useEffect(() => {
    const arrived = (draft: Draft) => {
      const [text, label] = {
        done: [t.report.sentOff, t.report.see],
        code: [t.report.sentOffCode, t.report.enterCode],
        blocked: [t.report.sentOffBlocked, t.report.correct],
      }[draft.state as 'done' | 'code' | 'blocked'] as [string, string];
      announce(text, { label, run: () => route(`/${id}/report?draft=${draft.id}`) });
    };
    const look = async (fresh: boolean) => {
      // What sends is loaded only once something waits.
      if (!(await draftsOf(id)).some((d) => d.state === 'queued')) return;
      const { sendWaiting } = await import('../../offline/outbox.ts');
      await sendWaiting(id, fresh, arrived);
    };
    const now = () => void look(false);
    const back = () => void look(true);
    now();
    const timer = setInterval(now, EVERY);
    addEventListener('online', back);
    document.addEventListener('visibilitychange', now);
    return () => {
      clearInterval(timer);
      removeEventListener('online', back);
      document.removeEventListener('visibilitychange', now);
    };
  }, [id, route]);

  const waiting = drafts?.filter((d) => ['queued', 'blocked', 'code'].includes(d.state)).length ?? 0;
  if (waiting === 0 || /^\/[^/]+\/(report|drafts)$/.test(path)) return null;
  return (
    <aside class="waiting-bar no-print" aria-label={t.report.draftsTitle}>
      <a href={`/${id}/drafts`}>{t.report.waitingBar(waiting)}</a>
    </aside>
  );
}
