// One screen: its title, focus when it is reached, and what it shows while loading, failed, or without a network.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { OfflineError, ProblemError } from '../api/client.ts';
import { ago, t } from '../texts/index.ts';
import { comeBack } from './place.ts';

let first = true;

/**
 * A screen with its only `h1`. When it is reached by a link inside the app, focus moves to the title, as after a page load,
 * so that screen readers begin there.
 */
export function Page(props: {
  title: string;
  /** Where the title is not of the app's language. */
  titleLang?: string | undefined;
  where?: string;
  lead?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = [props.title, props.where, 'Parvis'].filter(Boolean).join(' – ');
  }, [props.title, props.where]);
  useEffect(() => {
    if (!first) {
      title.current?.focus({ preventScroll: true });
      if (!comeBack()) window.scrollTo(0, 0);
    }
    first = false;
  }, []);
  return (
    <main id="content" class={props.class}>
      <h1 ref={title} tabIndex={-1} lang={props.titleLang}>
        {props.title}
      </h1>
      {props.lead && <p class="lead">{props.lead}</p>}
      {props.children}
    </main>
  );
}

/** What went wrong, in words, with a way on. */
export function Failure({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  return (
    <div class="notice bad" role="alert">
      <p>{words(error)}</p>
      {error instanceof ProblemError && error.status >= 500 && error.problem.request_id && (
        <p class="small">{t.common.forHelp(error.problem.request_id)}</p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          {t.common.retry}
        </button>
      )}
    </div>
  );
}

/** An error as somebody without the code reads it: the platform says what happened in the reader’s language. */
export function words(error: Error): string {
  if (error instanceof OfflineError) return t.common.failedOffline;
  if (error instanceof ProblemError) {
    if (error.status === 429 && error.retryAfter) return t.common.tooMany(error.retryAfter);
    return error.problem.detail || t.common.failed;
  }
  return t.common.failed;
}

/** Shows `children` once there is data; before, that it is loading or what went wrong. */
export function Loading<T>(props: {
  of: { data: T | null; error: Error | null; loading: boolean; asOf: number | null; reload: () => void };
  children: (data: T) => ComponentChildren;
}) {
  const { data, error, loading, asOf, reload } = props.of;
  return (
    <>
      {asOf !== null && <p class="notice">{t.common.offlineAsOf(ago(asOf))}</p>}
      {error && <Failure error={error} retry={reload} />}
      {data !== null ? props.children(data) : loading && <Spinner />}
    </>
  );
}

/** A screen that could not be loaded. */
export function Unreachable() {
  return (
    <Page title={t.common.failed} lead={t.common.failedOffline}>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {t.common.reload}
        </button>
      </p>
    </Page>
  );
}

/** Shown after a moment, so that quick answers do not flicker. */
export function Spinner() {
  return (
    <p class="spinner" role="status">
      {t.common.loading}
    </p>
  );
}

/** The end of a list by pages. */
export function More(props: {
  of: { hasMore: boolean; loading: boolean; more: () => void; error: Error | null; reload: () => void };
}) {
  const { hasMore, loading, more, error } = props.of;
  return (
    <>
      {error && <Failure error={error} retry={hasMore ? more : props.of.reload} />}
      {loading && <Spinner />}
      {hasMore && !loading && (
        <button type="button" class="wide" onClick={more}>
          {t.common.more}
        </button>
      )}
    </>
  );
}
