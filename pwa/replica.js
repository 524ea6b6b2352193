/**
 * The replica: the signed-in person's cards, one database for each person. It can be wiped and pulled again at any
 * time. A batch of changes and its checkpoint are written in one transaction, so a cut leaves neither half.
 *
 * docs and packs: the documents (packs.js); rows and row_packs: what lists show, in their order (rows.js); meta: `since`
 * (the checkpoint; absent until a whole snapshot has come).
 */
import { deleteDB, openDB, unwrap } from 'idb';
import { folderCounts } from './lists.js';
import {
  DOCUMENT_STORES,
  documentsStartingWith,
  findDocument,
  findDocuments,
  lastPacked,
  packDocuments,
} from './packs.js';
import {
  countPlaces,
  listRows,
  makeRowStores,
  movePlaces,
  packRows,
  ROW_STORES,
  removeRows,
  rowKey,
  rowsWithReviews,
} from './rows.js';
import { writeAll } from './transactions.js';

/** @typedef {import('./types.js').Doc} Doc */
/** @typedef {{id: string, deleted?: boolean, doc?: Doc}} Change */

/** Raise it when what is stored changes its shape, such as the fields of a summary. */
const SHAPE = 9;
const STORES = [...DOCUMENT_STORES, ...ROW_STORES, 'meta'];

/** Who has a document to do something about it, by name (as `held_by` on the server). @param {Record<string, any>} card */
function heldBy({ kind, state, holder, assignments = [], leader_name }) {
  if (kind === 'outgoing') return holder?.name ?? '';
  if (state === 'concluded' || state === 'withdrawn') return '';
  const rows = assignments.filter(
    (/** @type {any} */ row) => row.role !== 'inform' && ['waiting', 'taken_on'].includes(row.state),
  );
  const names = rows.map((/** @type {any} */ row) => (row.is_unit ? row.unit_name : row.person_name));
  return [...new Set(names)].join(', ') || (leader_name ?? '');
}

/**
 * Give what a list shows of a card (the same fields as on the server).
 * @param {Record<string, any>} card
 */
export function summary(card) {
  const latest = card.timeline?.at(-1);
  const mark = card.reviews?.length > 0 ? { review_mark: 1 } : {}; // a boolean cannot be indexed
  return {
    ...mark,
    _id: card._id,
    kind: card.kind,
    title: card.title,
    number: card.number ?? '',
    sender: card.sender ?? '',
    folder: card.folder,
    list: card.list ?? '',
    sort_key: card.sort_key,
    due_on: card.due_on ?? null,
    urgency: card.urgency,
    confidentiality: card.confidentiality,
    is_priority: card.is_priority ?? false,
    state: card.state,
    updated_at: card.updated_at,
    version: card.version,
    arrival_label: card.arrival?.label ?? '',
    arrived_on: card.arrival?.arrived_on ?? null,
    document_on: card.document_on ?? null,
    held_by: heldBy(card),
    latest: latest
      ? { actor_name: latest.actor_name, event: latest.event, at: latest.at, text: latest.text }
      : null,
    drafter_name: card.drafter?.name ?? '',
    role: card.my_assignment?.role ?? null,
    urged_count: card.my_assignment?.urged?.count ?? 0,
    is_asked_for_time: card.allowed_actions?.includes('decide_extension') ?? false,
    is_asked_for_excuse: card.allowed_actions?.includes('decide_excuse') ?? false,
    acting_for: card.acting_for ?? null,
    awaits_scan: card.awaits_scan ?? false,
    has_review: (card.reviews ?? []).length > 0,
    own_reviews: (card.reviews ?? []).filter((/** @type {any} */ review) => review.is_mine).length,
    pending: false,
  };
}

/** The name of a person's database. @param {string} personId */
const databaseName = (personId) => `congvan-replica-${personId}`;

/** The cards of one person on this device. */
export class Replica {
  /** @param {string} personId */
  constructor(personId) {
    this.personId = personId;
    /** @type {Promise<import('idb').IDBPDatabase>|undefined} */
    this.opened = undefined;
  }

  open() {
    this.opened ??= openDB(databaseName(this.personId), SHAPE, {
      upgrade(db) {
        for (const name of db.objectStoreNames) db.deleteObjectStore(name); // of another shape: pulled again
        db.createObjectStore('docs', { keyPath: '_id' });
        db.createObjectStore('packs');
        makeRowStores(db);
        db.createObjectStore('meta');
      },
      blocking: () => this.close(),
      terminated: () => {
        this.opened = undefined;
      },
    });
    return this.opened;
  }

