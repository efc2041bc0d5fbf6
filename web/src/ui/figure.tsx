// Something to look at with its caption, tied to it as RGAA 1.9 asks: by the role, and by a name that is the caption.

import type { ComponentChildren } from 'preact';

export function Figure(props: {
  caption: string;
  class?: string;
  /** The caption as it is drawn, where it is more than its words. */
  drawn?: ComponentChildren;
  /** In small letters. */
  small?: boolean;
  /** Where it stands under what it is about. */
  below?: boolean;
  children: ComponentChildren;
}) {
  const caption = <figcaption class={props.small ? 'small' : undefined}>{props.drawn ?? props.caption}</figcaption>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: RGAA 1.9.1 wants it said
    <figure role="figure" aria-label={props.caption} class={props.class}>
      {!props.below && caption}
      {props.children}
      {props.below && caption}
    </figure>
  );
}
