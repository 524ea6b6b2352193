/**
 * The service worker. It answers pages from the person's replica, takes commands into the outbox, keeps the files of
 * the app itself, and syncs when a page or the browser asks for it.
 *
 * Messages from pages: `hello` {person_id, locale, since}, `wait`, `rest`, `sync`, `status`, `wipe`, `skip-waiting`. To pages:
 * `words` {words}, `status` {connection, person_id, synced_at, waiting, settled, refused, reviews, is_too_old}, `changed` {ids}, `receipts` {receipts},
 * `progress` {done, total}, `waited` {is_reached}, `trouble` {name, in_sync}.
 */
import { readDevice, writeDevice } from './device.js';
import { readLater, render, renderTop, words } from './render.js';
import { Router } from './router.js';
import {
  dropWaiting,
  filesKept,
  hasMovedOn,
  identify,
  signOut,
  status,
  synchronise,
  tellStatus,
  waitForChanges,
} from './session.js';

const worker = /** @type {ServiceWorkerGlobalScope & {registration: any}} */ (
  /** @type {unknown} */ (globalThis)
);
const CACHE = `congvan-app-${BUILD_VERSION}`;

const assets = { css: BUILD_ASSETS['app.css'], page_js: BUILD_ASSETS['page.js'] };
const router = new Router(render, assets, renderTop);

/** A newer worker is about to take over: this one begins nothing that lasts. */
let isResting = false;

worker.addEventListener('install', (/** @type {any} */ event) => {
  readLater(); // what is read now the browser keeps with this worker
  // Where the browser can, it takes these from the cache itself, without asking a worker that may be asleep or busy.
  const kept = { or: BUILD_PRECACHE.core.map((pathname) => ({ urlPattern: { pathname } })) };
  event.addRoutes?.({ condition: kept, source: 'cache' }).catch(() => {});
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(BUILD_PRECACHE.core)));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== worker.location.origin || pathname.startsWith('/sync/') || pathname === '/sw.js') return;
  if (pathname.startsWith('/static/')) {
    event.respondWith(staticFile(event.request));
    return;
  }
  const answer = router.answer(event.request);
  event.respondWith(answer);
  if (event.request.method === 'POST') event.waitUntil(answer.then(sendSoon, () => {}));
});

worker.addEventListener('message', (event) => {
  const work = MESSAGES[event.data?.type]?.(event.data, /** @type {Client} */ (event.source));
  if (work) event.waitUntil(work);
});

worker.addEventListener('sync', (/** @type {any} */ event) => {
  event.waitUntil(synchronise());
});

/** @type {Record<string, (data: any, page: Client) => Promise<any>>} */
const MESSAGES = {
  async hello({ person_id = null, locale, since }, page) {
    if (locale) await writeDevice({ locale });
    const known = await readDevice();
    const isOther = person_id !== null && known.person_id !== person_id;
    if (isOther || known.session === 'unknown') await identify(person_id).catch(() => {});
    page.postMessage({ type: 'words', words: await words(locale ?? 'vi') });
    page.postMessage(await status());
    // what came between the making of the page and its greeting, nobody could tell it
    if (since && (await hasMovedOn(since))) page.postMessage({ type: 'changed', ids: ['*'] });
    await keepLater();
  },
  async wait(_data, page) {
    if (isResting) return;
    const is_reached = await waitForChanges();
    page.postMessage({ type: 'waited', is_reached });
    await filesKept();
  },
  async sync() {
    dropWaiting(); // it may hang on a network that is gone
    await synchronise();
    await filesKept();
  },
  async rest() {
    isResting = true;
    dropWaiting(); // an event that is not over would keep the newer worker from taking over
  },
  status: tellStatus,
  wipe: signOut,
  'skip-waiting': () => worker.skipWaiting(),
};

/** Keep the files of this version and of the one before it, which open pages may still ask for. */
async function dropOldCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith('congvan-app-') && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

/** After a command: ask the browser to wake the worker when there is a network, and try at once. */
async function sendSoon() {
  await worker.registration.sync?.register('outbox').catch(() => {});
  await synchronise();
}

/** Keep what the first page does not need: the viewer, further fonts, icons. */
async function keepLater() {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  for (const path of BUILD_PRECACHE.later) if (!kept.has(path)) await cache.add(path).catch(() => {});
}

/** A file of the app: from the cache, otherwise from the network. @param {Request} request */
async function staticFile(request) {
  const known = await caches.match(request, { ignoreVary: true });
  if (known) return known;
  const response = await fetch(request);
  const isForGood = response.headers.get('Cache-Control')?.includes('immutable');
  if (response.ok && isForGood) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}
