/** All or nothing: IndexedDB commits what was asked for before an exception, unless the transaction is ended. */

/**
 * Run some writes as one transaction; when one of them fails, none is kept.
 * @template Result
 * @param {import('idb').IDBPDatabase} db @param {string[]} stores
 * @param {(transaction: import('idb').IDBPTransaction<unknown, string[], 'readwrite'>) => Promise<Result>|Result} work
 *   waits for nothing but this transaction
 * @param {IDBTransactionOptions} [options]
 * @returns {Promise<Result>}
 */
export async function writeAll(db, stores, work, options) {
  const transaction = db.transaction(stores, 'readwrite', options);
  const done = transaction.done.catch((error) => ({ error }));
  try {
    const result = await work(transaction);
    const failed = await done;
    if (failed) throw failed.error;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // it ended by itself
    }
    await done;
    throw error;
  }
}
