/**
 * Forms that survive: what was typed is kept on the device and comes back after a reload or when the card is swapped;
 * Ctrl+Enter sends; boxes filter long lists of people; every form has an action id of its own.
 */
import { dropDraft, readDraft, saveDraft } from '../device.js';
import { personId } from './connection.js';
import { offerRecent } from './recent.js';
import { showOwnWords } from './recipients.js';

const PAUSE_MS = 50;
const OWN = new Set(['action_id', 'seen_version', 'after', 'replaces']);

/** @type {Map<HTMLFormElement, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/** What was typed on this page, by the key of its form: a form that takes the place of another has it at once. */
/** @type {Map<string, Record<string, string[]>>} */
const typed = new Map();

/** When a form has what was typed before. @type {WeakMap<HTMLFormElement, Promise<void>>} */
const prepared = new WeakMap();

/** @param {any} htmx */
export function watchForms(htmx) {
  document.addEventListener('input', ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    if (field.dataset?.filter) filterList(field);
    else if (field.form && isCommand(field.form)) keepSoon(field.form);
  });
  document.addEventListener('click', ({ target }) => {
    // leaving a form for good drops what was typed; a link within a menu that leads to a place closes the menu
    if (!(target instanceof Element)) return;
    const pick = /** @type {HTMLButtonElement|null} */ (target.closest('[data-fill]:not([data-from])'));
    if (pick) fillField(pick);
    if (target.closest('button[data-print]')) window.print();
    const form = target.closest('a[data-discard]')?.closest('form');
    if (form) forget(form);
    const link = target.closest('.menu a[href^="#"]');
    /** @type {HTMLElement|null|undefined} */ (link?.closest('.menu:popover-open'))?.hidePopover();
  });
  document.addEventListener('keydown', (event) => {
    const { form } = /** @type {HTMLInputElement} */ (event.target);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.addEventListener('submit', ({ target }) => {
    const form = /** @type {HTMLFormElement} */ (target);
    if (isCommand(form) && !form.hasAttribute('hx-post')) forget(form);
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
    if (requestConfig?.elt instanceof HTMLFormElement && xhr.status < 300) forget(requestConfig.elt);
  });
  addEventListener('pagehide', keepAll);
  htmx.onLoad(prepare);
}

/** Put what a button offers into its field. @param {HTMLButtonElement} pick */
function fillField(pick) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(pick.dataset.fill ?? ''));
  field.value = pick.value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** @param {Element} added */
function prepare(added) {
  for (const box of added.querySelectorAll('input')) if (box.dataset.filter) box.hidden = false;
  offerRecent(added);
  for (const form of added.querySelectorAll('form')) {
    if (!isCommand(form)) continue;
    showOwnWords(form);
    const id = /** @type {HTMLInputElement} */ (form.elements.namedItem('action_id'));
    if (!id.value) id.value = crypto.randomUUID();
    prepared.set(form, bringBack(form));
  }
}

/** Fill a form with what was typed before; what is typed while that is looked up stays. @param {HTMLFormElement} form */
async function bringBack(form) {
  const key = draftKey(form);
  const known = typed.get(key);
  if (known) return fillForm(form, known);
  const before = valuesOf(form);
  const draft = await readDraft(key);
  if (!draft) return;
  const now = valuesOf(form);
  /** @type {Record<string, string[]>} */
  const values = {};
  for (const name of new Set(Object.keys({ ...before, ...now, ...draft }))) {
    const value = `${before[name]}` === `${now[name]}` ? draft[name] : now[name];
    if (value) values[name] = value;
  }
  fillForm(form, values);
}

/** A form that is a command, and not a search. @param {HTMLFormElement} form */
const isCommand = (form) => form.method === 'post' && form.elements.namedItem('action_id') !== null;

/** @param {HTMLFormElement} form */
function draftKey(form) {
  const review = /** @type {HTMLInputElement|null} */ (form.elements.namedItem('review_id'))?.value ?? '';
  const replaces = /** @type {HTMLInputElement|null} */ (form.elements.namedItem('replaces'))?.value;
  const parts = [personId(), new URL(form.action).pathname, review];
  return [...parts, ...(replaces ? [replaces] : [])].join(' '); // what is done anew is not what was begun otherwise
}

