/**
 * Pages from a scanner or a phone: what is chosen or photographed, one after the other, stands in a list, can be put in
 * another order or taken out, and is sent in that order; the server makes one PDF of it. A single PDF in a form that reads its
 * file is read at once, as ever. Without a script the controls themselves take several files.
 */
import { readFile } from './reading.js';

/** The files of a control, in the order of their pages. @type {WeakMap<HTMLInputElement, File[]>} */
const chosen = new WeakMap();

const NOTHING = /** @type {File[]} */ ([]);

/** What cuts pages out of photographs; loaded with the first photograph. @type {import('../cutting.js').Cutter|null} */
let cutter = null;

/** @param {any} htmx */
export function watchPaper(htmx) {
  // before anybody else hears of it: whether a file is to be read at once is decided here
  document.addEventListener('change', (event) => take(event), true);
  document.addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button?.closest('.paper-pages')) {
        if (button.dataset.step) move(button);
      } else if (button?.matches('[formaction="/incoming/read"]')) readAll(event, button, htmx);
    },
    true,
  );
  for (const name of ['htmx:sendError', 'htmx:beforeRequest'])
    document.addEventListener(name, ({ type, target }) => {
      const line = target instanceof HTMLFormElement ? target.querySelector('[data-unsent]') : null;
      if (line instanceof HTMLElement)
        line.textContent = type === 'htmx:sendError' ? (line.dataset.unsent ?? '') : '';
    });
  htmx.onLoad((/** @type {Element} */ added) => {
    const fresh = added.matches('[data-refill]') ? added : added.querySelector('[data-refill]');
    const input = /** @type {HTMLInputElement|null|undefined} */ (
      fresh?.closest('form')?.querySelector('[data-reads]')
    );
    fresh?.removeAttribute('data-refill');
    if (input && files(input).length === 0) readFile(input, htmx); // the text of the scan is there now
  });
}

/** Take what was just chosen or photographed into the list. @param {Event} event */
function take(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const box = input.type === 'file' ? input.closest('[data-paper]') : null;
  if (!box || !input.files?.length) return;
  const main = mainOf(box);
  const isPhoto = input !== main;
  const added = [...input.files];
  if (isPhoto) input.value = '';
  set(main, [...(isPhoto || added.length === 1 ? files(main) : NOTHING), ...added]);
  const isAlone = isOnePdf(files(main));
  if (isPhoto || !isAlone) event.stopPropagation();
  showPages(box);
  if (!isPhoto && isAlone && main.dataset.reads) chosen.delete(main); // it is on its way already
}

/** @param {HTMLInputElement} main */
const files = (main) => chosen.get(main) ?? NOTHING;

/** @param {Element} box */
const mainOf = (box) => /** @type {HTMLInputElement} */ (box.querySelector('input[name=file]'));

/** Tell whether there is nothing to be put together: one PDF stays as it is. @param {File[]} list */
export const isOnePdf = (list) => list.length === 1 && list[0]?.type === 'application/pdf';

/** Let the control hold exactly these files. @param {HTMLInputElement} main @param {File[]} list */
function set(main, list) {
  const held = new DataTransfer();
  for (const file of list) held.items.add(file);
  main.files = held.files;
  chosen.set(main, list);
}

/** @param {File} file */
const isPhotograph = ({ type }) => /^image\/(jpeg|png)$/.test(type);

/** The files of a box, in the order of their pages. @param {Element} box */
export const filesOf = (box) => files(mainOf(box));

/** Let a box hold exactly these files. @param {Element} box @param {File[]} list */
export const setFiles = (box, list) => set(mainOf(box), list);

