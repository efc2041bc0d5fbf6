// A guest's phone number or e-mail address: where the code and the news go.

import type { Content } from '../../offline/drafts.ts';
import { t } from '../../texts/index.ts';
import { Choices, TextField } from '../../ui/form.tsx';
import type { Commune } from '../commune.ts';

export function ContactField(props: {
  commune: Commune;
  contact: Content['contact'];
  onContact: (contact: Content['contact']) => void;
  error: string | undefined;
  signIn: string;
}) {
  const { commune, contact, onContact, error } = props;
  const ways = [
    { value: 'phone', label: t.report.byPhone },
    { value: 'email', label: t.report.byEmail },
    ...(commune.guests_without_contact ? [{ value: 'none', label: t.report.byNone }] : []),
  ];
  return (
    <section class="contact" aria-labelledby="contact-title">
      <h2 id="contact-title">{t.report.contactTitle}</h2>
      <p>
        {t.report.contactLead(commune.name)} <a href={props.signIn}>{t.report.haveAccount}</a>
      </p>
      <Choices
        class="inline"
        label={t.report.contactBy}
        options={ways}
        value={[contact.by]}
        onChange={([by]) => onContact({ by: by as Content['contact']['by'], value: '' })}
      />
      {contact.by === 'phone' && (
        <TextField
          key="phone"
          label={t.report.phone}
          hint={t.report.phoneHint}
          type="tel"
          autocomplete="tel"
          error={error}
          value={contact.value}
          onText={(value) => onContact({ by: 'phone', value })}
        />
      )}
      {contact.by === 'email' && (
        <TextField
          key="email"
          label={t.report.email}
          hint={t.report.emailHint}
          type="email"
          autocomplete="email"
          error={error}
          value={contact.value}
          onText={(value) => onContact({ by: 'email', value })}
        />
      )}
      {contact.by === 'none' && <p class="notice warn">{t.report.noneMeans}</p>}
    </section>
  );
}
