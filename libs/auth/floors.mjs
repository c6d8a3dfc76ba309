// The floors of libs/auth/src, stated once, and the lint rule that holds them. Why: docs/decisions/floors.md.
import { sep } from 'node:path';

/** From the ground up. A folder imports from lower floors only, and is blind to its neighbours on the same one. */
export const floors = [
  ['kernel'],
  ['jose', 'files', 'memory', 'redis', 'context', 'peers'],
  ['configuration', 'problem-details', 'subjects', 'keys', 'secret'],
  [
    'access-tokens',
    'token-blacklist',
    'sessions',
    'one-time-values',
    'authorization-codes',
    'device-authorizations',
    'rbac',
    'throttler',
  ],
  ['tokens', 'health', 'dpop', 'events'],
  ['authentication'],
  ['oauth2', 'admission'],
  ['http', 'sockets', 'legacy', 'api-keys', 'app-view'],
  ['options'],
  ['stores', 'observability'],
  ['module', 'command', 'testing', 'otel', 'terminus', 'environment'],
  ['openapi', 'access-lock'],
];

const SOURCE = 'libs/auth/src/';
// Specs and contracts try a capability together with what surrounds it.
const FREE = /\.spec\.ts$|contract/;

const floorOf = (folder) => floors.findIndex((folders) => folders.includes(folder));

/** The folder of a source file, or `undefined` for the entry files beside the folders and for everything else. */
function folderOf(path) {
  const at = path.indexOf(SOURCE);
  const [folder, ...rest] = at < 0 ? [] : path.slice(at + SOURCE.length).split('/');
  return rest.length === 0 ? undefined : folder;
}

const downwards = {
  meta: { type: 'problem' },
  create(context) {
    const file = context.filename.split(sep).join('/');
    const from = folderOf(file);
    if (from === undefined || FREE.test(file)) return {};
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const to = folderOf(new URL(specifier, `file://${file}`).pathname);
      if (to === from) return;
      if (to !== undefined && floorOf(to) >= 0 && floorOf(to) < floorOf(from)) return;
      const message = `${from}/ may not import ${to === undefined ? 'an entry file' : `${to}/`}: imports go downwards only (libs/auth/floors.mjs)`;
      context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: 'house' }, rules: { downwards } };
