/** What only pages that take in paper need, apart from the script of every page: reading a file, gathering pages. */
import { watchGathering } from './page/gathering.js';
import { watchPaper } from './page/paper.js';
import { watchReading } from './page/reading.js';

/** @param {any} htmx */
export function watchRegistering(htmx) {
  watchPaper(htmx);
  watchReading(htmx);
  watchGathering();
  // chosen while this was still being fetched
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll('[data-paper] input[type=file]')
  ))
    if (input.files?.length) input.dispatchEvent(new Event('change', { bubbles: true }));
}
