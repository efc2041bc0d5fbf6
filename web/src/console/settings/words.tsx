// The commune's own words: welcome, legal notice, privacy notice, with how they will be read.

import { TextArea } from '../../ui/form.tsx';
import { theirs } from '../../ui/their.tsx';
import { fields, useCommuneId } from './desk.ts';
import { PartPage } from './part.tsx';
import { d } from './texts/index.ts';

const PAGES = ['welcome', 'legal_notice', 'privacy_notice'] as const;

export function Words() {
  const commune = useCommuneId();
  const w = d.words;
  return (
    <PartPage commune={commune} name="words" part={fields('texts')} title={w.title} lead={w.lead}>
      {({ value, set, error }) =>
        PAGES.map((page) => {
          const text = value.texts[page] ?? '';
          const put = (next: string) => {
            const { [page]: _, ...others } = value.texts;
            set({ texts: next.trim() ? { ...others, [page]: next } : others });
          };
          return (
            <section key={page}>
              <TextArea
                label={w.page[page]}
                hint={w.hint[page]}
                rows={page === 'welcome' ? 3 : 8}
                limit={10_000}
                optional
                value={text}
                error={error(`texts.${page}`)}
                onText={put}
              />
              {text.trim() && (
                <details class="preview">
                  <summary>{w.preview}</summary>
                  <div class="card">
                    <Paragraphs text={text} />
                  </div>
                </details>
              )}
            </section>
          );
        })
      }
    </PartPage>
  );
}

/** Plain text: an empty line begins a paragraph. */
export function Paragraphs({ text }: { text: string }) {
  return (
    <>
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((p, i) => (
          <p key={i} class="plain-text" lang={theirs()}>
            {p}
          </p>
        ))}
    </>
  );
}
