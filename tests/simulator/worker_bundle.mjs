/** The real service worker as one function of its surroundings, so that many can live in one process and be ended. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as fake from 'fake-indexeddb';

const STUB = `
export const render = async (template, context) => JSON.stringify({ template, context });
export const words = async () => ({});
`;

/** Everything that a worker reaches by a bare name and that is not the language's own. */
const SURROUNDINGS = [
  'globalThis',
  'indexedDB',
  'fetch',
  'caches',
  'crypto',
  'navigator',
  'Date',
  'setTimeout',
  'clearTimeout',
  'AbortSignal',
  'Response',
  'BUILD_VERSION',
  'BUILD_ASSETS',
  'BUILD_PRECACHE',
];
const DATABASE_CLASSES = {
  IDBCursor: fake.IDBCursor,
  IDBDatabase: fake.IDBDatabase,
  IDBFactory: fake.IDBFactory,
  IDBIndex: fake.IDBIndex,
  IDBKeyRange: fake.IDBKeyRange,
  IDBObjectStore: fake.IDBObjectStore,
  IDBRequest: fake.IDBRequest,
  IDBTransaction: fake.IDBTransaction,
};

/** Pages come out as their context: what people see of a card is in there, and templates are tested elsewhere. */
const withoutTemplates = {
  name: 'without-templates',
  setup(building) {
    building.onResolve({ filter: /\/render\.js$/ }, () => ({ path: 'render', namespace: 'stub' }));
    building.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: STUB }));
  },
};

const bundle = await build({
  entryPoints: [fileURLToPath(new URL('../../pwa/sw.js', import.meta.url))],
  bundle: true,
  format: 'iife',
  write: false,
  logLevel: 'warning',
  plugins: [withoutTemplates],
});
const names = [...SURROUNDINGS, ...Object.keys(DATABASE_CLASSES)];
const run = new Function(...names, bundle.outputFiles[0].text);

/** Start the worker in its surroundings. @param {Record<string, any>} surroundings by the names above */
export function startWorker(surroundings) {
  const given = { ...DATABASE_CLASSES, ...surroundings };
  run(...names.map((name) => given[name]));
}

/** The part of Web Crypto that the worker uses, in no time. @param {() => string} uuid */
export const cryptoOf = (uuid) => ({
  randomUUID: uuid,
  subtle: {
    digest: async (_algorithm, body) => {
      const digest = createHash('sha256').update(new Uint8Array(body)).digest();
      return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.length);
    },
  },
});
