/**
 * The outbox: what a person did that the server has not receipted, the files that go with it, and the receipts.
 * A database of its own, written with `strict` durability, so that wiping the replica can never lose work.
 *
 * waiting: OutboxRow by `seq` (the order of acting); settled: SettledRow by action id (receipts of 30 days, and
 * refused actions until their author dismisses them or does them anew); files: bodies still to upload, by SHA-256.
 */
import { openDB } from 'idb';
import { writeAll } from './transactions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Receipt} Receipt */
/** @typedef {import('./types.js').OutboxRow} OutboxRow */
/** @typedef {import('./types.js').SettledRow} SettledRow */

const KEPT_MS = 30 * 24 * 3600 * 1000;
const STRICT = /** @type {const} */ ({ durability: 'strict' });

/** @type {Promise<import('idb').IDBPDatabase>|undefined} */
let opened;
/** What is settled, once it was read: only the worker writes it, and every page asks. @type {Promise<SettledRow[]>|undefined} */
let known;

/** Open the outbox, once. */
function open() {
  opened ??= openDB('congvan-outbox', 1, {
    upgrade(db) {
      const waiting = db.createObjectStore('waiting', { keyPath: 'seq', autoIncrement: true });
      waiting.createIndex('action_id', 'action_id', { unique: true });
      db.createObjectStore('settled', { keyPath: 'action_id' });
      db.createObjectStore('files', { keyPath: 'sha256' });
    },
    terminated() {
      opened = known = undefined;
    },
  });
  return opened;
}

/**
 * Write an action and its files before anything is answered; the same action twice is written once.
 * @param {string} personId
 * @param {Action} action
 * @param {{title?: string, notBefore?: number, files?: {sha256: string, blob: Blob}[]}} [options]
 * @returns {Promise<boolean>} false when the outbox knew the action already
 */
export async function addAction(personId, action, { title = '', notBefore = 0, files = [] } = {}) {
  const { action_id } = action;
  return writeAll(
    await open(),
    ['waiting', 'settled', 'files'],
    async (transaction) => {
      const waiting = transaction.objectStore('waiting');
      const isWaiting = (await waiting.index('action_id').getKey(action_id)) !== undefined;
      if (isWaiting || (await transaction.objectStore('settled').getKey(action_id)) !== undefined)
        return false;
      const queued_at = new Date().toISOString();
      /** @type {OutboxRow} */
      const row = {
        action_id,
        person_id: personId,
        action,
        title,
        queued_at,
        not_before: notBefore,
        is_at_form: notBefore > 0,
        is_sent: false,
      };
      waiting.put(row);
      for (const file of files) transaction.objectStore('files').put(file);
      return true;
    },
    STRICT,
  );
}

/**
 * Actions of a person without a receipt, in the order of acting.
 * @param {string} personId
 * @returns {Promise<OutboxRow[]>}
 */
export async function waitingActions(personId) {
  const rows = await (await open()).getAll('waiting');
  return rows.filter((row) => row.person_id === personId);
}

/**
 * Waiting rows of some actions, by action id.
 * @param {string[]} actionIds
 * @returns {Promise<Map<string, OutboxRow>>}
 */
export async function findWaiting(actionIds) {
  if (actionIds.length === 0) return new Map();
  const index = (await open()).transaction('waiting').store.index('action_id');
  const rows = await Promise.all(actionIds.map((id) => index.get(id)));
  return new Map(rows.filter(Boolean).map((row) => [row.action_id, row]));
}

/**
 * Change a waiting row: when it may be pushed, whether the server has already taken it, what was wrong with a receipt.
 * @param {string} actionId
 * @param {Partial<Pick<OutboxRow, 'action'|'not_before'|'is_at_form'|'is_sent'|'receipt_fault'|'held'>>} change
 * @returns {Promise<boolean>} false when it does not wait (any more)
 */
export async function updateAction(actionId, change) {
  const transaction = (await open()).transaction('waiting', 'readwrite', STRICT);
  const row = await transaction.store.index('action_id').get(actionId);
  if (row) transaction.store.put({ ...row, ...change });
  await transaction.done;
  return row !== undefined;
}

/**
 * Send an action, on its author's word, without the one before it that does not come.
 * @param {string} actionId @param {string} personId
 */
export async function forceAction(actionId, personId) {
  const transaction = (await open()).transaction('waiting', 'readwrite', STRICT);
  const row = await transaction.store.index('action_id').get(actionId);
  if (row?.person_id === personId)
    transaction.store.put({ ...row, not_before: 0, action: { ...row.action, is_forced: true } });
  await transaction.done;
}

/**
 * Let go at once what the server held because the action before it was still on its way: that one is there now.
 * @param {string[]} actionIds  of the actions that have their receipt
 */
export async function releaseFollowers(actionIds) {
  const isFollower = (/** @type {OutboxRow} */ { held, action }) =>
    held?.reason === 'predecessor_missing' && actionIds.includes(action.after ?? '');
  if (actionIds.length === 0 || !(await (await open()).getAll('waiting')).some(isFollower)) return;
  const transaction = (await open()).transaction('waiting', 'readwrite', STRICT);
  for (const row of /** @type {OutboxRow[]} */ (await transaction.store.getAll()))
    if (isFollower(row)) transaction.store.put({ ...row, not_before: 0 });
  await transaction.done;
}

