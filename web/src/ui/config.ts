// What the deployment decides: `/web.json`.

export interface Config {
  /** Raster tiles of the background map; null for none. */
  tiles: { url: string; attribution: string; max_zoom: number } | null;
  /** A geocoder that speaks the Base Adresse Nationale's dialect (`<url>/search?q=`); null for none. */
  geocoder: { url: string } | null;
}

let asked: Promise<Config> | null = null;

/** Asked once; without an answer there are neither tiles nor a geocoder. */
export function config(): Promise<Config> {
  asked ??= fetch('/web.json')
    .then((r) => (r.ok ? (r.json() as Promise<Config>) : Promise.reject(new Error(String(r.status)))))
    .catch(() => {
      asked = null;
      return { tiles: null, geocoder: null };
    });
  return asked;
}
