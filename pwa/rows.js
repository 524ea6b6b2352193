/**
 * What lists show, in the order of its keys `folder NUL sort_key NUL id`. A snapshot brings packs of rows; what changes
 * later is a row by itself, and is taken out of its pack. A list is the two laid together.
 *
 * rows: a row by its key. row_packs: `{rows, review_mark?}`, at most 25 rows of one folder in order, under the key of
 * the last one when they were packed; `review_mark` when one of them has an open review.
 */

/** @typedef {Record<string, any>} Row */
/** @typedef {Pick<import('idb').IDBPTransaction<unknown, string[], any>, 'objectStore'>} Stores */

const NUL = '\u0000';
const END = '\uffff';
const PACK = 25;
/** Key in `meta` of how many rows of each folder are in packs. */
const PACKED = 'packed_rows';

export const ROW_STORES = ['rows', 'row_packs'];

/** @param {import('idb').IDBPDatabase} db */
export function makeRowStores(db) {
  for (const name of ROW_STORES) db.createObjectStore(name).createIndex('reviews', 'review_mark');
}

/**
 * @param {Row|undefined} card  a card or what a list shows of it
 * @returns {string|null} the key of its row, or null when no list shows it
 */
export function rowKey(card) {
  return card?.folder ? `${card.folder}${NUL}${card.sort_key}${NUL}${card._id}` : null;
}

/**
 * Write the rows of a snapshot in place of all there are.
 * @param {IDBTransaction} transaction @param {Row[]} rows
 */
export function packRows(transaction, rows) {
  for (const name of ROW_STORES) transaction.objectStore(name).clear();
  const packs = transaction.objectStore('row_packs');
  /** @type {Record<string, number>} */
  const counts = {};
  for (const folder of new Set(rows.map((row) => row.folder))) {
    const inside = rows.filter((row) => row.folder === folder).sort(inOrder);
    counts[folder] = inside.length;
    for (let at = 0; at < inside.length; at += PACK) {
      const pack = inside.slice(at, at + PACK);
      packs.put(packOf(pack), /** @type {string} */ (rowKey(pack[pack.length - 1])));
    }
  }
  transaction.objectStore('meta').put(counts, PACKED);
}

/**
 * The first rows of a folder, or those after a key.
 * @param {Stores} transaction @param {string} folder @param {string|null} after @param {number} limit
 * @returns {Promise<Row[]>}
 */
export async function listRows(transaction, folder, after, limit) {
  const start = folder + NUL;
  const range = IDBKeyRange.bound(after?.startsWith(start) ? after : start, start + END, true, true);
  const single = transaction.objectStore('rows').getAll(range, limit);
  const packed = packedRows(transaction.objectStore('row_packs'), range, limit);
  return [...(await single), ...(await packed)].sort(inOrder).slice(0, limit);
}

/** @param {any} packs @param {IDBKeyRange} range @param {number} limit @returns {Promise<Row[]>} */
async function packedRows(packs, range, limit) {
  /** @type {Row[]} */
  const rows = [];
  let rest = range;
  while (rows.length < limit) {
    const wanted = Math.ceil((limit - rows.length) / PACK) + 1;
    const [keys, found] = await Promise.all([packs.getAllKeys(rest, wanted), packs.getAll(rest, wanted)]);
    for (const pack of found)
      rows.push(...pack.rows.filter((/** @type {Row} */ row) => String(rowKey(row)) > range.lower));
    if (found.length < wanted) break;
    rest = IDBKeyRange.bound(keys[keys.length - 1], range.upper, true, true);
  }
  return rows;
}

/** Rows of documents with an open review. @param {Stores} transaction @returns {Promise<Row[]>} */
export async function rowsWithReviews(transaction) {
  const [single, packs] = await Promise.all(
    ROW_STORES.map((name) => transaction.objectStore(name).index('reviews').getAll()),
  );
  const packed = packs.flatMap((/** @type {any} */ pack) => pack.rows);
  return [...single, ...packed.filter((row) => row.review_mark)].sort(inOrder);
}

/**
 * Number of rows of each folder.
 * @param {Stores} transaction @param {readonly string[]} folders
 * @returns {Promise<Record<string, number>>}
 */
export async function countRows(transaction, folders) {
  const rows = transaction.objectStore('rows');
  const [packed, ...single] = await Promise.all([
    transaction.objectStore('meta').get(PACKED),
    ...folders.map((folder) => rows.count(IDBKeyRange.bound(folder + NUL, folder + NUL + END))),
  ]);
  return Object.fromEntries(folders.map((folder, at) => [folder, single[at] + (packed?.[folder] ?? 0)]));
}

/**
 * Take out rows, wherever they are.
 * @param {import('idb').IDBPTransaction<unknown, string[], 'readwrite'>} transaction @param {string[]} keys
 */
export async function removeRows(transaction, keys) {
  const rows = transaction.objectStore('rows');
  const single = await Promise.all(keys.map((key) => rows.getKey(key)));
  const packed = new Set(keys.filter((_key, at) => single[at] === undefined));
  for (const key of keys) if (!packed.has(key)) rows.delete(key);
  if (packed.size === 0) return;
  const packs = transaction.objectStore('row_packs');
  const counts = { ...(await transaction.objectStore('meta').get(PACKED)) };
  for (const key of [...packed].sort()) {
    if (!packed.has(key)) continue; // taken out with another one of its pack
    const cursor = await packs.openCursor(IDBKeyRange.lowerBound(key));
    if (!cursor) break;
    const left = [];
    for (const row of cursor.value.rows) {
      if (packed.delete(/** @type {string} */ (rowKey(row)))) counts[row.folder] -= 1;
      else left.push(row);
    }
    packs.put(packOf(left), cursor.primaryKey);
  }
  transaction.objectStore('meta').put(counts, PACKED);
}

/** @param {Row[]} rows */
const packOf = (rows) => ({ rows, ...(rows.some((row) => row.review_mark) && { review_mark: 1 }) });

/** @param {Row} a @param {Row} b */
const inOrder = (a, b) => (String(rowKey(a)) < String(rowKey(b)) ? -1 : 1);
