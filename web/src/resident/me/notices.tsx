// What one was told: the messages that went out, newest first, and those that could not.

import { api, body } from '../../api/client.ts';
import { ago, t } from '../../texts/index.ts';
import { usePages } from '../../ui/load.ts';
import { More } from '../../ui/page.tsx';
import { Status } from '../../ui/report-bits.tsx';
import type { Commune } from '../commune.ts';

/** Shown before more is asked for. */
const FIRST = 5;

export function Notices({ commune }: { commune: Commune }) {
  const pages = usePages(
    `/v1/${commune.id}/me/notices`,
    async (cursor) => {
      const query = { limit: FIRST, ...(cursor ? { cursor } : {}) };
      const page = await body(
        api.GET('/v1/{commune}/me/notices', { params: { path: { commune: commune.id }, query } }),
      );
      return { items: page.notices, next: page.next };
    },
    commune.id,
  );
  const words = t.resident.me;
  if (pages.items.length === 0 && !pages.loading && !pages.error) return <p>{words.noNotices}</p>;
  return (
    <>
      <ul class="plain notices">
        {pages.items.map((notice) => (
          <li key={`${notice.event}-${notice.channel}-${notice.at}`} class="card">
            <p>
              <Status status={notice.status} />{' '}
              <small>
                {t.channel[notice.channel]} · {ago(notice.at)}
              </small>
            </p>
            <p>
              <a href={`/${commune.id}/reports/${notice.report}`}>{notice.excerpt}</a>
            </p>
            {notice.note && <blockquote>{notice.note}</blockquote>}
            {notice.state === 'failed' && <p class="small">{words.notTold(notice.reason ?? 'gave_up')}</p>}
          </li>
        ))}
      </ul>
      <More of={pages} />
    </>
  );
}
