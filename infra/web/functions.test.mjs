// The CloudFront functions against the cases that the local server is held to as well. `node --test infra/web/functions.test.mjs`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const handler = (name) => vm.runInNewContext(`${read(name)}; handler`);
const served = handler('served.js');

for (const { path, serves } of JSON.parse(read('paths.json'))) {
  test(`${path} is answered by ${serves}`, () => {
    const request = { method: 'GET', uri: path, querystring: {}, headers: { host: { value: 'parvis.example' } } };
    const before = structuredClone(request);
    assert.deepEqual(served({ request }), { ...before, uri: serves });
  });
}

test('the address of the caller replaces what the caller says of it', () => {
  const headers = { accept: { value: '*/*' }, 'parvis-viewer-address': { value: '192.0.2.1', multiValue: [{ value: '192.0.2.2' }] } };
  const sent = handler('viewer.js')({ request: { method: 'POST', uri: '/v1/aubignac/reports', headers }, viewer: { ip: '2001:db8::7' } });
  assert.equal(JSON.stringify(sent.headers['parvis-viewer-address']), '{"value":"2001:db8::7"}');
  assert.equal(sent.headers.accept.value, '*/*');
});

test('who found a weakness is told where to write, for a month', () => {
  const code = read('security.js').replace('${SecurityContact}', 'mailto:faille@parvis.example');
  assert.ok(!code.includes('${'));
  const answer = vm.runInNewContext(`${code}; handler`)();
  assert.equal(answer.headers['content-type'].value, 'text/plain; charset=utf-8');
  const [contact, expires, languages, end] = answer.body.split('\n');
  assert.deepEqual([contact, languages, end], ['Contact: mailto:faille@parvis.example', 'Preferred-Languages: fr, en', '']);
  // As RFC 3339 has it.
  assert.match(expires, /^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const days = (Date.parse(expires.slice('Expires: '.length)) - Date.now()) / 86_400_000;
  assert.ok(days > 29.9 && days <= 30, `${days} days`);
});
