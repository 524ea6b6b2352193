/**
 * The recipients of a transfer: whoever is chosen can have a directive and a deadline of their own, and whoever goes past
 * the head of a division has to say why.
 */

/** Keep forms of transfers in step with what is ticked. */
export function watchRecipients() {
  // before what was typed counts as sent
  document.addEventListener('submit', refuseNone, true);
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'document')
      for (const box of boxesOf(target.form)) box.setCustomValidity('');
  });
  document.addEventListener('change', ({ target }) => {
    const list = target instanceof Element ? target.closest('.who-list') : null;
    if (list) showOwnWords(list);
  });
}

/** A transfer of several documents needs one: say so where they are. @param {Event} event */
function refuseNone(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const boxes = boxesOf(form);
  if (!form.dataset.none || boxes.length === 0 || boxes.some((box) => box.checked)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  boxes[0].setCustomValidity(form.dataset.none);
  boxes[0].reportValidity();
}

/** @param {HTMLFormElement|null} form @returns {HTMLInputElement[]} */
const boxesOf = (form) => [
  .../** @type {NodeListOf<HTMLInputElement>} */ (form?.querySelectorAll('[name=document]') ?? []),
];

/** Give every chosen recipient the fields of their own, and take them from those not chosen. @param {ParentNode} root */
export function showOwnWords(root) {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('.who-row'))) {
    const chosen = /** @type {HTMLInputElement|null} */ (row.querySelector('.tick :checked'));
    const own = row.querySelector('.own-words');
    if (!chosen) own?.remove();
    else if (!own) row.append(ownWords(row, chosen.value));
  }
  const form = root instanceof HTMLFormElement ? root : /** @type {Element} */ (root).closest('form');
  const reason = /** @type {HTMLTextAreaElement|null} */ (form?.elements.namedItem('direct_reason') ?? null);
  if (!reason) return;
  reason.required = form?.querySelector('[data-direct] .tick :checked:not([name=informed])') !== null;
  /** @type {HTMLElement} */ (reason.closest('.field')).hidden = !reason.required && !reason.value;
}

/** @param {HTMLElement} row @param {string} target */
function ownWords(row, target) {
  const template = /** @type {HTMLTemplateElement} */ (
    row.closest('form')?.querySelector('[data-own-words]')
  );
  const made = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (made.querySelectorAll('[name]'))) {
    field.name += target;
    field.ariaLabel += row.dataset.name ?? '';
  }
  return made;
}
