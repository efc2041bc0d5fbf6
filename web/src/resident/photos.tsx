// Photos of a report: small ones that open large, one after the other by arrow keys, buttons or a swipe.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Photo } from '../ui/report-bits.tsx';

/** A finger that moved this far across, and less up or down, meant to swipe. */
const SWIPE = 40;

export function Gallery(props: { title: string; photos: readonly Schemas['ReportPhoto'][]; small?: boolean }) {
  const { title, photos, small } = props;
  const [at, open] = useState<number | null>(null);
  const words = t.resident.report;
  return (
    <div class={small ? 'gallery small-photos' : 'gallery'}>
      {!small && <h2>{title}</h2>}
      <ul class="plain photos">
        {photos.map((photo, i) => (
          <li key={photo.id}>
            <button type="button" class="photo-button" onClick={() => open(i)}>
              <Photo photo={photo} alt={`${title} – ${words.enlarge(i + 1, photos.length)}`} />
            </button>
          </li>
        ))}
      </ul>
      {at !== null && <Large title={title} photos={photos} first={at} close={() => open(null)} />}
    </div>
  );
}

function Large(props: { title: string; photos: readonly Schemas['ReportPhoto'][]; first: number; close: () => void }) {
  const { photos } = props;
  const [at, go] = useState(props.first);
  const from = useRef<{ x: number; y: number } | null>(null);
  const words = t.resident.report;
  const step = (by: number) => go((now) => Math.min(photos.length - 1, Math.max(0, now + by)));
  const last = photos.length - 1;
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
      if (by) go((now) => Math.min(last, Math.max(0, now + by)));
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [last]);
  const photo = photos[at];
  if (!photo) return null;
  return (
    <Dialog title={`${props.title} – ${words.photo(at + 1, photos.length)}`} close={props.close} class="viewer">
      <div
        onTouchStart={(e) => {
          // Two fingers enlarge, and one then moves about in what is enlarged.
          const [finger] = e.touches.length === 1 && (visualViewport?.scale ?? 1) <= 1 ? e.touches : [];
          from.current = finger ? { x: finger.clientX, y: finger.clientY } : null;
        }}
        onTouchEnd={(e) => {
          const [begun, ended] = [from.current, e.changedTouches[0]];
          from.current = null;
          if (!begun || !ended) return;
          const [across, down] = [ended.clientX - begun.x, ended.clientY - begun.y];
          if (Math.abs(across) >= SWIPE && Math.abs(across) > Math.abs(down)) step(across < 0 ? 1 : -1);
        }}
      >
        <Photo key={photo.id} photo={photo} alt={words.photo(at + 1, photos.length)} large lazy={false} />
      </div>
      {photos.length > 1 && (
        <div class="actions viewer-steps">
          <button type="button" aria-disabled={at === 0} onClick={() => step(-1)}>
            ← <span class="sr">{words.previous}</span>
          </button>
          <span aria-live="polite">
            {at + 1} / {photos.length}
          </span>
          <button type="button" aria-disabled={at === last} onClick={() => step(1)}>
            <span class="sr">{words.nextPhoto}</span> →
          </button>
        </div>
      )}
    </Dialog>
  );
}
