// `/{c}/console/usage`: what the commune used in a month of what its plan has, and the export of everything.

import { useState } from 'preact/hooks';
import { api, body } from '../../api/client.ts';
import { number } from '../../texts/index.ts';
import { bytes, ExportOf } from '../../ui/export.tsx';
import { useLoad } from '../../ui/load.ts';
import { MonthSelect, months } from '../../ui/months.tsx';
import { Loading, Page } from '../../ui/page.tsx';
import { useCommuneId } from './desk.ts';
import { d } from './texts/index.ts';

export function Usage() {
  const commune = useCommuneId();
  const [month, choose] = useState(months()[0] ?? '');
  const u = d.usage;
  const params = { path: { commune }, query: { month } };
  const loaded = useLoad(`usage ${commune} ${month}`, () => body(api.GET('/v1/{commune}/usage', { params })));
  return (
    <Page title={u.title} lead={u.lead} class="desk">
      <MonthSelect label={u.month} value={month} set={choose} />
      <Loading of={loaded}>
        {(used) => (
          <>
            <Share
              label={u.sms}
              used={used.sms_parts}
              most={used.plan.sms_a_month}
              show={number}
              hint={u.smsHint}
              near={u.smsNear}
              over={u.smsOver}
            />
            <Share
              label={u.photos}
              used={used.photo_bytes_stored}
              most={used.plan.photo_bytes}
              show={bytes}
              hint={u.photosHint}
              near={u.photosNear}
              over={u.photosOver}
            />
            <dl class="facts">
              <Fact name={u.reports} value={number(used.reports)} />
              <Fact name={u.residents} value={number(used.active_residents)} />
              <Fact name={u.push} value={number(used.notices.push)} />
              <Fact name={u.email} value={number(used.notices.email)} />
              <Fact name={u.smsNotices} value={number(used.notices.sms)} />
              <Fact name={u.photosAdded} value={bytes(used.photo_bytes_added)} />
              <Fact name={u.plan} value={u.planOf(used.plan.name, used.plan.staff_seats)} />
            </dl>
          </>
        )}
      </Loading>
      <h2>{d.exporting.title}</h2>
      <ExportOf
        of={commune}
        read={() => body(api.GET('/v1/{commune}/export', { params: { path: { commune } } }))}
        order={() => body(api.POST('/v1/{commune}/export', { params: { path: { commune } } }))}
        words={d.exporting}
      />
    </Page>
  );
}

export const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** So much of so much, as a bar and in words; from four fifths on it says what to do. */
function Share(props: {
  label: string;
  used: number;
  most: number;
  show: (n: number) => string;
  hint: string;
  near: string;
  over: string;
}) {
  const { used, most, show } = props;
  const share = most > 0 ? used / most : used > 0 ? 1 : 0;
  const words = d.usage.of(show(used), show(most), number(share, { style: 'percent', maximumFractionDigits: 0 }));
  return (
    <section class="share">
      <h2>{props.label}</h2>
      <meter
        min={0}
        max={1}
        low={0.8}
        high={0.99}
        optimum={0}
        value={Math.min(1, share)}
        aria-label={props.label}
        aria-valuetext={words}
      />
      <p>{words}</p>
      <p class="hint">{props.hint}</p>
      {share >= 1 ? <p class="notice bad">{props.over}</p> : share >= 0.8 && <p class="notice warn">{props.near}</p>}
    </section>
  );
}
