// What residents will read, before it is sent: in each language in which the commune writes.

import type { Schemas } from '../api/client.ts';
import { languages } from '../texts/index.ts';
import { Figure } from '../ui/figure.tsx';
import { Marked } from '../ui/their.tsx';
import { noticeText } from './notice-text.ts';
import type { Report } from './report.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

export function Preview(props: {
  report: Report;
  status: Schemas['Status'];
  comment: boolean;
  note: string;
  scheduledFor: string;
}) {
  const { commune } = useStaff();
  const told = { ...props, excerpt: props.report.description };
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h3 id="preview-title">{c.preview.title}</h3>
      {commune.languages.map((language) => {
        const { line, about } = noticeText(language, told);
        const message = (
          <blockquote key={language} lang={language}>
            <p class="words">{line}</p>
            <p class="small">
              <Marked text={about} of={[quoted(about)]} lang={language === 'fr' ? undefined : 'fr'} />
            </p>
          </blockquote>
        );
        if (commune.languages.length === 1) return message;
        const name = languages.find(({ code }) => code === language)?.name ?? language;
        return (
          <Figure key={language} caption={name} small>
            {message}
          </Figure>
        );
      })}
      <p class="small">{c.preview.how(props.report.followers)}</p>
    </section>
  );
}

/** What the message repeats of the report, in whatever language it is sent. */
const quoted = (text: string) => /[“«]\s*(.+?)\s*[”»]/.exec(text)?.[1];
