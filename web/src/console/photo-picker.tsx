// Photos of the finished work: taken or chosen, brought to the platform at once, so that the change itself is small.

import { useId, useRef, useState } from 'preact/hooks';
import { words } from '../ui/page.tsx';
import type { Draft } from './drafts.ts';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';
import { NoPicture, PhotoRefused, shrink, upload } from './upload.ts';

/** At once with one change (the platform's limit). */
const MOST = 6;

export const pictureError = (error: Error) =>
  error instanceof NoPicture ? c.photos.noPicture : error instanceof PhotoRefused ? error.message : words(error);

export function PhotoPicker(props: {
  label: string;
  photos: Draft['photos'];
  change: (photos: Draft['photos']) => void;
  busy: (busy: boolean) => void;
  error: string | null;
}) {
  const { commune } = useStaff();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const photos = useRef(props.photos);
  photos.current = props.photos;

  const add = async (files: File[]) => {
    setError(files.length > MOST - photos.current.length ? c.photos.most(MOST) : null);
    const taken = files.slice(0, MOST - photos.current.length);
    setSending(taken.length);
    props.busy(true);
    for (const file of taken) {
      try {
        const small = await shrink(file);
        const id = await upload(commune.id, small);
        props.change([...photos.current, { id, preview: URL.createObjectURL(small) }]);
      } catch (thrown) {
        setError(pictureError(thrown as Error));
      }
      setSending((n) => n - 1);
    }
    props.busy(false);
  };
  const remove = (id: string) => {
    props.change(photos.current.filter((photo) => photo.id !== id));
    input.current?.focus();
  };

  const full = props.photos.length >= MOST;
  const said = error ?? props.error;
  return (
    <div class="field">
      <label class={full || sending > 0 ? 'button photo-add off' : 'button photo-add'}>
        {props.label} <span class="optional">{c.photos.upTo(MOST)}</span>
        <input
          class="sr"
          ref={input}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          multiple
          disabled={sending > 0 || full}
          aria-describedby={said ? id : undefined}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = '';
            void add(files);
          }}
        />
      </label>
      <p role="status">{sending > 0 && c.photos.sending}</p>
      {props.photos.length > 0 && (
        <ul class="plain picked">
          {props.photos.map((photo, i) => (
            <li key={photo.id}>
              {photo.preview && <img src={photo.preview} alt="" />}
              <button type="button" onClick={() => remove(photo.id)}>
                {c.photos.remove(i + 1)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {/* What the form refuses is said by the form. */}
      {said && (
        <p class="error" id={id} role={error ? 'alert' : undefined}>
          {said}
        </p>
      )}
    </div>
  );
}
