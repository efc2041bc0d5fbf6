// Keeps a draft as it is typed: a moment after the last change, and at once when the page goes to the background.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Content, type Draft, getDraft, type Kept, keptOf, saveDraft } from '../../offline/drafts.ts';

const MOMENT = 250;

/** Writes `change` into the draft, unless it left meanwhile in another tab. Says whether its photos are kept, too. */
export async function keepDraft(draft: Draft, change: Partial<Draft>): Promise<Kept> {
  const now = (await getDraft(draft.id)) ?? draft;
  if (now.state !== 'editing' && now.state !== 'blocked') return 'kept';
  return saveDraft({ ...now, ...change });
}

/** `flush` keeps what is there now, `safe` says that it is kept. Nothing is kept before something changed. */
export function useAutosave(draft: Draft, content: Content, photos: string[]) {
  const [kept, setKept] = useState<Kept>(() => keptOf(draft));
  // The draft is another object after each time it was kept.
  const whose = useRef(draft);
  whose.current = draft;
  const [safe, setSafe] = useState(false);
  const latest = useRef({ content, photos });
  const saved = useRef({ content, photos });
  if (latest.current.content !== content || latest.current.photos !== photos) latest.current = { content, photos };

  // One after the other: an earlier state must not be written last.
  const writing = useRef(Promise.resolve());
  const flush = useCallback(() => {
    const now = latest.current;
    if (now.content !== saved.current.content || now.photos !== saved.current.photos) {
      saved.current = now;
      writing.current = writing.current.then(async () => {
        setKept(await keepDraft(whose.current, now));
        setSafe(saved.current === latest.current);
      });
    }
    return writing.current;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes is what is kept
  useEffect(() => {
    setSafe(false);
    const timer = setTimeout(() => void flush(), MOMENT);
    return () => clearTimeout(timer);
  }, [content, photos, flush]);

  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === 'hidden') void flush();
    };
    document.addEventListener('visibilitychange', hidden);
    addEventListener('pagehide', flush);
    return () => {
      document.removeEventListener('visibilitychange', hidden);
      removeEventListener('pagehide', flush);
      void flush();
    };
  }, [flush]);

  return { kept, setKept, safe, flush };
}
