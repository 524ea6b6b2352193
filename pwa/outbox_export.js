/** Handing the outbox over as a file: what its author keeps when the device cannot send it, or to prove it later. */
import { base64 } from './bytes.js';
import { outboxFile, settledActions, waitingActions } from './outbox.js';

/** @typedef {import('./types.js').SettledRow} SettledRow */

/**
 * Everything a person would lose with the device, as one JSON file: actions, refused ones, bodies in base64, and the
 * receipts by which what was handed over can be proved (`congvan verify-receipts`).
 * @param {string} personId
 * @returns {Promise<Blob>}
 */
export async function exportOutbox(personId) {
  const waiting = await waitingActions(personId);
  const receipted = await settledActions(personId);
  const isRefused = (/** @type {SettledRow} */ { receipt }) => receipt.status === 'refused';
  const refused = receipted.filter(isRefused);
  const hashes = new Set(
    [...waiting, ...refused].map((row) => row.action.fields.file?.sha256).filter(Boolean),
  );
  const facts = { format: 'congvan-outbox-1', person_id: personId, exported_at: new Date().toISOString() };
  const rows = {
    waiting: waiting.map((row) => row.action),
    refused: refused.map(withReceipt),
    settled: receipted.filter((row) => !isRefused(row)).map(withReceipt),
  };
  const parts = [`${JSON.stringify({ ...facts, ...rows }).slice(0, -1)},"files":{`];
  for (const sha256 of hashes) {
    const blob = await outboxFile(sha256);
    if (blob) parts.push(`${parts.length > 1 ? ',' : ''}"${sha256}":"${base64(await blob.arrayBuffer())}"`);
  }
  return new Blob([...parts, '}}'], { type: 'application/json' });
}

/** @param {SettledRow} row */
const withReceipt = ({ action, receipt }) => ({ ...action, receipt });
