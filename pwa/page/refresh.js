/**
 * Swaps what the page shows when the replica has something newer. A person in the middle of a form is left alone:
 * the swap comes when the form is closed, and what was typed comes back into the new one.
 */
import { hear, send } from './connection.js';
import { isBusy, keepAll } from './forms.js';
import { markOpened, reloadPane } from './pane.js';
import { renew } from './renew.js';

let isStale = false;
let isSwapping = false;

/** @param {any} htmx */
export function watchChanges(htmx) {
  hear('changed', ({ ids }) => {
    if (concerns(ids)) isStale = true;
    refresh(htmx);
  });
  hear('receipts', () => {
    if (document.getElementById('outbox')) isStale = true;
    refresh(htmx);
  });
  for (const type of ['focusout', 'toggle', 'htmx:afterSettle'])
    document.addEventListener(type, () => setTimeout(() => refresh(htmx), 50), true);
  document.addEventListener('htmx:beforeSwap', keepViewer);
  // A page restored from the browser's memory may be old.
  addEventListener('pageshow', (event) => {
    if (/** @type {PageTransitionEvent} */ (event).persisted) {
      isStale = true;
      send({ type: 'status' });
      refresh(htmx);
    }
  });
}

/** Tell whether the page shows something of these documents. @param {string[]} ids */
function concerns(ids) {
  const shown = document.querySelector('[data-document]')?.getAttribute('data-document');
  if (ids.includes('*') || (shown && ids.includes(shown))) return true;
  return document.querySelector('.folders, #outbox, .desk, #case-files, #assign-page') !== null;
}

/** Swap as long as something newer has come, also while the last swap was under way. @param {any} htmx */
async function refresh(htmx) {
  if (isSwapping) return;
  isSwapping = true;
  try {
    while (isStale && !isBusy() && isLocalPage() && document.getElementById('main')) {
      isStale = false;
      await swap(htmx);
    }
  } finally {
    isSwapping = false;
  }
}

/** @param {any} htmx */
async function swap(htmx) {
  await keepAll();
  // beside a list a document may be open, or about to be: it is asked for by itself
  const hasList = document.getElementById('list') !== null;
  const part = hasList
    ? { target: '#list', select: '#list', swap: 'outerHTML show:none' }
    : { target: '#main', swap: 'innerHTML show:none' };
  /** @type {string|null|undefined} */
  let focused; // looked for when the swap comes: a person goes on while it is asked for
  const look = () => {
    focused = document.activeElement?.closest('[data-id]')?.getAttribute('data-id');
  };
  if (await renew(htmx, location.pathname + location.search, part, look)) {
    isStale = true;
    return;
  }
  if (hasList && !document.getElementById('list')) return location.reload(); // it is another page by now
  if (await reloadPane(htmx)) isStale = true;
  markOpened();
  if (focused && document.activeElement === document.body)
    /** @type {HTMLElement|null} */ (document.querySelector(`[data-id="${CSS.escape(focused)}"] a`))?.focus();
}

/** Only pages that the worker answers are swapped; a form for a new document is none. */
const isLocalPage = () =>
  /^\/(inbox|outbox|reviews|assign|case-files|(incoming|outgoing)\/(?!new$)[^/]+)$/.test(location.pathname);

/** Carry a PDF that is being read over to the new fragment. @param {Event} event */
function keepViewer(event) {
  const { target } = /** @type {CustomEvent} */ (event).detail;
  const old = target?.querySelector('[data-viewer][data-shown]');
  if (!old) return;
  const top = old.scrollTop;
  const put = () => {
    const fresh = document.querySelector(`[data-viewer][data-src="${CSS.escape(old.dataset.src)}"]`);
    if (fresh && fresh !== old) {
      fresh.replaceWith(old);
      old.scrollTop = top;
    }
  };
  document.addEventListener('htmx:afterSwap', put, { once: true, capture: true });
}
