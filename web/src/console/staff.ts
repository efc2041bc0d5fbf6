// Who works here: the commune and the member of its staff who is signed in, known to every screen of the console.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';

export type Commune = Schemas['CommuneView'];
export type Member = Schemas['StaffView'];
export type Role = Schemas['Role'];

export interface Staff {
  commune: Commune;
  me: Member;
}

export const StaffContext = createContext<Staff | null>(null);

/** Only below the gate, which draws nothing before it knows who is there. */
export function useStaff(): Staff {
  const staff = useContext(StaffContext);
  if (!staff) throw new Error('outside of the console');
  return staff;
}

/** The member with this account; null if they work there no more. Pages hold a hundred, which few communes have. */
export async function memberOf(commune: string, account: string): Promise<Member | null> {
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/staff', { params: { path: { commune }, query } }));
    const found = page.staff.find((member) => member.account === account);
    if (found) return found;
    cursor = page.next ?? undefined;
  } while (cursor);
  return null;
}

/** Whether they may bring a report to another status: the platform's table (role.rs), to offer no button that is refused. */
export function mayTreat({ role, services }: Pick<Member, 'role' | 'services'>, service: string): boolean {
  if (role === 'administrator') return true;
  return (role === 'agent' || role === 'manager') && services.includes(service);
}

/** Whether they may answer it in the commune's name. */
export function mayAnswer(member: Pick<Member, 'role' | 'services'>, service: string): boolean {
  return member.role === 'elected_member' || mayTreat(member, service);
}

/** Whether they may warn the population, which is the mayor's (functions/alerts). */
export const mayAlert = ({ role }: Pick<Member, 'role'>): boolean =>
  role === 'administrator' || role === 'elected_member';
