/** What the person did on this device that the cards of the replica may not show yet. */
import { touchedDocuments } from './pending.js';
import { upgraded } from './versions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').OutboxRow} OutboxRow */
/** @typedef {import('./types.js').SettledRow} SettledRow */

/** The rows of one person's outbox, with the questions that views ask of them. */
export class Unsettled {
  /** @param {OutboxRow[]} waiting @param {SettledRow[]} settled newest first */
  constructor(waiting, settled) {
    this.waiting = waiting;
    this.settled = settled;
    this.unsent = waiting.filter((row) => !row.is_sent);
  }

  /**
   * Actions to lay over a card: those that wait, and those receipted whose card has not come yet.
   * @param {string} id @param {number} version
   * @returns {Action[]}
   */
  actionsOn(id, version) {
    const isAhead = (/** @type {SettledRow} */ { receipt }) =>
      (receipt.status === 'applied' || receipt.status === 'merged') &&
      receipt.document_id === id &&
      (receipt.version ?? 0) > version;
    const receipted = this.settled.filter(isAhead).reverse();
    return [...receipted, ...this.waiting]
      .map((row) => row.action)
      .filter((action) => action.document_id === id);
  }

  /**
   * The version that the person has seen of a document: that of the card and, right after it, those that their own
   * acts on this device made, so that these are not taken for somebody else's.
   * @param {string} id @param {number} version
   */
  versionSeen(id, version) {
    const own = new Set(
      this.settled.filter(({ receipt }) => receipt.document_id === id).map(({ receipt }) => receipt.version),
    );
    let seen = version;
    while (own.has(seen + 1)) seen += 1;
    return seen;
  }

  /** The actions that make drafts which may so far be on this device only, the latest first. */
  drafts() {
    const isMade = (/** @type {SettledRow} */ { receipt }) => ['applied', 'merged'].includes(receipt.status);
    const rows = [...[...this.waiting].reverse(), ...this.settled.filter(isMade)];
    return rows.map((row) => row.action).filter((action) => action.command === 'StartDraft');
  }

  /** @param {string} id @returns {Action|undefined} the action that makes this draft */
  draft(id) {
    return this.drafts().find((action) => id === `outgoing:${action.action_id}`);
  }

  /**
   * An action that was refused, in the form of today.
   * @param {string|null} actionId
   */
  refusal(actionId) {
    const row = this.settled.find((one) => one.action_id === actionId && one.receipt.status === 'refused');
    return row && upgraded(row.action);
  }

  /**
   * What became so far of each act that was made with one form; their ids begin with the form's.
   * @param {string} formId
   */
  madeWith(formId) {
    const isOne = (/** @type {{action_id: string}} */ row) => row.action_id.startsWith(`${formId}-`);
    const settled = this.settled
      .filter(isOne)
      .map(({ title, receipt }) => ({ ...receipt, title }))
      .reverse();
    const waiting = this.waiting
      .filter(isOne)
      .map(({ title, action: { document_id } }) => ({ title, document_id, status: 'waiting' }));
    return [...settled, ...waiting];
  }

  /** Ids of documents with something that was not sent. */
  documents() {
    return new Set(this.unsent.flatMap((row) => touchedDocuments(row.action)));
  }
}
