// What lies under the commune's maps: the platform's background, tiles from elsewhere, a file of its own, or nothing, with a
// map that shows it before it is saved.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { put as send } from '../../api/photos.ts';
import type { File, Ground } from '../../map/ground.ts';
import { number, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Figure } from '../../ui/figure.tsx';
import { Choices, Field, TextField } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Failure, Loading, Spinner } from '../../ui/page.tsx';
import { told } from '../../ui/rules.ts';
import { fields, useCommuneId } from './desk.ts';
import { PartPage } from './part.tsx';
import { d } from './texts/index.ts';

type Raster = Extract<Schemas['Background'], { kind: 'raster' }>;

const KINDS = ['usual', 'raster', 'plain'] as const;
const BLANK: Raster = { kind: 'raster', url: '', attribution: '', min_zoom: 0, max_zoom: 19 };

export function MapScreen() {
  const commune = useCommuneId();
  const m = d.map;
  const params = { path: { commune } };
  const loaded = useLoad(`map ${commune}`, () => body(api.GET('/v1/{commune}', { params })));
  // What was just sent: the public profile may name the one before for a minute.
  const [file, setFile] = useState<File | 'none' | null>(null);
  return (
    <PartPage
      commune={commune}
      name="map"
      part={fields('map')}
      title={m.title}
      lead={m.lead}
      below={
        <Loading of={loaded}>
          {(view) => {
            const now = file ?? (view.map.kind === 'file' ? view.map : 'none');
            return <OwnFile view={view} file={now === 'none' ? null : now} changed={setFile} />;
          }}
        </Loading>
      }
    >
      {({ value, set, error, settings }) => {
        const { map } = value;
        const raster = map.kind === 'raster' ? map : null;
        const change = (to: Partial<Raster>) => set({ map: { ...BLANK, ...raster, ...to } });
        return (
          <>
            <Choices
              label={m.kind}
              value={[map.kind]}
              options={KINDS.map((kind) => ({ value: kind, label: m.kinds[kind], hint: m.means[kind] }))}
              onChange={([kind]) =>
                kind === 'raster' ? change({}) : set({ map: { kind: kind as 'usual' | 'plain' } })
              }
            />
            {raster && (
              <>
                <TextField
                  label={m.url}
                  hint={m.urlHint}
                  type="url"
                  autocomplete="off"
                  maxLength={500}
                  value={raster.url}
                  error={error('map.url')}
                  onText={(url) => change({ url: url.trim() })}
                />
                <TextField
                  label={m.attribution}
                  hint={m.attributionHint}
                  autocomplete="off"
                  maxLength={200}
                  value={raster.attribution}
                  error={error('map.attribution')}
                  onText={(attribution) => change({ attribution })}
                />
                <div class="zooms">
                  {(['min_zoom', 'max_zoom'] as const).map((zoom) => (
                    <TextField
                      key={zoom}
                      label={m[zoom]}
                      hint={m.zoomHint}
                      inputMode="numeric"
                      maxLength={2}
                      value={String(raster[zoom] ?? 0)}
                      error={error(`map.${zoom}`)}
                      onText={(text) => change({ [zoom]: Number(text.replace(/\D/g, '') || 0) })}
                    />
                  ))}
                </div>
              </>
            )}
            {map.kind !== 'raster' || drawable(map) ? (
              <Preview of={settings} ground={map} label={m.preview} />
            ) : (
              <p class="notice">{m.previewLater}</p>
            )}
          </>
        );
      }}
    </PartPage>
  );
}

/** Whether a map can be drawn from what is typed so far. */
const drawable = ({ url }: Raster) =>
  /^https:\/\/[^/{}]+\/.*/.test(url) && ['{z}', '{x}', '{y}'].every((p) => url.includes(p));

/** A pause in typing; then the map is drawn anew. */
const REST = 500;

type Around = Pick<Schemas['CommuneView'], 'boundary' | 'zones' | 'centre'>;

