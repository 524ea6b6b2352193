/**
 * The last recipients of the person's own transfers, kept on the device: offered over the list of recipients, so that
 * what is given out the same way every day takes one tap.
 */
import { hear, personId } from './connection.js';

/** @typedef {{name: string, value: string}} Tick */
/** @typedef {{text: string, ticks: Tick[]}} Recipients */

const MOST = 5;
const key = () => `congvan-recipients-${personId()}`;
const TICKS = '.tick input';

/** Keep whom a transfer goes to when it is sent, and follow what is tapped of what was kept. */
export function watchRecent() {
  hear('status', ({ connection }) => {
    if (['signed_out', 'revoked'].includes(connection)) localStorage.removeItem(key());
  });
  document.addEventListener('submit', ({ target }) => {
    const form = /** @type {HTMLFormElement} */ (target);
    const list = form.querySelector('.who-list');
    if (list) keep(list);
    if (new URL(form.action).pathname === '/logout') localStorage.removeItem(key());
  });
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-ticks]') : null;
    if (button instanceof HTMLElement) choose(button);
  });
}

/** Offer the last recipients in the forms of transfers. @param {ParentNode} root */
export function offerRecent(root) {
  for (const list of root.querySelectorAll('.who-list')) offer(/** @type {HTMLElement} */ (list), recent());
}

/** @param {HTMLElement} list @param {Recipients[]} kept */
function offer(list, kept) {
  const possible = kept.filter(({ ticks }) => ticks.every((tick) => fieldOf(list, tick) !== undefined));
  if (possible.length === 0) return;
  const offered = document.createElement('p');
  offered.className = 'picks';
  const head = document.createElement('b');
  head.className = 'small';
  head.textContent = list.dataset.recent ?? '';
  offered.append(head, ...possible.map(pickOf));
  list.before(offered);
}

/** @param {Recipients} recipients */
function pickOf({ text, ticks }) {
  const pick = document.createElement('button');
  pick.type = 'button';
  pick.className = 'pick';
  pick.dataset.ticks = JSON.stringify(ticks);
  pick.textContent = text;
  return pick;
}

/** Tick what a button says, and nothing else. @param {HTMLElement} button */
function choose(button) {
  const list = /** @type {HTMLElement|null|undefined} */ (button.closest('form')?.querySelector('.who-list'));
  if (!list) return;
  for (const field of fieldsOf(list)) field.checked = false;
  for (const tick of /** @type {Tick[]} */ (JSON.parse(button.dataset.ticks ?? '[]'))) {
    const field = fieldOf(list, tick);
    if (!field) continue;
    field.checked = true;
    field.closest('details')?.setAttribute('open', '');
  }
  const words = button.closest('form')?.querySelector('textarea[name=directive]');
  if (words instanceof HTMLTextAreaElement && !words.value) words.value = button.dataset.directive ?? '';
  for (const name of ['change', 'input'])
    fieldsOf(list)[0]?.dispatchEvent(new Event(name, { bubbles: true }));
}

/** The page may be left at once: what is kept has to be written by then. @param {Element} list */
function keep(list) {
  const chosen = fieldsOf(list).filter((field) => field.checked);
  if (chosen.length === 0) return;
  const ticks = chosen.map(({ name, value }) => ({ name, value }));
  const text = chosen.map((field) => field.ariaLabel).join('; ');
  const others = recent().filter((one) => JSON.stringify(one.ticks) !== JSON.stringify(ticks));
  try {
    localStorage.setItem(key(), JSON.stringify([{ text, ticks }, ...others].slice(0, MOST)));
  } catch {
    // no room, or storage is not allowed: nothing is offered next time
  }
}

/** @returns {Recipients[]} the latest first */
function recent() {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {Element} list @returns {HTMLInputElement[]} */
const fieldsOf = (list) =>
  [...list.querySelectorAll(TICKS)].map((one) => /** @type {HTMLInputElement} */ (one));

/** @param {Element} list @param {Tick} tick */
const fieldOf = (list, { name, value }) =>
  fieldsOf(list).find((field) => field.name === name && field.value === value);
