// Whether there is room for two things side by side.

import { useEffect, useState } from 'preact/hooks';

/** As in the style sheets. */
const WIDE = '(min-width: 60rem)';

export function useWide(): boolean {
  const [wide, set] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const change = () => set(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, []);
  return wide;
}
