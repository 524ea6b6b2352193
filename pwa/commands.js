/**
 * A form posted to one of the commands of `offline_routes.json`. The action is in the outbox before anything else
 * happens. With a network the form itself goes to the server, so that its errors come back into the form; when no
 * answer comes in time, the action waits in the outbox and the page shows it as pending. Both ways carry the same
 * action id, so the server does it once.
 */
import { hexDigest } from './bytes.js';
import { signed } from './device_key.js';
import {
  addAction,
  outboxFile,
  releaseFollowers,
  removeAction,
  settledAction,
  updateAction,
  waitingActions,
} from './outbox.js';
import { touchedDocuments } from './pending.js';
import { settleChecked } from './receipts.js';
import { isOnline, noteExpired, noteOffline, tellStatus } from './session.js';
import { APP_VERSION } from './versions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {{path: string, kind: string, command: string, fields: Record<string, string>, back?: string}} CommandRoute */
/** @typedef {{personId: string, deviceId: string, replica: import('./replica.js').Replica}} Person */

const PATIENCE_MS = 3_000;
const PATIENCE_WITH_FILE_MS = 20_000;
const RECEIPT_MS = 5_000;
/** On every answer that the server gives to a command, taken or not. */
const RECEIPT_HEADER = 'X-Congvan-Receipt';

/**
 * Read a form into an action by the table of fields, with the files that it brings.
 * @param {FormData} form @param {CommandRoute} route @param {string|null} id @param {Person} person
 * @param {string} [acted_at]  when the form came
 * @returns {Promise<{action: Action, files: {sha256: string, blob: Blob}[], isKept: boolean}>} isKept: a file is of a refused
 *   action, and not chosen now
 */
export async function readAction(form, route, id, person, acted_at = new Date().toISOString()) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? '').replaceAll('\r\n', '\n');
  /** @type {Record<string, any>} */
  const fields = {};
  const files = [];
  let isKept = false;
  for (const [name, kind] of Object.entries(route.fields)) {
    if (kind === 'many') fields[name] = form.getAll(name).map(String).filter(Boolean);
    else if (kind === 'map' || kind === 'dates') fields[name] = mapOf(form, name);
    else if (kind === 'flag') fields[name] = !['', '0', 'false', 'off'].includes(text(name));
    else if (kind === 'date') fields[name] = text(name) || null;
    else if (kind === 'integer') fields[name] = text(name) === '' ? null : Number(text(name));
    else if (kind === 'file') {
      const blob = form.get(name);
      fields[name] = null;
      if (!(blob instanceof Blob) || blob.size === 0) {
        const kept = await keptFile(text(`${name}_sha256`), text('replaces'), person.personId);
        // one that was read beforehand is with the server already
        fields[name] = kept ? kept.file : readFile(text, name);
        isKept ||= kept?.blob !== undefined;
        if (kept?.blob) files.push({ sha256: kept.file.sha256, blob: kept.blob });
        continue;
      }
      const sha256 = await hexDigest(await blob.arrayBuffer());
      const media_type = blob.type || 'application/octet-stream';
      fields[name] = { sha256, name: /** @type {File} */ (blob).name ?? '', size: blob.size, media_type };
      files.push({ sha256, blob });
    } else fields[name] = text(name);
  }
  const action = {
    app_version: APP_VERSION,
    action_id: text('action_id'),
    command: route.command,
    document_id: id === null ? null : `${route.kind}:${id}`,
    seen_version: text('seen_version') === '' ? null : Number(text('seen_version')),
    acted_at,
    device_id: person.deviceId,
    after: text('after') || null,
    ...(form.has('replaces') && { replaces: text('replaces') }),
    fields,
  };
  return { action, files, isKept };
}

/** The first value of every name `<name>:…`, by what comes after the colon. @param {FormData} form @param {string} name */
function mapOf(form, name) {
  const found = new Map();
  for (const [key, value] of form) {
    const part = key.startsWith(`${name}:`) ? key.slice(name.length + 1) : '';
    if (part && !found.has(part)) found.set(part, String(value).replaceAll('\r\n', '\n'));
  }
  return Object.fromEntries([...found].filter(([, value]) => value));
}

/** What the server read of a form beforehand, as the form says it. @param {(name: string) => string} text @param {string} name */
function readFile(text, name) {
  const size = Number(text(`${name}_size`));
  const read = { sha256: text(`${name}_sha256`), name: text(`${name}_name`), size };
  return size > 0 ? { ...read, media_type: 'application/pdf' } : null;
}

/**
 * Tell whether a form is the server's alone: nothing of a secret document is kept here, pictures and several files become
 * one PDF there, and there a subject is suggested.
 * @param {FormData} form
 */
export function isForServer(form) {
  const [file, more] = [...form.getAll('file'), ...form.getAll('file_photo')].filter(
    (one) => one instanceof Blob && one.size > 0,
  );
  const isOnePdf = !more && (!file || /** @type {Blob} */ (file).type === 'application/pdf');
  return (form.get('confidentiality') ?? 'normal') !== 'normal' || form.has('use_suggested') || !isOnePdf;
}

/**
 * The file of a refused action that is done anew, with its body when that is still on the device.
 * @param {string} sha256 @param {string} replaces @param {string} personId
 */
