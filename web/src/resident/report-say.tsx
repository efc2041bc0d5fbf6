// Writing on a report: the answer the commune waits for, that something is not solved, or a comment.

import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { day, t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Form, TextArea } from '../ui/form.tsx';
import { refused, useErrors } from './contact.ts';
import { signInLink } from './links.ts';
import { awaitsYou } from './report-card.tsx';
import type { Part, Report } from './report-page.tsx';
import { useSignedIn } from './signed-in.ts';

/** A note of the platform. */
const LONGEST = 2000;

/** `first`: only what the reporter is waited for; it stands above everything else. Else the rest. */
export function Say(part: Part & { first?: boolean }) {
  const { report, first } = part;
  const awaited = awaitsYou(report);
  if (first) {
    if (awaited) return <Answer {...part} />;
    return reopenable(report) ? <Reopen {...part} /> : null;
  }
  const withCommune = report.status !== 'unconfirmed' && report.status !== 'expired';
  if (awaited || !withCommune || (report.visibility !== 'public' && !report.mine)) return null;
  return <Comment {...part} />;
}

const until = (report: Report) => (report.reopenable_until ? Date.parse(report.reopenable_until) : 0);

const reopenable = (report: Report) => Date.now() < until(report);

function Answer(part: Part) {
  const words = t.resident.report;
  return (
    <section class="card no-print">
      <h2>{words.answer}</h2>
      <Write
        {...part}
        kept={part.said}
        label={words.answerLabel}
        button={words.answer}
        send={(text, key) => comment(part, text, key)}
        done={words.answerSent}
      />
    </section>
  );
}

function Reopen(part: Part) {
  const words = t.resident.report;
  const { commune, report } = part;
  const [asked, ask] = useState(false);
  const send = (note: string) =>
    body(
      api.POST('/v1/{commune}/reports/{report}/status', {
        params: { path: { commune: commune.id, report: report.id }, header: { 'If-Match': `"${report.version}"` } },
        body: { to: 'reopen_requested', note, photos: [] },
      }),
    );
  return (
    <section class="card no-print">
      <p>{words.reopenText(day(until(report)))}</p>
      {asked ? (
        <Write
          {...part}
          label={words.reopenWhy}
          button={words.reopenSend}
          send={send}
          done={words.reopenSent}
          missing={words.reopenMissing}
        />
      ) : (
        <button type="button" onClick={() => ask(true)}>
          {words.reopen}
        </button>
      )}
    </section>
  );
}

function Comment(part: Part) {
  const { commune, report } = part;
  const { url } = useLocation();
  const signedIn = useSignedIn(commune.id);
  const words = t.resident.report;
  return (
    <section class="no-print">
      <h2>{words.comment}</h2>
      {signedIn === 'out' ? (
        <p>
          {words.signInToComment} <a href={signInLink(commune.id, url)}>{t.common.signIn}</a>
        </p>
      ) : (
        <Write
          {...part}
          kept={part.said}
          label={words.commentLabel}
          hint={report.visibility === 'public' ? words.commentHint : words.commentHintPrivate}
          button={t.common.send}
          send={(text, key) => comment(part, text, key)}
          done={words.commentSent}
        />
      )}
    </section>
  );
}

const comment = ({ commune, report }: Part, text: string, key: string) =>
  body(
    api.POST('/v1/{commune}/reports/{report}/comments', {
      params: { path: { commune: commune.id, report: report.id }, header: { 'Idempotency-Key': key } },
      body: { text, internal: false, photos: [] },
    }),
  );

/** A text and its button; what was written stays until it has arrived. */
function Write(
  props: Part & {
    label: string;
    hint?: string;
    /** What was written, for the form that takes the place of this one. */
    kept?: { current: string };
    button: string;
    send: (text: string, key: string) => Promise<Report>;
    done: string;
    missing?: string;
  },
) {
  const [text, setText] = useState(props.kept?.current ?? '');
  if (props.kept) props.kept.current = text;
  const errors = useErrors();
  // Sent again after a lost answer it is there once; another text is another one.
  const key = useRef({ of: '', key: '' });
  const words = t.resident.report;
  const submit = async () => {
    errors.clear();
    if (!text.trim()) throw refused('text', props.missing ?? words.commentMissing);
    try {
      if (key.current.of !== text) key.current = { of: text, key: crypto.randomUUID() };
      const changed = await props.send(text.trim(), key.current.key);
      key.current = { of: '', key: '' };
      setText('');
      announce(props.done);
      props.replace(changed);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'version_conflict') {
        props.reload();
        throw refused('text', words.changed);
      }
      const full = error instanceof ProblemError && error.problem.errors?.some((e) => e.code === 'history_full');
      throw full ? refused('text', words.historyFull) : error;
    }
  };
  return (
    <Form submit={submit} button={props.button} onError={errors.set}>
      <TextArea
        label={props.label}
        {...(props.hint ? { hint: props.hint } : {})}
        error={errors.at('text')}
        value={text}
        onText={setText}
        limit={LONGEST}
        maxLength={LONGEST}
      />
    </Form>
  );
}