/** @param {HTMLFormElement} form */
function keepSoon(form) {
  typed.set(draftKey(form), valuesOf(form));
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => keep(form), PAUSE_MS),
  );
}

/** @param {HTMLFormElement} form */
async function keep(form) {
  timers.delete(form);
  const key = draftKey(form);
  await prepared.get(form); // never over what was typed before and has not come back yet
  if (!typed.has(key)) return; // sent meanwhile
  if (form.isConnected) typed.set(key, valuesOf(form));
  await saveDraft(key, typed.get(key) ?? {});
}

/** Write down at once what would be written soon. */
export async function keepAll() {
  for (const timer of timers.values()) clearTimeout(timer);
  await Promise.all([...timers.keys()].map(keep));
}

/** @param {HTMLFormElement} form */
function forget(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  typed.delete(draftKey(form));
  dropDraft(draftKey(form));
}

/** What a person wrote or chose in a form. @param {HTMLFormElement} form @returns {Record<string, string[]>} */
function valuesOf(form) {
  /** @type {Record<string, string[]>} */
  const values = {};
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && !OWN.has(name)) values[name] = [...(values[name] ?? []), value];
  return values;
}

/** @param {HTMLFormElement} form @param {Record<string, string[]>} values */
function fillForm(form, values) {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (
    form.querySelectorAll('[type=checkbox][name], [type=radio][name]')
  ))
    if (!OWN.has(box.name)) box.checked = values[box.name]?.includes(box.value) ?? false;
  showOwnWords(form); // what is chosen brings fields of its own
  for (const element of form.elements) {
    const field = /** @type {HTMLInputElement} */ (element);
    if (!field.name || OWN.has(field.name)) continue;
    if (['file', 'submit', 'button', 'hidden', 'checkbox', 'radio'].includes(field.type)) continue;
    const kept = values[field.name] ?? [];
    if (kept[0] !== undefined) field.value = kept[0];
    if (element instanceof HTMLSelectElement) field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

/**
 * Tell whether a person is in the middle of a form: a sheet is open, a field has the focus, or a file is chosen.
 * @param {ParentNode} [root]
 */
export function isBusy(root = document) {
  if (
    root.querySelector('.sheet:popover-open, [form=together]:checked, #assign-many [name=document]:checked')
  )
    return true;
  const focused = document.activeElement;
  const isTyping =
    focused instanceof HTMLElement && focused.matches('form[method=post] :is(input, textarea, select)');
  const isEmpty = focused instanceof HTMLTextAreaElement && !focused.value; // it gets the focus back after a swap
  if (isTyping && !isEmpty && root.contains(focused)) return true;
  const files = /** @type {NodeListOf<HTMLInputElement>} */ (
    root.querySelectorAll('form[method=post] input[type=file]')
  );
  return [...files].some((field) => (field.files?.length ?? 0) > 0);
}

/** Tell whether something was typed or chosen that is not sent. */
export function isDirty() {
  return [...document.forms].filter(isCommand).some((form) =>
    [...form.elements].some((element) => {
      const field = /** @type {any} */ (element);
      if (OWN.has(field.name) || field.type === 'hidden') return false;
      if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
      if (field.type === 'file') return field.files.length > 0;
      if (field instanceof HTMLSelectElement)
        return [...field.options].some(
          (option) => option.selected !== option.defaultSelected && option.selected && option.index > 0,
        );
      return 'defaultValue' in field && field.value !== field.defaultValue;
    }),
  );
}

/** Lowercase without diacritics. @param {string} text */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();

/** Show only the rows whose name has the words typed. @param {HTMLInputElement} box */
function filterList(box) {
  const list = document.getElementById(box.dataset.filter ?? '');
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (list?.querySelectorAll('[data-name]') ?? [])) {
    const name = plain(row.dataset.name ?? '');
    row.hidden = !words.every((word) => name.includes(word));
  }
  for (const group of /** @type {NodeListOf<HTMLDetailsElement>} */ (
    list?.querySelectorAll('details[data-group]') ?? []
  )) {
    const isEmpty = !group.querySelector('[data-name]:not([hidden])');
    group.hidden = words.length > 0 && isEmpty;
    if (words.length > 0 && !isEmpty) group.open = true;
  }
}
