// Speaking up, on one page: photos, what it is, where, in words, and for guests where the answer goes.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, type Schemas } from '../../api/client.ts';
import { lastAccount } from '../../api/session.ts';
import { type Content, type Draft, discardDraft, getPhoto, queueDraft } from '../../offline/drafts.ts';
import { send } from '../../offline/outbox.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Form, Select, TextArea } from '../../ui/form.tsx';
import { useOnline } from '../../ui/online.ts';
import { Page } from '../../ui/page.tsx';
import { Questions } from '../../ui/questions.tsx';
import { asProblem, refused } from '../../ui/refused.ts';
import { useCommune } from '../commune.ts';
import { useAutosave } from './autosave.ts';
import { CategoryField } from './category-field.tsx';
import {
  categoryOf,
  type Errors,
  hasCategory,
  LONGEST,
  needsCategory,
  needsPlace,
  refusedFields,
  tidy,
  wrongIn,
} from './check.ts';
import { ContactField } from './contact-field.tsx';
import { PhotosField } from './photos-field.tsx';
import { PlaceField } from './place-field.tsx';
import { Refusal } from './refusal.tsx';
import { Similar, useSimilar } from './similar.tsx';
import { useTaken } from './taken.ts';
import { useWho } from './who.ts';

const NOTHING: Promise<string[]> = Promise.resolve([]);