async function keptFile(sha256, replaces, personId) {
  const file = replaces && (await settledAction(replaces, personId))?.action.fields.file;
  return file?.sha256 === sha256 ? { file, blob: await outboxFile(sha256) } : null;
}

/**
 * Put an action behind what the person did before it on the same documents.
 * @param {Action} action @param {Person} person
 * @returns {Promise<{isChained: boolean, title: string}>} title of the document, for the outbox
 */
async function place(action, person) {
  const touched = touchedDocuments(action);
  // also behind one that is taken to be sent: a redirect looks the same from any network
  const before = (await waitingActions(person.personId)).filter((row) =>
    touchedDocuments(row.action).some((document) => touched.includes(document)),
  );
  const predecessor = before.filter((row) => row.action_id !== action.action_id).at(-1);
  if (predecessor) action.after = predecessor.action_id;
  const card = action.document_id ? await person.replica.get(action.document_id) : null;
  return {
    isChained: predecessor !== undefined,
    title: card?.title ?? action.fields.title ?? action.fields.subject ?? '',
  };
}

/**
 * Put an action into the outbox, to be sent from there.
 * @param {Action} action @param {Person} person
 */
export async function queueAction(action, person) {
  const { title } = await place(action, person);
  await addAction(person.personId, action, { title });
}

/**
 * Take a command: to the server when it answers, to the outbox when it does not.
 * @param {Request} request @param {CommandRoute} route @param {string|null} id @param {Person} person
 * @param {string} actedAt  when the person sent the form
 * @returns {Promise<Response|null>} the server's answer; null: it waits in the outbox, show it as pending
 */
export async function takeCommand(request, route, id, person, actedAt) {
  const {
    action: read,
    files,
    isKept,
  } = await readAction(await request.clone().formData(), route, id, person, actedAt);
  if (!read.action_id) return fetch(request); // cannot be told twice: server only
  const action = await signed(read, person.deviceId).catch(() => read); // then it is signed when it is sent
  const { isChained, title } = await place(action, person);
  const isDirect = isOnline() && !isChained && !isKept; // a body kept on the device is not in the form
  const patience = files.length > 0 ? PATIENCE_WITH_FILE_MS : PATIENCE_MS;
  const notBefore = isDirect ? Date.now() + patience + 1_000 : 0;
  // a second click that would wait, while the form of the first is on its way: what is wrong with it is wrong with both
  const refusal = isDirect ? null : await refusals.get(action.action_id);
  if (refusal) return refusal;
  await addAction(person.personId, action, { title, files, notBefore });
  const response = isDirect ? await trying(request, action, patience, person) : null;
  if (response === null && !(await updateAction(action.action_id, { not_before: 0 }))) {
    // A second click on the same form: the refusal of the first one took it back, and this one says that it waits.
    await addAction(person.personId, action, { title, files });
  }
  await tellStatus();
  return response;
}

/** Forms that are on their way, by action: with what they are refused, if they are. @type {Map<string, Promise<Response|null>>} */
const refusals = new Map();

/** Post the form itself, and let a second click on it know. @type {typeof tryServer} */
function trying(request, action, patience, person) {
  const { action_id: id } = action;
  const tried = tryServer(request, action, patience, person);
  const refusal = tried.then(
    (response) => (response && response.status >= 400 ? response.clone() : null),
    () => null,
  );
  refusals.set(id, refusal);
  refusal.then(() => refusals.get(id) === refusal && refusals.delete(id));
  return tried;
}

/**
 * Post the form itself.
 * @param {Request} request @param {Action} action @param {number} patience ms @param {Person} person
 * @returns {Promise<Response|null>} null when the action has to wait in the outbox
 */
async function tryServer(request, action, patience, person) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(patience) });
  } catch {
    noteOffline();
    return null;
  }
  const { status } = response;
  const isSignIn = response.redirected && new URL(response.url).pathname === '/login';
  if (status === 401 || isSignIn) {
    await noteExpired();
    return null;
  }
  if (status >= 500 || status === 408 || status === 429) return null;
  const isRedirect = response.type === 'opaqueredirect' || (response.redirected && response.ok);
  if (!isRedirect && !response.headers.has(RECEIPT_HEADER)) {
    noteOffline(); // the page of some network, such as the one that Wi-Fi asks to sign in with: nobody has decided yet
    return null;
  }
  if (status >= 400) {
    await removeAction(action.action_id); // the form comes back with what is wrong
    return response;
  }
  const receipt = receiptOf(response);
  const isOwn = receipt?.action_id === action.action_id;
  const told = isOwn ? [{ details: {}, received_at: new Date().toISOString(), ...receipt }] : [];
  const { settled } = await settleChecked(person, told, { mayAsk: false });
  if (settled.length === 0) {
    // A redirect, which cannot be looked into, or a receipt that does not hold (yet): what became of the action is
    // asked when it is next time to push.
    await updateAction(action.action_id, { is_sent: true, not_before: Date.now() + RECEIPT_MS });
  }
  await releaseFollowers(settled.map((row) => row.action_id));
  return response;
}

/** The receipt that the server writes into the headers of its answer. @param {Response} response */
function receiptOf({ headers }) {
  try {
    return JSON.parse(headers.get('HX-Trigger') ?? '{}')['congvan:receipt'];
  } catch {
    return undefined;
  }
}
