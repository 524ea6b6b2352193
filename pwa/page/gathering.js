/**
 * A form without a network whose pages were photographed or are several files: they become one PDF on the device before
 * the form is sent. What cannot become pages is named, and everything stays as it was.
 */
import { filesOf, isOnePdf, setFiles, showPages } from './paper.js';

/** Watch the forms that gather their own pages. */
export function watchGathering() {
  document.addEventListener('submit', (event) => gatherFirst(/** @type {SubmitEvent} */ (event)), true);
}

/** @param {SubmitEvent} event */
async function gatherFirst(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const box = form.querySelector('[data-paper] [data-gathering]')?.closest('[data-paper]');
  const list = box ? filesOf(box) : [];
  if (!box || list.length === 0 || isOnePdf(list)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.ariaBusy === 'true') return;
  const line = /** @type {HTMLElement} */ (box.querySelector('[data-gathering]'));
  const say = (/** @type {string} */ text, isFault = false) => {
    line.classList.toggle('err', isFault);
    line.textContent = text;
  };
  form.ariaBusy = 'true';
  try {
    const { gather } = await import('../gather.js');
    const whole = await gather(list, (done, total) =>
      say((line.dataset.gathering ?? '').replace('{done}', `${done}`).replace('{total}', `${total}`)),
    );
    say('');
    setFiles(box, [whole]);
    showPages(box);
    form.ariaBusy = null;
    form.requestSubmit(event.submitter);
  } catch (error) {
    form.ariaBusy = null;
    // an error of another kind, such as too little memory, is told by the words for a damaged page as well
    const { file_name = '', reason = 'broken' } =
      /** @type {Partial<import('../gather.js').UnfitFile>} */ (error) ?? {};
    say((line.dataset[reason] ?? '').replace('{name}', file_name), true);
  }
}
