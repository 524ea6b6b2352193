/** Where a photograph is shown with the outline of its page, to be agreed to or not; and what is said beside it in the list. */
import { CornerEditor } from './corners.js';

/** @typedef {import('../cutting.js').Photo} Photo */

/** What cannot be looked at again: it is being worked on, or the device cannot do it. */
const CLOSED = new Set(['looking', 'cutting', 'failed']);

export class Panel {
  /** The photograph in sight. @type {Photo|null} */
  photo = null;

  /** @param {Element} box @param {(isCut: boolean, isForAll: boolean) => void} decide */
  constructor(box, decide) {
    const find = (/** @type {string} */ what) => /** @type {HTMLElement} */ (box.querySelector(what));
    this.box = box;
    this.panel = find('[data-cut-panel]');
    this.title = /** @type {HTMLElement} */ (this.panel.querySelector('h2'));
    this.picture = /** @type {HTMLImageElement} */ (this.panel.querySelector('img'));
    this.all = /** @type {HTMLInputElement} */ (this.panel.querySelector('[data-for-all]'));
    this.said = find('[data-cut-said]');
    this.place = find('[data-cut-place]');
    this.editor = new CornerEditor(find('.paper-cut-photo'), (at) => this.#tellPlace(at));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.panel.querySelectorAll('[data-use]')))
      button.addEventListener('click', () => decide(button.dataset.use === 'cut', this.all.checked));
  }

  get corners() {
    return this.editor.corners;
  }

  /** Show a photograph with its outline; one that is in sight stays as it was moved. @param {Photo} photo @param {string} name @param {number} others  how many more wait */
  open(photo, name, others) {
    const { title = '', alt = '', all = '' } = this.panel.dataset;
    this.title.textContent = filled(title, { name });
    this.picture.alt = filled(alt, { name });
    const choice = /** @type {HTMLElement} */ (this.all.closest('label'));
    choice.hidden = others === 0;
    if (others === 0) this.all.checked = false;
    const words = choice.querySelector('span');
    if (words) words.textContent = filled(all, { count: others });
    if (this.photo === photo) return;
    this.#letGo();
    this.photo = photo;
    this.picture.src = URL.createObjectURL(photo.original);
    this.place.textContent = '';
    this.panel.hidden = false;
    this.editor.show(photo.corners);
  }

  close() {
    this.#letGo();
    this.photo = null;
    this.all.checked = false;
    this.panel.hidden = true;
  }

  focus() {
    this.title.focus();
  }

  /** Go to the photograph's row in the list. @param {number} at */
  focusRow(at) {
    const row = this.#rows()[at];
    /** @type {HTMLElement|null|undefined} */ (
      row?.querySelector('button:not(:disabled, [hidden])')
    )?.focus();
  }

  /** Remember which button of the list has the focus. @returns {() => void} gives it back when the list was made anew */
  focusKept() {
    const at = this.#rows().findIndex((row) => row.contains(document.activeElement));
    const buttons = (/** @type {number} */ row) => [...(this.#rows()[row]?.querySelectorAll('button') ?? [])];
    const which = buttons(at).indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    return () => buttons(at)[which]?.focus();
  }

  /** Say beside a photograph what becomes of it. @param {number} at  its row @param {string} name @param {Photo} photo @param {() => void} edit */
  mark(at, name, photo, edit) {
    const row = this.#rows()[at];
    if (!row) return;
    if (!row.querySelector('[data-edit]')) {
      const parts = /** @type {HTMLTemplateElement} */ (this.panel.querySelector('template'));
      const [state, button] = /** @type {any} */ (parts.content.cloneNode(true)).children;
      row.querySelector('button')?.before(button);
      row.append(state);
    }
    const state = /** @type {Element} */ (row.querySelector('[data-cut-state]'));
    const button = /** @type {HTMLElement} */ (row.querySelector('[data-edit]'));
    state.textContent = this.panel.dataset[photo.state] ?? '';
    button.hidden = CLOSED.has(photo.state);
    button.setAttribute('aria-label', filled(this.panel.dataset.edit ?? '', { name }));
    button.onclick = edit;
  }

  /** Say something to those who see and to those who listen. @param {string} what  name of the words; none: nothing any more @param {Record<string, unknown>} values */
  say(what, values = {}) {
    this.said.textContent = filled(this.said.dataset[what] ?? '', values);
  }

  #rows() {
    return [...this.box.querySelectorAll('.paper-pages li')];
  }

  /** @param {number} at */
  #tellPlace(at) {
    const corner = this.editor.handles[at].getAttribute('aria-label');
    const [x, y] = [this.corners[at].x, this.corners[at].y].map((share) => Math.round(share * 1000) / 10);
    this.place.textContent = filled(this.place.dataset.text ?? '', { corner, x, y });
  }

  #letGo() {
    if (this.picture.src) URL.revokeObjectURL(this.picture.src);
    this.picture.removeAttribute('src');
  }
}

/** @param {string} text @param {Record<string, unknown>} values  by their names in braces */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);
