/**
 * Two panes on a wide screen: the list stays at the left, the document opens at the right. The address is the list's
 * with `open=<kind>/<id>`, so that going back, loading again and passing it on all work; where there is one pane only
 * it leads to the document's own page.
 */

import { renew } from './renew.js';

const OPENED = /^(?:incoming|outgoing)\/[^/]+$/;
const PART = { source: '#pane-loader', target: '#pane', swap: 'innerHTML show:none' };

let title = '';
/** @type {Node[]} */
let nothingOpen = [];

/** The address of the document that the pane is to show; null for none. */
function openedPath() {
  const asked = new URLSearchParams(location.search).get('open') ?? '';
  return pane() && OPENED.test(asked) ? `/${asked}` : null;
}

/** @param {any} htmx */
export function watchPane(htmx) {
  if (!pane()) return;
  title = document.title;
  nothingOpen = [...(pane()?.childNodes ?? [])];
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.row-title a') : null;
    const isPlain = !(
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.altKey ||
      event.defaultPrevented
    );
    if (!(link instanceof HTMLAnchorElement) || !isPlain || !isWide()) return;
    event.preventDefault();
    if (openedPath() === link.pathname) return pane()?.focus();
    const url = new URL(location.href);
    url.searchParams.set('open', link.pathname.slice(1));
    url.hash = '';
    history.pushState(null, '', url);
    show(htmx);
  });
  document.addEventListener('keydown', ({ key, target }) => {
    if (key !== 'Escape' || !(target instanceof Element) || !target.closest('#pane')) return;
    if (!document.querySelector(':popover-open')) current()?.focus();
  });
  addEventListener('popstate', () => show(htmx));
  show(htmx);
}

/** Show in the pane what the address says. @param {any} htmx */
async function show(htmx) {
  const path = openedPath();
  if (path && !isWide()) return location.replace(path);
  if (path === shownPath()) return;
  if (!path) {
    pane()?.replaceChildren(...nothingOpen);
    document.title = title;
  } else {
    await load(htmx, path);
    if (path !== openedPath()) return; // another one was opened meanwhile
    if (path !== shownPath()) return location.assign(path); // its own page says what is the matter
    pane()?.scrollTo(0, 0);
  }
  markOpened();
}

/**
 * Load into the pane, in place of a load that is under way.
 * @param {any} htmx @param {string} path
 */
const load = (htmx, path) => htmx.ajax('GET', path, PART).catch(() => {});

/**
 * Load again what stands in the pane.
 * @param {any} htmx @returns {Promise<boolean>} whether it was left alone, since a person had begun to write in it
 */
export async function reloadPane(htmx) {
  const path = shownPath();
  return path !== null && path === openedPath() && renew(htmx, path, PART);
}

/** Mark the row of the document that is open. */
export function markOpened() {
  for (const link of document.querySelectorAll('.row-title a[aria-current]'))
    link.removeAttribute('aria-current');
  current()?.setAttribute('aria-current', 'true');
}

const pane = () => document.getElementById('pane');
const isWide = () => pane()?.checkVisibility() ?? false;

/** The link of the row whose document is open. @returns {HTMLAnchorElement|null} */
const current = () => document.querySelector(`.row-title a[href="${CSS.escape(openedPath() ?? '-')}"]`);

/** The address of the document that stands in the pane. */
function shownPath() {
  const id = pane()?.querySelector('[data-document]')?.getAttribute('data-document');
  return id ? `/${id.replace(':', '/')}` : null;
}
