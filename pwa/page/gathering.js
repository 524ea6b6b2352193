/**
 * What happens before a form with paper is sent: somebody decides what is cut out of its photographs; and without a network
 * pages that were photographed or are several files become one PDF on the device. What cannot become pages is named, and
 * everything stays as it was.
 */
import { filesOf, isCutOut, isCutting, isOnePdf, setFiles, settleCuts, showPages } from './paper.js';

/** Watch the forms that take in paper. */
export function watchGathering() {
  document.addEventListener(
    'submit',
    (event) => {
      if (!settleFirst(/** @type {SubmitEvent} */ (event))) gatherFirst(/** @type {SubmitEvent} */ (event));
    },
    true,
  );
}

/** Keep a form until its photographs are cut or somebody has decided. @param {SubmitEvent} event @returns {boolean} whether it is kept */
function settleFirst(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const box = form.querySelector('[data-paper]');
  if (!box || !isCutting(box)) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.ariaBusy === 'true') return true;
  form.ariaBusy = 'true';
  settleCuts(box).then((mayGo) => {
    form.ariaBusy = null;
    if (mayGo) form.requestSubmit(event.submitter);
  });
  return true;
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
    const tell = (/** @type {number} */ done, /** @type {number} */ total) =>
      say((line.dataset.gathering ?? '').replace('{done}', `${done}`).replace('{total}', `${total}`));
    const whole = await gather(list, tell, isCutOut);
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
