// The commune that was open last on this device, for the start page.

const KEY = 'parvis.commune';

export function lastCommune(): { id: string; name: string } | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof found?.id === 'string' && typeof found.name === 'string' ? found : null;
  } catch {
    return null;
  }
}

export function rememberCommune(commune: { id: string; name: string } | null) {
  try {
    if (commune) localStorage.setItem(KEY, JSON.stringify(commune));
    else localStorage.removeItem(KEY);
  } catch {
    // The start page then asks.
  }
}
