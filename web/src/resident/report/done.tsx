// The report is with the commune: what happens next and when, how one is told, and sharing it.

import { useState } from 'preact/hooks';
import type { Draft } from '../../offline/drafts.ts';
import { day, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Page } from '../../ui/page.tsx';
import { useCommune } from '../commune.ts';
import { PushOffer } from '../me/push-offer.tsx';
import { InstallOffer } from './install.tsx';
import { useWho } from './who.ts';

export function Done({ draft }: { draft: Draft }) {
  const commune = useCommune();
  const who = useWho(commune.id);
  const { result } = draft;
  const { kind } = draft.content;
  if (!result) return null;
  const link = `/${commune.id}/reports/${result.report}`;
  return (
    <Page title={t.report.doneTitle} where={commune.name} lead={t.report.doneLead[kind]} class="report">
      <h2>{t.report.nextTitle}</h2>
      <ol class="next">
        <li>{result.service ? t.report.nextService(result.service) : t.report.nextCommune(commune.name)}</li>
        {result.expected && <li>{t.report.nextExpected(day(result.expected))}</li>}
        <li>
          {who === 'guest' && !result.contact
            ? t.report.nextNotTold
            : result.contact
              ? t.report.nextToldAt(result.contact)
              : t.report.nextTold}
        </li>
      </ol>
      <div class="actions">
        {who === 'guest' && result.contact ? (
          <a class="button main" href={`/${commune.id}/sign-in?next=${encodeURIComponent(link)}`}>
            {t.report.signInToFollow}
          </a>
        ) : (
          <a class="button main" href={link}>
            {t.report.see}
          </a>
        )}
        {result.open && <Share link={link} />}
        <a class="button quiet" href={`/${commune.id}/`}>
          {t.common.home}
        </a>
      </div>
      {who === 'account' && <PushOffer commune={commune} />}
      <InstallOffer />
    </Page>
  );
}

/** By the phone's own sheet; else the address is copied. */
function Share({ link }: { link: string }) {
  const [shown, show] = useState(false);
  const url = new URL(link, location.href).href;
  const share = async () => {
    try {
      if (navigator.share) return await navigator.share({ url, title: document.title });
      await navigator.clipboard.writeText(url);
      announce(t.report.copied);
    } catch (error) {
      // Whoever closes the sheet does not want to share.
      if ((error as DOMException).name !== 'AbortError') show(true);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void share()}>
        {t.report.share}
      </button>
      {shown && (
        <label class="field">
          {t.report.shareLink}
          <input type="text" readOnly value={url} onFocus={(e) => e.currentTarget.select()} />
        </label>
      )}
    </>
  );
}
