// Makes two pictures of a photo with sharp, as functions/photos/src/pipeline does, and prints what that took, as JSON.
// usage: node job.js                          loads sharp and does nothing
//        node job.js <way> <small> <photo>    the small photo first, uncounted: what a process does once
"use strict";
const fs = require("node:fs");
const sharp = require("sharp");

sharp.concurrency(1);
sharp.cache(false);

const input = { sequentialRead: true, limitInputPixels: 50_000_000 };
const fit = (side) => ({ width: side, height: side, fit: "inside", withoutEnlargement: true });
// Fixed Huffman tables, as ours: making them to measure takes sharp longer.
const jpeg = { quality: 80, optimiseCoding: false };
const finished = { resolveWithObject: true };

const ways = {
  // The large picture's pixels are kept for the small one: step by step what our pipeline does.
  async pixels(bytes) {
    const { data, info } = await sharp(bytes, input).autoOrient().resize(fit(1600)).raw().toBuffer(finished);
    const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
    return [
      await sharp(data, raw).jpeg(jpeg).toBuffer(finished),
      await sharp(data, raw).resize(fit(400)).jpeg(jpeg).toBuffer(finished),
    ];
  },
  // The small picture is made of the large one's file, which is decoded again for it.
  async file(bytes) {
    const large = await sharp(bytes, input).autoOrient().resize(fit(1600)).jpeg(jpeg).toBuffer(finished);
    return [large, await sharp(large.data, input).resize(fit(400)).jpeg(jpeg).toBuffer(finished)];
  },
  // Each is made of the photo.
  async twice(bytes) {
    const made = (side) => sharp(bytes, input).autoOrient().resize(fit(side)).jpeg(jpeg).toBuffer(finished);
    return [await made(1600), await made(400)];
  },
};

async function main([way, small, photo]) {
  let cpu_ms = 0;
  let pictures = [];
  if (way !== undefined) {
    await ways[way](fs.readFileSync(small));
    const bytes = fs.readFileSync(photo);
    const before = process.cpuUsage();
    pictures = await ways[way](bytes);
    const { user, system } = process.cpuUsage(before);
    cpu_ms = (user + system) / 1e3;
  }
  // Not the kernel's maxRSS, which also counts what the parent had before it became this process.
  const peak_mb = Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]) / 1e3;
  const sizes = pictures.map(({ info }) => [info.width, info.height]);
  process.stdout.write(JSON.stringify({ cpu_ms, peak_mb, sizes }));
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
