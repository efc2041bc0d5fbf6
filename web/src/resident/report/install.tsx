// Putting the app on the home screen, offered where it explains itself: after a report was sent.

import { useEffect, useState } from 'preact/hooks';
import { canInstall, install, isInstalled, needsHand, onInstallable } from '../../offline/installable.ts';
import { t } from '../../texts/index.ts';

export function InstallOffer() {
  const [offered, offer] = useState(canInstall());
  useEffect(() => onInstallable(() => offer(canInstall())), []);
  if (isInstalled() || !(offered || needsHand())) return null;
  return (
    <section class="card offer" aria-labelledby="install-title">
      <h2 id="install-title">{t.report.installTitle}</h2>
      <p>{t.report.installWhy}</p>
      {offered ? (
        <button type="button" onClick={() => void install()}>
          {t.report.install}
        </button>
      ) : (
        <p>{t.report.installByHand}</p>
      )}
    </section>
  );
}
