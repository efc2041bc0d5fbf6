// `/{commune}/`: where a resident arrives.

import { Page } from '../ui/page.tsx';
import { useCommune } from './commune.ts';

export function Home() {
  const commune = useCommune();
  return (
    <Page title={commune.name} lead={commune.texts.welcome}>
      <p />
    </Page>
  );
}
