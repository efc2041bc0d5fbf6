// What is chosen in one's own space and saved at once: channels, language, badge, devices.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { stopPush, thisDevice } from '../../offline/push.ts';
import { ago, chooseLanguage, dayTime, language, languages, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Check, Choices, Select } from '../../ui/form.tsx';
import { Failure } from '../../ui/page.tsx';
import type { Mine } from '../me.tsx';

/** Changes of all parts of the page: the platform refuses two at the same moment. */
let before: Promise<void> = Promise.resolve();
let waiting = 0;

/**
 * Saves changes of the account one after the other, so that the last one is what stays. What was chosen is shown at once; if
 * it cannot be saved, what is true is shown again, beside the failure.
 */
function useChange({ commune, me, replace }: Mine) {
  const [error, setError] = useState<Error | null>(null);
  const save = (change: Partial<Schemas['MeChange']>) => {
    setError(null);
    replace({ ...me, ...(change as Partial<typeof me>) });
    waiting += 1;
    before = before.then(async () => {
      try {
        const params = { path: { commune: commune.id } };
        const saved = await body(api.PATCH('/v1/{commune}/me', { params, body: change as Schemas['MeChange'] }));
        waiting -= 1;
        if (waiting > 0) return;
        replace(saved);
        announce(t.common.saved);
      } catch (thrown) {
        waiting -= 1;
        setError(thrown as Error);
        replace(me);
      }
    });
  };
  return { save, failure: error && <Failure error={error} /> };
}

export function Channels(mine: Mine) {
  const { me } = mine;
  const { save, failure } = useChange(mine);
  const words = t.resident.me;
  const options = [
    {
      value: 'push',
      label: words.push,
      hint: me.devices.length > 0 ? words.pushTo(me.devices.length) : words.pushNone,
      there: true,
    },
    {
      value: 'sms',
      label: me.phone ? words.sms(me.phone) : t.channel.sms,
      hint: me.phone ? undefined : words.smsNone,
      there: Boolean(me.phone),
    },
    {
      value: 'email',
      label: me.email ? words.email(me.email) : t.channel.email,
      hint: me.email ? undefined : words.emailNone,
      there: Boolean(me.email),
    },
  ];
  const reached = options.filter((o) => o.there);
  const missing = options.filter((o) => !o.there && o.hint);
  return (
    <>
      <p>{words.channelsText}</p>
      {failure}
      <Choices
        label={words.channels}
        class="plain-legend"
        options={reached.map(({ value, label, hint }) => ({ value, label, ...(hint ? { hint } : {}) }))}
        value={me.channels}
        multiple
        optional
        onChange={(channels) => save({ channels: channels as Schemas['Channel'][] })}
      />
      {missing.map((o) => (
        <p key={o.value} class="small">
          {o.label} – {o.hint}
        </p>
      ))}
      {me.channels.length === 0 && <p class="notice warn">{words.quiet}</p>}
      <p class="small">{words.perReport}</p>
      {me.sms_consent && <Consent consent={me.sms_consent} />}
    </>
  );
}

/** What was agreed to for text messages, in its own words. */
function Consent({ consent }: { consent: Schemas['SmsConsent'] }) {
  const words = t.resident.me;
  const { withdrawn } = consent;
  return (
    <details class="consent">
      <summary>{words.consent}</summary>
      <p>{words.consentGiven(dayTime(consent.given))}</p>
      <blockquote>{consent.text}</blockquote>
      {withdrawn && (
        <p>{(withdrawn.by === 'stop' ? words.consentStop : words.consentWithdrawn)(dayTime(withdrawn.at))}</p>
      )}
    </details>
  );
}

export function Badge(mine: Mine & { badge: boolean }) {
  const { save, failure } = useChange(mine);
  const words = t.resident.me;
  return (
    <>
      <p>{words.ambassadorText}</p>
      {failure}
      <Check
        label={
          <>
            {words.badge}
            <small>{words.badgeHint}</small>
          </>
        }
        checked={mine.badge}
        onChange={(badge) => save({ badge })}
      />
    </>
  );
}

export function LanguageChoice(mine: Mine) {
  const { commune, me } = mine;
  const { save, failure } = useChange(mine);
  const words = t.resident.me;
  const spoken = languages.filter((l) => commune.languages.some((code) => code === l.code));
  const option = (l: (typeof languages)[number]) => ({ value: l.code, label: l.name });
  return (
    <>
      {failure}
      {/* Buttons: the page is loaded anew, which a choice in a list must not do by itself. */}
      <fieldset class="field">
        <legend>{words.languageApp}</legend>
        <div class="app-languages">
          {languages.map((l) => (
            <button
              key={l.code}
              type="button"
              lang={l.code}
              aria-pressed={l.code === language()}
              onClick={() => chooseLanguage(l.code)}
            >
              {l.name}
            </button>
          ))}
        </div>
      </fieldset>
      {spoken.length > 1 && (
        <Select
          label={words.languageMessages}
          value={me.language}
          options={spoken.map(option)}
          onText={(code) => save({ language: code as typeof me.language })}
        />
      )}
    </>
  );
}

export function Devices({ commune, me, replace }: Mine) {
  const [error, setError] = useState<Error | null>(null);
  const words = t.resident.me;
  const own = thisDevice(commune.id);
  const remove = async (device: string) => {
    setError(null);
    try {
      const params = { path: { commune: commune.id, device } };
      if (device === own) {
        // The browser is to forget it too.
        await stopPush(commune.id);
        replace(await body(api.GET('/v1/{commune}/me', { params })));
      } else {
        await body(api.DELETE('/v1/{commune}/me/devices/{device}', { params }));
        replace({ ...me, devices: me.devices.filter((d) => d.id !== device) });
      }
      announce(words.deviceRemoved);
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  if (me.devices.length === 0) return <p>{words.noDevices}</p>;
  return (
    <>
      {error && <Failure error={error} />}
      <ul class="plain devices">
        {me.devices.map((device) => {
          const name = words.device[device.platform as keyof typeof words.device] ?? device.platform;
          const seen = ago(device.seen);
          return (
            <li key={device.id} class="card">
              <span>
                {name} <small>{words.seen(seen)}</small>{' '}
                {device.id === own && <span class="badge">{words.thisDevice}</span>}
              </span>
              <button
                type="button"
                aria-label={device.id === own ? words.removeThisDevice : words.removeDevice(name, seen)}
                onClick={() => remove(device.id)}
              >
                {t.common.remove}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
