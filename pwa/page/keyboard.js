/** Keys for those who work through a list: j and k go down and up, Enter opens, / searches. */

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
    if (event.key === 'j' || event.key === 'k') {
      if (move(event.key === 'j' ? 1 : -1)) event.preventDefault();
    } else if (event.key === '/') {
      const search = /** @type {HTMLElement|null} */ (
        document.querySelector('input[type=search][name=query]')
      );
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
  });
}

/** @param {number} step */
function move(step) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.rows .row-title a')]);
  const row = document.activeElement?.closest('.row');
  const at = links.findIndex((link) => row?.contains(link));
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))];
  next?.focus();
  return Boolean(next);
}
