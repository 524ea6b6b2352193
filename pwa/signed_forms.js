/**
 * What signatures and digests are made over: the forms of an act and of a receipt, written the same way everywhere.
 * The same as server/domain/signed_forms.py, byte for byte; tests/contract/signed_form_cases.json holds both to it.
 */

/** Not `after`: it says in what order acts are sent, and changes when the act before is taken back. */
const ACT_FIELDS = ['action_id', 'command', 'document_id', 'seen_version', 'acted_at', 'device_id', 'fields'];
const RECEIPT_FIELDS = [
  'action_id',
  'command',
  'actor_id',
  'device_id',
  'document_id',
  'status',
  'reason',
  'version',
  'acted_at',
  'received_at',
  'action_sha256',
];

/**
 * What a device signs of an act that it hands over, whatever id it had when the act was queued.
 * @param {Record<string, any>} action @param {string|null|undefined} device_id
 */
export const actForm = (action, device_id) => form('congvan-act-1', ACT_FIELDS, { ...action, device_id });

/** What the server signs of a receipt. @param {Record<string, any>} receipt */
export const receiptForm = (receipt) => form('congvan-receipt-1', RECEIPT_FIELDS, receipt);

/** @param {string} name @param {string[]} fields @param {Record<string, any>} source */
function form(name, fields, source) {
  const values = Object.fromEntries(fields.map((field) => [field, source[field] ?? null]));
  return new TextEncoder().encode(canonical({ form: name, ...values }));
}

/**
 * JSON in the one way of writing it (RFC 8785): keys in the order of UTF-16, no spaces.
 * @param {any} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
