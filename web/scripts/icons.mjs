// Makes the icons of the installed app from public/icons/parvis.svg, by the browser of the stories: `node scripts/icons.mjs`.
// They are committed; run this when the drawing changes.

import { readFileSync, statSync } from 'node:fs';
import { launch } from '../tests/chromium.mjs';

const FOLDER = new URL('../public/icons/', import.meta.url);
const drawing = readFileSync(new URL('parvis.svg', FOLDER), 'utf8');

// A maskable icon is cut to any shape within its middle four fifths: the drawing stands inside, its ground fills the rest.
const ICONS = [
  { name: '192.png', size: 192, inset: 0, ground: 'transparent' },
  { name: '512.png', size: 512, inset: 0, ground: 'transparent' },
  { name: 'maskable-512.png', size: 512, inset: 60, ground: '#14507a' },
];

const browser = await launch();
try {
  for (const { name, size, inset, ground } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const side = size - 2 * inset;
    await page.setContent(
      `<body style="margin:0;background:${ground}"><div style="position:absolute;inset:${inset}px;width:${side}px;height:${side}px">${drawing}</div>`,
    );
    const path = new URL(name, FOLDER);
    await page.screenshot({ path: path.pathname, omitBackground: true });
    console.log(`${name}: ${statSync(path).size} bytes`);
    await page.close();
  }
} finally {
  await browser.close();
}
