/**
 * The register form: the PDF is read as soon as it is chosen, and what could be read is proposed in fields that nobody
 * has touched meanwhile. Without a script the form's own button does the same. Each field that was read bears a mark of
 * how sure the reading is until somebody changes it; Enter leads to the next one that is to be checked. For a secret
 * document the fields of its content are out of reach, since only a bare entry may be made.
 */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

const OWN = new Set(['action_id', 'seen_version', 'after']);
const ALARMS = ['register-alarms', 'subject-note'];
/** Where Enter stops: what is unsure, and the leader while none is chosen. */
const TO_CHECK = '[data-mark=low], [data-mark=none], [name=leader_id]';
const SUGGESTED = ':scope > [data-kept]';

/** @param {any} htmx */
export function watchReading(htmx) {
  const prepare = (/** @type {Element} */ added) => {
    for (const input of added.querySelectorAll('[data-reads]')) buttonOf(input).hidden = true;
    for (const choice of added.querySelectorAll('form.register [name=confidentiality]'))
      closeIfSecret(choice);
  };
  htmx.onLoad(prepare);
  prepare(document.body);
  document.addEventListener('input', (event) => {
    const field = /** @type {Field} */ (event.target);
    if (!field.form?.matches('form.register')) return;
    if (event.isTrusted) dropMark(field);
    countFilled(field.form);
  });
  document.addEventListener('keydown', (event) => {
    const field = /** @type {Field} */ (event.target);
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (!field.matches?.('form.register :is(input:not([type=file]), select)')) return;
    event.preventDefault(); // a form this long is sent by its button or Ctrl+Enter, never by a stray Enter
    toNextCheck(field);
  });
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.dataset.reads && target.files?.length)
      readFile(target, htmx);
    if (target instanceof Element && target.matches('form.register [name=confidentiality]'))
      closeIfSecret(target);
  });
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button?.dataset.from) return;
    event.preventDefault();
    useSuggestion(button);
  });
}

/** @param {Element} choice  of the confidentiality */
function closeIfSecret(choice) {
  const { value, form } = /** @type {HTMLSelectElement} */ (choice);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form?.querySelectorAll('[data-open]') ?? [])) {
    part.hidden = value !== 'normal';
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (
      part.querySelectorAll('input, textarea, button')
    );
    for (const field of fields) field.disabled = part.hidden;
  }
  if (form) countFilled(form);
}

/** Take away the mark of a field that somebody has changed. @param {Field} field */
function dropMark(field) {
  field.parentElement?.querySelector('[data-mark]')?.parentElement?.remove();
  const kept = /** @type {HTMLInputElement} */ (field.form?.elements.namedItem('marks'));
  kept.value = kept.value
    .split(' ')
    .filter((mark) => !mark.startsWith(`${field.name}:`))
    .join(' ');
}

/** Say how many of the prescribed fields are filled in, of those within reach. @param {HTMLFormElement} form */
function countFilled(form) {
  const meter = form.querySelector('meter');
  const line = document.getElementById('register-filled');
  if (!meter?.dataset.names || !line) return;
  const named = meter.dataset.names
    .split(' ')
    .map((name) => /** @type {Field} */ (form.elements.namedItem(name)));
  const open = named.filter((field) => field && !field.closest('[hidden]'));
  const count = open.filter((field) => field.value.trim()).length;
  Object.assign(meter, { max: open.length, value: count });
  const text = line.dataset.text ?? '';
  line.textContent = text.replace('{count}', String(count)).replace('{total}', String(open.length));
}

/** Go to the next field that wants a look, or else to the button that sends. @param {Field} field */
function toNextCheck(field) {
  const marks = [...(field.form?.querySelectorAll(TO_CHECK) ?? [])].filter(
    (mark) => !mark.closest('[hidden]') && !(/** @type {Partial<Field>} */ (mark).value),
  );
  const isAfter = (/** @type {Element} */ mark) =>
    field.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING &&
    !field.parentElement?.contains(mark);
  const box = marks.find(isAfter)?.closest('.field');
  const next = box?.querySelector('input, select, textarea') ?? field.form?.querySelector('.btn-main');
  const folded = next?.closest('details');
  if (folded) folded.open = true;
  /** @type {HTMLElement|null|undefined} */ (next)?.focus();
}

/** @param {Element} input @returns {HTMLElement} the button that reads without a script */
const buttonOf = (input) =>
  /** @type {any} */ (input.closest('form')?.querySelector('[formaction="/incoming/read"]'));