function Preview({ of, ground, label }: { of: Around; ground: Ground | Schemas['Background']; label: string }) {
  const element = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<Error | null>(null);
  const [missing, setMissing] = useState(false);
  const { boundary, zones, centre } = of;
  const wanted = JSON.stringify(ground);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when the background is another
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    setMissing(false);
    const timer = setTimeout(() => {
      import('../../map/base.ts')
        .then(async ({ communeMap }) => {
          if (!element.current || gone) return;
          element.current.classList.remove('no-tiles');
          const map = await communeMap(element.current, { boundary, zones, centre, map: JSON.parse(wanted) });
          remove = () => map.remove();
          if (gone) return remove();
          map.scrollWheelZoom.disable();
          map.eachLayer((layer) => layer.on('tileerror', () => setMissing(true)));
        })
        .catch(setError);
    }, REST);
    return () => {
      gone = true;
      clearTimeout(timer);
      remove();
    };
  }, [wanted]);
  if (error) return <Failure error={error} />;
  return (
    <Figure caption={label} small>
      <div ref={element} class="map small-map" role="application" aria-label={label} />
      <p role="status" class={missing ? 'notice warn' : ''}>
        {missing ? d.map.tilesMissing : ''}
      </p>
    </Figure>
  );
}

/** The most that the platform takes, in bytes. */
const MOST = 200_000_000;

function OwnFile(props: { view: Schemas['CommuneView']; file: File | null; changed: (to: File | 'none') => void }) {
  const m = d.map;
  const { view, file } = props;
  const params = { path: { commune: view.id } };
  const [attribution, setAttribution] = useState(file?.attribution ?? '');
  const [busy, setBusy] = useState<'sending' | 'removing' | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const change = async (what: 'sending' | 'removing', work: () => Promise<File | 'none'>) => {
    setBusy(what);
    setError(null);
    try {
      props.changed(await told(work(), d.rules));
      announce(t.common.saved);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(null);
    }
  };
  const wrong = (field: string) => (error instanceof ProblemError ? error.field(field) : null);
  const choose = async (id: string): Promise<File> => ({
    ...(await body(api.PUT('/v1/{commune}/map-file', { params, body: { file: id, attribution } }))),
    kind: 'file',
  });
  const bring = (blob: Blob) =>
    change('sending', async () => {
      if (blob.size > MOST) throw tooLarge();
      const announced = await body(api.POST('/v1/{commune}/map-file', { params, body: { size: blob.size } }));
      await send(announced.upload, blob);
      return choose(announced.file);
    });
  return (
    <section>
      <h2>{m.file}</h2>
      <p>{m.fileHint}</p>
      {file ? (
        <>
          <p>
            {m.fileNow(
              m.tiles[file.tiles],
              number(Math.max(0.1, file.size / 1e6), { maximumFractionDigits: 1 }),
              file.min_zoom,
              file.max_zoom,
            )}
          </p>
          <Preview of={view} ground={file} label={m.filePreview} />
        </>
      ) : (
        <p>{m.noFile}</p>
      )}
      <TextField
        label={m.fileSource}
        hint={m.attributionHint}
        autocomplete="off"
        maxLength={200}
        value={attribution}
        error={wrong('attribution')}
        onText={setAttribution}
      />
      {file && attribution !== file.attribution && (
        <button type="button" disabled={busy !== null} onClick={() => change('sending', () => choose(file.file))}>
          {m.renameSource}
        </button>
      )}
      <Field label={file ? m.replaceFile : m.addFile} optional error={wrong('file') ?? wrong('size')}>
        {(tie) => (
          <input
            {...tie}
            type="file"
            accept=".pmtiles"
            disabled={busy !== null}
            onChange={(e) => {
              const chosen = e.currentTarget.files?.[0];
              if (chosen) void bring(chosen);
              e.currentTarget.value = '';
            }}
          />
        )}
      </Field>
      <p role="status">{busy === 'sending' ? m.sending : ''}</p>
      {busy && <Spinner />}
      {error && !wrong('file') && !wrong('size') && !wrong('attribution') && <Failure error={error} />}
      {file && (
        <button
          type="button"
          disabled={busy !== null}
          onClick={() =>
            change('removing', async () => {
              await body(api.DELETE('/v1/{commune}/map-file', { params }));
              return 'none';
            })
          }
        >
          {m.removeFile}
        </button>
      )}
    </section>
  );
}

function tooLarge(): ProblemError {
  return new ProblemError({
    type: 'urn:parvis:problem:invalid',
    title: '',
    status: 422,
    detail: '',
    errors: [{ field: 'size', code: 'too_large', detail: d.map.tooLarge }],
  });
}
