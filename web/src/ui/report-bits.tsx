// What residents and staff both see of a report: its status, its photos.

import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';

/** A status never says itself by colour alone. `asks`: it is the reader who is waited for. */
export function Status(props: { status: Schemas['Status']; label?: string | undefined; asks?: boolean }) {
  const { status, label, asks } = props;
  return <span class={`status status-${status}${asks ? ' asks' : ''}`}>{label ?? t.status[status]}</span>;
}

/** A photo in a frame of its own size, so that nothing moves when it arrives. */
export function Photo(props: { photo: Schemas['ReportPhoto']; alt: string; large?: boolean; lazy?: boolean }) {
  return (
    <span class={props.large ? 'photo large' : 'photo'}>
      <img
        src={props.large ? props.photo.large : props.photo.small}
        alt={props.alt}
        loading={props.lazy === false ? 'eager' : 'lazy'}
        decoding="async"
      />
    </span>
  );
}
