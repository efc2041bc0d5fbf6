// `/`: sends whoever was here before to their commune.

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Page } from '../ui/page.tsx';

export function Welcome() {
  const { route } = useLocation();
  const last = localStorage.getItem('parvis.commune');
  useEffect(() => {
    if (last) route(`/${last}/`, true);
  }, [last, route]);
  return (
    <Page title="Parvis">
      <p />
    </Page>
  );
}
