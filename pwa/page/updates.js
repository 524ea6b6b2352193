/**
 * A new version of the app: it takes over by itself while nothing is half-written, otherwise it waits and a bar says
 * so. Open pages keep running; only the person's own click loads the page again, with what was typed.
 */
import { isDirty, keepAll } from './forms.js';
import { showBar } from './status.js';

/** Watch for a new worker that is ready. */
export async function watchUpdates() {
  if (!('serviceWorker' in navigator)) return;
  let isAsked = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isAsked) location.reload();
  });
  const registration = await navigator.serviceWorker.ready;
  const takeOver = () => {
    registration.active?.postMessage({ type: 'rest' });
    registration.waiting?.postMessage({ type: 'skip-waiting' });
  };
  const offer = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    if (isDirty()) showBar('update-bar', true);
    else takeOver();
  };
  document.querySelector('[data-update]')?.addEventListener('click', async () => {
    isAsked = true;
    await keepAll();
    takeOver();
  });
  document.querySelector('[data-renew]')?.addEventListener('click', async () => {
    isAsked = true;
    await keepAll();
    await registration.update().catch(() => {});
    takeOver();
    if (!registration.installing && !registration.waiting) location.reload(); // otherwise once the newer one is in charge
  });
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
  offer();
}
