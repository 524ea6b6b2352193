/**
 * Documents of the replica in two stores. A snapshot comes as packs, since what takes time is the number of writes and
 * not their size; what changes later is written singly to `docs` and counts before its copy in a pack.
 *
 * packs: up to 25 documents in the order of their ids, under the id of the last; the packs follow one another, so that
 * the pack of an id is the first one that does not end before it. docs: documents by `_id`; `{_id, is_gone: true}` for
 * one that was deleted and whose copy is still in a pack.
 */

/** @typedef {import('./types.js').Doc} Doc */
/** @typedef {Pick<import('idb').IDBPTransaction<unknown, string[], any>, 'objectStore'>} Reading */

const PACK = 25;
const END = '\uffff';

export const DOCUMENT_STORES = ['docs', 'packs'];

/**
 * Find a document.
 * @param {Reading} transaction @param {string} id
 * @returns {Promise<any>} undefined when there is none
 */
export async function findDocument(transaction, id) {
  return (await findDocuments(transaction, [id])).get(id);
}

/**
 * Find several documents, reading no pack twice.
 * @param {Reading} transaction @param {string[]} ids
 * @returns {Promise<Map<string, Doc>>} those that there are
 */
export async function findDocuments(transaction, ids) {
  const docs = transaction.objectStore('docs');
  const single = await Promise.all(ids.map((id) => docs.get(id)));
  /** @type {Map<string, Doc>} */
  const found = new Map();
  for (const doc of single) if (doc && !doc.is_gone) found.set(doc._id, doc);
  const others = ids.filter((_id, index) => !single[index]).sort(inOrder);
  /** @type {Doc[]} */
  let pack = [];
  for (const id of others) {
    if (!(pack.length > 0 && id <= pack[pack.length - 1]._id))
      pack = (await transaction.objectStore('packs').get(IDBKeyRange.lowerBound(id))) ?? [];
    if (pack.length === 0) break; // and none for the ids after it
    const doc = pack.find(({ _id }) => _id === id);
    if (doc) found.set(id, doc);
  }
  return found;
}

/**
 * Documents whose id starts with a prefix, in the order of ids.
 * @param {Reading} transaction @param {string} prefix
 * @returns {Promise<any[]>}
 */
export async function documentsStartingWith(transaction, prefix) {
  const range = IDBKeyRange.bound(prefix, prefix + END);
  const packs = transaction.objectStore('packs');
  const [single, inside, beyond] = await Promise.all([
    transaction.objectStore('docs').getAll(range),
    packs.getAll(range),
    packs.get(IDBKeyRange.lowerBound(prefix + END, true)),
  ]);
  const found = new Map();
  for (const doc of [...inside.flat(), ...(beyond ?? [])])
    if (doc._id.startsWith(prefix)) found.set(doc._id, doc);
  for (const doc of single) found.set(doc._id, doc);
  return [...found.values()].filter((doc) => !doc.is_gone).sort((a, b) => inOrder(a._id, b._id));
}

/**
 * Write documents of a snapshot: as packs where they follow what is there, singly otherwise.
 * @param {IDBTransaction} transaction @param {Doc[]} documents
 * @param {string} last  the id with which the packs written so far end
 */
export function packDocuments(transaction, documents, last) {
  const isFollowing = documents.every((doc, index) => doc._id > (index ? documents[index - 1]._id : last));
  if (!isFollowing) {
    for (const doc of documents) transaction.objectStore('docs').put(doc);
    return;
  }
  for (let at = 0; at < documents.length; at += PACK) {
    const pack = documents.slice(at, at + PACK);
    transaction.objectStore('packs').put(pack, pack[pack.length - 1]._id);
  }
}

/**
 * The id with which the packs end; empty while there are none.
 * @param {Reading} transaction
 * @returns {Promise<string>}
 */
export async function lastPacked(transaction) {
  const cursor = await transaction.objectStore('packs').openKeyCursor(null, 'prev');
  return String(cursor?.key ?? '');
}

/** Compare as the database does: by code unit. @param {string} a @param {string} b */
const inOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