/** @param {HTMLInputElement} input @param {any} htmx @returns {Promise<boolean>} whether the file was taken in */
export async function readFile(input, htmx) {
  const form = /** @type {HTMLFormElement} */ (input.form);
  const file = input.files?.[0];
  const line = /** @type {HTMLElement} */ (form.querySelector('.reading'));
  const before = values(form);
  const body = new FormData(form);
  const bar = document.createElement('progress');
  bar.setAttribute('aria-label', line.dataset.sending ?? '');
  line.replaceChildren(bar, line.dataset.sending ?? '');
  buttonOf(input).hidden = true;
  document.getElementById(`${input.id}-err`)?.remove();
  input.removeAttribute('aria-invalid');
  try {
    const { html, login } = await post(input.dataset.reads ?? '', body, bar);
    if (login) {
      location.assign(login);
      return false;
    }
    if (input.files?.[0] !== file) return false; // another one was chosen meanwhile, and is being read
    const page = new DOMParser().parseFromString(html, 'text/html');
    const fault = page.getElementById(`${input.id}-err`);
    input.value = ''; // the file is taken in, or is none; either way it is not sent again
    if (fault) {
      line.replaceChildren();
      input.setAttribute('aria-invalid', 'true');
      input.after(fault);
      return false;
    }
    showFile(input, page, htmx);
    const count = propose(form, page, before);
    line.textContent = (line.dataset.done ?? '').replace('{count}', String(count));
    return true;
  } catch {
    line.textContent = line.dataset.failed ?? '';
    buttonOf(input).hidden = false;
    return false;
  }
}

/**
 * Send the form as htmx does, with progress; answers the page, or where to sign in.
 * @param {string} url @param {FormData} body @param {HTMLProgressElement} bar
 * @returns {Promise<{html: string, login: string|null}>}
 */
function post(url, body, bar) {
  const request = new XMLHttpRequest();
  request.open('POST', url);
  request.setRequestHeader('HX-Request', 'true');
  request.upload.onprogress = ({ loaded, total }) => {
    if (loaded < total) Object.assign(bar, { value: loaded, max: total });
    else bar.removeAttribute('value'); // from here on it is being read, which takes as long as it takes
  };
  return new Promise((resolve, reject) => {
    request.onerror = reject;
    request.onload = () => {
      const login = request.getResponseHeader('HX-Redirect');
      const isForm = request.responseText.includes('data-reads');
      if (login || isForm) resolve({ html: request.responseText, login });
      else reject(new Error(String(request.status)));
    };
    request.send(body);
  });
}

/** Show the file that was taken in, in place of an earlier one. @param {HTMLInputElement} input @param {Document} page @param {any} htmx */
function showFile(input, page, htmx) {
  const box = /** @type {Element} */ (input.closest('.register-file'));
  for (const old of box.querySelectorAll(SUGGESTED)) old.remove();
  box.prepend(...(page.querySelector('.register-file')?.querySelectorAll(SUGGESTED) ?? []));
  const label = box.querySelector(`label[for="${input.id}"]`);
  if (label) label.textContent = input.dataset.other ?? '';
  htmx.process(box);
  htmx.trigger(box, 'htmx:load');
}

/**
 * Take over what the page proposes for fields that are as they were when the file was sent.
 * @param {HTMLFormElement} form @param {Document} page @param {Map<string, string>} before
 * @returns {number} how many fields were filled
 */
function propose(form, page, before) {
  let count = 0;
  const focused = document.activeElement;
  for (const fresh of fields(page)) {
    const field = /** @type {Field|null} */ (form.elements.namedItem(fresh.name));
    if (!field || field.value !== before.get(field.name)) continue;
    const isChanged = fresh.value !== field.value;
    field.value = fresh.value;
    if (field.type === 'hidden') continue;
    takeMark(field, page.getElementById(`${fresh.id}-hint`));
    if (!isChanged) continue;
    count += 1;
    const folded = field.closest('details');
    if (folded && page.querySelector('details.more-fields[open]')) folded.open = true;
    field.dispatchEvent(new Event('input', { bubbles: true })); // what is kept on the device has it too
    if (field.name === 'confidentiality') closeIfSecret(field);
  }
  for (const id of ALARMS) {
    const note = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (note && fresh && !note.contains(focused)) note.replaceChildren(...fresh.childNodes);
  }
  countFilled(form);
  return count;
}

/** Put the mark of a reading under its field, in place of an earlier one. @param {Field} field @param {HTMLElement|null} hint */
function takeMark(field, hint) {
  const old = document.getElementById(`${field.id}-hint`);
  if (!hint?.querySelector('[data-mark]')) return;
  old?.remove();
  field.after(hint);
  field.setAttribute('aria-describedby', hint.id);
}

/** The fields of a register form that hold text or a choice. @param {ParentNode} root @returns {Field[]} */
const fields = (root) =>
  /** @type {Field[]} */ ([
    ...root.querySelectorAll('form.register :is(input:not([type=file], [type=checkbox]), select, textarea)'),
  ]).filter((field) => field.name && !OWN.has(field.name) && !('kept' in field.dataset));

/** @param {HTMLFormElement} form */
const values = (form) =>
  new Map(fields(/** @type {ParentNode} */ (form.parentNode)).map(({ name, value }) => [name, value]));

/** Put the suggested words into their field, to be worked on. @param {HTMLButtonElement} button */
function useSuggestion(button) {
  const field = /** @type {HTMLTextAreaElement|null} */ (document.getElementById(button.dataset.fill ?? ''));
  const text = document.getElementById(button.dataset.from ?? '')?.textContent?.trim();
  if (!field || !text) return;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  document.getElementById('subject-note')?.replaceChildren();
  field.focus();
  field.setSelectionRange(text.length, text.length);
}
