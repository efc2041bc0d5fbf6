// What the commune is at this moment, asked for anew: whether alerts are switched on and reach anybody decides what is offered.

import { api, body } from '../../api/client.ts';
import { useLoad } from '../../ui/load.ts';
import { useStaff } from '../staff.ts';

export function useAlerting(): { on: boolean; training: boolean } {
  const { commune } = useStaff();
  const params = { path: { commune: commune.id } };
  const { data } = useLoad(`alerts of ${commune.id}`, () =>
    body(api.GET('/v1/{commune}', { params, cache: 'no-cache' })),
  );
  const { modules, launch } = data ?? commune;
  return { on: modules.includes('alerts'), training: launch.phase === 'draft' || launch.phase === 'training' };
}
