// Tells the API who calls: in place of whatever the caller says of that. The API believes it only with the secret that
// this distribution adds to what it asks the origin for (shared/edge/src/viewer.rs).
function handler(event) {
  event.request.headers['parvis-viewer-address'] = { value: event.viewer.ip };
  return event.request;
}
