/**
 * Synchronisation: push before pull. Files first, then actions in the order of acting, then changes from the
 * checkpoint; a device without a whole replica loads the snapshot instead.
 *
 * Whether there is a network is known from the answers alone: a request that fails, or is not answered by Congvan,
 * is `Unreachable`. Every request names the device and the person that it speaks for (`X-Congvan-Device`,
 * `X-Congvan-Person`), so that one person's work can never be sent under another one's session.
 */
import { signed } from './device_key.js';
import {
  dropUnusedFiles,
  findWaiting,
  outboxFile,
  releaseFollowers,
  updateAction,
  waitingActions,
} from './outbox.js';
import { settleChecked } from './receipts.js';
import { RequestFailed, request, Unreachable } from './requests.js';
import { snapshotLines } from './snapshot.js';
import { APP_VERSION, upgraded } from './versions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Receipt} Receipt */
/** @typedef {import('./types.js').OutboxRow} OutboxRow */
/** @typedef {import('./replica.js').Replica} Replica */
/** @typedef {{personId: string, deviceId: string}} Identity */

const BATCH = 100;
const CHANGES = 500;
const LOADED_AT_ONCE = 250;
const PIECE = 1024 * 1024;
const HELD_MS = 60_000;
/** How long an action waits that the server answered nothing about: it may not have come there. */
const UNANSWERED_MS = 10_000;
const LONGPOLL_MS = 55_000;
const SHORTEST_WAIT_MS = 1_000;
/** The server is still at an upload that was cut off on this side: its action waits so long, and nothing else. */
const BUSY_MS = 2_000;

/** Whether bodies that nothing needs any more were dropped since the worker started. */
let isTidy = false;

/**
 * Send what waits, oldest first, and settle what is receipted.
 * @param {Identity} identity
 * @returns {Promise<import('./types.js').SettledRow[]>} rows settled by this push
 */
export async function push(identity) {
  const settled = [];
  for (;;) {
    const due = dueRows(await waitingActions(identity.personId));
    if (due.length === 0) {
      if (!isTidy) await dropUnusedFiles(); // the worker before this one may have ended before it did
      isTidy = true;
      return settled;
    }
    settled.push(...(await pushRows(identity, due)));
  }
}

/**
 * Send rows in batches; the next is signed, and the receipts of the last written down, while the server works.
 * @param {Identity} identity @param {OutboxRow[]} due
 */
async function pushRows(identity, due) {
  /** @type {import('./types.js').SettledRow[]} */
  const settled = [];
  /** @type {Set<string|null>} */
  const kept = new Set();
  let writing = Promise.resolve();
  try {
    for (let at = 0; at < due.length; at += BATCH) {
      const batch = dueRows(due.slice(at, at + BATCH), kept);
      /** @type {Map<string, number>} */
      const waits = new Map();
      for (const { action_id, action } of batch) {
        const wait = await uploadFile(identity, action);
        if (wait > 0) waits.set(action_id, wait);
      }
      for (const id of waits.keys()) kept.add(id);
      const sent = dueRows(batch, kept);
      const signNext = () => signAll(due.slice(at + BATCH, at + 2 * BATCH), identity).catch(() => {});
      const receipts = sent.length > 0 ? await sendActions(identity, sent, signNext) : [];
      const final = new Set(
        receipts.filter((receipt) => receipt.status !== 'held').map((receipt) => receipt.action_id),
      );
      const later = batch.map((row) => row.action_id).filter((id) => !final.has(id));
      for (const id of later) kept.add(id);
      await writing;
      writing = writeDown(identity, receipts, later, waits).then((rows) => void settled.push(...rows));
      writing.catch(() => {}); // told where it is awaited
    }
  } finally {
    await writing;
  }
  return settled;
}

/**
 * Settle what is receipted and put off the rest of a batch.
 * @param {Identity} identity @param {Receipt[]} receipts @param {string[]} later  ids of actions to try again later
 * @param {Map<string, number>} waits  how long those wait whose file is not there yet
 */
async function writeDown(identity, receipts, later, waits) {
  const { settled, doubted } = await settleChecked(identity, receipts);
  for (const id of doubted) await updateAction(id, { not_before: Date.now() + HELD_MS });
  const waiting = await findWaiting(later);
  for (const id of later) {
    const receipt = receipts.find((one) => one.action_id === id);
    await updateAction(id, putOff(receipt, waiting.get(id)?.action, waits.get(id)));
  }
  await releaseFollowers(settled.map((row) => row.action_id));
  return settled;
}