/** Show the list, and the button that sends it to be read. @param {Element} box */
export function showPages(box) {
  const main = mainOf(box);
  const list = files(main);
  const shown = /** @type {HTMLElement} */ (box.querySelector('.paper-pages'));
  for (const picture of shown.querySelectorAll('img')) URL.revokeObjectURL(picture.src);
  const isAlone = isOnePdf(list);
  shown.hidden = list.length === 0 || (isAlone && main.dataset.reads !== undefined);
  shown.replaceChildren(
    ...list.map((file, at) => item(file, at, /** @type {HTMLElement} */ (box), list.length)),
  );
  const button = /** @type {HTMLElement|null|undefined} */ (
    main.form?.querySelector('[formaction="/incoming/read"]')
  );
  if (button && main.dataset.reads) button.hidden = shown.hidden;
  showCuts(box, list);
}

/** Show what is cut out of the photographs of a list. @param {Element} box @param {File[]} list */
function showCuts(box, list) {
  if (cutter) return cutter.show(box);
  if (!list.some(isPhotograph)) return;
  import('../cutting.js').then(
    ({ Cutter }) => {
      cutter ??= new Cutter({ filesOf, setFiles, showPages, isPhotograph });
      cutter.show(box);
    },
    () => {
      // without it the photographs go whole, and nothing is lost
      const line = /** @type {HTMLElement|null} */ (box.querySelector('[data-cut-said]'));
      if (line) line.textContent = line.dataset.missing ?? '';
    },
  );
}

/** Tell whether the form has to wait for what is cut, or for somebody to decide. @param {Element} box */
export const isCutting = (box) => cutter?.isOpen(box) ?? false;

/** Wait for that. @param {Element} box @returns {Promise<boolean>} whether the form may go now */
export const settleCuts = async (box) => cutter?.settle(box) ?? true;

/** Tell whether a file was cut out on this device. @param {File} file */
export const isCutOut = (file) => cutter?.isCut(file) ?? false;

/** @param {File} file @param {number} at @param {HTMLElement} box @param {number} count */
function item(file, at, box, count) {
  const row = document.createElement('li');
  if (isPhotograph(file)) {
    const picture = document.createElement('img');
    picture.src = URL.createObjectURL(file);
    picture.alt = '';
    row.append(picture);
  }
  const name = document.createElement('span');
  name.textContent = file.name;
  row.append(name);
  const { up = '', down = '', remove = '' } = box.dataset;
  const acts = /** @type {[string, string, string, boolean][]} */ ([
    ['-1', '↑', up, at === 0],
    ['1', '↓', down, at === count - 1],
    ['0', '×', remove, false],
  ]);
  for (const [step, sign, label, isOff] of acts) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn btn-bare', textContent: sign, disabled: isOff });
    button.setAttribute('aria-label', label.replace('{name}', `${at + 1}. ${file.name}`));
    Object.assign(button.dataset, { step, at: String(at) });
    row.append(button);
  }
  return row;
}

/** Move a file by a step, or take it out. @param {HTMLButtonElement} button */
function move({ dataset, parentElement }) {
  const box = parentElement?.closest('[data-paper]');
  if (!box) return;
  const main = mainOf(box);
  const list = [...files(main)];
  const at = Number(dataset.at);
  const step = Number(dataset.step);
  const taken = list.splice(at, 1);
  if (step) list.splice(at + step, 0, ...taken);
  set(main, list);
  showPages(box);
  const rows = box.querySelectorAll('.paper-pages li');
  const row = rows[Math.min(step ? at + step : at, rows.length - 1)];
  const same =
    row?.querySelector(`[data-step="${dataset.step}"]:not(:disabled)`) ??
    row?.querySelector('button:not(:disabled, [hidden])');
  /** @type {HTMLElement} */ (same ?? main).focus();
}

/** Send the list to be put together and read, in place. @param {Event} event @param {Element} button @param {any} htmx */
async function readAll(event, button, htmx) {
  const box = button.closest('form')?.querySelector('[data-paper]');
  const main = box && mainOf(box);
  if (!box || !main?.dataset.reads || files(main).length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  if (isCutting(box) && !(await settleCuts(box))) return;
  const list = files(main);
  const isTaken = await readFile(main, htmx);
  // what cannot be taken stays in the list, so that the one file that is at fault can be taken out
  set(main, isTaken ? [] : list);
  showPages(box);
}
