// `/{commune}/legal` and `/privacy`: the commune's own words, and what is true of every commune.

import { t } from '../texts/index.ts';
import { Page } from '../ui/page.tsx';
import { useCommune } from './commune.ts';
import { Paragraphs } from './home.tsx';

export function Legal() {
  const commune = useCommune();
  const text = commune.texts.legal_notice;
  return (
    <Page title={t.resident.nav.legal} where={commune.name}>
      {text ? <Paragraphs text={text} /> : <p>{t.resident.pages.noLegal(commune.name)}</p>}
    </Page>
  );
}

export function Privacy() {
  const commune = useCommune();
  const text = commune.texts.privacy_notice;
  const words = t.resident.pages;
  return (
    <Page title={t.resident.nav.privacy} where={commune.name}>
      {text ? <Paragraphs text={text} /> : <p>{words.noPrivacy(commune.name)}</p>}
      <h2>{words.privacyFacts}</h2>
      <List of={words.facts} />
      <p>{words.yourRights}</p>
      <p>
        <a class="button" href={`/${commune.id}/me#data`}>
          {words.toMe}
        </a>
      </p>
    </Page>
  );
}

function List({ of }: { of: readonly string[] }) {
  return (
    <ul>
      {of.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
