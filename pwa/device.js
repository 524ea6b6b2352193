/**
 * What belongs to the device and not to a document: its id, who is signed in, and half-filled forms.
 * The worker and the pages share it; no document is ever kept here.
 *
 * meta: `person_id` (null: nobody); `session` ('ok', 'expired', 'unknown' right after a sign-in, 'revoked');
 * `profile` (enough to head a page when the replica is gone); `locale`; `synced_at`; `device_id:<person_id>`, since a
 * device is enrolled for one person and a shared browser counts as one device of each; `device_key:<device_id>` (see
 * device_key.js); `opened:<person_id>` (see openings.js); `server_keys` (what receipts are checked with).
 */

/** @type {Promise<IDBDatabase>|undefined} */
let opened;

/**
 * Open the database of the device, once. Without a library: this is all that pages have of IndexedDB.
 * @returns {Promise<IDBDatabase>}
 */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('congvan-device', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('meta');
      request.result.createObjectStore('drafts');
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => {
        opened = undefined;
      };
      resolve(request.result);
    };
  });
  return opened;
}

/**
 * Run one transaction on one store and give what `work` asked for.
 * @template Result
 * @param {'meta'|'drafts'} name @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => () => Result} work  asks, and gives what reads the answers at the end
 * @returns {Promise<Result>}
 */
async function run(name, mode, work) {
  const transaction = (await open()).transaction(name, mode);
  const result = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result());
    transaction.onabort = () => reject(transaction.error);
  });
}

const nothing = () => undefined;

/**
 * Read what the device knows.
 * @returns {Promise<Record<string, any>>}
 */
export function readDevice() {
  return run('meta', 'readonly', (store) => {
    const keys = store.getAllKeys();
    const values = store.getAll();
    return () => Object.fromEntries(keys.result.map((key, index) => [String(key), values.result[index]]));
  });
}

/**
 * Write values of the device in one transaction.
 * @param {Record<string, any>} values
 * @returns {Promise<void>}
 */
export function writeDevice(values) {
  return run('meta', 'readwrite', (store) => {
    for (const [key, value] of Object.entries(values)) store.put(value, key);
    return nothing;
  });
}

/**
 * Change a value in one transaction; undefined takes it away.
 * @template Value
 * @param {string} key @param {(known: Value|undefined) => Value|undefined} change
 * @returns {Promise<void>}
 */
export function updateDevice(key, change) {
  return run('meta', 'readwrite', (store) => {
    const known = store.get(key);
    known.onsuccess = () => {
      const value = change(known.result);
      if (value === undefined) store.delete(key);
      else store.put(value, key);
    };
    return nothing;
  });
}

/**
 * Keep a value unless there is one already.
 * @template Value
 * @param {string} key @param {Value} value
 * @returns {Promise<Value>} the one that stands
 */
export function keepFirst(key, value) {
  return run('meta', 'readwrite', (store) => {
    let standing = value;
    const known = store.get(key);
    known.onsuccess = () => {
      if (known.result === undefined) store.put(value, key);
      else standing = known.result;
    };
    return () => standing;
  });
}

/**
 * Give the id of this device for a person, made by chance the first time.
 * @param {string} personId
 * @param {boolean} [isFresh]  make a new one, when the server will not have the old one
 * @returns {Promise<string>}
 */
export function deviceId(personId, isFresh = false) {
  const key = `device_id:${personId}`;
  return run('meta', 'readwrite', (store) => {
    let id = '';
    const known = store.get(key);
    known.onsuccess = () => {
      id = (!isFresh && known.result) || crypto.randomUUID();
      if (id !== known.result) store.put(id, key);
    };
    return () => id;
  });
}

/**
 * Keep what was typed into a form so far.
 * @param {string} key @param {Record<string, any>} fields
 * @returns {Promise<void>}
 */
export function saveDraft(key, fields) {
  return run('drafts', 'readwrite', (store) => {
    store.put(fields, key);
    return nothing;
  });
}

/**
 * @param {string} key
 * @returns {Promise<Record<string, any>|undefined>}
 */
export function readDraft(key) {
  return run('drafts', 'readonly', (store) => {
    const found = store.get(key);
    return () => found.result;
  });
}

/** @param {string} key @returns {Promise<void>} */
export function dropDraft(key) {
  return run('drafts', 'readwrite', (store) => {
    store.delete(key);
    return nothing;
  });
}
