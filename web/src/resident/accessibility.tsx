// `/{commune}/accessibility`: the declaration that French law asks of a commune (arrêté du 20 septembre 2019), made from the
// judgement of every criterion (web/accessibility/rgaa.json).

import summary from '../../accessibility/summary.json';
import { day, number, platformLanguage, t } from '../texts/index.ts';
import { conformity } from '../ui/conformity.ts';
import { Page } from '../ui/page.tsx';
import { phoneWords } from '../ui/phone.ts';
import { useCommune } from './commune.ts';

const REFERENTIAL = 'https://accessibilite.numerique.gouv.fr/methode/criteres-et-tests/';
const DEFENDER = 'https://formulaire.defenseurdesdroits.fr/';
const DELEGATES = 'https://www.defenseurdesdroits.fr/carte-des-delegues';

/** A criterion that is not conform, or that nobody checked yet. */
interface Missing {
  number: string;
  fr: string;
  en: string;
  failing: boolean;
}

export function Accessibility() {
  const commune = useCommune();
  const words = t.accessibility;
  const percent = number(summary.rate / 100, { style: 'percent' });
  const missing: Missing[] = summary.missing;
  const failing = missing.filter((c) => c.failing);
  const unchecked = missing.filter((c) => !c.failing);
  return (
    <Page title={words.title} where={commune.name} lead={words.lead(commune.name)}>
      <h2>{words.state}</h2>
      <p>
        <strong>{words.states[conformity]}</strong>
      </p>
      <p>{words.stateWhy[conformity]}</p>
      <p>
        <a href={REFERENTIAL}>{words.referential(summary.referential)}</a>
      </p>

      <h2>{words.results}</h2>
      <p>{words.rate(percent, summary.conform, summary.conform + summary.missing.length)}</p>
      <p>{words.byWhom}</p>

      <h2>{words.missing}</h2>
      {summary.missing.length === 0 && <p>{words.missingNone}</p>}
      <Criteria title={words.failing} of={failing} />
      <Criteria title={words.unchecked} of={unchecked} lead={words.uncheckedText} />
      <h3>{words.exempt}</h3>
      <ul>
        <li>{words.exemptPhotos}</li>
        <li>{words.exemptMap}</li>
      </ul>

      <h2>{words.made}</h2>
      <p>{words.madeOn(day(summary.checked))}</p>
      <dl>
        <dt>
          <strong>{words.technologies}</strong>
        </dt>
        <dd>HTML5, CSS, JavaScript, WAI-ARIA, SVG</dd>
        <dt>
          <strong>{words.environment}</strong>
        </dt>
        <dd>{words.environmentText}</dd>
        <dt>
          <strong>{words.tools}</strong>
        </dt>
        <dd>{words.toolsText}</dd>
        <dt>
          <strong>{words.pages}</strong>
        </dt>
        <dd>{words.pagesText}</dd>
      </dl>

      <h2>{words.contact}</h2>
      <p>{words.contactText}</p>
      <Contacts />

      <h2>{words.recourse}</h2>
      <p>{words.recourseText}</p>
      <ul>
        <li>
          <a href={DEFENDER}>{words.defenderForm}</a>
        </li>
        <li>
          <a href={DELEGATES}>{words.defenderDelegate}</a>
        </li>
        <li>{words.defenderPhone}</li>
        <li>{words.defenderPost}</li>
      </ul>
    </Page>
  );
}

function Criteria(props: { title: string; lead?: string; of: Missing[] }) {
  if (props.of.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      {props.lead && <p>{props.lead}</p>}
      <ul>
        {props.of.map((c) => (
          <li key={c.number}>
            {c.number} {c[platformLanguage()]}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The services that can be written to or called, as the commune publishes them; else its town hall in words. */
function Contacts() {
  const reachable = useCommune().services.filter(({ contact: c }) => c.email || c.phone || c.address);
  if (reachable.length === 0) return <p>{t.accessibility.contactNone}</p>;
  return (
    <ul>
      {reachable.map(({ id, name, contact: c }) => (
        <li key={id}>
          <strong>{name}</strong>
          {c.email && (
            <>
              <br />
              <a href={`mailto:${c.email}`}>{c.email}</a>
            </>
          )}
          {c.phone && (
            <>
              <br />
              <a href={`tel:${c.phone}`}>{phoneWords(c.phone)}</a>
            </>
          )}
          {c.address && (
            <>
              <br />
              {c.address}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