export function DraftForm(props: { draft: Draft; first?: preact.ComponentChildren }) {
  const { draft } = props;
  const commune = useCommune();
  const { query, route } = useLocation();
  const who = useWho(commune.id);
  const online = useOnline();
  const [content, showContent] = useState(draft.content);
  const [photos, showPhotos] = useState(draft.photos);
  // What is there now, also to a submission that waits for a photo.
  const latest = useRef({ content, photos });
  const setContent = (change: (old: Content) => Content) => {
    latest.current.content = change(latest.current.content);
    showContent(latest.current.content);
  };
  const setPhotos = (change: (old: string[]) => string[]) => {
    latest.current.photos = change(latest.current.photos);
    showPhotos(latest.current.photos);
  };
  /** Photos that are still made smaller; in words, those that cannot be. */
  const making = useRef(NOTHING);
  const [errors, setErrors] = useState<Errors>(() => refusedFields(commune, draft.refusal?.errors ?? []));
  const [closed, setClosed] = useState(false);
  const { kept, setKept, safe, flush } = useAutosave(draft, content, photos);
  usePhotosGone(draft.photos, (gone) => {
    setPhotos((old) => old.filter((photo) => !gone.includes(photo)));
    setErrors((old) => ({ ...old, photos: t.report.photoGone }));
  });
  const taken = useTaken(commune, content);
  const category = categoryOf(commune, content);
  const similar = useSimilar(commune, category?.id ?? null, content.place);
  const { kind } = content;
  const set = (change: Partial<Content>) => {
    setContent((old) => ({ ...old, ...change }));
    setErrors((old) => without(old, Object.keys(change)));
  };
  const base = `/${commune.id}`;
  const here = `${base}/report?draft=${draft.id}`;
  const signIn = (next: string) => `${base}/sign-in?next=${encodeURIComponent(next)}`;

  // It may be there already, in an account: from anybody else it would be there twice.
  const elsewhere = () => draft.sealed?.account != null && draft.sealed.account !== lastAccount(commune.id);

  const submit = async () => {
    setClosed(elsewhere());
    if (elsewhere()) return;
    const unreadable = await making.current;
    if (unreadable[0]) {
      setErrors({ photos: unreadable[0] });
      throw refused('photos', unreadable[0]);
    }
    const { content, photos } = latest.current;
    const ready = tidy(commune, content);
    const wrong = wrongIn(commune, ready, photos.length, who === 'guest');
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) throw asProblem(wrong);
    await flush();
    await queueDraft({ ...draft, content: ready, photos, sealed: null, by: null });
    void send(draft.id);
  };

  const follow = async (report: string) => {
    const params = { path: { commune: commune.id, report } };
    await body(api.PUT('/v1/{commune}/reports/{report}/followers/me', { params }));
    await discardDraft(draft.id);
    announce(t.report.followed);
    route(`${base}/reports/${report}`);
  };
  useReturnToFollow(query.follow, who === 'account', follow);

  const words = (
    <TextArea
      key="words"
      label={t.report.description[kind]}
      hint={t.report.descriptionHint[kind]}
      error={errors.description}
      limit={LONGEST}
      value={content.description}
      onText={(description) => set({ description })}
    />
  );
  const pictures = (
    <PhotosField
      key="pictures"
      draft={draft.id}
      commune={commune.id}
      photos={photos}
      onPhotos={(change) => {
        setPhotos(change);
        setErrors((old) => without(old, ['photos']));
      }}
      onPlace={(point) =>
        setContent((old) => (old.place ? old : { ...old, place: { ...point, from: 'photo' as const } }))
      }
      onKept={setKept}
      onMaking={(made) => {
        const all = Promise.all([making.current, made]).then((both) => both.flat());
        making.current = all;
        // What was said before Send was pressed is not said again.
        void all.then(() => {
          if (making.current === all) making.current = NOTHING;
        });
      }}
      error={errors.photos}
      required={category?.photo_required ?? false}
    />
  );
  return (
    <Page title={t.report.title[kind]} where={commune.name} class="report">
      {props.first}
      {draft.refusal && <Refusal draft={draft} />}
      <Form submit={submit} button={t.report.send} onError={showFirst}>
        {commune.kinds.length > 1 && (
          <Select
            label={t.report.kindLabel}
            options={commune.kinds.map((value) => ({ value, label: t.report.title[value] }))}
            value={kind}
            error={errors.kind}
            onText={(chosen) => set({ kind: chosen as Schemas['Kind'] })}
          />
        )}
        {needsPlace(kind) ? pictures : [words, pictures]}
        {hasCategory(kind) && (
          <CategoryField
            categories={commune.categories}
            value={category?.id ?? null}
            onChange={(chosen) => set({ category: chosen })}
            optional={!needsCategory(kind)}
            error={errors.category}
          />
        )}
        <PlaceField
          commune={commune}
          place={content.place}
          address={content.address}
          onPlace={(place) => set({ place })}
          onAddress={(address) => set({ address })}
          optional={!needsPlace(kind)}
          error={errors.place}
        />
        {taken && <p class="notice warn">{taken}</p>}
        <Similar
          commune={commune}
          reports={similar}
          signIn={who === 'guest' ? signIn(`${here}&follow=REPORT`) : null}
          beforeLeaving={flush}
          follow={follow}
        />
        {needsPlace(kind) && words}
        {category && (
          <Questions
            questions={category.questions}
            answers={content.answers}
            onAnswer={(question, answer) => {
              setContent((old) => ({ ...old, answers: { ...old.answers, [question]: answer } }));
              setErrors((old) => without(old, [`answers.${question}`]));
            }}
            errors={errors}
          />
        )}
        {who === 'guest' && (
          <ContactField
            commune={commune}
            contact={content.contact}
            onContact={(contact) => set({ contact })}
            error={errors.contact}
            signIn={signIn(here)}
          />
        )}
        {kept !== 'kept' && <p class="notice warn">{kept === 'full' ? t.report.deviceFull : t.report.notKept}</p>}
        {kept === 'kept' && safe && <p class="small">{t.report.draftKept}</p>}
        {!online && <p class="notice">{kept === 'kept' ? t.report.sentLater : t.report.sentLaterOpen}</p>}
        {closed && (
          <div class="notice bad" role="alert">
            <p>
              <strong>{t.report.refused}</strong> {t.report.refusedSignedOut}
            </p>
            <a class="button" href={signIn(here)}>
              {t.common.signIn}
            </a>
          </div>
        )}
      </Form>
    </Page>
  );
}

function without(errors: Errors, fields: string[]): Errors {
  const left = { ...errors };
  for (const field of fields) delete left[field];
  return left;
}

/** A field that cannot take focus itself, like a group of buttons, is at least shown. */
function showFirst() {
  requestAnimationFrame(() => document.querySelector('.report .error')?.scrollIntoView({ block: 'center' }));
}

/** Tells once of the photos that a draft names and this device has not. */
function usePhotosGone(photos: string[], tell: (gone: string[]) => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: those that it was opened with
  useEffect(() => {
    void Promise.all(photos.map(getPhoto)).then((found) => {
      const gone = photos.filter((_, index) => !found[index]);
      if (gone.length > 0) tell(gone);
    });
  }, []);
}

/** A guest came back from signing in to follow a report. */
function useReturnToFollow(report: string | undefined, signedIn: boolean, follow: (report: string) => Promise<void>) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per report
  useEffect(() => {
    if (report && signedIn) follow(report).catch(() => announce(t.common.failed));
  }, [report, signedIn]);
}
