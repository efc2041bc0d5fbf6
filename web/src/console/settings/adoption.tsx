// `/{c}/console/adoption`: how residents take to it, week by week, as a chart and as the same numbers in a table.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { number } from '../../texts/index.ts';
import { Figure } from '../../ui/figure.tsx';
import { Select } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page } from '../../ui/page.tsx';
import { theirs } from '../../ui/their.tsx';
import { useCommuneId } from './desk.ts';
import { d } from './texts/index.ts';

type Row = Schemas['AdoptionRow'];

const MEASURES = ['reports', 'answered', 'joined'] as const;

export function Adoption() {
  const commune = useCommuneId();
  const a = d.adoption;
  const [weeks, setWeeks] = useState('12');
  const [zone, setZone] = useState('');
  const path = { commune };
  const loaded = useLoad(`adoption ${commune} ${weeks}`, async () => {
    const [view, profile] = await Promise.all([
      body(api.GET('/v1/{commune}/adoption', { params: { path, query: { weeks: Number(weeks) } } })),
      body(api.GET('/v1/{commune}', { params: { path } })),
    ]);
    return { rows: view.rows, zones: profile.zones };
  });
  return (
    <Page title={a.title} lead={a.lead} class="desk">
      <div class="grid">
        <Select
          label={a.weeks}
          value={weeks}
          options={['12', '26', '53'].map((n) => ({ value: n, label: a.lastWeeks(Number(n)) }))}
          onText={setWeeks}
        />
        <Select
          label={a.zone}
          value={zone}
          empty={a.everywhere}
          options={(loaded.data?.zones ?? []).map((z) => ({ value: z.id, label: z.name, lang: theirs() }))}
          onText={setZone}
        />
      </div>
      <Loading of={loaded}>
        {({ rows }) => {
          const shown = rows.filter((row) => (row.zone ?? '') === zone);
          return shown.length === 0 ? (
            <p>{a.none}</p>
          ) : (
            <>
              <Chart rows={shown} />
              <Table rows={shown} whole={zone === ''} />
              <p class="hint">{a.explained}</p>
            </>
          );
        }}
      </Loading>
    </Page>
  );
}

const HEIGHT = 200;
const FOOT = 24;

/** Bars of what was sent and what was answered. The table below has the same numbers, so it is one picture to readers. */
function Chart({ rows }: { rows: Row[] }) {
  const a = d.adoption;
  // On a phone the picture has fewer units to the width, so that its words stay as large as the text.
  const width = matchMedia('(max-width: 40rem)').matches ? 340 : 640;
  const most = Math.max(1, ...rows.flatMap((row) => [row.reports ?? 0, row.answered ?? 0]));
  const step = width / rows.length;
  const bar = Math.min(20, step * 0.35);
  const high = (n: number) => (n / most) * (HEIGHT - FOOT - 16);
  // Labels that do not run into each other.
  const every = Math.ceil(rows.length / (width / 70));
  return (
    <Figure
      class="chart card"
      below
      caption={`${a.measure.reports}, ${a.measure.answered}`}
      drawn={
        <>
          <span class="keyed">
            <span class="key reports" /> {a.measure.reports}
          </span>{' '}
          <span class="keyed">
            <span class="key answered" /> {a.measure.answered}
          </span>
        </>
      }
    >
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={a.chart(rows.length, most)}>
        <line class="axis" x1={0} x2={width} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {rows.map((row, at) => {
          const middle = at * step + step / 2;
          const [reports, answered] = [high(row.reports ?? 0), high(row.answered ?? 0)];
          return (
            <g key={row.week}>
              <rect class="reports" x={middle - bar} y={HEIGHT - FOOT - reports} width={bar} height={reports} />
              <rect class="answered" x={middle} y={HEIGHT - FOOT - answered} width={bar} height={answered} />
              {at % every === 0 && (
                <text x={middle} y={HEIGHT - 6} text-anchor="middle">
                  {week(row.week)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </Figure>
  );
}

/** `S47`. */
const week = (iso: string) => d.adoption.week(Number(iso.slice(-2)));

function Table({ rows, whole }: { rows: Row[]; whole: boolean }) {
  const a = d.adoption;
  const measures = MEASURES.filter((m) => whole || m !== 'joined');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the screen is scrolled by keyboard
    <section class="scroll" aria-label={a.table} tabIndex={0}>
      <table>
        <caption>{a.table}</caption>
        <thead>
          <tr>
            <th scope="col">{a.weekColumn}</th>
            {measures.map((m) => (
              <th key={m} scope="col">
                {a.measure[m]}
              </th>
            ))}
            <th scope="col">{a.firstAnswer}</th>
            <th scope="col">{a.confirmed}</th>
            {whole && <th scope="col">{a.stayed}</th>}
          </tr>
        </thead>
        <tbody>
          {[...rows].reverse().map((row) => (
            <tr key={row.week}>
              <th scope="row">
                {week(row.week)} <span class="small">{row.week.slice(0, 4)}</span>
              </th>
              {measures.map((m) => (
                <td key={m}>{amount(row[m], row.few)}</td>
              ))}
              <td>
                {row.first_answer_s === null || row.first_answer_s === undefined ? '–' : lasting(row.first_answer_s)}
              </td>
              <td>
                {row.confirmed_share === null || row.confirmed_share === undefined
                  ? '–'
                  : number(row.confirmed_share, { style: 'percent', maximumFractionDigits: 0 })}
              </td>
              {whole && <td>{amount(row.stayed, row.few)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const amount = (n: number | null | undefined, few: boolean) =>
  n === null || n === undefined ? (few ? d.adoption.few : '–') : number(n);

/** `3 h`, `2 jours`. */
function lasting(seconds: number): string {
  const [unit, size] =
    seconds >= 172_800
      ? (['day', 86_400] as const)
      : seconds >= 3600
        ? (['hour', 3600] as const)
        : (['minute', 60] as const);
  return number(Math.round(seconds / size), { style: 'unit', unit });
}