/**
 * Take back an action that the server refused to take as a form: its author sees the form with the errors. What was
 * done after it waits for it no longer, since nobody will ever send it. What its author was told to be kept stays.
 * @param {string} actionId
 * @returns {Promise<boolean>} false when it stays
 */
export async function removeAction(actionId) {
  const transaction = (await open()).transaction('waiting', 'readwrite', STRICT);
  /** @type {OutboxRow[]} */
  const rows = await transaction.store.getAll();
  const removed = rows.find((row) => row.action_id === actionId);
  const isKept = removed !== undefined && !removed.is_at_form;
  if (removed && !isKept) {
    transaction.store.delete(/** @type {number} */ (removed.seq));
    const { after } = removed.action;
    for (const row of rows)
      if (row.action.after === actionId) transaction.store.put({ ...row, action: { ...row.action, after } });
  }
  await transaction.done;
  if (!isKept) await dropUnusedFiles();
  return !isKept;
}

/**
 * Move actions to the settled ones by receipts that hold (receipts.js). `held` is not final and receipts of others are
 * passed over.
 * @param {{receipt: Receipt, action_sha256?: string|null, proof?: SettledRow['proof']}[]} checked
 * @returns {Promise<SettledRow[]>} what was settled now
 */
export async function settle(checked) {
  /** @type {SettledRow[]} */
  const settled = [];
  const final = checked.filter(({ receipt }) => receipt.status !== 'held');
  if (final.length === 0) return settled;
  const settled_at = new Date().toISOString();
  await writeAll(
    await open(),
    ['waiting', 'settled'],
    async (transaction) => {
      const waiting = transaction.objectStore('waiting');
      const index = waiting.index('action_id');
      const rows = await Promise.all(final.map(({ receipt }) => index.get(receipt.action_id)));
      for (const [at, { receipt, action_sha256 = null, proof = 'unsigned' }] of final.entries()) {
        const row = rows[at];
        if (!row) continue;
        const { action_id, person_id, action, title } = row;
        settled.push({ action_id, person_id, action, title, receipt, settled_at, action_sha256, proof });
        transaction.objectStore('settled').put(settled[settled.length - 1]);
        waiting.delete(row.seq);
        const replaced = action.replaces && (await transaction.objectStore('settled').get(action.replaces));
        if (replaced?.person_id === person_id)
          transaction.objectStore('settled').put({ ...replaced, replaced_by: action_id });
      }
    },
    STRICT,
  );
  known = undefined;
  if (settled.length > 0) await dropUnusedFiles();
  return settled;
}

/**
 * Settled actions of a person, newest first; those older than 30 days are thrown away, refused ones never.
 * @param {string} personId
 * @returns {Promise<SettledRow[]>}
 */
export async function settledActions(personId) {
  const db = await open();
  const limit = new Date(Date.now() - KEPT_MS).toISOString();
  known ??= db.getAll('settled').catch(unread);
  const rows = await known;
  const isOld = (/** @type {SettledRow} */ row) => row.settled_at < limit && !isOpenRefusal(row);
  for (const row of rows.filter(isOld)) await forget(db, row.action_id);
  return rows
    .filter((row) => row.person_id === personId && !isOld(row))
    .sort((a, b) => (a.settled_at < b.settled_at ? 1 : -1));
}

/** @param {unknown} error @returns {never} */
function unread(error) {
  known = undefined; // to be read when it is asked for again
  throw error;
}

/** @param {import('idb').IDBPDatabase} db @param {string} actionId */
async function forget(db, actionId) {
  await db.delete('settled', actionId);
  known = undefined;
}

/** Tell whether an action was refused and not done anew since. @param {SettledRow} row */
export const isOpenRefusal = ({ receipt, replaced_by }) => receipt.status === 'refused' && !replaced_by;

/**
 * A settled action of a person.
 * @param {string} actionId @param {string} personId
 * @returns {Promise<SettledRow|undefined>}
 */
export async function settledAction(actionId, personId) {
  const row = await (await open()).get('settled', actionId);
  return row?.person_id === personId ? row : undefined;
}

/**
 * Let a refused action go, on its author's word.
 * @param {string} actionId @param {string} personId
 */
export async function dismissAction(actionId, personId) {
  const db = await open();
  const row = await db.get('settled', actionId);
  if (row?.person_id !== personId) return;
  await forget(db, actionId);
  await dropUnusedFiles();
}

/**
 * @param {string} sha256
 * @returns {Promise<Blob|undefined>}
 */
export async function outboxFile(sha256) {
  return (await (await open()).get('files', sha256))?.blob;
}

/** Throw away bodies that no action needs: neither one that waits nor a refused one kept for its author. */
export async function dropUnusedFiles() {
  const transaction = (await open()).transaction(['waiting', 'settled', 'files'], 'readwrite', STRICT);
  const files = transaction.objectStore('files');
  const stored = await files.getAllKeys();
  if (stored.length === 0) return;
  const kept = new Set();
  for (const row of await transaction.objectStore('waiting').getAll())
    kept.add(row.action.fields.file?.sha256);
  for (const row of await transaction.objectStore('settled').getAll())
    if (row.receipt.status === 'refused') kept.add(row.action.fields.file?.sha256);
  for (const key of stored) if (!kept.has(key)) files.delete(key);
  await transaction.done;
}
