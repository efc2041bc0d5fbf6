/** Whether a token says that the second factor was passed (`amr` of RFC 8176), and for whom. */
export function claims(token: string): { raised: boolean; staff: boolean } {
  const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const said = JSON.parse(atob(part)) as { amr?: string[]; role?: string };
  return { raised: said.amr?.includes('mfa') ?? false, staff: said.role !== undefined && said.role !== 'resident' };
}