/**
 * What becomes of an action that the server did not take: it waits with the reason. One that it cannot read because it is
 * of an older app goes again at once in the form of today; since nobody took it, no receipt can be on its way.
 * @param {Receipt|undefined} receipt @param {Action|undefined} action @param {number} [wait]
 */
function putOff(receipt, action, wait = UNANSWERED_MS) {
  if (!receipt) return { not_before: Date.now() + wait };
  const { reason, details } = receipt;
  const renewed = reason === 'app_too_old' && action && upgraded(action);
  if (renewed && renewed !== action) return { action: renewed, not_before: 0 };
  const held = { reason, force_from: details?.force_from ?? null, app_version: APP_VERSION };
  return { not_before: Date.now() + HELD_MS, held };
}

/**
 * Rows that may be pushed now; one whose predecessor has to wait waits with it.
 * @param {OutboxRow[]} rows in the order of acting
 * @param {Set<string|null>} [kept]  ids of actions that wait for another reason
 * @returns {OutboxRow[]}
 */
export function dueRows(rows, kept = new Set()) {
  const now = Date.now();
  return rows.filter((row) => {
    // nothing is put off for longer: a later instant is of a clock that was wrong
    const isTime = row.not_before <= now || row.not_before > now + HELD_MS;
    const isDue = isTime && !kept.has(row.action_id) && !kept.has(row.action.after);
    if (!isDue) kept.add(row.action_id);
    return isDue;
  });
}

/**
 * Post a batch; where the server will not read it as a whole, post one by one, so that one bad action stops no other.
 * @param {Identity} identity @param {OutboxRow[]} rows
 * @param {() => void} [onSent]
 * @returns {Promise<Receipt[]>}
 */
async function sendActions(identity, rows, onSent = () => {}) {
  const { deviceId: device_id, personId: person_id } = identity;
  const actions = await signAll(rows, identity).catch(() => {
    throw new RequestFailed(403, 'the key of this device is gone'); // it is enrolled anew
  });
  const body = JSON.stringify({ device_id, person_id, actions });
  try {
    const answered = request('/sync/actions', identity, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    onSent();
    return (await (await answered).json()).receipts;
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.status === 403) throw error;
    if (rows.length === 1) return []; // kept, and tried again later
  }
  const receipts = [];
  for (const row of rows) receipts.push(...(await sendActions(identity, [row])));
  return receipts;
}

/** Signatures being made, each with the device that it is of. @type {WeakMap<OutboxRow, {deviceId: string, action: Promise<Action>}>} */
const signings = new WeakMap();

/**
 * Actions as this device hands them over, each signed once. What was queued before the device got a new id is this
 * device's all the same.
 * @param {OutboxRow[]} rows @param {Identity} identity
 */
function signAll(rows, { deviceId }) {
  const sign = (/** @type {OutboxRow} */ row) => {
    const made = signings.get(row);
    if (made?.deviceId === deviceId) return made.action; // the device may have got another id meanwhile
    const action = signed(row.action, deviceId);
    signings.set(row, { deviceId, action });
    return action;
  };
  return Promise.all(rows.map(sign));
}

/**
 * Upload the body that an action names, from where the server has it up to.
 * @param {Identity} identity @param {Action} action
 * @returns {Promise<number>} how long its action has to wait (ms), 0 when the file is there; nothing else need wait
 */
export async function uploadFile(identity, action) {
  const file = action.fields.file;
  const blob = file && (await outboxFile(file.sha256));
  if (!blob) return 0; // no file, or one that was uploaded by an action before this one
  const url = `/sync/files/${file.sha256}`;
  const head = await request(url, identity, { method: 'HEAD', accepted: [404] });
  if (head.status === 200) return 0;
  let offset = Number(head.headers.get('Upload-Offset') ?? 0);
  for (let rounds = 0; rounds < 3 + 2 * Math.ceil(blob.size / PIECE); rounds += 1) {
    const response = await request(url, identity, {
      method: 'PUT',
      headers: {
        'Content-Type': 'application/octet-stream',
        'Upload-Offset': String(offset),
        'Upload-Length': String(blob.size),
      },
      body: blob.slice(offset, offset + PIECE),
      accepted: [400, 409, 413, 422, 429],
    });
    if (response.status === 429) return HELD_MS;
    if (response.status === 409 && response.headers.has('Retry-After')) return BUSY_MS;
    // 202: go on; 409: the server stands elsewhere; 422: what was there before was not this file, and is gone.
    if (![202, 409, 422].includes(response.status)) return 0; // stored, or the action is refused with the reason
    offset = Number(response.headers.get('Upload-Offset') ?? 0);
  }
  return HELD_MS;
}

