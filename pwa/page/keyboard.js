/**
 * Keys for those who work at a keyboard: j and k go down and up in a list, Enter opens, / searches, ? shows the keys.
 * The letter of an accesskey does alone, outside of fields, what it does everywhere with the browser's own modifier.
 */

const LINKS = '.rows .row-title a, .table .text a';

/** Follow the keyboard. */
export function watchKeys() {
  document.addEventListener('keydown', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      target.closest('input, textarea, select, [data-viewer]')
    )
      return;
    const isTaken = KEYS[event.key]?.() ?? follow(event.key);
    if (isTaken) event.preventDefault();
  });
}

/** Key → what it does; true when it did something. @type {Record<string, () => boolean>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  '/': () => focus(document.querySelector('input[type=search][name=query]')),
  '?': () => {
    const keys = document.getElementById('keys');
    keys?.togglePopover();
    return keys !== null;
  },
};

/** @param {string} key */
function follow(key) {
  const named = /^[a-z]$/.test(key) ? document.querySelector(`[accesskey="${key}"]`) : null;
  if (named instanceof HTMLAnchorElement) named.click();
  else focus(named);
  return named !== null;
}

/** @param {number} step */
function move(step) {
  const links = [...document.querySelectorAll(LINKS)];
  const row = document.activeElement?.closest('.row, tr');
  const at = links.findIndex((link) => row?.contains(link));
  return focus(links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]);
}

/** @param {Element|null|undefined} element */
function focus(element) {
  /** @type {HTMLElement|null|undefined} */ (element)?.focus();
  return Boolean(element);
}
