// What screens need to show something: a resident, and a report with photos and words, made through the API of a running
// platform. Plain JavaScript, because Lighthouse's script uses it outside of Playwright's runner too.

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function call(origin, method, path, { body, token, headers = {} } = {}) {
  const answer = await fetch(origin + path, {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** The code that was last sent to a phone or mailbox of the local platform. */
async function code(origin, recipient) {
  for (let turn = 0; turn < 60; turn++) {
    const { messages } = await call(origin, 'GET', `/_local/outbox?limit=10&recipient=${encodeURIComponent(recipient)}`);
    const found = messages.at(-1)?.text.match(/\b\d{6}\b/)?.[0];
    if (found) return found;
    await wait(250);
  }
  throw new Error(`no code reached ${recipient}`);
}

/** Signs somebody new in by a code to a fresh mailbox; answers the session. */
export async function resident(origin, commune, email = `resident.${crypto.randomUUID().slice(0, 8)}@residents.example`) {
  const contact = { email };
  await call(origin, 'POST', `/v1/${commune}/challenges`, { body: { contact } });
  const body = { contact, code: await code(origin, email) };
  return call(origin, 'POST', `/v1/${commune}/sessions`, { body });
}

/** A photo as a phone takes it: a street with a hole in it, drawn by the browser. `turn` changes the light and the place. */
export async function photo(page, turn = 0, width = 1600, height = 1200) {
  const data = await page.evaluate(
    ({ turn, width, height }) => {
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      const c = canvas.getContext('2d');
      const sky = c.createLinearGradient(0, 0, 0, height * 0.45);
      sky.addColorStop(0, ['#7fb2dd', '#9aa7b5', '#f0b98a'][turn % 3]);
      sky.addColorStop(1, '#e8eef2');
      c.fillStyle = sky;
      c.fillRect(0, 0, width, height);
      for (let i = 0; i < 6; i++) {
        c.fillStyle = ['#d9c3a0', '#c9a98a', '#e3d2b8', '#b99c80'][(i + turn) % 4];
        const h = height * (0.22 + 0.09 * ((i * 7 + turn) % 3));
        c.fillRect((i * width) / 6, height * 0.5 - h, width / 6 - 6, h);
        c.fillStyle = '#5d6b78';
        for (let w = 0; w < 2; w++) c.fillRect((i * width) / 6 + 40 + w * 110, height * 0.5 - h + 60, 56, 84);
      }
      c.fillStyle = '#8d8f90';
      c.fillRect(0, height * 0.5, width, height * 0.5);
      // Grain, so that the file weighs what a photo weighs.
      for (let i = 0; i < 60000; i++) {
        c.fillStyle = `rgba(${i % 2 ? '255,255,255' : '0,0,0'},0.07)`;
        c.fillRect(Math.random() * width, height * 0.5 + Math.random() * height * 0.5, 3, 3);
      }
      c.fillStyle = '#4a4743';
      c.beginPath();
      c.ellipse(width * (0.4 + 0.08 * (turn % 4)), height * 0.76, width * 0.16, height * 0.08, 0.2, 0, 7);
      c.fill();
      c.fillStyle = '#2f2d2a';
      c.beginPath();
      c.ellipse(width * (0.41 + 0.08 * (turn % 4)), height * 0.77, width * 0.11, height * 0.05, 0.2, 0, 7);
      c.fill();
      return canvas.toDataURL('image/jpeg', 0.85).split(',')[1];
    },
    { turn, width, height },
  );
  return Buffer.from(data, 'base64');
}

async function upload(origin, commune, token, jpeg) {
  const announced = await call(origin, 'POST', `/v1/${commune}/photos`, {
    token,
    body: { size: jpeg.length, media_type: 'image/jpeg' },
  });
  const headers = Object.fromEntries(announced.upload.headers.map((h) => [h.name, h.value]));
  const put = await fetch(announced.upload.url, { method: 'PUT', headers, body: jpeg });
  if (!put.ok) throw new Error(`upload: ${put.status} ${await put.text()}`);
  for (let turn = 0; turn < 120; turn++) {
    const { status } = await call(origin, 'GET', `/v1/${commune}/photos/${announced.photo}`, { token });
    if (status === 'ready') return { id: announced.photo };
    if (status !== 'pending') throw new Error(`the photo is ${status}`);
    await wait(250);
  }
  throw new Error('the photo stays pending');
}

/** A report of `session`'s account with `photos` (JPEGs), somewhere in the middle of the commune; answers it. */
export async function report(origin, session, photos, description) {
  const { commune, access_token: token } = session;
  const { centre } = await call(origin, 'GET', `/v1/${commune}`);
  const refs = [];
  for (const jpeg of photos) refs.push(await upload(origin, commune, token, jpeg));
  const near = () => (Math.random() - 0.5) / 200;
  const body = {
    kind: 'problem',
    category: 'voirie',
    description:
      description ??
      'Un trou s’est formé devant l’arrêt de car, côté école. Il fait bien vingt centimètres de profondeur ; une cycliste est tombée ce matin.',
    language: 'fr',
    answers: { danger: true },
    place: {
      longitude: centre.longitude + near(),
      latitude: centre.latitude + near(),
      address: '12 avenue de la République',
    },
    photos: refs,
  };
  return call(origin, 'POST', `/v1/${commune}/reports`, {
    token,
    body,
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
}
