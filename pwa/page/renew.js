/**
 * Asks for a part of the page again, for its own sake: a person who is in a form when it comes is left alone, and nobody
 * is said to have opened anything (the header).
 */
import { isBusy } from './forms.js';

/**
 * @param {any} htmx
 * @param {string} path  with its search
 * @param {Record<string, any>} part  where it goes, as htmx has it
 * @param {() => void} [beforeSwap]
 * @returns {Promise<boolean>} whether what stood there was left alone
 */
export async function renew(htmx, path, part, beforeSwap = () => {}) {
  let isLeft = false;
  const look = (/** @type {Event} */ event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.requestConfig?.verb !== 'get' || detail.requestConfig.path !== path) return;
    beforeSwap();
    isLeft = isBusy();
    if (isLeft) detail.shouldSwap = false;
  };
  document.addEventListener('htmx:beforeSwap', look);
  await htmx.ajax('GET', path, { ...part, headers: { 'X-Congvan-Renewal': '1' } }).catch(() => {});
  document.removeEventListener('htmx:beforeSwap', look);
  return isLeft;
}
