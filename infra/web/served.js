// Which file of the build answers a path; infra/local/src/web/paths.rs does the same. Between the slashes of a commune's
// addresses there is never a dot, so a dot in the last part is a file: a script that is missing must not become a page.
function served(path) {
  var parts = path.split('/');
  if (parts[1] === 'assets' || parts[parts.length - 1].indexOf('.') >= 0) {
    return path;
  }
  if (parts[1] === 'operator') {
    return '/operator.html';
  }
  return parts[2] === 'console' ? '/console.html' : '/index.html';
}

function handler(event) {
  event.request.uri = served(event.request.uri);
  return event.request;
}
