// `/{c}/console/staff`: who works for the commune, who is invited, and the seats of the plan.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ago, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, Form, TextField } from '../../ui/form.tsx';
import { useLoad, usePages } from '../../ui/load.ts';
import { Loading, More, Page } from '../../ui/page.tsx';
import { inWords, told } from '../../ui/rules.ts';
import { theirs } from '../../ui/their.tsx';
import { readSettings, type Service, useCommuneId } from './desk.ts';
import { d } from './texts/index.ts';

type Member = Schemas['StaffView'];
type Invitation = Schemas['InvitationView'];
type Role = Schemas['Role'];

const ROLES = ['agent', 'manager', 'moderator', 'elected_member', 'administrator'] as const satisfies Role[];
/** From so many on the list can be searched. */
const MANY = 12;

export function Staff() {
  const commune = useCommuneId();
  const path = { commune };
  const me = useSession()?.account.id;
  const s = d.staff;
  const settings = useLoad(`settings ${commune}`, () => readSettings(commune));
  const usage = useLoad(`usage ${commune}`, () => body(api.GET('/v1/{commune}/usage', { params: { path } })));
  const members = usePages(`staff ${commune}`, async (cursor) => {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/staff', { params: { path, query } }));
    return { items: page.staff, next: page.next };
  });
  const invitations = usePages(`invitations ${commune}`, async (cursor) => {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/staff/invitations', { params: { path, query } }));
    return { items: page.invitations, next: page.next };
  });
  const [open, show] = useState<'new' | Member | null>(null);
  const [removing, remove] = useState<Member | null>(null);
  const [resetting, reset] = useState<Member | null>(null);
  const [withdrawing, withdraw] = useState<Invitation | null>(null);
  const [sought, seek] = useState('');
  const services = settings.data?.settings.services ?? [];
  const nameOf = (id: string) => services.find((one) => one.id === id)?.name ?? id;
  const known = !members.hasMore && !invitations.hasMore && !members.loading && !invitations.loading;
  const taken = members.items.length + invitations.items.length;
  const shown = members.items.filter((m) => m.name.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <Page title={s.title} lead={s.lead} class="desk">
      {usage.data && known && <p class="seats">{s.seats(taken, usage.data.plan.staff_seats)}</p>}
      <p>
        <button type="button" class="main" onClick={() => show('new')}>
          {s.invite}
        </button>
      </p>
      {members.items.length >= MANY && (
        <TextField label={d.lists.search} type="search" optional value={sought} onText={seek} />
      )}
      {shown.length === 0 && members.items.length > 0 && <p role="status">{d.lists.noneFound}</p>}
      <ul class="plain rows">
        {shown.map((member) => (
          <li key={member.account} class="row">
            <span class="what">
              <strong>{member.name}</strong> {member.account === me && <span class="tag">{s.you}</span>}
              <small>{[t.role[member.role], ...member.services.map(nameOf)].join(' · ')}</small>
            </span>
            <span class="acts">
              <button type="button" aria-label={s.changeOf(member.name)} onClick={() => show(member)}>
                {t.common.edit}
              </button>
              {member.account !== me && (
                <button type="button" class="quiet" aria-label={s.resetOf(member.name)} onClick={() => reset(member)}>
                  {s.reset}
                </button>
              )}
              <button type="button" aria-label={s.removeOf(member.name)} onClick={() => remove(member)}>
                {t.common.remove}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <More of={members} />
      <h2>{s.invited}</h2>
      {known && invitations.items.length === 0 && <p>{s.nobodyInvited}</p>}
      <ul class="plain rows">
        {[...invitations.items]
          .sort((a, b) => a.name.localeCompare(b.name))
          .map((one) => (
            <li key={one.id} class="row">
              <span class="what">
                <strong>{one.name}</strong> {one.email}
                <small>{[t.role[one.role], ...one.services.map(nameOf), s.until(ago(one.expires))].join(' · ')}</small>
              </span>
              <button type="button" aria-label={s.withdrawOf(one.name)} onClick={() => withdraw(one)}>
                {s.withdraw}
              </button>
            </li>
          ))}
      </ul>
      <More of={invitations} />
      {open && (
        <Dialog title={open === 'new' ? s.invite : s.changeOf(open.name)} close={() => show(null)}>
          <Loading of={settings}>
            {(held) => (
              <MemberForm
                commune={commune}
                member={open === 'new' ? null : open}
                services={held.settings.services}
                done={(words) => {
                  show(null);
                  announce(words);
                  members.reload();
                  invitations.reload();
                }}
                stale={members.reload}
              />
            )}
          </Loading>
        </Dialog>
      )}
      {removing && (
        <Confirm
          title={s.removeOf(removing.name)}
          button={s.removeNow}
          close={() => remove(null)}
          run={async () => {
            const params = { path: { commune, account: removing.account } };
            await lastOne(body(api.DELETE('/v1/{commune}/staff/{account}', { params })));
            announce(s.removed(removing.name));
            members.reload();
          }}
        >
          <p>{s.removeText}</p>
        </Confirm>
      )}
      {resetting && (
        <Confirm
          title={s.resetOf(resetting.name)}
          button={s.reset}
          close={() => reset(null)}
          run={async () => {
            const params = { path: { commune, account: resetting.account } };
            await told(body(api.DELETE('/v1/{commune}/staff/{account}/totp', { params })), { not_found: s.noFactor });
            announce(s.resetDone(resetting.name));
          }}
        >
          <p>{s.resetText}</p>
        </Confirm>
      )}
      {withdrawing && (
        <Confirm
          title={s.withdrawOf(withdrawing.name)}
          button={s.withdraw}
          close={() => withdraw(null)}
          run={async () => {
            const params = { path: { commune, invitation: withdrawing.id } };
            await body(api.DELETE('/v1/{commune}/staff/invitations/{invitation}', { params }));
            announce(s.withdrawn);
            invitations.reload();
          }}
        >
          <p>{s.withdrawText}</p>
        </Confirm>
      )}
    </Page>
  );
}

/** The one thing that is refused about members who are there. */
const lastOne = <T,>(call: Promise<T>) => told(call, { last_administrator: d.staff.lastAdministrator });

/** Invites somebody, or changes who is there. */
function MemberForm(props: {
  commune: string;
  member: Member | null;
  services: Service[];
  done: (words: string) => void;
  stale: () => void;
}) {
  const { commune, member } = props;
  const s = d.staff;
  const [name, setName] = useState(member?.name ?? '');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>(member?.role ?? 'agent');
  const [services, setServices] = useState<string[]>(member?.services ?? []);
  const [error, setError] = useState<Error | null>(null);
  const field = (of: string) =>
    error && 'field' in error ? (error as { field: (n: string) => string | null }).field(of) : null;
  const offered = props.services.filter((one) => !one.archived || services.includes(one.id));
  const acts = role === 'agent' || role === 'manager';
  const submit = async () => {
    setError(null);
    const post = { name, role, services };
    if (!member) {
      const call = api.POST('/v1/{commune}/staff/invitations', {
        params: { path: { commune } },
        body: { ...post, email },
      });
      await told(body(call), d.rules);
      return props.done(s.sent(email));
    }
    const params = { path: { commune, account: member.account }, header: { 'If-Match': `"${member.version}"` } };
    try {
      await lastOne(body(api.PUT('/v1/{commune}/staff/{account}', { params, body: post })));
    } catch (thrown) {
      if ((thrown as { status?: number }).status === 412) props.stale();
      throw inWords(thrown, { ...d.rules, version_conflict: s.changedMeanwhile });
    }
    props.done(t.common.saved);
  };
  return (
    <Form submit={submit} button={member ? t.common.save : s.sendInvitation} onError={setError}>
      {!member && (
        <TextField
          label={s.email}
          hint={s.emailHint}
          type="email"
          autocomplete="off"
          value={email}
          error={field('email')}
          onText={setEmail}
        />
      )}
      <TextField label={s.name} hint={s.nameHint} maxLength={200} value={name} error={field('name')} onText={setName} />
      <Choices
        label={s.role}
        options={ROLES.map((one) => ({ value: one, label: t.role[one], hint: s.means[one] }))}
        value={[role]}
        error={field('role')}
        onChange={([one]) => setRole((one ?? 'agent') as Role)}
      />
      <Choices
        label={s.services}
        hint={acts ? s.servicesNeeded : s.servicesHint}
        optional={!acts}
        multiple
        options={offered.map((one) => ({ value: one.id, label: one.name, lang: theirs() }))}
        value={services}
        error={field('services')}
        onChange={setServices}
      />
    </Form>
  );
}