  async close() {
    const db = await this.opened;
    this.opened = undefined;
    db?.close();
  }

  /** The checkpoint, or undefined while there is no whole replica. @returns {Promise<string|undefined>} */
  async since() {
    return (await this.open()).get('meta', 'since');
  }

  /** @param {string} id @returns {Promise<any>} */
  async get(id) {
    return findDocument((await this.open()).transaction(DOCUMENT_STORES), id);
  }

  /**
   * Documents whose id starts with a prefix, in the order of ids.
   * @param {string} prefix
   * @returns {Promise<any[]>}
   */
  async startingWith(prefix) {
    return documentsStartingWith((await this.open()).transaction(DOCUMENT_STORES), prefix);
  }

  /**
   * A page of a list: at most `limit` summaries after a key, and the key to go on with.
   * @param {string} folder @param {string|null} after @param {number} limit
   * @returns {Promise<{rows: Record<string, any>[], next: string|null}>}
   */
  async list(folder, after, limit) {
    const rows = await listRows((await this.open()).transaction(ROW_STORES), folder, after, limit + 1);
    const page = rows.slice(0, limit);
    return { rows: page, next: rows.length > limit ? rowKey(page[page.length - 1]) : null };
  }

  /** Rows of documents with an open review. @returns {Promise<Record<string, any>[]>} */
  async withReviews() {
    return rowsWithReviews((await this.open()).transaction(ROW_STORES));
  }

  /** How many conflicts wait for the person's own decision. */
  async ownReviews() {
    return (await this.withReviews()).reduce((sum, row) => sum + row.own_reviews, 0);
  }

  /** Number of rows of each folder. */
  async counts() {
    return folderCounts(await this.places());
  }

  /** How many rows are in each place. */
  async places() {
    return countPlaces((await this.open()).transaction('meta'));
  }

  /**
   * Write a batch of changes with its checkpoint, unless another batch moved the checkpoint meanwhile.
   * @param {Change[]} changes @param {string} from  the checkpoint that the batch was asked for
   * @param {string} to  the checkpoint after it
   * @returns {Promise<boolean>} false when the batch came too late and was left out
   */
  async apply(changes, from, to) {
    return writeAll(await this.open(), STORES, async (transaction) => {
      if ((await transaction.objectStore('meta').get('since')) !== from) return false;
      const before = await findDocuments(
        transaction,
        changes.map((change) => change.id),
      );
      const oldKeys = [...before.values()].map(rowKey).filter((key) => key !== null);
      await removeRows(transaction, oldKeys);
      const now = changes.flatMap(({ deleted, doc }) => (!deleted && doc && isKept(doc) ? [doc] : []));
      await movePlaces(transaction, [...before.values()], now);
      const writes = unwrap(transaction);
      for (const { id, deleted, doc } of changes) {
        if (!deleted && doc) put(writes, doc);
        else if (before.has(id)) writes.objectStore('docs').put({ _id: id, is_gone: true });
      }
      writes.objectStore('meta').put(to, 'since');
      return true;
    });
  }

  /** Empty the replica before a snapshot is loaded into it. */
  async clear() {
    await writeAll(await this.open(), STORES, (transaction) => {
      for (const store of STORES) transaction.objectStore(store).clear();
    });
  }

  /**
   * Load a piece of a snapshot; the last piece brings the checkpoint, writes the lists and makes the replica whole.
   * @param {Doc[]} documents @param {string|null} since
   * @param {Map<string, Record<string, any>>} rows  what lists show, gathered from piece to piece
   */
  async load(documents, since = null, rows = new Map()) {
    const kept = documents.filter(isKept);
    for (const doc of kept) if (rowKey(doc)) rows.set(doc._id, summary(doc));
    await writeAll(await this.open(), STORES, async (transaction) => {
      const last = await lastPacked(transaction);
      const writes = unwrap(transaction);
      packDocuments(writes, kept, last);
      if (since === null) return;
      packRows(writes, [...rows.values()]);
      writes.objectStore('meta').put(since, 'since');
    });
  }

  /** Delete the whole database of this person. */
  async wipe() {
    await this.close();
    await deleteDB(databaseName(this.personId));
  }
}

/** Receipts settle the outbox and are not kept here. @param {Doc} doc */
const isKept = (doc) => doc.kind !== 'receipt';

/** Write a document and its row. @param {IDBTransaction} transaction @param {Doc} doc */
function put(transaction, doc) {
  if (!isKept(doc)) return;
  transaction.objectStore('docs').put(doc);
  const key = rowKey(doc);
  if (key) transaction.objectStore('rows').put(summary(doc), key);
}
