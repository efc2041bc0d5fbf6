// A commune's own file of tiles that are pictures: each is read by itself out of the one file (PMTiles).

import L from 'leaflet';
import { PMTiles } from 'pmtiles';
import { asText, type File, NEAREST } from './ground.ts';

export function layer(file: File): L.Layer {
  const tiles = new PMTiles(file.url);
  const Pictures = L.GridLayer.extend({
    createTile(at: L.Coords, done: L.DoneCallback) {
      const picture = document.createElement('img');
      picture.alt = '';
      draw(picture, at).then(
        () => done(undefined, picture),
        (error: Error) => done(error, picture),
      );
      return picture;
    },
  }) as new (
    options: L.GridLayerOptions,
  ) => L.GridLayer;
  return new Pictures({
    attribution: asText(file.attribution),
    minZoom: file.min_zoom,
    maxZoom: NEAREST,
    maxNativeZoom: file.max_zoom,
  });

  /** A place that the file has nothing of stays empty. */
  async function draw(picture: HTMLImageElement, { z, x, y }: L.Coords) {
    const found = await tiles.getZxy(z, x, y);
    if (!found) return;
    const address = URL.createObjectURL(new Blob([found.data], { type: `image/${file.tiles}` }));
    picture.src = address;
    try {
      await picture.decode();
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}
