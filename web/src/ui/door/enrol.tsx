// Registering an authenticator app: the secret as a picture and as text, its first code, then the recovery codes, shown once.

import { useMemo, useState } from 'preact/hooks';
import qrcode from 'qrcode-generator';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { raiseSession } from '../../api/session.ts';
import { announce } from '../announce.tsx';
import { Check, Form, TextField } from '../form.tsx';
import { fieldOf, refused } from '../refused.ts';
import type { DoorWords } from './words.ts';

/** Focus goes where a step begins, for screen readers. */
const begin = (element: HTMLElement | null) => element?.focus();

export function Enrol(props: {
  commune: string;
  name: string;
  words: DoorWords;
  app: Schemas['NewTotp'];
  passed: () => void;
}) {
  const { signIn, factor, enrol } = props.words;
  const [code, setCode] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [done, setDone] = useState<Schemas['Confirmed2'] | null>(null);
  const confirm = async () => {
    setError(null);
    const digits = code.replaceAll(/\s/g, '');
    if (!/^\d{6}$/.test(digits)) throw refused('code', signIn.sixDigits);
    const params = { path: { commune: props.commune } };
    setDone(await body(api.POST('/v1/{commune}/me/totp/confirm', { params, body: { code: digits } })));
  };
  // The session is raised once the codes were seen: that takes this screen away.
  if (done)
    return (
      <RecoveryCodes
        codes={done.recovery_codes}
        name={props.name}
        words={enrol}
        next={() => {
          raiseSession(done);
          props.passed();
        }}
      />
    );
  const wrong = error instanceof ProblemError && error.code === 'code_refused' ? factor.refused(false) : null;
  return (
    <Form button={enrol.confirm} submit={confirm} onError={setError}>
      <p ref={begin} tabIndex={-1}>
        {enrol.why}
      </p>
      <ol class="steps">
        <li>
          <p>{enrol.install}</p>
        </li>
        <li>
          <p>{enrol.scan}</p>
          <Qr text={props.app.uri} label={enrol.picture} />
          <p>{enrol.type}</p>
          <p class="secret">
            <code>{props.app.secret.match(/.{1,4}/g)?.join(' ')}</code>{' '}
            <button
              type="button"
              onClick={() =>
                navigator.clipboard.writeText(props.app.secret).then(
                  () => announce(enrol.copied),
                  () => announce(enrol.notCopied),
                )
              }
            >
              {enrol.copy}
            </button>
          </p>
          <p>
            <a href={props.app.uri}>{enrol.open}</a>
          </p>
        </li>
        <li>
          <p>{enrol.first}</p>
        </li>
      </ol>
      <TextField
        label={factor.code}
        inputMode="numeric"
        autocomplete="one-time-code"
        value={code}
        onText={setCode}
        error={fieldOf(error, 'code') ?? wrong}
      />
    </Form>
  );
}

/** Dark squares on white whatever the theme: cameras want it so. */
function Qr({ text, label }: { text: string; label: string }) {
  const [size, squares] = useMemo(() => {
    const code = qrcode(0, 'M');
    code.addData(text);
    code.make();
    const n = code.getModuleCount();
    let path = '';
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++)
        if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
    return [n + 8, path];
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={squares} fill="#000" />
    </svg>
  );
}

function RecoveryCodes(props: { codes: string[]; name: string; words: DoorWords['enrol']; next: () => void }) {
  const { words } = props;
  const [kept, setKept] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const file = useMemo(
    () =>
      URL.createObjectURL(
        new Blob([`${words.fileTitle(props.name)}\n\n${props.codes.join('\n')}\n`], { type: 'text/plain' }),
      ),
    [props.codes, props.name, words],
  );
  return (
    <Form
      button={words.goOn}
      submit={async () => {
        if (kept) props.next();
        else setError(words.keepFirst);
      }}
    >
      <h2 ref={begin} tabIndex={-1}>
        {words.codesTitle}
      </h2>
      <p>{words.codesWhy}</p>
      <ul class="plain recovery">
        {props.codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
      <div class="actions no-print">
        <a class="button" href={file} download={words.fileName}>
          {words.download}
        </a>
        <button type="button" onClick={() => window.print()}>
          {words.print}
        </button>
      </div>
      <Check label={words.kept} checked={kept} onChange={setKept} error={error} />
    </Form>
  );
}
