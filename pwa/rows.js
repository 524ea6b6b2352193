/**
 * What lists show, in the order of its keys `folder NUL sort_key NUL id`. A snapshot brings packs of rows; what changes
 * later is a row by itself, and is taken out of its pack. A list is the two laid together.
 *
 * rows: a row by its key. row_packs: `{rows, review_mark?}`, at most 25 rows of one folder in order, under the key of
 * the last one when they were packed; `review_mark` when one of them has an open review.
 */

import { unwrap } from 'idb';

/** @typedef {Record<string, any>} Row */
/** @typedef {{folder: string, list: string, due_on: string, count: number}} Place  due_on: '' for no deadline */
/** @typedef {Pick<import('idb').IDBPTransaction<unknown, string[], any>, 'objectStore'>} Stores */

const NUL = '\u0000';
const END = '\uffff';
const PACK = 25;
/** Key in `meta` of how many rows are in each place: few places, however many rows. */
const PLACES = 'places';

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
  for (const folder of new Set(rows.map((row) => row.folder))) {
    const inside = rows.filter((row) => row.folder === folder).sort(inOrder);
    for (let at = 0; at < inside.length; at += PACK) {
      const pack = inside.slice(at, at + PACK);
      packs.put(packOf(pack), /** @type {string} */ (rowKey(pack[pack.length - 1])));
    }
  }
  transaction.objectStore('meta').put(moved({}, [], rows), PLACES);
}

/** @param {Row} row  a card or what a list shows of it */
const placeOf = ({ folder, list, due_on }) => [folder, list ?? '', due_on ?? ''].join(NUL);

/** @param {Record<string, number>} counts @param {Row[]} before @param {Row[]} now */
function moved(counts, before, now) {
  const found = { ...counts };
  for (const row of before) found[placeOf(row)] = (found[placeOf(row)] ?? 0) - 1;
  for (const row of now) found[placeOf(row)] = (found[placeOf(row)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0));
}

/**
 * Count cards out of where they were, and into where they are now.
 * @param {import('idb').IDBPTransaction<unknown, string[], 'readwrite'>} transaction
 * @param {Row[]} before @param {Row[]} now
 */
export async function movePlaces(transaction, before, now) {
  const isListed = (/** @type {Row} */ row) => rowKey(row) !== null;
  const meta = transaction.objectStore('meta');
  const counts = moved(await meta.get(PLACES), before.filter(isListed), now.filter(isListed));
  unwrap(meta).put(counts, PLACES);
}

/**
 * How many rows are in each place.
 * @param {Stores} transaction
 * @returns {Promise<Place[]>}
 */
export async function countPlaces(transaction) {
  const counts = (await transaction.objectStore('meta').get(PLACES)) ?? {};
  return Object.entries(counts).map(([key, count]) => {
    const [folder, list, due_on] = key.split(NUL);
    return { folder, list, due_on, count };
  });
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
  for (const key of [...packed].sort()) {
    if (!packed.has(key)) continue; // taken out with another one of its pack
    const cursor = await packs.openCursor(IDBKeyRange.lowerBound(key));
    if (!cursor) break;
    const left = cursor.value.rows.filter(
      (/** @type {Row} */ row) => !packed.delete(/** @type {string} */ (rowKey(row))),
    );
    packs.put(packOf(left), cursor.primaryKey);
  }
}

/** @param {Row[]} rows */
const packOf = (rows) => ({ rows, ...(rows.some((row) => row.review_mark) && { review_mark: 1 }) });

/** @param {Row} a @param {Row} b */
const inOrder = (a, b) => (String(rowKey(a)) < String(rowKey(b)) ? -1 : 1);
