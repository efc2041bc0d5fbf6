// What phones show of an alert, and who gets it, before it is sent.

import { alertText } from '../notice-text.ts';
import { useStaff } from '../staff.ts';
import { c } from '../texts/index.ts';
import type { Written } from './written.ts';

/** One message goes to all, in the commune's first language, which is French. */
export function PhonePreview({ alert, title }: { alert: Written; title: 'h2' | 'h3' }) {
  const { commune } = useStaff();
  const shown = alertText('fr', alert, `${location.origin}/${commune.id}/alerts/…`);
  const Title = title;
  return (
    <section class="on-phones">
      <Title>{c.alerts.preview}</Title>
      <div class="card" lang="fr">
        <p>
          <strong>{shown.title}</strong>
        </p>
        <p class="plain-text">{shown.body}</p>
      </div>
      <p class="hint">{c.alerts.previewLink}</p>
    </section>
  );
}

export function Reach({ training, title }: { training: boolean; title: 'h2' | 'h3' }) {
  const words = c.alerts.reach;
  const Title = title;
  return (
    <section>
      <Title>{words.title}</Title>
      {training && <p class="notice warn">{c.alerts.training}</p>}
      <p>{words.gets}</p>
      <p>{words.not}</p>
    </section>
  );
}
