// `/{commune}/console/alerts/new`: an alert is written, read again as phones show it, and only then sent: nobody can take it back.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import { WORDS } from '../../ui/alerts.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Form, Select, TextArea, TextField } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { asProblem, fieldOf } from '../../ui/refused.ts';
import { type RuleWords, told } from '../../ui/rules.ts';
import { consolePath } from '../gate.tsx';
import { useStaff } from '../staff.ts';
import { c } from '../texts/index.ts';
import { dropAlert, keepAlert, keptAlert } from './kept.ts';
import { useAlerting } from './now.ts';
import { PhonePreview, Reach } from './preview.tsx';
import { asSent, faults, type Written } from './written.ts';
import './alerts.css';

/** Sending waits for its confirmation: given, or not (and nothing is sent), or refused for what is in a field. */
interface Asked {
  done: () => void;
  refused: (error: Error) => void;
}

const optionsOf = <T extends string>(words: Record<T, string>) =>
  (Object.keys(words) as T[]).map((value) => ({ value, label: words[value] }));

export function WriteAlert() {
  const { commune } = useStaff();
  const { on, training } = useAlerting();
  return (
    <Page title={c.alerts.form.title} where={commune.name} class="desk">
      <p class="up">
        <a class="stand-alone" href={consolePath(commune.id, '/alerts')}>
          ← {c.alerts.one.back}
        </a>
      </p>
      {on ? <Writing training={training} /> : <p class="notice warn">{c.alerts.off}</p>}
    </Page>
  );
}

function Writing({ training }: { training: boolean }) {
  const { commune } = useStaff();
  const [alert, set] = useState(() => keptAlert(commune.id));
  const [error, setError] = useState<Error | null>(null);
  const [asked, ask] = useState<Asked | null>(null);
  const words = c.alerts.form;
  const put = (change: Partial<Written>) => {
    const next = { ...alert, ...change };
    set(next);
    keepAlert(commune.id, next);
  };
  const submit = async () => {
    setError(null);
    const wrong = Object.entries(faults(alert));
    const rules = c.alerts.rules as RuleWords;
    if (wrong.length > 0)
      throw asProblem(Object.fromEntries(wrong.map(([field, rule]) => [field, rules[`${rule}:${field}`] ?? rule])));
    await new Promise<void>((done, refused) => ask({ done, refused }));
  };
  return (
    <div class="beside">
      <Form submit={submit} button={words.check} onError={setError}>
        <Select
          label={words.category}
          value={alert.category}
          empty={words.choose}
          options={optionsOf(t.alert.category)}
          error={fieldOf(error, 'category')}
          onText={(category) => put({ category: category as Written['category'] })}
        />
        <Select
          label={words.severity}
          value={alert.severity}
          empty={words.choose}
          options={optionsOf(words.severityMeans)}
          error={fieldOf(error, 'severity')}
          onText={(severity) => put({ severity: severity as Written['severity'] })}
        />
        <TextField
          label={words.headline}
          hint={words.headlineHint}
          value={alert.headline}
          error={fieldOf(error, 'headline')}
          onText={(headline) => put({ headline })}
        />
        <TextArea
          label={words.instruction}
          hint={words.instructionHint}
          optional
          limit={WORDS}
          value={alert.instruction}
          error={fieldOf(error, 'instruction')}
          onText={(instruction) => put({ instruction })}
        />
        <TextArea
          label={words.description}
          limit={WORDS}
          value={alert.description}
          error={fieldOf(error, 'description')}
          onText={(description) => put({ description })}
        />
        <TextField
          label={words.until}
          hint={words.untilHint}
          type="datetime-local"
          value={alert.until}
          error={fieldOf(error, 'expires')}
          onText={(until) => put({ until })}
        />
      </Form>
      <aside>
        <PhonePreview alert={alert} title="h2" />
        <Reach training={training} title="h2" />
      </aside>
      {asked && (
        <Send
          alert={alert}
          training={training}
          renew={() => put({ key: crypto.randomUUID() })}
          refused={asked.refused}
          close={() => {
            asked.done();
            ask(null);
          }}
        />
      )}
    </div>
  );
}

/** The second step. What is refused for a field is said there; anything else here, to be tried again under the same name. */
function Send(props: {
  alert: Written;
  training: boolean;
  /** Gives it another name: under this one another text was sent, whose answer was lost. */
  renew: () => void;
  refused: (error: Error) => void;
  close: () => void;
}) {
  const { commune } = useStaff();
  const { route } = useLocation();
  const { alert } = props;
  const words = c.alerts.confirm;
  const send = async () => {
    try {
      const params = { path: { commune: commune.id }, header: { 'Idempotency-Key': alert.key } };
      const sent = await told(
        body(api.POST('/v1/{commune}/alerts', { params, body: asSent(alert) })),
        c.alerts.rules as RuleWords,
      );
      dropAlert(commune.id);
      announce(words.onItsWay);
      route(consolePath(commune.id, `/alerts/${sent.id}`));
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'idempotency_reuse') props.renew();
      if (!(error instanceof ProblemError && error.problem.errors?.length)) throw error;
      props.refused(error);
    }
  };
  return (
    <Confirm title={words.title} button={words.send} run={send} close={props.close}>
      <p>
        <strong>{words.text}</strong>
      </p>
      <PhonePreview alert={alert} title="h3" />
      <Reach training={props.training} title="h3" />
    </Confirm>
  );
}
