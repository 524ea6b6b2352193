/** What a form says, as an action by the table of fields of `offline_routes.json`, with the files that it brings. */
import { hexDigest } from './bytes.js';
import { outboxFile, settledAction } from './outbox.js';
import { APP_VERSION } from './versions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./commands.js').CommandRoute} CommandRoute */
/** @typedef {import('./commands.js').Person} Person */

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
