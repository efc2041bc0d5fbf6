// `/{commune}/console/`: what is to treat.

import { api, body } from '../api/client.ts';
import { usePages } from '../ui/load.ts';
import { More, Page } from '../ui/page.tsx';
import { Status } from '../ui/report-bits.tsx';
import { console_ } from './gate.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

export function Inbox() {
  const { commune } = useStaff();
  const params = { path: { commune: commune.id } };
  const of = usePages('inbox', async (cursor) => {
    const page = await body(
      api.GET('/v1/{commune}/reports', { params: { ...params, query: cursor ? { cursor } : {} } }),
    );
    return { items: page.reports, next: page.next };
  });
  return (
    <Page title={c.menu.inbox} where={commune.name}>
      <ul class="plain">
        {of.items.map((report) => (
          <li key={report.id}>
            <a href={console_(commune.id, `/reports/${report.id}`)}>{report.excerpt}</a>{' '}
            <Status status={report.status} />
          </li>
        ))}
      </ul>
      <More of={of} />
    </Page>
  );
}
