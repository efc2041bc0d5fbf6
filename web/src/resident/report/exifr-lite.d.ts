// The small build of exifr comes without types; this is what is used of it.
declare module 'exifr/dist/lite.esm.mjs' {
  export function gps(file: Blob): Promise<{ latitude: number; longitude: number } | undefined>;
}
