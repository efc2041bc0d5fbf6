// The field for the six digits that were sent, with what there is to do when they do not come.

import { useMemo, useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { TextField } from '../ui/form.tsx';
import { Failure } from '../ui/page.tsx';
import { useSecondsUntil } from '../ui/seconds.ts';

export function CodeField(props: {
  sent: Schemas['CodeSent'];
  value: string;
  onText: (text: string) => void;
  error: string | null;
  label?: string;
  /** Of two codes the phone is to fill in one. */
  typed?: boolean;
}) {
  return (
    <>
      <TextField
        label={props.label ?? t.resident.code.label}
        hint={props.label ? undefined : `${t.resident.code.sent(props.sent.sent_to)} ${t.resident.code.hint}`}
        error={props.error}
        value={props.value}
        onText={props.onText}
        inputMode="numeric"
        autocomplete={props.typed ? 'off' : 'one-time-code'}
        maxLength={11}
      />
      {props.sent.sms_consent && <p class="small">{props.sent.sms_consent}</p>}
    </>
  );
}

/** Sends another code once the platform allows it. */
export function Resend(props: { sent: Schemas['CodeSent']; again: () => Promise<void> }) {
  const { sent } = props;
  const left = useSecondsUntil(useMemo(() => Date.now() + sent.resend_after * 1000, [sent]));
  const [error, setError] = useState<Error | null>(null);
  const again = async () => {
    if (left > 0) return;
    setError(null);
    try {
      await props.again();
      announce(t.resident.code.sentAgain);
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  return (
    <>
      {error && <Failure error={error} />}
      <button type="button" class="quiet" aria-disabled={left > 0} onClick={again}>
        {left > 0 ? t.resident.code.againIn(left) : t.resident.code.again}
      </button>
    </>
  );
}
