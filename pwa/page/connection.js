/**
 * The line between a page and the worker: messages both ways, and the waiting for changes while the page is seen.
 * The page keeps the time, since a worker is put to sleep when nothing asks for it.
 */

const LOST_MS = 90_000;
const SLOWEST_MS = 60_000;
const PAUSE_MS = 500;
const UNSEEN_MS = 1_000;

/** @type {Map<string, ((data: any) => void)[]>} */
const listeners = new Map();
let failures = 0;
let askedAt = 0;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** Who the page was made for; null on pages for everybody. */
export const personId = () => document.body.dataset.person ?? null;

/**
 * Hear messages of one type from the worker.
 * @param {string} type @param {(data: any) => void} listener
 */
export function hear(type, listener) {
  listeners.set(type, [...(listeners.get(type) ?? []), listener]);
}

/** @param {Record<string, any>} message */
export async function send(message) {
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage(message);
}

/** Register the worker, tell it who is here, and begin to wait for changes. */
export async function sayHello() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    for (const listener of listeners.get(data?.type) ?? []) listener(data);
  });
  navigator.serviceWorker.startMessages();
  hear('waited', ({ is_reached }) => {
    failures = is_reached ? 0 : failures + 1;
    const isQuick = Date.now() - askedAt < PAUSE_MS;
    later(is_reached ? (isQuick ? PAUSE_MS : 0) : Math.min(SLOWEST_MS, 1000 * 2 ** failures));
  });
  let isGreeted = false;
  hear('status', () => {
    if (!isGreeted) later(0);
    isGreeted = true;
  });
  addEventListener('online', () => {
    send({ type: 'sync' });
    waitNow();
  });
  document.addEventListener('visibilitychange', waitNow);
  await painted();
  // A worker that is there need not wait for the browser to look for a newer one.
  const { since } = document.body.dataset;
  const hello = { type: 'hello', person_id: personId(), locale: document.documentElement.lang, since };
  const registered = navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => {});
  if (!navigator.serviceWorker.controller) await registered;
  await send(hello);
  keepStorage();
}

/**
 * Wait until the page has been painted: waking the worker and looking for a newer one would slow that down. A page that
 * nobody sees is not painted, and waits no longer than a moment.
 */
function painted() {
  return new Promise((resolve) => {
    if (!PerformanceObserver.supportedEntryTypes?.includes('paint')) return resolve(undefined);
    setTimeout(resolve, UNSEEN_MS);
    new PerformanceObserver(resolve).observe({ type: 'paint', buffered: true });
  });
}

/** Try again at once, now that something may have changed. */
function waitNow() {
  failures = 0;
  later(0);
}

/** @param {number} ms */
function later(ms) {
  clearTimeout(timer);
  if (document.hidden || !personId()) return;
  timer = setTimeout(() => {
    askedAt = Date.now();
    send({ type: 'wait' });
    later(LOST_MS); // in case the worker is stopped before it answers
  }, ms);
}

/** Ask once that the browser does not throw away what is stored, and say when it is nearly full. */
async function keepStorage() {
  const { storage } = navigator;
  if (!personId() || !storage?.estimate) return;
  if (storage.persist && !(await storage.persisted())) await storage.persist();
  const { usage = 0, quota = 0 } = await storage.estimate();
  const warning = document.getElementById('storage-warning');
  if (warning && quota > 0 && usage > 0.9 * quota) warning.hidden = false;
}
