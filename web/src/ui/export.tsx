// An export: order it, see how far it is, fetch its files.

import { useEffect, useState } from 'preact/hooks';
import { ProblemError, type Schemas } from '../api/client.ts';
import { dayTime, number } from '../texts/index.ts';
import { useLoad } from './load.ts';
import { Failure, Loading } from './page.tsx';

export interface ExportTexts {
  lead: string;
  order: string;
  running: (records: string) => string;
  ready: (until: string) => string;
  file: (n: number, size: string) => string;
}

/** While it is written it is asked for again after so many milliseconds. */
const AGAIN = 5000;

/** `12,3 Mo`. */
export function bytes(n: number): string {
  const [unit, size] =
    n >= 1e9 ? (['gigabyte', 1e9] as const) : n >= 1e6 ? (['megabyte', 1e6] as const) : (['kilobyte', 1e3] as const);
  return number(n / size, { style: 'unit', unit, maximumFractionDigits: 1 });
}

export function ExportOf(props: {
  /** Names what is exported. */
  of: string;
  /** Answers 404 where none was ordered. */
  read: () => Promise<Schemas['ExportView']>;
  order: () => Promise<Schemas['ExportView']>;
  words: ExportTexts;
}) {
  const { words } = props;
  const loaded = useLoad(`export ${props.of}`, async () => {
    try {
      return { one: await props.read() };
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return { one: null };
      throw error;
    }
  });
  const [error, setError] = useState<Error | null>(null);
  const running = loaded.data?.one?.state === 'running';
  const { reload } = loaded;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer that is still running asks for the next
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(reload, AGAIN);
    return () => clearTimeout(timer);
  }, [running, loaded.data, reload]);
  const order = async () => {
    setError(null);
    try {
      loaded.replace({ one: await props.order() });
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  return (
    <section class="export">
      <p>{words.lead}</p>
      <Loading of={loaded}>
        {({ one }) => (
          <>
            <div role="status">
              {one?.state === 'running' && <p class="notice">{words.running(number(one.records))}</p>}
              {one?.state === 'ready' && <p class="notice good">{words.ready(one.until ? dayTime(one.until) : '')}</p>}
            </div>
            {one?.state === 'ready' && (
              <ul>
                {one.files.map((file, at) => (
                  <li key={file.url}>
                    <a href={file.url} download>
                      {words.file(at + 1, bytes(file.bytes))}
                    </a>
                  </li>
                ))}
              </ul>
            )}
            {one?.state !== 'running' && one?.state !== 'ready' && (
              <button type="button" onClick={order}>
                {words.order}
              </button>
            )}
          </>
        )}
      </Loading>
      {error && <Failure error={error} />}
    </section>
  );
}
