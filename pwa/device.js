/**
 * What belongs to the device and not to a document: its id, who is signed in, and half-filled forms.
 * The worker and the pages share it; no document is ever kept here.
 *
 * meta: `person_id` (null: nobody); `session` ('ok', 'expired', 'unknown' right after a sign-in, 'revoked');
 * `profile` (enough to head a page when the replica is gone); `locale`; `synced_at`; `device_id:<person_id>`, since a
 * device is enrolled for one person and a shared browser counts as one device of each.
 */
import { openDB } from 'idb';

/** @type {Promise<import('idb').IDBPDatabase>|undefined} */
let opened;

/** Open the database of the device, once. */
function open() {
  opened ??= openDB('congvan-device', 1, {
    upgrade(db) {
      db.createObjectStore('meta');
      db.createObjectStore('drafts');
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

/**
 * Read several values of the device at once.
 * @returns {Promise<Record<string, any>>}
 */
export async function readDevice() {
  const transaction = (await open()).transaction('meta');
  const [keys, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
  return Object.fromEntries(keys.map((key, index) => [String(key), values[index]]));
}

/**
 * Write values of the device in one transaction.
 * @param {Record<string, any>} values
 */
export async function writeDevice(values) {
  const transaction = (await open()).transaction('meta', 'readwrite');
  for (const [key, value] of Object.entries(values)) transaction.store.put(value, key);
  await transaction.done;
}

/**
 * Give the id of this device for a person, made by chance the first time.
 * @param {string} personId
 * @param {boolean} [isFresh]  make a new one, when the server knows the old one as another person's
 * @returns {Promise<string>}
 */
export async function deviceId(personId, isFresh = false) {
  const key = `device_id:${personId}`;
  const transaction = (await open()).transaction('meta', 'readwrite');
  let id = isFresh ? undefined : await transaction.store.get(key);
  if (!id) {
    id = crypto.randomUUID();
    transaction.store.put(id, key);
  }
  await transaction.done;
  return id;
}

/**
 * Keep what was typed into a form so far.
 * @param {string} key @param {Record<string, any>} fields
 */
export const saveDraft = async (key, fields) => (await open()).put('drafts', fields, key);

/**
 * @param {string} key
 * @returns {Promise<Record<string, any>|undefined>}
 */
export const readDraft = async (key) => (await open()).get('drafts', key);

/** @param {string} key */
export const dropDraft = async (key) => (await open()).delete('drafts', key);
