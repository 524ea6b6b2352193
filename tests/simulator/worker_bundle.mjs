/** The real service worker as one function of its surroundings, so that many can live in one process and be ended. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as fake from 'fake-indexeddb';

const PWA = fileURLToPath(new URL('../../pwa', import.meta.url));
const STUB = `
import { caseFileView } from './case_file_view.js';
import { entryView } from './entry_view.js';
import { filePlanView } from './file_plan_view.js';
import { repairsView, repairView } from './mending.js';
import { later } from './views.js';
later.views = { repair: repairView, repairs: repairsView, case_file: caseFileView, entry: entryView, file_plan: filePlanView };
export const render = async (template, context) => ({ template, context });
export const readLater = () => {};
export const renderTop = undefined;
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
  'Headers',
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
    building.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: STUB, resolveDir: PWA }));
  },
};

const names = [...SURROUNDINGS, ...Object.keys(DATABASE_CLASSES)];

/** Make a module of the app and all that it needs a function of its surroundings; gives what it exports. */
async function bundled(name) {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL(`../../pwa/${name}`, import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'exported',
    write: false,
    logLevel: 'warning',
    plugins: [withoutTemplates],
  });
  const run = new Function(...names, `'use strict';\n${bundle.outputFiles[0].text}\nreturn exported;`);
  return (surroundings) => run(...names.map((one) => ({ ...DATABASE_CLASSES, ...surroundings })[one]));
}

/** Start the worker in its surroundings, given by the names above. */
export const startWorker = await bundled('sw.js');

/** The replica as the app itself reads it, so that how it is stored is its own affair. */
export const replicaModule = await bundled('replica.js');
