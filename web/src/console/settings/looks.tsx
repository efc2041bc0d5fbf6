// The commune's colours, with what they do to legibility said in words, and its logo.

import { useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { number, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Figure } from '../../ui/figure.tsx';
import { Field } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Failure, Loading } from '../../ui/page.tsx';
import { told } from '../../ui/rules.ts';
import { contrast, parse } from '../../ui/theme.ts';
import { fields, useCommuneId } from './desk.ts';
import { PartPage } from './part.tsx';
import { d } from './texts/index.ts';

const COLOUR = /^#[0-9a-f]{6}$/i;
/** The platform refuses less (WCAG 1.4.3). */
const LEAST = 4.5;
const WHITE = parse('#ffffff');
const BLACK = parse('#000000');

export function Looks() {
  const commune = useCommuneId();
  const l = d.looks;
  return (
    <PartPage
      commune={commune}
      name="looks"
      part={fields('colours')}
      title={l.title}
      lead={l.lead}
      below={<Logo commune={commune} />}
    >
      {({ value, set, error }) => {
        const put = (change: Partial<Schemas['Colours']>) => set({ colours: { ...value.colours, ...change } });
        const { primary, accent } = value.colours;
        return (
          <>
            <Colour
              label={l.primary}
              hint={l.primaryHint}
              value={primary}
              error={error('colours.primary')}
              on={WHITE}
              words={l.onWhite}
              set={(c) => put({ primary: c })}
            />
            <Colour
              label={l.accent}
              hint={l.accentHint}
              value={accent}
              error={error('colours.accent')}
              on={BLACK}
              words={l.onBlack}
              set={(c) => put({ accent: c })}
            />
            {COLOUR.test(primary) && COLOUR.test(accent) && (
              <Figure class="card look" caption={l.preview} small>
                <p class="look-title">{l.sampleTitle}</p>
                <p>
                  <span class="look-accent" style={{ background: accent, color: '#000' }}>
                    {l.sampleAccent}
                  </span>
                </p>
                <p>
                  <span class="look-button" style={{ background: primary, color: '#fff' }}>
                    {l.sampleButton}
                  </span>
                </p>
              </Figure>
            )}
          </>
        );
      }}
    </PartPage>
  );
}

function Colour(props: {
  label: string;
  hint: string;
  value: string;
  error: string | null;
  on: ReturnType<typeof parse>;
  words: (ratio: string, enough: boolean) => string;
  set: (colour: string) => void;
}) {
  const known = COLOUR.test(props.value);
  const ratio = known ? contrast(parse(props.value), props.on) : 0;
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {(tie) => (
        <>
          <span class="colour">
            <input
              type="color"
              aria-label={d.looks.pick(props.label)}
              value={known ? props.value : '#000000'}
              onInput={(e) => props.set(e.currentTarget.value)}
            />
            <input
              type="text"
              {...tie}
              value={props.value}
              maxLength={7}
              autocomplete="off"
              spellcheck={false}
              onInput={(e) => props.set(e.currentTarget.value.trim().toLowerCase())}
            />
          </span>
          <p class={known && ratio >= LEAST ? 'verdict good' : 'verdict bad'} role="status">
            {known
              ? props.words(number(ratio, { maximumFractionDigits: 1 }), ratio >= LEAST)
              : d.rules.malformed_colour}
          </p>
        </>
      )}
    </Field>
  );
}

/** The most that the platform takes, in bytes. */
const MOST = 200_000;

function Logo({ commune }: { commune: string }) {
  const l = d.looks;
  const params = { path: { commune } };
  const loaded = useLoad(`logo ${commune}`, () => body(api.GET('/v1/{commune}', { params })));
  // What was just sent: the public profile may name the one before for a minute.
  const [logo, setLogo] = useState<Schemas['KeptLogo'] | 'none' | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const change = async (work: () => Promise<Schemas['KeptLogo'] | 'none'>) => {
    setBusy(true);
    setError(null);
    try {
      setLogo(await work());
      announce(t.common.saved);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  const send = (file: File) =>
    change(async () => {
      if (file.size > MOST) throw tooLarge();
      const picture = btoa(
        Array.from(new Uint8Array(await file.arrayBuffer()), (b) => String.fromCharCode(b)).join(''),
      );
      return told(body(api.PUT('/v1/{commune}/logo', { params, body: { picture } })), d.rules);
    });
  return (
    <section>
      <h2>{l.logo}</h2>
      <p>{l.logoHint}</p>
      <Loading of={loaded}>
        {(view) => {
          const now = logo === 'none' ? null : (logo ?? view.logo);
          return (
            <>
              {now ? (
                <p class="card logo">
                  <img src={now.url} width={now.width} height={now.height} alt={l.logoOf(view.name)} />
                </p>
              ) : (
                <p>{l.noLogo}</p>
              )}
              <Field label={now ? l.replaceLogo : l.addLogo} optional>
                {(tie) => (
                  <input
                    {...tie}
                    type="file"
                    accept="image/png,image/jpeg,image/webp"
                    disabled={busy}
                    onChange={(e) => {
                      const file = e.currentTarget.files?.[0];
                      if (file) void send(file);
                      e.currentTarget.value = '';
                    }}
                  />
                )}
              </Field>
              {error && <Failure error={error} />}
              {now && (
                <button
                  type="button"
                  disabled={busy}
                  onClick={() =>
                    change(async () => {
                      await body(api.DELETE('/v1/{commune}/logo', { params }));
                      return 'none';
                    })
                  }
                >
                  {l.removeLogo}
                </button>
              )}
            </>
          );
        }}
      </Loading>
    </section>
  );
}

function tooLarge(): ProblemError {
  return new ProblemError({ type: 'urn:parvis:problem:too_large', title: '', status: 413, detail: d.looks.tooLarge });
}
