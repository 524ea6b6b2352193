/** Tells all pages of the app something, whichever of them the worker answers. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

/** @param {Record<string, any>} message as listed at the top of sw.js */
export async function tell(message) {
  for (const client of await worker.clients.matchAll({ type: 'window', includeUncontrolled: true }))
    client.postMessage(message);
}
