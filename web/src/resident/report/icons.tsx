// The icons of categories, drawn with lines; a category with an icon of another name gets the plain one.

const LINES: Record<string, string> = {
  road: 'M8 3 4 21M16 3l4 18M12 4v3M12 11v3M12 18v3',
  lamp: 'M8 21h6M11 21V8a4 4 0 0 1 8 0v1M16 9h6l-1 3h-4zM19 15v3M16 14l-1 2M22 14l1 2',
  waste: 'M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6',
  tree: 'M12 22v-8M12 17l4-3M12 14a6 6 0 1 1 0-12 6 6 0 0 1 0 12z',
  water: 'M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11zM9 14a3 3 0 0 0 3 3',
  bench: 'M4 12h16M4 8h16M5 5v7M19 5v7M6 12v7M18 12v7',
  sign: 'M12 3l9 16H3zM12 9v5M12 16.5v.5',
  noise: 'M4 9v6h4l5 4V5L8 9zM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11',
};
const PLAIN = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12h.01M12 12h.01M16 12h.01';

export const MARKER =
  'M12 22c5-6 7-9.500 7-12.500a7 7 0 0 0-14 0C5 12.500 7 16 12 22zM12 7a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z';
export const CAMERA = 'M4 7h3l2-3h6l2 3h3v13H4zM12 9.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7z';
export const PICTURES = 'M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M15 9h.01';
export const TARGET = 'M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM12 2v4M12 18v4M2 12h4M18 12h4';
export const SEARCH = 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM15 15l6 6';

/** Says nothing by itself: words stand beside it. */
export function Icon({ lines, class: name }: { lines: string; class?: string }) {
  return (
    <svg class={name ? `icon ${name}` : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={lines} />
    </svg>
  );
}

export const CategoryIcon = ({ name }: { name: string | null | undefined }) => (
  <Icon lines={(name && LINES[name]) || PLAIN} />
);
