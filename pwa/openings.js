/**
 * Which documents the person had on the screen, and at which version: kept until the server knows, which tells others
 * who has seen what. It is no act: nothing waits for it.
 */
import { readDevice, updateDevice } from './device.js';
import { RequestFailed, request } from './requests.js';

/** @typedef {Record<string, {version: number, at: string}>} Openings document id → the newest version opened */

/** As many as the server takes at once (`LIMIT` of server/usecases/openings.py). */
const LIMIT = 200;

/** @param {string} personId */
const keyOf = (personId) => `opened:${personId}`;

/** What the server has heard of since the worker started. @type {Map<string, number>} */
const told = new Map();

/**
 * Keep that a person has opened a version of a document.
 * @param {string} personId @param {{_id: string, version: number}} card
 * @returns {Promise<boolean>} whether there is something that the server does not know yet
 */
export async function noteOpening(personId, { _id: id, version }) {
  if (!version || (told.get(`${personId} ${id}`) ?? 0) >= version) return false;
  const at = new Date().toISOString();
  await updateDevice(keyOf(personId), (/** @type {Openings|undefined} */ known) => {
    if ((known?.[id]?.version ?? 0) >= version) return known;
    const rest = Object.entries({ ...known, [id]: { version, at } });
    return Object.fromEntries(rest.slice(-LIMIT));
  });
  return true;
}

/**
 * Let the server know what was opened.
 * @param {{personId: string, deviceId: string}} identity
 * @returns {Promise<void>}
 * @throws as `request` does, but for what the server will not read, which is forgotten
 */
export async function tellOpenings(identity) {
  const { personId } = identity;
  /** @type {Openings} */
  const opened = (await readDevice())[keyOf(personId)] ?? {};
  const rows = Object.entries(opened).map(([document_id, one]) => ({ document_id, ...one }));
  if (rows.length === 0) return;
  try {
    await request('/sync/openings', identity, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ opened: rows }),
    });
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.status === 403) throw error; // the device is enrolled anew
  }
  for (const { document_id, version } of rows) told.set(`${personId} ${document_id}`, version);
  await updateDevice(keyOf(personId), (/** @type {Openings|undefined} */ known = {}) => {
    const left = Object.entries(known).filter(([id, { version }]) => version > (opened[id]?.version ?? 0));
    return left.length > 0 ? Object.fromEntries(left) : undefined;
  });
}
