// `/.well-known/security.txt` (RFC 9116): where to write who found a weakness. A file that has expired must not be trusted, so
// each answer is good for a month.
function handler() {
  var expires = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString();
  return {
    statusCode: 200,
    statusDescription: 'OK',
    headers: { 'content-type': { value: 'text/plain; charset=utf-8' }, 'cache-control': { value: 'no-cache' } },
    body: 'Contact: ${SecurityContact}\nExpires: ' + expires + '\nPreferred-Languages: fr, en\n',
  };
}
