// What a commune pays for, as fields of a form.

import type { Schemas } from '../api/client.ts';
import { TextField } from '../ui/form.tsx';
import { o } from './texts/index.ts';

type Plan = Schemas['Plan'];

/** What somebody who pays nothing else begins with: the platform's default. */
export const USUAL: Plan = { name: 'essentiel', staff_seats: 20, sms_a_month: 2000, photo_bytes: 20_000_000_000 };

const whole = (text: string) => Math.max(0, Math.round(Number(text.replace(',', '.')) || 0));

export function PlanFields(props: { value: Plan; set: (plan: Plan) => void; wrong: (field: string) => string | null }) {
  const { value, set, wrong } = props;
  const p = o.plan;
  return (
    <>
      <TextField
        label={p.name}
        maxLength={40}
        value={value.name}
        error={wrong('name')}
        onText={(name) => set({ ...value, name })}
      />
      <div class="grid">
        <TextField
          label={p.seats}
          type="number"
          value={String(value.staff_seats)}
          error={wrong('staff_seats')}
          onText={(text) => set({ ...value, staff_seats: whole(text) })}
        />
        <TextField
          label={p.sms}
          type="number"
          value={String(value.sms_a_month)}
          error={wrong('sms_a_month')}
          onText={(text) => set({ ...value, sms_a_month: whole(text) })}
        />
        <TextField
          label={p.photos}
          type="number"
          value={String(value.photo_bytes / 1e9)}
          error={wrong('photo_bytes')}
          onText={(text) => set({ ...value, photo_bytes: Math.max(0, Math.round((Number(text) || 0) * 1e9)) })}
        />
      </div>
    </>
  );
}
