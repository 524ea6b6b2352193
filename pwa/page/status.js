/** Shows how things stand: the strip, the counts on the tabs, the bars about the session and the device. */
import { hear, send } from './connection.js';

const SYNCED_SHOWN_MS = 6_000;

/** @type {Record<string, string>} */
let words = {};
let waitingBefore = 0;

/** Follow the worker's messages about the state of things. */
export function showStatus() {
  hear('words', (data) => {
    words = data.words;
  });
  hear('status', show);
  hear('trouble', ({ in_sync }) => in_sync && showBar('trouble-bar', true));
  hear('progress', ({ done, total }) => say(fill(words['device.loading'] ?? '', { done, total }), 'sending'));
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    if (button.dataset.dismiss) hideBar(button.dataset.dismiss);
    if ('sendNow' in button.dataset || 'tryAgain' in button.dataset) send({ type: 'sync' });
    if ('exportOutbox' in button.dataset) location.assign('/outbox/export');
  });
}

/** @param {{connection: string, waiting: number, settled: number, refused: number, reviews: number|null, overdue?: number|null, is_too_old?: boolean}} status */
function show({ connection, waiting, settled, refused, reviews, overdue = null, is_too_old = false }) {
  const strip = document.getElementById('net-status');
  const texts = strip?.dataset ?? {};
  const has = waiting > 0;
  if (connection === 'expired') say(texts.expired, 'expired');
  else if (connection === 'offline')
    say(has ? texts.offlinePending : texts.offline, has ? 'pending' : 'offline', waiting);
  else if (has) say(texts.sending, 'sending', waiting);
  else if (waitingBefore > 0) {
    say(texts.synced, 'online');
    setTimeout(() => strip?.dataset.state === 'online' && say(texts.online, 'online'), SYNCED_SHOWN_MS);
  } else say(texts.online, 'online');
  waitingBefore = waiting;
  tally('waiting-count', waiting + refused);
  if (reviews !== null) tally('review-count', reviews);
  if (overdue !== null) tally('overdue-count', overdue);
  showBar('app-bar', is_too_old);
  if (connection === 'online') showBar('trouble-bar', false);
  const bar = document.getElementById('session-bar');
  if (bar) {
    bar.hidden = connection !== 'expired';
    const here = location.pathname + location.search;
    bar.querySelector('a')?.setAttribute('href', `/login?next=${encodeURIComponent(here)}`);
  }
  if (connection === 'revoked') showRevoked(waiting + refused);
  for (const button of buttons('sendNow')) button.hidden = !has;
  for (const button of buttons('exportOutbox')) button.hidden = !has && settled === 0; // refused ones are settled too
}

/** @param {string|undefined} text @param {string} state @param {number} [count] */
function say(text = '', state = 'online', count = 0) {
  const strip = document.getElementById('net-status');
  if (!strip) return;
  const said = text.replace('{count}', String(count));
  if (strip.textContent !== said) strip.textContent = said;
  strip.dataset.state = state;
}

/** Show a number on a tab. @param {string} id @param {number} number */
function tally(id, number) {
  const count = document.getElementById(id);
  if (!count) return;
  count.textContent = String(number);
  count.dataset.count = String(number);
}

/** The device was revoked: say so, and offer what was not sent. @param {number} count */
function showRevoked(count) {
  say(words['device.revoked'], 'expired');
  if (document.getElementById('revoked-bar')) return;
  const bar = document.createElement('div');
  bar.id = 'revoked-bar';
  bar.className = 'bar bar-warn';
  bar.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = words['device.revoked'] ?? '';
  bar.append(text);
  if (count > 0) {
    const link = document.createElement('a');
    link.className = 'btn';
    link.href = '/outbox/export';
    link.textContent = fill(words['device.export'] ?? '', { count });
    bar.append(link);
  }
  document.querySelector('.bars')?.append(bar);
}

/** @param {string} id @param {boolean} isShown */
export function showBar(id, isShown) {
  const bar = document.getElementById(id);
  if (bar) bar.hidden = !isShown;
}

/** @param {string} id */
function hideBar(id) {
  showBar(id, false);
  localStorage.setItem(`dismissed:${id}`, '1');
}

/** @param {string} text @param {Record<string, any>} values */
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_whole, name) => String(values[name] ?? ''));

/** Buttons of the page with an entry of that name in their dataset. @param {string} name */
const buttons = (name) => [...document.querySelectorAll('button')].filter((button) => name in button.dataset);
