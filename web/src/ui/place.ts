// Where a page was left: going back finds it there again, as soon as what it shows is long enough.

const left = new Map<string, number>();
const here = () => location.pathname + location.search;
let back: { url: string; y: number } | null = null;

/** Content comes from the network; longer than this nobody waits without moving the page. */
const PATIENCE = 4000;

export function rememberPlaces() {
  history.scrollRestoration = 'manual';
  // The page itself jumps while another one is drawn; only what was there before counts.
  addEventListener('popstate', () => {
    back = { url: here(), y: left.get(here()) ?? 0 };
  });
  addEventListener('scroll', () => left.set(here(), scrollY), { passive: true });
}

/** Whether this page was reached by going back; then it is brought to where it was. */
export function comeBack(): boolean {
  const wanted = back?.url === here() ? back.y : null;
  back = null;
  if (wanted === null) return false;
  const stop = new AbortController();
  const { signal } = stop;
  const try_ = () => {
    scrollTo(0, wanted);
    if (Math.abs(scrollY - wanted) < 2) stop.abort();
  };
  const grown = new ResizeObserver(try_);
  signal.addEventListener('abort', () => grown.disconnect());
  for (const moved of ['wheel', 'touchstart', 'keydown'])
    addEventListener(moved, () => stop.abort(), { signal, passive: true });
  setTimeout(() => stop.abort(), PATIENCE);
  grown.observe(document.body);
  try_();
  return true;
}
