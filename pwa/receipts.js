/**
 * Receipts against what this device handed over. One whose signature does not hold, or that is for another content,
 * settles nothing: the act stays in the outbox with what was found, and the pages are told. A browser that knows no
 * Ed25519 takes receipts unchecked and says so.
 */

import { hexDigest } from './bytes.js';
import { readDevice, writeDevice } from './device.js';
import { findWaiting, settle, updateAction } from './outbox.js';
import { request } from './requests.js';
import { actForm, receiptForm } from './signed_forms.js';
import { tell } from './tell.js';

/** @typedef {import('./types.js').Receipt} Receipt */
/** @typedef {import('./types.js').OutboxRow} OutboxRow */
/** @typedef {import('./types.js').SettledRow} SettledRow */
/** @typedef {{personId: string, deviceId: string}} Identity */
/** @typedef {{key_id: string, public_key: string}} PublicKey */
/** @typedef {{receipt: Receipt, action_sha256: string|null, proof?: SettledRow['proof'], fault?: OutboxRow['receipt_fault']}} Checked */

const ALGORITHM = { name: 'Ed25519' };

/** The server's keys by id, once they have been read. @type {Map<string, CryptoKey>|undefined} */
let keys;
/** Whether this browser can check signatures, as far as that is known. */
let isAble = typeof crypto.subtle?.verify === 'function';

/**
 * Settle the actions whose receipts hold.
 * @param {Identity} identity @param {Receipt[]} receipts
 * @param {{mayAsk?: boolean}} [options]  mayAsk: ask the server for a key that is not known yet; otherwise such a receipt
 *   is passed over
 * @returns {Promise<{settled: SettledRow[], doubted: string[]}>} doubted: ids of actions whose receipt does not hold
 */
export async function settleChecked(identity, receipts, { mayAsk = true } = {}) {
  const final = receipts.filter((receipt) => receipt.status !== 'held');
  const waiting = await findWaiting(final.map((receipt) => receipt.action_id));
  const due = final.filter((receipt) => waiting.has(receipt.action_id));
  if (due.length === 0) return { settled: [], doubted: [] };
  await learnKeys(identity, due, mayAsk);
  const checked = await Promise.all(
    due.map((receipt) => check(receipt, /** @type {OutboxRow} */ (waiting.get(receipt.action_id)))),
  );
  const faulty = checked.filter(({ fault }) => fault && (mayAsk || fault !== 'key'));
  for (const { receipt, fault } of faulty) {
    const receipt_fault = fault === 'key' ? 'signature' : fault;
    await updateAction(receipt.action_id, { receipt_fault });
    await tell({ type: 'trouble', name: `receipt ${receipt.action_id}: ${receipt_fault}` });
  }
  const settled = await settle(checked.filter(({ fault }) => !fault));
  return { settled, doubted: faulty.map(({ receipt }) => receipt.action_id) };
}

/** @param {Receipt} receipt @param {OutboxRow} row @returns {Promise<Checked>} */
async function check(receipt, { action }) {
  const { signature, device_id } = receipt;
  const action_sha256 = crypto.subtle ? await hexDigest(actForm(action, device_id)) : null;
  const checked = { receipt, action_sha256 };
  if (receipt.action_sha256 && action_sha256 && receipt.action_sha256 !== action_sha256)
    return { ...checked, fault: 'content' };
  if (!isAble) return { ...checked, proof: signature ? 'unverified' : 'unsigned' };
  if (!signature) return keys?.size ? { ...checked, fault: 'signature' } : { ...checked, proof: 'unsigned' };
  const key = keys?.get(signature.key_id);
  if (!key) return { ...checked, fault: 'key' };
  const isValid = await crypto.subtle
    .verify(ALGORITHM, key, bytesOf(signature.value), receiptForm(receipt))
    .catch(() => false);
  return isValid ? { ...checked, proof: 'signed' } : { ...checked, fault: 'signature' };
}

/**
 * Have the keys that receipts are signed with at hand, as far as they can be had.
 * @param {Identity} identity @param {Receipt[]} receipts @param {boolean} mayAsk
 */
async function learnKeys(identity, receipts, mayAsk) {
  if (!isAble) return;
  const stored = keys ? [] : ((await readDevice()).server_keys ?? []);
  keys ??= await imported(stored);
  const isKnown = (/** @type {Receipt} */ { signature }) => !signature || keys?.has(signature.key_id);
  if (!isAble || !mayAsk || receipts.every(isKnown)) return;
  const response = await request('/sync/keys', identity, { accepted: [403, 404] });
  if (!response.ok) return;
  const listed = /** @type {PublicKey[]} */ ((await response.json()).keys);
  await writeDevice({ server_keys: listed.map(({ key_id, public_key }) => ({ key_id, public_key })) });
  keys = new Map([...keys, ...(await imported(listed))]);
}

/** @param {PublicKey[]} listed @returns {Promise<Map<string, CryptoKey>>} */
async function imported(listed) {
  const found = new Map();
  for (const { key_id, public_key } of listed) {
    try {
      const key = await crypto.subtle.importKey('spki', bytesOf(public_key), ALGORITHM, false, ['verify']);
      found.set(key_id, key);
    } catch (error) {
      // A browser without Ed25519 says so; a key that is none stays unknown.
      if (error instanceof DOMException && error.name === 'NotSupportedError') isAble = false;
    }
  }
  return found;
}

/** @param {string} text base64 */
function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
