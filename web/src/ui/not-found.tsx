// What an address without a screen shows.

import { t } from '../texts/index.ts';
import { Page } from './page.tsx';

export function NotFound() {
  return (
    <Page title={t.common.notFound} lead={t.common.notFoundText}>
      <p>
        <a href="/">{t.common.home}</a>
      </p>
    </Page>
  );
}