/**
 * How long the server may hold a request for changes: until what was put off may be sent.
 * @param {OutboxRow[]} rows @param {number} [now]
 */
export function waitOf(rows, now = Date.now()) {
  const until = rows.map((row) => row.not_before - now).filter((ms) => ms > 0 && ms <= HELD_MS);
  return Math.max(SHORTEST_WAIT_MS, Math.min(LONGPOLL_MS, ...until));
}

/**
 * Bring the replica up to the server's state: nothing new is exactly one request.
 * @param {Identity} identity @param {Replica} replica
 * @param {{isWaiting?: boolean, signal?: AbortSignal, onProgress?: (done: number, total: number) => void}} [options]
 *   isWaiting: let the server hold the first request until there is something, or what was put off may be sent
 * @returns {Promise<{ids: string[], settled: import('./types.js').SettledRow[]}>} documents that changed
 */
export async function pull(identity, replica, { isWaiting = false, signal, onProgress } = {}) {
  const ids = new Set();
  const settled = [];
  for (let isFirst = true; ; isFirst = false) {
    const since = await replica.since();
    if (since === undefined) {
      settled.push(...(await loadSnapshot(identity, replica, onProgress)));
      return { ids: ['*'], settled };
    }
    const query = new URLSearchParams({ since, include_docs: 'true', limit: String(CHANGES) });
    const wait = isWaiting && isFirst ? waitOf(await waitingActions(identity.personId)) : 0;
    if (wait > 0) {
      query.set('feed', 'longpoll');
      query.set('timeout', String(wait));
    }
    const timeout = wait > 0 ? wait + 15_000 : 30_000;
    const response = await request(`/sync/inbox/_changes?${query}`, identity, {
      signal,
      timeout,
      accepted: [400, 404],
    });
    if (!response.ok) {
      await replica.clear(); // the server no longer knows this checkpoint: begin again
      continue;
    }
    const { results, last_seq } = await response.json();
    if (results.length === 0) return { ids: [...ids], settled };
    if (!(await replica.apply(results, since, String(last_seq)))) continue; // another round got here first
    for (const change of results) ids.add(change.id);
    settled.push(
      ...(await settleReceipts(
        identity,
        results.map((/** @type {any} */ change) => change.doc),
      )),
    );
    if (results.length < CHANGES) return { ids: [...ids], settled };
  }
}

/** Settle by the receipts among some documents. @param {Identity} identity @param {any[]} docs */
async function settleReceipts(identity, docs) {
  const receipts = docs.filter((doc) => doc?.kind === 'receipt');
  const { settled } = await settleChecked(identity, receipts);
  await releaseFollowers(settled.map((row) => row.action_id));
  return settled;
}

/**
 * Load the snapshot in batches; a cut one leaves no checkpoint, so the next try begins again.
 * @param {Identity} identity @param {Replica} replica
 * @param {(done: number, total: number) => void} [onProgress]
 */
async function loadSnapshot(identity, replica, onProgress) {
  const response = await request('/sync/snapshot', identity);
  const lines = snapshotLines(response);
  const { since, count } = (await lines.next()).value;
  await replica.clear();
  const settled = [];
  let done = 0;
  /** @type {any[]} */
  let batch = [];
  const rows = new Map();
  // One batch is written while the next one comes.
  let writing = Promise.resolve();
  try {
    for await (const doc of lines) {
      batch.push(doc);
      if (batch.length < LOADED_AT_ONCE) continue;
      done += batch.length;
      await writing;
      writing = replica.load(batch, null, rows);
      writing.catch(() => {}); // told where it is awaited
      settled.push(...(await settleReceipts(identity, batch)));
      batch = [];
      onProgress?.(done, count);
    }
  } finally {
    await writing;
  }
  if (done + batch.length < count) throw new Unreachable('the snapshot was cut off');
  await replica.load(batch, String(since), rows);
  settled.push(...(await settleReceipts(identity, batch)));
  onProgress?.(count, count);
  return settled;
}
