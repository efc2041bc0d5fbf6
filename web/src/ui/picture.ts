// A picked photo made smaller: upright, and without anything else that the camera wrote into it.

/** The platform keeps 1,600 px; a little more leaves it room to judge. */
const SIDE = 2048;
/** Where the device is full. */
export const SMALL_SIDE = 1024;

/** Not a picture that this browser can read. */
export class Unreadable extends Error {}

/** A JPEG of at most `side` px, turned as it was taken. */
export async function shrink(file: Blob, side = SIDE): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new Unreadable('not a picture', { cause });
  }
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const paint = canvas.getContext('2d');
  if (!paint) throw new Unreadable('no memory for it');
  // What is transparent would become black.
  paint.fillStyle = '#fff';
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.imageSmoothingQuality = 'high';
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((done) =>
    canvas.toBlob(done, 'image/jpeg', side > SMALL_SIDE ? 0.82 : 0.7),
  );
  // Gives its memory back at once; old phones have little.
  canvas.width = 0;
  if (!blob) throw new Unreadable('no memory for it');
  return blob;
}
