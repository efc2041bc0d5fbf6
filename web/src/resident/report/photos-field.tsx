// Photos: taken or picked, made smaller here, shown, and on their way while the rest is still being written.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { discardPhoto, type Kept, savePhoto } from '../../offline/drafts.ts';
import { PhotoRefused, upload } from '../../offline/upload.ts';
import { usePhotos } from '../../offline/use-drafts.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { SMALL_SIDE, shrink } from '../../ui/picture.ts';
import { MOST_PHOTOS } from './check.ts';
import type { Point } from './geo.ts';
import { CAMERA, Icon, PICTURES } from './icons.tsx';
import { takenAt } from './picture.ts';

const TYPES = 'image/jpeg,image/png,image/webp';

export function PhotosField(props: {
  draft: string;
  commune: string;
  photos: string[];
  onPhotos: (change: (photos: string[]) => string[]) => void;
  /** Where a photo was taken. */
  onPlace: (point: Point) => void;
  onKept: (kept: Kept) => void;
  /** Photos are made smaller; `made` answers, in words, those that could not be. */
  onMaking: (made: Promise<string[]>) => void;
  error?: string | undefined;
  required: boolean;
}) {
  const id = useId();
  const { draft, photos, error, required } = props;
  // Picked and not made yet; they count for how many there may be.
  const [busy, setBusy] = useState(0);
  const [wrong, setWrong] = useState<string[]>([]);
  const [turn, again] = useState(0);
  const shown = usePhotos(photos, turn);
  const first = useRef<HTMLInputElement>(null);
  const hasCamera = matchMedia('(pointer: coarse)').matches;
  const room = Math.max(0, MOST_PHOTOS - photos.length - busy);
  // Where one was removed of as many as there may be, what to pick the next one with has to come back first.
  const removed = useRef(false);
  useEffect(() => {
    if (!removed.current || !first.current) return;
    removed.current = false;
    first.current.focus();
  });

  const pick = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // The same file may be picked again after it was removed.
    input.value = '';
    setWrong(files.length > room ? [t.report.tooManyPhotos(MOST_PHOTOS)] : []);
    const taken = files.slice(0, room);
    setBusy((n) => n + taken.length);
    props.onMaking(make(taken));
  };

  const make = async (files: File[]): Promise<string[]> => {
    const unreadable: string[] = [];
    for (const file of files) {
      try {
        await add(file);
      } catch {
        unreadable.push(t.report.unreadable(file.name));
        setWrong((old) => [...old, t.report.unreadable(file.name)]);
      } finally {
        setBusy((n) => n - 1);
      }
    }
    return unreadable;
  };

  const add = async (file: File) => {
    const place = await takenAt(file);
    const photo = { id: crypto.randomUUID(), draft, blob: await shrink(file), announced: null, refused: null };
    let kept = await savePhoto(photo);
    if (kept === 'full') kept = await savePhoto({ ...photo, blob: await shrink(file, SMALL_SIDE) });
    if (kept !== 'kept') props.onKept(kept);
    props.onPhotos((old) => [...old, photo.id]);
    if (place) props.onPlace(place);
    if (!navigator.onLine) return;
    upload(props.commune, photo.id).catch((error) => {
      // Everything else is told when the report is sent, which tries again.
      if (error instanceof PhotoRefused) again((n) => n + 1);
    });
  };

  const remove = (gone: string) => {
    void discardPhoto(gone);
    props.onPhotos((old) => old.filter((p) => p !== gone));
    announce(t.report.photoRemoved);
    removed.current = true;
  };

  // Said once, also where the form says again what was said when the photo was picked.
  const said = error && !wrong.includes(error) ? [...wrong, error] : wrong;
  const described = [`${id}-hint`, said.length > 0 ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <fieldset class="field photos" aria-describedby={described}>
      <legend>
        {t.report.photos} {!required && <span class="optional">({t.common.optional})</span>}
      </legend>
      <p class="hint" id={`${id}-hint`}>
        {t.report.photosHint(MOST_PHOTOS)}
      </p>
      {shown.length > 0 && (
        <ul class="plain previews">
          {shown.map(({ photo, url }, index) => (
            <li key={photo.id}>
              <span class="photo">
                <img src={url} alt={t.report.photoAlt(index + 1)} />
              </span>
              {photo.refused && <p class="error">{t.report.photoRefused(photo.refused)}</p>}
              <button
                type="button"
                class="quiet"
                onClick={() => remove(photo.id)}
                aria-label={t.report.removePhoto(index + 1)}
              >
                {t.common.remove}
              </button>
            </li>
          ))}
        </ul>
      )}
      {room > 0 && (
        <div class="pickers">
          {hasCamera && (
            <span class="picker">
              <input
                id={`${id}-camera`}
                class="sr"
                type="file"
                accept={TYPES}
                capture="environment"
                onChange={(e) => pick(e.currentTarget)}
              />
              <label for={`${id}-camera`} class="button">
                <Icon lines={CAMERA} /> {t.report.takePhoto}
              </label>
            </span>
          )}
          <span class="picker">
            <input
              ref={first}
              id={`${id}-pick`}
              class="sr"
              type="file"
              accept={TYPES}
              multiple
              aria-invalid={error ? true : undefined}
              onChange={(e) => pick(e.currentTarget)}
            />
            <label for={`${id}-pick`} class="button">
              <Icon lines={PICTURES} /> {hasCamera ? t.report.pickPhoto : t.report.addPhoto}
            </label>
          </span>
        </div>
      )}
      <p role="status" class="small">
        {busy > 0 ? t.report.preparing(busy) : room === 0 ? t.report.enoughPhotos(MOST_PHOTOS) : ''}
      </p>
      {said.length > 0 && (
        <div id={`${id}-error`} role={wrong.length > 0 ? 'alert' : undefined}>
          {said.map((text) => (
            <p class="error" key={text}>
              {text}
            </p>
          ))}
        </div>
      )}
    </fieldset>
  );
}
