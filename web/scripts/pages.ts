// Which of the three pages belongs to an address, while developing; the platform has the same rule.

import type { Connect, Plugin } from 'vite';

const rewrite: Connect.NextHandleFunction = (request, _, next) => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const file = path.split('/').at(-1)?.includes('.') || /^\/(@|src\/|node_modules\/|v1\/|media\/|_local)/.test(path);
  if (!file) {
    if (/^\/operator(\/|$)/.test(path)) request.url = '/operator.html';
    else if (/^\/[^/]+\/console(\/|$)/.test(path)) request.url = '/console.html';
    else request.url = '/index.html';
  }
  next();
};

/** For `vite` and `vite preview`. */
export function pages(): Plugin {
  return {
    name: 'parvis-pages',
    configureServer: (server) => void server.middlewares.use(rewrite),
    configurePreviewServer: (server) => void server.middlewares.use(rewrite),
  };
}
