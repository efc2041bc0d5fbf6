// The versions of the settings: who changed what and when, before and after in words, and taking the last change back.

import { useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { dayTime, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useLoad, usePages } from '../../ui/load.ts';
import { Loading, More, Page } from '../../ui/page.tsx';
import { Marked } from '../../ui/their.tsx';
import { undoSettings, useCommuneId } from './desk.ts';
import { differences, label } from './difference.ts';
import { d } from './texts/index.ts';

type Version = Schemas['VersionView'];

export function History() {
  const commune = useCommuneId();
  const h = d.history;
  const pages = usePages(`versions ${commune}`, async (cursor) => {
    const query = { limit: 25, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/settings/versions', { params: { path: { commune }, query } }));
    return { items: page.versions, next: page.next };
  });
  const [asking, ask] = useState<Version | null>(null);
  const newest = pages.items[0];
  return (
    <Page title={h.title} where={d.settings.title} lead={h.lead} class="desk">
      <p class="up">
        <a href={`/${commune}/console/settings`}>← {d.settings.title}</a>
      </p>
      {newest && newest.version > 1 && (
        <p>
          <button type="button" onClick={() => ask(newest)}>
            {h.undo}
          </button>
        </p>
      )}
      <ol class="plain rows">
        {pages.items.map((version) => (
          <li key={version.version} class="card">
            <VersionEntry commune={commune} version={version} />
          </li>
        ))}
      </ol>
      <More of={pages} />
      {asking && (
        <Confirm
          title={h.undo}
          button={h.undo}
          close={() => ask(null)}
          run={async () => {
            try {
              await undoSettings(commune, asking.version);
              announce(d.settings.undone);
              pages.reload();
            } catch (error) {
              if (error instanceof ProblemError && error.status === 412) pages.reload();
              throw error;
            }
          }}
        >
          <p>{h.undoText}</p>
          <Details commune={commune} version={asking.restores ? null : asking.version} />
        </Confirm>
      )}
    </Page>
  );
}

function VersionEntry({ commune, version }: { commune: string; version: Version }) {
  const h = d.history;
  const [open, show] = useState(false);
  const fields = version.changed.filter((field) => field !== 'outline').map(label);
  return (
    <>
      <p class="entry">
        <strong>
          {version.version === 1 ? h.first : version.restores ? h.restored(version.restores) : fields.join(', ')}
        </strong>
        <small>
          {[who(version.by), version.at ? dayTime(version.at) : null, h.number(version.version)]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </p>
      {version.version > 1 && (
        <button type="button" class="link" aria-expanded={open} onClick={() => show(!open)}>
          {open ? t.common.close : h.details(version.version)}
        </button>
      )}
      {open && <Details commune={commune} version={version.version} />}
    </>
  );
}

/** Who did something, by the name that staff see. */
export const who = (by: Schemas['AuditActor'] | null | undefined): string | null =>
  !by ? null : by.kind === 'system' ? d.history.system : by.kind === 'operator' ? d.history.operator(by.name) : by.name;

/** What stands between quotation marks: the commune's own words. */
const quoted = (line: string) => [...line.matchAll(/[“«]\s*(.+?)\s*[”»]/g)].map((found) => found[1]);

/** A version beside the one before it. */
function Details({ commune, version }: { commune: string; version: number | null }) {
  const h = d.history;
  const one = async (number: number) => {
    const params = { path: { commune, version: number } };
    return (await body(api.GET('/v1/{commune}/settings/versions/{version}', { params }))).settings;
  };
  const loaded = useLoad(version ? `version ${commune} ${version}` : null, async () => {
    const [before, after] = await Promise.all([one((version ?? 2) - 1), one(version ?? 1)]);
    return differences(before, after);
  });
  if (!version) return null;
  return (
    <Loading of={loaded}>
      {(all) => (
        <dl class="difference">
          {all.length === 0 && <dt>{h.same}</dt>}
          {all.map((one) => (
            <div key={one.what}>
              <dt>{one.what}</dt>
              {one.lines.map((line) => (
                <dd key={line}>
                  <Marked text={line} of={quoted(line)} />
                </dd>
              ))}
            </div>
          ))}
        </dl>
      )}
    </Loading>
  );
}
